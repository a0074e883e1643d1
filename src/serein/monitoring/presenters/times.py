"""Moments and spans in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LONG_HOURS = 48
"""From here on a span is said in days."""


def clock(at: datetime, zone: ZoneInfo) -> str:
    """The wall clock of the clinic: ``14:05``."""
    return f"{at.astimezone(zone):%H:%M}"


def span(between: timedelta) -> str:
    """A span as it is said: ``now``, ``4 min``, ``1 h 20 min``."""
    minutes = int(between.total_seconds() // 60)
    if minutes < 1:
        return "now"
    hours, rest = divmod(minutes, 60)
    if hours >= LONG_HOURS:
        return f"{hours // 24} days"
    if not hours:
        return f"{minutes}\u2009min"
    return f"{hours}\u2009h {rest}\u2009min" if rest else f"{hours}\u2009h"


def minutes_from(start: datetime, at: datetime) -> float:
    """Minutes after a moment; before it they are negative."""
    return (at - start).total_seconds() / 60
