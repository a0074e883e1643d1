"""Moments in the clinic's own zone. Storage is UTC; people read and type the wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from serein.core.errors import Refused

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """Return the clinic's calendar day of a moment."""
    return at.astimezone(zone).date()


def moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return the UTC moment of a wall-clock time.

    A time that happens twice (autumn) means the first; one that never happens (spring) is refused.

    :raises Refused: when the clocks skip that time
    """
    naive = datetime.combine(day, wall)
    at = naive.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != naive:
        raise Refused(f"Choose another time: the clocks skip {wall:%H:%M} on {day:%-d %B %Y}.")
    return at


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the half-open span of a local day in UTC; it is 23, 24 or 25 hours long."""
    start = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    return start, end
