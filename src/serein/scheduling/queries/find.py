"""When a visit could start, what comes first, and why a wanted time will not do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from serein.scheduling import rules
from serein.scheduling.queries import guiding
from serein.scheduling.queries.clinic import ClinicFact, clinic_of
from serein.scheduling.queries.days import (
    Span,
    day_books,
    patient_side,
    with_order,
)
from serein.scheduling.queries.kept import horizon, masks
from serein.scheduling.rules import (
    Blocker,
    DayMasks,
    Start,
    TickSpan,
    VisitType,
    tick_of,
)
from serein.scheduling.rules.phases import INFUSION, RECOVERY

if TYPE_CHECKING:
    from uuid import UUID

    from serein.scheduling.queries.settings import TypeFact

OFFER_GRID_MINUTES = 15
"""Starts are offered on the quarter hour; the book itself keeps five minutes."""

LOOK_AHEAD_DAYS = 90
STEP_DAYS = 14


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit that somebody would like: its type, its order, and when the patient can come.

    Minutes left out are those of the type. ``can_come`` and ``driver`` are stretches of ticks.
    """

    type_code: str
    patient_id: UUID | None = None
    infusion_minutes: int | None = None
    recovery_minutes: int | None = None
    can_come: tuple[TickSpan, ...] | None = None
    driver: tuple[TickSpan, ...] | None = None
    giving_up: tuple[UUID, ...] = ()

    def visit(self, clinic: ClinicFact) -> VisitType:
        """Its phases at a clinic.

        :raises NotFound: the clinic does not offer this type
        """
        return visit_at(
            clinic,
            clinic.type_named(self.type_code),
            self.infusion_minutes,
            self.recovery_minutes,
        )


def visit_at(
    clinic: ClinicFact,
    fact: TypeFact,
    infusion_minutes: int | None = None,
    recovery_minutes: int | None = None,
) -> VisitType:
    """Return a visit type with the minutes of an order, under the settings of a clinic."""
    visit = with_order(
        fact,
        fact.minutes_of(INFUSION) if infusion_minutes is None else infusion_minutes,
        fact.minutes_of(RECOVERY) if recovery_minutes is None else recovery_minutes,
    )
    return replace(visit, turnover_past_closing=clinic.settings.is_turnover_past_closing)


def find_starts(
    site_id: UUID,
    wanted: Wanted,
    *,
    first: date,
    last: date,
    at: datetime,
    not_before: datetime | None = None,
    grid_minutes: int = OFFER_GRID_MINUTES,
    near: datetime | None = None,
    limit: int | None = None,
    is_guided: bool = False,
) -> tuple[Start, ...]:
    """List the moments from first to last at which a visit could start, or those nearest to one.

    With ``is_guided`` they are the moments to offer: on a weekday with a template, its starts.

    :raises NotFound: the site does not offer this visit type
    """
    clinic, span = clinic_of(site_id), Span(first, last, at)
    leads = is_guided and guiding.is_guided(clinic, wanted.type_code)
    found = rules.find_starts(
        wanted.visit(clinic),
        horizon(clinic, span, wanted.giving_up),
        zone=clinic.zone,
        patient=patient_side(
            wanted.patient_id,
            span,
            ignoring=wanted.giving_up,
            can_come=wanted.can_come,
            driver=wanted.driver,
        ),
        not_before=tick_of(max(not_before or at, at)) + 1,
        grid_minutes=rules.TICK_MINUTES if leads else grid_minutes,
        near=None if near is None else tick_of(near),
        limit=None if leads else limit,
    )
    return _offered(clinic, wanted, found, span, grid_minutes)[:limit] if leads else found


def next_available(
    site_id: UUID,
    wanted: Wanted,
    *,
    after: datetime,
    at: datetime,
    within_days: int = LOOK_AHEAD_DAYS,
    grid_minutes: int = OFFER_GRID_MINUTES,
    is_guided: bool = False,
) -> Start | None:
    """Return the first moment after another at which a visit could start; days are read in steps.

    With ``is_guided`` it is the first moment to offer, as `find_starts` says.

    :raises NotFound: the site does not offer this visit type
    """
    clinic = clinic_of(site_id)
    first = after.astimezone(clinic.zone).date()
    whole = Span(first, first + timedelta(days=within_days), at)
    if is_guided and guiding.is_guided(clinic, wanted.type_code):
        steps = (
            find_starts(
                site_id, wanted, first=step.first, last=step.last, at=at, not_before=after,
                grid_minutes=grid_minutes, is_guided=True,
            )
            for step in _steps(whole)
        )  # fmt: skip
        return next((found[0] for found in steps if found), None)
    return rules.next_available(
        wanted.visit(clinic),
        _stepwise(clinic, whole, wanted.giving_up),
        after=tick_of(max(after, at)) + 1,
        zone=clinic.zone,
        patient=patient_side(
            wanted.patient_id,
            whole,
            ignoring=wanted.giving_up,
            can_come=wanted.can_come,
            driver=wanted.driver,
        ),
        grid_minutes=grid_minutes,
    )


def why_not(
    site_id: UUID, wanted: Wanted, *, starts_at: datetime, at: datetime
) -> tuple[Blocker, ...]:
    """Name each rule, thing and person in the way of a start, with the nearest fix; none if it fits.

    :raises NotFound: the site does not offer this visit type
    """
    clinic = clinic_of(site_id)
    day = starts_at.astimezone(clinic.zone).date()
    return rules.why_not(
        wanted.visit(clinic),
        day_books(clinic, [day], at, wanted.giving_up)[day],
        tick_of(starts_at),
        zone=clinic.zone,
        hours=clinic.hours,
        patient=patient_side(
            wanted.patient_id,
            Span(day, day, at),
            ignoring=wanted.giving_up,
            can_come=wanted.can_come,
            driver=wanted.driver,
        ),
        now=tick_of(at) + 1,
    )


def _offered(
    clinic: ClinicFact, wanted: Wanted, found: Sequence[Start], span: Span, grid_minutes: int
) -> tuple[Start, ...]:
    """The starts to offer, in the order in which they were found."""
    legal: dict[date, list[int]] = {}
    for start in found:
        legal.setdefault(start.day, []).append(start.tick)
    chosen = guiding.offered(clinic, wanted.type_code, legal, span, grid_minutes, wanted.giving_up)
    kept = {day: frozenset(ticks) for day, ticks in chosen.items()}
    return tuple(start for start in found if start.tick in kept[start.day])


def _stepwise(clinic: ClinicFact, whole: Span, giving_up: Sequence[UUID]) -> Iterator[DayMasks]:
    for step in _steps(whole):
        yield from masks(clinic, step, giving_up)


def _steps(whole: Span) -> Iterator[Span]:
    first = whole.first
    while first <= whole.last:
        last = min(first + timedelta(days=STEP_DAYS - 1), whole.last)
        yield Span(first, last, whole.at)
        first = last + timedelta(days=1)
