"""Opening rules: anchored cycles, precedence, and the sentences about them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from serein.scheduling.rules import (
    USUAL_HOLIDAYS,
    Block,
    DayKind,
    Hours,
    Rule,
    explain_day,
    holiday_names,
    hours_sentence,
    is_open,
    next_alternate_days,
    observed_holidays,
    open_days,
    preview,
    preview_rule,
    rrule_text,
)

OPEN, CLOSE = time(8), time(16, 30)
ANCHOR = date(2026, 10, 2)


def _usual(anchor: date = ANCHOR) -> tuple[Rule, ...]:
    return (
        *(Rule(day, OPEN, CLOSE) for day in range(4)),
        Rule(4, OPEN, CLOSE, interval_weeks=2, anchor_date=anchor),
    )


@given(
    anchor_week=st.integers(0, 1500),
    weekday=st.integers(0, 6),
    interval=st.integers(2, 4),
    offset=st.integers(-4000, 4000),
)
def test_every_nth_week_from_the_anchor_forwards_and_backwards(
    anchor_week: int, weekday: int, interval: int, offset: int
) -> None:
    anchor = date(2010, 1, 4) + timedelta(weeks=anchor_week, days=weekday)
    day = anchor + timedelta(days=offset)
    hours = Hours((Rule(weekday, OPEN, CLOSE, interval, anchor),))
    assert is_open(hours, day) is (offset % (7 * interval) == 0)


def test_a_year_of_53_weeks_does_not_flip_the_fridays() -> None:
    hours = Hours(_usual())
    fridays = [
        day for day in open_days(hours, date(2026, 12, 1), date(2027, 2, 1)) if day.weekday() == 4
    ]
    assert {later - earlier for earlier, later in itertools.pairwise(fridays)} == {
        timedelta(days=14)
    }
    assert date(2026, 12, 25).isocalendar().week % 2 == 0
    assert date(2027, 1, 8).isocalendar().week % 2 == 1
    assert is_open(hours, date(2026, 12, 25))
    assert is_open(hours, date(2027, 1, 8))


def test_special_opening_beats_closure_beats_rule() -> None:
    monday, saturday = date(2026, 10, 5), date(2026, 10, 10)
    morning = (Block(time(9), time(12)),)
    hours = Hours(
        _usual(),
        closures={monday: "training", saturday: "fair", date(2026, 10, 6): "flood"},
        specials={monday: morning, saturday: morning},
    )
    assert explain_day(hours, monday).kind is DayKind.SPECIAL
    assert explain_day(hours, saturday).blocks == morning
    flooded = explain_day(hours, date(2026, 10, 6))
    assert (flooded.kind, flooded.is_open, flooded.because) == (
        DayKind.CLOSURE,
        False,
        "Closed: flood.",
    )


@pytest.mark.parametrize(
    ("day", "kind", "because"),
    [
        (date(2026, 10, 1), DayKind.RULE, "Open by the rule for Thursdays."),
        (date(2026, 10, 2), DayKind.RULE, "Open by the rule for Fridays."),
        (
            date(2026, 10, 9),
            DayKind.OFF_WEEK,
            "Closed: Fridays are not open in this week of the cycle.",
        ),
        (date(2026, 10, 10), DayKind.NEVER, "Closed: the clinic does not open on Saturdays."),
    ],
)
def test_a_day_explains_itself(day: date, kind: DayKind, because: str) -> None:
    explained = explain_day(Hours(_usual()), day)
    assert (explained.kind, explained.because) == (kind, because)


def test_a_closed_friday_does_not_shift_the_cycle() -> None:
    hours = Hours(_usual(), closures={date(2026, 10, 16): "holiday"})
    fridays = [day for day in open_days(hours, ANCHOR, date(2026, 11, 30)) if day.weekday() == 4]
    assert fridays == [
        date(2026, 10, 2),
        date(2026, 10, 30),
        date(2026, 11, 13),
        date(2026, 11, 27),
    ]


def test_a_new_rule_leaves_the_past_as_it_was() -> None:
    change = date(2026, 6, 1)
    hours = Hours(
        (
            Rule(0, OPEN, CLOSE, valid_until_date=change),
            Rule(0, time(10), CLOSE, valid_from_date=change),
        )
    )
    assert explain_day(hours, date(2026, 5, 25)).blocks == (Block(OPEN, CLOSE),)
    assert explain_day(hours, change).blocks == (Block(time(10), CLOSE),)


def test_blocks_that_touch_are_one() -> None:
    hours = Hours((Rule(0, OPEN, time(12)), Rule(0, time(12), CLOSE)))
    assert explain_day(hours, date(2026, 10, 5)).blocks == (Block(OPEN, CLOSE),)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (
            _usual(),
            (
                "Open Monday to Thursday 08:00–16:30 and every other Friday 08:00–16:30. "
                "Closed at weekends."
            ),
        ),
        (
            (Rule(1, OPEN, CLOSE), Rule(3, OPEN, time(12))),
            (
                "Open Tuesday 08:00–16:30 and Thursday 08:00–12:00. "
                "Closed on Monday, Wednesday and Friday to Sunday."
            ),
        ),
        ((), "The opening hours are not set yet."),
    ],
)
def test_hours_in_words(rules: tuple[Rule, ...], sentence: str) -> None:
    assert hours_sentence(rules, date(2026, 10, 5)) == sentence


def test_the_preview_tells_the_weeks_apart_and_names_what_is_unusual() -> None:
    hours = Hours(
        _usual(),
        closures={date(2026, 12, 24): "Christmas Eve"},
        specials={date(2026, 12, 19): (Block(time(9), time(12)),)},
    )
    weeks = preview(hours, date(2026, 12, 9), weeks=3)
    assert [week.monday for week in weeks] == [
        date(2026, 12, 7),
        date(2026, 12, 14),
        date(2026, 12, 21),
    ]
    assert [week.open_words for week in weeks] == [
        "Open Monday to Friday",
        "Open Monday to Thursday and Saturday",
        "Open Monday to Wednesday and Friday",
    ]
    assert weeks[1].notes == ("Saturday 19 December: opened specially 09:00–12:00",)
    assert weeks[2].notes == ("Thursday 24 December: closed: Christmas Eve",)
    assert next_alternate_days(hours, date(2026, 12, 9), 2) == (
        date(2026, 12, 11),
        date(2026, 12, 25),
    )


# Holidays, RRULE and the list to tick


def test_holidays_are_ticked_and_kept_on_the_nearest_weekday() -> None:
    kept = observed_holidays(USUAL_HOLIDAYS, [2027])
    assert kept[date(2027, 12, 31)] == "New Year's Day (observed)"
    assert kept[date(2027, 7, 5)] == "Independence Day (observed)"
    assert kept[date(2027, 6, 18)] == "Juneteenth National Independence Day (observed)"
    assert kept[date(2027, 11, 25)] == "Thanksgiving Day"
    assert date(2027, 11, 26) not in kept
    as_dated = observed_holidays(USUAL_HOLIDAYS, [2027], moves_from_weekend=False)
    assert date(2027, 7, 4) in as_dated


def test_a_state_proposes_more_and_imposes_nothing() -> None:
    names = holiday_names(2027, subdivision="VA")
    assert "Election Day" in names
    kept = observed_holidays(["Election Day"], [2027], subdivision="VA")
    assert kept == {date(2027, 11, 2): "Election Day"}


def test_a_holiday_that_law_made_later_is_kept_on_its_date() -> None:
    assert date(2019, 6, 19) in observed_holidays(USUAL_HOLIDAYS, [2019])
    assert observed_holidays(["Election Day"], [2027]) == {}


def test_a_holiday_closes_unless_the_day_is_opened_specially() -> None:
    day = date(2026, 11, 26)
    hours = Hours(_usual(), holidays={day: "Thanksgiving Day"})
    assert explain_day(hours, day).kind is DayKind.HOLIDAY
    weeks = preview(hours, date(2026, 11, 23), weeks=1)
    assert weeks[0].notes == ("Thursday 26 November: closed for Thanksgiving Day",)
    opened = replace(hours, specials={day: (Block(time(9), time(12)),)})
    assert is_open(opened, day)


@settings(max_examples=30)
@given(
    anchor=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    interval=st.integers(1, 4),
    first=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
def test_the_rule_is_what_rfc_5545_says_over_ten_years(
    anchor: date, interval: int, first: date
) -> None:
    rule = Rule(anchor.weekday(), OPEN, CLOSE, interval, anchor)
    last = first + timedelta(days=3653)
    text = rrule_text(rule, ZoneInfo("America/New_York"), first)
    start, recurrence = text.splitlines()
    begin = datetime.strptime(start.split(":")[1], "%Y%m%dT%H%M%S")  # noqa: DTZ007
    theirs = rrulestr(recurrence.removeprefix("RRULE:"), dtstart=begin).between(
        datetime.combine(first, time(0)), datetime.combine(last, time(23)), inc=True
    )
    assert [at.date() for at in theirs] == list(preview_rule(rule, first, last))
    assert {at.time() for at in theirs} == {OPEN}


def test_an_exported_rule_names_its_end() -> None:
    zone = ZoneInfo("America/New_York")
    rule = Rule(4, OPEN, CLOSE, 2, ANCHOR, valid_until_date=date(2026, 12, 1))
    assert rrule_text(rule, zone, date(2026, 10, 5)) == (
        "DTSTART;TZID=America/New_York:20261016T080000\n"
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20261201T045959Z"
    )
    with pytest.raises(ValueError, match="Choose an earlier date"):
        rrule_text(rule, zone, date(2027, 1, 1))
