"""Measures fall due anchored to the infusions and move when the infusions move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serein.outcomes.rules import (
    ContentError,
    Count,
    Course,
    DueMeasure,
    DueState,
    InfusionState,
    InfusionTime,
    Reading,
    due_measures,
    is_followed,
    received_of,
    runs,
    schedule,
    series,
    to_chase,
)
from serein.outcomes.rules.content import definitions_from, schedule_from

FIRST = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def course(
    number: int = 6, *, gap_days: float = 3.5, given: int = 0, planned: int | None = None
) -> Course:
    return Course(
        infusions=tuple(
            InfusionTime(
                place + 1,
                FIRST + place * gap_days * DAY,
                InfusionState.GIVEN if place < given else InfusionState.PLANNED,
            )
            for place in range(number)
        ),
        planned=planned or number,
        is_over=given == number,
    )


def items(of: Course, *readings: Reading, at: datetime = FIRST) -> dict[str, DueMeasure]:
    return {
        item.code: item
        for item in due_measures(schedule=schedule(), course=of, readings=readings, at=at)
    }


def reading(day: float, total: int | None = 40, form: str = "pcl5-week") -> Reading:
    value = None if total is None else Decimal(total)
    return Reading(form, FIRST + day * DAY, value)


def test_the_schedule_follows_the_evaluation_points() -> None:
    codes = list(items(course(), at=FIRST - 30 * DAY))

    assert [code for code in codes if code.startswith("pcl5-week")] == [
        "pcl5-week-first",
        "pcl5-week-fourth",
        "pcl5-week-last",
        *(f"pcl5-week-plus-{week}" for week in range(1, 9)),
    ]
    assert [code for code in codes if code.startswith("pcl5-month")] == [
        "pcl5-month-baseline",
        "pcl5-month-after",
    ]
    assert sum(code.startswith("phq9-visit") for code in codes) == 6
    assert sum(code.startswith("gad7-visit") for code in codes) == 6


def test_a_window_runs_from_expected_over_due_to_overdue_or_received() -> None:
    of = course()
    opens = FIRST - 7 * DAY

    assert items(of, at=opens - DAY)["pcl5-week-first"].state is DueState.EXPECTED
    assert items(of, at=opens)["pcl5-week-first"].state is DueState.DUE
    assert items(of, at=FIRST)["pcl5-week-first"].state is DueState.OVERDUE
    received = items(of, reading(-2), at=FIRST)["pcl5-week-first"]
    assert received.state is DueState.RECEIVED
    assert received.received_at == FIRST - 2 * DAY


def test_a_form_that_could_not_be_scored_is_not_received() -> None:
    assert items(course(), reading(-2, None))["pcl5-week-first"].state is DueState.OVERDUE


def test_another_window_of_recall_does_not_stand_in() -> None:
    found = items(course(), reading(-2, form="pcl5-month"))

    assert found["pcl5-week-first"].state is DueState.OVERDUE
    assert found["pcl5-month-baseline"].state is DueState.RECEIVED


def test_one_response_counts_for_one_expected_score() -> None:
    found = items(course(gap_days=1), reading(2.5), at=FIRST + 10 * DAY)

    received = [item.code for item in found.values() if item.state is DueState.RECEIVED]
    assert received == ["pcl5-week-fourth"]


def test_infusion_4_is_asked_once_when_it_is_the_last() -> None:
    codes = set(items(course(4)))

    assert "pcl5-week-fourth" in codes
    assert "pcl5-week-last" not in codes


def test_the_last_infusion_is_unknown_until_the_whole_series_is_booked() -> None:
    codes = set(items(course(3, planned=6)))

    assert not any(code.startswith("pcl5-week-plus") for code in codes)
    assert "pcl5-week-last" not in codes


def test_a_course_that_ended_early_is_followed_from_its_last_infusion() -> None:
    early = course(6, given=3)
    early = replace(early, is_over=True)
    third = FIRST + 7 * DAY

    assert items(early)["pcl5-week-plus-1"].anchor_at == third + 7 * DAY


def test_a_cancelled_infusion_cancels_its_measures() -> None:
    of = course()
    gone = replace(of.infusions[3], state=InfusionState.CANCELLED)
    of = replace(of, infusions=(*of.infusions[:3], gone, *of.infusions[4:]))
    found = items(of, at=FIRST + 60 * DAY)

    assert found["pcl5-week-fourth"].state is DueState.CANCELLED
    assert found["phq9-visit-4"].state is DueState.CANCELLED
    assert found["phq9-visit-5"].state is DueState.OVERDUE


def test_who_withdrew_is_asked_for_nothing_more() -> None:
    withdrawn = replace(course(given=2), stopped_following_at=FIRST + 5 * DAY)
    at = FIRST + 20 * DAY
    found = tuple(items(withdrawn, at=at).values())

    assert to_chase(found, withdrawn, at=at) == ()
    assert all(
        item.state is DueState.CANCELLED for item in found if item.closes_at > FIRST + 5 * DAY
    )
    assert any(item.state is DueState.OVERDUE for item in found)


def test_a_completed_course_is_asked_until_its_last_window_closes() -> None:
    done = course(given=6)
    last_close = done.infusions[-1].at + 60 * DAY
    during, past = last_close - DAY, last_close
    found_during = tuple(items(done, at=during).values())
    found_past = tuple(items(done, at=past).values())

    assert is_followed(found_during, done, at=during)
    assert to_chase(found_during, done, at=during)
    assert to_chase(found_past, done, at=past) == ()


def test_a_missed_window_is_chased_until_a_later_score_of_its_form_comes() -> None:
    done = course(given=6)
    at = FIRST + 40 * DAY
    missed = tuple(items(done, at=at).values())
    later = tuple(items(done, reading(38), reading(39, form="pcl5-month"), at=at).values())

    assert "pcl5-week-plus-1" in {item.code for item in to_chase(missed, done, at=at)}
    chased = {item.code for item in to_chase(later, done, at=at)}
    assert not any(code.startswith("pcl5") for code in chased)
    assert "gad7-visit-6" in chased
    assert received_of(later, "pcl5-week") == Count(1, 6)


def test_the_count_leaves_open_windows_out() -> None:
    found = items(course(given=1), reading(-2), at=FIRST + 9 * DAY).values()

    assert received_of(found, "pcl5-week") == Count(1, 1)
    assert received_of(found, "pcl5-week").words == "1 of 1"


def test_a_line_is_broken_where_an_expected_score_is_missing() -> None:
    done = course(given=6)
    at = FIRST + 60 * DAY
    week = series([reading(-1), reading(10), reading(24.5), reading(45.5)], "pcl5-week")
    expected = due_measures(schedule=schedule(), course=done, readings=week, at=at)

    drawn = runs(week, expected)

    assert [len(run) for run in drawn] == [2, 1, 1]
    assert sum(len(run) for run in drawn) == len(week)


def test_a_line_is_broken_at_a_form_without_a_total() -> None:
    week = (reading(-1), reading(3, None), reading(6))

    assert [len(run) for run in runs(week, ())] == [1, 1]


@settings(max_examples=60)
@given(
    st.integers(1, 10),
    st.floats(0.5, 8),
    st.integers(-400, 400),
    st.integers(0, 10),
)
def test_moving_every_infusion_moves_every_window_by_as_much(
    number: int, gap_days: float, days: int, given_count: int
) -> None:
    before = course(number, gap_days=gap_days, given=min(given_count, number))
    moved = replace(
        before,
        infusions=tuple(replace(item, at=item.at + days * DAY) for item in before.infusions),
    )
    old, new = items(before), items(moved)

    assert old.keys() == new.keys()
    for code, item in old.items():
        assert new[code].opens_at - item.opens_at == days * DAY
        assert new[code].closes_at - item.closes_at == days * DAY
        assert new[code].anchor_at - item.anchor_at == days * DAY


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(-10, 90), st.integers(0, 80)), max_size=20),
    st.floats(-10, 120),
)
def test_the_count_never_exceeds_what_was_expected(
    scores: list[tuple[float, int]], day: float
) -> None:
    readings = [reading(when, total) for when, total in scores]
    found = items(course(given=6), *readings, at=FIRST + day * DAY).values()
    count = received_of(found)

    assert 0 <= count.received <= count.expected <= len(found)
    assert count.received <= len(readings)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"instrument": "isi"}, "isi"),
        ({"anchor": "sometime"}, "anchor"),
        ({"infusion": "second"}, "infusion must be"),
        ({"opens": 3}, "opens must come before"),
        ({"closes": "0"}, "whole number of days"),
        ({"name": " "}, "name is missing"),
    ],
)
def test_a_mistake_in_the_schedule_is_named(change: dict[str, object], says: str) -> None:
    entry = {
        "code": "x",
        "instrument": "phq9",
        "name": "X",
        "anchor": "infusion",
        "infusion": 1,
        "opens": -2,
        "closes": 0,
    }

    with pytest.raises(ContentError, match=says):
        schedule_from({"version": "1", "source": "s", "measure": [{**entry, **change}]})


def test_a_rule_defined_twice_is_refused() -> None:
    entry = {"id": "A", "version": 1, "name": "n", "definition": "d", "source": "s"}

    with pytest.raises(ContentError, match="twice"):
        definitions_from({"rule": [entry, entry]})
    with pytest.raises(ContentError, match="version"):
        definitions_from({"rule": [{**entry, "version": 0}]})
