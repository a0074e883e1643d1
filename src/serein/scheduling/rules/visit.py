"""The shape of one infusion visit: phases at fixed offsets, and who is held when.

Patient time: check-in 15, IV start and baseline 15, infusion as ordered, recovery 60 (120 on the
first visit of a series), discharge 10 minutes. The chair is held from the end of check-in until 10 minutes after discharge; that turnover
may run past closing, the patient's time may not. Clinic defaults, review.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

RECOVERY_MINUTES = 60
FIRST_RECOVERY_MINUTES = 120
"""How long a patient is watched after the infusion (clinic default, review)."""


@dataclass(frozen=True, slots=True)
class VisitShape:
    """Minutes of each phase."""

    check_in: int = 15
    iv_start: int = 15
    infusion: int = 40
    recovery: int = RECOVERY_MINUTES
    discharge: int = 10
    turnover: int = 10

    @property
    def patient_minutes(self) -> int:
        """From arrival to leaving: what the patient is told."""
        return self.check_in + self.iv_start + self.infusion + self.recovery + self.discharge

    def phases(self) -> tuple[tuple[str, int], ...]:
        """Name each phase of the patient's time with its minutes, in order."""
        return (
            ("Check-in", self.check_in),
            ("IV start and baseline", self.iv_start),
            ("Infusion", self.infusion),
            ("Recovery", self.recovery),
            ("Discharge", self.discharge),
        )

    def ends_at(self, starts_at: datetime) -> datetime:
        """When the patient leaves."""
        return starts_at + timedelta(minutes=self.patient_minutes)

    def chair_span(self, starts_at: datetime) -> tuple[datetime, datetime]:
        """The half-open span in which the chair is held."""
        return (
            starts_at + timedelta(minutes=self.check_in),
            self.ends_at(starts_at) + timedelta(minutes=self.turnover),
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """One wanted visit. Without a chair, any chair that is free inside the lock will do."""

    starts_at: datetime
    chair_id: UUID | None = None


def recovery_for(number: int) -> int:
    """Return the minutes of watching after the infusion of that number."""
    return FIRST_RECOVERY_MINUTES if number == 1 else RECOVERY_MINUTES


def shape_for(infusion_minutes: int, recovery_minutes: int = RECOVERY_MINUTES) -> VisitShape:
    """Return the visit for an infusion of that length, rounded up to whole ticks."""
    return VisitShape(infusion=-(-infusion_minutes // 5) * 5, recovery=recovery_minutes)
