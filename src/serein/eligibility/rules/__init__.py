"""Who may be offered ketamine, and why not.

A requirement is met, not met or unknown; unknown blocks “eligible”. The questions, their sources and
the codes that contradict them are content (``eligibility/content``); the judging is here.
"""

from __future__ import annotations

from serein.eligibility.rules.asked import ANSWER_WORDS, check_answer, is_concern
from serein.eligibility.rules.content import (
    ContentError,
    Question,
    Screening,
    rule_set_version,
    screening,
)
from serein.eligibility.rules.determination import (
    GOES_ON,
    LEAST_OVERRIDE_CHARACTERS,
    OUTCOME_WORDS,
    Outcome,
    check_override,
    check_parts,
    outcome_from,
)
from serein.eligibility.rules.facts import (
    Answer,
    AnswerValue,
    BloodPressure,
    Facts,
    Measure,
    Medicine,
    Problem,
    Said,
)
from serein.eligibility.rules.judging import Advice, advice, blocking, findings_for, panel
from serein.eligibility.rules.lines import RuleLine, Verdict

QUESTIONS: tuple[Question, ...] = screening().questions
"""The screening questions in use, in order."""

__all__ = [
    "ANSWER_WORDS",
    "GOES_ON",
    "LEAST_OVERRIDE_CHARACTERS",
    "OUTCOME_WORDS",
    "QUESTIONS",
    "Advice",
    "Answer",
    "AnswerValue",
    "BloodPressure",
    "ContentError",
    "Facts",
    "Measure",
    "Medicine",
    "Outcome",
    "Problem",
    "Question",
    "RuleLine",
    "Said",
    "Screening",
    "Verdict",
    "advice",
    "blocking",
    "check_answer",
    "check_override",
    "check_parts",
    "findings_for",
    "is_concern",
    "outcome_from",
    "panel",
    "rule_set_version",
    "screening",
]
