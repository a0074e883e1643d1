"""Start templates, day plans and repair of a broken day with CP-SAT, where OR-Tools is installed.

Never part of a booking. Every answer names its method, its bound and its gap; without OR-Tools the
rules of `fit` answer and say so. The model counts how many visits of each type begin at each tick,
with one row of capacity for each tick and resource, so it does not grow with the number of patients.
What it finds is then put on the book visit by visit, with chairs and nurses by name; a visit that
finds none is left over, never squeezed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from serein.scheduling.rules.book import DayBook
from serein.scheduling.rules.capacity import capacities, draws
from serein.scheduling.rules.day import DayMasks, day_masks
from serein.scheduling.rules.dealing import Wanted, realised
from serein.scheduling.rules.fit import (
    FIRST_FIT,
    DayPlan,
    Job,
    Placed,
    first_fit,
    place,
    shift_right,
)
from serein.scheduling.rules.horizon import Horizon
from serein.scheduling.rules.masks import bits
from serein.scheduling.rules.phases import Footprint, Id, VisitType, footprints
from serein.scheduling.rules.ticks import TICK_MINUTES, moment_of
from serein.scheduling.rules.words import time_words

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

WORKERS = 2
LOST, MOVED = 1_000_000, 10_000
"""In a repair, one visit lost outweighs all moves, and one move all minutes."""

NOT_INSTALLED = "OR-Tools is not installed"
SHIFTED = "each visit at its own time if that is free, else at the next"


@dataclass(frozen=True, slots=True)
class TemplateStart:
    """So many visits of a type begin at a tick."""

    visit_type: VisitType
    tick: int
    count: int


@dataclass(frozen=True, slots=True)
class Template:
    """Starts to offer on a day, with the plan that shows that they fit together."""

    starts: tuple[TemplateStart, ...]
    plan: DayPlan


@dataclass(frozen=True, slots=True)
class RepairMove:
    """One visit of a broken day: its start now and then (None: another day), and why."""

    id: Id
    now: int
    then: int | None
    because: str


@dataclass(frozen=True, slots=True)
class RepairProposal:
    """A proposal for people to accept, one move at a time; nothing is sent before.

    ``urgent`` are visits that have begun, or begin at once, on something that is out. ``cost`` and
    ``bound`` are in one unit (a visit lost 1,000,000, one moved 10,000, five minutes 1).
    """

    moves: tuple[RepairMove, ...]
    kept: tuple[Id, ...]
    urgent: tuple[Id, ...]
    cost: int
    bound: int
    is_proven: bool
    method: str
    seconds: float = 0.0

    @property
    def lost(self) -> tuple[Id, ...]:
        return tuple(move.id for move in self.moves if move.then is None)

    @property
    def gap(self) -> int:
        return self.cost - self.bound


def solve_template(
    mix: Mapping[VisitType, int],
    book: DayBook,
    budget_s: float = 15.0,
    *,
    least: Mapping[VisitType, int] | None = None,
) -> Template:
    """Find the starts that let most visits of a mix into a day.

    ``least`` are numbers of some types that come first, however many others they cost.
    """
    jobs = [
        Job((visit_type.name, number), visit_type)
        for visit_type, count in mix.items()
        for number in range(count)
    ]
    plan = plan_day(jobs, book, budget_s, least=least)
    counts = Counter((placed.visit_type, placed.tick) for placed in plan.placed)
    starts = [TemplateStart(kind, tick, count) for (kind, tick), count in counts.items()]
    return Template(
        tuple(sorted(starts, key=lambda start: (start.tick, start.visit_type.name))), plan
    )


def plan_day(
    jobs: Sequence[Job],
    book: DayBook,
    budget_s: float = 15.0,
    *,
    least: Mapping[VisitType, int] | None = None,
) -> DayPlan:
    """Place as many visits on a day as can be; of one type, earlier wishes get earlier starts.

    ``least`` are numbers of some types that come first, however many others they cost.
    """
    simple = first_fit(jobs, book)
    if not simple.left:
        return simple
    cp = _solver()
    if cp is None:
        return replace(simple, method=f"{NOT_INSTALLED}: {FIRST_FIT}")
    model = _Model(cp, day_masks(book))
    mix, needed = Counter(job.visit_type for job in jobs), least or {}
    answer = _most(model, mix, needed, simple.placed, budget_s)
    origin = model.masks.origin
    wanted = [Wanted(job, origin + bit, way) for job, bit, way in _dealt(answer.chosen, jobs)]
    placed = realised(wanted, book)
    placed = max(simple.placed, placed, key=lambda found: (_met(found, needed), len(found)))
    names = {item.id for item in placed}
    bound = _most_visits(round(answer.bound), len(jobs), _met(placed, needed))
    return DayPlan(
        placed,
        tuple(job.id for job in jobs if job.id not in names),
        bound,
        bound == len(placed),
        "CP-SAT, counts of starts",
        answer.seconds,
    )


def repair_day(
    visits: Sequence[Placed],
    book: DayBook,
    *,
    now: int,
    zone: ZoneInfo,
    freeze_minutes: int = 30,
    budget_s: float = 5.0,
    limits: Mapping[Id, tuple[int, int]] | None = None,
) -> RepairProposal:
    """Propose what to move on a day that lost a chair, a nurse or some hours.

    ``book`` is the day as it is now, outages in, without anything that ``visits`` take. Visits that
    have begun or begin within ``freeze_minutes`` stay. The fewest go to another day, then the
    fewest move, then they move least. ``limits`` are the first and the last tick at which a visit
    may begin, so that the gaps of its series hold.
    """
    until = now + freeze_minutes // TICK_MINUTES
    base, urgent = _with_frozen([visit for visit in visits if visit.tick <= until], book)
    kept = limits or {}
    jobs = [Job(v.id, v.visit_type, v.tick, kept.get(v.id)) for v in visits if v.tick > until]
    simple = shift_right(jobs, base, until)
    found, bound, seconds = simple, 0, 0.0
    cp = _solver()
    method = SHIFTED if cp else f"{NOT_INSTALLED}: {SHIFTED}"
    if cp is not None and _cost(jobs, simple):
        answer = _least(_Model(cp, day_masks(base)), jobs, until, simple, budget_s)
        better = _realised_moves(answer.chosen, jobs, base)
        if _cost(jobs, better) < _cost(jobs, simple):
            found = better
        bound, seconds, method = (
            max(0, round(answer.bound)),
            answer.seconds,
            "CP-SAT, a start for each",
        )
    moves = [_move(job, found[job.id], zone) for job in jobs if found[job.id] != job.wish]
    cost = _cost(jobs, found)
    return RepairProposal(
        moves=tuple(moves),
        kept=tuple(job.id for job in jobs if found[job.id] == job.wish),
        urgent=urgent,
        cost=cost,
        bound=bound,
        is_proven=bound >= cost,
        method=method,
        seconds=seconds,
    )


def _solver() -> Any:
    """Return OR-Tools' CP-SAT, or None where it is not installed."""
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        return None
    return cp_model


