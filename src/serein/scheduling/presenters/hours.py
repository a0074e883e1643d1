"""The opening hours in finished words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from serein.scheduling import rules

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.patients.models import Patient
    from serein.scheduling.queries import AppointmentFact, ChairFact, ClosureFact, SpecialFact
    from serein.scheduling.rules import Hours, WeekPreview

_CYCLES = {1: "every week", 2: "every other week"}


@dataclass(frozen=True, slots=True)
class WeekdayLine:
    """The hours of one weekday."""

    weekday: int
    name: str
    hours: str
    cycle: str


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week of the preview."""

    week_of: str
    words: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatedLine:
    """A closure or a special opening."""

    id: UUID
    day: str
    words: str


@dataclass(frozen=True, slots=True)
class StrandedLine:
    """A booked visit at a time when the clinic is no longer open."""

    appointment_id: UUID
    patient_id: UUID
    patient: str
    when: str


@dataclass(frozen=True, slots=True)
class HoursPage:
    """Everything about the hours of a site."""

    sentence: str
    weekdays: tuple[WeekdayLine, ...]
    weeks: tuple[WeekLine, ...]
    closures: tuple[DatedLine, ...]
    specials: tuple[DatedLine, ...]
    chairs: Sequence[ChairFact]
    stranded: tuple[StrandedLine, ...]


def hours_page(
    *,
    sentence: str,
    hours: Hours,
    today: date,
    weeks: Sequence[WeekPreview],
    closures: Sequence[ClosureFact],
    specials: Sequence[SpecialFact],
    chairs: Sequence[ChairFact],
    stranded: Sequence[AppointmentFact],
    patients: Mapping[UUID, Patient],
    zone: ZoneInfo,
) -> HoursPage:
    """Say everything about the hours of a site."""
    return HoursPage(
        sentence=sentence,
        weekdays=tuple(_weekday(hours, weekday, today) for weekday in range(7)),
        weeks=tuple(
            WeekLine(f"{week.monday.day} {week.monday:%B}", week.open_words, week.notes)
            for week in weeks
        ),
        closures=tuple(
            DatedLine(fact.closure_id, dated(fact.date), fact.reason) for fact in closures
        ),
        specials=tuple(
            DatedLine(fact.special_id, dated(fact.date), rules.block_words(fact.block))
            for fact in specials
        ),
        chairs=chairs,
        stranded=tuple(
            StrandedLine(
                fact.appointment_id,
                fact.patient_id,
                patients[fact.patient_id].full_name,
                rules.start_words(fact.starts_at, zone),
            )
            for fact in stranded
        ),
    )


def dated(day: date) -> str:
    """Write a date with its year."""
    return f"{rules.day_words(day)} {day.year}"


def _weekday(hours: Hours, weekday: int, today: date) -> WeekdayLine:
    current = [rule for rule in hours.rules if rule.weekday == weekday and rule.is_current(today)]
    blocks = [rules.block_words(rules.Block(rule.start, rule.end)) for rule in current]
    cycle = ""
    if current:
        interval = current[0].interval_weeks
        cycle = _CYCLES.get(interval, f"every {interval} weeks")
        if interval > 1 and current[0].anchor_date is not None:
            cycle = f"{cycle}, counted from {dated(current[0].anchor_date)}"
    return WeekdayLine(weekday, rules.WEEKDAYS[weekday], rules.listed(blocks) or "Closed", cycle)
