"""When sets are due, and what became of each. Source: clinical reference 4.3 (clinic default).

Minutes of the infusion count from the actual start and stand still in a pause; minutes after it count
from the actual end and never move. A set taken within a due time's window satisfies it. Late is not
missed: late can still be taken, missed means that the next one is already due.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from serein.core.quantities import shown
from serein.monitoring.rules.ladder import CONTENT, Ladder
from serein.monitoring.rules.raising import is_out_of_range
from serein.monitoring.rules.readings import (
    Phase,
    Reading,
    Signal,
    Timeline,
    baseline_for,
    by_signal,
    in_order,
    phase_at,
)

LONGEST_VISIT = timedelta(hours=12)
"""No set falls due later than this after the start: a visit left open is no reason to go on asking."""

COUNTS_WHEN = frozenset({Signal.BP, Signal.HR, Signal.SPO2})


class DueState(StrEnum):
    """What became of a due set."""

    UPCOMING = "upcoming"
    DUE = "due"
    LATE = "late"
    MISSED = "missed"
    DONE = "done"
    DONE_LATE = "done_late"


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often a set is due; all figures in minutes but the last two."""

    version: str
    source: str
    pre_within_min: int
    during_min: tuple[int, ...]
    during_every_min: int
    post_every_min: int
    post_for_min: int
    late_after_min: int
    late_after_post_min: int
    repeat_from_min: int
    repeat_by_min: int
    in_range_in_a_row: int
    stale_after_intervals: int


@dataclass(frozen=True, slots=True)
class DueTime:
    """One moment at which a set is due; ``until_at`` is when the window of the next one opens."""

    code: str
    label: str
    phase: Phase
    due_at: datetime
    late_at: datetime
    from_at: datetime
    until_at: datetime | None

    def is_open_at(self, at: datetime) -> bool:
        """Whether a set taken then may still be this one: in time, or before the next one's window."""
        return at <= self.late_at or self.until_at is None or at < self.until_at


