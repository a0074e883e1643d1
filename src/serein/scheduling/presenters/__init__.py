"""Hours and visits in finished words."""

from __future__ import annotations

from serein.scheduling.presenters.hours import dated, hours_page
from serein.scheduling.presenters.visits import (
    MovePage,
    Verdict,
    day_choices,
    move_page,
    verdict,
    visit_page,
)

__all__ = [
    "MovePage",
    "Verdict",
    "dated",
    "day_choices",
    "hours_page",
    "move_page",
    "verdict",
    "visit_page",
]
