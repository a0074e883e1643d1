"""Whole series, single moves and what may follow them: the one door to the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from serein.scheduling import rules
from serein.scheduling.queries import guiding
from serein.scheduling.queries.appointments import (
    AppointmentFact,
    appointment,
    appointments_of,
    series_rules,
    standing_of_series,
)
from serein.scheduling.queries.clinic import ClinicFact, clinic_of
from serein.scheduling.queries.days import (
    Span,
    patient_side,
    type_of_fact,
)
from serein.scheduling.queries.find import OFFER_GRID_MINUTES, visit_at
from serein.scheduling.queries.kept import empty_masks, horizon
from serein.scheduling.queries.starts import starts_by_day, starts_of
from serein.scheduling.rules import (
    CoverMode,
    DayStarts,
    DueWindow,
    Horizon,
    Kind,
    LateAnswer,
    Offer,
    PatientSide,
    Proposal,
    SeriesCount,
    SeriesRules,
    TickSpan,
    tick_of,
)
from serein.scheduling.states import VisitKind

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.scheduling.rules.series import Pins

SEARCH_WEEKS = 9
"""How far ahead a series is searched, counted from the first day it may begin."""

LATE_DAYS = 14
NO_CHAIR = "The clinic has no chair in use; add one under opening hours."

DayTimes = tuple[date, tuple[datetime, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom and from when a series is searched, and what it may count on."""

    first: date
    not_before: datetime
    patient_id: UUID | None = None
    ignoring: tuple[UUID, ...] = ()
    pins: Pins | None = None
    done: tuple[datetime, ...] = ()
    can_come: tuple[TickSpan, ...] | None = None
    driver: tuple[TickSpan, ...] | None = None

    @property
    def span(self) -> Span:
        return Span(self.first, self.first + timedelta(weeks=SEARCH_WEEKS), self.not_before)

    def patient(self) -> PatientSide:
        return patient_side(
            self.patient_id,
            self.span,
            ignoring=self.ignoring,
            can_come=self.can_come,
            driver=self.driver,
        )


def propose_series(
    site_id: UUID,
    series: SeriesRules,
    *,
    first: date,
    not_before: datetime,
    patient_id: UUID | None = None,
    ignoring: Sequence[UUID] = (),
    limit: int = 3,
    pins: Pins | None = None,
    done: Sequence[datetime] = (),
    can_come: tuple[TickSpan, ...] | None = None,
    driver: tuple[TickSpan, ...] | None = None,
) -> Proposal:
    """Propose complete legal series that begin on or after a date and a moment, best first.

    ``pins`` hold visits to a day or a moment, ``done`` are visits that stand already. Where nothing
    fits, the answer names what binds.
    """
    clinic = clinic_of(site_id)
    if not any(part.kind is Kind.CHAIR for part in clinic.parts):
        return Proposal((), False, NO_CHAIR)
    asked = Asked(
        first, not_before, patient_id, tuple(ignoring), pins, tuple(done), can_come, driver
    )
    book = horizon(clinic, asked.span, asked.ignoring)
    series = _that_count(series, clinic)
    free = _offered(clinic, series, book, asked)

    def propose(unbooked: Sequence[DayStarts], alone: Sequence[DayStarts] | None) -> Proposal:
        return rules.propose(
            series, free=free, unbooked=unbooked, zone=clinic.zone, limit=limit, pins=pins,
            done=asked.done, without_patient=alone,
        )  # fmt: skip

    if rules.series_exists(series, free, clinic.zone, pins=pins, done=asked.done):
        return propose(free, None)
    everywhere = PatientSide()
    return propose(
        starts_by_day(
            clinic, series, Horizon(empty_masks(clinic, asked.span)), everywhere, not_before
        ),
        starts_by_day(clinic, series, book, everywhere, not_before),
    )


def count_series(site_id: UUID, series: SeriesRules, asked: Asked) -> SeriesCount:
    """Count the sets of days that allow a series, and the choices of starts in all."""
    clinic = clinic_of(site_id)
    free = _offered(clinic, series, horizon(clinic, asked.span, asked.ignoring), asked)
    return rules.count_series(series, free, clinic.zone, pins=asked.pins, done=asked.done)


