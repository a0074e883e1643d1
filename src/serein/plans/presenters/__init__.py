"""Finished words for the pages about plans."""

from __future__ import annotations

from serein.plans.presenters.copy import patient_copy
from serein.plans.presenters.dose import DoseLine, DoseNumber, dose_line, plan_dose_line
from serein.plans.presenters.pages import echo, plan_lines, plan_page, protocol_cards
from serein.plans.presenters.visits import (
    book_page,
    chosen_card,
    series_card,
    visit_line,
)
from serein.plans.presenters.words import STATE_WORDS, protocol_words, stopped_words

__all__ = [
    "STATE_WORDS",
    "DoseLine",
    "DoseNumber",
    "book_page",
    "chosen_card",
    "dose_line",
    "echo",
    "patient_copy",
    "plan_dose_line",
    "plan_lines",
    "plan_page",
    "protocol_cards",
    "protocol_words",
    "series_card",
    "stopped_words",
    "visit_line",
]
