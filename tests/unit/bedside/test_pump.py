"""Events of a pump, and the course of an infusion they add up to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.course import course
from bedside.inbox import Verdict, receive
from bedside.pump import STATUS, PumpEvent
from bedside.simulator import Pump, Turn
from tests.unit.bedside.messages import NOON, pump

WHOLE = pump(
    (0, Turn.START, "45"),
    (600, Turn.RATE, "60"),
    (900, Turn.PAUSE, "0"),
    (1080, Turn.RESUME, "60"),
    (2400, Turn.COMPLETE, "0"),
    (2460, Turn.CLEAR, "0"),
)


def _events(of: Pump) -> list[PumpEvent]:
    events = []
    for second, data in of.messages():
        got = receive(data, received_at=NOON + timedelta(seconds=second))
        assert (got.verdict, got.set_aside) == (Verdict.ACCEPTED, ())
        events += got.events
    return events


def test_an_event_says_what_runs_and_how_much_has_run_in() -> None:
    start, closed, changed = _events(WHOLE)[:3]
    assert (start.kind, start.flow_ml_per_h, start.delivered_ml) == ("delivery_start", 45, 0)
    assert start.drug == "Ketamine"
    assert start.numbers["concentration_mg_per_ml"] == 1
    assert (closed.kind, closed.is_transition) == ("delivery_stop", True)
    assert (changed.kind, changed.flow_ml_per_h) == ("delivery_start", 60)
    assert changed.delivered_ml == Decimal("7.50")
    assert changed.observed_at == NOON + timedelta(minutes=10)


def test_the_course_is_start_rate_change_pause_resume_complete_stop() -> None:
    got = course(_events(WHOLE))
    assert [(change.step, change.rate_ml_per_h, change.delivered_ml) for change in got.changes] == [
        ("start", 45, Decimal("0.00")),
        ("rate change", 60, Decimal("7.50")),
        ("pause", 0, Decimal("12.50")),
        ("resume", 60, Decimal("12.50")),
        ("complete", 0, Decimal("34.50")),
        ("stop", 0, Decimal("34.50")),
    ]
    assert got.delivered_ml == Decimal("34.50")
    assert not got.is_running
    assert not got.gaps


@given(st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_order_of_arrival_and_repeats_change_nothing(chance: Random) -> None:
    events = _EVENTS + [chance.choice(_EVENTS) for _ in range(4)]
    chance.shuffle(events)
    assert course(events) == course(_EVENTS)


_EVENTS = _events(WHOLE)

SCRIPTS = [
    # (turns, mL worked out by hand)
    ([(0, Turn.START, "45"), (2400, Turn.COMPLETE, "0")], "30.00"),
    (
        [(0, Turn.START, "60"), (1200, Turn.RATE, "30"), (2400, Turn.COMPLETE, "0")],
        "30.00",
    ),
    (
        [
            (0, Turn.START, "52.5"),
            (900, Turn.PAUSE, "0"),
            (1320, Turn.RESUME, "52.5"),
            (2820, Turn.COMPLETE, "0"),
        ],
        "35.00",
    ),
    ([(0, Turn.START, "40"), (1350, Turn.PAUSE, "0")], "15.00"),
    (
        [
            (0, Turn.START, "20"),
            (300, Turn.RATE, "40"),
            (600, Turn.RATE, "60"),
            (2400, Turn.COMPLETE, "0"),
        ],
        "35.00",
    ),
]


@pytest.mark.parametrize(("turns", "wanted"), SCRIPTS)
def test_five_infusions_give_the_volume_worked_out_by_hand(
    turns: list[tuple[int, Turn, str]], wanted: str
) -> None:
    assert course(_events(pump(*turns))).delivered_ml == Decimal(wanted)


def test_a_running_infusion_is_running() -> None:
    got = course(_events(pump((0, Turn.START, "45"))))
    assert got.is_running
    assert got.delivered_ml == 0


def test_a_missing_event_is_said_and_not_filled_in() -> None:
    no_start = course(_EVENTS[1:])
    assert no_start.gaps
    no_stop = course([event for event in _EVENTS if event is not _EVENTS[1]])
    assert "no stop before the start" in no_stop.gaps[0]
    assert no_stop.delivered_ml == Decimal("34.50")


def test_a_counter_that_falls_without_being_cleared_is_said() -> None:
    first = _events(pump((0, Turn.START, "60"), (600, Turn.PAUSE, "0")))
    again = pump((0, Turn.START, "60"), (600, Turn.PAUSE, "0"))
    moved = Pump(2, NOON + timedelta(minutes=30), again.person, again.program)
    got = course(first + _events(moved))
    assert got.delivered_ml == Decimal("20.00")
    assert len(got.gaps) == 1


def test_a_pump_that_is_done_and_keeps_the_vein_open_says_so() -> None:
    (start, first), (done, last) = pump((0, Turn.START, "60"), (60, Turn.COMPLETE, "0")).messages()
    status = b"pump-delivery-status-"
    events = [
        first,
        last.replace(status + b"not-delivering", status + b"transitioning"),
        first.replace(status + b"delivering", status + b"kvo")
        .replace(b"|60|", b"|3|")
        .replace(b"120000+0000", b"120101+0000"),
    ]
    got = course(event for data in events for event in receive(data, received_at=NOON).events)
    assert [(change.step, change.rate_ml_per_h) for change in got.changes] == [
        ("start", 60),
        ("complete", 0),
        ("keep vein open", 3),
    ]
    assert got.is_running
    assert (start, done) == (0, 60)


def _changed(old: bytes, new: bytes) -> bytes:
    """The start event with one thing in it changed."""
    data = WHOLE.messages()[0][1]
    assert old in data
    return data.replace(old, new)


def test_counters_cleared_start_a_new_count() -> None:
    clear = _changed(b"197288^MDC_EVT_PUMP_DELIV_START", b"0^MDC_EVT_PUMP_VOL_COUNTERS_CLEARED")
    clear = clear.replace(b"120000+0000", b"121500+0000")
    events = list(receive(clear, received_at=NOON).events)
    first = _events(pump((0, Turn.START, "60"), (600, Turn.PAUSE, "0")))
    again = pump((0, Turn.START, "60"), (600, Turn.PAUSE, "0"))
    moved = Pump(2, NOON + timedelta(minutes=30), again.person, again.program)
    got = course(first + events + _events(moved))
    assert (got.delivered_ml, got.gaps) == (Decimal("20.00"), ())


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"197288^MDC_EVT_PUMP_DELIV_START", b"0^MDC_EVT_PUMP_NEW", "Review this event"),
        (b"197288^MDC_EVT_PUMP_DELIV_START", b"197289^MDC_EVT_PUMP_DELIV_START", "number agree"),
        (b"|20260309120000+0000\rOBX", b"|\rOBX", "Send the time in OBX-14 or OBR-7"),
    ],
)
def test_an_event_that_is_not_understood_is_quarantined(
    old: bytes, new: bytes, reason: str
) -> None:
    got = receive(_changed(old, new), received_at=NOON)
    assert got.verdict is Verdict.QUARANTINED
    assert reason in got.reason
    assert not got.events


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"158014^MDC_FLOW_FLUID_PUMP_CURRENT", b"158480^MDC_FLOW_FLUID_PUMP_CURRENT"),
        (b"157884^MDC_VOL_FLUID_TBI^", b"157985^MDC_VOL_FLUID_TBI^"),
        (b"|45|265266^MDC_DIM_MILLI_L_PER_HR", b"|45|265266^MDC_DIM_MILLI_L"),
        (b"|50|263762^MDC_DIM_MILLI_L^MDC", b"|5O|263762^MDC_DIM_MILLI_L^MDC"),
        (b"1.1.2.6|50", b"1.1.3.6|50"),
    ],
)
def test_a_row_that_does_not_fit_is_set_aside_and_the_event_kept(old: bytes, new: bytes) -> None:
    got = receive(_changed(old, new), received_at=NOON)
    assert got.verdict is Verdict.ACCEPTED
    assert got.set_aside
    assert got.events[0].kind == "delivery_start"


def test_a_pump_that_names_nothing_is_quarantined() -> None:
    data = WHOLE.messages()[0][1]
    rows = [line for line in data.split(b"\r") if b"MDC_DEV_PUMP_INFUS" in line]
    head = data.split(b"\r")[:4]
    empty = receive(b"\r".join(head + rows), received_at=NOON)
    assert (empty.verdict, empty.reason) == (Verdict.QUARANTINED, "Send at least one value")
    nameless = data.replace(b"0012210000000001", b"").replace(b"|^^EUI-64", b"|")
    assert receive(nameless, received_at=NOON).verdict is Verdict.QUARANTINED
    uncoded = receive(_changed(b"184514^MDC_DRUG_NAME_LABEL^MDC", b""), received_at=NOON)
    assert [one.reason for one in uncoded.set_aside] == ["Name the parameter in OBX-3"]


def test_a_pump_without_its_own_counter_has_no_volume() -> None:
    data = WHOLE.messages()[0][1]
    lines = [line for line in data.split(b"\r") if b"MDC_VOL_FLUID_DELIV_TOTAL" not in line]
    got = course(receive(b"\r".join(lines), received_at=NOON).events)
    assert got.delivered_ml is None
    assert got.is_running


def test_a_pump_that_only_tells_its_state_is_read_too() -> None:
    data = WHOLE.messages()[0][1]
    lines = [line for line in data.split(b"\r") if b"MDC_ATTR_EVT" not in line]
    state = b"\r".join(lines).replace(b"ORU^R42", b"ORU^R01")
    (event,) = receive(state, received_at=NOON).events
    assert (event.kind, event.flow_ml_per_h) == (STATUS, 45)
    assert course([event]).changes == ()
