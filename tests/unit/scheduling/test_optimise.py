"""Templates, day plans and repair: better than by hand, honest about what is not proven."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from serein.scheduling.rules import (
    Cover,
    CoverMode,
    DayBook,
    Hours,
    Job,
    Kind,
    Placed,
    RepairMove,
    Rule,
    Unit,
    day_masks,
    first_fit,
    free_units,
    infusion_type,
    instant,
    plan_day,
    repair_day,
    solve_template,
    taken_by,
    tick_of,
    tick_windows,
)
from serein.scheduling.rules.in_turn import in_turn

ZONE = ZoneInfo("America/New_York")
MONDAY = date(2026, 10, 5)
HOURS = Hours((Rule(0, time(8), time(16, 30)),))
INFUSION = infusion_type()
FIRST = infusion_type(40, 120, name="First infusion")


def _tick(hour: int, minute: int = 0) -> int:
    return tick_of(instant(MONDAY, time(hour, minute), ZONE))


def _book(chairs: int, nurses: int, mode: CoverMode = CoverMode.POOL) -> DayBook:
    units = (
        *(Unit(f"chair {n}", Kind.CHAIR) for n in range(chairs)),
        *(Unit(f"nurse {n}", Kind.NURSE) for n in range(nurses)),
    )
    return DayBook(
        MONDAY,
        tick_windows(HOURS, MONDAY, ZONE),
        units,
        cover=Cover(mode),
        unlimited=frozenset(Kind) - {Kind.CHAIR, Kind.NURSE},
    )


def _jobs(count: int, kind: object = INFUSION, **wish: int) -> list[Job]:
    return [Job(n, kind, **wish) for n in range(count)]  # type: ignore[arg-type]


def _fits(placed: tuple[Placed, ...], book: DayBook) -> bool:
    """Put every visit on the book again, one by one, with the units that were promised."""
    for item in sorted(placed, key=lambda item: item.tick):
        choices = free_units(item.visit_type, day_masks(book), item.tick)
        if not choices:
            return False
        held = taken_by(choices[0].footprint, item.tick, item.units, visit_id=item.id)
        book = replace(book, taken=(*book.taken, *held))
    return True


def test_what_fits_by_hand_needs_no_solver() -> None:
    plan = plan_day(_jobs(3), _book(4, 4))
    assert (len(plan.placed), plan.left, plan.gap, plan.is_proven) == (3, (), 0, True)
    assert plan.method == "longest visit first, each at its earliest free start"


def test_a_solver_places_more_than_the_earliest_start_does() -> None:
    book = _book(6, 2)
    by_hand = first_fit(_jobs(14), book)
    plan = plan_day(_jobs(14), book, budget_s=10)
    assert len(plan.placed) == 12 > len(by_hand.placed)
    assert plan.is_proven
    assert (plan.bound, plan.gap, len(plan.left)) == (12, 0, 2)
    assert plan.method == "CP-SAT, counts of starts"
    assert _fits(plan.placed, book)


def test_the_plan_respects_how_nurses_are_shared() -> None:
    """One nurse keeps one patient; relieved by a float nurse she keeps more."""
    plans = {mode: plan_day(_jobs(10), _book(6, 2, mode), budget_s=5) for mode in CoverMode}
    placed = {mode: len(plan.placed) for mode, plan in plans.items()}
    assert placed[CoverMode.NAMED] == plans[CoverMode.NAMED].bound == 6
    assert placed[CoverMode.NAMED] < placed[CoverMode.FLOAT] <= placed[CoverMode.POOL]
    assert all(_fits(plan.placed, _book(6, 2, mode)) for mode, plan in plans.items())


def test_a_template_counts_starts_by_type() -> None:
    template = solve_template({INFUSION: 5, FIRST: 2}, _book(4, 2), budget_s=5)
    counts = dict.fromkeys((INFUSION, FIRST), 0)
    for start in template.starts:
        counts[start.visit_type] += start.count
    assert sum(counts.values()) == len(template.plan.placed)
    assert counts[FIRST] <= 2
    assert list(template.starts) == sorted(
        template.starts, key=lambda s: (s.tick, s.visit_type.name)
    )


def test_visits_that_come_first_are_placed_though_they_cost_others() -> None:
    """Left to itself the search fills a day with short visits."""
    free = solve_template({INFUSION: 20, FIRST: 3}, _book(4, 2), budget_s=5)
    led = solve_template({INFUSION: 20, FIRST: 3}, _book(4, 2), budget_s=5, least={FIRST: 3})
    firsts = sum(start.count for start in led.starts if start.visit_type == FIRST)
    assert firsts == 3
    assert len(led.plan.placed) <= len(free.plan.placed) <= led.plan.bound + 3
    assert _fits(led.plan.placed, _book(4, 2))


def test_earlier_wishes_get_earlier_starts() -> None:
    jobs = [Job(n, INFUSION, _tick(15 - n)) for n in range(7)]
    plan = plan_day(jobs, _book(2, 2), budget_s=5)
    order = [item.id for item in sorted(plan.placed, key=lambda item: item.tick)]
    assert plan.method == "CP-SAT, counts of starts"
    assert order == sorted(order, reverse=True)


def _morning(book: DayBook, count: int) -> tuple[Placed, ...]:
    return plan_day(_jobs(count), book, budget_s=5).placed


def test_a_repair_moves_little_and_loses_nobody_while_there_is_room() -> None:
    visits = _morning(_book(4, 4), 8)
    now = _tick(8, 20)
    proposal = repair_day(visits, _book(3, 4), now=now, zone=ZONE)
    frozen = {visit.id for visit in visits if visit.tick <= now + 6}
    assert proposal.lost == ()
    assert frozen.isdisjoint(move.id for move in proposal.moves)
    assert set(proposal.kept) | {move.id for move in proposal.moves} | frozen == set(range(8))
    assert proposal.is_proven
    assert all("minutes" in move.because for move in proposal.moves)


def test_a_repair_names_who_goes_to_another_day_and_who_is_hit_at_once() -> None:
    visits = _morning(_book(4, 4), 8)
    proposal = repair_day(visits, _book(1, 4), now=_tick(8, 20), zone=ZONE, budget_s=5)
    assert proposal.lost
    assert len(proposal.urgent) == len([v for v in visits if v.tick <= _tick(8, 50)]) - 1
    assert {move.because for move in proposal.moves if move.then is None} == {
        "Does not fit on this day any more."
    }
    assert proposal.cost >= proposal.bound
    assert proposal.gap == proposal.cost - proposal.bound


def test_nothing_broken_is_nothing_moved() -> None:
    visits = _morning(_book(4, 4), 8)
    proposal = repair_day(visits, _book(4, 4), now=_tick(8), zone=ZONE)
    assert (proposal.moves, proposal.cost, proposal.is_proven) == ((), 0, True)


def test_without_or_tools_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    plan = plan_day(_jobs(14), _book(6, 2))
    assert plan.method.startswith("OR-Tools is not installed: longest visit first")
    assert not plan.is_proven
    assert plan.gap == len(plan.left) > 0
    visits = _morning(_book(4, 4), 8)
    proposal = repair_day(visits, _book(2, 4), now=_tick(8, 20), zone=ZONE)
    assert proposal.method.startswith("OR-Tools is not installed: each visit at its own time")
    assert not proposal.is_proven


def test_a_repair_keeps_each_visit_within_its_limits() -> None:
    """With one chair of two left, the later of two visits at eight must wait; it may not wait long."""
    visits = tuple(
        Placed(number, INFUSION, _tick(10), {Kind.CHAIR: f"chair {number - 1}"})
        for number in (1, 2)
    )
    book = _book(1, 4)
    free = repair_day(visits, book, now=_tick(8), zone=ZONE)
    assert [move.then is not None for move in free.moves] == [True]
    limits = {number: (_tick(9, 30), _tick(10, 30)) for number in (1, 2)}
    held = repair_day(visits, book, now=_tick(8), zone=ZONE, limits=limits)
    assert len(held.lost) == 1
    assert held.is_proven


def test_moves_stand_in_an_order_in_which_each_can_be_accepted() -> None:
    """One chair: the visit at ten can only go to noon once that at noon has gone to two."""
    visits = tuple(
        Placed(name, INFUSION, _tick(hour), {Kind.CHAIR: "chair 0"})
        for name, hour in (("first", 10), ("second", 12))
    )
    moves = [
        RepairMove("first", _tick(10), _tick(12), "later"),
        RepairMove("second", _tick(12), _tick(14), "later"),
    ]
    assert [move.id for move in in_turn(moves, visits, _book(1, 4))] == ["second", "first"]
    leaves = [moves[0], RepairMove("second", _tick(12), None, "does not fit")]
    assert [move.id for move in in_turn(leaves, visits, _book(1, 4))] == ["second", "first"]
    swapped = [moves[0], RepairMove("second", _tick(12), _tick(10), "earlier")]
    assert {move.id for move in in_turn(swapped, visits, _book(1, 4))} == {"first", "second"}
