"""Moments in the clinic's own zone. Storage is UTC; people read and type the wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from serein.core.errors import Refused
from serein.core.quantities import shown

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


LONG_HOURS = 48
"""From here on a span is said in days."""


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """Return the clinic's calendar day of a moment."""
    return at.astimezone(zone).date()


def clock(wall: time | datetime, zone: tzinfo | None = None) -> str:
    """Write a time of day as it is written everywhere: "08:05". A zone turns a moment into its."""
    if zone is not None and isinstance(wall, datetime):
        wall = wall.astimezone(zone)
    return f"{wall:%H:%M}"


def span(between: timedelta) -> str:
    """Say how long something takes: "now", "4 min", "1 h 20 min"; from 48 hours on in days."""
    minutes = int(between.total_seconds() // 60)
    if minutes < 1:
        return "now"
    hours, rest = divmod(minutes, 60)
    if hours >= LONG_HOURS:
        return f"{hours // 24} days"
    if not hours:
        return shown(minutes, "min")
    return f"{shown(hours, 'h')} {shown(rest, 'min')}" if rest else shown(hours, "h")


def days_ago(days: int) -> str:
    """Say how many calendar days back something was: "today", "1 day ago", "12 days ago"."""
    if days <= 0:
        return "today"
    return "1 day ago" if days == 1 else f"{days} days ago"


def moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return the UTC moment of a wall-clock time.

    A time that happens twice (autumn) means the first; one that never happens (spring) is refused.

    :raises Refused: when the clocks skip that time
    """
    naive = datetime.combine(day, wall)
    at = naive.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != naive:
        raise Refused(f"Choose another time: the clocks skip {clock(wall)} on {day:%-d %B %Y}.")
    return at


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the half-open span of a local day in UTC; it is 23, 24 or 25 hours long."""
    start = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    return start, end
