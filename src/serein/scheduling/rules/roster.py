"""The nurses of one day and the loads that visits put on them, in each of the three modes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from serein.scheduling.rules.book import CoverMode, DayBook, Unit, float_nurses
from serein.scheduling.rules.masks import counts_of, mask_spans, span_mask, spans_mask
from serein.scheduling.rules.phases import FULL_LOAD, Id, Kind, Taken


def present(unit: Unit, origin: int, length: int) -> int:
    """Set the ticks of a day in which a unit is there at all."""
    if unit.on_duty is None:
        there = span_mask(0, length)
    else:
        there = spans_mask(unit.on_duty, origin, length)
    return there & ~spans_mask(((away.start, away.end) for away in unit.away), origin, length)


class Roster:
    """Who is on duty, and what is left of them at each tick.

    Who is named for a load but not on the list that day has left it to the others. Where nurses
    float, a 1:1 load is theirs, whoever keeps the patient otherwise.
    """

    def __init__(self, book: DayBook, origin: int, length: int, taken: Sequence[Taken]) -> None:
        self.origin, self.length = origin, length
        self.counted = book.pools.get(Kind.NURSE, 0)
        self.units = [unit for unit in book.units if unit.kind is Kind.NURSE]
        self.mode = book.cover.mode if self.units else CoverMode.POOL
        ids = [unit.id for unit in self.units]
        self.floats = float_nurses(book.cover, ids) if self.mode is CoverMode.FLOAT else ()
        if self.mode is CoverMode.FLOAT and not self.floats:
            self.mode = CoverMode.NAMED
        self.keeper_ids = [nurse for nurse in ids if nurse not in self.floats]
        self.relief = [load for load in taken if self.floats and load.units >= FULL_LOAD]
        self.own = [load for load in taken if not (self.floats and load.units >= FULL_LOAD)]

    def pooled(self) -> bytes:
        """What is free of all nurses together, in twelfths, at each tick."""
        return self._left(self.units, self.own, counted=self.counted)

    def relieving(self) -> bytes:
        """What is free of the float nurses together, in twelfths, at each tick."""
        return self._left([unit for unit in self.units if unit.id in self.floats], self.relief)

    def keepers(self) -> tuple[tuple[Id, bytes], ...]:
        """What each nurse who keeps patients has free at each tick.

        The loads of a visit without a nurse go, in order of time, to the first nurse who can carry
        them, else to the first at all.
        """
        if all(load.unit_id in self.keeper_ids for load in self.own):
            return tuple(
                (
                    unit.id,
                    self._left([unit], [load for load in self.own if load.unit_id == unit.id]),
                )
                for unit in self.units
                if unit.id in self.keeper_ids
            )
        left = {
            unit.id: list(self._left([unit], ()))
            for unit in self.units
            if unit.id in self.keeper_ids
        }
        for loads in self._visits():
            nurse = loads[0].unit_id
            if nurse is None:
                able = (who for who in left if self._carries(left[who], loads))
                nurse = next(able, self.keeper_ids[0])
            for load in loads:
                for bit in self._bits(load):
                    left[nurse][bit] -= load.units
        return tuple((who, bytes(max(free, 0) for free in row)) for who, row in left.items())

    def _visits(self) -> list[list[Taken]]:
        """The loads of each visit, by the nurse who keeps it, in order of time."""
        visits: dict[object, list[Taken]] = {}
        for number, load in enumerate(self.own):
            nurse = load.unit_id if load.unit_id in self.keeper_ids else None
            whose = ("load", number) if load.visit_id is None else ("visit", load.visit_id)
            visits.setdefault((whose, nurse), []).append(replace(load, unit_id=nurse))
        return sorted(visits.values(), key=lambda loads: min(load.start for load in loads))

    def _carries(self, free: Sequence[int], loads: Sequence[Taken]) -> bool:
        return all(free[bit] >= load.units for load in loads for bit in self._bits(load))

    def _bits(self, load: Taken) -> range:
        return range(max(load.start - self.origin, 0), min(load.end - self.origin, self.length))

    def _left(self, units: Sequence[Unit], loads: Sequence[Taken], counted: int = 0) -> bytes:
        changes = [(0, self.length, FULL_LOAD * counted)]
        changes += [
            (start, end, FULL_LOAD)
            for unit in units
            for start, end in mask_spans(present(unit, self.origin, self.length))
        ]
        changes += [
            (load.start - self.origin, load.end - self.origin, -load.units) for load in loads
        ]
        return counts_of(self.length, changes)
