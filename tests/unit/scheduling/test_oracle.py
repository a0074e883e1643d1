"""The rules against the plain oracle, on cases that nobody chose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from serein.scheduling.rules import (
    count_series,
    earliest_series,
    move_options,
    next_in_series,
    ranked_series,
)
from tests.unit.scheduling import oracle
from tests.unit.scheduling.case_book import Case

MONDAY = date(2026, 10, 26)
"""The week before the clocks go back, so that gaps over the change are met often."""

HOURS = st.sampled_from(
    [
        [["08:00", "16:30"]],
        [["08:00", "12:00"], ["13:00", "16:30"]],
        [["09:15", "14:00"]],
        [["07:00", "11:25"], ["11:40", "15:05"], ["16:00", "20:00"]],
    ]
)
MINUTES = st.fixed_dictionaries(
    {},
    optional={
        "checkin": st.sampled_from([0, 5, 30]),
        "ivstart": st.sampled_from([10, 20]),
        "infuse": st.sampled_from([30, 60]),
        "recover": st.sampled_from([30, 120]),
        "turnover": st.sampled_from([0, 25, 200]),
    },
)
WALL = st.integers(7 * 12, 16 * 12).map(lambda n: f"{n // 12:02}:{n % 12 * 5:02}")
BOOKED = st.lists(
    st.tuples(st.integers(0, 3), WALL, MINUTES).map(list)
    | st.tuples(st.integers(0, 3), WALL).map(list),
    max_size=7,
)
SPECIALS = st.fixed_dictionaries(
    {},
    optional={
        "2026-10-31": st.just([["22:00", "23:30"]]),
        "2026-11-01": st.just([["00:30", "06:00"]]),
        "2026-11-03": st.just([["10:00", "15:00"]]) | st.just([]),
    },
)


def _days(first: int, last: int) -> st.SearchStrategy[str]:
    return st.integers(first, last).map(lambda n: (MONDAY + timedelta(days=n)).isoformat())


DAY_CASES = st.fixed_dictionaries(
    {"date": _days(0, 11)},
    optional={
        "hours": HOURS,
        "special": SPECIALS,
        "closed": st.lists(_days(0, 14), max_size=3),
        "friday_anchor": st.sampled_from(["2026-10-02", "2027-01-01", "2024-05-10"]),
        "grid": st.sampled_from([5, 10, 15, 20, 30, 60]),
        "chairs": st.integers(0, 4),
        "nurses": st.integers(0, 3),
        "prescribers": st.integers(0, 2),
        "visit": MINUTES,
        "start_between": st.just(["09:00", "11:00"]) | st.just(["00:55", "13:10"]),
        "end_between": st.just(["12:00", "13:00"]) | st.just(["01:30", "14:05"]),
    },
)


@settings(max_examples=100)
@given(case=DAY_CASES, booked=BOOKED)
def test_starts_of_a_day(case: dict[str, Any], booked: list[Any]) -> None:
    case = {**case, "booked": {case["date"]: booked}}
    day = date.fromisoformat(case["date"])
    assert [start.at for start in Case(case).starts(day)] == oracle.starts(case, day)


SERIES_CASES = st.fixed_dictionaries(
    {"n": st.integers(1, 3), "grid": st.just(60), "hours": st.just([["08:00", "13:00"]])},
    optional={
        "friday_anchor": st.just("2026-10-02"),
        "closed": st.lists(_days(0, 14), max_size=3),
        "special": SPECIALS,
        "min_hours": st.sampled_from([0, 23, 25, 47.5, 48, 49, 71, 73]),
        "max_hours": st.sampled_from([25, 49, 72, 73.5, 121]),
        "min_days": st.integers(1, 3),
        "max_days": st.integers(2, 8),
        "max_per_week": st.integers(1, 3),
        "chairs": st.integers(1, 2),
        "booked": st.dictionaries(_days(0, 11), BOOKED, max_size=4),
    },
)


@settings(max_examples=60)
@given(case=SERIES_CASES)
def test_series_and_their_numbers(case: dict[str, Any]) -> None:
    case = {**case, "from": MONDAY.isoformat(), "to": (MONDAY + timedelta(days=10)).isoformat()}
    known = Case(case)
    rules, days = (
        known.series(case["n"]),
        list(known.day_starts(MONDAY, MONDAY + timedelta(days=10))),
    )
    legal = oracle.all_series(case, case["n"])
    patterns = {tuple(known.local_day(at) for at in series) for series in legal}
    count = count_series(rules, days, known.zone)
    assert earliest_series(rules, days, known.zone) == min(legal, default=None)
    assert (count.patterns, count.combinations) == (len(patterns), len(legal))
    ranked = list(ranked_series(rules, days, known.zone))
    assert {series.days for series in ranked} == patterns
    assert {series.starts for series in ranked} <= set(legal)


@settings(max_examples=60)
@given(
    case=SERIES_CASES,
    session=st.integers(2, 3),
    walls=st.lists(st.integers(8, 11), min_size=4, max_size=4),
)
def test_moves_between_neighbours(case: dict[str, Any], session: int, walls: list[int]) -> None:
    known = Case(case)
    series = [
        oracle.moment(MONDAY + timedelta(days=gap), f"{hour:02}:00")
        for gap, hour in zip((0, 2, 7, 10), walls, strict=True)
    ]
    days = list(known.day_starts(MONDAY, MONDAY + timedelta(days=11)))
    found = move_options(
        known.series(4),
        days,
        known.zone,
        previous=series[session - 2],
        following=series[session],
        others=[at for number, at in enumerate(series, start=1) if number != session],
    )
    expected = oracle.options(case, series, session)
    assert {day.isoformat(): list(starts) for day, starts in found} == expected


@settings(max_examples=25)
@given(case=SERIES_CASES, hour=st.integers(8, 15))
def test_the_next_visit_of_a_series(case: dict[str, Any], hour: int) -> None:
    known = Case(case)
    after = oracle.moment(MONDAY + timedelta(days=3), f"{hour:02}:30")
    days = known.day_starts(MONDAY + timedelta(days=4), MONDAY + timedelta(days=9))
    expected = next(
        (
            at
            for number in range(4, 10)
            for at in oracle.starts(case, MONDAY + timedelta(days=number))
            if oracle.gap_is_legal(case, after, at) and oracle.weeks_are_legal(case, (after, at))
        ),
        None,
    )
    assert next_in_series(known.series(2), days, known.zone, after=after) == expected
