"""A proposal on a small calendar: whole weeks, the visits by number, closed days apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from serein.scheduling.rules import is_open, monday_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.scheduling.rules import Hours


@dataclass(frozen=True, slots=True)
class SmallDay:
    """One day: the number of the visit on it, if there is one."""

    day: int
    words: str
    visit: int
    is_open: bool


SmallWeek = tuple[SmallDay, ...]


def small_calendar(
    starts: Sequence[datetime], hours: Hours, zone: ZoneInfo
) -> tuple[SmallWeek, ...]:
    """Draw the weeks from the first visit to the last."""
    numbers = {at.astimezone(zone).date(): n for n, at in enumerate(starts, start=1)}
    monday, last = monday_of(min(numbers)), max(numbers)
    weeks = []
    while monday <= last:
        days = [monday + timedelta(days=n) for n in range(7)]
        weeks.append(
            tuple(
                SmallDay(
                    day.day,
                    f"{day:%A} {day.day} {day:%B}",
                    numbers.get(day, 0),
                    is_open(hours, day),
                )
                for day in days
            )
        )
        monday += timedelta(days=7)
    return tuple(weeks)
