"""Calendar objects as RFC 5545 and RFC 5546 want them, without a word about why somebody comes.

An invite holds one event. Its UID stays for the life of the visit; each revision that is sent has a
higher SEQUENCE and a fresh DTSTAMP; a cancellation is METHOD:CANCEL with STATUS:CANCELLED.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vText,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

_PRODUCT = "-//Serein//Serein//EN"
_NAMESPACE = UUID("5b1f4f0e-6d9b-4a3c-8f54-0d6f5d1f6a3e")


class Method(StrEnum):
    """What a calendar is asked to do with an event."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, slots=True)
class VisitTime:
    """When somebody is expected, and the id under which the visit is known here."""

    subject_id: UUID
    starts_at: datetime
    ends_at: datetime
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """The clinic as a calendar may name it."""

    name: str
    address: str
    phone: str
    mail: str
    zone: ZoneInfo


def uid_of(subject_id: UUID) -> str:
    """Return the UID of a visit's event: always the same, and not the id used in addresses here."""
    return str(uuid5(_NAMESPACE, str(subject_id)))


def invite(
    visit: VisitTime,
    *,
    method: Method,
    place: Place,
    attendee: str,
    title: str,
    stamped_at: datetime,
) -> bytes:
    """Write one event as a message between calendars (iTIP).

    ``attendee`` is the e-mail address to which it goes; ``stamped_at`` the moment of this revision.
    """
    calendar = _calendar(method)
    event = _event(visit, place=place, title=title, stamped_at=stamped_at)
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{place.mail}")
    organizer.params["CN"] = vText(place.name)
    event["organizer"] = organizer
    guest = vCalAddress(f"mailto:{attendee}")
    guest.params["ROLE"] = vText("REQ-PARTICIPANT")
    guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
    guest.params["RSVP"] = vText("FALSE")
    event.add("attendee", guest, encode=False)
    calendar.add_component(timezone_of(place.zone, (visit.starts_at, visit.ends_at)))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def listing(
    visits: Sequence[VisitTime],
    *,
    method: Method | None,
    place: Place,
    title: str,
    stamped_at: datetime,
) -> bytes:
    """Write several events without names: a file to keep (PUBLISH), or a feed (no method)."""
    calendar = _calendar(method)
    if method is None:
        calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    moments = [moment for visit in visits for moment in (visit.starts_at, visit.ends_at)]
    calendar.add_component(timezone_of(place.zone, moments or [stamped_at]))
    for visit in sorted(visits, key=lambda each: each.starts_at):
        event = _event(visit, place=place, title=title, stamped_at=stamped_at)
        event.add("status", "CONFIRMED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: Method | None) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method is not None:
        calendar.add("method", method.value)
    return calendar


def _event(visit: VisitTime, *, place: Place, title: str, stamped_at: datetime) -> Event:
    event = Event()
    event.add("uid", uid_of(visit.subject_id))
    event.add("sequence", visit.sequence)
    event.add("dtstamp", stamped_at.astimezone(UTC))
    event.add("dtstart", visit.starts_at.astimezone(place.zone))
    event.add("dtend", visit.ends_at.astimezone(place.zone))
    event.add("summary", title)
    if place.address:
        event.add("location", place.address)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event


def timezone_of(zone: ZoneInfo, moments: Iterable[datetime]) -> Timezone:
    """Describe a zone by every change of its clocks from the year before to the year after.

    Each onset is written in the offset that it ends, as RFC 5545, 3.6.5 asks.
    """
    years = sorted(moment.astimezone(zone).year for moment in moments)
    first = datetime(years[0] - 1, 1, 1, tzinfo=UTC)
    last = datetime(years[-1] + 1, 12, 31, tzinfo=UTC)
    described = Timezone()
    described.add("tzid", zone.key)
    for at in (first, *_changes(zone, first, last)):
        described.add_component(_observance(zone, at))
    return described


def _observance(zone: ZoneInfo, at: datetime) -> TimezoneDaylight | TimezoneStandard:
    local = at.astimezone(zone)
    before = _offset(zone, at - timedelta(seconds=1))
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    part.add("dtstart", (at + before).replace(tzinfo=None))
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", _offset(zone, at))
    part.add("tzname", local.tzname())
    return part


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    day = first
    while day < last:
        following = day + timedelta(days=1)
        if _offset(zone, day) != _offset(zone, following):
            yield _change_between(zone, day, following)
        day = following


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)
