"""Courses made by hand, for the tests of what the page says and draws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from serein.outcomes import rules
from serein.outcomes.queries import CourseFact, InfusionFact

FIRST = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def reading(
    day: float,
    total: str | int | None,
    form: str = "pcl5-week",
    *,
    prorated: bool = False,
    clusters: dict[str, int | None] | None = None,
) -> rules.Reading:
    """A score on a day counted from the first infusion."""
    value = None if total is None else Decimal(total)
    return rules.Reading(form, FIRST + day * DAY, value, prorated, clusters or {})


def course(
    *readings: rules.Reading,
    given: int = 6,
    planned: int = 6,
    gap_days: float = 3.5,
    at_day: float = 60,
    is_over: bool | None = None,
) -> CourseFact:
    """A course of evenly spaced infusions of 0.5 mg/kg."""
    infusions = tuple(
        InfusionFact(
            place + 1,
            FIRST + place * gap_days * DAY,
            rules.InfusionState.GIVEN if place < given else rules.InfusionState.PLANNED,
            Decimal(40) if place < given else None,
            Decimal("0.5") if place < given else None,
        )
        for place in range(planned)
    )
    times = rules.Course(
        tuple(rules.InfusionTime(item.number, item.at, item.state) for item in infusions),
        planned,
        is_over=given == planned if is_over is None else is_over,
    )
    at = FIRST + at_day * DAY
    due = rules.due_measures(schedule=rules.schedule(), course=times, readings=readings, at=at)
    return CourseFact(
        patient_id=UUID(int=1),
        plan_id=UUID(int=2),
        number=1,
        infusions=infusions,
        times=times,
        readings=readings,
        due=due,
        is_followed=rules.is_followed(due, times, at=at),
    )
