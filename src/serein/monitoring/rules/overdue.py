"""Flags of time itself: a set that is overdue, and no reading for too long.

They are judged at a moment, not from readings: they stand while it is so and end with the next set.
Silence is data too (hazard HZ-5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from serein.core.clinic_time import span
from serein.core.quantities import shown
from serein.monitoring.rules.due import DueSet, DueState, Silence
from serein.monitoring.rules.ladder import Rank
from serein.monitoring.rules.readings import Phase

OVERDUE, STALE = "time.overdue", "time.stale"
SOURCE = "clinic default, review"


@dataclass(frozen=True, slots=True)
class TimeFlag:
    """A flag that the clock raises. ``cause`` names the due time or the last set."""

    code: str
    rank: Rank
    word: str
    do: str
    value_text: str
    limit_text: str
    source: str
    cause: str
    raised_at: datetime


def time_flags(
    *, due: Sequence[DueSet], silence: Silence | None, at: datetime
) -> tuple[TimeFlag, ...]:
    """What the clock has to say now. Silence outranks a late set and stands alone."""
    if silence is not None and silence.is_stale:
        return (_stale(silence, at),)
    first = first_owed(due)
    if first is None or at <= first.late_at:
        return ()
    return (
        TimeFlag(
            code=OVERDUE,
            rank=Rank.LOOK,
            word="Vitals overdue",
            do="Chart a full set now.",
            value_text=f"{first.label}, {span(at - first.due_at)} late",
            limit_text=f"{span(first.late_at - first.due_at)} after it is due",
            source=SOURCE,
            cause=first.code,
            raised_at=first.late_at,
        ),
    )


def first_owed(due: Sequence[DueSet]) -> DueSet | None:
    """The earliest set late or missed since the last one that was taken; a missed one stays owed."""
    owed: list[DueSet] = []
    for one in sorted((d for d in due if not d.is_over), key=lambda d: d.due_at):
        if one.state in (DueState.DONE, DueState.DONE_LATE):
            owed = [late for late in owed if late.code == "repeat"]
        elif one.state in (DueState.LATE, DueState.MISSED) and one.phase is not Phase.PRE:
            owed.append(one)
    return owed[0] if owed else None


def _stale(silence: Silence, at: datetime) -> TimeFlag:
    since = silence.last_at or at - timedelta(minutes=silence.minutes)
    return TimeFlag(
        code=STALE,
        rank=Rank.LOOK,
        word=f"No reading for {span(timedelta(minutes=silence.minutes))}",
        do="Look at the patient and chart a full set now.",
        value_text="no reading",
        limit_text=f"{shown(silence.stale_after_min, 'min')} without a set",
        source=SOURCE,
        cause="silence",
        raised_at=since + timedelta(minutes=silence.stale_after_min),
    )
