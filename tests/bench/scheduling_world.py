"""A clinic of any size, booked by chance, for the benchmarks of the scheduling engine.

A clinic is made of cells of twelve chairs, six nurses and three prescribers. Five days of one cell
are filled visit by visit at random starts; every cell draws its days from those five.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from serein.scheduling.rules import (
    Cover,
    CoverMode,
    DayBook,
    Hours,
    Job,
    Kind,
    Rule,
    Taken,
    Unit,
    day_masks,
    find_starts,
    footprints,
    infusion_type,
    tick_windows,
)
from serein.scheduling.rules.fit import place

ZONE = ZoneInfo("America/New_York")
FIRST = date(2026, 11, 23)
OPEN, CLOSE = time(8), time(16, 30)
HOURS = Hours(
    (
        *(Rule(day, OPEN, CLOSE) for day in range(4)),
        Rule(4, OPEN, CLOSE, 2, date(2026, 10, 2)),
    )
)
VISIT = infusion_type()
CHAIRS, NURSES, PRESCRIBERS, DAY_TICKS, SHAPES = 12, 6, 3, 102, 5
UNLIMITED = frozenset({Kind.PUMP, Kind.MONITOR, Kind.ROOM, Kind.RECOVERY})


def books(cells: int, days: int, share: float, seed: int = 1) -> list[DayBook]:
    """Return the open days of a clinic with a share of its chair time taken."""
    chance = Random(seed)
    shapes = [_filled(share, chance) for _ in range(SHAPES)]
    units = tuple(unit for cell in range(cells) for unit in _units(cell))
    found = []
    for number in range(days):
        day = FIRST + timedelta(days=number)
        windows = tick_windows(HOURS, day, ZONE)
        if windows:
            opens = windows[0][0]
            taken = [
                _moved(held, cell, opens) for cell in range(cells) for held in chance.choice(shapes)
            ]
            found.append(_book(day, windows[0], units, taken))
    return found


def _units(cell: int) -> list[Unit]:
    sizes = ((Kind.CHAIR, CHAIRS), (Kind.NURSE, NURSES), (Kind.PRESCRIBER, PRESCRIBERS))
    return [Unit((cell, n), kind) for kind, size in sizes for n in range(size)]


def _book(
    day: date, window: tuple[int, int], units: tuple[Unit, ...], taken: list[Taken]
) -> DayBook:
    return DayBook(
        day, (window,), units, tuple(taken), cover=Cover(CoverMode.POOL), unlimited=UNLIMITED
    )


def _moved(held: Taken, cell: int, opens: int) -> Taken:
    unit = None if held.unit_id is None else (cell, held.unit_id[1])  # type: ignore[index]
    return replace(held, start=held.start + opens, end=held.end + opens, unit_id=unit)


def _filled(share: float, chance: Random) -> list[Taken]:
    """Book visits at random legal starts of one cell's day until the share is reached."""
    book = _book(FIRST, (0, DAY_TICKS), tuple(_units(0)), [])
    in_chair = next(n.ticks for n in footprints(VISIT)[0].needs if n.kind is Kind.CHAIR)
    for number in range(round(share * CHAIRS * DAY_TICKS / in_chair)):
        starts = find_starts(VISIT, [day_masks(book)], zone=ZONE)
        if not starts:
            break
        done = place(book, Job(number, VISIT), chance.choice(starts).tick)
        if done is not None:
            book = done[0]
    return [held for held in book.taken if held.kind not in UNLIMITED]
