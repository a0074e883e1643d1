"""Starts of one visit: phases, units, nurses, the patient."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from serein.scheduling.rules import (
    Away,
    DayBook,
    Horizon,
    Hours,
    Kind,
    PatientSide,
    Rule,
    Seat,
    Taken,
    Unit,
    VisitType,
    consult_type,
    day_masks,
    find_starts,
    footprints,
    free_units,
    infusion_type,
    instant,
    is_on_grid,
    nearest_to,
    next_available,
    recovery_for,
    shape_for,
    starts_in_hours,
    tick_of,
    tick_windows,
)
from serein.scheduling.states import APPOINTMENT, AppointmentMove, AppointmentState

ZONE = ZoneInfo("America/New_York")
MONDAY = date(2026, 10, 5)
HOURS = Hours(tuple(Rule(day, time(8), time(16, 30)) for day in range(4)))
INFUSION = infusion_type()
LOOSE = frozenset(Kind) - {Kind.CHAIR}


def _at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return instant(day, time(hour, minute), ZONE)


def _tick(hour: int, minute: int = 0, day: date = MONDAY) -> int:
    return tick_of(_at(hour, minute, day))


def _chairs(count: int) -> tuple[Unit, ...]:
    return tuple(Unit(f"chair {n}", Kind.CHAIR) for n in range(1, count + 1))


def _book(*units: Unit, unlimited: frozenset[Kind] = LOOSE, **more: object) -> DayBook:
    book = DayBook(MONDAY, tick_windows(HOURS, MONDAY, ZONE), units, unlimited=unlimited)
    return replace(book, **more)  # type: ignore[arg-type]


def _walls(visit: VisitType, book: DayBook, **limits: object) -> list[str]:
    found = find_starts(visit, [day_masks(book)], zone=ZONE, **limits)  # type: ignore[arg-type]
    return [start.at.astimezone(ZONE).strftime("%H:%M") for start in found]


def test_a_visit_of_forty_minutes_takes_140_of_the_patient_and_135_of_the_chair() -> None:
    (footprint,) = footprints(INFUSION)
    assert INFUSION.patient_minutes == shape_for(40).patient_minutes == 140
    assert footprint.patient_ticks == 28
    assert [(need.kind, need.start, need.ticks) for need in footprint.needs] == [
        (Kind.CHAIR, 3, 27),
        (Kind.PRESCRIBER, 4, 2),
        (Kind.PUMP, 6, 8),
        (Kind.MONITOR, 3, 11),
    ]
    assert [(load.start, load.ticks, load.units) for load in footprint.loads] == [
        (3, 3, 12),
        (6, 8, 6),
        (14, 12, 3),
        (26, 2, 12),
    ]
    assert infusion_type(40, recovery_for(1)).patient_minutes == 200


@pytest.mark.parametrize(("minutes", "booked"), [(40, 8), (41, 9), (45, 9), (60, 12)])
def test_minutes_are_booked_in_whole_ticks(minutes: int, booked: int) -> None:
    (footprint,) = footprints(infusion_type(minutes))
    assert next(need for need in footprint.needs if need.kind is Kind.PUMP).ticks == booked


def test_hours_alone_give_the_first_and_the_last_start() -> None:
    starts = starts_in_hours(HOURS, MONDAY, ZONE, shape_for(40))
    assert (starts[0], starts[-1]) == (_at(8), _at(14, 10))
    assert [start.astimezone(ZONE).minute for start in starts[:3]] == [0, 5, 10]
    quarters = starts_in_hours(HOURS, MONDAY, ZONE, shape_for(40), grid_minutes=15)
    assert quarters[-1] == _at(14)


def test_a_consultation_takes_a_room_and_a_prescriber() -> None:
    units = (Unit("room", Kind.ROOM), Unit("Dr Raman", Kind.PRESCRIBER))
    busy = Taken(Kind.PRESCRIBER, _tick(9), _tick(10), "Dr Raman")
    walls = _walls(consult_type(), _book(*units, taken=[busy], unlimited=frozenset()))
    assert walls[:5] == ["08:00", "08:05", "08:10", "08:15", "10:00"]
    assert walls[-1] == "15:45"


def test_a_recovery_chair_frees_the_infusion_chair_early() -> None:
    moving = infusion_type(seat_in_recovery=Seat.CHAIR_OR_RECOVERY)
    alone, beside = _book(*_chairs(1)), _book(*_chairs(1), Unit("bed", Kind.RECOVERY))
    beside = replace(beside, unlimited=LOOSE - {Kind.RECOVERY})
    held = Taken(Kind.CHAIR, _tick(9, 25), _tick(12), "chair 1")
    assert _walls(moving, replace(alone, taken=[held], unlimited=LOOSE - {Kind.RECOVERY}))[0] == (
        "11:45"
    )
    assert _walls(moving, replace(beside, taken=[held]))[0] == "08:00"
    (choice,) = free_units(moving, day_masks(replace(beside, taken=[held])), _tick(8, 5))
    assert choice.pick() == {Kind.CHAIR: "chair 1", Kind.RECOVERY: "bed"}


def test_a_wished_unit_is_taken_where_it_is_free() -> None:
    (choice,) = free_units(INFUSION, day_masks(_book(*_chairs(3))), _tick(9))
    assert choice.pick({Kind.CHAIR: "chair 3"})[Kind.CHAIR] == "chair 3"
    assert choice.pick({Kind.CHAIR: "chair 9"})[Kind.CHAIR] == "chair 1"
    assert free_units(INFUSION, day_masks(_book(*_chairs(3))), _tick(15)) == ()


def test_a_pump_with_its_calibration_due_is_not_there() -> None:
    due = Away(_tick(9), _tick(16, 30), "calibration due")
    pumps = (Unit("pump 1", Kind.PUMP, away=(due,)),)
    book = _book(*_chairs(1), *pumps, unlimited=LOOSE - {Kind.PUMP})
    assert _walls(INFUSION, book) == []
    short = Away(_tick(10), _tick(10, 30), "calibration due")
    book = replace(book, units=(*_chairs(1), replace(pumps[0], away=(short,))))
    walls = _walls(INFUSION, book)
    assert [wall for wall in walls if wall < "10:00"][-1] == "08:50"
    assert next(wall for wall in walls if wall > "08:50") == "10:00"


def test_a_prescriber_must_be_in_the_house_throughout_the_infusion() -> None:
    prescriber = Unit("Dr Raman", Kind.PRESCRIBER, on_duty=((_tick(8), _tick(12)),))
    book = _book(*_chairs(1), prescriber, unlimited=LOOSE - {Kind.PRESCRIBER})
    assert _walls(INFUSION, book)[-1] == "10:50"


def test_the_driver_and_the_hours_of_the_patient_are_limits() -> None:
    book = _book(*_chairs(1))
    patient = PatientSide(driver=((_tick(12), _tick(13)),))
    assert _walls(INFUSION, book, patient=patient)[0] == "09:40"
    assert _walls(INFUSION, book, patient=patient)[-1] == "10:40"
    morning = PatientSide(can_come=((_tick(9), _tick(12)),))
    assert _walls(INFUSION, book, patient=morning)[0] == "09:00"
    assert _walls(INFUSION, book, patient=morning)[-1] == "09:40"


def test_the_next_available_start_reads_no_more_days_than_it_needs() -> None:
    read: list[date] = []

    def days() -> object:
        for number in range(30):
            day = MONDAY + timedelta(days=number)
            read.append(day)
            yield day_masks(
                replace(_book(*_chairs(1)), day=day, windows=tick_windows(HOURS, day, ZONE))
            )

    found = next_available(INFUSION, days(), after=_tick(15), zone=ZONE)  # type: ignore[arg-type]
    assert found is not None
    assert found.at == _at(8, day=MONDAY + timedelta(days=1))
    assert len(read) == 2


def test_starts_nearest_to_a_wish_come_first() -> None:
    book = _book(*_chairs(1), taken=[Taken(Kind.CHAIR, _tick(9), _tick(12), "chair 1")])
    near = _walls(INFUSION, book, near=_tick(11), limit=3)
    assert near == ["11:45", "11:50", "11:55"]
    assert is_on_grid(_at(10, 5))
    assert not is_on_grid(_at(10, 5) + timedelta(seconds=1))
    assert nearest_to([_at(hour) for hour in (8, 9, 12, 14)], _at(11), 2) == (_at(9), _at(12))


def test_a_horizon_answers_as_its_days_do() -> None:
    books = [
        replace(
            _book(*_chairs(2)),
            day=day,
            windows=tick_windows(HOURS, day, ZONE),
            taken=[Taken(Kind.CHAIR, _tick(9, 0, day), _tick(11, 0, day), "chair 1")],
        )
        for day in (MONDAY + timedelta(days=n) for n in range(14))
    ]
    masks = [day_masks(book) for book in books]
    patient = PatientSide(busy=((_tick(8), _tick(10)), (_tick(9, 0, MONDAY), _tick(12))))
    whole = find_starts(INFUSION, Horizon(masks), zone=ZONE, patient=patient, grid_minutes=15)
    single = [
        start
        for day in masks
        for start in find_starts(INFUSION, [day], zone=ZONE, patient=patient, grid_minutes=15)
    ]
    assert list(whole) == single
    limits = {"not_before": _tick(17), "not_after": _tick(9, 0, MONDAY + timedelta(days=2))}
    assert find_starts(INFUSION, masks, zone=ZONE, grid_minutes=15, **limits) == tuple(  # type: ignore[arg-type]
        start
        for start in find_starts(INFUSION, masks, zone=ZONE, grid_minutes=15)
        if limits["not_before"] <= start.tick <= limits["not_after"]
    )


def test_a_visit_that_has_ended_makes_no_further_move() -> None:
    assert APPOINTMENT.moves_from(AppointmentState.DONE) == ()
    assert APPOINTMENT.moves_from(AppointmentState.MOVED) == ()
    assert APPOINTMENT.moves_from(AppointmentState.CANCELLED) == (AppointmentMove.UNDO,)
    assert AppointmentMove.RESCHEDULE not in APPOINTMENT.moves_from(AppointmentState.ARRIVED)
