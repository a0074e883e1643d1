"""What others see of monitoring: facts, not rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from serein.monitoring.rules import (
    RERAISE_AFTER,
    Phase,
    Rank,
    Reading,
    Signal,
    Timeline,
    Values,
)


@dataclass(frozen=True, slots=True)
class PeriodFact:
    """A period as others need it."""

    period_id: UUID
    patient_id: UUID
    site_id: UUID
    timeline: Timeline
    post_for_min: int


@dataclass(frozen=True, slots=True)
class VitalFact:
    """One set as it was charted, in force or corrected away."""

    vitals_id: UUID
    period_id: UUID
    root_id: UUID
    occurred_at: datetime
    recorded_at: datetime
    by_name: str
    phase: Phase
    source: str
    values: Values
    signs: frozenset[str]
    no_signal: frozenset[Signal]
    note: str
    was_confirmed: bool
    moaas_version: str
    supersedes_id: UUID | None
    reason: str
    is_withdrawn: bool
    is_current: bool

    def as_reading(self, phase: Phase) -> Reading:
        """The set as the rules see it."""
        return Reading(
            root=str(self.root_id),
            occurred_at=self.occurred_at,
            phase=phase,
            values=self.values,
            signs=self.signs,
            no_signal=self.no_signal,
        )


@dataclass(frozen=True, slots=True)
class FlagFact:
    """One flag and what became of it."""

    flag_id: UUID
    period_id: UUID
    patient_id: UUID
    cause_id: UUID | None
    code: str
    condition: str
    rank: Rank
    word: str
    do: str
    value_text: str
    limit_text: str
    limit_source: str
    raised_at: datetime
    shown_at: datetime
    count: int
    latest_at: datetime
    latest_text: str
    ended_at: datetime | None
    ended_because: str
    withdrawn_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by_name: str
    answer: str
    note: str

    @property
    def is_in_force(self) -> bool:
        """Whether the value is still out of range, as far as is charted."""
        return self.ended_at is None and self.withdrawn_at is None

    @property
    def is_standing(self) -> bool:
        """Whether it waits for a person: never answered, or still so long after the answer."""
        if self.acknowledged_at is None:
            return True
        return self.is_in_force and self.latest_at >= self.acknowledged_at + RERAISE_AFTER
