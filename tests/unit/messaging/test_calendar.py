"""Invites and feeds, read back by other programs than the one that wrote them."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from serein.messaging.rules import (
    Method,
    Place,
    VisitTime,
    clinical_words_in,
    invite,
    listing,
    uid_of,
)
from serein.messaging.rules.calendar import timezone_of
from tests.conftest import shared

NEW_YORK = ZoneInfo("America/New_York")
PLACE = Place(
    "Stillwater Clinic", "12 Mill Road, Warrenton", "(540) 555-0142", "clinic@stillwater.example",
    NEW_YORK,
)  # fmt: skip
VISIT = uuid.UUID(int=7)
STARTS = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
STAMPED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def an_invite(sequence: int = 0, method: Method = Method.REQUEST, *, days: int = 0) -> bytes:
    starts = STARTS + timedelta(days=days)
    return invite(
        VisitTime(VISIT, starts, starts + timedelta(hours=2), sequence),
        method=method,
        place=PLACE,
        attendee="jo@example.org",
        title="Visit at the clinic",
        stamped_at=STAMPED + timedelta(days=sequence),
    )


def event_of(content: bytes) -> Any:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_an_invite_is_a_request_with_everybody_a_calendar_needs() -> None:
    calendar = Calendar.from_ical(an_invite())
    event = event_of(an_invite())
    assert calendar["METHOD"] == "REQUEST"
    assert calendar["VERSION"] == "2.0"
    assert event["ORGANIZER"] == "mailto:clinic@stillwater.example"
    assert event["ATTENDEE"] == "mailto:jo@example.org"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTART"].params["TZID"] == "America/New_York"
    assert event.decoded("DTSTART").astimezone(UTC) == STARTS
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=2)


def test_a_move_keeps_the_uid_and_raises_sequence_and_stamp() -> None:
    first, moved = event_of(an_invite()), event_of(an_invite(1, days=2))
    assert first["UID"] == moved["UID"] == uid_of(VISIT)
    assert (int(first["SEQUENCE"]), int(moved["SEQUENCE"])) == (0, 1)
    assert moved.decoded("DTSTAMP") > first.decoded("DTSTAMP")
    assert moved.decoded("DTSTART") - first.decoded("DTSTART") == timedelta(days=2)


def test_a_cancellation_is_a_cancel_and_not_a_request() -> None:
    content = an_invite(2, Method.CANCEL)
    event = event_of(content)
    assert Calendar.from_ical(content)["METHOD"] == "CANCEL"
    assert event["STATUS"] == "CANCELLED"
    assert event["UID"] == uid_of(VISIT)
    assert int(event["SEQUENCE"]) == 2


def test_the_uid_does_not_show_the_id_used_in_addresses() -> None:
    assert str(VISIT) not in an_invite().decode()


def test_lines_are_folded_and_ended_as_the_standard_asks() -> None:
    content = an_invite()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_nothing_in_an_invite_tells_why_somebody_comes() -> None:
    assert clinical_words_in(an_invite().decode()) == ()
    assert b"CLASS:PRIVATE" in an_invite()


def test_a_feed_holds_times_without_names_or_addresses_of_people() -> None:
    visits = [VisitTime(uuid.UUID(int=n), STARTS, STARTS + timedelta(hours=1)) for n in (1, 2)]
    content = listing(visits, method=None, place=PLACE, title="Visit", stamped_at=STAMPED)
    calendar = Calendar.from_ical(content)
    assert "METHOD" not in calendar
    assert len(list(calendar.walk("VEVENT"))) == 2
    assert b"ATTENDEE" not in content
    assert b"mailto" not in content.lower()


def test_a_feed_without_visits_is_still_a_calendar() -> None:
    content = listing([], method=None, place=PLACE, title="Visit", stamped_at=STAMPED)
    assert list(Calendar.from_ical(content).walk("VEVENT")) == []


def described(zone: ZoneInfo, *years: int) -> Any:
    """The zone as dateutil understands our description of it."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "test")
    calendar.add_component(timezone_of(zone, [datetime(y, 6, 1, tzinfo=UTC) for y in years]))
    return tz.tzical(io.StringIO(calendar.to_ical().decode())).get(zone.key)


@pytest.mark.parametrize("name", ["America/New_York", "America/Phoenix", "Europe/Berlin"])
@given(hours=st.integers(0, 24 * 700))
@settings(max_examples=80)
def test_another_reader_finds_the_same_clock_in_our_zone(name: str, hours: int) -> None:
    """Dateutil reads the description; zoneinfo knows the zone itself."""
    zone = ZoneInfo(name)
    read = _READ.setdefault(name, described(zone, 2026, 2027))
    at = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(hours=hours)
    assert at.astimezone(read).replace(tzinfo=None) == at.astimezone(zone).replace(tzinfo=None)


_READ: dict[str, Any] = {}


def test_our_description_agrees_with_a_real_calendars() -> None:
    path = shared("ics", "collective-icalendar", "calendars_america_new_york.ics")
    theirs = tz.tzical(str(path)).get("custom_America/New_York")
    ours = described(NEW_YORK, 2011)
    for hours in range(0, 24 * 365, 7):
        at = datetime(2011, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
        assert at.astimezone(ours).utcoffset() == at.astimezone(theirs).utcoffset(), at
