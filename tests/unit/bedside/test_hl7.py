"""The tokenizer: delimiters, line ends, escapes, character sets, positions of errors, round trip."""

from __future__ import annotations

import unicodedata

import hl7 as python_hl7
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside import hl7
from bedside.text import Delimiters, escape, unescape
from tests.unit.bedside.messages import message, monitor, spo2

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LINES = [
    "MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.6",
    "PID|||7^^^X^MR~8^^^Y^PI||Vale&de^Ana",
    "OBX|1|NM|a^b^c|1.1.1.1|5",
]


def _joined(end: str) -> bytes:
    return end.join([*LINES, ""]).encode()


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_segments_may_end_with_any_line_end(end: str) -> None:
    assert hl7.parse(_joined(end)).lines == LINES


def test_a_bare_line_feed_in_a_cr_message_is_data() -> None:
    read = hl7.parse(_joined("\r").replace(b"|5\r", b"|two\nlines\r"))
    assert read.text("OBX", 5) == "two\nlines"
    assert not read.has_hidden_segment


def test_a_line_feed_that_hides_a_segment_is_noticed() -> None:
    assert hl7.parse(_joined("\r").replace(b"|5\r", b"|5\nOBX|2|NM|x\r")).has_hidden_segment


def test_fields_are_reached_by_segment_field_component_and_repetition() -> None:
    read = hl7.parse(_joined("\r"))
    assert read.text("MSH", 1) == "|"
    assert read.text("MSH", 2) == "^~\\&"
    assert read.header.components(2) == read.header.repetitions(2) == ["^~\\&"]
    assert read.text("MSH", 9, 2) == "R01"
    assert [read.text("PID", 3, 1, number) for number in (1, 2, 3)] == ["7", "8", ""]
    assert read.text("PID", 5) == "Vale&de"
    person = read.first("PID")
    assert person is not None
    assert person.text(5, 1, 1, 2) == "de"
    assert person.components(5) == ["Vale&de", "Ana"]
    assert person.components(3, 3) == []
    assert read.text("PID", 99) == read.text("ZZZ", 1) == ""
    assert read.rows("OBX")[0][5] == "5"


def test_delimiters_come_from_the_message_itself() -> None:
    read = hl7.parse(b"MSH$*!%@#$A$B$C$D$2026$$ORU*R01$1$P$2.7\rPID$$$7*x!8*y$$a%S%b@c\r")
    assert read.delimiters == Delimiters("$", "*", "!", "%", "@", "#")
    assert read.text("PID", 3, 2, 2) == "y"
    assert read.text("PID", 5) == "a*b@c"
    assert escape("a#b$", read.delimiters) == "a%P%b%F%"
    assert unescape("a%P%b%F%", read.delimiters) == "a#b$"


def test_a_doubled_escape_sign_in_msh_2_is_one() -> None:
    assert hl7.parse(b"MSH|^~\\\\&|A|B\r").delimiters == Delimiters()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", "a|b^c&d~e\\f"),
        (r"\X48C3A9\ ok", "Hé ok"),
        (r"\XZZ\ stays", r"\XZZ\ stays"),
        (r"\X4\ stays", r"\X4\ stays"),
        (r"one\.br\two", "one\ntwo"),
        (r"\H\loud\N\ soft", "loud soft"),
        (r"\Z12\ \.in5\ stay", r"\Z12\ \.in5\ stay"),
        (r"never \closed", r"never \closed"),
        ("e\u0301", "é"),
    ],
)
def test_escapes_are_resolved_and_unknown_ones_kept(raw: str, text: str) -> None:
    assert unescape(raw) == text


@given(ANY_TEXT)
def test_what_is_escaped_comes_back_in_normal_form(text: str) -> None:
    raw = escape(text)
    assert not set(raw) & set("|^~&\r\n\x0b\x1c")
    assert unescape(raw) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("named", "codec"),
    [("UNICODE UTF-8", "utf-8"), ("8859/1", "latin-1"), ("8859/5", "iso8859-5"), ("", "ascii")],
)
def test_text_is_read_in_the_set_that_msh_18_names(named: str, codec: str) -> None:
    name = {"utf-8": "Вера 山田", "latin-1": "Zoë", "iso8859-5": "Вера", "ascii": "Ana"}[codec]
    head = f"MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.6||||||{named}"
    data = f"{head}\rPID|||7||{name}\r".encode(codec)
    read = hl7.parse(data)
    assert read.text("PID", 5) == name
    assert read.encode().decode(codec) == data.decode(codec).replace(f"|{named}\r", f"|{named}\r")


