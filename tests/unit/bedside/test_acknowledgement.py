"""What is answered to whom, and whether a message came before."""

from __future__ import annotations

import hl7 as python_hl7
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside import hl7
from bedside.acknowledgement import (
    ErrorCode,
    Outcome,
    Problem,
    Repeat,
    Signature,
    acknowledge,
    answer_unreadable,
    compare,
    identify,
    read_answer,
)
from bedside.inbox import answer, receive
from tests.unit.bedside.messages import NOON, message, spo2

BY = Signature("SEREIN", "CLINIC")
PROBLEM = Problem(ErrorCode.INTERNAL, "Send the message again", "MSH^1^18")


def _with(msh_15: str, msh_16: str) -> bytes:
    return message(spo2("97")).replace(b"|AL|NE|", f"|{msh_15}|{msh_16}|".encode())


def _answer(data: bytes, outcome: Outcome) -> bytes | None:
    return acknowledge(data, outcome, by=BY, control_id="S1", at=NOON, problem=PROBLEM)


@pytest.mark.parametrize(
    ("msh_15", "msh_16", "stored", "failed", "refused"),
    [
        ("AL", "NE", "CA", "CE", "CR"),
        ("", "", "AA", "AE", "AR"),
        ("NE", "NE", None, None, None),
        ("ER", "NE", None, "CE", "CR"),
        ("SU", "NE", "CA", None, None),
        ("NE", "AL", "AA", "AE", "AR"),
        ("", "ER", None, "AE", "AR"),
        ("AL", "AL", "CA", "CE", "CR"),
    ],
)
def test_the_answer_follows_the_mode_the_sender_speaks(
    msh_15: str, msh_16: str, stored: str | None, failed: str | None, refused: str | None
) -> None:
    wanted = dict(zip(Outcome, (stored, failed, refused), strict=True))
    for outcome, code in wanted.items():
        got = _answer(_with(msh_15, msh_16), outcome)
        answer = None if got is None else read_answer(got)
        assert (answer.code if answer else None) == code


def test_an_answer_is_read_by_python_hl7() -> None:
    got = _answer(message(spo2("97"), control_id="0104ef19"), Outcome.FAILED)
    assert got is not None
    theirs = python_hl7.parse(got.decode())
    assert str(theirs.segment("MSA")[1]) == "CE"
    assert str(theirs.segment("MSA")[2]) == "0104ef19"
    assert str(theirs.segment("MSH")[9]) == "ACK^R01^ACK"
    assert str(theirs.segment("MSH")[5]) == "GATE^00A0C9FFFE000001^EUI-64"
    assert str(theirs.segment("ERR")[2]) == "MSH^1^18"
    assert str(theirs.segment("ERR")[3]) == "207"


def test_the_id_goes_back_byte_for_byte_in_the_sender_s_own_delimiters() -> None:
    data = "MSH$*!%@$A$B$C$D$2026$$ORU*R01$a%F%b|é$P$2.6\r".encode("latin-1")
    got = _answer(data, Outcome.STORED)
    assert got is not None
    assert b"MSA$AA$a%F%b|\xe9" in got
    read = read_answer(got)
    assert read is not None
    assert read.is_accepted


def test_an_acknowledgement_is_never_acknowledged() -> None:
    got = _answer(message(spo2("97")), Outcome.STORED)
    assert got is not None
    assert _answer(got, Outcome.REFUSED) is None


def test_a_damaged_frame_is_answered_in_the_mode_its_beginning_shows() -> None:
    data = message(spo2("97"), control_id="A7")
    known = {"by": BY, "control_id": "S1", "at": NOON, "problem": PROBLEM}
    for damaged, code, control_id in (
        (data[:200], "CE", "A7"),
        (b"GET / HTTP/1.1", "AE", ""),
        (b"", "AE", ""),
    ):
        answer = read_answer(answer_unreadable(damaged, Outcome.FAILED, **known))  # type: ignore[arg-type]
        assert answer is not None
        assert (answer.code, answer.control_id, answer.is_final) == (code, control_id, False)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GET / HTTP/1.1", "AR"),
        (b"", "AR"),
        (b"MSHA^~|", "AR"),
        (message(spo2("97"), control_id="A7"), "CA"),
        (message(spo2("97"), control_id="A7").replace(b"Vale", b"V\xff"), "CE"),
        (message(spo2("97"), control_id="A7").replace(b"PID|", b"pid|"), "CR"),
        (_with("NE", "NE"), None),
    ],
)
def test_whatever_was_received_has_its_answer(data: bytes, code: str | None) -> None:
    receipt = receive(data, received_at=NOON)
    got = answer(data, receipt, by=BY, control_id="S1", at=NOON)
    read = None if got is None else read_answer(got)
    assert (read.code if read else None) == code


def test_our_own_words_never_carry_letters_the_sender_could_not_read() -> None:
    problem = Problem(ErrorCode.INTERNAL, "Zoë | Vale")
    got = acknowledge(
        message(spo2("97")), Outcome.FAILED, by=BY, control_id="S1", at=NOON, problem=problem
    )
    assert got is not None
    assert hl7.parse(got).text("ERR", 8) == "Zo? | Vale"


def test_a_retry_is_the_same_message_even_with_a_new_time_and_other_line_ends() -> None:
    data = message(spo2("97"))
    first = identify(data)
    retry = data.replace(b"|20260309120000+0000||ORU", b"|20260309120030+0000||ORU")
    assert compare(identify(retry), first.digest) is Repeat.SAME
    assert compare(identify(data.replace(b"\r", b"\n")), first.digest) is Repeat.SAME


def test_the_same_id_with_other_content_is_a_conflict() -> None:
    first = identify(message(spo2("97")))
    assert compare(first, None) is Repeat.NEW
    assert compare(identify(message(spo2("96"))), first.digest) is Repeat.CONFLICT


def test_the_id_alone_is_not_the_identity() -> None:
    data = message(spo2("97"), control_id="1")
    other = identify(data.replace(b"|ACME|", b"|OTHER|"))
    assert (other.control_id, other.facility) == ("1", "OTHER")
    assert identify(data).facility == "ACME"


def test_an_answer_without_msa_2_is_read() -> None:
    read = read_answer(b"MSH|^~\\&|A\rMSA|CA|\r")
    assert read is not None
    assert (read.code, read.control_id) == ("CA", "")
    assert read_answer(b"MSH|^~\\&|A\rPID|1\r") is None
    assert read_answer(b"nothing") is None


def test_an_answer_needs_a_moment_with_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        acknowledge(message(), Outcome.STORED, by=BY, control_id="1", at=NOON.replace(tzinfo=None))


@given(st.binary(max_size=120), st.sampled_from(list(Outcome)))
@settings(max_examples=100)
def test_any_header_gets_an_answer_that_can_be_read(tail: bytes, outcome: Outcome) -> None:
    data = b"MSH|^~\\&|" + tail
    try:
        got = _answer(data, outcome)
    except hl7.NotHl7:
        return
    if got is not None:
        assert read_answer(got) is not None
