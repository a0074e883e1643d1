"""The series search: exact against brute force, and honest where nothing fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serein.scheduling.rules import (
    Book,
    FreeDay,
    Hours,
    Rule,
    SeriesRules,
    free_day,
    gap_problem,
    monday_of,
    propose,
    search,
    search_same_time,
    shape_for,
)

ZONE = ZoneInfo("America/New_York")
CHAIR, OTHER = UUID(int=1), UUID(int=2)
HOURS = Hours(
    (
        *(Rule(day, time(8), time(16, 30)) for day in range(4)),
        Rule(4, time(8), time(16, 30), 2, date(2026, 10, 2)),
    )
)
A = SeriesRules(
    visits=6,
    infusion_minutes=40,
    min_gap_hours=44,
    min_gap_days=2,
    max_gap_days=7,
    max_per_week=3,
    weekdays=frozenset({0, 2, 4}),
    calendar_weeks=2,
    span_days=14,
    preferred_time=time(10),
)
C = replace(A, max_per_week=2, weekdays=None, calendar_weeks=None, span_days=21)


def _days(
    first: date, count: int = 63, hours: Hours = HOURS, book: Book | None = None
) -> list[FreeDay]:
    return [
        free_day(
            hours=hours,
            day=first + timedelta(days=n),
            zone=ZONE,
            shape=shape_for(40),
            book=book or Book({CHAIR: (), OTHER: ()}),
            grid_minutes=15,
        )
        for n in range(count)
    ]


def _weekdays(starts: tuple[datetime, ...]) -> str:
    return " ".join(f"{at.astimezone(ZONE):%a}" for at in starts)


@pytest.mark.parametrize("weeks", range(6))
def test_three_a_week_for_two_weeks_never_fits_every_other_friday(weeks: int) -> None:
    days = _days(date(2026, 11, 23) + timedelta(weeks=weeks))
    proposal = propose(A, free=days, unbooked=days, zone=ZONE)
    assert not proposal.fits_as_planned
    assert proposal.because.startswith(
        "Three infusions in each of two weeks in a row do not fit the opening hours: the week of"
    )
    assert "opens Monday to Thursday and holds two with 44 hours between them" in proposal.because


def test_what_fits_instead_is_close_to_the_rhythm_of_the_trial() -> None:
    days = _days(date(2026, 11, 23))
    offers = propose(A, free=days, unbooked=days, zone=ZONE).offers
    assert _weekdays(offers[0].starts) == "Tue Thu Mon Wed Fri Mon"
    lengths = [(offer.starts[-1].date() - offer.starts[0].date()).days + 1 for offer in offers]
    assert lengths[0] == 14
    assert max(lengths) <= 16
    assert all(gap_problem(A, offer.starts, ZONE) is None for offer in offers)


def test_it_does_fit_a_clinic_that_opens_every_friday() -> None:
    hours = Hours(tuple(Rule(day, time(8), time(16, 30)) for day in range(5)))
    days = _days(date(2026, 11, 23), hours=hours)
    proposal = propose(A, free=days, unbooked=days, zone=ZONE)
    assert proposal.fits_as_planned
    assert proposal.because == ""
    assert _weekdays(proposal.offers[0].starts) == "Mon Wed Fri Mon Wed Fri"


def test_twice_a_week_for_three_weeks_gives_several_choices_in_one_chair() -> None:
    days = _days(date(2026, 11, 23))
    proposal = propose(C, free=days, unbooked=days, zone=ZONE)
    assert proposal.fits_as_planned
    assert [_weekdays(offer.starts) for offer in proposal.offers] == [
        "Mon Wed Mon Wed Mon Wed",
        "Mon Thu Mon Thu Mon Thu",
        "Tue Thu Tue Thu Tue Thu",
    ]
    assert {offer.chair_ids for offer in proposal.offers} == {(CHAIR,) * 6}
    assert proposal.offers[0].because == (
        "Monday and Wednesday at 10:00, 17 days from first to last, ends Wednesday 9 December"
    )


def test_the_clocks_going_back_do_not_move_the_visit() -> None:
    days = _days(date(2026, 10, 26), count=28)
    starts = search_same_time(replace(C, visits=4), days, ZONE)
    assert starts is not None
    assert {at.astimezone(ZONE).time() for at in starts} == {time(10)}
    assert {at.time() for at in starts} == {time(14), time(15)}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"weekdays": frozenset({4}), "max_gap_days": 7},
            "The clinic does not open often enough on Friday alone.",
        ),
        ({"span_days": 14}, "The series does not fit into 14 days."),
        (
            {"max_per_week": 1, "span_days": 31, "max_gap_days": None},
            "The series does not fit into 31 days.",
        ),
        ({"visits": 40}, "There are not enough open days in these weeks for the whole series."),
    ],
)
def test_none_names_what_binds(change: dict[str, object], sentence: str) -> None:
    days = _days(date(2026, 11, 23))
    proposal = propose(replace(C, **change), free=days, unbooked=days, zone=ZONE)  # type: ignore[arg-type]
    assert proposal.because == sentence


def test_a_long_closure_binds_through_the_longest_gap() -> None:
    first = date(2026, 11, 23)
    kept = [day for day in _days(first) if (day.day - first).days not in range(7, 16)]
    short = [day for day in kept if (day.day - first).days < 21]
    proposal = propose(replace(C, visits=4), free=short, unbooked=short, zone=ZONE)
    assert proposal.because.startswith("At most 7 days may lie between two infusions")


def test_a_full_book_is_told_apart_from_closed_doors() -> None:
    days = _days(date(2026, 11, 23))
    full = [FreeDay(day.day, {}) for day in days]
    proposal = propose(C, free=full, unbooked=days, zone=ZONE)
    assert "meets a chair that is already taken" in proposal.because
    assert proposal.offers == ()


def test_another_chair_is_used_where_the_first_is_taken() -> None:
    days = _days(date(2026, 11, 23), count=28)
    second = days[2]
    days[2] = FreeDay(second.day, dict.fromkeys(second.chairs_at, (OTHER,)))
    offer = propose(C, free=days, unbooked=days, zone=ZONE).offers[0]
    assert offer.chair_ids == (OTHER,) * 6
    days[4 + 3] = FreeDay(days[7].day, dict.fromkeys(days[7].chairs_at, (CHAIR,)))
    offer = propose(C, free=days, unbooked=days, zone=ZONE).offers[0]
    assert set(offer.chair_ids) == {CHAIR, OTHER}


_Start = st.tuples(st.integers(0, 20), st.integers(13, 19))


@settings(max_examples=200, deadline=None)
@given(
    starts=st.sets(_Start, max_size=11),
    visits=st.integers(1, 4),
    min_gap_hours=st.sampled_from([0, 20, 44, 70]),
    min_gap_days=st.integers(1, 3),
    max_gap_days=st.none() | st.integers(2, 8),
    max_per_week=st.none() | st.integers(1, 3),
    calendar_weeks=st.none() | st.integers(1, 3),
    span_days=st.none() | st.integers(3, 16),
    weekdays=st.none() | st.frozensets(st.integers(0, 6), min_size=2),
)
def test_the_search_equals_brute_force(
    starts: set[tuple[int, int]],
    visits: int,
    min_gap_hours: int,
    min_gap_days: int,
    max_gap_days: int | None,
    max_per_week: int | None,
    calendar_weeks: int | None,
    span_days: int | None,
    weekdays: frozenset[int] | None,
) -> None:
    rules = SeriesRules(
        visits=visits,
        infusion_minutes=40,
        min_gap_hours=min_gap_hours,
        min_gap_days=min_gap_days,
        max_gap_days=max_gap_days,
        max_per_week=max_per_week,
        weekdays=weekdays,
        calendar_weeks=calendar_weeks,
        span_days=span_days,
    )
    origin = datetime(2026, 10, 26, tzinfo=UTC)
    moments = sorted(origin + timedelta(days=day, hours=hour) for day, hour in starts)
    by_day: dict[date, dict[datetime, tuple[UUID, ...]]] = {}
    for at in moments:
        by_day.setdefault(at.astimezone(ZONE).date(), {})[at] = (CHAIR,)
    days = [FreeDay(day, chairs) for day, chairs in sorted(by_day.items())]
    legal = (c for c in combinations(moments, visits) if _is_legal(rules, c))
    assert search(rules, days, ZONE) == next(legal, None)


def _is_legal(rules: SeriesRules, starts: tuple[datetime, ...]) -> bool:
    """Check each limit by its own plain sentence."""
    days = [at.astimezone(ZONE).date() for at in starts]
    weeks = [monday_of(day) for day in days]
    gaps = [(b - a).days for a, b in pairwise(days)]
    hours = [(b - a).total_seconds() / 3600 for a, b in pairwise(starts)]
    return all(
        (
            all(gap >= rules.min_gap_days for gap in gaps),
            all(elapsed >= rules.min_gap_hours for elapsed in hours),
            rules.max_gap_days is None or all(gap <= rules.max_gap_days for gap in gaps),
            rules.max_per_week is None
            or all(weeks.count(week) <= rules.max_per_week for week in weeks),
            rules.weekdays is None or all(day.weekday() in rules.weekdays for day in days),
            rules.span_days is None or (days[-1] - days[0]).days < rules.span_days,
            rules.calendar_weeks is None or (weeks[-1] - weeks[0]).days < 7 * rules.calendar_weeks,
        )
    )
