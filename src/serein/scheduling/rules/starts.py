"""At which moments a visit can start: inside the hours, with a chair, and with the patient free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from serein.scheduling.rules.hours import Hours, windows
from serein.scheduling.rules.ticks import TICK_MINUTES, moment_of, tick_of, ticks_between

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.scheduling.rules.visit import VisitShape

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Book:
    """What is taken: per chair the spans in which it is held, and the patient's own visits."""

    chairs: Mapping[UUID, Sequence[Span]]
    patient: Sequence[Span] = field(default=())


@dataclass(frozen=True, slots=True)
class FreeDay:
    """One open date with the moments at which a visit may start and the chairs free for each.

    The first visit of a series is longer; ``first_chairs_at`` holds its starts where they differ.
    """

    day: date
    chairs_at: Mapping[datetime, tuple[UUID, ...]]
    first_chairs_at: Mapping[datetime, tuple[UUID, ...]] | None = None

    @property
    def starts(self) -> tuple[datetime, ...]:
        return tuple(self.chairs_at)

    @property
    def chairs_for_first(self) -> Mapping[datetime, tuple[UUID, ...]]:
        return self.chairs_at if self.first_chairs_at is None else self.first_chairs_at


def starts_in_hours(
    hours: Hours, day: date, zone: ZoneInfo, shape: VisitShape, grid_minutes: int = TICK_MINUTES
) -> tuple[datetime, ...]:
    """List the starts for which the whole patient time lies inside one opening block.

    The grid counts from local midnight, so that "every quarter hour" means :00, :15, :30, :45.
    """
    return tuple(moment_of(tick) for tick in _ticks_in_hours(hours, day, zone, shape, grid_minutes))


def _ticks_in_hours(
    hours: Hours, day: date, zone: ZoneInfo, shape: VisitShape, grid_minutes: int
) -> list[int]:
    length = shape.patient_minutes // TICK_MINUTES
    return [
        tick
        for opens, closes in windows(hours, day, zone)
        for tick in range(tick_of(opens), tick_of(closes) - length + 1)
        if _wall_minute(tick, zone) % grid_minutes == 0
    ]


def _wall_minute(tick: int, zone: ZoneInfo) -> int:
    local = moment_of(tick).astimezone(zone)
    return local.hour * 60 + local.minute


def free_day(
    *,
    hours: Hours,
    day: date,
    zone: ZoneInfo,
    shape: VisitShape,
    book: Book,
    not_before: datetime | None = None,
    grid_minutes: int = TICK_MINUTES,
) -> FreeDay:
    """Work out every possible start on a date, with the chairs free for the whole visit."""
    candidates = _ticks_in_hours(hours, day, zone, shape, grid_minutes)
    if not candidates:
        return FreeDay(day, {})
    origin = candidates[0]
    chairs = {chair: _mask(spans, origin) for chair, spans in book.chairs.items()}
    patient = _mask(book.patient, origin)
    stay, hold = _visit_masks(shape)
    chairs_at: dict[datetime, tuple[UUID, ...]] = {}
    for tick in candidates:
        start, shift = moment_of(tick), tick - origin
        if not_before is not None and start < not_before:
            continue
        if patient & (stay << shift):
            continue
        wanted = hold << shift
        free = tuple(chair for chair, taken in chairs.items() if not taken & wanted)
        if free:
            chairs_at[start] = free
    return FreeDay(day, chairs_at)


def _visit_masks(shape: VisitShape) -> tuple[int, int]:
    """The ticks of the patient and those of the chair, for a visit that starts at the first bit."""
    start = moment_of(0)
    return _mask([(start, shape.ends_at(start))], 0), _mask([shape.chair_span(start)], 0)


def earliest_next(
    days: Iterable[FreeDay],
    *,
    after: datetime,
    zone: ZoneInfo,
    min_hours: float = 0,
    min_days: int = 1,
) -> datetime | None:
    """Return the earliest start that respects both gaps, start to start, or None."""
    first_day = after.astimezone(zone).date() + timedelta(days=min_days)
    ready = after.astimezone(UTC) + timedelta(hours=min_hours)
    for free in days:
        if free.day < first_day:
            continue
        for start in free.starts:
            if start >= ready:
                return start
    return None


def nearest_to(
    starts: Iterable[datetime], wished: datetime, limit: int = 3
) -> tuple[datetime, ...]:
    """Return the starts nearest to a wished moment, in order of time."""
    near = sorted(starts, key=lambda start: (abs(start - wished), start))[:limit]
    return tuple(sorted(near))


def _mask(spans: Iterable[Span], origin: int) -> int:
    """Set one bit for each tick of the spans, counted from the day's first possible start."""
    mask = 0
    for start, end in spans:
        ticks = ticks_between(start, end)
        low, high = max(ticks.start - origin, 0), ticks.stop - origin
        if high > low:
            mask |= ((1 << (high - low)) - 1) << low
    return mask
