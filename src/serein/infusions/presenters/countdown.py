"""The countdown to the next due set, with what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.monitoring.rules import DueSet, DueState, first_owed
from serein.monitoring.rules.asked import ASKED_WORDS, asks_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

RING = timedelta(minutes=10)
"""A whole ring; a set that is due later fills it."""


@dataclass(frozen=True, slots=True)
class Countdown:
    """``due_at`` is empty where nothing waits; ``share`` is the part of the ring that is left."""

    tone: str
    word: str
    figure: str
    label: str
    asks: str
    due_at: str
    whole_s: int
    share: int


def countdown(due: Sequence[DueSet], *, at: datetime, zone: ZoneInfo, is_paused: bool) -> Countdown:
    """Say how long until the next set is due, or how late it is."""
    waiting = [one for one in due if one.is_open]
    owed = first_owed(due)
    first = owed or min(waiting, key=lambda one: one.due_at, default=None)
    if first is None:
        word = "Sets wait while the pump stands still" if is_paused else "No set is due"
        return Countdown("wait", word, "", "", "", "", 0, 0)
    tone, word = _tone(first, is_owed=owed is not None)
    left = first.due_at - at
    share = max(0, min(100, round(left / RING * 100)))
    return Countdown(
        tone=tone,
        word=word,
        figure=_figure(left),
        label=f"{first.label}, {clock(first.due_at, zone)}",
        asks=", ".join(ASKED_WORDS[name] for name in asks_of(first)),
        due_at=first.due_at.isoformat(),
        whole_s=int(RING.total_seconds()),
        share=share,
    )


def _tone(first: DueSet, *, is_owed: bool) -> tuple[str, str]:
    if is_owed:
        return "act", "Missed" if first.state is DueState.MISSED else "Overdue"
    if first.state is DueState.DUE:
        return "look", "Due now"
    return "wait", "Next vitals"


def _figure(left: timedelta) -> str:
    seconds = int(abs(left.total_seconds()))
    if seconds >= 3600:
        return f"{seconds // 3600}\u202fh {seconds // 60 % 60}\u202fmin"
    return f"{seconds // 60}:{seconds % 60:02}"
