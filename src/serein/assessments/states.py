"""What may follow what, for a filled questionnaire and for a personal link."""

from __future__ import annotations

from enum import StrEnum

from serein.core.states import StateTable


class ResponseState(StrEnum):
    """Where one questionnaire stands."""

    OPEN = "open"
    SENT = "sent"
    IN_ERROR = "in_error"


class ResponseMove(StrEnum):
    """What can happen to a questionnaire."""

    SEND = "send"
    MARK_IN_ERROR = "mark_in_error"


RESPONSE = StateTable(
    "questionnaire",
    ResponseState.OPEN,
    {
        (ResponseState.OPEN, ResponseMove.SEND): ResponseState.SENT,
        (ResponseState.OPEN, ResponseMove.MARK_IN_ERROR): ResponseState.IN_ERROR,
        (ResponseState.SENT, ResponseMove.MARK_IN_ERROR): ResponseState.IN_ERROR,
    },
)


class InvitationState(StrEnum):
    """Where a personal link stands."""

    OPEN = "open"
    USED = "used"
    ASKED_AGAIN = "asked_again"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class InvitationMove(StrEnum):
    """What can happen to a personal link."""

    USE = "use"
    ASK_AGAIN = "ask_again"
    REPLACE = "replace"
    WITHDRAW = "withdraw"


# Time alone expires a link; it needs no move, and so it cannot be forgotten.
INVITATION = StateTable(
    "personal link",
    InvitationState.OPEN,
    {
        (InvitationState.OPEN, InvitationMove.USE): InvitationState.USED,
        (InvitationState.OPEN, InvitationMove.ASK_AGAIN): InvitationState.ASKED_AGAIN,
        (InvitationState.USED, InvitationMove.ASK_AGAIN): InvitationState.ASKED_AGAIN,
        (InvitationState.OPEN, InvitationMove.REPLACE): InvitationState.REPLACED,
        (InvitationState.ASKED_AGAIN, InvitationMove.REPLACE): InvitationState.REPLACED,
        (InvitationState.OPEN, InvitationMove.WITHDRAW): InvitationState.WITHDRAWN,
        (InvitationState.ASKED_AGAIN, InvitationMove.WITHDRAW): InvitationState.WITHDRAWN,
    },
)
