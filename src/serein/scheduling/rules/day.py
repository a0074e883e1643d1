"""One local date as bit masks.

Bit 0 of a day is its first opening tick, so a day on which the clocks change needs no special case.
Masks reach beyond closing by a tail, because turnover may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from serein.scheduling.rules.book import Away, Cover, CoverMode, DayBook, Unit
from serein.scheduling.rules.masks import at_least, counts_of, mask_spans, span_mask
from serein.scheduling.rules.phases import Id, Kind, Taken
from serein.scheduling.rules.roster import Roster, present
from serein.scheduling.rules.ticks import TickSpan

COUNTED = (Kind.PRESCRIBER, Kind.MONITOR, Kind.PUMP, Kind.CHAIR, Kind.RECOVERY, Kind.ROOM)


@dataclass(frozen=True, slots=True)
class DayMasks:
    """A day ready to be searched.

    ``free`` holds for each kind its units with the ticks in which they are free; ``counts`` for each
    pooled kind how many are free at each tick. ``nurses`` are those who keep patients (named,
    float), ``relief`` what the float nurses together have free, in twelfths.
    """

    day: date
    origin: int
    length: int
    blocks: tuple[TickSpan, ...]
    free: Mapping[Kind, tuple[tuple[Id, int], ...]]
    counts: Mapping[Kind, bytes]
    cover: CoverMode
    nurses: tuple[tuple[Id, bytes], ...]
    relief: bytes
    on_site: int
    unlimited: frozenset[Kind]

    def bit_of(self, tick: int) -> int:
        return tick - self.origin

    def tick_of_bit(self, bit: int) -> int:
        return self.origin + bit


def day_masks(book: DayBook) -> DayMasks:
    """Work out the masks of a day. A closed day has length 0."""
    blocks = tuple(sorted(span for span in book.windows if span[1] > span[0]))
    origin = blocks[0][0] if blocks else 0
    length = max(end for _, end in blocks) - origin + book.tail_ticks if blocks else 0
    of_kind = _by_kind(book)
    roster = Roster(book, origin, length, of_kind[Kind.NURSE])
    free: dict[Kind, tuple[tuple[Id, int], ...]] = {}
    counts: dict[Kind, bytes] = {}
    for kind in COUNTED:
        if kind in book.unlimited:
            continue
        if kind in book.pools or any(taken.unit_id is None for taken in of_kind[kind]):
            counts[kind] = _count(book, kind, of_kind[kind], origin, length)
        else:
            free[kind] = _free_units(book, kind, of_kind[kind], origin, length)
    if roster.mode is CoverMode.POOL:
        counts[Kind.NURSE] = roster.pooled()
    keepers = roster.keepers() if roster.mode is not CoverMode.POOL else ()
    on_site = 0
    for unit in book.units:
        if unit.kind is Kind.PRESCRIBER:
            on_site |= present(unit, origin, length)
    return DayMasks(
        day=book.day,
        origin=origin,
        length=length,
        blocks=blocks,
        free=free,
        counts=counts,
        cover=roster.mode,
        nurses=keepers,
        relief=roster.relieving() if roster.floats else b"",
        on_site=on_site,
        unlimited=book.unlimited,
    )


def _by_kind(book: DayBook) -> dict[Kind, list[Taken]]:
    """What is taken of each kind of which the site keeps track."""
    found: dict[Kind, list[Taken]] = {kind: [] for kind in Kind}
    for taken in book.taken:
        if taken.kind not in book.unlimited:
            found[taken.kind].append(taken)
    return found


def _free_units(
    book: DayBook, kind: Kind, taken: Iterable[Taken], origin: int, length: int
) -> tuple[tuple[Id, int], ...]:
    busy: dict[Id, int] = {}
    for held in taken:
        mask = span_mask(held.start - origin, min(held.end - origin, length))
        busy[held.unit_id] = busy.get(held.unit_id, 0) | mask
    return tuple(
        (unit.id, present(unit, origin, length) & ~busy.get(unit.id, 0))
        for unit in book.units
        if unit.kind is kind
    )


def _count(book: DayBook, kind: Kind, taken: Iterable[Taken], origin: int, length: int) -> bytes:
    """How many of a pooled kind are free at each tick: those there, less those taken."""
    changes = [(0, length, book.pools.get(kind, 0))]
    changes += [
        (start, end, 1)
        for unit in book.units
        if unit.kind is kind
        for start, end in mask_spans(present(unit, origin, length))
    ]
    changes += [(held.start - origin, held.end - origin, -held.units) for held in taken]
    return counts_of(length, changes)


@lru_cache(maxsize=100_000)
def plane(counts: bytes, wanted: int) -> int:
    """Set the ticks in which at least so many are free."""
    return at_least(counts, wanted)


__all__ = [
    "Away",
    "Cover",
    "CoverMode",
    "DayBook",
    "DayMasks",
    "Unit",
    "day_masks",
    "plane",
]
