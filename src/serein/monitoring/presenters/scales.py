"""From minutes and values to places on the sheet. All lengths in units of the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from serein.monitoring.presenters.times import minutes_from

WIDTH = 780.0
LEFT, RIGHT = 72.0, 20.0


def place(value: float) -> float:
    """Round a length, so that the page stays small and tests stay exact."""
    return round(value, 1)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Minutes from the start across the sheet."""

    start: datetime
    from_min: int
    to_min: int

    def x(self, at: datetime) -> float:
        """The place of a moment."""
        return self.x_of_minute(minutes_from(self.start, at))

    def x_of_minute(self, minute: float) -> float:
        """The place of a minute."""
        share = (minute - self.from_min) / (self.to_min - self.from_min)
        return place(LEFT + share * (WIDTH - LEFT - RIGHT))

    def is_on_sheet(self, at: datetime) -> bool:
        """Whether a moment lies on the sheet."""
        return self.from_min <= minutes_from(self.start, at) <= self.to_min


@dataclass(frozen=True, slots=True)
class ValueScale:
    """Values up a panel."""

    low: int
    high: int
    top: float
    height: float

    def y(self, value: float) -> float:
        """The place of a value; what lies outside is drawn at the edge."""
        held = min(max(value, self.low), self.high)
        return place(self.top + self.height * (self.high - held) / (self.high - self.low))


def time_scale(
    *,
    start: datetime,
    moments: list[datetime],
    to_at: datetime,
    lead_min: int = 10,
    least_min: int = 45,
) -> TimeScale:
    """A scale on whole five minutes that holds every moment given."""
    minutes = [minutes_from(start, at) for at in moments]
    from_min = int(min([-lead_min, *minutes]) // 5 * 5)
    last = max([least_min, minutes_from(start, to_at) + 3, *[m + 1 for m in minutes]])
    return TimeScale(start, from_min, int(-(-last // 5) * 5))


def value_scale(
    *, low: int, high: int, step: int, values: list[int], top: float, height: float
) -> ValueScale:
    """A scale that holds its usual range and every value, in whole steps."""
    bottom = min([low, *[value // step * step for value in values]])
    ceiling = max([high, *[-(-value // step) * step for value in values]])
    return ValueScale(bottom, ceiling, top, height)
