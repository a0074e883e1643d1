"""How a person answers a flag: by name, with one action from a short list."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from serein.core.errors import Refused


class Answer(StrEnum):
    """What was done about a flag."""

    REPEATED = "repeated"
    PRESCRIBER_HERE = "prescriber_here"
    RATE_LOWERED = "rate_lowered"
    PAUSED = "paused"
    STOPPED = "stopped"
    OXYGEN = "oxygen"
    REPOSITIONED = "repositioned"
    PROBE_CHECKED = "probe_checked"
    NO_ACTION = "no_action"


ANSWER_WORDS = {
    Answer.REPEATED: "Repeated the reading",
    Answer.PRESCRIBER_HERE: "Prescriber at the chairside",
    Answer.RATE_LOWERED: "Rate lowered",
    Answer.PAUSED: "Infusion paused",
    Answer.STOPPED: "Infusion stopped",
    Answer.OXYGEN: "Oxygen given",
    Answer.REPOSITIONED: "Stimulated, repositioned",
    Answer.PROBE_CHECKED: "Checked probe or cuff",
    Answer.NO_ACTION: "No action: explained",
}

RERAISE_AFTER = timedelta(minutes=15)
"""A flag that was answered and is still out of range this much later asks again (clinic default, review)."""


def check_answer(answer: Answer, note: str) -> None:
    """Refuse "no action" without a word why.

    :raises Refused: an explanation is missing
    """
    if answer is Answer.NO_ACTION and not note.strip():
        raise Refused("Write why no action was needed.", field="note")
