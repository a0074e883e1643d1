"""The day board as cells: chairs by time, in steps of five minutes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STEP_MINUTES = 5
HOUR = 60
USUAL_DAY = (8 * HOUR, 17 * HOUR)
"""What the board shows on a day without opening hours and without visits."""

Span = tuple[int, int]
"""Minutes after local midnight, half-open."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One visit's time in a chair, in minutes after local midnight."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of one lane: a visit (``key``), or free time that is open or closed."""

    start: int
    end: int
    key: str = ""
    is_open: bool = True

    @property
    def steps(self) -> int:
        """How many columns it spans."""
        return (self.end - self.start) // STEP_MINUTES


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the board. A chair has a second lane only where two visits overlap."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The whole board: its first and last minute, and the lanes of each chair in the given order."""

    start: int
    end: int
    lanes: tuple[tuple[Lane, ...], ...]

    @property
    def hours(self) -> tuple[int, ...]:
        """The full hours that head the columns."""
        return tuple(range(self.start // HOUR, self.end // HOUR))


def lay_out(*, chairs: Sequence[Iterable[Stay]], open_spans: Sequence[Span]) -> Grid:
    """Lay visits out on a grid that covers the opening hours and every visit, in full hours."""
    stays = [
        sorted(map(_on_the_step, chair), key=lambda stay: (stay.start, stay.key))
        for chair in chairs
    ]
    edges = [*open_spans, *((stay.start, stay.end) for chair in stays for stay in chair)]
    edges = edges or [USUAL_DAY]
    start = min(first for first, _ in edges) // HOUR * HOUR
    end = -(-max(last for _, last in edges) // HOUR) * HOUR
    cuts = _cuts(start, end, open_spans)
    return Grid(
        start,
        end,
        tuple(tuple(_lane(lane, cuts, open_spans) for lane in _lanes(chair)) for chair in stays),
    )


def _on_the_step(stay: Stay) -> Stay:
    """Widen a stay to whole steps; it is never narrower than one."""
    start = stay.start // STEP_MINUTES * STEP_MINUTES
    end = max(start + STEP_MINUTES, -(-stay.end // STEP_MINUTES) * STEP_MINUTES)
    return Stay(stay.key, start, end)


def _cuts(start: int, end: int, open_spans: Sequence[Span]) -> tuple[int, ...]:
    """Where free time is divided: at each full hour and where the clinic opens or closes."""
    edges = {_floor(edge) for span in open_spans for edge in span if start < edge < end}
    return tuple(sorted({*range(start, end + 1, HOUR), *edges}))


def _floor(minute: int) -> int:
    return minute // STEP_MINUTES * STEP_MINUTES


def _lanes(stays: Iterable[Stay]) -> list[list[Stay]]:
    """Put each stay into the first lane that is free; an empty chair has one empty lane."""
    lanes: list[list[Stay]] = [[]]
    for stay in stays:
        for lane in lanes:
            if not lane or lane[-1].end <= stay.start:
                lane.append(stay)
                break
        else:
            lanes.append([stay])
    return lanes


def _lane(stays: Sequence[Stay], cuts: Sequence[int], open_spans: Sequence[Span]) -> Lane:
    cells: list[Cell] = []
    at = cuts[0]
    for stay in stays:
        cells += _free(at, stay.start, cuts, open_spans)
        cells.append(Cell(stay.start, stay.end, stay.key))
        at = stay.end
    cells += _free(at, cuts[-1], cuts, open_spans)
    return Lane(tuple(cells))


def _free(start: int, end: int, cuts: Sequence[int], open_spans: Sequence[Span]) -> list[Cell]:
    if start >= end:
        return []
    edges = [start, *(cut for cut in cuts if start < cut < end), end]
    return [
        Cell(left, right, is_open=any(first <= left < last for first, last in open_spans))
        for left, right in pairwise(edges)
    ]
