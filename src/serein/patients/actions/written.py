"""What every entry says of its own writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from serein.core.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from serein.core.actors import Actor
    from serein.patients.models import Patient


def written(patient: Patient, *, by: Actor, at: datetime, source: str) -> dict[str, Any]:
    """Return the columns that say whose entry this is, who wrote it, when and from where."""
    return {
        "patient": patient,
        "source": source,
        "recorded_at": at,
        "recorded_by_id": by.id,
        "recorded_by_name": by.name,
    }


def check_measured(patient: Patient, *, measured_at: datetime, at: datetime) -> None:
    """Refuse a measurement from the future or from before the patient was born.

    :raises Refused: such a time, at the field ``measured_at``
    """
    if measured_at > at:
        raise Refused("Enter a time that has passed.", field="measured_at")
    if measured_at.date() < patient.birth_date:
        raise Refused("Enter a time after the patient was born.", field="measured_at")
