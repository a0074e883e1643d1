"""One visit: what was ordered, what was done, who said so, and how it reached us."""

from __future__ import annotations

from serein.infusions.models.care import DrugStatement, RescueGiven, ScaleScore
from serein.infusions.models.notes_to_nurse import MessageRead, NurseMessage
from serein.infusions.models.offline import EntryStamp
from serein.infusions.models.orders import ChairOrder, OrderEnd, ReadBack
from serein.infusions.models.paper import PaperEntry
from serein.infusions.models.sessions import (
    Addendum,
    ChecklistAnswer,
    Discharge,
    GateOverride,
    InfusionSession,
    Remark,
    SecondCheck,
    SessionEvent,
    SessionNote,
    SessionTransition,
)
from serein.infusions.models.take_over import TakeOver

__all__ = [
    "Addendum",
    "ChairOrder",
    "ChecklistAnswer",
    "Discharge",
    "DrugStatement",
    "EntryStamp",
    "GateOverride",
    "InfusionSession",
    "MessageRead",
    "NurseMessage",
    "OrderEnd",
    "PaperEntry",
    "ReadBack",
    "Remark",
    "RescueGiven",
    "ScaleScore",
    "SecondCheck",
    "SessionEvent",
    "SessionNote",
    "SessionTransition",
    "TakeOver",
]
