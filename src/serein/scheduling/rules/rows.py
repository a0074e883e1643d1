"""The rows of a series search: what visits must keep to, and the legal starts of one day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

NEVER = 1 << 60
"""A cost that no series has."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What two neighbours, and the visits of one week, must keep to; limits included."""

    visits: int
    min_ticks: int = 0
    max_ticks: int | None = None
    min_days: int = 1
    max_days: int | None = None
    max_per_week: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """The legal starts of one visit on one day, ascending, and what each costs."""

    ticks: tuple[int, ...] = ()
    costs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Pattern:
    """One set of days, the cost of the best series on it, and the starts of that series."""

    cost: int
    days: tuple[int, ...]
    find: Callable[[], tuple[int, ...]] = field(compare=False, repr=False)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The cheapest starts; worked out when asked for."""
        return self.find()


@dataclass(frozen=True, slots=True)
class Done:
    """Visits that stand already: the last start, its day, and how many its week has."""

    tick: int
    day: int
    in_week: int


def week_of(day: int) -> int:
    """Number the weeks from Monday to Sunday; days are proleptic ordinals."""
    return (day - 1) // 7


def window_minima(total: Sequence[int], lows: Sequence[int], highs: Sequence[int]) -> list[int]:
    """The least of each window [low, high) of a list of costs; both ends only move up."""
    size = len(total)
    if highs[0] == size:
        if lows[-1] == 0:
            return [min(total)] * len(lows)
        least = list(accumulate(reversed(total), min, initial=NEVER))
        return [least[size - low] for low in lows]
    return [min(total[low:high], default=NEVER) for low, high in zip(lows, highs, strict=True)]


def legal_places(
    gaps: Gaps, ticks: Sequence[int], after: Sequence[int]
) -> tuple[list[int], list[int]]:
    """For each start, the window [low, high) of the next row's starts that keep the gap."""
    count, size, low, high = len(ticks), len(after), gaps.min_ticks, gaps.max_ticks
    if not count or not size:
        return [0] * count, [0] * count
    if after[0] - ticks[-1] >= low:
        lows = [0] * count
    else:
        lows = [bisect_left(after, tick + low) for tick in ticks]
    if high is None or after[-1] - ticks[0] <= high:
        return lows, [size] * count
    return lows, [
        max(bisect_right(after, tick + high), place)
        for tick, place in zip(ticks, lows, strict=True)
    ]
