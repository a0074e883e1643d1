"""Five-minute ticks of UTC, and the two kinds of time that must not be mixed.

Wall-clock rules (opening hours, "the same time next week") are worked out in the clinic's zone and
then converted; elapsed rules (the gap between infusions, the length of a visit) in UTC. A tick never
repeats and never vanishes, so a day on which the clocks change needs no special case.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

TICK_MINUTES = 5
_TICK_SECONDS = TICK_MINUTES * 60

TickSpan = tuple[int, int]
"""A half-open stretch of ticks."""


def tick_of(at: datetime) -> int:
    """Return the tick that a moment falls in."""
    return int(at.timestamp()) // _TICK_SECONDS


def moment_of(tick: int) -> datetime:
    """Return the UTC moment at which a tick begins."""
    return datetime.fromtimestamp(tick * _TICK_SECONDS, tz=UTC)


def is_on_grid(at: datetime) -> bool:
    """Say whether a moment is the beginning of a tick."""
    return at.timestamp() % _TICK_SECONDS == 0


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return the UTC moment of a wall-clock time.

    A time that happens twice (autumn) means the first occurrence; one that never happens (spring)
    moves forward by the length of the gap.
    """
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)


def local_problem(day: date, wall: time, zone: ZoneInfo) -> str:
    """Say "skipped" or "repeated" for a wall-clock time that the clocks jump over or show twice."""
    first = datetime.combine(day, wall, tzinfo=zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return ""
    back = first.astimezone(UTC).astimezone(zone)
    return "repeated" if back.replace(tzinfo=None) == first.replace(tzinfo=None) else "skipped"


def ticks_for(minutes: float) -> int:
    """Return the whole ticks that hold so many minutes, rounded up."""
    return -int(-minutes // TICK_MINUTES)


def span_ticks(start: datetime, end: datetime) -> TickSpan:
    """Return the ticks that a stretch of time touches, rounded outwards."""
    return tick_of(start), -int(-end.timestamp() // _TICK_SECONDS)


def inner_ticks(start: datetime, end: datetime) -> TickSpan:
    """Return the whole ticks that lie inside a stretch of time."""
    return -int(-start.timestamp() // _TICK_SECONDS), tick_of(end)


def wall_minute(tick: int, zone: ZoneInfo) -> int:
    """Return the minutes since local midnight that the clinic's clock shows at a tick."""
    local = moment_of(tick).astimezone(zone)
    return local.hour * 60 + local.minute


def local_day(tick: int, zone: ZoneInfo) -> date:
    """Return the local date of a tick."""
    return moment_of(tick).astimezone(zone).date()


def elapsed_hours(earlier: datetime, later: datetime) -> float:
    """Return the hours that really passed, on whatever days the clocks changed.

    Python subtracts two moments of one zone by their wall clocks, hence the conversion.
    """
    return (later.astimezone(UTC) - earlier.astimezone(UTC)).total_seconds() / 3600
