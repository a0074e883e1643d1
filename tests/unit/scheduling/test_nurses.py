"""Nurses in three ways of sharing their patients: named, float and pool."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serein.scheduling.rules import (
    Away,
    Cover,
    CoverMode,
    DayBook,
    Hours,
    Kind,
    Rule,
    Taken,
    Unit,
    VisitType,
    day_masks,
    find_starts,
    float_nurses,
    footprints,
    free_units,
    infusion_type,
    instant,
    taken_by,
    tick_of,
    tick_windows,
)

ZONE = ZoneInfo("America/New_York")
MONDAY = date(2026, 10, 5)
HOURS = Hours(tuple(Rule(day, time(8), time(16, 30)) for day in range(4)))
INFUSION = infusion_type()
LOOSE = frozenset(Kind) - {Kind.CHAIR}


def _at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return instant(day, time(hour, minute), ZONE)


def _tick(hour: int, minute: int = 0, day: date = MONDAY) -> int:
    return tick_of(_at(hour, minute, day))


def _chairs(count: int) -> tuple[Unit, ...]:
    return tuple(Unit(f"chair {n}", Kind.CHAIR) for n in range(1, count + 1))


def _nurses(count: int) -> tuple[Unit, ...]:
    return tuple(Unit(f"nurse {n}", Kind.NURSE) for n in range(1, count + 1))


def _book(*units: Unit, unlimited: frozenset[Kind] = LOOSE, **more: object) -> DayBook:
    book = DayBook(MONDAY, tick_windows(HOURS, MONDAY, ZONE), units, unlimited=unlimited)
    return replace(book, **more)  # type: ignore[arg-type]


def _walls(visit: VisitType, book: DayBook, **limits: object) -> list[str]:
    found = find_starts(visit, [day_masks(book)], zone=ZONE, **limits)  # type: ignore[arg-type]
    return [start.at.astimezone(ZONE).strftime("%H:%M") for start in found]


def _placed(visit: VisitType, book: DayBook, tick: int, visit_id: object) -> DayBook:
    """Book a visit as the clinic does: the first units that are free."""
    choice = free_units(visit, day_masks(book), tick)[0]
    held = taken_by(choice.footprint, tick, choice.pick(), visit_id=visit_id)
    return replace(book, taken=(*book.taken, *held))


@pytest.mark.parametrize(
    ("mode", "first_fit", "most"),
    [(CoverMode.NAMED, 12, 12), (CoverMode.FLOAT, 20, 20), (CoverMode.POOL, 12, 26)],
)
def test_twelve_chairs_and_four_nurses_filled_one_after_another(
    mode: CoverMode, first_fit: int, most: int
) -> None:
    """Always the earliest start: ``named`` and ``float`` reach their optimum, ``pool`` does not."""
    book = _book(*_chairs(12), *_nurses(4), unlimited=LOOSE - {Kind.NURSE}, cover=Cover(mode))
    placed = 0
    while starts := find_starts(INFUSION, [day_masks(book)], zone=ZONE, limit=1):
        book = _placed(INFUSION, book, starts[0].tick, placed)
        placed += 1
    assert placed == first_fit <= most


def test_a_looser_ratio_lets_more_patients_in() -> None:
    """Recovery at 1:4 instead of 1:1 leaves a nurse for others."""
    tight = replace(
        INFUSION,
        phases=tuple(
            replace(phase, nurse_load=12) if phase.name == "recovery" else phase
            for phase in INFUSION.phases
        ),
    )
    book = _book(
        *_chairs(6), *_nurses(2), unlimited=LOOSE - {Kind.NURSE}, cover=Cover(CoverMode.POOL)
    )
    left = {}
    for visit in (INFUSION, tight):
        own = book
        for number, minute in enumerate((0, 15)):
            own = _placed(visit, own, _tick(8, minute), number)
        left[visit] = _walls(visit, own)
    assert set(left[tight]) < set(left[INFUSION])


def test_who_floats() -> None:
    assert float_nurses(Cover(), ["a"]) == ()
    assert float_nurses(Cover(), ["a", "b", "c"]) == ("a",)
    assert float_nurses(Cover(), ["a", "b", "c", "d"]) == ("a", "b")
    assert float_nurses(Cover(float_ids=("c",)), ["a", "b", "c", "d"]) == ("c",)
    assert float_nurses(Cover(float_ids=("a", "b")), ["a", "b"]) == ("a",)


def test_one_nurse_alone_keeps_one_patient_at_a_time() -> None:
    units = (*_chairs(3), *_nurses(1))
    book = _book(*units, unlimited=LOOSE - {Kind.NURSE}, cover=Cover(CoverMode.FLOAT))
    book = _placed(INFUSION, book, _tick(8), "first")
    assert _walls(INFUSION, book)[0] == "10:05"


def test_nurses_on_leave_or_off_shift_carry_nobody() -> None:
    shift = Unit("late", Kind.NURSE, on_duty=((_tick(10), _tick(16, 30)),))
    away = Unit("away", Kind.NURSE, away=(Away(_tick(0), _tick(23), "leave"),))
    for mode in CoverMode:
        book = _book(*_chairs(2), shift, away, unlimited=LOOSE - {Kind.NURSE}, cover=Cover(mode))
        walls = _walls(INFUSION, book)
        assert walls[:1] == ([] if mode is CoverMode.FLOAT else ["09:45"])


def test_a_nurse_who_leaves_the_list_leaves_her_patients_to_the_others() -> None:
    book = _book(
        *_chairs(3), *_nurses(2), unlimited=LOOSE - {Kind.NURSE}, cover=Cover(CoverMode.NAMED)
    )
    held = taken_by(footprints(INFUSION)[0], _tick(8), {Kind.NURSE: "gone"}, visit_id="v")
    book = replace(book, taken=held)
    choices = free_units(INFUSION, day_masks(book), _tick(8))
    assert choices[0].free[Kind.NURSE] == ("nurse 2",)
    alone = replace(book, units=(*_chairs(3), *_nurses(1)))
    assert _walls(INFUSION, alone)[0] == "10:05"


KEPT = st.lists(
    st.tuples(
        st.sampled_from(["nurse 1", "nurse 2", "nurse 3"]),
        st.integers(0, 90),
        st.integers(1, 25),
        st.sampled_from([12, 6, 4, 3]),
    ),
    max_size=9,
)


@settings(max_examples=60)
@given(kept=KEPT, mode=st.sampled_from(list(CoverMode)))
def test_nurses_carry_what_a_plain_count_says(
    kept: list[tuple[str, int, int, int]], mode: CoverMode
) -> None:
    """Minute by minute in words: who carries how much, and whether the visit still fits."""
    eight = _tick(8)
    taken = [
        Taken(Kind.NURSE, eight + start, eight + start + length, who, units)
        for who, start, length, units in kept
    ]
    book = _book(*_chairs(1), *_nurses(3), unlimited=LOOSE - {Kind.NURSE}, cover=Cover(mode))
    starts = find_starts(INFUSION, [day_masks(replace(book, taken=taken))], zone=ZONE)
    (footprint,) = footprints(INFUSION)
    wanted = [
        (bit, load.units)
        for load in footprint.loads
        for bit in range(load.start, load.start + load.ticks)
    ]

    def fits(start: int) -> bool:
        if mode is CoverMode.POOL:
            return all(
                sum(n for _, s, d, n in kept if s <= start + b < s + d) + u <= 36 for b, u in wanted
            )
        if mode is CoverMode.NAMED:
            return any(
                all(
                    sum(n for w, s, d, n in kept if w == who and s <= start + b < s + d) + u <= 12
                    for b, u in wanted
                )
                for who in ("nurse 1", "nurse 2", "nurse 3")
            )
        relieved = all(
            sum(n for _, s, d, n in kept if n == 12 and s <= start + b < s + d) + u <= 12
            for b, u in wanted
            if u == 12
        )
        return relieved and any(
            all(left[who][start + b] >= u for b, u in wanted if u < 12)
            for who in ("nurse 2", "nurse 3")
        )

    left = {who: [12] * 140 for who in ("nurse 2", "nurse 3")}
    between = [entry for entry in kept if entry[3] < 12]
    for who, start, length, units in sorted(between, key=lambda entry: entry[1]):
        span = range(start, min(start + length, 138))
        able = [name for name in left if all(left[name][at] >= units for at in span)]
        chosen = who if who in left else (able or ["nurse 2"])[0]
        for at in span:
            left[chosen][at] -= units
    assert [start.tick - eight for start in starts] == [n for n in range(75) if fits(n)]


LOADS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from([12, 6, 4, 3]), st.integers(1, 12)), max_size=8
)


@settings(max_examples=80)
@given(count=st.integers(1, 3), loads=LOADS)
def test_pooled_loads_of_one_to_four_can_always_be_dealt_out(
    count: int, loads: list[tuple[int, int, int]]
) -> None:
    """What the pool accepts at a tick, some dealing of whole loads to nurses accepts too."""
    for at in range(42):
        running = [units for start, units, length in loads if start <= at < start + length]
        if sum(running) > 12 * count:
            continue
        assert any(
            all(
                sum(load for load, who in zip(running, dealt, strict=True) if who == nurse) <= 12
                for nurse in range(count)
            )
            for dealt in product(range(count), repeat=len(running))
        )
