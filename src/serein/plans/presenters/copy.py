"""The patient's copy of a plan, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.core.quantities import shown
from serein.plans.presenters.words import day_in, weekday_day_in
from serein.scheduling.rules import recovery_for, shape_for

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.plans.queries import PlanFact
    from serein.scheduling.queries import AppointmentFact


@dataclass(frozen=True, slots=True)
class CopyVisit:
    """One visit as the patient reads it."""

    number: int
    day: str
    time: str
    ends: str


@dataclass(frozen=True, slots=True)
class PatientCopy:
    """Everything on the printed page that is not fixed text."""

    infusions: int
    dose_mg: str
    minutes: int
    hours: str
    first_hours: str
    min_gap_hours: int
    visits: tuple[CopyVisit, ...]
    prescriber: str
    signed: str
    version: int
    is_signed: bool


def patient_copy(plan: PlanFact, visits: Sequence[AppointmentFact], zone: ZoneInfo) -> PatientCopy:
    """Say a plan to the patient."""
    minutes = shape_for(plan.minutes).patient_minutes
    first = shape_for(plan.minutes, recovery_for(1)).patient_minutes
    return PatientCopy(
        infusions=plan.infusions,
        dose_mg=shown(plan.dose.prepared.dose_mg, "mg"),
        minutes=plan.minutes,
        hours=_hours(minutes),
        first_hours=_hours(first),
        min_gap_hours=plan.min_gap_hours,
        visits=tuple(
            CopyVisit(
                visit.number,
                weekday_day_in(visit.starts_at, zone),
                clock(visit.starts_at, zone),
                clock(visit.ends_at, zone),
            )
            for visit in visits
            if visit.is_standing
        ),
        prescriber=plan.signed_by_name or plan.written_by_name,
        signed=day_in(plan.signed_at, zone) if plan.signed_at else "",
        version=plan.version_number,
        is_signed=plan.signed_at is not None,
    )


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}\u202fh {rest}\u202fmin" if rest else f"{hours}\u202fh"
