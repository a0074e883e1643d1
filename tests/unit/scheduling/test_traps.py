"""The known traps of clinic scheduling that rules alone can fall into.

Numbers as in the list the engine was built against: 1–10, 15, 16, 18, 20, 23–25 and the two without
a number (26 the zone that is shown, 27 a cache) are here, with the pure half of 12, 13 and 21. What
needs a database (11 check and insert, 12 holds, 13 expiry, 14 double click, 17 move, 19 any chair, 21
leave over booked visits, 22 order of locks) is in the flows under the same numbers; fifty writers at
once are a rig of their own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from serein.scheduling.rules import (
    Block,
    Cover,
    CoverMode,
    DayBook,
    DayStarts,
    ElapsedRule,
    Hold,
    Hours,
    InviteEvent,
    Kind,
    PatientSide,
    QuietHours,
    Rule,
    SeriesRules,
    Taken,
    Unit,
    WallRule,
    affected,
    day_masks,
    earliest_series,
    elapsed_hours,
    explain_day,
    find_starts,
    gap_problem,
    infusion_type,
    instant,
    is_open,
    local_problem,
    may_book,
    may_hold,
    move_options,
    open_days,
    revisions,
    send_at,
    span_ticks,
    tick_of,
    tick_windows,
    windows,
)
from serein.scheduling.rules.pages import Seal

ZONE = ZoneInfo("America/New_York")
LONDON, SYDNEY = ZoneInfo("Europe/London"), ZoneInfo("Australia/Sydney")
OPEN, CLOSE = time(8), time(16, 30)
FRIDAYS = Rule(4, OPEN, CLOSE, 2, date(2026, 10, 2))
HOURS = Hours((*(Rule(day, OPEN, CLOSE) for day in range(4)), FRIDAYS))
INFUSION = infusion_type()
MONDAY = date(2026, 10, 5)


def _tick(hour: int, minute: int = 0, day: date = MONDAY) -> int:
    return tick_of(instant(day, time(hour, minute), ZONE))


def _book(*units: Unit, day: date = MONDAY, hours: Hours = HOURS, **more: object) -> DayBook:
    loose = frozenset(Kind) - {unit.kind for unit in units}
    book = DayBook(day, tick_windows(hours, day, ZONE), units, unlimited=loose)
    return replace(book, **more)  # type: ignore[arg-type]


def _walls(book: DayBook, patient: PatientSide | None = None) -> list[str]:
    found = find_starts(INFUSION, [day_masks(book)], zone=ZONE, patient=patient)
    return [start.at.astimezone(ZONE).strftime("%H:%M") for start in found]


CHAIR = Unit("chair", Kind.CHAIR)


def test_1_alternate_fridays_do_not_follow_iso_week_numbers() -> None:
    fridays = [d for d in open_days(HOURS, date(2026, 12, 1), date(2027, 3, 1)) if d.weekday() == 4]
    assert {later - earlier for earlier, later in pairwise(fridays)} == {timedelta(days=14)}
    parities = {day.isocalendar().week % 2 for day in fridays}
    assert parities == {0, 1}


def test_2_a_holiday_friday_does_not_shift_the_cycle() -> None:
    hours = replace(HOURS, holidays={date(2026, 12, 25): "Christmas Day"})
    assert explain_day(hours, date(2026, 12, 25)).because == "Closed for Christmas Day."
    assert not is_open(hours, date(2027, 1, 1))
    assert is_open(hours, date(2027, 1, 8))


def test_3_a_cycle_holds_before_its_anchor() -> None:
    assert is_open(HOURS, date(2026, 9, 18))
    assert not is_open(HOURS, date(2026, 9, 25))


def test_4_the_gap_between_two_starts_is_time_that_passed() -> None:
    earlier = datetime(2026, 10, 30, 10, tzinfo=ZONE)
    later = datetime(2026, 11, 2, 9, tzinfo=ZONE)
    assert (later - earlier).total_seconds() / 3600 == 71
    assert elapsed_hours(earlier, later) == 72
    rules = SeriesRules(2, 40, min_gap_hours=72)
    assert gap_problem(rules, [earlier.astimezone(UTC), later.astimezone(UTC)], ZONE) is None


def test_5_the_next_day_is_a_local_day_not_24_hours() -> None:
    at = instant(date(2026, 11, 2), time(10), ZONE)
    sent = send_at(WallRule(1, time(10)), at, ZONE)
    assert sent.astimezone(ZONE).strftime("%d %H:%M") == "01 10:00"
    assert at - send_at(ElapsedRule(24), at, ZONE) == timedelta(hours=24)
    week = [instant(date(2026, 10, 26) + timedelta(weeks=n), time(10), ZONE) for n in range(3)]
    assert [elapsed_hours(*pair) for pair in pairwise(week)] == [169, 168]


def test_6_each_date_of_a_search_has_its_own_offset() -> None:
    before, after = date(2026, 10, 29), date(2026, 11, 2)
    opens = [windows(HOURS, day, ZONE)[0][0].hour for day in (before, after)]
    assert opens == [12, 13]
    found = find_starts(
        INFUSION, [day_masks(_book(CHAIR, day=day)) for day in (before, after)], zone=ZONE
    )
    assert {start.at.astimezone(ZONE).hour for start in found} == {8, 9, 10, 11, 12, 13, 14}


@pytest.mark.parametrize(
    ("zone", "spring", "autumn", "skipped", "repeated"),
    [
        (ZONE, date(2027, 3, 14), date(2026, 11, 1), time(2, 30), time(1, 30)),
        (LONDON, date(2027, 3, 28), date(2026, 10, 25), time(1, 30), time(1, 30)),
        (SYDNEY, date(2026, 10, 4), date(2027, 4, 4), time(2, 30), time(2, 30)),
    ],
    ids=["New York", "London", "Sydney"],
)
def test_7_times_that_the_clocks_skip_or_repeat(
    zone: ZoneInfo, spring: date, autumn: date, skipped: time, repeated: time
) -> None:
    forward = instant(spring, skipped, zone).astimezone(zone)
    assert forward.time() == time(skipped.hour + 1, skipped.minute)
    assert local_problem(spring, skipped, zone) == "skipped"
    first = instant(autumn, repeated, zone)
    assert first.astimezone(zone).time() == repeated
    assert (first + timedelta(hours=1)).astimezone(zone).time() == repeated
    assert local_problem(autumn, repeated, zone) == "repeated"
    assert local_problem(autumn, time(9), zone) == ""
    hours = Hours((), specials={day: (Block(time(0, 30), time(6)),) for day in (spring, autumn)})
    lengths = [
        sum(end - start for start, end in tick_windows(hours, day, zone))
        for day in (spring, autumn)
    ]
    assert lengths == [54, 78]


@pytest.mark.parametrize("zone", [ZONE, LONDON, SYDNEY])
def test_7_starts_on_the_nights_of_the_change_are_starts_that_happen(zone: ZoneInfo) -> None:
    nights = (date(2027, 3, 14), date(2026, 11, 1), date(2027, 3, 28), date(2026, 10, 25))
    nights += (date(2026, 10, 4), date(2027, 4, 4))
    for day in nights:
        hours = Hours((), specials={day: (Block(time(0, 30), time(6)),)})
        book = DayBook(day, tick_windows(hours, day, zone), unlimited=frozenset(Kind))
        found = find_starts(INFUSION, [day_masks(book)], zone=zone, grid_minutes=15)
        opens, closes = windows(hours, day, zone)[0]
        count = int((closes - opens).total_seconds() // 900) - 9
        assert len(found) == count
        assert all(opens <= start.at <= closes - timedelta(minutes=140) for start in found)


def test_8_the_whole_stay_lies_inside_one_block_and_turnover_by_setting() -> None:
    lunch = Hours((Rule(0, OPEN, time(12)), Rule(0, time(13), CLOSE)))
    walls = _walls(_book(CHAIR, hours=lunch))
    assert walls[0] == "08:00"
    assert "09:40" in walls
    assert not {"09:45", "12:55"} & set(walls)
    assert walls[-1] == "14:10"
    strict = replace(INFUSION, turnover_past_closing=False)
    last = find_starts(strict, [day_masks(_book(CHAIR))], zone=ZONE)[-1]
    assert last.at.astimezone(ZONE).time() == time(14)
    straddling = replace(INFUSION, straddles_gap=True)
    found = find_starts(straddling, [day_masks(_book(CHAIR, hours=lunch))], zone=ZONE)
    assert time(11) in {start.at.astimezone(ZONE).time() for start in found}


def test_9_an_end_does_not_block_a_start() -> None:
    held = Taken(Kind.CHAIR, _tick(8), _tick(10, 30), "chair")
    walls = _walls(_book(CHAIR, taken=[held]))
    assert walls[0] == "10:15"


def test_10_turnover_is_the_chairs_time_and_not_the_patients() -> None:
    longer = INFUSION.with_minutes({"turnover": 60})
    assert longer.patient_minutes == INFUSION.patient_minutes == 140
    held = Taken(Kind.CHAIR, _tick(12), _tick(13), "chair")
    book = _book(CHAIR, taken=[held])
    starts = [start.tick for start in find_starts(longer, [day_masks(book)], zone=ZONE)]
    assert (starts[0], max(tick for tick in starts if tick < _tick(12))) == (_tick(8), _tick(8, 40))
    assert _tick(9) in {s.tick for s in find_starts(INFUSION, [day_masks(book)], zone=ZONE)}


def test_12_and_13_a_hold_keeps_others_out_until_exactly_its_age() -> None:
    begun = datetime(2026, 10, 5, 12, tzinfo=UTC)
    hold = Hold("A", begun, 600)
    late = begun + timedelta(seconds=599)
    assert not may_hold(hold, "B", late)
    assert not may_book(hold, "B", late)
    assert may_book(hold, "A", late)
    assert may_hold(hold, "B", begun + timedelta(seconds=600))
    assert may_hold(Hold("A", late, 600), "A", begun + timedelta(seconds=900))
    assert not may_hold(hold, "B", begun + timedelta(days=1), booked_by="A")


def test_15_a_series_is_checked_to_its_last_visit() -> None:
    days = [
        DayStarts(day, (_tick(10, day=day),))
        for day in (MONDAY, MONDAY + timedelta(days=2), MONDAY + timedelta(days=7))
    ]
    assert earliest_series(SeriesRules(3, 40, min_gap_hours=44), days, ZONE) is not None
    assert earliest_series(SeriesRules(4, 40, min_gap_hours=44), days, ZONE) is None
    assert earliest_series(SeriesRules(3, 40, max_gap_days=4), days, ZONE) is None


def test_16_a_moved_visit_keeps_both_gaps_elapsed_and_by_days() -> None:
    series = [instant(MONDAY + timedelta(days=n), time(14), ZONE) for n in (0, 2, 7)]
    rules = SeriesRules(3, 40, min_gap_hours=48, min_gap_days=2, max_gap_days=5)
    days = [
        DayStarts(day, tuple(range(_tick(8, 0, day), _tick(14, 15, day))))
        for day in open_days(HOURS, MONDAY, MONDAY + timedelta(days=9))
    ]
    options = move_options(rules, days, ZONE, previous=series[0], following=series[2])
    assert [(day, starts[0].astimezone(ZONE).time()) for day, starts in options] == [
        (MONDAY + timedelta(days=2), time(14)),
        (MONDAY + timedelta(days=3), time(8)),
    ]


def test_18_a_patient_is_in_one_place_at_a_time() -> None:
    two = (CHAIR, Unit("other", Kind.CHAIR))
    patient = PatientSide(busy=((_tick(9), _tick(11, 20)),))
    assert _walls(_book(*two), patient)[0] == "11:20"


def test_20_the_ratio_holds_at_every_tick_of_every_phase() -> None:
    """At 08:55 the nurse is free, but the other patient's discharge would meet this infusion."""
    held = [
        Taken(Kind.NURSE, _tick(10, 10), _tick(10, 20), None, 12),
        Taken(Kind.CHAIR, _tick(8, 15), _tick(10, 30), "chair"),
    ]
    units = (CHAIR, Unit("other", Kind.CHAIR), Unit("nurse", Kind.NURSE))
    walls = _walls(_book(*units, taken=held, cover=Cover(CoverMode.POOL)))
    assert "09:00" not in walls
    assert walls[0] == "10:05"


