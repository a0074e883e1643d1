"""Words and tones for the states of a visit and for its moments."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal

from serein.core.quantities import shown
from serein.infusions.rules.delivered import EventKind
from serein.infusions.rules.note import EVENT_WORDS
from serein.infusions.states import SessionState

STATE_WORDS: dict[SessionState, tuple[str, str]] = {
    SessionState.BOOKED: ("Booked", "plain"),
    SessionState.CHECKED_IN: ("Checked in", "wait"),
    SessionState.READY: ("Ready to start", "note"),
    SessionState.RUNNING: ("Running", "note"),
    SessionState.PAUSED: ("Paused", "look"),
    SessionState.RECOVERING: ("Recovering", "wait"),
    SessionState.DISCHARGED: ("Discharged", "done"),
    SessionState.LEFT: ("Left against advice", "look"),
    SessionState.CANCELLED: ("Cancelled", "plain"),
}


def exact_clock(at: datetime, zone: tzinfo) -> str:
    """The wall clock with its seconds: ``14:05:09``."""
    return f"{at.astimezone(zone):%H:%M:%S}"


def day(at: datetime, zone: tzinfo) -> str:
    """A day as it is said: ``12 March 2026``."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %Y}"


def mg(value: Decimal) -> str:
    """A dose as it is read: 0.1 mg."""
    return shown(value, "mg", 1)


def rate(value: Decimal | None) -> str:
    """A pump rate, or nothing where there is none."""
    return shown(value, "mL/h") if value is not None else ""


def event(kind: EventKind) -> str:
    """What was done at the pump, in words."""
    return EVENT_WORDS[kind]
