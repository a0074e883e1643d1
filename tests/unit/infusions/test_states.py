"""The table of the visit: nothing runs without the gate, everything that runs can be stopped."""

from __future__ import annotations

import pytest

from serein.core.errors import MoveNotAllowed
from serein.infusions.states import DRUG_IN_USE, TABLE, Move, SessionState


def _paths(state: SessionState, walked: tuple[Move, ...], longest: int) -> list[tuple[Move, ...]]:
    found = [walked] if state is SessionState.RUNNING else []
    if len(walked) == longest:
        return found
    for move in TABLE.moves_from(state):
        found += _paths(TABLE.after(state, move), (*walked, move), longest)
    return found


def test_no_path_reaches_running_without_the_gate() -> None:
    paths = _paths(SessionState.BOOKED, (), longest=9)
    assert paths
    for path in paths:
        assert path[:3] == (Move.CHECK_IN, Move.CLEAR, Move.START)


@pytest.mark.parametrize("state", DRUG_IN_USE)
def test_whatever_runs_can_be_stopped(state: SessionState) -> None:
    assert TABLE.after(state, Move.STOP) is SessionState.RECOVERING


@pytest.mark.parametrize("state", DRUG_IN_USE)
@pytest.mark.parametrize("move", [Move.CANCEL, Move.DISCHARGE, Move.LEAVE])
def test_nobody_goes_home_with_the_pump_running(state: SessionState, move: Move) -> None:
    with pytest.raises(MoveNotAllowed):
        TABLE.after(state, move)


def test_the_ends_are_ends() -> None:
    for state in (SessionState.DISCHARGED, SessionState.LEFT, SessionState.CANCELLED):
        assert TABLE.moves_from(state) == ()
