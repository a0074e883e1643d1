"""Scores as points in time. A form and its recall window make a series; series never mix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

PCL5_WEEK = "pcl5-week"
PCL5_MONTH = "pcl5-month"
PHQ9 = "phq9"
GAD7 = "gad7"

PCL5_FORMS = frozenset({PCL5_WEEK, PCL5_MONTH})

FORM_NAMES: Mapping[str, str] = {
    PCL5_WEEK: "PCL-5 (past week)",
    PCL5_MONTH: "PCL-5 (past month)",
    PHQ9: "PHQ-9",
    GAD7: "GAD-7",
}

HIGHEST: Mapping[str, int] = {PCL5_WEEK: 80, PCL5_MONTH: 80, PHQ9: 27, GAD7: 21}
"""The highest possible total of each form."""

RECALL_DAYS: Mapping[str, int] = {PCL5_WEEK: 7, PCL5_MONTH: 30, PHQ9: 14, GAD7: 14}
"""The window that each form asks about. Two scores closer than this overlap in recall."""

CLUSTERS: Mapping[str, tuple[str, int]] = {
    "b": ("B, intrusion", 20),
    "c": ("C, avoidance", 8),
    "d": ("D, mood and thoughts", 28),
    "e": ("E, arousal", 24),
}
"""The PCL-5 clusters with their highest scores."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One filled form. ``total`` is None when too many answers are missing; it is never zero for that."""

    instrument_code: str
    occurred_at: datetime
    total: Decimal | None
    prorated: bool = False
    clusters: Mapping[str, int | None] = field(default_factory=dict)
    response_id: UUID | None = None

    @property
    def is_exact(self) -> bool:
        """Say whether the total comes from complete answers."""
        return self.total is not None and not self.prorated


def series(readings: Iterable[Reading], form: str) -> tuple[Reading, ...]:
    """Return the readings of one form in order of time."""
    return tuple(
        sorted(
            (item for item in readings if item.instrument_code == form),
            key=lambda item: item.occurred_at,
        )
    )


def baseline_of(
    readings: Iterable[Reading], *, form: str, first_infusion_at: datetime | None
) -> Reading | None:
    """Return the course baseline: the last score of this form before the first infusion.

    Before any infusion, the last score so far. A form that could not be scored is passed over.
    """
    before = [
        item
        for item in series(readings, form)
        if item.total is not None
        and (first_infusion_at is None or item.occurred_at < first_infusion_at)
    ]
    return before[-1] if before else None


def overlapping_recall(earlier: Reading, later: Reading) -> bool:
    """Say whether two scores of one form are closer than the window that the form asks about."""
    days = RECALL_DAYS.get(later.instrument_code, 0)
    return (
        earlier.instrument_code == later.instrument_code
        and later.occurred_at - earlier.occurred_at < timedelta(days=days)
    )
