"""Filling a day by hand's rules: first fit, guided fit, and shifting to the right.

These need no solver and no luck; they are also the yardstick for what a solver adds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from serein.scheduling.rules.availability import free_units
from serein.scheduling.rules.book import DayBook
from serein.scheduling.rules.day import day_masks
from serein.scheduling.rules.horizon import Horizon
from serein.scheduling.rules.masks import bits
from serein.scheduling.rules.phases import Footprint, Id, Kind, VisitType, taken_by


@dataclass(frozen=True, slots=True)
class Job:
    """One visit to be placed on a day, and the tick at which its patient would like to begin.

    ``within`` are the first and the last tick at which it may begin, whatever is free.
    """

    id: Id
    visit_type: VisitType
    wish: int | None = None
    within: tuple[int, int] | None = None

    def may_begin(self, tick: int) -> bool:
        """Say whether a tick keeps its limits; the time that it has now always does."""
        if self.within is None or tick == self.wish:
            return True
        return self.within[0] <= tick <= self.within[1]


@dataclass(frozen=True, slots=True)
class Placed:
    """One visit with its start and its units."""

    id: Id
    visit_type: VisitType
    tick: int
    units: Mapping[Kind, Id]


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What was placed and what is left over.

    ``bound`` is a number of visits that no plan can exceed, ``is_proven`` says that no plan is
    better. ``method`` names in words how it was found; ``seconds`` is the solver's time.
    """

    placed: tuple[Placed, ...]
    left: tuple[Id, ...]
    bound: int
    is_proven: bool
    method: str
    seconds: float = 0.0

    @property
    def gap(self) -> int:
        """How many more visits a better plan might place, at most."""
        return self.bound - len(self.placed)


FIRST_FIT = "longest visit first, each at its earliest free start"


def place(
    book: DayBook,
    job: Job,
    tick: int,
    *,
    way: Footprint | None = None,
    wished: Mapping[Kind, Id] | None = None,
) -> tuple[DayBook, Placed] | None:
    """Put a visit on the book at a tick, with the wished units where free, or say None.

    ``way`` asks for one way to seat it, where there are two.
    """
    choices = free_units(job.visit_type, day_masks(book), tick)
    choice = next((found for found in choices if way in {None, found.footprint}), None)
    if choice is None:
        return None
    units = choice.pick(wished)
    held = taken_by(choice.footprint, tick, units, visit_id=job.id)
    placed = Placed(job.id, job.visit_type, tick, units)
    return replace(book, taken=(*book.taken, *held)), placed


def first_fit(jobs: Sequence[Job], book: DayBook, *, longest_first: bool = True) -> DayPlan:
    """Place each visit at its earliest free start, or nearest to its wish."""
    order = sorted(jobs, key=_longest) if longest_first else list(jobs)
    placed: list[Placed] = []
    left: list[Id] = []
    for job in order:
        tick = _start_for(job, book)
        done = None if tick is None else place(book, job, tick)
        if done is None:
            left.append(job.id)
        else:
            book = done[0]
            placed.append(done[1])
    method = FIRST_FIT if longest_first else "each visit in its turn, nearest to its wish"
    return DayPlan(tuple(placed), tuple(left), len(jobs), not left, method)


def shift_right(jobs: Sequence[Job], book: DayBook, not_before: int) -> dict[Id, int | None]:
    """Give each visit, in order of its time, its own start if that is free, else the next one."""
    found: dict[Id, int | None] = {}
    for job in sorted(jobs, key=lambda job: job.wish or 0):
        earliest = max(job.wish or 0, not_before)
        tick = next((tick for tick in legal_ticks(job, book) if tick >= earliest), None)
        done = None if tick is None else place(book, job, tick)
        found[job.id] = tick if done else None
        book = done[0] if done else book
    return found


def legal_ticks(job: Job, book: DayBook) -> list[int]:
    """List the ticks at which a visit can start on a day, in order."""
    horizon = Horizon([day_masks(book)])
    if not horizon.days:
        return []
    origin = horizon.days[0].origin
    ticks = (origin + bit for bit in bits(horizon.starts(job.visit_type)))
    return [tick for tick in ticks if job.may_begin(tick)]


def _start_for(job: Job, book: DayBook) -> int | None:
    """The earliest legal start, or the one nearest to the wish."""
    ticks = legal_ticks(job, book)
    if job.wish is None:
        return next(iter(ticks), None)
    wish = job.wish
    return min(ticks, key=lambda tick: (abs(tick - wish), tick), default=None)


def _longest(job: Job) -> int:
    return -job.visit_type.patient_minutes
