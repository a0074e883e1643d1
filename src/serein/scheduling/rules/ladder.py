"""The exact search for a series: levels are visits, rows are the legal starts of one day.

Three tools over the same rows. Bit sets going backwards say from which starts the series can be
finished (earliest series, feasibility). A backward cost-to-go with range minima, and best-first over
prefixes of days with the exact cost of every start, gives day patterns in order of cost without ever
entering a dead end. Sets of reachable starts, remembered, count the patterns.

Gaps are start to start: ticks are elapsed time, days are local dates.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from heapq import heappop, heappush
from itertools import accumulate, repeat
from operator import add

from serein.scheduling.rules.masks import span_mask, widened
from serein.scheduling.rules.rows import (
    NEVER,
    Done,
    Gaps,
    Pattern,
    Row,
    legal_places,
    week_of,
    window_minima,
)

Trail = tuple[list[int], ...]
"""For each visit placed so far, the least cost of reaching each start on its day."""

Place = tuple[int, int]
"""A day (its index) and how many visits its week then has."""


class Ladder:
    """One search: days as ordinals, and for each visit one row for each day."""

    def __init__(
        self,
        gaps: Gaps,
        days: Sequence[int],
        levels: Sequence[Sequence[Row]],
        *,
        done: Done | None = None,
        link: Callable[[int], int] | None = None,
    ) -> None:
        self.gaps, self.days, self.levels, self.done = gaps, days, levels, done
        self.link = link or (lambda gap: 0)
        self.last = len(levels) - 1
        self._bases = [
            min((row[d].ticks[0] for row in levels if row[d].ticks), default=0)
            for d in range(len(days))
        ]
        self._after = [self._later(d) for d in range(len(days))]
        self._rows: dict[tuple[int, int], int] = {}
        self._windows: dict[tuple[int, int, int], tuple[list[int], list[int]]] = {}
        self._finish = cache(self._finishing)
        self._go = cache(self._to_go)
        self._total = cache(self._totals)

    # Days and limits

    def _later(self, d: int) -> tuple[int, ...]:
        today = self.days[d]
        low = bisect_left(self.days, today + max(self.gaps.min_days, 1))
        high = len(self.days)
        if self.gaps.max_days is not None:
            high = bisect_right(self.days, today + self.gaps.max_days)
        return tuple(range(low, high))

    def following(self, d: int, in_week: int) -> Iterator[Place]:
        """The days that may hold the next visit after one on a day."""
        for later in self._after[d]:
            week = self._in_week(self.days[d], in_week, self.days[later])
            if week is not None:
                yield later, week

    def firsts(self) -> Iterator[Place]:
        """The days that may hold the first visit."""
        for d, day in enumerate(self.days):
            if self.done is None:
                yield d, 1
                continue
            gap = day - self.done.day
            if gap < max(self.gaps.min_days, 1) or (
                self.gaps.max_days is not None and gap > self.gaps.max_days
            ):
                continue
            week = self._in_week(self.done.day, self.done.in_week, day)
            if week is not None:
                yield d, week

    def _in_week(self, today: int, in_week: int, day: int) -> int | None:
        most = self.gaps.max_per_week
        if most is None:
            return 1
        count = in_week + 1 if week_of(today) == week_of(day) else 1
        return count if count <= most else None

    # Bit sets: what can be finished, and how many patterns there are

    def _bits(self, level: int, d: int) -> int:
        key = (level, d)
        if key not in self._rows:
            base = self._bases[d]
            self._rows[key] = sum(1 << (tick - base) for tick in self.levels[level][d].ticks)
        return self._rows[key]

    def _first_bits(self, d: int) -> int:
        """The starts of the first visit on a day that keep the gap from what is done."""
        mask = self._bits(0, d)
        if self.done is None:
            return mask
        low, high = self._window_after(self.done.tick - self._bases[d])
        return mask & (span_mask(low, mask.bit_length() if high is None else high + 1))

    def _window_after(self, tick: int) -> tuple[int, int | None]:
        most = self.gaps.max_ticks
        return tick + self.gaps.min_ticks, None if most is None else tick + most

    def _finishing(self, level: int, d: int, in_week: int) -> int:
        """The starts of a visit on a day from which all later visits can follow."""
        mask = self._bits(level, d)
        if level == self.last or not mask:
            return mask
        found = 0
        for later, week in self.following(d, in_week):
            after = self._finish(level + 1, later, week)
            if after:
                found |= self._before(after, self._bases[later] - self._bases[d]) & mask
            if found == mask:
                break
        return found

    def _before(self, after: int, offset: int) -> int:
        """The places from which one of the set places lies within the gap."""
        low, high = self.gaps.min_ticks, self.gaps.max_ticks
        if high is None:
            return span_mask(0, after.bit_length() + offset - low)
        return widened(after << offset, high - low) >> high if high >= low else 0

    def _reached(self, mask: int, d: int, later: int) -> int:
        """The starts on a later day within the gap from one of the set starts."""
        shift = self._bases[d] - self._bases[later] + self.gaps.min_ticks
        high = self.gaps.max_ticks
        if high is None:
            low = (mask & -mask).bit_length() - 1 + shift
            return ~span_mask(0, low)
        if high < self.gaps.min_ticks:
            return 0
        wide = widened(mask, high - self.gaps.min_ticks)
        return wide << shift if shift >= 0 else wide >> -shift

    def exists(self) -> bool:
        """Say whether there is a series at all."""
        if self.last < 0:
            return True
        return any(self._first_bits(d) & self._finish(0, d, week) for d, week in self.firsts())

    def earliest(self) -> tuple[int, ...] | None:
        """Return the lexicographically earliest series, or None."""
        places: Iterator[Place] = self.firsts()
        chosen: list[int] = []
        for level in range(self.last + 1):
            found = None
            for d, week in places:
                mask = self._finish(level, d, week)
                mask &= self._reachable_bits(d, chosen)
                if mask:
                    found = (d, week, self._bases[d] + (mask & -mask).bit_length() - 1)
                    break
            if found is None:
                return None
            chosen.append(found[2])
            places = self.following(found[0], found[1])
        return tuple(chosen)

    def _reachable_bits(self, d: int, chosen: Sequence[int]) -> int:
        if not chosen:
            return self._first_bits(d)
        low, high = self._window_after(chosen[-1] - self._bases[d])
        if high is None:
            return ~span_mask(0, low)
        return span_mask(low, high + 1)

    def count_patterns(self) -> int:
        """Count the sets of days for which at least one choice of starts is legal."""

        @cache
        def count(level: int, d: int, week: int, mask: int) -> int:
            if level == self.last:
                return 1
            total = 0
            for later, then in self.following(d, week):
                reached = self._reached(mask, d, later) & self._finish(level + 1, later, then)
                if reached:
                    total += count(level + 1, later, then, reached)
            return total

        total = 0
        for d, week in self.firsts():
            mask = self._first_bits(d) & self._finish(0, d, week)
            if mask:
                total += count(0, d, week, mask)
        return total

    def count_combinations(self) -> int:
        """Count every choice of starts."""

        @cache
        def ways(level: int, d: int, week: int) -> tuple[int, ...]:
            ticks = self.levels[level][d].ticks
            if level == self.last:
                return (1,) * len(ticks)
            total = [0] * len(ticks)
            for later, then in self.following(d, week):
                sums = [0, *accumulate(ways(level + 1, later, then))]
                lows, highs = self._places(level, d, later)
                for i, (low, high) in enumerate(zip(lows, highs, strict=True)):
                    total[i] += sums[high] - sums[low] if high > low else 0
            return tuple(total)

        total = 0
        for d, week in self.firsts():
            allowed = self._first_bits(d)
            for tick, count in zip(self.levels[0][d].ticks, ways(0, d, week), strict=True):
                total += count if allowed >> (tick - self._bases[d]) & 1 else 0
        return total

    # Costs

    def _places(self, level: int, d: int, later: int) -> tuple[list[int], list[int]]:
        """For each start on a day, which of the next visit's starts on a later day are legal."""
        ticks, after = self.levels[level][d].ticks, self.levels[level + 1][later].ticks
        key = (id(ticks), id(after), later)
        if key not in self._windows:
            self._windows[key] = legal_places(self.gaps, ticks, after)
        return self._windows[key]

    def _to_go(self, level: int, d: int, week: int) -> Sequence[int]:
        """The least cost of the visits after one on a day, for each of its starts."""
        count = len(self.levels[level][d].ticks)
        if level == self.last or not count:
            return (0,) * count
        flat, some = NEVER, None
        for later, then in self.following(d, week):
            total, least = self._total(level + 1, later, then)
            if least >= NEVER:
                continue
            lows, highs = self._places(level, d, later)
            gap = self.link(self.days[later] - self.days[d])
            if lows[-1] == 0 and highs[0] == len(total):
                flat = min(flat, least + gap)
                continue
            found = [cost + gap for cost in window_minima(total, lows, highs)]
            some = found if some is None else list(map(min, some, found))
        if some is None:
            return (flat,) * count
        return some if flat >= NEVER else list(map(min, some, repeat(flat)))

    def _totals(self, level: int, d: int, week: int) -> tuple[list[int], int]:
        """The least cost of a visit on a day and all after it, for each start and for the best."""
        total = list(map(add, self.levels[level][d].costs, self._go(level, d, week)))
        return total, min(total, default=NEVER)

    def patterns(self) -> Iterator[Pattern]:
        """Yield every pattern of days with its cheapest starts, cheapest pattern first.

        Patterns of one cost come in order of their days.
        """
        heap: list[tuple[int, tuple[int, ...], int, Trail]] = []

        def offer(days: tuple[int, ...], week: int, trail: Trail) -> None:
            go = self._go(len(days) - 1, days[-1], week)
            bound = min(map(add, trail[-1], go), default=NEVER)
            if bound < NEVER:
                heappush(heap, (bound, days, week, trail))

        for d, week in self.firsts():
            row, allowed = self.levels[0][d], self._first_bits(d)
            base = self._bases[d]
            reach = [
                cost if allowed >> (tick - base) & 1 else NEVER
                for tick, cost in zip(row.ticks, row.costs, strict=True)
            ]
            offer((d,), week, (reach,))
        while heap:
            cost, days, week, trail = heappop(heap)
            if len(days) > self.last:
                named = tuple(self.days[d] for d in days)
                yield Pattern(cost, named, partial(self._starts, days, trail))
                continue
            for later, then in self.following(days[-1], week):
                reach = self._extend(days, later, trail[-1])
                offer((*days, later), then, (*trail, reach))

    def _extend(self, days: tuple[int, ...], later: int, reach: list[int]) -> list[int]:
        """The least cost of reaching each start of the next visit on a later day."""
        level, d = len(days), days[-1]
        row = self.levels[level][later]
        if not row.ticks:
            return []
        begins, ends = self._sources(level, d, later)
        gap = self.link(self.days[later] - self.days[d])
        if begins[-1] > 0:
            least = [
                min(reach[begin:end], default=NEVER)
                for begin, end in zip(begins, ends, strict=True)
            ]
        elif ends[0] == len(reach):
            least = [min(reach)] * len(ends)
        else:
            running = list(accumulate(reach, min, initial=NEVER))
            least = [running[end] for end in ends]
        found = list(map(add, row.costs, least))
        return [cost + gap for cost in found] if gap else found

    def _sources(self, level: int, d: int, later: int) -> tuple[list[int], list[int]]:
        """For each start on a later day, which of the starts before it keep the gap."""
        before, ticks = self.levels[level - 1][d].ticks, self.levels[level][later].ticks
        key = (id(before), id(ticks), -1 - later)
        if key not in self._windows:
            low, high = self.gaps.min_ticks, self.gaps.max_ticks
            ends = [bisect_right(before, tick - low) for tick in ticks]
            begins = [0 if high is None else bisect_left(before, tick - high) for tick in ticks]
            self._windows[key] = (begins, ends)
        return self._windows[key]

    def _starts(self, days: tuple[int, ...], trail: Trail) -> tuple[int, ...]:
        """The cheapest starts on a pattern of days, found from the last visit back.

        Of those as cheap, the last visit is the earliest, then the one before it, and so on.
        """
        place = trail[-1].index(min(trail[-1]))
        chosen = [self.levels[self.last][days[-1]].ticks[place]]
        for level in range(self.last, 0, -1):
            begins, ends = self._sources(level, days[level - 1], days[level])
            reach, begin = trail[level - 1], begins[place]
            place = reach.index(min(reach[begin : ends[place]]), begin)
            chosen.append(self.levels[level - 1][days[level - 1]].ticks[place])
        return tuple(reversed(chosen))

    def row_of(self, level: int, day: int) -> Row:
        """The row of a visit on a day given as an ordinal."""
        return self.levels[level][bisect_left(self.days, day)]
