"""What may happen to one visit, to an offer, to a place on the waiting list, to a task to rebook."""

from __future__ import annotations

from enum import StrEnum

from serein.core.states import StateTable


class VisitKind(StrEnum):
    """What a visit is for."""

    CONSULT = "consult"
    FIRST = "first"
    INFUSION = "infusion"
    MAINTENANCE = "maintenance"


class ShiftRole(StrEnum):
    """As what somebody is on shift."""

    NURSE = "nurse"
    PRESCRIBER = "prescriber"


class AppointmentState(StrEnum):
    HELD = "held"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_PHASE = "in_phase"
    DONE = "done"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    MOVED = "moved"
    LAPSED = "lapsed"


class AppointmentMove(StrEnum):
    BOOK = "book"
    LAPSE = "lapse"
    CONFIRM = "confirm"
    ARRIVE = "arrive"
    BEGIN_PHASE = "begin_phase"
    FINISH = "finish"
    CANCEL = "cancel"
    MISS = "miss"
    RESCHEDULE = "reschedule"
    UNDO = "undo"


_S, _M = AppointmentState, AppointmentMove

APPOINTMENT = StateTable(
    "Appointment",
    AppointmentState.HELD,
    {
        (_S.HELD, _M.BOOK): _S.BOOKED,
        (_S.HELD, _M.LAPSE): _S.LAPSED,
        (_S.BOOKED, _M.CONFIRM): _S.CONFIRMED,
        (_S.BOOKED, _M.ARRIVE): _S.ARRIVED,
        (_S.BOOKED, _M.RESCHEDULE): _S.MOVED,
        (_S.BOOKED, _M.CANCEL): _S.CANCELLED,
        (_S.BOOKED, _M.MISS): _S.NO_SHOW,
        (_S.CONFIRMED, _M.ARRIVE): _S.ARRIVED,
        (_S.CONFIRMED, _M.RESCHEDULE): _S.MOVED,
        (_S.CONFIRMED, _M.CANCEL): _S.CANCELLED,
        (_S.CONFIRMED, _M.MISS): _S.NO_SHOW,
        (_S.CONFIRMED, _M.UNDO): _S.BOOKED,
        (_S.ARRIVED, _M.BEGIN_PHASE): _S.IN_PHASE,
        (_S.ARRIVED, _M.FINISH): _S.DONE,
        (_S.ARRIVED, _M.CANCEL): _S.CANCELLED,
        (_S.ARRIVED, _M.UNDO): _S.BOOKED,
        (_S.IN_PHASE, _M.BEGIN_PHASE): _S.IN_PHASE,
        (_S.IN_PHASE, _M.FINISH): _S.DONE,
        (_S.IN_PHASE, _M.CANCEL): _S.CANCELLED,
        (_S.CANCELLED, _M.UNDO): _S.BOOKED,
        (_S.NO_SHOW, _M.UNDO): _S.BOOKED,
    },
)
"""A visit that nobody holds first is stored as booked. An undo is a step of its own, never an erasure."""

WAITING = (AppointmentState.BOOKED, AppointmentState.CONFIRMED)
"""States in which the visit is still to come."""

STANDING = (
    AppointmentState.BOOKED,
    AppointmentState.CONFIRMED,
    AppointmentState.ARRIVED,
    AppointmentState.IN_PHASE,
    AppointmentState.DONE,
)
"""States in which the visit is on the book for good."""

OCCUPYING = (AppointmentState.HELD, *STANDING)
"""States in which the visit occupies its patient, its chair and everything else it needs."""


class RebookState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class RebookMove(StrEnum):
    FINISH = "finish"
    DROP = "drop"
    REOPEN = "reopen"


REBOOK = StateTable(
    "Rebook task",
    RebookState.OPEN,
    {
        (RebookState.OPEN, RebookMove.FINISH): RebookState.DONE,
        (RebookState.OPEN, RebookMove.DROP): RebookState.DROPPED,
        (RebookState.DONE, RebookMove.REOPEN): RebookState.OPEN,
        (RebookState.DROPPED, RebookMove.REOPEN): RebookState.OPEN,
    },
)


class WaitState(StrEnum):
    WAITING = "waiting"
    SERVED = "served"
    LEFT = "left"


class WaitMove(StrEnum):
    SERVE = "serve"
    LEAVE = "leave"


WAITLIST = StateTable(
    "Waiting list",
    WaitState.WAITING,
    {
        (WaitState.WAITING, WaitMove.SERVE): WaitState.SERVED,
        (WaitState.WAITING, WaitMove.LEAVE): WaitState.LEFT,
    },
)


class OfferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    TAKEN = "taken"
    DECLINED = "declined"


class OfferMove(StrEnum):
    ACCEPT = "accept"
    GIVE_AWAY = "give_away"
    DECLINE = "decline"


OFFER = StateTable(
    "Offer of a freed time",
    OfferState.OPEN,
    {
        (OfferState.OPEN, OfferMove.ACCEPT): OfferState.ACCEPTED,
        (OfferState.OPEN, OfferMove.GIVE_AWAY): OfferState.TAKEN,
        (OfferState.OPEN, OfferMove.DECLINE): OfferState.DECLINED,
    },
)
