"""What a visit is called, and its tone, in one table for every staff page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from serein.core.clinic_time import days_ago
from serein.infusions.states import SessionState
from serein.monitoring.rules import Rank
from serein.scheduling.states import AppointmentState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from serein.infusions.queries import SessionFact
    from serein.scheduling.queries import AppointmentFact

LATE_AFTER = timedelta(minutes=10)
"""How long after its start a visit without an arrival is called late (clinic default, review)."""


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state as a badge."""

    tone: str
    text: str


OF_SESSION: Mapping[SessionState, StateWords] = {
    SessionState.BOOKED: StateWords("plain", "Booked"),
    SessionState.CHECKED_IN: StateWords("wait", "Checked in"),
    SessionState.READY: StateWords("note", "Ready to start"),
    SessionState.RUNNING: StateWords("note", "Infusing"),
    SessionState.PAUSED: StateWords("look", "Paused"),
    SessionState.RECOVERING: StateWords("wait", "Recovering"),
    SessionState.DISCHARGED: StateWords("done", "Went home"),
    SessionState.LEFT: StateWords("look", "Left against advice"),
    SessionState.CANCELLED: StateWords("plain", "Cancelled"),
}

OF_APPOINTMENT: Mapping[AppointmentState, StateWords] = {
    AppointmentState.BOOKED: StateWords("plain", "Booked"),
    AppointmentState.ARRIVED: StateWords("wait", "Arrived"),
    AppointmentState.DONE: StateWords("done", "Done"),
    AppointmentState.CANCELLED: StateWords("plain", "Cancelled"),
    AppointmentState.NO_SHOW: StateWords("look", "Did not come"),
    AppointmentState.MOVED: StateWords("plain", "Moved"),
}


def state_of(appointment: AppointmentFact, session: SessionFact | None, at: datetime) -> StateWords:
    """Say where a visit stands; the session knows better than the appointment."""
    if session is not None and session.state is not SessionState.CANCELLED:
        return OF_SESSION[session.state]
    state = AppointmentState(appointment.state)
    late = at - appointment.starts_at
    if state is AppointmentState.BOOKED and late >= LATE_AFTER:
        return StateWords("look", late_words(late))
    return OF_APPOINTMENT[state]


FLAG_TONES: Mapping[Rank, str] = {Rank.ACT_NOW: "act", Rank.LOOK: "look", Rank.NOTE: "note"}


def flags_of(ranks: Sequence[Rank]) -> StateWords | None:
    """Count the flags that wait, in the tone of the gravest."""
    if not ranks:
        return None
    count = "1 flag" if len(ranks) == 1 else f"{len(ranks)} flags"
    return StateWords(FLAG_TONES[ranks[0]], count)


def late_words(late: timedelta) -> str:
    """Say how late somebody is; a day later it is a visit that nobody closed."""
    minutes = int(late.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes}\u2009min late"
    if minutes < 24 * 60:
        return f"{minutes // 60}\u2009h late"
    return "Not closed"


def day_words(at: datetime, zone: ZoneInfo) -> str:
    """Write the day of a moment."""
    return f"{at.astimezone(zone):%a %-d %b %Y}"


def age_words(at: datetime, now: datetime) -> str:
    """Say how long ago a moment was, in the largest fitting unit."""
    days = (now - at).days
    if days >= 1:
        return days_ago(days)
    minutes = max(0, int((now - at).total_seconds() // 60))
    return f"{minutes}\u2009min ago" if minutes < 60 else f"{minutes // 60}\u2009h ago"
