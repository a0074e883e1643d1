"""Guided offers: on a weekday with a template, its starts are what is offered, while they last.

Free choice leaves holes that nobody fits into; starts from a solved template, nearest to the wish,
let more patients into the same day (Cowell and Northwestern templates; measured for these visits in
docs/how-to/the-book.md). A template only chooses among legal starts, so it can never book twice, and
a day whose template is used up offers whatever is still legal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.scheduling.rules.ticks import wall_minute

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class GuideStart:
    """So many visits of a type begin at a minute of the day, by the clinic's clock."""

    code: str
    minute: int
    count: int


@dataclass(frozen=True, slots=True)
class Guide:
    """The starts that a site offers on one weekday."""

    starts: tuple[GuideStart, ...]

    def of(self, code: str) -> Mapping[int, int]:
        """How many visits of a type begin at each minute; nothing for a type that is not guided."""
        return {start.minute: start.count for start in self.starts if start.code == code}


def guided(
    ticks: Iterable[int],
    counts: Mapping[int, int],
    begun: Iterable[int],
    *,
    zone: ZoneInfo,
    grid_minutes: int,
) -> tuple[int, ...]:
    """Choose the legal starts of one day that are offered, in the order in which they came.

    ``counts`` are the template's starts for this type by minute of the day, ``begun`` the starts of
    the visits of this type that the day holds already. Where the template offers none of the legal
    starts any more, or there is none, those on the grid are offered.
    """
    at = {tick: wall_minute(tick, zone) for tick in ticks}
    used = Counter(wall_minute(tick, zone) for tick in begun)
    left = tuple(tick for tick, minute in at.items() if used[minute] < counts.get(minute, 0))
    return left or tuple(tick for tick, minute in at.items() if minute % grid_minutes == 0)
