"""What is free, and the one door to the search for a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.scheduling import rules
from serein.scheduling.models import Appointment
from serein.scheduling.queries.appointments import (
    STANDING_VALUES,
    AppointmentFact,
    appointment,
    neighbours,
    series_rules,
)
from serein.scheduling.queries.hours import chairs_of, hours_of
from serein.scheduling.rules import Book, FreeDay, Hours, Proposal, SeriesRules, Span, VisitShape

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

SEARCH_WEEKS = 9
"""How far ahead a series is searched, counted from the first day it may begin."""

OFFER_GRID_MINUTES = 15
"""Starts are offered on the quarter hour; the book itself keeps five minutes."""

DayStarts = tuple[date, tuple[datetime, ...]]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Hours, chairs and what is taken over some days, read once: a search needs nothing more."""

    hours: Hours
    zone: ZoneInfo
    chairs: tuple[UUID, ...]
    books: Mapping[date, Book]

    def emptied(self) -> Calendar:
        """Return the same days as if nothing were booked."""
        return replace(self, books={})

    def free_day(
        self,
        day: date,
        shape: VisitShape,
        *,
        not_before: datetime,
        grid_minutes: int = OFFER_GRID_MINUTES,
    ) -> FreeDay:
        """Work out every possible start on one day with the chairs free for it."""
        return rules.free_day(
            hours=self.hours,
            day=day,
            zone=self.zone,
            shape=shape,
            book=self.books.get(day) or Book(dict.fromkeys(self.chairs, ())),
            not_before=not_before,
            grid_minutes=grid_minutes,
        )

    def free_days(
        self, first: date, last: date, shape: VisitShape, *, not_before: datetime
    ) -> tuple[FreeDay, ...]:
        """List every possible start from first to last, days without one left out."""
        days = (
            self.free_day(first + timedelta(days=n), shape, not_before=not_before)
            for n in range((last - first).days + 1)
        )
        return tuple(day for day in days if day.chairs_at)


def calendar(
    site_id: UUID,
    *,
    first: date,
    last: date,
    patient_id: UUID | None = None,
    ignoring: Sequence[UUID] = (),
) -> Calendar:
    """Read what decides about free starts from first to last.

    ``ignoring`` names appointments that are about to be given up.
    """
    chairs = tuple(chair.chair_id for chair in chairs_of(site_id))
    return Calendar(
        hours=hours_of(site_id),
        zone=zone_of(site_id),
        chairs=chairs,
        books=_books(site_id, chairs, first, last, patient_id, ignoring),
    )


def propose_series(
    site_id: UUID,
    series: SeriesRules,
    *,
    first: date,
    not_before: datetime,
    patient_id: UUID | None = None,
    ignoring: Sequence[UUID] = (),
    limit: int = 4,
) -> Proposal:
    """Propose complete legal series that begin on or after a date and a moment.

    This is the one door to the search: pages and actions know only its answer.
    """
    last = first + timedelta(weeks=SEARCH_WEEKS)
    known = calendar(site_id, first=first, last=last, patient_id=patient_id, ignoring=ignoring)
    if not known.chairs:
        return Proposal((), False, "The clinic has no chair in use; add one under opening hours.")

    def starts(days: Calendar) -> tuple[FreeDay, ...]:
        return _with_first(
            *(
                days.free_days(first, last, shape, not_before=not_before)
                for shape in (
                    rules.shape_for(series.infusion_minutes),
                    rules.shape_for(series.infusion_minutes, series.first_recovery_minutes),
                )
            )
        )

    return rules.propose(
        series,
        free=starts(known),
        unbooked=starts(known.emptied()),
        zone=known.zone,
        limit=limit,
    )


def _with_first(days: tuple[FreeDay, ...], first_days: tuple[FreeDay, ...]) -> tuple[FreeDay, ...]:
    """Put the starts of the longer first visit beside those of the others."""
    longer = {day.day: day.chairs_at for day in first_days}
    return tuple(FreeDay(day.day, day.chairs_at, longer.get(day.day, {})) for day in days)


def move_options(
    site_id: UUID, appointment_id: UUID, *, not_before: datetime
) -> tuple[DayStarts, ...]:
    """List by day every start to which one visit can move while its neighbours stay.

    :raises NotFound: not an appointment of this site
    """
    moving = appointment(appointment_id, site_id)
    zone = zone_of(site_id)
    previous, following = neighbours(moving)
    first, last = _move_window(moving, previous, following, zone)
    first = max(first, not_before.astimezone(zone).date())
    known = calendar(
        site_id,
        first=first,
        last=last,
        patient_id=moving.patient_id,
        ignoring=[appointment_id],
    )
    days = known.free_days(first, last, moving.shape, not_before=not_before)
    options = rules.move_options(
        series_rules(moving), days, zone, previous=previous, following=following
    )
    kept = [(day, tuple(at for at in starts if at != moving.starts_at)) for day, starts in options]
    return tuple((day, starts) for day, starts in kept if starts)


def _move_window(
    moving: AppointmentFact, previous: datetime | None, following: datetime | None, zone: ZoneInfo
) -> tuple[date, date]:
    """Return the days worth looking at: between the neighbours, or within the longest gap."""
    reach = timedelta(days=moving.max_gap_days)
    before = previous.astimezone(zone).date() if previous else None
    after = following.astimezone(zone).date() if following else None
    first = before or (after or moving.local_date) - reach
    last = after or (before + reach if before else moving.local_date + 4 * reach)
    return first, last


def _books(
    site_id: UUID,
    chairs: Sequence[UUID],
    first: date,
    last: date,
    patient_id: UUID | None,
    ignoring: Sequence[UUID],
) -> dict[date, Book]:
    """Gather what is taken on each day, from the appointments that stand."""
    held: dict[date, dict[UUID, list[Span]]] = {}
    patient: dict[date, list[Span]] = {}
    rows = Appointment.objects.filter(
        site_id=site_id, local_date__range=(first, last), state__in=STANDING_VALUES
    ).exclude(pk__in=list(ignoring))
    for row in rows:
        day = held.setdefault(row.local_date, {chair_id: [] for chair_id in chairs})
        shape = rules.shape_for(row.infusion_minutes, row.recovery_minutes)
        span = shape.chair_span(row.starts_at)
        day.setdefault(row.chair_id, []).append(span)
        if row.patient_id == patient_id:
            patient.setdefault(row.local_date, []).append((row.starts_at, row.ends_at))
    return {
        day: Book(
            {chair_id: tuple(spans[chair_id]) for chair_id in chairs},
            tuple(patient.get(day, ())),
        )
        for day, spans in held.items()
    }
