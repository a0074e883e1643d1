"""From the pump's log to the model: rates, what is assumed, and one change at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmacokinetics import course as engine
from pharmacokinetics import disposition, library, pump_log
from serein.infusions.rules.delivered import EventKind, PumpEvent, delivered
from serein.infusions.rules.level import (
    Change,
    Course,
    Order,
    changed,
    course_of,
    halfway_min,
    logged_steps,
)
from serein.plans.rules.level import Steps, predicted, typical_at

START = datetime(2026, 3, 10, 13, 25, tzinfo=UTC)
ORDER = Order(ordered_mg=Decimal(40), minutes=40, bag_mg_per_ml=Decimal(1))


def event(minute: float, kind: str, rate: str | None = None) -> PumpEvent:
    at = START + timedelta(minutes=minute)
    return PumpEvent(EventKind(kind), at, Decimal(rate) if rate else None)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


LOG = (
    event(0, "start", "60"),
    event(10, "rate", "30"),
    event(20, "pause"),
    event(25, "resume", "60"),
    event(45, "stop"),
)


def given_mg(steps: Steps) -> float:
    return sum(rate * (later - minute) for (minute, rate), (later, _) in pairwise(steps))


class TestTheLog:
    def test_becomes_milligrams_per_minute(self) -> None:
        strong = logged_steps(LOG, Decimal("0.8"))
        assert strong == ((0.0, 0.8), (10.0, 0.4), (20.0, 0.0), (25.0, 0.8), (45.0, 0.0))

    def test_gives_the_engines_curve_for_the_same_entries(self) -> None:
        course = course_of(LOG, ORDER, at(60))
        assert (course.known_until_min, course.assumption) == (None, "")
        found = predicted(course.steps, 80.0)
        response = disposition.disposition(library.model("OTTO2021"), weight_kg=80.0)
        log = pump_log.read("0:1; 10:0.5; 20:0; 25:1; 45:0")
        wanted = engine.levels(response, log, found.times_min).of("ketamine").levels_ng_per_ml
        assert found.typical == pytest.approx(wanted, rel=1e-12)

    def test_counts_minutes_between_instants_whatever_the_zone_says(self) -> None:
        later = [
            PumpEvent(each.kind, each.occurred_at.astimezone(), each.rate_ml_per_h) for each in LOG
        ]
        assert logged_steps(later, Decimal(1)) == logged_steps(LOG, Decimal(1))


class TestWhatIsAssumed:
    def test_before_the_start_the_order_as_written(self) -> None:
        course = course_of((), ORDER, at(0))
        assert course.steps == ((0.0, 1.0), (40.0, 0.0))
        assert course.known_until_min == 0.0
        assert "Not started" in course.assumption

    def test_while_it_runs_that_the_rate_stays_until_the_dose_is_given(self) -> None:
        course = course_of(LOG[:2], ORDER, at(15))
        assert course.steps == ((0.0, 1.0), (10.0, 0.5), (70.0, 0.0))
        assert course.known_until_min == 15.0
        assert "assumes that the rate stays" in course.assumption

    def test_the_assumed_stop_stands_still_while_time_goes_on(self) -> None:
        found = {course_of(LOG[:2], ORDER, at(10 + tick / 6)).steps for tick in range(200)}
        assert len(found) == 1

    def test_past_the_ordered_dose_that_the_pump_goes_on(self) -> None:
        course = course_of(LOG[:1], ORDER, at(43))
        assert course.steps[-1] == (45.0, 0.0)
        assert "no stop is logged" in course.assumption
        assert course_of(LOG[:1], ORDER, at(44.5)).steps[-1] == (50.0, 0.0)

    def test_while_it_is_paused_that_it_stays_paused(self) -> None:
        course = course_of(LOG[:3], ORDER, at(22))
        assert course.steps == ((0.0, 1.0), (10.0, 0.5), (20.0, 0.0))
        assert "Paused" in course.assumption


class TestOneChange:
    STEPS = ((0.0, 1.0), (40.0, 0.0))

    def test_stop(self) -> None:
        assert changed(self.STEPS, Change.STOP, 20.0) == ((0.0, 1.0), (20.0, 0.0))

    def test_pause(self) -> None:
        assert changed(self.STEPS, Change.PAUSE, 20.0) == (
            (0.0, 1.0), (20.0, 0.0), (25.0, 1.0), (45.0, 0.0),
        )  # fmt: skip

    def test_faster_is_done_sooner(self) -> None:
        assert changed(self.STEPS, Change.FASTER, 20.0) == ((0.0, 1.0), (20.0, 1.25), (36.0, 0.0))

    def test_slower_from_the_start_takes_longer(self) -> None:
        slower = changed(self.STEPS, Change.SLOWER, 0.0)
        assert slower[0] == (0.0, 0.75)
        assert slower[1][0] == pytest.approx(40 / 0.75)
        assert slower[1][1] == 0.0

    def test_is_looked_at_halfway_first(self) -> None:
        assert halfway_min(Course(self.STEPS, None, "")) == 20.0

    @given(
        rates=st.lists(st.integers(0, 20), min_size=1, max_size=6),
        change=st.sampled_from([Change.PAUSE, Change.FASTER, Change.SLOWER]),
        minute=st.floats(0, 60),
    )
    @settings(max_examples=100)
    def test_but_for_a_stop_the_dose_stays_the_same(
        self, rates: list[int], change: Change, minute: float
    ) -> None:
        steps = (*((10.0 * n, rate / 10) for n, rate in enumerate(rates)), (10.0 * len(rates), 0.0))
        other = changed(steps, change, min(minute, steps[-1][0]))
        assert given_mg(other) == pytest.approx(given_mg(steps), abs=1e-9)

    @given(minute=st.floats(1, 39), later=st.floats(0, 200))
    @settings(max_examples=60)
    def test_changes_nothing_before_it(self, minute: float, later: float) -> None:
        for change in Change:
            other = changed(self.STEPS, change, minute)
            before = min(minute, later)
            assert typical_at(other, 80.0, before) == pytest.approx(
                typical_at(self.STEPS, 80.0, before), rel=1e-9
            )


def test_the_dose_of_the_steps_is_what_the_log_says_was_given() -> None:
    steps = logged_steps(LOG, Decimal("0.8"))
    total = delivered(LOG, bag_mg_per_ml=Decimal("0.8"), ordered_mg=Decimal(40), at=at(90))
    assert given_mg(steps) == pytest.approx(float(total.mg))