def test_21_who_is_hit_by_an_outage_is_named_and_kept() -> None:
    visits = [
        Taken(Kind.CHAIR, _tick(13), _tick(15), "chair", visit_id="late"),
        Taken(Kind.CHAIR, _tick(8), _tick(10), "chair", visit_id="early"),
        Taken(Kind.CHAIR, _tick(10), _tick(12), "other", visit_id="elsewhere"),
    ]
    out = [Taken(Kind.CHAIR, _tick(9, 30), _tick(13, 5), "chair")]
    assert affected(visits, out) == ("early", "late")
    assert affected(visits, [Taken(Kind.CHAIR, _tick(10), _tick(13), "chair")]) == ()


def test_23_a_new_rule_leaves_the_past_as_it_was() -> None:
    change = date(2026, 6, 1)
    hours = Hours(
        (
            Rule(0, OPEN, CLOSE, valid_until_date=change),
            Rule(0, time(10), CLOSE, valid_from_date=change),
        )
    )
    assert explain_day(hours, date(2026, 5, 25)).blocks == (Block(OPEN, CLOSE),)
    assert explain_day(hours, change).blocks == (Block(time(10), CLOSE),)


def test_24_reminders_on_the_night_of_the_change_keep_the_clock() -> None:
    quiet = QuietHours(time(20), time(9))
    visit = instant(date(2027, 3, 15), time(8), ZONE)
    sent = send_at(ElapsedRule(30), visit, ZONE, quiet)
    assert sent.astimezone(ZONE) == datetime(2027, 3, 13, 20, tzinfo=ZONE)
    noon = QuietHours(time(12), time(13))
    at = send_at(WallRule(0, time(12, 30)), visit, ZONE, noon)
    assert at.astimezone(ZONE).time() == time(12)
    assert send_at(WallRule(0, time(13)), visit, ZONE, noon).astimezone(ZONE).time() == time(13)


