"""What the scheduling engine is measured against: merging sorted intervals, and CP-SAT."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from serein.scheduling.rules import (
    TICK_MINUTES,
    DayBook,
    DayStarts,
    Kind,
    SeriesRules,
    footprints,
    wall_minute,
)
from serein.scheduling.rules.series import ladders
from tests.bench.scheduling_world import VISIT, ZONE

Spans = list[tuple[int, int]]
"""Sorted half-open stretches of starts that do not touch."""


def joined(spans: Spans) -> Spans:
    """Sort spans and join those that touch."""
    found: Spans = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        elif end > start:
            found.append((start, end))
    return found


def both(left: Spans, right: Spans) -> Spans:
    """Intersect two sorted lists with two pointers."""
    found: Spans = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            found.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return found


def merged_starts(book: DayBook) -> list[int]:
    """List the starts of a day by merging the sorted busy times of every resource."""
    (footprint,) = footprints(VISIT)
    ((opens, closes),) = book.windows
    busy: dict[Any, Spans] = {(unit.kind, unit.id): [] for unit in book.units}
    edges: list[tuple[int, int]] = [(closes + 48, 0)]
    for held in book.taken:
        if held.kind is Kind.NURSE:
            edges += [(held.start, held.units), (held.end, -held.units)]
        else:
            busy[held.kind, held.unit_id].append((held.start, held.end))
    for spans in busy.values():
        spans.sort()
    edges.sort()
    starts: Spans = [(opens, closes - footprint.patient_ticks + 1)]
    for need in footprint.needs:
        if need.kind not in book.unlimited:
            free = [
                (start - need.start, end - need.start - need.ticks + 1)
                for (kind, _), spans in busy.items()
                if kind is need.kind
                for start, end in _gaps(spans, opens, closes + 48)
            ]
            starts = both(starts, joined([span for span in free if span[1] > span[0]]))
    capacity = 12 * sum(unit.kind is Kind.NURSE for unit in book.units)
    for load in footprint.loads:
        free = _below(edges, capacity - load.units, opens)
        starts = both(
            starts,
            [
                (start - load.start, end - load.start - load.ticks + 1)
                for start, end in free
                if end - start >= load.ticks
            ],
        )
    return [tick for start, end in starts for tick in range(start, end)]


def _gaps(spans: Spans, opens: int, closes: int) -> Spans:
    found, at = [], opens
    for start, end in spans:
        if start > at:
            found.append((at, start))
        at = max(at, end)
    if at < closes:
        found.append((at, closes))
    return found


def _below(edges: list[tuple[int, int]], limit: int, opens: int) -> Spans:
    """The stretches in which the running sum of the edges is at most a limit."""
    found: Spans = []
    total, since = 0, opens
    for tick, amount in edges:
        if total <= limit and tick > since:
            found.append((since, tick))
        since, total = max(tick, opens), total + amount
    return joined(found)


def solved_series(rules: SeriesRules, days: Sequence[DayStarts]) -> tuple[int, float]:
    """Solve a series with CP-SAT: the least cost, and the seconds of model and search.

    A day for each visit is a choice, its start a variable over the legal ticks; what the start
    misses of the wished time of day is a variable that is at least the difference either way.
    """
    from ortools.sat.python import cp_model

    (ladder,) = ladders(rules, days, ZONE)
    wish = rules.wished_time
    assert wish is not None
    wanted = (wish.hour * 60 + wish.minute) // TICK_MINUTES
    began = time.perf_counter()
    model = cp_model.CpModel()
    base = days[0].ticks[0]
    midnights = [
        starts.ticks[0] - wall_minute(starts.ticks[0], ZONE) // TICK_MINUTES for starts in days
    ]
    legal = cp_model.Domain.from_values([tick - base for starts in days for tick in starts.ticks])
    at, day, misses = [], [], []
    for _ in range(rules.visits):
        start = model.new_int_var_from_domain(legal, "")
        chosen = [model.new_bool_var("") for _ in days]
        model.add_exactly_one(chosen)
        for starts, choice in zip(days, chosen, strict=True):
            low, high = starts.ticks[0] - base, starts.ticks[-1] - base
            model.add_linear_constraint(start, low, high).only_enforce_if(choice)
        midnight = cp_model.LinearExpr.weighted_sum(chosen, [tick - base for tick in midnights])
        miss = model.new_int_var(0, 288, "")
        model.add(miss >= start - midnight - wanted)
        model.add(miss >= midnight + wanted - start)
        at.append(start)
        day.append(
            cp_model.LinearExpr.weighted_sum(chosen, [d - ladder.days[0] for d in ladder.days])
        )
        misses.append(miss)
    gaps = ladder.gaps
    for earlier, later in pairwise(at):
        model.add(later - earlier >= gaps.min_ticks)
    for earlier, later in pairwise(day):
        model.add_linear_constraint(later - earlier, gaps.min_days, gaps.max_days or 1000)
    model.minimize(TICK_MINUTES * sum(misses) + rules.wishes.weights.day_later * day[-1])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.solve(model)
    return round(solver.objective_value), time.perf_counter() - began