def test_a_wrong_character_set_is_said_with_its_place() -> None:
    data = "MSH|^~\\&|A\rPID|||7||Zoë\r".encode("latin-1")
    with pytest.raises(hl7.WrongCharacters, match="true character set") as caught:
        hl7.parse(data)
    assert caught.value.position == data.index(b"\xeb")
    with pytest.raises(hl7.WrongCharacters, match="read here"):
        hl7.parse(b"MSH|^~\\&|A|||||||||||||||UNICODE UTF-16\r")


@pytest.mark.parametrize(
    ("data", "words", "position"),
    [
        (b"", "Start the message with MSH", 0),
        (b"PID|1\r", "Start the message with MSH", 0),
        (b"MSH", "field separator", 3),
        (b"MSHA^~\\&A", "field separator", 3),
        (b"MSH|^~\\|A\r", "four different", 4),
        (b"MSH|^^\\&|A\r", "four different", 4),
        (b"MSH|^~x&|A\r", "signs, not letters", 4),
        (b"MSH|^~\\&|A\rpid|1\r", "segment 2", 11),
        (b"MSH|^~\\&|A\rPIDX|1\r", "segment 2", 11),
        (b"MSH|^~\\&|A\rMSH|^~\\&|B\r", "one message in each frame", 11),
    ],
)
def test_what_is_no_message_is_refused_with_the_place(
    data: bytes, words: str, position: int
) -> None:
    with pytest.raises(hl7.NotHl7, match=words) as caught:
        hl7.parse(data)
    assert caught.value.position == position


@given(st.binary(max_size=300))
@settings(max_examples=100)
def test_any_bytes_either_parse_or_are_refused(data: bytes) -> None:
    for made in (data, b"MSH|^~\\&|" + data):
        try:
            read = hl7.parse(made)
        except hl7.NotHl7:
            continue
        assert hl7.parse(read.encode()).lines == read.lines


@given(st.lists(st.lists(st.lists(ANY_TEXT, max_size=3), max_size=4), min_size=1, max_size=4))
@settings(max_examples=60)
def test_what_we_compose_we_read_and_python_hl7_reads_the_same(
    segments: list[list[list[str]]],
) -> None:
    given_segments = [["ZZ1", *map(tuple, fields), "end"] for fields in segments]
    data = hl7.compose([["MSH", "A", "B", "", "", "", "", "ORU"], *given_segments])
    lines = [line for line in data.decode().split("\r") if line]
    assert len(lines) == 1 + len(segments)
    header = hl7.parse(data.split(b"\r")[0])
    assert header.text("MSH", 9) == "ORU"
    read = hl7.Message(lines, header.delimiters, "utf-8")
    theirs = python_hl7.parse("\r".join(lines) + "\r")
    for number, (fields, segment) in enumerate(zip(segments, read.segments[1:], strict=True), 1):
        for place, parts in enumerate(fields, 1):
            for part, text in enumerate(parts, 1):
                assert segment.text(place, part) == unicodedata.normalize("NFC", text)
        assert segment.fields[1:] == [str(field) for field in theirs[number]][1:]


@given(st.integers(0, 3600))
@settings(max_examples=20)
def test_simulated_messages_come_back_byte_for_byte(second: int) -> None:
    data = monitor().message(second)
    assert hl7.parse(data).encode() == data


def test_a_byte_order_mark_in_front_names_utf_8() -> None:
    head = b"\xef\xbb\xbfMSH|^~\\&|A|B\r"
    assert hl7.parse(head + "PID|||7||Zoë\r".encode()).text("PID", 5) == "Zoë"


def test_blank_lines_between_segments_are_nothing() -> None:
    data = message(spo2("97"))
    assert hl7.parse(data.replace(b"\r", b"\r\r")).lines == hl7.parse(data).lines
