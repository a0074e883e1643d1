"""What may be charted: refused when impossible, asked about once when unlikely."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.core.errors import Refused
from serein.monitoring.rules import (
    Answer,
    Signal,
    Timeline,
    Values,
    check_answer,
    check_confirmed,
    check_time,
    check_values,
    doubts,
    no_signal_words,
    without_zeros,
)

NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)

IMPOSSIBLE = [
    ({}, "Enter at least one value", "sbp_mmhg"),
    ({"sbp_mmhg": 120}, "Enter the diastolic", "dbp_mmhg"),
    ({"dbp_mmhg": 80}, "Enter the systolic", "sbp_mmhg"),
    ({"sbp_mmhg": 14, "dbp_mmhg": 90}, "Check the blood pressure", "sbp_mmhg"),
    ({"sbp_mmhg": 90, "dbp_mmhg": 140}, "Check the blood pressure", "sbp_mmhg"),
    ({"sbp_mmhg": 90, "dbp_mmhg": 90}, "Check the blood pressure", "sbp_mmhg"),
    ({"sbp_mmhg": 29, "dbp_mmhg": 20}, "Check the systolic", "sbp_mmhg"),
    ({"sbp_mmhg": 301, "dbp_mmhg": 100}, "Check the systolic", "sbp_mmhg"),
    ({"hr_bpm": 9}, "Check the heart rate", "hr_bpm"),
    ({"hr_bpm": 301}, "Check the heart rate", "hr_bpm"),
    ({"spo2_percent": 101}, "Check the SpO₂", "spo2_percent"),
    ({"spo2_percent": 19}, "Check the SpO₂", "spo2_percent"),
    ({"rr_per_min": 100}, "Check the breathing rate", "rr_per_min"),
    ({"moaas": 6}, "Check the MOAA/S", "moaas"),
    ({"nausea": 11}, "Check the nausea", "nausea"),
    ({"distress": -1}, "Check the distress", "distress"),
    ({"temperature_c": Decimal("98.6")}, "Check the temperature", "temperature_c"),
]


@pytest.mark.parametrize(("values", "message", "field"), IMPOSSIBLE, ids=lambda v: str(v)[:40])
def test_impossible_values_are_refused(values: dict[str, Any], message: str, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_values(without_zeros(Values(**values)))
    assert refusal.value.message.startswith(message)
    assert refusal.value.field == field


LIKELY_ENOUGH = [
    ({"sbp_mmhg": 120, "dbp_mmhg": 105}, False),
    ({"sbp_mmhg": 120, "dbp_mmhg": 106}, True),
    ({"sbp_mmhg": 200, "dbp_mmhg": 80}, False),
    ({"sbp_mmhg": 201, "dbp_mmhg": 80}, True),
    ({"sbp_mmhg": 60, "dbp_mmhg": 40}, False),
    ({"sbp_mmhg": 59, "dbp_mmhg": 40}, True),
    ({"hr_bpm": 7 * 30}, True),
    ({"hr_bpm": 68}, False),
    ({"spo2_percent": 69}, True),
    ({"spo2_percent": 70}, False),
    ({"temperature_c": Decimal("33.9")}, True),
    ({"moaas": 0}, False),
]


@pytest.mark.parametrize(("values", "is_asked"), LIKELY_ENOUGH, ids=str)
def test_unlikely_values_are_asked_about_once(values: dict[str, Any], is_asked: bool) -> None:
    charted = Values(**values)
    assert bool(doubts(charted)) is is_asked
    if is_asked:
        with pytest.raises(Refused) as refusal:
            check_confirmed(charted, is_confirmed=False)
        assert refusal.value.message.startswith("Check ")
        assert refusal.value.field == "is_confirmed"
    check_confirmed(charted, is_confirmed=True)


def test_a_zero_from_the_monitor_is_no_signal() -> None:
    cleaned = without_zeros(
        Values(
            sbp_mmhg=120, dbp_mmhg=0, hr_bpm=0, spo2_percent=0, rr_per_min=0, moaas=0, nausea=0,
            distress=0,
        )
    )  # fmt: skip
    assert cleaned.values == Values(moaas=0, nausea=0, distress=0)
    assert cleaned.no_signal == {Signal.BP, Signal.HR, Signal.SPO2, Signal.RR}
    assert no_signal_words(cleaned.no_signal) == "no signal: BP, HR, SpO₂, RR"
    check_values(without_zeros(Values(hr_bpm=0)))


maybe = st.none() | st.integers(0, 300)


@given(maybe, maybe, maybe, maybe, maybe)
def test_nothing_missing_becomes_a_zero(
    sbp: int | None, dbp: int | None, hr: int | None, spo2: int | None, rr: int | None
) -> None:
    cleaned = without_zeros(
        Values(sbp_mmhg=sbp, dbp_mmhg=dbp, hr_bpm=hr, spo2_percent=spo2, rr_per_min=rr)
    )
    kept = (
        cleaned.values.sbp_mmhg,
        cleaned.values.dbp_mmhg,
        cleaned.values.hr_bpm,
        cleaned.values.spo2_percent,
        cleaned.values.rr_per_min,
    )
    assert 0 not in kept
    for given_value, value in zip((sbp, dbp, hr, spo2, rr), kept, strict=True):
        assert value is None or value == given_value
    if hr is not None and hr > 0:
        assert cleaned.values.hr_bpm == hr


TIMES = [
    (0, None, None),
    (2, None, None),
    (2.1, None, "Choose a time that is not in the future"),
    (-60, None, None),
    (-60.1, None, "Choose a time after the patient was checked in"),
    (-10, -5, None),
    (-4, -5, "Choose a time before the visit ended"),
]


@pytest.mark.parametrize(("minute", "closed", "message"), TIMES)
def test_times_outside_the_visit(minute: float, closed: float | None, message: str | None) -> None:
    line = Timeline(
        opened_at=NOW - timedelta(minutes=60),
        closed_at=NOW + timedelta(minutes=closed) if closed is not None else None,
    )
    occurred_at = NOW + timedelta(minutes=minute)
    if message is None:
        check_time(occurred_at=occurred_at, at=NOW, timeline=line)
        return
    with pytest.raises(Refused, match=message):
        check_time(occurred_at=occurred_at, at=NOW, timeline=line)


def test_no_action_needs_a_reason() -> None:
    with pytest.raises(Refused, match="Write why"):
        check_answer(Answer.NO_ACTION, "  ")
    check_answer(Answer.NO_ACTION, "cuff slipped during a hug")
    check_answer(Answer.REPEATED, "")
