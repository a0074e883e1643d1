"""Places on the time axis."""

from __future__ import annotations

from datetime import datetime


def minutes_from(start: datetime, at: datetime) -> float:
    """Minutes after a moment; before it they are negative."""
    return (at - start).total_seconds() / 60
