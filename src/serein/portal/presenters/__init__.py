"""What the pages of personal links say."""

from __future__ import annotations

from serein.portal.presenters.questions import check_page, question_page, start_page
from serein.portal.presenters.visits import (
    answer_choices,
    answered_words,
    offer_page,
    offer_words,
    visit_page,
    week_words,
)

__all__ = [
    "answer_choices",
    "answered_words",
    "check_page",
    "offer_page",
    "offer_words",
    "question_page",
    "start_page",
    "visit_page",
    "week_words",
]