def move_options(
    site_id: UUID, appointment_id: UUID, *, not_before: datetime
) -> tuple[DayTimes, ...]:
    """List by day every start to which one visit can move while its neighbours stay.

    :raises NotFound: not an appointment of this site
    """
    moving, clinic = appointment(appointment_id, site_id), clinic_of(site_id)
    previous, following, others = _around(moving)
    first, last = _reach(moving, previous, following, clinic.zone)
    first = max(first, not_before.astimezone(clinic.zone).date())
    if last < first:
        return ()
    options = rules.move_options(
        series_rules(moving),
        _days_for(clinic, moving, Span(first, last, not_before), not_before),
        clinic.zone,
        previous=previous,
        following=following,
        others=others,
    )
    kept = [(day, tuple(at for at in starts if at != moving.starts_at)) for day, starts in options]
    return tuple((day, starts) for day, starts in kept if starts)


def cascade_options(
    site_id: UUID, appointment_id: UUID, *, not_before: datetime, limit: int = 3
) -> tuple[Offer, ...]:
    """Offer moves of one visit together with those after it, nearest to the times they have now.

    Each offer holds a start for every visit of the series that has not begun, in order.

    :raises NotFound: not an appointment of this site
    """
    moving, clinic = appointment(appointment_id, site_id), clinic_of(site_id)
    standing = standing_of_series(moving.series_id)
    series = [fact.starts_at for fact in standing]
    done = sum(fact.starts_at <= not_before or fact.state != "booked" for fact in standing)
    session = 1 + [fact.appointment_id for fact in standing].index(appointment_id)
    span = Span(
        not_before.astimezone(clinic.zone).date(),
        standing[-1].local_date + timedelta(weeks=3),
        not_before,
    )
    giving_up = [fact.appointment_id for fact in standing[done:]]
    days = [
        replace(day, ticks=tuple(t for t in day.ticks if t != tick_of(moving.starts_at)))
        for day in _days_for(clinic, moving, span, not_before, giving_up)
    ]
    if not done < session:
        return ()
    found = rules.cascade(
        series_rules(moving), days, clinic.zone, series=series, session=session, done=done,
        limit=limit,
    )  # fmt: skip
    return tuple(
        Offer(one.starts, (), rules.offer_words(one.starts, clinic.zone), cost=one.cost)
        for one in found
    )


def late_options(
    site_id: UUID, appointment_id: UUID, *, arrives_at: datetime, limit: int = 3
) -> LateAnswer:
    """Say whether the whole visit still fits when its patient comes late, else what does.

    :raises NotFound: not an appointment of this site
    """
    moving, clinic = appointment(appointment_id, site_id), clinic_of(site_id)
    previous, following, others = _around(moving)
    day = moving.local_date
    span = Span(day, day + timedelta(days=LATE_DAYS), arrives_at)
    before = arrives_at - timedelta(minutes=rules.TICK_MINUTES)
    days = {
        each.day: each
        for each in _days_for(clinic, moving, span, before, grid_minutes=rules.TICK_MINUTES)
    }
    return rules.late_options(
        series_rules(moving),
        days.pop(day, DayStarts(day, ())),
        [days[later] for later in sorted(days)],
        clinic.zone,
        planned=moving.starts_at,
        arrives=arrives_at,
        previous=previous,
        following=following,
        others=others,
        limit=limit,
    )


def maintenance_due(patient_id: UUID, *, every_days: int, window_days: int) -> DueWindow | None:
    """Return when the next maintenance visit is due; None while one is booked or none was given."""
    given = appointments_of(patient_id)
    if any(fact.state == "booked" for fact in given):
        return None
    done = [fact.local_date for fact in given if fact.state == "done"]
    return rules.due_window(max(done), every_days, window_days) if done else None


def maintenance_days(site_id: UUID, window: DueWindow) -> tuple[date, ...]:
    """List the open days of a window, nearest to the due day first."""
    return rules.maintenance_days(clinic_of(site_id).hours, window)


