"""Allergies, problems and medicines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.audit.actions import action, derived_key, record
from serein.core.errors import NotFound, Refused
from serein.patients import queries
from serein.patients.actions.marks import end_entry
from serein.patients.actions.written import written
from serein.patients.models import Allergy, AllergyReview, Condition, Medication
from serein.patients.rules import folded, ingredients_in, joined
from serein.patients.rules.entries import AllergySeverity, EntryKind

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.patients.models import EntryMark


@action
def record_allergy(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    substance: str,
    reaction: str = "",
    severity: str = AllergySeverity.UNKNOWN,
    system: str = "",
    code: str = "",
    source: str = "",
) -> Allergy:
    """List an allergy or intolerance.

    :raises Refused: no substance, an unknown severity, or one that is listed already
    """
    patient = queries.patient_for(by.site_id, patient_id)
    if not substance.strip():
        raise Refused("Enter the substance.", field="substance")
    if severity not in set(AllergySeverity):
        raise Refused("Choose how severe the reaction was.", field="severity")
    listed = queries.allergies_of(patient.pk).items
    if any(folded(one.substance) == folded(substance) for one in listed):
        raise Refused("Enter another substance: this one is already listed.", field="substance")
    row = Allergy(
        substance=substance.strip(),
        reaction=reaction.strip(),
        severity=severity,
        system=system,
        code=code,
        **written(patient, by=by, at=at, source=source),
    )
    row.save()
    record(
        by=by, at=at, verb="record", subject=row, patient_id=patient.pk,
        details={"severity": str(severity)},
    )  # fmt: skip
    return row


@action
def record_no_known_allergies(
    *, key: UUID, by: Actor, at: datetime, patient_id: UUID, source: str = ""
) -> AllergyReview:
    """Keep that the patient was asked and knows of no allergy.

    :raises Refused: an allergy is listed
    """
    patient = queries.patient_for(by.site_id, patient_id)
    if queries.allergies_of(patient.pk).status == "listed":
        raise Refused("Mark the listed allergies as entered in error first, if they are wrong.")
    row = AllergyReview(**written(patient, by=by, at=at, source=source))
    row.save()
    record(by=by, at=at, verb="record", subject=row, patient_id=patient.pk)
    return row


@action
def record_condition(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    display: str,
    system: str = "",
    code: str = "",
    onset_date: date | None = None,
    ended_date: date | None = None,
    is_active: bool = True,
    is_confirmed: bool = True,
    source: str = "",
) -> Condition:
    """Keep a problem, with its code where one is known.

    :raises Refused: no words, or dates in the wrong order or in the future
    """
    patient = queries.patient_for(by.site_id, patient_id)
    if not display.strip():
        raise Refused("Enter the problem in words.", field="display")
    if onset_date and onset_date > at.date():
        raise Refused("Enter an onset that is not in the future.", field="onset_date")
    if onset_date and ended_date and ended_date < onset_date:
        raise Refused("Check the dates: it ended before it began.", field="onset_date")
    row = Condition(
        system=system,
        code=code.strip(),
        display=display.strip(),
        onset_date=onset_date,
        ended_date=ended_date,
        is_active=is_active,
        is_confirmed=is_confirmed,
        **written(patient, by=by, at=at, source=source),
    )
    row.save()
    record(
        by=by, at=at, verb="record", subject=row, patient_id=patient.pk,
        details={"source": source, "is_active": is_active},
    )  # fmt: skip
    return row


@action
def record_medication(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    name: str,
    ingredient: str = "",
    dose_text: str = "",
    source: str = "",
    started_on: date | None = None,
    is_active: bool = True,
    system: str = "",
    code: str = "",
) -> Medication:
    """Keep a medicine. Without an ingredient, the known ones in its name are taken.

    :raises Refused: no name, or a start in the future
    """
    patient = queries.patient_for(by.site_id, patient_id)
    if not name.strip():
        raise Refused("Enter the name of the medicine.", field="name")
    if started_on and started_on > at.date():
        raise Refused("Enter a start that is not in the future.", field="started_on")
    row = Medication(
        name=name.strip(),
        ingredient=ingredient.strip().lower() or joined(ingredients_in(name)),
        system=system,
        code=code,
        dose_text=dose_text.strip(),
        started_on=started_on,
        is_active=is_active,
        **written(patient, by=by, at=at, source=source),
    )
    row.save()
    record(
        by=by, at=at, verb="record", subject=row, patient_id=patient.pk,
        details={
            "source": source,
            "is_active": is_active,
            "ingredient_known": bool(row.ingredient),
        },
    )  # fmt: skip
    return row


@action
def change_dose(
    *, key: UUID, by: Actor, at: datetime, patient_id: UUID, medication_id: UUID, dose_text: str
) -> Medication:
    """Keep a new dose: a new row; the row with the old dose is ended the same day.

    :raises Refused: no dose, or the medicine is already ended
    :raises NotFound: not a medicine of this patient
    """
    known = {one.id: one for one in queries.medications_of(patient_id)}
    old = known.get(medication_id)
    if old is None:
        raise NotFound
    if not dose_text.strip():
        raise Refused("Enter the new dose.", field="dose_text")
    end_medication(
        key=derived_key(key, "end"), by=by, at=at, patient_id=patient_id,
        medication_id=medication_id, ended_on=at.date(), reason="Dose changed",
    )  # fmt: skip
    new: Medication = record_medication(
        key=derived_key(key, "record"), by=by, at=at, patient_id=patient_id, name=old.name,
        ingredient=old.ingredient, dose_text=dose_text, source=old.source,
        started_on=at.date(), system=old.system, code=old.code,
    )  # fmt: skip
    return new


@action
def end_medication(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    medication_id: UUID,
    ended_on: date | None = None,
    reason: str = "",
) -> EntryMark:
    """Keep that the patient no longer takes a medicine.

    :raises Refused: already ended, or an end in the future
    :raises NotFound: not a medicine of this patient
    """
    mark: EntryMark = end_entry(
        key=derived_key(key, "mark"), by=by, at=at, patient_id=patient_id,
        entry_kind=EntryKind.MEDICATION, entry_id=medication_id, ended_on=ended_on, reason=reason,
    )  # fmt: skip
    return mark
