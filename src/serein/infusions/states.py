"""What may follow what in one infusion visit.

A patient who goes home after the discharge gate is *discharged*; one who goes home although the
team advised staying has *left against advice*. Nothing leads to *running* but through *ready*.
"""

from __future__ import annotations

from enum import StrEnum

from serein.core.states import StateTable


class SessionState(StrEnum):
    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    RECOVERING = "recovering"
    DISCHARGED = "discharged"
    LEFT = "left_against_advice"
    CANCELLED = "cancelled"


class Move(StrEnum):
    CHECK_IN = "check_in"
    CLEAR = "clear"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    DISCHARGE = "discharge"
    LEAVE = "leave"
    CANCEL = "cancel"


TABLE = StateTable(
    "infusion session",
    SessionState.BOOKED,
    {
        (SessionState.BOOKED, Move.CHECK_IN): SessionState.CHECKED_IN,
        (SessionState.BOOKED, Move.CANCEL): SessionState.CANCELLED,
        (SessionState.CHECKED_IN, Move.CANCEL): SessionState.CANCELLED,
        (SessionState.READY, Move.CANCEL): SessionState.CANCELLED,
        (SessionState.CHECKED_IN, Move.CLEAR): SessionState.READY,
        (SessionState.READY, Move.START): SessionState.RUNNING,
        (SessionState.RUNNING, Move.PAUSE): SessionState.PAUSED,
        (SessionState.PAUSED, Move.RESUME): SessionState.RUNNING,
        (SessionState.RUNNING, Move.STOP): SessionState.RECOVERING,
        (SessionState.PAUSED, Move.STOP): SessionState.RECOVERING,
        (SessionState.RECOVERING, Move.DISCHARGE): SessionState.DISCHARGED,
        (SessionState.RECOVERING, Move.LEAVE): SessionState.LEFT,
    },
)

BEFORE_START = (SessionState.CHECKED_IN, SessionState.READY)
DRUG_IN_USE = (SessionState.RUNNING, SessionState.PAUSED)
IN_THE_CHAIR = (*BEFORE_START, *DRUG_IN_USE, SessionState.RECOVERING)
WENT_HOME = (SessionState.DISCHARGED, SessionState.LEFT)
