"""In which order the moves of a repair can be accepted, one at a time, by people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from serein.scheduling.rules.availability import free_units
from serein.scheduling.rules.book import DayBook
from serein.scheduling.rules.day import day_masks
from serein.scheduling.rules.fit import Placed
from serein.scheduling.rules.optimise import RepairMove
from serein.scheduling.rules.phases import Id, Kind, Taken, footprints, taken_by


def in_turn(
    moves: Sequence[RepairMove], visits: Sequence[Placed], book: DayBook
) -> tuple[RepairMove, ...]:
    """Order moves so that each fits once those before it are done; who leaves the day goes first.

    ``book`` is the day without what ``visits`` take. Moves that only fit together come last.
    """
    leaving = [move for move in moves if move.then is None]
    waiting = [move for move in moves if move.then is not None]
    held = {visit.id: _taken(visit) for visit in visits}
    of_visit = {visit.id: visit for visit in visits}
    for move in leaving:
        held.pop(move.id, None)
    ordered: list[RepairMove] = []
    while waiting:
        fits = next((move for move in waiting if _fits(move, of_visit[move.id], held, book)), None)
        if fits is None:
            break
        ordered.append(fits)
        waiting.remove(fits)
        moved = replace(of_visit[fits.id], tick=fits.then or fits.now)
        held[fits.id] = _taken(moved)
    return (*leaving, *ordered, *waiting)


def _fits(
    move: RepairMove, visit: Placed, held: dict[Id, tuple[Taken, ...]], book: DayBook
) -> bool:
    others = [taken for who, own in held.items() if who != move.id for taken in own]
    masks = day_masks(replace(book, taken=[*book.taken, *others]))
    return bool(free_units(visit.visit_type, masks, move.then or move.now))


def _taken(visit: Placed) -> tuple[Taken, ...]:
    way = footprints(visit.visit_type)[-1 if Kind.RECOVERY in visit.units else 0]
    held = taken_by(way, visit.tick, visit.units, visit_id=visit.id)
    return tuple(row for row in held if row.kind is Kind.NURSE or row.unit_id is not None)
