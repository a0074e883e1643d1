"""What is due next, and what became of each due set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock, span
from serein.monitoring import rules

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

STATES = {
    rules.DueState.UPCOMING: ("wait", "Upcoming"),
    rules.DueState.DUE: ("look", "Due now"),
    rules.DueState.LATE: ("act", "Late"),
    rules.DueState.MISSED: ("stale", "Missed"),
    rules.DueState.DONE: ("done", "Done"),
    rules.DueState.DONE_LATE: ("done", "Done late"),
}


@dataclass(frozen=True, slots=True)
class DueLine:
    """One due set in words."""

    label: str
    at: str
    tone: str
    state: str
    detail: str


@dataclass(frozen=True, slots=True)
class DuePanel:
    """The next set in large, silence in its own look, and the list behind it."""

    tone: str
    headline: str
    detail: str
    next_at: str
    silence: str
    last: str
    lines: tuple[DueLine, ...]


def due_panel(
    *,
    due: Sequence[rules.DueSet],
    silence: rules.Silence | None,
    at: datetime,
    zone: ZoneInfo,
    is_paused: bool = False,
) -> DuePanel:
    """Say what is due. While the infusion is paused its sets wait; repeats and silence do not."""
    tone, headline, detail, next_at = _next(due, at, zone, is_paused=is_paused)
    return DuePanel(
        tone=tone,
        headline=headline,
        detail=detail,
        next_at=next_at,
        silence=f"No reading for {span(timedelta(minutes=silence.minutes))}"
        if silence and silence.is_stale
        else "",
        last=_last(silence, at, zone),
        lines=tuple(_line(one, zone) for one in due),
    )


def _next(
    due: Sequence[rules.DueSet], at: datetime, zone: ZoneInfo, *, is_paused: bool
) -> tuple[str, str, str, str]:
    waiting = [one for one in due if one.is_open]
    owed = rules.first_owed(due)
    first = owed or min(waiting, key=lambda one: one.due_at, default=None)
    if first is None:
        if is_paused:
            return "wait", "Paused", "Sets of the infusion wait until it runs again.", ""
        return "done", "No set is due", "", ""
    when = clock(first.due_at, zone)
    next_at = first.due_at.isoformat()
    if owed is not None:
        return "act", "Vitals overdue", f"{first.label}, {span(at - first.due_at)} late", next_at
    if first.state is rules.DueState.DUE:
        return "look", "Vitals due now", f"{first.label}, {when}", next_at
    return "wait", f"Next vitals in {span(first.due_at - at)}", f"{first.label}, {when}", next_at


def _last(silence: rules.Silence | None, at: datetime, zone: ZoneInfo) -> str:
    if silence is None or silence.last_at is None:
        return ""
    ago = span(at - silence.last_at)
    said = ago if ago == "now" else f"{ago} ago"
    return f"Last set {clock(silence.last_at, zone)}, {said}"


def _line(one: rules.DueSet, zone: ZoneInfo) -> DueLine:
    tone, word = STATES[one.state]
    detail = ""
    if one.done_at is not None:
        detail = f"charted for {clock(one.done_at, zone)}"
    if one.minutes_late:
        detail = ", ".join(part for part in (detail, f"{one.minutes_late}\u202fmin late") if part)
    return DueLine(one.label, clock(one.due_at, zone), tone, word, detail)
