"""When a site is open, and which chairs it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from serein.scheduling import rules
from serein.scheduling.models import Chair, Closure, SpecialOpening, WeeklyRule
from serein.scheduling.queries.settings import holidays_kept
from serein.scheduling.rules import (
    Block,
    DayExplanation,
    Hours,
    Rule,
    WeekPreview,
    public_holidays,
)

if TYPE_CHECKING:
    from uuid import UUID


HOLIDAY_YEARS = 12
"""How far holidays are worked out, counted from the newest opening rule."""


@dataclass(frozen=True, slots=True)
class ChairFact:
    """One infusion chair."""

    chair_id: UUID
    name: str
    is_in_use: bool


@dataclass(frozen=True, slots=True)
class ClosureFact:
    """One date on which the clinic stays closed."""

    closure_id: UUID
    date: date
    reason: str


@dataclass(frozen=True, slots=True)
class SpecialFact:
    """One stretch of special opening."""

    special_id: UUID
    date: date
    block: Block


def hours_of(site_id: UUID) -> Hours:
    """Gather everything that decides when a site is open."""
    weekly = tuple(
        Rule(
            weekday=row.weekday,
            start=row.start_time,
            end=row.end_time,
            interval_weeks=row.interval_weeks,
            anchor_date=row.anchor_date,
            valid_from_date=row.valid_from_date,
            valid_until_date=row.valid_until_date,
        )
        for row in WeeklyRule.objects.filter(site_id=site_id).order_by("weekday", "start_time")
    )
    specials: dict[date, tuple[Block, ...]] = {}
    for fact in specials_from(site_id, date.min):
        specials[fact.date] = (*specials.get(fact.date, ()), fact.block)
    closures = {fact.date: fact.reason for fact in closures_from(site_id, date.min)}
    return Hours(
        rules=weekly, closures=closures, specials=specials, holidays=_holidays(site_id, weekly)
    )


def _holidays(site_id: UUID, weekly: Sequence[Rule]) -> dict[date, str]:
    """The dates of the holidays that a site keeps, from its first rule on for as long as planned."""
    names = holidays_kept(site_id)
    begun = [rule.valid_from_date.year for rule in weekly if rule.valid_from_date]
    if not names or not begun:
        return {}
    years = range(min(begun), max(begun) + HOLIDAY_YEARS)
    return public_holidays.observed_holidays(names, years)


def closures_from(site_id: UUID, first: date) -> tuple[ClosureFact, ...]:
    """List the closures from a date on."""
    rows = Closure.objects.filter(site_id=site_id, is_lifted=False, date__gte=first)
    return tuple(ClosureFact(row.pk, row.date, row.reason) for row in rows.order_by("date"))


def specials_from(site_id: UUID, first: date) -> tuple[SpecialFact, ...]:
    """List the special openings from a date on."""
    rows = SpecialOpening.objects.filter(site_id=site_id, is_lifted=False, date__gte=first)
    return tuple(
        SpecialFact(row.pk, row.date, Block(row.start_time, row.end_time))
        for row in rows.order_by("date", "start_time")
    )


def is_open(site_id: UUID, day: date) -> bool:
    """Say whether a site opens at all on a date."""
    return rules.is_open(hours_of(site_id), day)


def explain_day(site_id: UUID, day: date) -> DayExplanation:
    """Say whether a site is open on a date, when, and which rule decided."""
    return rules.explain_day(hours_of(site_id), day)


def hours_in_words(site_id: UUID, on_date: date) -> str:
    """Say the opening hours of a site in sentences for its public pages."""
    hours = hours_of(site_id)
    sentence = rules.hours_sentence(hours.rules, on_date)
    coming = rules.next_alternate_days(hours, on_date)
    if not coming:
        return sentence
    days = rules.listed([f"{day.day} {day:%B}" for day in coming])
    weekdays = {day.weekday() for day in coming}
    name = f"{rules.WEEKDAYS[coming[0].weekday()]}s" if len(weekdays) == 1 else "such days"
    return f"{sentence} The next open {name} are {days}."


def hours_preview(site_id: UUID, first: date, weeks: int = 12) -> tuple[WeekPreview, ...]:
    """Say week by week when a site is open."""
    return rules.preview(hours_of(site_id), first, weeks)


def chairs_of(site_id: UUID, *, with_retired: bool = False) -> tuple[ChairFact, ...]:
    """List the chairs of a site by name."""
    rows = Chair.objects.filter(site_id=site_id)
    if not with_retired:
        rows = rows.filter(is_in_use=True)
    return tuple(ChairFact(row.pk, row.name, row.is_in_use) for row in rows.order_by("name", "pk"))
