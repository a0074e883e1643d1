"""What the staff pages gather from the rest of the clinic, in a constant number of questions."""

from __future__ import annotations

from serein.workspace.queries.chart import SESSIONS_PER_PAGE, ChartFacts, chart_facts
from serein.workspace.queries.day import DayFacts, VisitFacts, day_facts
from serein.workspace.queries.waiting import WaitingFacts, waiting_facts

__all__ = [
    "SESSIONS_PER_PAGE",
    "ChartFacts",
    "DayFacts",
    "VisitFacts",
    "WaitingFacts",
    "chart_facts",
    "day_facts",
    "waiting_facts",
]
