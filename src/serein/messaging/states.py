"""What may follow what, for one message to a patient."""

from __future__ import annotations

from enum import StrEnum

from serein.core.states import StateTable


class MessageState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"
    CALLED = "called"
    VOID = "void"


class MessageMove(StrEnum):
    CLAIM = "claim"
    DELIVER = "deliver"
    WAIT = "wait"
    GIVE_UP = "give_up"
    LOSE_SIGHT = "lose_sight"
    TRY_AGAIN = "try_again"
    CALL_INSTEAD = "call_instead"
    VOID = "void"


# "Unsure" is a message that was handed over and never answered for: people decide, never a machine,
# because sending again could send twice.
MESSAGE = StateTable(
    "message",
    MessageState.WAITING,
    {
        (MessageState.WAITING, MessageMove.CLAIM): MessageState.SENDING,
        (MessageState.WAITING, MessageMove.GIVE_UP): MessageState.FAILED,
        (MessageState.WAITING, MessageMove.VOID): MessageState.VOID,
        (MessageState.SENDING, MessageMove.DELIVER): MessageState.SENT,
        (MessageState.SENDING, MessageMove.WAIT): MessageState.WAITING,
        (MessageState.SENDING, MessageMove.GIVE_UP): MessageState.FAILED,
        (MessageState.SENDING, MessageMove.LOSE_SIGHT): MessageState.UNSURE,
        (MessageState.UNSURE, MessageMove.DELIVER): MessageState.SENT,
        (MessageState.UNSURE, MessageMove.GIVE_UP): MessageState.FAILED,
        (MessageState.UNSURE, MessageMove.TRY_AGAIN): MessageState.WAITING,
        (MessageState.UNSURE, MessageMove.CALL_INSTEAD): MessageState.CALLED,
        (MessageState.UNSURE, MessageMove.VOID): MessageState.VOID,
        (MessageState.FAILED, MessageMove.TRY_AGAIN): MessageState.WAITING,
        (MessageState.FAILED, MessageMove.CALL_INSTEAD): MessageState.CALLED,
        (MessageState.FAILED, MessageMove.VOID): MessageState.VOID,
    },
)
