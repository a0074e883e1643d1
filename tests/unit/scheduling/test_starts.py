"""Starts: half-open spans, chair time and patient time, and days on which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from serein.scheduling.rules import (
    Book,
    Hours,
    Rule,
    free_day,
    instant,
    is_on_grid,
    nearest_to,
    shape_for,
    starts_in_hours,
    ticks_between,
)
from serein.scheduling.states import APPOINTMENT, AppointmentMove, AppointmentState

ZONE = ZoneInfo("America/New_York")
MONDAY = date(2026, 10, 5)
HOURS = Hours((Rule(0, time(8), time(16, 30)),))
CHAIR = UUID(int=1)


def _at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return instant(day, time(hour, minute), ZONE)


def test_a_visit_of_forty_minutes_takes_140_of_the_patient_and_135_of_the_chair() -> None:
    shape = shape_for(40)
    assert shape.patient_minutes == 140
    assert sum(minutes for _, minutes in shape.phases()) == 140
    start, end = shape.chair_span(_at(10))
    assert (start, end) == (_at(10, 15), _at(12, 30))
    assert len(ticks_between(start, end)) == 27


@pytest.mark.parametrize(("minutes", "booked"), [(40, 40), (41, 45), (45, 45), (60, 60)])
def test_minutes_are_booked_in_whole_ticks(minutes: int, booked: int) -> None:
    assert shape_for(minutes).infusion == booked


def test_a_chair_is_free_again_at_the_minute_it_is_left() -> None:
    shape = shape_for(40)
    book = Book({CHAIR: [shape.chair_span(_at(8))]})
    free = free_day(hours=HOURS, day=MONDAY, zone=ZONE, shape=shape, book=book)
    assert free.starts[0] == _at(10, 15)
    assert shape.chair_span(free.starts[0])[0] == shape.chair_span(_at(8))[1]


def test_turnover_may_run_past_closing_but_the_patient_may_not() -> None:
    shape = shape_for(40)
    last = starts_in_hours(HOURS, MONDAY, ZONE, shape)[-1]
    assert shape.ends_at(last) == _at(16, 30)
    assert shape.chair_span(last)[1] == _at(16, 40)


def test_a_patient_is_never_in_two_places() -> None:
    shape = shape_for(40)
    book = Book({CHAIR: (), UUID(int=2): ()}, patient=[(_at(9), _at(11, 20))])
    free = free_day(hours=HOURS, day=MONDAY, zone=ZONE, shape=shape, book=book)
    assert free.starts[0] == _at(11, 20)


def test_what_has_passed_is_not_offered() -> None:
    book = Book({CHAIR: ()})
    free = free_day(
        hours=HOURS, day=MONDAY, zone=ZONE, shape=shape_for(40), book=book, not_before=_at(13, 2)
    )
    assert free.starts[0] == _at(13, 5)


@pytest.mark.parametrize(
    ("day", "wall", "utc"),
    [
        (date(2027, 3, 14), time(2, 30), datetime(2027, 3, 14, 7, 30, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_times_that_the_clocks_skip_or_repeat(day: date, wall: time, utc: datetime) -> None:
    assert instant(day, wall, ZONE) == utc


def test_the_grid_and_the_nearest() -> None:
    assert is_on_grid(_at(10, 5))
    assert not is_on_grid(_at(10, 5) + timedelta(seconds=1))
    starts = [_at(hour) for hour in (8, 9, 12, 14)]
    assert nearest_to(starts, _at(11), 2) == (_at(9), _at(12))


def test_a_visit_that_has_ended_makes_no_further_move() -> None:
    for state in (AppointmentState.DONE, AppointmentState.CANCELLED, AppointmentState.MOVED):
        assert APPOINTMENT.moves_from(state) == ()
    assert AppointmentMove.RESCHEDULE not in APPOINTMENT.moves_from(AppointmentState.ARRIVED)
