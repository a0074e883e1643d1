"""Starts inside the opening hours, and those nearest to a wish."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from serein.scheduling.rules.hours import Hours, tick_windows
from serein.scheduling.rules.ticks import TICK_MINUTES, moment_of, ticks_for, wall_minute

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.scheduling.rules.visit import VisitShape


def starts_in_hours(
    hours: Hours, day: date, zone: ZoneInfo, shape: VisitShape, grid_minutes: int = TICK_MINUTES
) -> tuple[datetime, ...]:
    """List the starts for which the whole patient time lies inside one opening block.

    The grid counts from local midnight, so that "every quarter hour" means :00, :15, :30, :45.
    """
    length = ticks_for(shape.patient_minutes)
    return tuple(
        moment_of(tick)
        for opens, closes in tick_windows(hours, day, zone)
        for tick in range(opens, closes - length + 1)
        if wall_minute(tick, zone) % grid_minutes == 0
    )


def nearest_to(
    starts: Iterable[datetime], wished: datetime, limit: int = 3
) -> tuple[datetime, ...]:
    """Return the starts nearest to a wished moment, in order of time."""
    near = sorted(starts, key=lambda start: (abs(start - wished), start))[:limit]
    return tuple(sorted(near))