def _that_count(series: SeriesRules, clinic: ClinicFact) -> SeriesRules:
    """Drop the wish for one nurse where none is named: nurses are a pool, or shifts are not kept."""
    if clinic.cover.mode is CoverMode.POOL or Kind.NURSE in clinic.unlimited:
        return replace(series, wishes=replace(series.wishes, same_nurse=False))
    return series


def _offered(
    clinic: ClinicFact, series: SeriesRules, book: Horizon, asked: Asked
) -> tuple[DayStarts, ...]:
    """The starts that are offered, if a series can be made of them, else all legal ones."""
    patient = asked.patient()
    free = partial(starts_by_day, clinic, series, book, patient, asked.not_before)
    codes = [clinic.type_of_kind(kind).code for kind in (VisitKind.INFUSION, VisitKind.FIRST)]
    if not any(guiding.is_guided(clinic, code) for code in codes):
        return free()
    led = _led(clinic, codes, free(rules.TICK_MINUTES), asked)
    exists = rules.series_exists(series, led, clinic.zone, pins=asked.pins, done=asked.done)
    return led if exists else free()


def _led(
    clinic: ClinicFact, codes: Sequence[str], free: Sequence[DayStarts], asked: Asked
) -> tuple[DayStarts, ...]:
    """Of the starts of each day, those that its template offers, and those that are pinned."""
    pinned = {tick_of(pin) for pin in (asked.pins or {}).values() if isinstance(pin, datetime)}

    def chosen(code: str, legal: dict[date, tuple[int, ...]]) -> dict[date, tuple[int, ...]]:
        found = guiding.offered(clinic, code, legal, asked.span, OFFER_GRID_MINUTES, asked.ignoring)
        return {
            day: tuple(tick for tick in ticks if tick in found[day] or tick in pinned)
            for day, ticks in legal.items()
        }

    later = chosen(codes[0], {day.day: day.ticks for day in free})
    first = chosen(codes[1], {day.day: day.first_ticks or () for day in free})
    return tuple(replace(day, ticks=later[day.day], first_ticks=first[day.day]) for day in free)


def _days_for(
    clinic: ClinicFact,
    moving: AppointmentFact,
    span: Span,
    not_before: datetime,
    giving_up: Sequence[UUID] = (),
    grid_minutes: int = OFFER_GRID_MINUTES,
) -> tuple[DayStarts, ...]:
    """The starts of one booked visit on other days, as if it and what moves with it were not booked."""
    ignoring = tuple({moving.appointment_id, *giving_up})
    visit = visit_at(clinic, type_of_fact(moving), moving.infusion_minutes, moving.recovery_minutes)
    patient = patient_side(moving.patient_id, span, ignoring=ignoring)
    book = horizon(clinic, span, ignoring)
    found = starts_of(clinic, book, patient, not_before, grid_minutes)(visit)
    return tuple(
        DayStarts(day, tuple(chairs), chairs=chairs, nurses=nurses)
        for day, (chairs, nurses) in found.items()
    )


def _around(
    fact: AppointmentFact,
) -> tuple[datetime | None, datetime | None, tuple[datetime, ...]]:
    """The starts before and after one visit of a series, and all others."""
    others = [each for each in standing_of_series(fact.series_id) if each.number != fact.number]
    before = [each.starts_at for each in others if each.number < fact.number]
    after = [each.starts_at for each in others if each.number > fact.number]
    return (
        before[-1] if before else None,
        after[0] if after else None,
        tuple(each.starts_at for each in others),
    )


def _reach(
    moving: AppointmentFact, previous: datetime | None, following: datetime | None, zone: ZoneInfo
) -> tuple[date, date]:
    """Return the days worth looking at: between the neighbours, or within the longest gap."""
    reach = timedelta(days=moving.max_gap_days or SEARCH_WEEKS * 7)
    before = previous.astimezone(zone).date() if previous else None
    after = following.astimezone(zone).date() if following else None
    first = before or (after or moving.local_date) - reach
    last = after or (before + reach if before else moving.local_date + 4 * reach)
    return first, last
