"""Complete series in order of cost, changes of chair and nurse included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from serein.scheduling.rules.keeping import Keep, cheapest_kept, fewest_changes
from serein.scheduling.rules.ladder import Ladder
from serein.scheduling.rules.phases import Id
from serein.scheduling.rules.rows import Pattern
from serein.scheduling.rules.series import (
    CostOf,
    Days,
    DayStarts,
    Pins,
    SeriesRules,
    ladders,
)
from serein.scheduling.rules.ticks import moment_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Ranked:
    """One complete series: what it costs, when, and with which chairs and nurses."""

    cost: int
    days: tuple[date, ...]
    ticks: tuple[int, ...]
    chair_ids: tuple[Id, ...]
    nurse_ids: tuple[Id, ...]

    @property
    def starts(self) -> tuple[datetime, ...]:
        return tuple(moment_of(tick) for tick in self.ticks)


def ranked_series(
    rules: SeriesRules,
    days: Days,
    zone: ZoneInfo,
    *,
    pins: Pins | None = None,
    done: Sequence[datetime] = (),
    cost_of: CostOf | None = None,
) -> Iterator[Ranked]:
    """Yield the cheapest series of every pattern of days, cheapest first, exactly.

    A pattern is priced without changes of chair and nurse first. That price can only rise, so a
    series is certain as soon as no pattern left to price is cheaper.
    """
    searches = list(ladders(rules, days, zone, pins=pins, done=done, cost_of=cost_of))
    units = _Units(rules, {starts.day.toordinal(): starts for starts in days})
    heap: list[tuple[int, tuple[int, ...], int, Pattern, Ladder]] = []
    waiting: list[tuple[int, tuple[int, ...], Ranked]] = []
    streams = [search.patterns() for search in searches]

    def refill(number: int) -> None:
        pattern = next(streams[number], None)
        if pattern is not None:
            entry = (pattern.cost, pattern.days, number, pattern, searches[number])
            heappush(heap, entry)

    for number in range(len(streams)):
        refill(number)
    while heap or waiting:
        if waiting and (not heap or waiting[0][:2] <= heap[0][:2]):
            yield heappop(waiting)[2]
            continue
        _, _, number, pattern, search = heappop(heap)
        priced = units.priced(pattern, search)
        heappush(waiting, (priced.cost, pattern.days, priced))
        refill(number)


class _Units:
    """Chairs and nurses free at each start, and the price of changing them."""

    def __init__(self, rules: SeriesRules, days: Mapping[int, DayStarts]) -> None:
        self.rules, self.days = rules, days
        wishes = rules.wishes
        self.keeps_chair = wishes.same_chair and wishes.weights.chair_change > 0
        self.keeps_nurse = wishes.same_nurse and wishes.weights.nurse_change > 0

    def priced(self, pattern: Pattern, search: Ladder) -> Ranked:
        """Choose starts, chairs and nurses on the days of a pattern."""
        days = [self.days[day] for day in pattern.days]
        cost, ticks = pattern.cost, pattern.starts
        chairs: tuple[Id, ...] | None = None
        nurses: tuple[Id, ...] | None = None
        keeps = [self._keeps(number, day) for number, day in enumerate(days, start=1)]
        if keeps[0]:
            rows = [search.row_of(level, day) for level, day in enumerate(pattern.days)]
            kept = cheapest_kept(search.gaps, rows, search.done, keeps)
            spacing = sum(
                search.link(later - day)
                for day, later in zip(pattern.days, pattern.days[1:], strict=False)
            )
            cost, ticks = kept.cost + spacing, kept.starts
            chosen = list(zip(*kept.units, strict=True))
            chairs = chosen[0] if self.keeps_chair else None
            nurses = chosen[-1] if self.keeps_nurse else None
        chairs = chairs or self._fewest(
            [day.chairs_for(n).get(tick, ()) for n, (day, tick) in self._numbered(days, ticks)]
        )
        nurses = nurses or self._fewest(
            [day.nurses_for(n).get(tick, ()) for n, (day, tick) in self._numbered(days, ticks)]
        )
        return Ranked(cost, tuple(day.day for day in days), ticks, chairs, nurses)

    @staticmethod
    def _numbered(
        days: Sequence[DayStarts], ticks: Sequence[int]
    ) -> Iterator[tuple[int, tuple[DayStarts, int]]]:
        return iter(enumerate(zip(days, ticks, strict=True), start=1))

    @staticmethod
    def _fewest(free: Sequence[tuple[Id, ...]]) -> tuple[Id, ...]:
        return fewest_changes(free) if all(free) else ()

    def _keeps(self, number: int, day: DayStarts) -> list[Keep]:
        weights = self.rules.wishes.weights
        keeps = []
        if self.keeps_chair:
            keeps.append(Keep(day.chairs_for(number), weights.chair_change))
        if self.keeps_nurse:
            keeps.append(Keep(day.nurses_for(number), weights.nurse_change))
        return keeps
