"""Moving what is booked: late arrivals, the week's maximum, maintenance."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from serein.scheduling.rules import (
    DayStarts,
    Hours,
    Rule,
    SeriesRules,
    due_window,
    instant,
    late_options,
    maintenance_days,
    move_options,
    next_in_series,
    tick_of,
)

ZONE = ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 23)
RULES = SeriesRules(3, 40, min_gap_hours=44, min_gap_days=2, max_gap_days=7, max_per_week=2)


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return instant(day, time(hour, minute), ZONE)


def _starts(day: date, *walls: tuple[int, int]) -> DayStarts:
    return DayStarts(day, tuple(tick_of(_at(day, hour, minute)) for hour, minute in walls))


def _day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def test_who_comes_late_begins_as_soon_as_the_whole_visit_fits() -> None:
    today = _starts(_day(2), (9, 0), (10, 0), (10, 20))
    answer = late_options(
        RULES, today, [], ZONE, planned=_at(_day(2), 9), arrives=_at(_day(2), 10, 10),
        previous=_at(MONDAY, 9),
    )  # fmt: skip
    assert (answer.fits, answer.starts_at) == (True, _at(_day(2), 10, 20))
    assert answer.because == "70 minutes late: the whole visit still fits today, after 10 minutes."
    prompt = late_options(RULES, today, [], ZONE, planned=_at(_day(2), 9), arrives=_at(_day(2), 10))
    assert prompt.because == "60 minutes late: the whole visit still fits today."


def test_who_comes_too_late_is_offered_what_keeps_the_gaps() -> None:
    today = _starts(_day(2), (9, 0))
    later = [_starts(_day(3), (9, 0)), _starts(_day(4), (9, 0)), _starts(_day(7), (8, 0), (9, 0))]
    answer = late_options(
        RULES, today, later, ZONE, planned=_at(_day(2), 9), arrives=_at(_day(2), 15),
        previous=_at(MONDAY, 9), following=_at(_day(9), 9), limit=2,
    )  # fmt: skip
    assert not answer.fits
    assert answer.starts_at is None
    assert answer.because == "360 minutes late: the whole visit no longer fits today."
    assert answer.later == (_at(_day(3), 9), _at(_day(4), 9))


def test_a_move_keeps_the_weeks_maximum_of_the_whole_series() -> None:
    days = [_starts(_day(n), (9, 0)) for n in (4, 7, 8)]
    others = [_at(_day(0), 9), _at(_day(2), 9), _at(_day(11), 9)]
    options = move_options(
        RULES, days, ZONE, previous=others[1], following=others[2], others=others
    )
    assert [day for day, _ in options] == [_day(7), _day(8)]


def test_the_first_and_the_last_visit_have_one_neighbour() -> None:
    days = [_starts(_day(n), (9, 0)) for n in range(12)]
    before = move_options(RULES, days, ZONE, previous=None, following=_at(_day(5), 9))
    assert [(day - MONDAY).days for day, _ in before] == [0, 1, 2, 3]
    after = move_options(RULES, days, ZONE, previous=_at(_day(5), 9), following=None)
    assert [(day - MONDAY).days for day, _ in after] == [7, 8, 9, 10, 11]


def test_the_next_visit_reads_days_only_until_one_will_do() -> None:
    read: list[date] = []

    def days() -> object:
        for number in range(1, 30):
            read.append(_day(number))
            yield _starts(_day(number), (9, 0))

    found = next_in_series(RULES, days(), ZONE, after=_at(MONDAY, 9))  # type: ignore[arg-type]
    assert found == _at(_day(2), 9)
    assert read == [_day(1), _day(2)]
    assert next_in_series(RULES, [], ZONE, after=_at(MONDAY, 9)) is None


def test_maintenance_is_due_on_the_nearest_open_day() -> None:
    hours = Hours(tuple(Rule(day, time(8), time(16, 30)) for day in range(4)))
    window = due_window(date(2026, 11, 6), every_days=28, window_days=2)
    assert (window.due, window.first, window.last) == (
        date(2026, 12, 4),
        date(2026, 12, 2),
        date(2026, 12, 6),
    )
    assert maintenance_days(hours, window) == (date(2026, 12, 3), date(2026, 12, 2))
