"""States, dates and protocols in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from serein.plans.rules import PROTOCOLS
from serein.plans.states import PlanState

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

STATE_WORDS = {
    PlanState.DRAFT: ("wait", "Draft, not signed"),
    PlanState.SIGNED: ("done", "Signed, in force"),
    PlanState.COMPLETED: ("plain", "Completed"),
    PlanState.STOPPED: ("plain", "Stopped"),
}

VISIT_WORDS = {
    "booked": ("wait", "Booked"),
    "arrived": ("note", "Here now"),
    "done": ("done", "Done"),
    "cancelled": ("plain", "Cancelled"),
    "no_show": ("look", "Missed"),
    "moved": ("plain", "Moved"),
}


def day_in(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment as "9 March 2026"."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %Y}"


def time_in(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment as "10:00"."""
    local = at.astimezone(zone)
    return f"{local.hour}:{local.minute:02}"


def when_in(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment as "9 March 2026, 10:00"."""
    return f"{day_in(at, zone)}, {time_in(at, zone)}"


def weekday_day_in(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment as "Tue 10 March"."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%B}"


def protocol_words(code: str) -> str:
    """Write a protocol as "C · Six in three weeks"."""
    return f"{code} · {PROTOCOLS[code].name}"
