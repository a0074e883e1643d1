"""A day as rows of capacity: how much of each thing is free at each tick, and what a visit draws.

Sums cannot tell one chair from another. For intervals of one unit that is exact; for a nurse who
keeps several patients it may promise a little too much, so a bound from it holds and a plan from it
is put on the book visit by visit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from serein.scheduling.rules.book import CoverMode
from serein.scheduling.rules.day import DayMasks
from serein.scheduling.rules.phases import FULL_LOAD, Footprint, Kind, Load

RELIEF, KEEPING, NAMED = "relief", "keeping", "named"

Row = str
"""What a row of capacity counts: a kind, or a share of the nurses."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What a visit draws from a row, from ``start`` ticks after it begins."""

    row: Row
    start: int
    ticks: int
    amount: int


def capacities(masks: DayMasks) -> dict[Row, list[int]]:
    """Return what is free of each row at each tick of a day."""
    found: dict[Row, list[int]] = {}
    for kind, units in masks.free.items():
        found[kind.value] = [
            sum(mask >> bit & 1 for _, mask in units) for bit in range(masks.length)
        ]
    for kind, counts in masks.counts.items():
        found[kind.value] = list(counts)
    if Kind.NURSE not in masks.unlimited and masks.cover is not CoverMode.POOL:
        rows = [row for _, row in masks.nurses]
        found[KEEPING] = [sum(column) for column in zip(*rows, strict=True)]
        found[NAMED] = [
            sum(free >= FULL_LOAD for free in column) for column in zip(*rows, strict=True)
        ]
        found[RELIEF] = list(masks.relief)
    return found


def draws(footprint: Footprint, masks: DayMasks) -> tuple[Draw, ...]:
    """Return what one way to seat a visit draws from the rows of a day."""
    needs = [
        Draw(need.kind.value, need.start, need.ticks, 1)
        for need in footprint.needs
        if need.kind not in masks.unlimited
    ]
    if footprint.loads and Kind.NURSE not in masks.unlimited:
        needs += _NURSES[masks.cover](footprint)
    return tuple(needs)


def _pooled(footprint: Footprint) -> list[Draw]:
    return [_of(Kind.NURSE.value, load) for load in footprint.loads]


def _named(footprint: Footprint) -> list[Draw]:
    """A nurse whose visit begins at 1:1 can have no other patient until it ends."""
    first, last = footprint.loads[0], footprint.loads[-1]
    if first.units < FULL_LOAD:
        return [_of(KEEPING, load) for load in footprint.loads]
    return [Draw(NAMED, first.start, last.start + last.ticks - first.start, 1)]


def _floated(footprint: Footprint) -> list[Draw]:
    return [_of(RELIEF if load.units >= FULL_LOAD else KEEPING, load) for load in footprint.loads]


def _of(row: Row, load: Load) -> Draw:
    return Draw(row, load.start, load.ticks, load.units)


_NURSES: Mapping[CoverMode, Callable[[Footprint], list[Draw]]] = {
    CoverMode.POOL: _pooled,
    CoverMode.NAMED: _named,
    CoverMode.FLOAT: _floated,
}
