"""The price of changing chairs or nurses within a series, and the choice that changes least."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from serein.scheduling.rules.phases import Id
from serein.scheduling.rules.rows import NEVER, Done, Gaps, Row, legal_places, window_minima

Units = tuple[Id, ...]
"""One unit of each kind that is to stay the same: a chair, or a chair and a nurse."""


@dataclass(frozen=True, slots=True)
class Keep:
    """A kind that should stay the same: what is free at each start, and the cost of a change."""

    free_at: Mapping[int, tuple[Id, ...]]
    cost: int


@dataclass(frozen=True, slots=True)
class Kept:
    """The cheapest starts on given days, with the units for each visit."""

    cost: int
    starts: tuple[int, ...]
    units: tuple[Units, ...]


def cheapest_kept(
    gaps: Gaps,
    rows: Sequence[Row],
    done: Done | None,
    keeps: Sequence[Sequence[Keep]],
) -> Kept:
    """Choose starts and units with the least cost, changes of units included.

    ``keeps`` holds for each row one `Keep` per kind. The cost leaves out spacing, which the days
    alone decide. Exact: every pair of start and units is followed.
    """
    choices = [_choices(row, kinds) for row, kinds in zip(rows, keeps, strict=True)]
    to_go: list[dict[Units, list[int]]] = [
        {units: _own(row, free) for units, free in found.items()}
        for row, found in zip(rows, choices, strict=True)
    ]
    for level in range(len(rows) - 2, -1, -1):
        lows, highs = legal_places(gaps, rows[level].ticks, rows[level + 1].ticks)
        then = _least_after(to_go[level + 1], keeps[level + 1], lows, highs)
        for units, own in to_go[level].items():
            after = _after(then, units, len(own))
            to_go[level][units] = [
                min(cost + later, NEVER) for cost, later in zip(own, after, strict=True)
            ]
    return _follow(gaps, rows, done, keeps, to_go)


def fewest_changes(free: Sequence[tuple[Id, ...]]) -> tuple[Id, ...]:
    """Choose one unit for each visit so that it changes as seldom as can be."""
    chosen: list[Id] = []
    while len(chosen) < len(free):
        shared = list(free[len(chosen)])
        length = 0
        for units in free[len(chosen) :]:
            kept = [unit for unit in shared if unit in units]
            if not kept:
                break
            shared, length = kept, length + 1
        chosen += [shared[0]] * length
    return tuple(chosen)


def _choices(row: Row, kinds: Sequence[Keep]) -> dict[Units, set[int]]:
    found: dict[Units, set[int]] = {}
    for place, tick in enumerate(row.ticks):
        for units in product(*(keep.free_at.get(tick, ()) for keep in kinds)):
            found.setdefault(units, set()).add(place)
    return found


def _own(row: Row, free: set[int]) -> list[int]:
    return [cost if place in free else NEVER for place, cost in enumerate(row.costs)]


def _least_after(
    to_go: Mapping[Units, list[int]], kinds: Sequence[Keep], lows: list[int], highs: list[int]
) -> dict[tuple[int, ...], dict[Units, list[int]]]:
    """For each choice of kinds that stay, and each of their units: the least that may follow."""
    size = len(kinds)
    found: dict[tuple[int, ...], dict[Units, list[int]]] = {}
    for count in range(size + 1):
        for stay in combinations(range(size), count):
            change = sum(keep.cost for kind, keep in enumerate(kinds) if kind not in stay)
            best: dict[Units, list[int]] = {}
            for units, costs in to_go.items():
                key = tuple(units[kind] for kind in stay)
                best[key] = list(map(min, best[key], costs)) if key in best else costs
            found[stay] = {
                key: [least + change for least in window_minima(costs, lows, highs)]
                for key, costs in best.items()
            }
    return found


def _after(
    then: Mapping[tuple[int, ...], Mapping[Units, list[int]]], units: Units, size: int
) -> list[int]:
    best = [NEVER] * size
    for stay, by_units in then.items():
        costs = by_units.get(tuple(units[kind] for kind in stay))
        if costs is not None:
            best = list(map(min, best, costs))
    return best


def _follow(
    gaps: Gaps,
    rows: Sequence[Row],
    done: Done | None,
    keeps: Sequence[Sequence[Keep]],
    to_go: Sequence[Mapping[Units, list[int]]],
) -> Kept:
    starts: list[int] = []
    chosen: list[Units] = []
    total = 0
    for row, kinds, costs in zip(rows, keeps, to_go, strict=True):
        before = starts[-1] if starts else (done.tick if done else None)
        low, high = 0, len(row.ticks)
        if before is not None:
            lows, highs = legal_places(gaps, [before], row.ticks)
            low, high = lows[0], highs[0]
        options = [
            (cost + _change(chosen, units, kinds), place, number, units)
            for number, (units, by_place) in enumerate(costs.items())
            for place, cost in enumerate(by_place[low:high], start=low)
        ]
        least, place, _, units = min(options, key=lambda option: option[:3])
        total = least if not starts else total
        starts.append(row.ticks[place])
        chosen.append(units)
    return Kept(total, tuple(starts), tuple(chosen))


def _change(chosen: Sequence[Units], units: Units, kinds: Sequence[Keep]) -> int:
    if not chosen:
        return 0
    return sum(
        keep.cost
        for keep, before, now in zip(kinds, chosen[-1], units, strict=True)
        if before != now
    )
