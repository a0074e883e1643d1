"""What a message may be about, what it may say, and what it may never say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

Given = datetime | bool | list[datetime]
Stored = str | bool | list[str]


class Kind(StrEnum):
    """What a message is for. Of one kind there is one message for each revision of its subject."""

    PREPARE = "prepare"
    CONFIRM = "confirm"
    REMIND = "remind"
    TODAY = "today"
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    OFFER = "offer"


class Channel(StrEnum):
    """How a message travels. "none" is a message for which there was no way."""

    SMS = "sms"
    EMAIL = "email"
    NONE = "none"


class Answer(StrEnum):
    """What a patient may answer by a link."""

    YES = "yes"
    CANNOT_COME = "cannot_come"
    CALL_ME = "call_me"


KIND_WORDS: Mapping[Kind, str] = {
    Kind.PREPARE: "Preparation, 7 days before",
    Kind.CONFIRM: "Please confirm, 3 days before",
    Kind.REMIND: "Reminder, 1 day before",
    Kind.TODAY: "Checklist of the day",
    Kind.BOOKED: "Booked",
    Kind.MOVED: "Moved",
    Kind.CANCELLED: "Cancelled",
    Kind.OFFER: "Offer of another time",
}
CHANNEL_WORDS: Mapping[Channel, str] = {
    Channel.SMS: "Text message",
    Channel.EMAIL: "E-mail",
    Channel.NONE: "No way to reach",
}

_REMINDER = {"starts_at": datetime, "needs_driver": bool}
ARGUMENTS: Mapping[Kind, Mapping[str, type]] = {
    Kind.PREPARE: _REMINDER,
    Kind.CONFIRM: _REMINDER,
    Kind.REMIND: _REMINDER,
    Kind.TODAY: _REMINDER,
    Kind.BOOKED: {"starts_at": datetime, "times": list},
    Kind.MOVED: {"starts_at": datetime, "was_at": datetime},
    Kind.CANCELLED: {"starts_at": datetime},
    Kind.OFFER: {"starts_at": datetime, "answer_by": datetime, "was_at": datetime},
}
"""What each wording may be filled with: moments and yes or no, never free text."""

_NEEDED: Mapping[Kind, frozenset[str]] = {
    **{kind: frozenset({"starts_at"}) for kind in Kind},
    Kind.BOOKED: frozenset(),
    Kind.MOVED: frozenset({"starts_at", "was_at"}),
    Kind.OFFER: frozenset({"starts_at", "answer_by"}),
}

ANSWERS: Mapping[Kind, tuple[Answer, ...]] = {
    Kind.CONFIRM: (Answer.YES, Answer.CANNOT_COME, Answer.CALL_ME),
    Kind.REMIND: (Answer.YES, Answer.CANNOT_COME, Answer.CALL_ME),
    Kind.OFFER: (Answer.YES, Answer.CANNOT_COME),
}
"""The kinds that ask something, with the answers that they take."""

CLINICAL_WORDS = (
    "ketamine", "esketamine", "infus", "inject", "intraven", "iv", "ptsd", "trauma", "psych", "mental",
    "depress", "suicid", "anxiety", "therap", "treat", "dose", "dosage", "dosing", "drug", "medic",
    "prescri", "sedat", "anesth", "anaesth", "dissociat", "diagnos", "disorder", "symptom", "syndrome",
    "illness", "disease", "patient", "doctor", "nurse", "hospital", "vein", "needle", "pump",
)  # fmt: skip
"""Beginnings of words that would tell a stranger why somebody comes here."""

_CLINICAL = re.compile(
    r"\b(?:" + "|".join(w if w != "iv" else r"iv\b" for w in CLINICAL_WORDS) + ")", re.IGNORECASE
)
_LINK = re.compile(r"https?://\S+")


def clinical_words_in(text: str) -> tuple[str, ...]:
    """List the beginnings of clinical words in a text, as written there. Addresses of pages do not count."""
    return tuple(found.group(0) for found in _CLINICAL.finditer(_LINK.sub("", text)))


def stored_arguments(kind: Kind, given: Mapping[str, Given]) -> dict[str, Stored]:
    """Check what a wording is to be filled with, and write it as JSON can hold it.

    :raises ValueError: an argument is missing or unknown, or a moment has no zone
    :raises TypeError: an argument is of another type
    """
    known = ARGUMENTS[kind]
    missing = _NEEDED[kind] - set(given)
    if missing or not set(given) <= set(known) or not given:
        raise ValueError(f"{kind} takes {sorted(known)}, needs {sorted(_NEEDED[kind])}")
    return {name: _stored(name, value, known[name]) for name, value in given.items()}


def _stored(name: str, value: Given, wanted: type) -> Stored:
    if not isinstance(value, wanted):
        raise TypeError(f"{name} is no {wanted.__name__}")
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [_moment(name, each) for each in value]
    return _moment(name, value)


def _moment(name: str, value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{name} has no zone")
    return value.isoformat()


def read_arguments(kind: Kind, stored: Mapping[str, Stored]) -> dict[str, Given]:
    """Give the arguments back as they were given to `stored_arguments`."""
    read: dict[str, Given] = {}
    for name, value in stored.items():
        if isinstance(value, list):
            read[name] = [datetime.fromisoformat(each) for each in value]
        elif isinstance(value, str):
            read[name] = datetime.fromisoformat(value)
        else:
            read[name] = value
    return read
