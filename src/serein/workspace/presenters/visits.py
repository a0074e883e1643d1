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
    from serein.workspace.presenters.readiness import Chip

LATE_AFTER = timedelta(minutes=10)
"""How long after its start a visit without an arrival is called late (clinic default, review)."""


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state as a badge."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, for its block on the grid and its line in the list."""

    key: str
    time: str
    name: str
    mrn: str
    seat: str
    number: str
    state: StateWords
    look: str
    flags: StateWords | None
    chips: tuple[Chip, ...]
    url: str
    action_url: str
    action_label: str
    stop_url: str
    move_url: str = ""
    override: str = ""
    phases: str = ""


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

OF_APPOINTMENT: dict[AppointmentState, StateWords] = {
    AppointmentState.BOOKED: StateWords("plain", "Booked"),
    AppointmentState.ARRIVED: StateWords("wait", "Arrived"),
    AppointmentState.DONE: StateWords("done", "Done"),
    AppointmentState.CANCELLED: StateWords("plain", "Cancelled"),
    AppointmentState.NO_SHOW: StateWords("look", "Did not come"),
    AppointmentState.MOVED: StateWords("plain", "Moved"),
}


OF_BOOK: Mapping[AppointmentState, StateWords] = OF_APPOINTMENT | {
    AppointmentState.CONFIRMED: StateWords("done", "Confirmed"),
    AppointmentState.IN_PHASE: StateWords("note", "With us"),
}
"""The exact states of the book, for visits that are no infusions."""


def late_of(starts_at: datetime, at: datetime) -> StateWords | None:
    """Say that somebody is late; nothing while they are not."""
    late = at - starts_at
    return StateWords("look", late_words(late)) if late >= LATE_AFTER else None


def state_of(appointment: AppointmentFact, session: SessionFact | None, at: datetime) -> StateWords:
    """Say where a visit stands; the session knows better than the appointment."""
    if session is not None and session.state is not SessionState.CANCELLED:
        return OF_SESSION[session.state]
    state = AppointmentState(appointment.state)
    late = late_of(appointment.starts_at, at) if state is AppointmentState.BOOKED else None
    if late is None and appointment.status == AppointmentState.CONFIRMED:
        return OF_BOOK[AppointmentState.CONFIRMED]
    return late or OF_APPOINTMENT[state]


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
        return f"{minutes}\u202fmin late"
    if minutes < 24 * 60:
        return f"{minutes // 60}\u202fh late"
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
    return f"{minutes}\u202fmin ago" if minutes < 60 else f"{minutes // 60}\u202fh ago"
