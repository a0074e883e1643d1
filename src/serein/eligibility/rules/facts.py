"""What the eligibility rules are told about one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AnswerValue(StrEnum):
    """What a clinician answers to a screening question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Answer:
    """The newest answer to one screening question, with its author."""

    code: str
    value: AnswerValue
    note: str
    answered_at: datetime
    by_name: str


@dataclass(frozen=True, slots=True)
class BloodPressure:
    """The latest blood pressure, in mmHg."""

    sbp_mmhg: int
    dbp_mmhg: int
    measured_at: datetime
    source: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of the problem list."""

    system: str
    code: str
    display: str
    is_active: bool = True
    source: str = ""


@dataclass(frozen=True, slots=True)
class Medicine:
    """One entry of the list of medicines."""

    name: str
    ingredient: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Measure:
    """One scored questionnaire. ``item_9`` is only there for the PHQ-9."""

    instrument_code: str
    occurred_at: datetime
    total: str
    item_9: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What the patient ticked in the request for a consultation."""

    code: str
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules look at. What is not known is ``None`` or absent, never assumed."""

    at: datetime
    age_years: int | None = None
    blood_pressure: BloodPressure | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    allergens: tuple[str, ...] = ()
    escorts: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    said: tuple[Said, ...] = ()
