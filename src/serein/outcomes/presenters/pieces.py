"""The pieces of the chart: places, marks, lines, levels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from serein.core.quantities import shown
from serein.outcomes import rules
from serein.outcomes.presenters.shapes import Level, Line, Mark

if TYPE_CHECKING:
    from datetime import datetime

SHAPES = {
    rules.PCL5_WEEK: "circle",
    rules.PCL5_MONTH: "diamond",
    rules.PHQ9: "square",
    rules.GAD7: "triangle",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """Days to percentages of the width."""

    origin: datetime
    low: Decimal
    high: Decimal

    def day(self, moment: datetime) -> Decimal:
        """Return the days between the origin and a moment, with fractions."""
        return days_between(self.origin, moment)

    def x(self, moment: datetime) -> str:
        """Return the place of a moment, such as “12.50%”."""
        return self.x_of_day(self.day(moment))

    def x_of_day(self, day: Decimal) -> str:
        """Return the place of a day."""
        share = (day - self.low) / (self.high - self.low) * 100
        return f"{share.quantize(Decimal('0.01'))}%"


def days_between(origin: datetime, moment: datetime) -> Decimal:
    """Return the days from one moment to another, exact to a hundredth."""
    seconds = Decimal(int((moment - origin).total_seconds()))
    return (seconds / Decimal(86_400)).quantize(Decimal("0.01"))


def signed(day: int) -> str:
    """Write a day with a true minus sign."""
    return f"−{-day}" if day < 0 else str(day)


def y_of(value: Decimal, highest: Decimal, height: int) -> str:
    """Return the vertical place of a value inside a panel."""
    return f"{(Decimal(height) * (1 - value / highest)).quantize(Decimal('0.1'))}"


def level(value: Decimal, highest: Decimal, height: int, kind: str) -> Level:
    """Place a horizontal line: ``response`` is drawn in dashes, ``remission`` in dots."""
    return Level(y_of(value, highest, height), kind)


def marks_of(
    readings: Iterable[rules.Reading],
    scale: Scale,
    highest: Decimal,
    height: int,
    name: str = "",
) -> tuple[Mark, ...]:
    """Place a point for every score that has a total; a prorated one is hollow."""
    return tuple(
        Mark(
            x=scale.x(item.occurred_at),
            y=y_of(item.total, highest, height),
            shape=SHAPES[item.instrument_code],
            words=(
                f"{name or rules.FORM_NAMES[item.instrument_code]} {shown(item.total)}"
                f"{' (prorated)' if item.prorated else ''}, "
                f"day {signed(int(scale.day(item.occurred_at)))}"
            ),
            is_hollow=item.prorated,
        )
        for item in readings
        if item.total is not None
    )


def lines_of(
    readings: Sequence[rules.Reading],
    due: Iterable[rules.DueMeasure],
    scale: Scale,
    highest: Decimal,
    height: int,
    kind: str,
) -> tuple[Line, ...]:
    """Join the points of each unbroken run."""
    found = []
    for run in rules.runs(readings, due):
        points = [
            (scale.x(item.occurred_at), y_of(item.total, highest, height))
            for item in run
            if item.total is not None
        ]
        for (x1, y1), (x2, y2) in pairwise(points):
            found.append(Line(x1, y1, x2, y2, kind))
    return tuple(found)


def missing_of(
    due: Iterable[rules.DueMeasure], form: str, scale: Scale, height: int
) -> tuple[Mark, ...]:
    """Mark where an expected score did not come, inside the drawn days."""
    found = []
    for item in due:
        if item.instrument_code != form or item.state is not rules.DueState.OVERDUE:
            continue
        moment = min(item.anchor_at, item.closes_at - timedelta(minutes=1))
        if scale.low <= scale.day(moment) <= scale.high:
            found.append(
                Mark(scale.x(moment), str(height - 8), "cross", f"{item.name}: not received")
            )
    return tuple(found)
