from __future__ import annotations

import pytest

from serein.core.errors import MoveNotAllowed
from serein.safety.states import EFFECT, TASK, EffectMove, EffectState, TaskMove, TaskState


def test_seeing_a_task_does_not_close_it() -> None:
    assert TASK.after(TaskState.OPEN, TaskMove.ACKNOWLEDGE) is TaskState.ACKNOWLEDGED


@pytest.mark.parametrize("state", [TaskState.OPEN, TaskState.ACKNOWLEDGED])
def test_closing_ends_a_task(state: TaskState) -> None:
    assert TASK.after(state, TaskMove.CLOSE) is TaskState.CLOSED


@pytest.mark.parametrize("move", list(TaskMove))
def test_nothing_follows_a_closed_task(move: TaskMove) -> None:
    with pytest.raises(MoveNotAllowed):
        TASK.after(TaskState.CLOSED, move)


def test_a_task_is_acknowledged_once() -> None:
    with pytest.raises(MoveNotAllowed):
        TASK.after(TaskState.ACKNOWLEDGED, TaskMove.ACKNOWLEDGE)


def test_an_effect_resolves_and_may_still_prove_an_error() -> None:
    assert EFFECT.after(EffectState.PRESENT, EffectMove.RESOLVE) is EffectState.RESOLVED
    assert EFFECT.after(EffectState.RESOLVED, EffectMove.MARK_IN_ERROR) is EffectState.IN_ERROR
    with pytest.raises(MoveNotAllowed):
        EFFECT.after(EffectState.IN_ERROR, EffectMove.RESOLVE)
