"""The simulator plays its scripts, the same every time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bedside.inbox import Verdict, receive
from bedside.monitor import Mark, Reading
from bedside.physiology import Script, drug_effect
from tests.unit.bedside.messages import NOON, monitor


def _at(script: Script, second: int, number: int = 7) -> dict[str, Reading]:
    got = receive(
        monitor(script, number).message(second), received_at=NOON + timedelta(seconds=second)
    )
    assert (got.verdict, got.set_aside) == (Verdict.ACCEPTED, ())
    return {reading.code: reading for reading in got.readings}


def _value(script: Script, second: int, code: str) -> Decimal:
    value = _at(script, second)[code].value
    assert value is not None
    return value


@pytest.mark.parametrize("script", Script)
def test_the_same_number_gives_the_same_bytes_in_any_order(script: Script) -> None:
    forward = list(monitor(script).messages(range(0, 2400, 300)))
    backward = list(monitor(script).messages(range(2100, -1, -300)))
    assert forward == backward[::-1]
    assert forward != list(monitor(script, 8).messages(range(0, 2400, 300)))


@pytest.mark.parametrize("number", range(5))
def test_a_calm_patient_stays_within_every_limit_of_the_ladder(number: int) -> None:
    for second in range(0, 3600, 60):
        now = {code: reading.value for code, reading in _at(Script.CALM, second, number).items()}
        assert None not in now.values()
        assert 50 <= now["hr_per_min"] <= 110  # type: ignore[operator]
        assert 94 <= now["spo2_percent"] <= 100  # type: ignore[operator]
        assert 100 <= now["sbp_mmhg"] < 160  # type: ignore[operator]
        assert now["dbp_mmhg"] < 100  # type: ignore[operator]


def test_the_drug_works_most_at_thirty_minutes_and_is_gone_at_ninety() -> None:
    assert [drug_effect(second) for second in (0, 1800, 5400, 9000)] == [0, 1, 0, 0]


def test_pressure_is_over_the_limit_from_minute_twenty() -> None:
    assert _value(Script.HYPERTENSION, 890, "sbp_mmhg") < 160
    for second in (1200, 1500):
        assert _value(Script.HYPERTENSION, second, "sbp_mmhg") >= 180
        assert _value(Script.HYPERTENSION, second, "dbp_mmhg") >= 105


def test_saturation_falls_below_ninety_and_comes_back() -> None:
    assert _value(Script.DESATURATION, 600, "spo2_percent") >= 94
    assert _value(Script.DESATURATION, 800, "spo2_percent") < 91
    assert _value(Script.DESATURATION, 1100, "spo2_percent") >= 94


def test_a_probe_that_came_off_has_no_value() -> None:
    off = _at(Script.PROBE_OFF, 500)
    assert off["spo2_percent"].value is None
    assert off["pulse_oximeter_per_min"].no_signal == "0 sent: no signal"
    assert off["hr_per_min"].value is not None
    assert _at(Script.PROBE_OFF, 600)["spo2_percent"].value is not None


def test_movement_is_doubted_by_the_device_and_by_us() -> None:
    moving = _at(Script.ARTEFACT, 910)
    assert Mark.QUESTIONABLE in moving["hr_per_min"].marks
    assert Mark.IMPLAUSIBLE in moving["sbp_mmhg"].marks
    assert not _at(Script.ARTEFACT, 890)["hr_per_min"].marks


def test_a_clock_ahead_moves_every_time_by_eleven_minutes() -> None:
    ahead, calm = _at(Script.CLOCK_AHEAD, 600), _at(Script.CALM, 600)
    for code, reading in ahead.items():
        assert reading.observed_at - calm[code].observed_at == timedelta(minutes=11)
