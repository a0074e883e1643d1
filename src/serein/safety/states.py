"""What may follow what, for safety tasks and for side effects."""

from __future__ import annotations

from enum import StrEnum

from serein.core.states import StateTable


class TaskState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class TaskMove(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    CLOSE = "close"


# Seeing a task never ends it: only closing does, and closing asks for a finding and a next step.
TASK = StateTable(
    "safety task",
    TaskState.OPEN,
    {
        (TaskState.OPEN, TaskMove.ACKNOWLEDGE): TaskState.ACKNOWLEDGED,
        (TaskState.OPEN, TaskMove.CLOSE): TaskState.CLOSED,
        (TaskState.ACKNOWLEDGED, TaskMove.CLOSE): TaskState.CLOSED,
    },
)


class EffectState(StrEnum):
    PRESENT = "present"
    RESOLVED = "resolved"
    IN_ERROR = "in_error"


class EffectMove(StrEnum):
    RESOLVE = "resolve"
    MARK_IN_ERROR = "mark_in_error"


EFFECT = StateTable(
    "side effect",
    EffectState.PRESENT,
    {
        (EffectState.PRESENT, EffectMove.RESOLVE): EffectState.RESOLVED,
        (EffectState.PRESENT, EffectMove.MARK_IN_ERROR): EffectState.IN_ERROR,
        (EffectState.RESOLVED, EffectMove.MARK_IN_ERROR): EffectState.IN_ERROR,
    },
)