@dataclass(frozen=True, slots=True)
class DueSet:
    """A due time and what became of it. ``minutes_late`` counts from the due time.

    ``is_over``: the visit has ended, nothing is owed any more.
    """

    code: str
    label: str
    phase: Phase
    due_at: datetime
    late_at: datetime
    state: DueState
    done_at: datetime | None
    minutes_late: int
    is_over: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a set."""
        return not self.is_over and self.state in (
            DueState.UPCOMING,
            DueState.DUE,
            DueState.LATE,
        )


@dataclass(frozen=True, slots=True)
class Silence:
    """How long nothing was read, and whether that is too long."""

    last_at: datetime | None
    minutes: int
    stale_after_min: int
    is_stale: bool


@cache
def schedule() -> Schedule:
    """The schedule that ships with the clinic defaults."""
    rows = tomllib.loads((CONTENT / "schedule.toml").read_text(encoding="utf-8"))
    return Schedule(**{**rows, "during_min": tuple(rows["during_min"])})


def due_times(
    *, timeline: Timeline, at: datetime, plan: Schedule, ahead_min: int = 30
) -> tuple[DueTime, ...]:
    """Every due time from the start to ``ahead_min`` after ``at``, with the window of each."""
    if timeline.started_at is None:
        return ()
    horizon = min(at + timedelta(minutes=ahead_min), timeline.started_at + LONGEST_VISIT)
    marks = _during(timeline, horizon, plan) + _post(timeline, horizon, plan)
    following = [*marks, None][1:]
    return tuple(
        DueTime(
            code=mark.code,
            label=mark.label,
            phase=mark.phase,
            due_at=mark.due_at,
            late_at=mark.due_at + mark.tolerance,
            from_at=mark.due_at - mark.tolerance,
            until_at=after.due_at - after.tolerance if after else None,
        )
        for mark, after in zip(marks, following, strict=True)
    )


def due_sets(
    *,
    timeline: Timeline,
    readings: Sequence[Reading],
    at: datetime,
    plan: Schedule,
    ladder: Ladder,
    ahead_min: int = 30,
) -> tuple[DueSet, ...]:
    """Every due time with what became of it at ``at``, and the repeat that is owed, in time order."""
    sets = [r for r in in_order(readings) if counts(r)]
    found = [_pre(timeline, sets, at, plan)]
    times = due_times(timeline=timeline, at=at, plan=plan, ahead_min=ahead_min)
    taken = _first_sets(times, sets)
    found += [_standing(due, taken.get(due.code), at) for due in times]
    repeat = owed_repeat(timeline=timeline, readings=readings, at=at, plan=plan, ladder=ladder)
    if repeat is not None:
        found.append(repeat)
    if timeline.closed_at is not None:
        found = [_over(one) for one in found]
    return tuple(sorted(found, key=lambda due: due.due_at))


def _over(one: DueSet) -> DueSet:
    """What is left of a due set when the visit has ended: done, or never taken."""
    state = DueState.MISSED if one.is_open else one.state
    minutes_late = 0 if state is DueState.MISSED else one.minutes_late
    return replace(one, state=state, minutes_late=minutes_late, is_over=True)


def counts(reading: Reading) -> bool:
    """Whether a set satisfies a due time: BP, HR and SpO₂ looked at, "no signal" included."""
    return (reading.values.measured() | reading.no_signal) >= COUNTS_WHEN


def owed_repeat(
    *,
    timeline: Timeline,
    readings: Sequence[Reading],
    at: datetime,
    plan: Schedule,
    ladder: Ladder,
) -> DueSet | None:
    """The repeat after a value out of range: 3 to 5 min later, until two in a row are in range."""
    if timeline.closed_at is not None:
        return None
    ordered = in_order(readings)
    baseline = baseline_for(ordered, timeline, within_min=ladder.baseline_within_min)
    measured = by_signal(ordered)
    owed_from: datetime | None = None
    for condition in ladder.conditions:
        seen = measured[condition.signal]
        if timeline.started_at is not None and condition.phases == {Phase.PRE}:
            continue
        latest = seen[-plan.in_range_in_a_row :]
        if any(is_out_of_range(condition, r, baseline) for r in latest):
            owed_from = min(owed_from or seen[-1].occurred_at, seen[-1].occurred_at)
    if owed_from is None:
        return None
    due_at = owed_from + timedelta(minutes=plan.repeat_from_min)
    late_at = owed_from + timedelta(minutes=plan.repeat_by_min)
    return DueSet(
        code="repeat",
        label="Repeat: out of range",
        phase=phase_at(timeline, due_at),
        due_at=due_at,
        late_at=late_at,
        state=_open_state(due_at, late_at, at),
        done_at=None,
        minutes_late=_late_by(due_at, at) if at > late_at else 0,
    )


def silence(
    *, timeline: Timeline, readings: Sequence[Reading], at: datetime, plan: Schedule
) -> Silence | None:
    """How long no value came in. Nothing before the start, nothing after closing."""
    if timeline.started_at is None or timeline.closed_at is not None:
        return None
    taken = [r.occurred_at for r in readings if r.values.measured() and r.occurred_at <= at]
    last_at = max(taken) if taken else None
    minutes = int((at - (last_at or timeline.started_at)).total_seconds() // 60)
    limit = stale_after_min(timeline, at, plan)
    since = at - (last_at or timeline.started_at)
    return Silence(last_at, minutes, limit, since > timedelta(minutes=limit))


def stale_after_min(timeline: Timeline, at: datetime, plan: Schedule) -> int:
    """After how many minutes without a set the last one no longer speaks for the patient."""
    is_post = timeline.stopped_at is not None and at > timeline.stopped_at
    every = plan.post_every_min if is_post else plan.during_every_min
    return every * plan.stale_after_intervals


@dataclass(frozen=True, slots=True)
class _Mark:
    code: str
    label: str
    phase: Phase
    due_at: datetime
    tolerance: timedelta


def _pre(timeline: Timeline, sets: Sequence[Reading], at: datetime, plan: Schedule) -> DueSet:
    """The set before the start: wanted until the start, and at most half an hour old then."""
    start_at = timeline.started_at or at
    from_at = start_at - timedelta(minutes=plan.pre_within_min)
    taken = [r.occurred_at for r in sets if r.phase is Phase.PRE and r.occurred_at >= from_at]
    due_at = timeline.started_at or timeline.opened_at
    if taken:
        state = DueState.DONE
    else:
        state = DueState.DUE if timeline.started_at is None else DueState.MISSED
    return DueSet(
        code="pre",
        label="Before the start",
        phase=Phase.PRE,
        due_at=due_at,
        late_at=max(due_at, at),
        state=state,
        done_at=max(taken, default=None),
        minutes_late=0,
    )


def _during(timeline: Timeline, horizon: datetime, plan: Schedule) -> list[_Mark]:
    tolerance = timedelta(minutes=plan.late_after_min)
    marks: list[_Mark] = []
    last_at = horizon
    if timeline.stopped_at is not None:
        # A set that falls on the end is the end set, not two sets.
        last_at = min(horizon, timeline.stopped_at - tolerance)
    minute = _next_minute(0, plan)
    due_at = _moment_of(timeline, minute)
    while due_at is not None and due_at <= last_at:
        marks.append(
            _Mark(f"during-{minute}", shown(minute, "min"), Phase.DURING, due_at, tolerance)
        )
        minute = _next_minute(minute, plan)
        due_at = _moment_of(timeline, minute)
    if timeline.stopped_at is not None:
        marks.append(_Mark("end", "At the end", Phase.DURING, timeline.stopped_at, tolerance))
    return marks


def _next_minute(minute: int, plan: Schedule) -> int:
    listed = next((m for m in plan.during_min if m > minute), None)
    if listed is not None:
        return listed
    every = plan.during_every_min
    return (minute // every + 1) * every


def _moment_of(timeline: Timeline, minute: int) -> datetime | None:
    """The moment at which the infusion has run for so many minutes; None while a pause hides it."""
    if timeline.started_at is None:
        return None
    due_at = timeline.started_at + timedelta(minutes=minute)
    for pause in sorted(timeline.pauses, key=lambda p: p.from_at):
        if pause.from_at >= due_at:
            break
        if pause.to_at is None:
            return None
        due_at += pause.to_at - pause.from_at
    return due_at


def _post(timeline: Timeline, horizon: datetime, plan: Schedule) -> list[_Mark]:
    if timeline.stopped_at is None:
        return []
    tolerance = timedelta(minutes=plan.late_after_post_min)
    every = timedelta(minutes=plan.post_every_min)
    least = timedelta(minutes=timeline.post_for_min or plan.post_for_min)
    last_at = timeline.closed_at or max(timeline.stopped_at + least, horizon)
    marks: list[_Mark] = []
    due_at = timeline.stopped_at + every
    while due_at <= last_at:
        minutes = int((due_at - timeline.stopped_at).total_seconds() // 60)
        marks.append(
            _Mark(
                f"post-{minutes}", f"{shown(minutes, 'min')} after", Phase.POST, due_at, tolerance
            )
        )
        due_at += every
    return marks


def _first_sets(times: Sequence[DueTime], sets: Sequence[Reading]) -> dict[str, datetime]:
    """When the first set of each due time was taken, by its code.

    A set belongs to the earliest due time that it is not too late for.
    """
    first: dict[str, datetime] = {}
    for reading in sets:
        owner = next((one for one in times if one.is_open_at(reading.occurred_at)), None)
        if owner is not None and reading.occurred_at >= owner.from_at:
            first.setdefault(owner.code, reading.occurred_at)
    return first


def _standing(due: DueTime, done_at: datetime | None, at: datetime) -> DueSet:
    if done_at is not None:
        state = DueState.DONE_LATE if done_at > due.late_at else DueState.DONE
    elif not due.is_open_at(at):
        state = DueState.MISSED
    else:
        state = _open_state(due.from_at, due.late_at, at)
    is_late = state in (DueState.LATE, DueState.DONE_LATE)
    return DueSet(
        code=due.code,
        label=due.label,
        phase=due.phase,
        due_at=due.due_at,
        late_at=due.late_at,
        state=state,
        done_at=done_at,
        minutes_late=_late_by(due.due_at, done_at or at) if is_late else 0,
    )


def _open_state(from_at: datetime, late_at: datetime, at: datetime) -> DueState:
    if at > late_at:
        return DueState.LATE
    return DueState.DUE if at >= from_at else DueState.UPCOMING


def _late_by(due_at: datetime, at: datetime) -> int:
    return max(0, int((at - due_at).total_seconds() // 60))
