"""The questionnaires of the clinic and how each is scored."""

from __future__ import annotations

from serein.assessments.rules.answering import (
    LINK_DAYS,
    RESPONDENT_WORDS,
    SAFE_NOW_WORDS,
    TOKEN_CHARACTERS,
    Respondent,
    SafeNow,
    expiry_fault,
    link_is_open,
    needs_someone_now,
    token_hash,
)
from serein.assessments.rules.content import FaultyInstrument, load, parse
from serein.assessments.rules.instruments import GATE, Gate, Instrument, Item
from serein.assessments.rules.scoring import (
    AnswerNotPermitted,
    Provisional,
    Score,
    asked,
    check_answers,
    cut_off_for,
    gate_is_closed,
    minutes_for,
    raises_signal,
    score,
)

INSTRUMENTS = load()


def instrument(code: str) -> Instrument:
    """Look up a questionnaire by its code.

    :raises KeyError: there is none of that code
    """
    return INSTRUMENTS[code]


__all__ = [
    "GATE",
    "INSTRUMENTS",
    "LINK_DAYS",
    "RESPONDENT_WORDS",
    "SAFE_NOW_WORDS",
    "TOKEN_CHARACTERS",
    "AnswerNotPermitted",
    "FaultyInstrument",
    "Gate",
    "Instrument",
    "Item",
    "Provisional",
    "Respondent",
    "SafeNow",
    "Score",
    "asked",
    "check_answers",
    "cut_off_for",
    "expiry_fault",
    "gate_is_closed",
    "instrument",
    "link_is_open",
    "minutes_for",
    "needs_someone_now",
    "parse",
    "raises_signal",
    "score",
    "token_hash",
]
