"""A message travels one way, and only people take it up again."""

from __future__ import annotations

import pytest

from serein.core.errors import MoveNotAllowed
from serein.messaging.states import MESSAGE, MessageMove, MessageState


@pytest.mark.parametrize(
    "state", [MessageState.SENT, MessageState.CALLED, MessageState.VOID], ids=str
)
def test_what_arrived_was_called_or_is_void_never_moves_again(state: MessageState) -> None:
    assert MESSAGE.moves_from(state) == ()


def test_a_message_under_way_cannot_be_called_back() -> None:
    with pytest.raises(MoveNotAllowed):
        MESSAGE.after(MessageState.SENDING, MessageMove.VOID)


def test_no_machine_move_leads_from_unsure_to_another_sending() -> None:
    """Only "try again" does, and that is pressed by a person."""
    onward = {
        move
        for move in MESSAGE.moves_from(MessageState.UNSURE)
        if MESSAGE.after(MessageState.UNSURE, move) is MessageState.WAITING
    }
    assert onward == {MessageMove.TRY_AGAIN}
