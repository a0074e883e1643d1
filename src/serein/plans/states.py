"""What may happen to a treatment plan."""

from __future__ import annotations

from enum import StrEnum

from serein.core.states import StateTable


class PlanState(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    COMPLETED = "completed"
    STOPPED = "stopped"


class PlanMove(StrEnum):
    SIGN = "sign"
    COMPLETE = "complete"
    STOP = "stop"


PLAN = StateTable(
    "Treatment plan",
    PlanState.DRAFT,
    {
        (PlanState.DRAFT, PlanMove.SIGN): PlanState.SIGNED,
        (PlanState.DRAFT, PlanMove.STOP): PlanState.STOPPED,
        (PlanState.SIGNED, PlanMove.COMPLETE): PlanState.COMPLETED,
        (PlanState.SIGNED, PlanMove.STOP): PlanState.STOPPED,
    },
)
