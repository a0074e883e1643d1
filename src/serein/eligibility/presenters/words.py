"""Days and ages in the clinic's own calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.core.clinic_time import days_ago, local_day

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo


def day_words(moment: datetime, zone: ZoneInfo) -> str:
    """“12 March 2026”."""
    day = local_day(moment, zone)
    return f"{day.day} {day:%B %Y}"


def age_words(moment: datetime, at: datetime, zone: ZoneInfo) -> str:
    """“today”, “1 day ago”, “12 days ago”, “14 months ago”."""
    days = (local_day(at, zone) - local_day(moment, zone)).days
    if days < 92:
        return days_ago(days)
    if days < 730:
        return f"{days // 30} months ago"
    return f"{days // 365} years ago"
