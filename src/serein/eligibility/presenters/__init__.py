"""What the pages of the consult say."""

from __future__ import annotations

from serein.eligibility.presenters.consult import ConsultPage, consult_page
from serein.eligibility.presenters.decision import DecisionPage, DecisionShown, decision_page
from serein.eligibility.presenters.panel import PanelShown, panel_shown

__all__ = [
    "ConsultPage",
    "DecisionPage",
    "DecisionShown",
    "PanelShown",
    "consult_page",
    "decision_page",
    "panel_shown",
]
