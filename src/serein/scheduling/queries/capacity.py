"""How full a day is, half hour by half hour, and what would change if the clinic changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import uuid4

from serein.scheduling.queries.clinic import ClinicFact, clinic_of
from serein.scheduling.queries.days import Span, day_books
from serein.scheduling.queries.find import Wanted
from serein.scheduling.rules import (
    FULL_LOAD,
    DayBook,
    Kind,
    Start,
    Unit,
    VisitType,
    day_masks,
    find_starts,
    free_units,
    instant,
    moment_of,
    taken_by,
    tick_of,
)

if TYPE_CHECKING:
    from uuid import UUID

HALF_HOUR_TICKS = 6


@dataclass(frozen=True, slots=True)
class Use:
    """So much in use of what there is. Nurses count in twelfths; without a limit ``of`` is empty."""

    used: int
    of: int | None


@dataclass(frozen=True, slots=True)
class HalfHour:
    """The most that is in use at any moment of one half hour."""

    starts_at: datetime
    chairs: Use
    nurses: Use
    recovery: Use


@dataclass(frozen=True, slots=True)
class Change:
    """What a director would like to try: chairs, nurses and dates more or fewer."""

    chairs: int = 0
    nurses: int = 0
    opens: tuple[date, ...] = ()
    from_time: time = time(8)
    until_time: time = time(16, 30)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a clinic could still take: visits per open day, and days until the first free place."""

    open_days: int
    booked: int
    more: int
    wait_days: int | None

    @property
    def per_day(self) -> float:
        """Visits on an average open day, booked and possible."""
        return (self.booked + self.more) / self.open_days if self.open_days else 0.0


def capacity_on(site_id: UUID, day: date, at: datetime) -> tuple[HalfHour, ...]:
    """Return what is in use on a date, half hour by half hour, from opening to closing."""
    clinic = clinic_of(site_id)
    book = day_books(clinic, [day], at)[day]
    if not book.windows:
        return ()
    opens, closes = min(book.windows)[0], max(end for _, end in book.windows)
    return tuple(_half_hour(book, tick) for tick in range(opens, closes, HALF_HOUR_TICKS))


def what_if(
    site_id: UUID,
    *,
    first: date,
    last: date,
    at: datetime,
    change: Change = Change(),
    type_code: str = "infusion",
) -> Outlook:
    """Fill the free places from first to last with visits of one type, earliest first, and count.

    What is booked stays. The answer is what first come, first served would reach, not the optimum.

    :raises NotFound: the site does not offer this visit type
    """
    clinic = clinic_of(site_id)
    visit = Wanted(type_code).visit(clinic)
    days = Span(first, last, at).days()
    books = {
        day: _changed(book, clinic, change) for day, book in day_books(clinic, days, at).items()
    }
    opened = [books[day] for day in days if books[day].windows]
    filled = {book.day: _filled(book, visit, clinic, at) for book in opened}
    soonest = next((day for day, count in filled.items() if count), None)
    today = at.astimezone(clinic.zone).date()
    return Outlook(
        open_days=len(opened),
        booked=sum(len({row.visit_id for row in book.taken}) for book in opened),
        more=sum(filled.values()),
        wait_days=(soonest - today).days if soonest else None,
    )


def _half_hour(book: DayBook, tick: int) -> HalfHour:
    ticks = range(tick, tick + HALF_HOUR_TICKS)
    return HalfHour(
        moment_of(tick),
        *(_use(book, kind, ticks) for kind in (Kind.CHAIR, Kind.NURSE, Kind.RECOVERY)),
    )


def _use(book: DayBook, kind: Kind, ticks: Iterable[int]) -> Use:
    """The moment of these with the least to spare."""
    rows = [row for row in book.taken if row.kind is kind]
    units = [unit for unit in book.units if unit.kind is kind]
    share = FULL_LOAD if kind is Kind.NURSE else 1
    found = [
        Use(
            sum(row.units for row in rows if row.start <= tick < row.end),
            None
            if kind in book.unlimited
            else share * sum(_is_there(unit, tick) for unit in units),
        )
        for tick in ticks
    ]
    return max(found, key=lambda use: (use.used - (use.of or 0), use.used))


def _is_there(unit: Unit, tick: int) -> bool:
    on_duty = unit.on_duty is None or any(a <= tick < b for a, b in unit.on_duty)
    return on_duty and not any(away.start <= tick < away.end for away in unit.away)


def _changed(book: DayBook, clinic: ClinicFact, change: Change) -> DayBook:
    units = _more(book.units, Kind.CHAIR, change.chairs)
    units = _more(units, Kind.NURSE, change.nurses)
    windows = book.windows
    if book.day in change.opens:
        edges = (
            instant(book.day, wall, clinic.zone) for wall in (change.from_time, change.until_time)
        )
        opens, closes = (tick_of(edge) for edge in edges)
        windows = ((opens, closes),)
    return replace(book, units=units, windows=windows)


def _more(units: tuple[Unit, ...], kind: Kind, count: int) -> tuple[Unit, ...]:
    """The same things with so many of a kind more, like the first of them, or fewer."""
    same = [unit for unit in units if unit.kind is kind]
    if count >= 0:
        pattern = same[0] if same else None
        return (*units, *(replace(pattern, id=uuid4()) for _ in range(count) if pattern))
    gone = {unit.id for unit in same[count:]}
    return tuple(unit for unit in units if unit.id not in gone)


def _filled(book: DayBook, visit: VisitType, clinic: ClinicFact, at: datetime) -> int:
    """Count how many visits first come, first served would still place on a day."""
    count, after = 0, tick_of(at) + 1
    while True:
        masks = day_masks(book)
        starts = find_starts(visit, [masks], zone=clinic.zone, not_before=after, limit=1)
        if not starts:
            return count
        book = _with(book, visit, starts[0])
        count, after = count + 1, starts[0].tick


def _with(book: DayBook, visit: VisitType, start: Start) -> DayBook:
    choice = free_units(visit, day_masks(book), start.tick)[-1]
    rows = taken_by(choice.footprint, start.tick, choice.pick(), visit_id=uuid4())
    return replace(book, taken=[*book.taken, *rows])
