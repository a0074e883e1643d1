from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.safety import rules
from serein.safety.rules import (
    ATTEMPT_WORDS,
    LEVEL_WORDS,
    REACHED_WORDS,
    SEVERITY_WORDS,
    AttemptOutcome,
    Level,
    Reached,
)
from serein.safety.states import EffectState, TaskState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.safety.queries import AttemptFact, SideEffectFact, TaskFact

_LEVEL_TONES = {Level.S3: "act", Level.S2: "look", Level.S1: "note"}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One safety task in the list."""

    task_id: UUID
    who: str
    tone: str
    level: str
    because: str
    age: str
    due: str
    is_overdue: bool
    state: str
    clinician: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the front desk is told: whom to call, and nothing clinical."""

    tone: str
    instruction: str
    age: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what happened."""

    word: str
    note: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and what stands beside it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One safety task with what was done about it."""

    row: TaskRow
    patient_id: UUID | None
    request_id: UUID | None
    facts: tuple[Pair, ...]
    attempts: tuple[Line, ...]
    closing: tuple[Pair, ...]
    can_acknowledge: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One side effect."""

    effect_id: UUID
    words: str
    tone: str
    state: str
    strength: str
    since: str
    ended: str
    done: str
    who: str
    ask_again: str
    is_present: bool
    is_struck: bool


def task_rows(tasks: Sequence[TaskFact], *, at: datetime, zone: ZoneInfo) -> tuple[TaskRow, ...]:
    """Write the list of tasks: overdue first, then unanswered by deadline, then taken on."""
    ordered = sorted(tasks, key=lambda task: _place(task, at))
    return tuple(task_row(task, at=at, zone=zone) for task in ordered)


def task_row(task: TaskFact, *, at: datetime, zone: ZoneInfo) -> TaskRow:
    """Write one task."""
    is_overdue = _is_overdue(task, at)
    return TaskRow(
        task_id=task.task_id,
        who=_who(task),
        tone=_LEVEL_TONES[task.level],
        level=LEVEL_WORDS[task.level],
        because=task.because,
        age=age_words(at - task.opened_at),
        due=_due(task, at, zone),
        is_overdue=is_overdue,
        state=_state(task),
        clinician=task.assigned_to_name or "Nobody named",
    )


def notices(tasks: Sequence[TaskFact], *, at: datetime) -> tuple[Notice, ...]:
    """Write what the front desk is told: one instruction for each unanswered task."""
    waiting = sorted(
        (task for task in tasks if task.state is TaskState.OPEN), key=lambda task: _place(task, at)
    )
    return tuple(
        Notice(
            tone=_LEVEL_TONES[task.level],
            instruction=_instruction(task),
            age=f"Opened {age_words(at - task.opened_at)} ago",
        )
        for task in waiting
    )


def task_page(
    task: TaskFact, attempts: Sequence[AttemptFact], *, at: datetime, zone: ZoneInfo
) -> TaskPage:
    """Write one task with everything that was done."""
    facts = [
        Pair("Opened", f"{when(task.opened_at, zone)} ({age_words(at - task.opened_at)} ago)"),
        Pair("Answer due", f"{when(task.due_at, zone)} ({rules.CLINIC_DEFAULT})"),
        Pair("For", task.assigned_to_name or "Nobody named"),
    ]
    if task.acknowledged_at is not None:
        facts.append(
            Pair("Taken on", f"{task.acknowledged_by_name}, {when(task.acknowledged_at, zone)}")
        )
    return TaskPage(
        row=task_row(task, at=at, zone=zone),
        patient_id=task.patient_id,
        request_id=task.request_id,
        facts=tuple(facts),
        attempts=tuple(
            Line(
                ATTEMPT_WORDS[AttemptOutcome(attempt.outcome)],
                attempt.note,
                attempt.by_name,
                when(attempt.at, zone),
            )
            for attempt in attempts
        ),
        closing=_closing(task, zone),
        can_acknowledge=task.state is TaskState.OPEN,
        is_closed=task.state is TaskState.CLOSED,
    )


def effect_rows(
    effects: Sequence[SideEffectFact], *, at: datetime, zone: ZoneInfo
) -> tuple[EffectRow, ...]:
    """Write side effects, those still there first and the newest first."""
    ordered = sorted(
        effects,
        key=lambda effect: (effect.state is EffectState.PRESENT, effect.onset_at),
        reverse=True,
    )
    return tuple(effect_row(effect, at=at, zone=zone) for effect in ordered)


def effect_row(effect: SideEffectFact, *, at: datetime, zone: ZoneInfo) -> EffectRow:
    """Write one side effect."""
    tone, state = {
        EffectState.PRESENT: ("look", "Still there"),
        EffectState.RESOLVED: ("done", "Gone" if effect.worst else "Not there"),
        EffectState.IN_ERROR: ("plain", "Entered in error"),
    }[effect.state]
    strength = f"{effect.severity_now}, {SEVERITY_WORDS[effect.severity_now].split(':')[0]}"
    if effect.worst != effect.severity_now:
        strength += f" (worst {effect.worst})"
    return EffectRow(
        effect_id=effect.effect_id,
        words=effect.words,
        tone=tone,
        state=state,
        strength=strength,
        since=when(effect.onset_at, zone),
        ended=when(effect.resolved_at, zone) if effect.resolved_at else "",
        done=effect.action_taken,
        who=effect.recorded_by_name,
        ask_again=_ask_again(effect, at),
        is_present=effect.state is EffectState.PRESENT,
        is_struck=effect.state is EffectState.IN_ERROR,
    )


def age_words(age: timedelta) -> str:
    """Write how long ago something was, coarser as it grows."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes}\u202fmin"
    if minutes < 24 * 60:
        return f"{minutes // 60}\u202fh {minutes % 60}\u202fmin"
    days = minutes // (24 * 60)
    return "1 day" if days == 1 else f"{days} days"


