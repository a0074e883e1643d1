"""Names, ages and numbers that tell one person from another."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import token_sort_ratio

SAME_PERSON_LIKENESS = 85
"""Likeness out of 100 from which two names count as similar (clinic default, review)."""

_DAY_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DAY_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_JOINED = "'’ʼ‘`´.\u200c\u200d"
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


class Sex(StrEnum):
    """Recorded sex for clinical use: what dose and pregnancy rules need, and nothing more."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


def age_years(birth_date: date, on_date: date) -> int:
    """Return completed years on a day. Who is born on 29 February turns a year on 1 March.

    :raises ValueError: when the day is before the birth
    """
    if on_date < birth_date:
        raise ValueError("the day is before the birth")
    had_birthday = (on_date.month, on_date.day) >= (birth_date.month, birth_date.day)
    return on_date.year - birth_date.year - (not had_birthday)


def folded(text: str) -> str:
    """Write a name the way it is searched: lower case, no accents, O'Brien as obrien.

    Letters of every script stay; hidden direction marks, vowel points and punctuation go.
    """
    lower = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKD", lower).translate(_LETTERS)
    kept = []
    for sign in plain:
        kind = unicodedata.category(sign)
        if kind in {"Mn", "Cf", "Cc"} or sign in _JOINED:
            continue
        kept.append(sign if kind[0] in "LNM" else " ")
    return " ".join("".join(kept).split())


def search_words(text: str) -> tuple[str, ...]:
    """Split what was typed into folded words, at most eight of them."""
    return tuple(folded(text[:200]).split()[:8])


def search_date(text: str) -> date | None:
    """Read 1984-03-12 or 3/12/1984 (month first) as a birth date; anything else is None."""
    plain = text.strip()
    if found := _DAY_ISO.fullmatch(plain):
        year, month, day = found.groups()
    elif found := _DAY_US.fullmatch(plain):
        month, day, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def name_likeness(first: str, second: str) -> int:
    """Measure how alike two full names are, 0 to 100, whatever the order of their parts."""
    one, two = folded(first), folded(second)
    if not one or not two:
        return 0
    return round(max(token_sort_ratio(one, two), _by_part(one, two)))


def _by_part(one: str, two: str) -> float:
    """Compare word by word, so that Bob Reyes and Robert Reyes do not pass on the surname alone."""
    first, second = one.split(), two.split()
    if len(first) < 2 or len(second) < 2:
        return 0.0
    straight = (_alike(first[0], second[0]), _alike(first[-1], second[-1]))
    crossed = (_alike(first[0], second[-1]), _alike(first[-1], second[0]))
    return max(min(straight), min(crossed))


def _alike(one: str, two: str) -> float:
    return 100 * JaroWinkler.similarity(one, two)


def is_same_person(first: str, second: str) -> bool:
    """Say whether two people born on the same day have names alike enough to ask."""
    return name_likeness(first, second) >= SAME_PERSON_LIKENESS


def mrn_from(number: int) -> str:
    """Write a record number with its check digit (mod 10, Luhn): 100012 gives 100012-4.

    The check digit makes a slip of one digit, or two swapped neighbours, visible.
    """
    total = 0
    for place, digit in enumerate(reversed(str(number))):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{number:06d}-{-total % 10}"
