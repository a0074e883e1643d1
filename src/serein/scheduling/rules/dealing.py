"""Giving names to a plan: which chair, which prescriber, which nurse, for visits with fixed starts.

Units of one kind go to needs in order of the needs' own starts, not of the visits': so handed out,
units that are free all day never run short while their number suffices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from serein.scheduling.rules.availability import kept_loads
from serein.scheduling.rules.book import CoverMode, DayBook
from serein.scheduling.rules.capacity import capacities, draws
from serein.scheduling.rules.day import DayMasks, day_masks
from serein.scheduling.rules.fit import Job, Placed
from serein.scheduling.rules.masks import span_mask
from serein.scheduling.rules.phases import Footprint, Id, Kind, Load, needs_by_kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit with its start and its way to be seated."""

    job: Job
    tick: int
    way: Footprint


def realised(wanted: Sequence[Wanted], book: DayBook) -> tuple[Placed, ...]:
    """Name units for as many of these visits as can have them; the others are left out."""
    masks = day_masks(book)
    kept = sorted(wanted, key=lambda want: want.tick)
    while True:
        dealing = _Dealing(masks, kept)
        failed = dealing.first_without()
        if failed is None:
            return tuple(
                Placed(want.job.id, want.job.visit_type, want.tick, dealing.units[want.job.id])
                for want in kept
            )
        kept = [want for want in kept if want.job.id != failed]


class _Dealing:
    """One attempt to name units for all of some visits."""

    def __init__(self, masks: DayMasks, wanted: Sequence[Wanted]) -> None:
        self.masks, self.wanted = masks, wanted
        self.units: dict[Id, dict[Kind, Id]] = {want.job.id: {} for want in wanted}

    def first_without(self) -> Id | None:
        """Name units for every visit; return the first visit that finds none."""
        failed = (*self._over_capacity(), *self._without_unit(), *self._without_nurse())
        return next(iter(failed), None)

    def _over_capacity(self) -> Iterator[Id]:
        free = capacities(self.masks)
        for want in self.wanted:
            for draw in draws(want.way, self.masks):
                start = want.tick - self.masks.origin + draw.start
                for bit in range(start, start + draw.ticks):
                    free[draw.row][bit] -= draw.amount
                    if free[draw.row][bit] < 0:
                        yield want.job.id
                        return

    def _without_unit(self) -> Iterator[Id]:
        for kind, units in self.masks.free.items():
            left = dict(units)
            for span, want in self._needs(kind):
                unit = next((who for who, free in left.items() if free & span == span), None)
                if unit is None:
                    yield want.job.id
                    return
                left[unit] &= ~span
                self.units[want.job.id][kind] = unit

    def _needs(self, kind: Kind) -> list[tuple[int, Wanted]]:
        """What each visit wants of a kind, as one mask, in order of when it begins."""
        found = []
        for want in self.wanted:
            at = want.tick - self.masks.origin
            for own, needs in needs_by_kind(want.way):
                if own is kind:
                    span = 0
                    for need in needs:
                        span |= span_mask(at + need.start, at + need.start + need.ticks)
                    found.append((span, want))
        return sorted(found, key=lambda item: item[0] & -item[0])

    def _without_nurse(self) -> Iterator[Id]:
        if self.masks.cover is CoverMode.POOL or Kind.NURSE in self.masks.unlimited:
            return
        left = {nurse: list(row) for nurse, row in self.masks.nurses}
        for want in sorted(self.wanted, key=self._kept_from):
            loads = list(self._kept(want.way))
            at = want.tick - self.masks.origin
            able = [
                nurse
                for nurse, free in left.items()
                if all(free[at + bit] >= load.units for load in loads for bit in _bits(load))
            ]
            if loads and not able:
                yield want.job.id
                return
            for load in loads:
                for bit in _bits(load):
                    left[able[0]][at + bit] -= load.units
            if loads:
                self.units[want.job.id][Kind.NURSE] = able[0]

    def _kept_from(self, want: Wanted) -> int:
        return want.tick + min((load.start for load in self._kept(want.way)), default=0)

    def _kept(self, way: Footprint) -> tuple[Load, ...]:
        return kept_loads(way, self.masks.cover)


def _bits(load: Load) -> range:
    return range(load.start, load.start + load.ticks)
