"""What an import takes from a file, and what it leaves out and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

When = datetime | date


@dataclass(frozen=True, slots=True)
class Subject:
    """The patient that an entry speaks of: in this file, by address, or by (system, value)."""

    key: str = ""
    identifier: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where something came from: resource type, place in the file, lasting address, fingerprint."""

    kind: str
    place: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class PatientTaken:
    """A person to register."""

    source: Source
    identifiers: tuple[tuple[str, str], ...]
    given_name: str
    family_name: str
    preferred_name: str
    birth_date: date
    sex: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    addresses: tuple[str, ...]
    is_deceased: bool
    deceased_date: date | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionTaken:
    """A problem."""

    source: Source
    subject: Subject
    system: str
    code: str
    display: str
    onset_date: date | None
    ended_date: date | None
    is_active: bool
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class MedicationTaken:
    """A medicine ordered or reported."""

    source: Source
    subject: Subject
    name: str
    system: str
    code: str
    dose_text: str
    started_on: date | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class AllergyTaken:
    """An allergy or intolerance; ``is_none_known`` says that there is none."""

    source: Source
    subject: Subject
    substance: str
    reaction: str
    severity: str
    system: str
    code: str
    is_none_known: bool = False


@dataclass(frozen=True, slots=True)
class BodyTaken:
    """A weight in kg or a height in cm, to 0.1, with what was sent."""

    source: Source
    subject: Subject
    what: Literal["weight", "height"]
    value: Decimal
    as_sent: str
    measured: When


@dataclass(frozen=True, slots=True)
class PressureTaken:
    """A blood pressure in mmHg."""

    source: Source
    subject: Subject
    sbp_mmhg: int
    dbp_mmhg: int
    measured: When


EntryTaken = ConditionTaken | MedicationTaken | AllergyTaken | BodyTaken | PressureTaken


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not taken. ``is_malformed`` calls for a look at the file."""

    kind: str
    place: str
    reason: str
    is_malformed: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One file, read whole before anything is stored."""

    patients: tuple[PatientTaken, ...]
    entries: tuple[EntryTaken, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
