from __future__ import annotations

import pytest

from serein.core.errors import MoveNotAllowed
from serein.intake.states import REQUEST, RequestMove, RequestState


def test_a_request_may_be_accepted_without_a_call() -> None:
    assert REQUEST.after(RequestState.NEW, RequestMove.ACCEPT) is RequestState.ACCEPTED


def test_not_now_can_be_asked_again() -> None:
    assert REQUEST.after(RequestState.NOT_NOW, RequestMove.REOPEN) is RequestState.NEW


@pytest.mark.parametrize("move", list(RequestMove))
def test_nothing_follows_an_accepted_request(move: RequestMove) -> None:
    with pytest.raises(MoveNotAllowed):
        REQUEST.after(RequestState.ACCEPTED, move)


def test_not_now_is_not_accepted_without_asking_again() -> None:
    with pytest.raises(MoveNotAllowed):
        REQUEST.after(RequestState.NOT_NOW, RequestMove.ACCEPT)