def test_25_a_cancel_is_sent_as_a_cancel_with_a_higher_sequence() -> None:
    lines = revisions([InviteEvent.CREATE, InviteEvent.RESCHEDULE, InviteEvent.CANCEL])
    assert [(line.method, line.sequence, line.status) for line in lines] == [
        ("REQUEST", 0, "CONFIRMED"),
        ("REQUEST", 1, "CONFIRMED"),
        ("CANCEL", 2, "CANCELLED"),
    ]


def test_26_a_start_is_a_moment_shown_in_the_clinics_zone() -> None:
    start = find_starts(INFUSION, [day_masks(_book(CHAIR))], zone=ZONE)[-1]
    assert start.at == datetime(2026, 10, 5, 18, 10, tzinfo=UTC)
    assert start.day == MONDAY
    assert start.at.astimezone(SYDNEY).date() == MONDAY + timedelta(days=1)


def test_27_a_page_never_serves_a_day_that_another_process_changed() -> None:
    stamp, later = uuid4(), datetime(2026, 10, 1, tzinfo=UTC)
    seal = Seal(stamp, 7)
    assert seal.holds(stamp, 7, later)
    assert not seal.holds(stamp, 8, later)
    assert not seal.holds(uuid4(), 7, later)


def test_a_visit_over_midnight_belongs_to_the_day_it_begins() -> None:
    hours = Hours((), specials={MONDAY: (Block(time(22), time(2)),)})
    ((opens, closes),) = tick_windows(hours, MONDAY, ZONE)
    assert closes - opens == 48
    assert span_ticks(*windows(hours, MONDAY, ZONE)[0]) == (opens, closes)
    starts = find_starts(INFUSION, [day_masks(_book(CHAIR, hours=hours))], zone=ZONE)
    assert starts[-1].at.astimezone(ZONE).strftime("%a %H:%M") == "Mon 23:40"
    assert {start.day for start in starts} == {MONDAY}
