"""What may follow what, for a request to be seen."""

from __future__ import annotations

from enum import StrEnum

from serein.core.states import StateTable


class RequestState(StrEnum):
    NEW = "new"
    CONTACTED = "contacted"
    ACCEPTED = "accepted"
    NOT_NOW = "not_now"


class RequestMove(StrEnum):
    CONTACT = "contact"
    ACCEPT = "accept"
    SET_NOT_NOW = "set_not_now"
    REOPEN = "reopen"


REQUEST = StateTable(
    "consult request",
    RequestState.NEW,
    {
        (RequestState.NEW, RequestMove.CONTACT): RequestState.CONTACTED,
        (RequestState.NEW, RequestMove.ACCEPT): RequestState.ACCEPTED,
        (RequestState.NEW, RequestMove.SET_NOT_NOW): RequestState.NOT_NOW,
        (RequestState.CONTACTED, RequestMove.ACCEPT): RequestState.ACCEPTED,
        (RequestState.CONTACTED, RequestMove.SET_NOT_NOW): RequestState.NOT_NOW,
        (RequestState.NOT_NOW, RequestMove.REOPEN): RequestState.NEW,
    },
)
