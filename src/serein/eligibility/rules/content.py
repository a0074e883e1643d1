"""The reviewed content of the rules: screening questions and classes of medicine.

Both live in ``eligibility/content/*.toml`` and are checked when they are loaded: a mistake in them
stops the start-up and never reaches a decision.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from serein.core.findings import Weight
from serein.eligibility.rules.facts import AnswerValue

_FOLDER = Path(__file__).parent.parent / "content"
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_SNOMED = re.compile(r"[1-9][0-9]{5,17}")
_ICD10 = re.compile(r"[A-Z][0-9][0-9A-Z]?(\.[0-9A-Z]{1,4})?")
_CLASSES = frozenset({"absolute", "avoid", "exclude", "relative", "required"})


class ContentError(ValueError):
    """The clinical content is not well formed. The message names the entry."""


@dataclass(frozen=True, slots=True)
class Match:
    """How a problem or an allergy is recognised as touching a question."""

    snomed: frozenset[str] = frozenset()
    icd10: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    allergens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One screening question, and the requirement it stands for."""

    code: str
    section: str
    requires: str
    asks: str
    concern: str
    safe: AnswerValue
    weight: Weight
    class_: str
    valid_days: int
    source: str
    hint: str = ""
    may_not_apply: bool = False
    contradicts: Match = field(default_factory=Match)
    related: Match = field(default_factory=Match)
    said: tuple[str, ...] = ()
    opens_task: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the consult."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Screening:
    """The whole questionnaire of one version."""

    version: str
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]

    def question(self, code: str) -> Question:
        """Return a question by its code.

        :raises KeyError: when there is none
        """
        return {question.code: question for question in self.questions}[code]


@dataclass(frozen=True, slots=True)
class MedicineClass:
    """Medicines that act alike with ketamine, by ingredient."""

    code: str
    name: str
    weight: Weight
    because: str
    source: str
    ingredients: frozenset[str]


def screening_from(raw: Mapping[str, Any]) -> Screening:
    """Check and build the questionnaire.

    :raises ContentError: naming the first entry that is not well formed
    """
    sections = tuple(
        Section(_code(entry, "section"), _text(entry, "name")) for entry in raw.get("section", ())
    )
    known = {section.code for section in sections}
    questions = tuple(_question(entry, known) for entry in raw.get("question", ()))
    _unique([question.code for question in questions], "question")
    _unique([section.code for section in sections], "section")
    if not questions:
        raise ContentError("screening: add at least one question")
    return Screening(_text(raw, "version"), sections, questions)


def classes_from(raw: Mapping[str, Any]) -> tuple[MedicineClass, ...]:
    """Check and build the classes of medicine.

    :raises ContentError: naming the first entry that is not well formed
    """
    classes = tuple(
        MedicineClass(
            code=_code(entry, "class"),
            name=_text(entry, "name"),
            weight=_weight(entry),
            because=_text(entry, "because"),
            source=_text(entry, "source"),
            ingredients=frozenset(_words(entry, "ingredients")),
        )
        for entry in raw.get("class", ())
    )
    _unique([item.code for item in classes], "class")
    _unique([word for item in classes for word in sorted(item.ingredients)], "ingredient")
    return classes


@cache
def screening() -> Screening:
    """Return the screening questions that are in use."""
    return screening_from(_read("screening.toml"))


@cache
def medicine_classes() -> tuple[MedicineClass, ...]:
    """Return the classes of medicine that are in use."""
    return classes_from(_read("medicines.toml"))


@cache
def rule_set_version() -> str:
    """Return the version that is kept with every determination."""
    medicines = _text(_read("medicines.toml"), "version")
    return f"screening {screening().version}, medicines {medicines}"


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _question(entry: Mapping[str, Any], sections: set[str]) -> Question:
    code = _code(entry, "question")
    section = _text(entry, "section")
    if section not in sections:
        raise ContentError(f"{code}: section {section!r} is not listed")
    class_ = _text(entry, "class")
    if class_ not in _CLASSES:
        raise ContentError(f"{code}: class {class_!r} is not one of {sorted(_CLASSES)}")
    safe = _text(entry, "safe")
    if safe not in {"yes", "no"}:
        raise ContentError(f"{code}: safe must be yes or no")
    days = entry.get("valid_days")
    if not isinstance(days, int) or not 1 <= days <= 3650:
        raise ContentError(f"{code}: valid_days must be a number of days from 1 to 3650")
    return Question(
        code=code,
        section=section,
        requires=_text(entry, "requires"),
        asks=_text(entry, "asks"),
        concern=_text(entry, "concern"),
        safe=AnswerValue(safe),
        weight=_weight(entry),
        class_=class_,
        valid_days=days,
        source=_text(entry, "source"),
        hint=str(entry.get("hint", "")),
        may_not_apply=bool(entry.get("may_not_apply", False)),
        contradicts=_match(code, entry.get("contradicts", {})),
        related=_match(code, entry.get("related", {})),
        said=_words(entry, "said", needed=False),
        opens_task=_task_level(code, entry),
    )


def _task_level(code: str, entry: Mapping[str, Any]) -> str:
    level = str(entry.get("opens_task", ""))
    if level not in {"", "s1", "s2", "s3"}:
        raise ContentError(f"{code}: opens_task must be s1, s2 or s3")
    return level


def _match(code: str, entry: Mapping[str, Any]) -> Match:
    snomed, icd10 = entry.get("snomed", ()), entry.get("icd10", ())
    for value in snomed:
        if not _SNOMED.fullmatch(str(value)):
            raise ContentError(f"{code}: {value!r} is not a SNOMED CT code")
    for value in icd10:
        if not _ICD10.fullmatch(str(value)):
            raise ContentError(f"{code}: {value!r} is not the beginning of an ICD-10-CM code")
    return Match(
        snomed=frozenset(snomed),
        icd10=tuple(icd10),
        words=_words(entry, "words", needed=False),
        allergens=_words(entry, "allergens", needed=False),
    )


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ContentError(f"{entry.get('code', 'content')}: {name} is missing")
    return value


def _code(entry: Mapping[str, Any], kind: str) -> str:
    value = _text(entry, "code")
    if not _CODE.fullmatch(value):
        raise ContentError(f"{kind} {value!r}: a code is lower-case letters, digits and _")
    return value


def _weight(entry: Mapping[str, Any]) -> Weight:
    try:
        return Weight(_text(entry, "weight"))
    except ValueError as problem:
        raise ContentError(f"{entry.get('code')}: {problem}") from None


def _words(entry: Mapping[str, Any], name: str, *, needed: bool = True) -> tuple[str, ...]:
    words = tuple(entry.get(name, ()))
    if needed and not words:
        raise ContentError(f"{entry.get('code')}: {name} is empty")
    if any(not isinstance(word, str) or word != word.lower().strip() for word in words):
        raise ContentError(f"{entry.get('code')}: write {name} in lower case")
    return words


def _unique(codes: Sequence[str], kind: str) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise ContentError(f"{kind} {code!r} is there twice")
