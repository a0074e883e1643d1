"""Why a time cannot be had: each blocker by name, with the nearest fix."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from serein.scheduling.rules import (
    Away,
    BlockerKind,
    Cover,
    CoverMode,
    DayBook,
    Hours,
    Kind,
    PatientSide,
    Rule,
    Taken,
    Unit,
    day_masks,
    find_starts,
    infusion_type,
    instant,
    tick_of,
    tick_windows,
    why_not,
)

ZONE = ZoneInfo("America/New_York")
TUESDAY, FRIDAY = date(2026, 10, 6), date(2026, 10, 9)
HOURS = Hours(
    (
        *(Rule(day, time(8), time(16, 30)) for day in range(4)),
        Rule(4, time(8), time(16, 30), 2, date(2026, 10, 2)),
    )
)
INFUSION = infusion_type()
FULL = DayBook(
    TUESDAY,
    tick_windows(HOURS, TUESDAY, ZONE),
    (
        Unit("c1", Kind.CHAIR, "Chair 1"),
        Unit("n1", Kind.NURSE, "Sam Ortiz"),
        Unit("n2", Kind.NURSE, "Noor Haddad"),
        Unit("p1", Kind.PRESCRIBER, "Dr Raman"),
        Unit("pump", Kind.PUMP, "Pump 1"),
        Unit("monitor", Kind.MONITOR, "Monitor 1"),
    ),
    cover=Cover(CoverMode.POOL),
)


def _tick(hour: int, minute: int = 0) -> int:
    return tick_of(instant(TUESDAY, time(hour, minute), ZONE))


def _why(book: DayBook, tick: int, **more: object) -> list[tuple[str, str, str, str]]:
    found = why_not(INFUSION, book, tick, zone=ZONE, hours=HOURS, **more)  # type: ignore[arg-type]
    return [(blocker.kind.value, blocker.what, blocker.because, blocker.fix) for blocker in found]


def test_nothing_stands_in_the_way_of_a_legal_start() -> None:
    assert _why(FULL, _tick(9)) == []


def test_a_closed_friday_says_why() -> None:
    book = replace(FULL, day=FRIDAY, windows=())
    assert _why(book, _tick(9)) == [
        (
            "rule",
            "opening hours",
            "Closed: Fridays are not open in this week of the cycle.",
            "Choose another day.",
        )
    ]


def test_a_stay_beyond_closing_names_its_end_and_the_last_start() -> None:
    assert _why(FULL, _tick(15)) == [
        (
            "rule",
            "opening hours",
            "The visit takes 140 minutes and would end at 17:20; the clinic is open 08:00–16:30.",
            "Nearest on this day: 14:10.",
        )
    ]
    (early,) = _why(FULL, _tick(7))
    assert early[2] == "The clinic is not open at 07:00; it is open 08:00–16:30."
    assert early[3] == "Nearest on this day: 08:00."


def test_every_blocker_is_named_at_once() -> None:
    taken = [
        Taken(Kind.CHAIR, _tick(9), _tick(11), "c1", visit_id="other"),
        Taken(Kind.PUMP, _tick(9), _tick(11), "pump"),
        Taken(Kind.NURSE, _tick(9), _tick(10), None, 24),
        Taken(Kind.PRESCRIBER, _tick(9, 15), _tick(9, 30), "p1"),
    ]
    patient = PatientSide(busy=((_tick(11), _tick(12)),), driver=((_tick(14), _tick(15)),))
    found = why_not(
        INFUSION, replace(FULL, taken=taken), _tick(9), zone=ZONE, patient=patient, now=_tick(9, 5)
    )
    assert [(blocker.kind, blocker.what) for blocker in found] == [
        (BlockerKind.RULE, "time"),
        (BlockerKind.RESOURCE, "chair"),
        (BlockerKind.PERSON, "prescriber"),
        (BlockerKind.RESOURCE, "pump"),
        (BlockerKind.PERSON, "nurse"),
        (BlockerKind.PERSON, "patient"),
        (BlockerKind.PERSON, "driver"),
    ]
    by_name = {blocker.what: blocker for blocker in found}
    assert by_name["chair"].because == "No chair is free for all of 09:15–11:30."
    assert by_name["chair"].fix == "Nearest on this day: 10:45."
    assert by_name["chair"].visit_ids == ("other",)
    assert by_name["nurse"].because == (
        "Iv start from 09:15–09:30 needs one nurse for this patient alone."
    )
    assert by_name["nurse"].fix_tick == _tick(9, 45)
    assert by_name["driver"].because == "Nobody can fetch the patient at 11:20."
    assert by_name["driver"].fix == "Nearest on this day: 11:40."


def test_a_thing_that_is_away_says_why() -> None:
    away = Away(_tick(8), _tick(12), "calibration due")
    units = tuple(
        replace(unit, away=(away,)) if unit.kind is Kind.PUMP else unit for unit in FULL.units
    )
    ((_, what, because, fix),) = _why(replace(FULL, units=units), _tick(9))
    assert what == "pump"
    assert because == "No pump is free for all of 09:30–10:10. Pump 1: calibration due."
    assert fix == "Nearest on this day: 11:30."


def test_what_is_not_there_at_all_is_said_so() -> None:
    units = tuple(unit for unit in FULL.units if unit.kind not in {Kind.NURSE, Kind.MONITOR})
    found = {what: because for _, what, because, _ in _why(replace(FULL, units=units), _tick(9))}
    assert found == {"monitor": "There is no monitor in use.", "nurse": "No nurse is on duty."}


def test_a_prescriber_who_leaves_early_is_missed_in_the_house() -> None:
    units = tuple(
        replace(unit, on_duty=((_tick(8), _tick(9, 45)),)) if unit.kind is Kind.PRESCRIBER else unit
        for unit in FULL.units
    )
    ((kind, what, because, _),) = _why(replace(FULL, units=units), _tick(9))
    assert (kind, what) == ("person", "prescriber")
    assert because == "No prescriber is in the house for all of 09:30–10:10."


@settings(max_examples=60)
@given(
    spans=st.lists(
        st.tuples(st.integers(0, 100), st.integers(1, 30), st.integers(0, 3)), max_size=5
    ),
    place=st.integers(-6, 110),
)
def test_a_start_has_blockers_exactly_if_it_is_not_offered(
    spans: list[tuple[int, int, int]], place: int
) -> None:
    kinds = (
        (Kind.CHAIR, "c1", 1),
        (Kind.NURSE, None, 12),
        (Kind.PRESCRIBER, "p1", 1),
        (Kind.PUMP, "pump", 1),
    )
    taken = [
        Taken(kinds[which][0], _tick(8) + start, _tick(8) + start + length, *kinds[which][1:])
        for start, length, which in spans
    ]
    book = replace(FULL, taken=taken)
    starts = {start.tick for start in find_starts(INFUSION, [day_masks(book)], zone=ZONE)}
    blockers = why_not(INFUSION, book, _tick(8) + place, zone=ZONE)
    assert (not blockers) is (_tick(8) + place in starts)
    assert all(blocker.because and blocker.fix for blocker in blockers)
