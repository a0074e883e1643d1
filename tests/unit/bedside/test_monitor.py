"""Readings: value, unit, time, and why one is no value at all."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside import monitor as monitors
from bedside.inbox import Verdict, receive
from bedside.moments import OffsetFrom
from bedside.monitor import Mark, Status
from bedside.physiology import Script
from tests.unit.bedside.messages import NOON, message, monitor, read, spo2

HR = "OBX|3|NM|147842^MDC_ECG_CARD_BEAT_RATE^MDC|1.1.1.2|72|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R"
RR = "OBX|3|NM|151562^MDC_RESP_RATE^MDC|1.1.1.3|{value}|264928^MDC_DIM_RESP_PER_MIN^MDC|||||R"


def _nibp(sbp: str, dbp: str, at: str = "20260309115500+0000") -> list[str]:
    unit = "mm[Hg]^mm[Hg]^UCUM"
    return [
        f"OBX|4|NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1.2.1.1|{sbp}|{unit}|||||F|||{at}",
        f"OBX|5|NM|150022^MDC_PRESS_BLD_NONINV_DIA^MDC|1.2.1.2|{dbp}|{unit}|||||F|||{at}",
    ]


def test_a_reading_says_who_measured_what_when() -> None:
    got = read(spo2("97"))
    (reading,) = got.readings
    assert (reading.code, reading.value, reading.unit) == ("spo2_percent", Decimal(97), "%")
    assert (reading.device.identifier, reading.place) == ("M1", "1.1.1.1")
    assert reading.device.key == "00A0C9FFFE000001/M1"
    assert reading.observed_at == NOON
    assert reading.offset_from is OffsetFrom.OWN
    assert reading.status is Status.PRELIMINARY
    assert (reading.value_as_sent, reading.unit_as_sent) == ("97", "262688^MDC_DIM_PERCENT^MDC")
    assert not reading.marks
    assert not reading.is_episodic
    assert got.patient is not None
    assert got.patient.identifiers == (("MRN7", "SEREIN", "MR"),)
    assert (got.patient.family, got.patient.given) == ("Vale", "Ana")
    assert got.patient.birth_date == "19800101"


@pytest.mark.parametrize(
    "value", ["0", "0.0", "", '""', "---", "-?-", "-32768", "32767", "8388607"]
)
def test_a_probe_without_a_signal_has_no_value_and_is_never_nought(value: str) -> None:
    (reading,) = read(spo2(value)).readings
    assert reading.value is None
    assert reading.no_signal
    assert reading.value_as_sent == value


def test_a_breathing_rate_of_nought_may_be_real_and_is_kept_and_marked() -> None:
    (reading,) = read(RR.format(value="0")).readings
    assert reading.value == 0
    assert reading.marks == {Mark.ZERO_UNCLEAR}


@pytest.mark.parametrize(("value", "is_marked"), [("101", True), ("49", True), ("50", False)])
def test_a_value_outside_the_limits_is_kept_and_marked(value: str, is_marked: bool) -> None:
    (reading,) = read(spo2(value)).readings
    assert reading.value == Decimal(value)
    assert (Mark.IMPLAUSIBLE in reading.marks) is is_marked


def test_a_cuff_whose_systolic_is_not_above_its_diastolic_is_marked() -> None:
    assert all(Mark.IMPLAUSIBLE in one.marks for one in read(*_nibp("61", "84")).readings)
    assert not any(one.marks for one in read(*_nibp("120", "80")).readings)


@pytest.mark.parametrize("value", ["<500", ">=90", "> 95"])
def test_a_comparator_is_kept_apart_from_the_number(value: str) -> None:
    (reading,) = read(spo2(value)).readings
    assert reading.comparator == value.strip("0123456789 ")
    assert reading.value is not None


def test_a_structured_number_keeps_its_comparator() -> None:
    row = spo2(">^95").replace("|NM|", "|SN|")
    (reading,) = read(row).readings
    assert (reading.comparator, reading.value) == (">", Decimal(95))


@pytest.mark.parametrize("value", ["NaN", "1e2", "Infinity", "9 7", "97%", "97,5", "0x61", "٩٧"])
def test_what_is_no_plain_number_is_set_aside(value: str) -> None:
    got = read(spo2(value), HR)
    assert [reading.code for reading in got.readings] == ["hr_per_min"]
    assert [one.reason for one in got.set_aside] == ["Send a plain number in OBX-5"]


def test_decimal_places_come_back_as_they_were_sent() -> None:
    (reading,) = read(spo2("97.50")).readings
    assert str(reading.value) == "97.50"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (spo2("97").replace("150456", "150457"), "number agree"),
        (spo2("97").replace("262688^MDC_DIM_PERCENT^MDC", ""), "unit that is in the table"),
        (spo2("97").replace("262688^MDC_DIM_PERCENT^MDC", "%"), "unit that is in the table"),
        (spo2("97").replace("262688^MDC_DIM_PERCENT", "266016^MDC_DIM_MMHG"), "value in %"),
        (spo2("97~98"), "one value in each OBX-5"),
        (spo2("97").replace("|NM|", "|TX|"), "number .NM., not TX"),
        (spo2("97").replace("||||R", "||||Q"), "OBX-11"),
        (spo2("97") + "|||yesterday", "Send a time"),
        (spo2("97") + "|||20260309", "time of day and offset"),
        (
            spo2("97").replace("SAT_O2^MDC", "SAT_O2^MDC^8867-4^Heart rate^LN"),
            "both codes in OBX-3",
        ),
    ],
)
def test_what_cannot_be_read_is_set_aside_with_the_reason(row: str, words: str) -> None:
    got = read(row)
    assert got.verdict is Verdict.QUARANTINED
    assert not got.readings
    assert len(got.set_aside) == 1
    assert re.search(words, got.set_aside[0].reason)
    assert got.set_aside[0].segment == 5


def test_a_local_code_beside_a_known_one_does_no_harm() -> None:
    row = spo2("97").replace("150456^MDC_PULS_OXIM_SAT_O2^MDC", "SPO2^Sat^99M^59408-5^SpO2^LN")
    (reading,) = read(row).readings
    assert reading.coding.system == "LN"
    (other,) = read(spo2("97").replace("SAT_O2^MDC", "SAT_O2^MDC^SPO2^Sat^99M")).readings
    assert other.coding.system == "MDC"


def test_what_the_device_itself_doubts_is_marked_or_no_value() -> None:
    doubted = spo2("91").replace("MDC|||||R", "MDC||QUES|||R")
    gone = spo2("91").replace("MDC|||||R", "MDC||INV|||X")
    test = spo2("91").replace("MDC|||||R", "MDC||TEST|||R")
    (first,) = read(doubted).readings
    assert (first.value, first.marks) == (Decimal(91), {Mark.QUESTIONABLE})
    for row in (gone, test):
        (reading,) = read(row).readings
        assert reading.value is None
        assert Mark.NOT_MEASURED in reading.marks


@pytest.mark.parametrize(
    ("sent", "status"),
    [("R", "preliminary"), ("F", "final"), ("C", "corrected"), ("W", "entered in error")],
)
def test_the_status_is_said_in_our_words(sent: str, status: str) -> None:
    (reading,) = read(spo2("97").replace("||||R", f"||||{sent}")).readings
    assert reading.status == status


def test_an_old_cuff_value_keeps_its_time_and_key_in_every_message() -> None:
    first = receive(monitor().message(310), received_at=NOON + timedelta(seconds=310))
    later = receive(monitor().message(590), received_at=NOON + timedelta(seconds=590))
    cuffs = [{one.key: one for one in got.readings if one.is_episodic} for got in (first, later)]
    assert set(cuffs[0]) == set(cuffs[1])
    assert len(cuffs[0]) == 3
    assert {one.observed_at for one in cuffs[1].values()} == {NOON + timedelta(seconds=300)}
    others = [{one.key for one in got.readings if not one.is_episodic} for got in (first, later)]
    assert not others[0] & others[1]


def test_a_corrected_value_at_the_same_time_is_another_reading() -> None:
    assert read(spo2("97")).readings[0].key != read(spo2("96")).readings[0].key


def test_a_clock_eleven_minutes_ahead_is_measured_and_marked() -> None:
    got = receive(
        monitor(Script.CLOCK_AHEAD).message(900), received_at=NOON + timedelta(minutes=15)
    )
    assert got.clock is not None
    assert (got.clock.offset_s, got.clock.judgement) == (660.0, "ahead")
    assert all(Mark.CLOCK_AHEAD in one.marks for one in got.readings)


@pytest.mark.parametrize(("late_s", "judgement"), [(30, "agrees"), (31, "behind or late")])
def test_a_late_message_is_told_from_a_punctual_one(late_s: int, judgement: str) -> None:
    got = receive(message(spo2("97")), received_at=NOON + timedelta(seconds=late_s))
    assert got.clock is not None
    assert got.clock.judgement == judgement


def test_without_any_offset_the_device_s_zone_decides_and_without_one_nothing_does() -> None:
    data = message(spo2("97")).replace(b"+0000", b"")
    got = receive(data, received_at=NOON, device_zone=ZoneInfo("America/New_York"))
    assert got.readings[0].observed_at == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
    assert got.readings[0].offset_from is OffsetFrom.DEVICE_ZONE
    none = receive(data, received_at=NOON)
    assert none.verdict is Verdict.QUARANTINED
    assert none.clock is not None
    assert none.clock.judgement == "unknown"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"|A1|P|", b"||P|", "Give the message an id"),
        (b"|A1|P|", b"|A1||", "Send P in MSH-11: nothing is no live message"),
        (b"||||R\r", b"||||R\nOBX|3|NM|1\r", "End every segment the same way"),
        (b"|NE||UNICODE", b"|NE||KLINGON", "Name a character set in MSH-18"),
    ],
)
def test_a_message_that_is_not_to_be_trusted_is_not_read(
    old: bytes, new: bytes, reason: str
) -> None:
    data = message(spo2("97"))
    assert old in data
    got = receive(data.replace(old, new), received_at=NOON)
    assert got.verdict is not Verdict.ACCEPTED
    assert got.reason.startswith(reason)
    assert not got.readings


def test_a_message_without_observations_is_kept_for_a_person() -> None:
    data = b"\r".join(message().split(b"\r")[:3])
    assert receive(data, received_at=NOON).reason == "Send at least one OBX"
    assert read().reason == "Send at least one value"


def test_an_hour_shown_twice_is_marked() -> None:
    data = message(spo2("97")).replace(b"20260309120000+0000", b"20261101013000")
    at = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    got = receive(data, received_at=at, device_zone=ZoneInfo("America/New_York"))
    assert Mark.TIME_UNCLEAR in got.readings[0].marks


def test_an_order_that_was_not_carried_out_has_no_value() -> None:
    (reading,) = read(spo2("97").replace("||||R", "||||I")).readings
    assert (reading.value, reading.no_signal) == (None, "marked I")


def test_one_device_without_a_name_does_not_borrow_another_s() -> None:
    data = message(spo2("97"), spo2("91").replace("1.1.1.1", "2.1.1.1"))
    got = receive(data.replace(b"GATE^00A0C9FFFE000001^EUI-64", b""), received_at=NOON)
    assert [one.value for one in got.readings] == [97]
    assert [one.reason for one in got.set_aside] == ["Name the device in OBX-18 or MSH-3"]


def test_several_devices_in_one_message_stay_apart() -> None:
    second = "OBX|9||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|2.0.0.0|||||||X|||||||M2"
    got = read(spo2("97"), second, spo2("91").replace("1.1.1.1", "2.1.1.1"))
    assert [(one.device.identifier, one.value) for one in got.readings] == [("M1", 97), ("M2", 91)]


def test_a_device_without_any_name_is_not_read() -> None:
    data = (
        message(spo2("97")).replace(b"GATE^00A0C9FFFE000001^EUI-64", b"").replace(b"|M1\r", b"\r")
    )
    got = receive(data, received_at=NOON)
    assert (got.verdict, got.reason) == (
        Verdict.QUARANTINED,
        "Name the device in OBX-18 or MSH-3",
    )


@given(st.lists(st.sampled_from(["97", "0", "x", "", "NaN", "101", "~"]), min_size=1, max_size=8))
@settings(max_examples=60)
def test_every_obx_is_a_reading_a_device_row_a_text_or_set_aside(values: list[str]) -> None:
    rhythm = "OBX|9|ST|184327^MDC_ECG_STAT_RHY^MDC|1.1.1.9|MDC_ECG_SINUS_RHY||||||R"
    got = read(*map(spo2, values), rhythm)
    assert got.document is not None
    sheet = monitors.read(got.document)
    assert (sheet.device_rows, sheet.text_rows) == (1, 1)
    assert len(sheet.readings) + len(sheet.set_aside) == len(values)


@given(st.binary(max_size=200))
@settings(max_examples=100)
def test_any_bytes_get_a_verdict(data: bytes) -> None:
    head = message()
    for made in (data, head + data, head[:-1] + data):
        got = receive(made, received_at=NOON)
        assert bool(got.reason) is (got.verdict is not Verdict.ACCEPTED)


@given(st.integers(0, 400), st.sampled_from([b"|", b"^", b"~", b"\\", b"\r", b"0", b"\xff", b""]))
@settings(max_examples=100)
def test_a_damaged_byte_never_breaks_the_reader(place: int, byte: bytes) -> None:
    data = monitor().message(60)
    got = receive(data[:place] + byte + data[place + 1 :], received_at=NOON)
    assert got.verdict in tuple(Verdict)
