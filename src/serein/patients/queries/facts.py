"""What other parts of the clinic are told about a patient: plain facts, no tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from serein.patients.rules import split

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal
    from uuid import UUID

    from serein.patients.rules.contacts import ContactKind
    from serein.patients.rules.entries import EntryKind


@dataclass(frozen=True, slots=True)
class BodyFact:
    """A weight in kg or a height in cm. Where the hour is unknown, ``measured_at`` starts the day."""

    value: Decimal
    method: str
    measured_at: datetime
    id: UUID
    is_time_known: bool = True
    as_entered: str = ""


@dataclass(frozen=True, slots=True)
class BloodPressureFact:
    """A blood pressure taken outside sessions."""

    sbp_mmhg: int
    dbp_mmhg: int
    measured_at: datetime
    source: str
    id: UUID
    is_time_known: bool = True


@dataclass(frozen=True, slots=True)
class AllergyFact:
    """One known allergy or intolerance."""

    id: UUID
    substance: str
    reaction: str
    severity: str
    system: str
    code: str


@dataclass(frozen=True, slots=True)
class AllergySummary:
    """What is known of allergies. "not_asked" is not "none_known"."""

    status: Literal["not_asked", "none_known", "listed"]
    items: tuple[AllergyFact, ...]
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConditionFact:
    """A problem, coded where a code is known. ``is_confirmed`` is false for a suspected one."""

    system: str
    code: str
    display: str
    onset_date: date | None
    is_active: bool
    source: str
    id: UUID
    is_confirmed: bool = True
    ended_date: date | None = None


@dataclass(frozen=True, slots=True)
class MedicationFact:
    """A medicine the patient takes or took. An empty ``ingredient`` means "not known"."""

    id: UUID
    name: str
    ingredient: str
    dose_text: str
    is_active: bool
    source: str
    started_on: date | None
    last_change_at: datetime
    system: str = ""
    code: str = ""

    @property
    def ingredients(self) -> tuple[str, ...]:
        """Each ingredient by itself."""
        return split(self.ingredient)


@dataclass(frozen=True, slots=True)
class EscortFact:
    """An adult who can take the patient home."""

    id: UUID
    name: str
    phone: str
    relation: str


@dataclass(frozen=True, slots=True)
class HealthFact:
    """What counts of a record when somebody judges a treatment."""

    allergies: AllergySummary
    conditions: tuple[ConditionFact, ...]
    medications: tuple[MedicationFact, ...]
    escorts: tuple[EscortFact, ...]


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A way to reach the patient; ``may_leave_message`` is None when nobody asked."""

    id: UUID
    kind: ContactKind
    value: str
    may_leave_message: bool | None


@dataclass(frozen=True, slots=True)
class DuplicateFact:
    """A patient who may be the same person: born the same day, with a similar name."""

    patient_id: UUID
    mrn: str
    full_name: str
    birth_date: date
    likeness: int


@dataclass(frozen=True, slots=True)
class PatientLine:
    """One line of the patient list."""

    patient_id: UUID
    mrn: str
    full_name: str
    preferred_name: str
    birth_date: date
    sex: str
    is_deceased: bool


@dataclass(frozen=True, slots=True)
class MarkFact:
    """Who said that an entry no longer counts, when and why."""

    ended_on: date | None
    reason: str
    by_name: str
    at: datetime


AnyFact = (
    BodyFact
    | BloodPressureFact
    | AllergyFact
    | ConditionFact
    | MedicationFact
    | EscortFact
    | ContactFact
    | None
)


@dataclass(frozen=True, slots=True)
class EntryFact:
    """One row of the record with its history. ``fact`` is None for "asked, none known"."""

    id: UUID
    kind: EntryKind
    fact: AnyFact
    source: str
    recorded_at: datetime
    recorded_by_name: str
    error: MarkFact | None
    ended: MarkFact | None


@dataclass(frozen=True, slots=True)
class ChangeFact:
    """One corrected personal detail."""

    field: str
    was: str
    became: str
    by_name: str
    at: datetime
