"""Recognising a problem, an allergy or a medicine in other people's words and codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from serein.eligibility.rules.content import Match, MedicineClass
from serein.eligibility.rules.facts import Medicine, Problem

_ICD10_SYSTEMS = ("icd-10", "icd10")
_SNOMED_SYSTEMS = ("snomed",)


def problems_matching(match: Match, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """List the active problems that a question must know of."""
    return tuple(problem for problem in problems if problem.is_active and _is(match, problem))


def allergens_matching(match: Match, allergens: Iterable[str]) -> tuple[str, ...]:
    """List the recorded allergies that a question must know of."""
    return tuple(text for text in allergens if _has_any(text, match.allergens))


def classes_of(medicine: Medicine, classes: Iterable[MedicineClass]) -> tuple[MedicineClass, ...]:
    """List the classes of an active medicine, by its ingredient and by whole words of its name.

    A product of several ingredients can be in several classes.
    """
    if not medicine.is_active:
        return ()
    text = f"{medicine.ingredient} {medicine.name}"
    return tuple(item for item in classes if _has_any(text, tuple(sorted(item.ingredients))))


def _is(match: Match, problem: Problem) -> bool:
    system = problem.system.lower()
    if any(name in system for name in _SNOMED_SYSTEMS) and problem.code in match.snomed:
        return True
    if any(name in system for name in _ICD10_SYSTEMS) and problem.code.upper().startswith(
        match.icd10
    ):
        return bool(match.icd10)
    text = problem.display
    return "family history" not in text.lower() and _has_any(text, match.words)


def _has_any(text: str, words: tuple[str, ...]) -> bool:
    return bool(words) and _pattern(words).search(text.lower()) is not None


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(re.escape(word) for word in words)
    return re.compile(rf"(?<![a-z])(?:{either})(?![a-z])")
