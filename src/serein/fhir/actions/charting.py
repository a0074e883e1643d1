"""Each kind of entry goes through the action that people use."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from serein.audit.actions import derived_key
from serein.core.clinic_time import day_bounds
from serein.fhir.rules.facts import (
    AllergyTaken,
    BodyTaken,
    ConditionTaken,
    MedicationTaken,
    PressureTaken,
)
from serein.patients import actions as patients
from serein.patients.rules.confirming import Unconfirmed
from serein.patients.rules.entries import BodyMethod

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from django.db.models import Model

    from serein.core.actors import Actor
    from serein.fhir.rules.facts import When

Charting = ConditionTaken | MedicationTaken | AllergyTaken | BodyTaken | PressureTaken


def chart(
    entry: Charting,
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    zone: ZoneInfo,
    source: str,
) -> tuple[Model, str]:
    """Chart one entry; return its row and a note for whoever reads the report.

    :raises Refused: the record does not take it
    """
    given: dict[str, Any] = {"by": by, "at": at, "patient_id": patient_id, "source": source}
    if isinstance(entry, BodyTaken):
        return _body(entry, key, zone, given)
    if isinstance(entry, PressureTaken):
        given.update(sbp_mmhg=entry.sbp_mmhg, dbp_mmhg=entry.dbp_mmhg)
        return _confirmed(
            patients.record_blood_pressure, key, {**given, **_measured(entry.measured, zone)}
        )
    if isinstance(entry, AllergyTaken):
        return _allergy(entry, key, given), ""
    if isinstance(entry, ConditionTaken):
        condition = patients.record_condition(
            key=key, display=entry.display, system=entry.system, code=entry.code,
            onset_date=entry.onset_date, ended_date=entry.ended_date, is_active=entry.is_active,
            is_confirmed=entry.is_confirmed, **given,
        )  # fmt: skip
        return condition, ""
    row = patients.record_medication(
        key=key, name=entry.name, system=entry.system, code=entry.code,
        dose_text=entry.dose_text, started_on=entry.started_on, is_active=entry.is_active, **given,
    )  # fmt: skip
    return row, "" if row.ingredient else "The ingredient of a medicine is not known: enter it."


def _allergy(entry: AllergyTaken, key: UUID, given: dict[str, Any]) -> Model:
    if entry.is_none_known:
        return patients.record_no_known_allergies(key=key, **given)
    return patients.record_allergy(
        key=key, substance=entry.substance, reaction=entry.reaction, severity=entry.severity,
        system=entry.system, code=entry.code, **given,
    )  # fmt: skip


def _body(entry: BodyTaken, key: UUID, zone: ZoneInfo, given: dict[str, Any]) -> tuple[Model, str]:
    facts = {
        **given,
        **_measured(entry.measured, zone),
        "method": BodyMethod.IMPORTED,
        "as_entered": entry.as_sent,
    }
    if entry.what == "weight":
        return _confirmed(patients.record_weight, key, {**facts, "weight_kg": entry.value})
    return _confirmed(patients.record_height, key, {**facts, "height_cm": entry.value})


def _measured(when: When, zone: ZoneInfo) -> dict[str, Any]:
    if isinstance(when, datetime):
        return {"measured_at": when, "is_time_known": True}
    return {"measured_at": day_bounds(when, zone)[0], "is_time_known": False}


def _confirmed(save: Callable[..., Model], key: UUID, facts: dict[str, Any]) -> tuple[Model, str]:
    """Take an unlikely value of another system as it is, and ask for a look at it."""
    try:
        return save(key=key, **facts), ""
    except Unconfirmed as asked:
        because = asked.findings[0].code.replace("_", " ")
        row = save(key=derived_key(key, "confirmed"), is_confirmed=True, **facts)
        return row, f"Look at an imported measurement: {because}."
