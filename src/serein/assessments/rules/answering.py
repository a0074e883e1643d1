"""Who answered, how safe they said they are, and how long a personal link may live."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

LINK_DAYS = 7
"""How long a personal link stays open (clinic default, review)."""
LONGEST_LINK_DAYS = 30
TOKEN_CHARACTERS = 43
"""The length of a link's secret: 256 bits, written in the letters that an address may hold."""


class Respondent(StrEnum):
    """Whose hand filled the form."""

    PATIENT = "patient"
    STAFF = "staff"
    PHONE = "phone"


RESPONDENT_WORDS: Mapping[Respondent, str] = {
    Respondent.PATIENT: "Filled in by the patient",
    Respondent.STAFF: "Asked by staff, face to face",
    Respondent.PHONE: "Asked by staff, by telephone",
}


class SafeNow(StrEnum):
    """The answers to "Are you safe right now?". Only a plain yes is taken as yes."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not_sure"
    RATHER_NOT_SAY = "rather_not_say"


SAFE_NOW_WORDS: Mapping[SafeNow, str] = {
    SafeNow.YES: "Yes",
    SafeNow.NO: "No",
    SafeNow.NOT_SURE: "I am not sure",
    SafeNow.RATHER_NOT_SAY: "I would rather not say",
}


def needs_someone_now(answer: SafeNow) -> bool:
    """Tell whether the answer raises the task to "now" (clinic default, review)."""
    return answer is not SafeNow.YES


def token_hash(token: str) -> str:
    """Return what is kept of a link's secret: SHA-256, from which it cannot be had back."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_is_open(*, state: str, expires_at: datetime, at: datetime) -> bool:
    """Tell whether answers may still be given through a link."""
    return state == "open" and at < expires_at


def expiry_fault(*, expires_at: datetime, at: datetime) -> str | None:
    """Say what is wrong with the moment at which a link is to end, if anything is."""
    if expires_at <= at:
        return "Choose an end that is still ahead."
    if expires_at - at > timedelta(days=LONGEST_LINK_DAYS):
        return f"Choose an end within {LONGEST_LINK_DAYS} days."
    return None
