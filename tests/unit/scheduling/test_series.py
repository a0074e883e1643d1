"""The series search: exact against brute force, and honest where nothing fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, pairwise, product
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serein.scheduling.rules import (
    DayBook,
    DayStarts,
    Hours,
    Kind,
    Rule,
    SeriesRules,
    Wishes,
    cascade,
    count_series,
    day_masks,
    distance,
    earliest_series,
    find_starts,
    gap_problem,
    infusion_type,
    instant,
    monday_of,
    propose,
    ranked_series,
    series_exists,
    tick_of,
    tick_windows,
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


def _days(first: date, count: int = 63, hours: Hours = HOURS) -> list[DayStarts]:
    found = []
    for number in range(count):
        day = first + timedelta(days=number)
        book = DayBook(
            day, tick_windows(hours, day, ZONE), unlimited=frozenset(Kind), tail_ticks=36
        )
        starts = find_starts(infusion_type(), [day_masks(book)], zone=ZONE, grid_minutes=15)
        ticks = tuple(start.tick for start in starts)
        found.append(DayStarts(day, ticks, chairs=dict.fromkeys(ticks, (CHAIR, OTHER))))
    return [starts for starts in found if starts.ticks]


def _in_chairs(starts: DayStarts, *chairs: UUID) -> DayStarts:
    return replace(starts, chairs=dict.fromkeys(starts.ticks, chairs))


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
    assert _weekdays(proposal.offers[0].starts) == "Mon Wed Mon Wed Mon Wed"
    assert len({offer.starts for offer in proposal.offers}) == 3
    assert {offer.chair_ids for offer in proposal.offers} == {(CHAIR,) * 6}
    assert proposal.offers[0].reason == "Closest to the wishes: every visit at 10:00."
    assert all(offer.reason for offer in proposal.offers)
    assert [offer.cost for offer in proposal.offers] == sorted(o.cost for o in proposal.offers)
    assert proposal.offers[0].because == (
        "Monday and Wednesday at 10:00, 17 days from first to last, ends Wednesday 9 December"
    )


def test_the_clocks_going_back_do_not_move_the_visit() -> None:
    days = _days(date(2026, 10, 26), count=28)
    starts = next(ranked_series(replace(C, visits=4), days, ZONE)).starts
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


def test_a_visit_that_is_held_in_place_stays_and_the_rest_is_solved_anew() -> None:
    days = _days(date(2026, 11, 23))
    plain = propose(C, free=days, unbooked=days, zone=ZONE).offers[0].starts
    held = plain[2] + timedelta(days=1, hours=2)
    offers = propose(C, free=days, unbooked=days, zone=ZONE, pins={3: held}).offers
    assert {offer.starts[2] for offer in offers} == {held}
    assert all(gap_problem(C, offer.starts, ZONE) is None for offer in offers)
    by_day = propose(C, free=days, unbooked=days, zone=ZONE, pins={3: date(2026, 12, 2)}).offers
    assert {offer.starts[2].astimezone(ZONE).date() for offer in by_day} == {date(2026, 12, 2)}


def test_pins_that_leave_no_way_are_named() -> None:
    days = _days(date(2026, 11, 23))
    pins = {1: date(2026, 12, 2), 2: date(2026, 12, 1)}
    proposal = propose(C, free=days, unbooked=days, zone=ZONE, pins=pins)
    assert proposal.because == "The visits that are held in place leave no way to keep the gaps."
    assert proposal.offers == ()


def test_what_the_patient_cannot_do_is_told_apart_from_a_full_book() -> None:
    days = _days(date(2026, 11, 23))
    never = [DayStarts(day.day, ()) for day in days]
    proposal = propose(C, free=never, unbooked=days, zone=ZONE, without_patient=days)
    assert "the patient and the driver can come" in proposal.because


def test_visits_that_stand_count_for_the_gap_and_for_their_week() -> None:
    days = _days(date(2026, 11, 23), count=28)
    done = [_at(date(2026, 11, 23), 10), _at(date(2026, 11, 25), 14)]
    rest = replace(C, visits=2, max_gap_days=7)
    first = earliest_series(rest, days, ZONE, done=done)
    assert first is not None
    assert first[0].astimezone(ZONE).date() == date(2026, 11, 30)
    alone = earliest_series(replace(rest, max_per_week=3), days, ZONE, done=done)
    assert alone is not None
    assert alone[0] == _at(date(2026, 11, 27), 10)


def test_a_move_that_fits_nowhere_takes_the_next_visits_along() -> None:
    series = [_at(date(2026, 11, 23) + timedelta(days=n), 10) for n in (0, 2, 7, 9)]
    closed = {date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 24), date(2026, 11, 27)}
    days = [day for day in _days(date(2026, 11, 23)) if day.day not in closed]
    best, *others = cascade(
        replace(C, span_days=None), days, ZONE, series=series, session=2, done=1
    )
    assert [at.astimezone(ZONE).strftime("%a %d %H:%M") for at in best.starts] == [
        "Mon 30 10:00",
        "Wed 02 10:00",
        "Mon 07 10:00",
    ]
    assert best.cost == sum(
        distance(tick_of(old), tick_of(new), ZONE)
        for new, old in zip(best.starts, series[1:], strict=True)
    )
    assert all(other.cost >= best.cost for other in others)
    with pytest.raises(ValueError, match="has not been given"):
        cascade(C, days, ZONE, series=series, session=1, done=1)


def test_a_day_that_closes_moves_as_few_minutes_as_can_be() -> None:
    series = [_at(date(2026, 11, 23) + timedelta(days=n), 10) for n in (0, 2, 7, 9, 14, 16)]
    days = [day for day in _days(date(2026, 11, 23)) if day.day != date(2026, 12, 2)]
    best = cascade(C, days, ZONE, series=series, session=4)[0]
    moved = [old for new, old in zip(best.starts, series, strict=True) if new != old]
    assert moved == [series[3]]


def test_a_full_book_is_told_apart_from_closed_doors() -> None:
    days = _days(date(2026, 11, 23))
    full = [DayStarts(day.day, ()) for day in days]
    proposal = propose(C, free=full, unbooked=days, zone=ZONE)
    assert "meets a chair that is already taken" in proposal.because
    assert proposal.offers == ()


def test_another_chair_is_used_where_the_first_is_taken() -> None:
    days = _days(date(2026, 11, 23), count=28)
    days[2] = _in_chairs(days[2], OTHER)
    offer = propose(C, free=days, unbooked=days, zone=ZONE).offers[0]
    assert offer.chair_ids == (OTHER,) * 6
    second = next(n for n, day in enumerate(days) if day.day == date(2026, 11, 30))
    days[second] = _in_chairs(days[second], CHAIR)
    offer = propose(C, free=days, unbooked=days, zone=ZONE).offers[0]
    assert set(offer.chair_ids) == {CHAIR, OTHER}


def _at(day: date, hour: int) -> datetime:
    return instant(day, time(hour), ZONE)


_Start = st.tuples(st.integers(0, 20), st.integers(13, 19))


@settings(max_examples=100)
@given(
    starts=st.dictionaries(_Start, st.sets(st.integers(0, 2), min_size=1), max_size=11),
    rules=st.builds(
        SeriesRules,
        visits=st.integers(1, 4),
        infusion_minutes=st.just(40),
        min_gap_hours=st.sampled_from([0, 20, 44, 70]),
        min_gap_days=st.integers(1, 3),
        max_gap_days=st.none() | st.integers(2, 8),
        max_gap_hours=st.none() | st.sampled_from([49, 97.5, 170]),
        max_per_week=st.none() | st.integers(1, 3),
        calendar_weeks=st.none() | st.integers(1, 3),
        span_days=st.none() | st.integers(3, 16),
        weekdays=st.none() | st.frozensets(st.integers(0, 6), min_size=2),
        wishes=st.builds(
            Wishes,
            time_of_day=st.none() | st.just(time(11)),
            weekdays=st.just(frozenset()) | st.just(frozenset({1, 3})),
            spacing_days=st.none() | st.integers(2, 4),
            same_chair=st.booleans(),
            same_nurse=st.booleans(),
            finish_early=st.booleans(),
        ),
    ),
)
def test_the_search_equals_brute_force(
    starts: dict[tuple[int, int], set[int]], rules: SeriesRules
) -> None:
    origin = datetime(2026, 10, 26, tzinfo=UTC)
    free = {origin + timedelta(days=d, hours=h): tuple(sorted(c)) for (d, h), c in starts.items()}
    moments = sorted(free)
    by_day: dict[date, list[datetime]] = {}
    for at in moments:
        by_day.setdefault(at.astimezone(ZONE).date(), []).append(at)
    days = [
        DayStarts(
            day,
            tuple(map(tick_of, found)),
            chairs={tick_of(at): free[at] for at in found},
            nurses={tick_of(at): tuple(reversed(free[at])) for at in found},
        )
        for day, found in sorted(by_day.items())
    ]
    legal = [c for c in combinations(moments, rules.visits) if _is_legal(rules, c)]
    begin = min((day for day in by_day if _on_weekday(rules, day)), default=date.min)
    cheapest: dict[tuple[date, ...], int] = {}
    for series in legal:
        key = tuple(at.astimezone(ZONE).date() for at in series)
        cost = _price(rules, series, [free[at] for at in series], begin)
        cheapest[key] = min(cost, cheapest.get(key, cost))
    assert earliest_series(rules, days, ZONE) == min(legal, default=None)
    assert series_exists(rules, days, ZONE) is bool(legal)
    ranked = list(ranked_series(rules, days, ZONE))
    assert {series.days: series.cost for series in ranked} == cheapest
    assert [series.cost for series in ranked] == sorted(cheapest.values())
    assert {series.starts for series in ranked} <= set(legal)
    count = count_series(rules, days, ZONE)
    assert (count.patterns, count.combinations) == (len(cheapest), len(legal))


def _on_weekday(rules: SeriesRules, day: date) -> bool:
    return rules.weekdays is None or day.weekday() in rules.weekdays


def _price(
    rules: SeriesRules,
    series: tuple[datetime, ...],
    free: list[tuple[int, ...]],
    begin: date,
) -> int:
    """Add up what a series misses of the wishes, trying every choice of chair and of nurse."""
    wishes, local = rules.wishes, [at.astimezone(ZONE) for at in series]
    changes = min(sum(a != b for a, b in pairwise(chosen)) for chosen in product(*free))
    cost = 60 * changes * (wishes.same_chair + wishes.same_nurse)
    if wishes.finish_early:
        cost += 20 * (local[-1].date() - begin).days
    if wishes.spacing_days is not None:
        gaps = [(b.date() - a.date()).days for a, b in pairwise(local)]
        cost += 60 * sum(abs(gap - wishes.spacing_days) for gap in gaps)
    if wishes.time_of_day is not None:
        cost += sum(abs(at.hour * 60 + at.minute - 11 * 60) for at in local)
    if wishes.weekdays:
        cost += 120 * sum(at.weekday() not in wishes.weekdays for at in local)
    return cost


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
            rules.max_gap_hours is None or all(e <= rules.max_gap_hours for e in hours),
            rules.max_gap_days is None or all(gap <= rules.max_gap_days for gap in gaps),
            rules.max_per_week is None
            or all(weeks.count(week) <= rules.max_per_week for week in weeks),
            rules.weekdays is None or all(day.weekday() in rules.weekdays for day in days),
            rules.span_days is None or (days[-1] - days[0]).days < rules.span_days,
            rules.calendar_weeks is None or (weeks[-1] - weeks[0]).days < 7 * rules.calendar_weeks,
        )
    )
