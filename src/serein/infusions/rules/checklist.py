"""The questions asked before the start, and which answers they take."""

from __future__ import annotations

from collections.abc import Mapping

from serein.core.errors import Refused
from serein.core.quantities import spaced

IDENTITY_WAYS: Mapping[str, str] = {
    "name": "Patient said the full name",
    "birth_date": "Patient said the date of birth",
    "id_card": "Identity card or wristband",
    "known": "Known to me in person",
}

ANSWERS: Mapping[str, Mapping[str, str]] = {
    "identity": IDENTITY_WAYS,
    "fasting": {
        "yes": spaced("Yes: no solids for 6 h, no clear drinks for 2 h"),
        "no": "No",
    },
    "pregnancy": {
        "negative": "Test today: negative",
        "positive": "Test today: positive",
        "not_applicable": "A test does not apply",
    },
    "escort": {"yes": "Named"},
    "prepared": {"yes": "I prepared the drug as ordered"},
}

NEEDS_NOTE: Mapping[tuple[str, str], str] = {
    ("pregnancy", "not_applicable"): "Enter why a pregnancy test does not apply.",
    ("escort", "yes"): "Enter the name of the escort.",
}


def check_answer(code: str, value: str, note: str) -> None:
    """See that an answer belongs to its question and says what it must.

    Identity takes several ways at once, separated by spaces.

    :raises Refused: an unknown question or answer, or a missing note
    """
    if code not in ANSWERS:
        raise Refused("Choose a question of the checklist.")
    given = value.split() if code == "identity" else [value]
    if not given or any(one not in ANSWERS[code] for one in given):
        raise Refused("Choose one of the answers offered.", field="value")
    mend = NEEDS_NOTE.get((code, value))
    if mend and not note.strip():
        raise Refused(mend, field="note")
