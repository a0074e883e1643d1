"""The thirty traps of device messages (interop.md 7, time, values, wire): a test or a reason for each.

`MAP` names for each trap where it is proved, or why it is no matter of decoding. The tests of this
file are those that stand nowhere else.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bedside import hl7
from bedside.acknowledgement import Outcome
from bedside.course import course
from bedside.inbox import Verdict, receive
from bedside.moments import OffsetFrom, read_moment
from bedside.monitor import Mark
from bedside.simulator import Turn
from tests.unit.bedside.messages import NOON, message, pump, read, spo2

HERE = Path(__file__).parent
PROVED, ELSEWHERE = "proved", "elsewhere"

MAP = {
    1: (PROVED, "test_moments", "without_an_offset_the_message_comes_before"),
    2: (PROVED, "test_moments", "minus_zero_means_utc"),
    3: (PROVED, "test_monitor", "an_old_cuff_value_keeps_its_time_and_key"),
    4: (PROVED, "test_moments", "a_time_with_its_offset_names_an_instant"),
    5: (PROVED, "test_monitor", "decimal_places_come_back_as_they_were_sent"),
    6: (PROVED, "test_moments", "a_date_alone_is_no_instant"),
    7: (ELSEWHERE, "fhir", "dateTime and instant are forms of FHIR; no HL7 v2 time is one"),
    8: (ELSEWHERE, "fhir", "a search by local day; here a date alone names no instant (trap 6)"),
    9: (PROVED, "test_traps", "an_infusion_over_the_night_the_clocks_change"),
    10: (PROVED, "test_pump", "order_of_arrival_and_repeats_change_nothing"),
    11: (PROVED, "test_monitor", "a_probe_without_a_signal_has_no_value"),
    12: (PROVED, "test_real_messages", "the_philips_example_keeps_its_old_cuff_value"),
    13: (PROVED, "test_monitor", "a_comparator_is_kept_apart"),
    14: (PROVED, "test_codes", "a_unit_is_known_by_mdc_or_ucum"),
    15: (PROVED, "test_traps", "a_dose_rate_is_never_derived"),
    16: (PROVED, "test_codes", "a_code_that_does_not_fit_is_never_guessed"),
    17: (PROVED, "test_traps", "the_device_s_alarm_limit_makes_nothing_abnormal"),
    18: (PROVED, "test_traps", "a_pressure_without_its_diastolic_stays_one_reading"),
    19: (PROVED, "test_codes", "every_loinc_code_of_the_table_has_a_true_check_digit"),
    20: (ELSEWHERE, "assessments", "codes of questionnaires; no device sends them"),
    21: (PROVED, "test_hl7", "a_bare_line_feed_in_a_cr_message_is_data"),
    22: (PROVED, "test_mllp", "frames_in_noise_arrive_whole_and_once"),
    23: (PROVED, "test_hl7", "escapes_are_resolved_and_unknown_ones_kept"),
    24: (PROVED, "test_traps", "a_message_that_lies_about_its_characters"),
    25: (PROVED, "test_acknowledgement", "the_answer_follows_the_mode_the_sender_speaks"),
    26: (PROVED, "test_server", "nothing_is_answered_before_it_is_kept"),
    27: (PROVED, "test_acknowledgement", "the_same_id_with_other_content_is_a_conflict"),
    28: (PROVED, "test_traps", "a_note_belongs_to_the_value_before_it"),
    29: (PROVED, "test_traps", "every_identifier_is_given_and_two_patients_are_not_read"),
    30: (PROVED, "test_traps", "unknown_segments_and_fields_move_nothing"),
}


def test_every_trap_is_proved_or_has_its_reason() -> None:
    assert set(MAP) == set(range(1, 31))
    for kind, where, what in MAP.values():
        if kind == PROVED:
            assert f"def test_{what}" in (HERE / f"{where}.py").read_text(encoding="utf-8")
        else:
            assert len(what.split()) > 5


def test_an_infusion_over_the_night_the_clocks_change_lasts_as_long_as_it_lasted() -> None:
    start = datetime(2026, 11, 1, 5, 50, tzinfo=UTC)  # 01:50 in New York, ten minutes before
    events = []
    for second, data in pump((0, Turn.START, "60"), (2400, Turn.PAUSE, "0")).messages():
        local = (start + timedelta(seconds=second)).strftime("%Y%m%d%H%M%S+0000")
        sent = (NOON + timedelta(seconds=second)).strftime("%Y%m%d%H%M%S+0000")
        got = receive(data.replace(sent.encode(), local.encode()), received_at=start)
        events += got.events
    first, last = course(events).changes
    assert last.at - first.at == timedelta(minutes=40)
    assert last.delivered_ml == Decimal("40.00")


def test_a_dose_rate_is_never_derived_from_flow_weight_or_concentration() -> None:
    (event,) = receive(pump((0, Turn.START, "45")).messages()[0][1], received_at=NOON).events
    assert "concentration_mg_per_ml" in event.numbers
    assert "dose_ug_per_kg_per_min" not in event.numbers
    assert "weight_kg" not in event.numbers


def test_the_device_s_alarm_limit_makes_nothing_abnormal() -> None:
    row = spo2("91").replace("MDC|||||R", "MDC|95-100|L|||R")
    (reading,) = read(row).readings
    assert reading.limits_as_sent == "95-100"
    assert not reading.marks


def test_a_pressure_without_its_diastolic_stays_one_reading() -> None:
    row = "OBX|4|NM|150023^MDC_PRESS_BLD_NONINV_MEAN^MDC|1.2.1.3|90|266016^MDC_DIM_MMHG^MDC|||||R"
    (reading,) = read(row).readings
    assert (reading.code, reading.value) == ("map_mmhg", Decimal(90))


@pytest.mark.parametrize(
    ("name", "written", "named"),
    [
        ("Вера", "utf-8", "UNICODE UTF-8"),
        ("山田", "utf-8", "UNICODE UTF-8"),
        ("Zoe\u0308", "utf-8", "UNICODE UTF-8"),
        ("Zoë", "latin-1", "8859/1"),
    ],
)
def test_names_of_the_world_arrive_in_normal_form(name: str, written: str, named: str) -> None:
    data = message(spo2("97")).decode().replace("Vale", name).replace("UNICODE UTF-8", named)
    got = receive(data.encode(written), received_at=NOON)
    assert got.patient is not None
    assert got.patient.family == {"Zoe\u0308": "Zoë"}.get(name, name)


def test_a_message_that_lies_about_its_characters_is_quarantined_and_answered_with_an_error() -> (
    None
):
    got = receive(message(spo2("97")).replace(b"Vale", b"Zo\xeb"), received_at=NOON)
    assert (got.verdict, got.outcome) == (Verdict.QUARANTINED, Outcome.FAILED)
    assert got.problem is not None
    assert got.problem.location == "MSH^1^18"


def test_a_note_belongs_to_the_value_before_it() -> None:
    got = read(spo2("97"), "NTE|1||left hand", spo2("96").replace("1.1.1.1", "1.1.1.9"))
    assert [(one.place, one.notes) for one in got.readings] == [
        ("1.1.1.1", ("left hand",)),
        ("1.1.1.9", ()),
    ]
    second = read(spo2("97"), "OBR|2||2|||||||\rNTE|1||of the second order").readings[0]
    assert second.notes == ()
    order_note = message(spo2("97")).replace(b"\rOBX|1", b"\rNTE|1||of the order\rOBX|1")
    assert receive(order_note, received_at=NOON).readings[0].notes == ()


def test_the_same_code_at_another_place_is_another_reading() -> None:
    got = read(spo2("97"), spo2("97").replace("1.1.1.1", "1.1.2.1"))
    assert len({one.key for one in got.readings}) == 2


def test_every_identifier_is_given_and_two_patients_are_not_read() -> None:
    two = 'PID|||MRN7^^^SEREIN^MR~555~""^^^X^PI||Vale^Ana'
    got = read(spo2("97"), pid=two)
    assert got.patient is not None
    assert got.patient.identifiers == (("MRN7", "SEREIN", "MR"), ("555", "", ""))
    mixed = read(spo2("97"), pid=two + "\rPID|||MRN8^^^SEREIN^MR||Other^Ola")
    assert (mixed.verdict, mixed.reason) == (
        Verdict.QUARANTINED,
        "Send one patient in each message",
    )


def test_a_monitor_without_a_patient_is_read_and_says_so() -> None:
    got = read(spo2("97"), pid="PV1||O")
    assert got.verdict is Verdict.ACCEPTED
    assert got.patient is not None
    assert not got.patient.is_named


def test_unknown_segments_and_fields_move_nothing() -> None:
    plain = read(spo2("97")).readings[0]
    odd = read("ZZZ|1|2|3", spo2("97").replace("OBX|2|", "OBX||") + "||||||||||||||||||Z")
    (reading,) = odd.readings
    assert (reading.code, reading.value, reading.place) == (plain.code, plain.value, plain.place)


def test_an_explicit_null_is_not_an_empty_field() -> None:
    (nulled,) = read(spo2(hl7.NULL)).readings
    assert (nulled.value, nulled.value_as_sent) == (None, '""')


def test_a_value_with_status_x_is_kept_as_preliminary_and_marked() -> None:
    (reading,) = read(spo2("97").replace("||||R", "||||X")).readings
    assert (reading.value, reading.status) == (Decimal(97), "preliminary")
    assert reading.marks == {Mark.STATUS_UNCLEAR}


def test_the_server_s_zone_is_never_used() -> None:
    assert read_moment("20260309080000").offset_from is OffsetFrom.UNKNOWN
