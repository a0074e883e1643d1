"""States, dates and protocols in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
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


def when_in(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment as "9 March 2026, 10:00"."""
    return f"{day_in(at, zone)}, {clock(at, zone)}"


def weekday_day_in(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment as "Tue 10 March"."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%B}"


def protocol_words(code: str) -> str:
    """Write a protocol as "C · Six in three weeks"."""
    return f"{code} · {PROTOCOLS[code].name}"


def stopped_words(booked: int) -> str:
    """Say that a plan has stopped, and what became of the visits that were booked under it."""
    if not booked:
        return "Plan stopped."
    return f"Plan stopped; {'its booked visit is' if booked == 1 else f'its {booked} booked visits are'} cancelled."
