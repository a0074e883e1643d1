"""The line about the patient that stands above every clinical page, in finished words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.queries import zone_of
from serein.core.clinic_time import days_ago, local_day
from serein.core.quantities import shown
from serein.patients.models import Patient
from serein.patients.queries.record import allergies_of, weight_at
from serein.patients.rules import age_years

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.patients.queries.facts import AllergySummary, BodyFact


def banner(*, patient_id: UUID, at: datetime, with_clinical: bool) -> dict[str, str]:
    """Say who this is: name, birth date, age, number; with the clinical words if they may be seen."""
    patient = Patient.objects.get(pk=patient_id)
    zone = zone_of(patient.site_id)
    today = local_day(at, zone)
    words = {
        "name": _name(patient),
        "pronouns": patient.pronouns,
        "birth_date": f"{patient.birth_date:%-d %B %Y}",
        "age": f"{age_years(patient.birth_date, patient.deceased_date or today)} years",
        "mrn": patient.mrn,
        "comfort": patient.comfort_note,
        "chart_url": reverse("patients:record", args=[patient.pk]),
        "allergies": "clinical staff only",
    }
    if not with_clinical:
        return words
    summary = allergies_of(patient.pk)
    words["sex"] = patient.sex
    words["allergies"] = _allergies(summary)
    words["allergies_tone"] = "" if summary.status == "none_known" else "look"
    weight = weight_at(patient.pk, at)
    words["weight"] = "not on record" if weight is None else _weight(weight, today, zone)
    return words


def _name(patient: Patient) -> str:
    preferred = patient.preferred_name
    name = f"{patient.full_name} “{preferred}”" if preferred else patient.full_name
    return f"{name} (deceased)" if patient.is_deceased else name


def _allergies(summary: AllergySummary) -> str:
    if summary.status == "not_asked":
        return "not asked yet"
    if summary.status == "none_known":
        return "none known"
    return ", ".join(one.substance for one in summary.items)


def _weight(weight: BodyFact, today: date, zone: ZoneInfo) -> str:
    days = (today - local_day(weight.measured_at, zone)).days
    return f"{shown(weight.value, 'kg')}, {weight.method} {days_ago(days)}"
