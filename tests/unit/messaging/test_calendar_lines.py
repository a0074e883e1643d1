"""Calendar files read by hand, after the letter of RFC 5545: no library of calendars is used here."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from serein.messaging.rules import Method, Place, VisitTime, invite, listing, uid_of

PLACE = Place(
    "Stillwater Clinic", "12 Mill Road, Warrenton", "(540) 555-0142", "clinic@stillwater.example",
    ZoneInfo("America/New_York"),
)  # fmt: skip
STARTS = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
STAMPED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

# What a clinic may type into its name and address: everything but control characters.
TYPED = st.text(
    st.one_of(
        st.sampled_from(list(",;:\\\"^\n'= \u00e9\U0001f33f\u4e2d")),
        st.characters(exclude_categories=("Cs", "Cc")),
    ),
    min_size=1,
    max_size=160,
)


@dataclass(frozen=True)
class Line:
    """One content line: its name, its parameters, its value as written."""

    name: str
    parameters: dict[str, str]
    value: str


def physical_lines(content: bytes) -> list[bytes]:
    """Split a stream as 3.1 does: lines end with CRLF, and neither sign stands alone."""
    assert content.endswith(b"\r\n")
    lines = content[:-2].split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    return lines


def logical_lines(content: bytes) -> list[str]:
    """Unfold: CRLF and one space or tab belong to the line before."""
    unfolded: list[bytes] = []
    for line in physical_lines(content):
        if line[:1] in (b" ", b"\t"):
            unfolded[-1] += line[1:]
        else:
            unfolded.append(line)
    return [line.decode() for line in unfolded]


# name *(";" param-name "=" param-value *("," param-value)) ":" value
_NAME = re.compile(r"[A-Z0-9-]+")
_PARAMETER = re.compile(r';([A-Z0-9-]+)=("[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*)')


def read_line(text: str) -> Line:
    """Read one content line by the grammar of 3.1; a value must not be able to add a property."""
    name = _NAME.match(text)
    assert name is not None, text
    place, parameters = name.end(), {}
    while found := _PARAMETER.match(text, place):
        parameters[found[1]] = found[2].strip('"')
        place = found.end()
    assert text[place] == ":", text
    return Line(name[0], parameters, text[place + 1 :])


def unescaped(value: str) -> str:
    r"""Read TEXT by 3.3.11: \\ \; \, \n and \N; nothing else may follow a backslash."""
    signs: Iterator[str] = iter(value)
    read = []
    for sign in signs:
        assert sign not in ";,", value
        if sign != "\\":
            read.append(sign)
            continue
        escaped = next(signs)
        assert escaped in "\\;,nN", value
        read.append("\n" if escaped in "nN" else escaped)
    return "".join(read)


def uncircumflexed(value: str) -> str:
    """Read a parameter by RFC 6868."""
    read = {"^n": "\n", "^^": "^", "^'": '"'}
    return re.sub(r"\^[n^']", lambda found: read[found[0]], value)


def event_lines(content: bytes) -> list[Line]:
    """The lines of the one event."""
    lines = [read_line(text) for text in logical_lines(content)]
    marks = [(line.name, line.value) for line in lines]
    begin, end = marks.index(("BEGIN", "VEVENT")), marks.index(("END", "VEVENT"))
    return lines[begin + 1 : end]


def an_invite(place: Place = PLACE, *, title: str = "Visit at the clinic") -> bytes:
    visit = VisitTime(uuid.UUID(int=7), STARTS, STARTS + timedelta(hours=2), 3)
    return invite(
        visit, method=Method.REQUEST, place=place, attendee="jo@example.org", title=title,
        stamped_at=STAMPED,
    )  # fmt: skip


@given(text=TYPED)
@example(text="\u00e9" * 80)
@example(text="x" * 74 + "\U0001f33f" * 20)
@example(text="A\nATTENDEE:mailto:thief@example.org")
@settings(max_examples=100)
def test_every_line_is_folded_at_75_octets_and_never_inside_a_letter(text: str) -> None:
    content = an_invite(replace(PLACE, address=text), title=text)
    for line in physical_lines(content):
        assert len(line) <= 75
        line.decode()


@given(address=TYPED, title=TYPED)
@example(address="1 Mill Road; rear, \\\\door\nWarrenton", title="a, b; c\\n")
@settings(max_examples=100)
def test_what_is_typed_comes_back_as_it_was_typed(address: str, title: str) -> None:
    lines = event_lines(an_invite(replace(PLACE, address=address), title=title))
    said = {line.name: line.value for line in lines}
    assert unescaped(said["LOCATION"]) == address
    assert unescaped(said["SUMMARY"]) == title


@given(name=TYPED)
@example(name='Still "water", Clinic; ^Co: x')
@example(name="x\nATTENDEE:mailto:thief@example.org")
@settings(max_examples=100)
def test_no_name_of_a_clinic_adds_a_line_or_a_person(name: str) -> None:
    lines = event_lines(an_invite(replace(PLACE, name=name)))
    assert [line.name for line in lines].count("ATTENDEE") == 1
    (organizer,) = (line for line in lines if line.name == "ORGANIZER")
    assert organizer.value == "mailto:clinic@stillwater.example"
    assert set(organizer.parameters) == {"CN"}
    assert uncircumflexed(organizer.parameters["CN"]) == name


def test_the_lines_of_an_event_are_those_of_rfc_5546() -> None:
    """Table 3.2.2 of RFC 5546: what a REQUEST must hold, and holds once."""
    lines = event_lines(an_invite())
    names = [line.name for line in lines]
    for needed in ("ATTENDEE", "DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE", "SUMMARY", "UID"):
        assert names.count(needed) == 1, needed
    said = {line.name: line for line in lines}
    assert said["UID"].value == uid_of(uuid.UUID(int=7))
    assert said["SEQUENCE"].value == "3"
    assert said["DTSTAMP"].value == "20260301T120000Z"
    assert (said["DTSTART"].parameters, said["DTSTART"].value) == (
        {"TZID": "America/New_York"}, "20260310T100000",
    )  # fmt: skip
    assert said["DTEND"].value == "20260310T120000"


@pytest.mark.parametrize("method", [Method.PUBLISH, None])
def test_files_and_feeds_are_read_the_same_by_hand_and_by_the_library(
    method: Method | None,
) -> None:
    visits = [
        VisitTime(uuid.UUID(int=n), STARTS + timedelta(days=n), STARTS + timedelta(days=n, hours=1))
        for n in range(1, 7)
    ]
    content = listing(visits, method=method, place=PLACE, title="Visit", stamped_at=STAMPED)
    lines = [read_line(text) for text in logical_lines(content)]
    by_hand = [line.value for line in lines if line.name == "UID"]
    by_library = [str(event["UID"]) for event in Calendar.from_ical(content).walk("VEVENT")]
    assert by_hand == by_library == [uid_of(visit.subject_id) for visit in visits]
    depth = 0
    for line in lines:
        depth += (line.name == "BEGIN") - (line.name == "END")
        assert depth > 0 or line == lines[-1]
    assert depth == 0
    assert {line.name for line in lines} & {"ATTENDEE", "ORGANIZER", "CONTACT"} == set()