def when(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment by the clinic's clock."""
    return f"{at.astimezone(zone):%-d %b %Y}, {clock(at, zone)}"


def _place(task: TaskFact, at: datetime) -> tuple[int, datetime]:
    if _is_overdue(task, at):
        return 0, task.due_at
    return (1 if task.state is TaskState.OPEN else 2), task.due_at


def _is_overdue(task: TaskFact, at: datetime) -> bool:
    return rules.is_overdue(state=task.state, due=task.due_at, at=at)


def _who(task: TaskFact) -> str:
    return task.patient_name or "Somebody who asked to be seen"


def _due(task: TaskFact, at: datetime, zone: ZoneInfo) -> str:
    if task.state is not TaskState.OPEN:
        return "Answered"
    if at > task.due_at:
        return f"Overdue by {age_words(at - task.due_at)}"
    if task.due_at - at < timedelta(hours=12):
        return f"Due in {age_words(task.due_at - at)}"
    return f"Due {when(task.due_at, zone)}"


def _state(task: TaskFact) -> str:
    if task.state is TaskState.OPEN:
        return "Nobody has answered"
    if task.state is TaskState.ACKNOWLEDGED:
        return f"Taken on by {task.acknowledged_by_name}"
    return f"Closed by {task.closed_by_name}"


def _instruction(task: TaskFact) -> str:
    clinician = task.assigned_to_name or "the clinician on duty"
    urgency = {
        Level.S3: f"Call {clinician} now.",
        Level.S2: f"Call {clinician} within the hour.",
        Level.S1: f"Tell {clinician} before the day's first visit.",
    }[task.level]
    return f"{urgency} Say: the safety list has an item for you."


def _closing(task: TaskFact, zone: ZoneInfo) -> tuple[Pair, ...]:
    if task.closed_at is None:
        return ()
    return (
        Pair("Closed", f"{task.closed_by_name}, {when(task.closed_at, zone)}"),
        Pair("Reached", REACHED_WORDS[Reached(task.reached)]),
        Pair("Found", task.finding_text),
        Pair("Next step", task.next_step),
    )


def _ask_again(effect: SideEffectFact, at: datetime) -> str:
    if effect.ask_again_at is None:
        return ""
    wait = effect.ask_again_at - at
    if wait <= timedelta(0):
        return f"Ask again now ({age_words(-wait)} late)"
    return f"Ask again in {age_words(wait)}"