Key = tuple[Any, Footprint, int]
"""A visit or a type of visit, one way to seat it, and a start as a bit of the day."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a solver chose, how good any answer could be, and how long it took."""

    chosen: Mapping[Key, int]
    bound: float
    seconds: float


class _Model:
    """Starts to choose from on one day, with a row of capacity for each tick and resource."""

    def __init__(self, cp: Any, masks: DayMasks) -> None:
        self.cp, self.masks, self.model = cp, masks, cp.CpModel()
        self.horizon = Horizon([masks])
        self.chosen: dict[Key, Any] = {}
        self._draws: dict[tuple[str, int], list[tuple[int, Any]]] = {}

    def starts(self, visit_type: VisitType) -> Iterator[tuple[Footprint, int]]:
        """Each way to seat a visit with each start at which it alone would fit."""
        for footprint in footprints(visit_type):
            for bit in bits(self.horizon.seated(footprint, visit_type)):
                yield footprint, bit

    def offer(self, who: Any, footprint: Footprint, bit: int, most: int) -> Any:
        """Add the choice of so many visits that begin at a bit."""
        variable = self.model.new_int_var(0, most, "")
        self.chosen[who, footprint, bit] = variable
        for draw in draws(footprint, self.masks):
            for tick in range(bit + draw.start, bit + draw.start + draw.ticks):
                self._draws.setdefault((draw.row, tick), []).append((draw.amount, variable))
        return variable

    def solve(self, budget_s: float) -> _Answer:
        """Search until it is proven or the budget is spent."""
        free = capacities(self.masks)
        for (row, tick), drawn in self._draws.items():
            amounts = [amount for amount, _ in drawn]
            variables = [variable for _, variable in drawn]
            total = self.cp.LinearExpr.weighted_sum(variables, amounts)
            self.model.add(total <= free[row][tick])
        solver = self.cp.CpSolver()
        solver.parameters.max_time_in_seconds = budget_s
        solver.parameters.num_workers = WORKERS
        status = solver.solve(self.model)
        found = status in {self.cp.OPTIMAL, self.cp.FEASIBLE}
        chosen = {key: solver.value(variable) for key, variable in self.chosen.items() if found}
        return _Answer(chosen, solver.best_objective_bound, solver.wall_time)


def _met(placed: Sequence[Placed], least: Mapping[VisitType, int]) -> int:
    """How many of the visits that come first are placed."""
    found = Counter(item.visit_type for item in placed)
    return sum(min(found[visit_type], number) for visit_type, number in least.items())


