"""Allergies, problems and medicines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.core.answers import sent
from serein.core.errors import NotFound
from serein.core.forms import KeyedForm
from serein.patients import actions, queries
from serein.patients.forms import AllergyForm, ConditionForm, DoseForm, MedicationForm
from serein.patients.rules.entries import EntryKind
from serein.patients.views.saving import form_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def allergy(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """List an allergy."""
    return form_page(
        request,
        AllergyForm(sent(request)),
        patient_id=patient_id,
        title="Add an allergy",
        save=actions.record_allergy,
        said="Allergy saved.",
        anchor="allergy",
        label="Save allergy",
    )


def no_allergies(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Keep that the patient was asked and knows of none."""
    return form_page(
        request,
        KeyedForm(sent(request)),
        patient_id=patient_id,
        title="No known allergies",
        save=actions.record_no_known_allergies,
        said="Saved: asked, no known allergies.",
        anchor="allergy",
        label="Save “none known”",
        lead="Only after the patient was asked about medicines, food, latex and anything else.",
    )


def condition(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Add a problem."""
    return form_page(
        request,
        ConditionForm(sent(request), initial={"is_confirmed": "yes"}),
        patient_id=patient_id,
        title="Add a problem",
        save=actions.record_condition,
        said="Problem saved.",
        anchor="condition",
        label="Save problem",
        source="clinic",
    )


def medication(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Add a medicine."""
    return form_page(
        request,
        MedicationForm(sent(request)),
        patient_id=patient_id,
        title="Add a medicine",
        save=actions.record_medication,
        said="Medicine saved.",
        anchor="medication",
        label="Save medicine",
        lead="Include medicines taken only when needed, herbs, and ketamine from elsewhere.",
        source="clinic",
    )


def dose(request: ClinicRequest, patient_id: UUID, entry_id: UUID) -> HttpResponse:
    """Keep a new dose of a medicine."""
    entry = queries.entry_of(patient_id, EntryKind.MEDICATION, entry_id)
    if entry is None or not isinstance(entry.fact, queries.MedicationFact):
        raise NotFound
    return form_page(
        request,
        DoseForm(sent(request)),
        patient_id=patient_id,
        title=f"New dose of {entry.fact.name}",
        save=actions.change_dose,
        said="New dose saved.",
        anchor="medication",
        label="Save dose",
        lead=f"Dose until now: {entry.fact.dose_text or 'not recorded'}.",
        medication_id=entry_id,
    )