def _first_weight(visits: int) -> int:
    """One visit that comes first outweighs all the others of its day."""
    return visits + 1


def _most_visits(bound: int, visits: int, met: int) -> int:
    """Turn the bound of `_most` into a number of visits, of plans with as many that come first."""
    first, others = divmod(bound, _first_weight(visits))
    return min(others, visits) if first == met else visits


def _most(
    model: _Model,
    mix: Mapping[VisitType, int],
    least: Mapping[VisitType, int],
    hint: Sequence[Placed],
    budget_s: float,
) -> _Answer:
    """Choose starts for as many visits of a mix as can be, those that come first before all."""
    hinted = Counter((placed.visit_type, placed.tick - model.masks.origin) for placed in hint)
    worth = []
    weight = _first_weight(sum(mix.values()))
    for visit_type, count in mix.items():
        own = []
        for footprint, bit in model.starts(visit_type):
            variable = model.offer(visit_type, footprint, bit, count)
            model.model.add_hint(variable, hinted.pop((visit_type, bit), 0))
            own.append(variable)
        model.model.add(sum(own) <= count)
        first = model.model.new_int_var(0, min(count, least.get(visit_type, 0)), "")
        model.model.add(first <= sum(own))
        worth.append(sum(own) + weight * first)
    model.model.maximize(sum(worth))
    return model.solve(budget_s)


def _dealt(chosen: Mapping[Key, int], jobs: Sequence[Job]) -> Iterator[tuple[Job, int, Footprint]]:
    """Give the starts of a type to its visits, the earlier start to the earlier wish."""
    waiting: dict[VisitType, list[Job]] = {}
    for job in sorted(jobs, key=lambda job: job.wish or 0):
        waiting.setdefault(job.visit_type, []).append(job)
    for (visit_type, footprint, bit), count in sorted(chosen.items(), key=lambda item: item[0][2]):
        for _ in range(count):
            yield waiting[visit_type].pop(0), bit, footprint


def _least(
    model: _Model,
    jobs: Sequence[Job],
    until: int,
    hint: Mapping[Id, int | None],
    budget_s: float,
) -> _Answer:
    """Choose a start for each visit so that the change costs least."""
    costs = []
    for job in jobs:
        own = []
        for footprint, bit in model.starts(job.visit_type):
            tick = model.masks.origin + bit
            if (tick <= until and tick != job.wish) or not job.may_begin(tick):
                continue
            variable = model.offer(job.id, footprint, bit, 1)
            model.model.add_hint(variable, int(hint[job.id] == tick))
            costs.append((_price(job, tick) - LOST) * variable)
            own.append(variable)
        model.model.add(sum(own) <= 1)
    model.model.minimize(sum(costs) + LOST * len(jobs))
    return model.solve(budget_s)


def _realised_moves(
    chosen: Mapping[Key, int], jobs: Sequence[Job], book: DayBook
) -> dict[Id, int | None]:
    """Put the chosen starts on the book; whoever finds no units after all has no start."""
    by_id = {job.id: job for job in jobs}
    origin = day_masks(book).origin
    wanted = [
        Wanted(by_id[who], origin + bit, footprint)
        for (who, footprint, bit), count in chosen.items()
        if count
    ]
    found: dict[Id, int | None] = dict.fromkeys(by_id)
    found.update({item.id: item.tick for item in realised(wanted, book)})
    return found


def _with_frozen(frozen: Sequence[Placed], book: DayBook) -> tuple[DayBook, tuple[Id, ...]]:
    """Put visits that stay on the book; name those that lose a unit or find none."""
    urgent: list[Id] = []
    for visit in sorted(frozen, key=lambda visit: visit.tick):
        job = Job(visit.id, visit.visit_type)
        done = place(book, job, visit.tick, wished=visit.units)
        units = {} if done is None else done[1].units
        if any(units.get(kind) != unit for kind, unit in visit.units.items()):
            urgent.append(visit.id)
        book = done[0] if done else book
    return book, tuple(urgent)


def _price(job: Job, tick: int | None) -> int:
    if tick is None:
        return LOST
    return 0 if tick == job.wish else MOVED + abs(tick - (job.wish or tick))


def _cost(jobs: Sequence[Job], found: Mapping[Id, int | None]) -> int:
    return sum(_price(job, found[job.id]) for job in jobs)


def _move(job: Job, then: int | None, zone: ZoneInfo) -> RepairMove:
    now = job.wish or 0
    if then is None:
        return RepairMove(job.id, now, None, "Does not fit on this day any more.")
    clock = time_words(moment_of(then).astimezone(zone).time())
    minutes = abs(then - now) * TICK_MINUTES
    word = "later" if then > now else "earlier"
    return RepairMove(job.id, now, then, f"{minutes} minutes {word}, at {clock}.")
