"""Times of HL7 v2: what was written, the instant in UTC, and how we know the offset.

`YYYY[MM[DD[HH[MM[SS[.S…]]]]]][±ZZZZ]`, HL7 v2.6 chapter 2.A.22. IHE PCD TF-2 wants the offset and
leaves it out in its own examples; `-0000` there means UTC known, local offset unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum

_SHAPE = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)(?:(?P<hour>\d\d)(?:(?P<minute>\d\d)"
    r"(?:(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?)?)?)?)?(?P<offset>[+-]\d{4})?\Z",
    re.ASCII,
)


class OffsetFrom(StrEnum):
    """How the offset of a time is known."""

    OWN = "own offset"
    UTC_ONLY = "UTC, local offset unknown"
    MESSAGE = "offset of the message"
    DEVICE_ZONE = "zone of the device"
    UNKNOWN = "no offset known"


class BadTime(ValueError):
    """The text is no HL7 time."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as sent; `at` is None where it names no instant (a date alone, or no offset known)."""

    text: str
    precision: str
    offset_from: OffsetFrom
    at: datetime | None
    is_ambiguous: bool = False
    """the wall clock showed this twice or never (a change of summer time) and no offset was sent"""


def _wall(found: re.Match[str], text: str) -> datetime:
    """Read the wall clock; second 60 and hour 24 run over into what follows."""
    part = {name: int(found[name] or default) for name, default in _DEFAULTS.items()}
    fraction = (found["fraction"] or "").ljust(6, "0")[:6]
    try:
        day = datetime(part["year"], part["month"], part["day"], tzinfo=UTC)
    except ValueError:
        raise BadTime(f"Send a day that exists, not {text}") from None
    is_midnight = part["hour"] == 24 and part["minute"] == part["second"] == int(fraction) == 0
    if (part["hour"] > 23 and not is_midnight) or part["minute"] > 59 or part["second"] > 60:
        raise BadTime(f"Send a time of day that exists, not {text}")
    return day + timedelta(
        hours=part["hour"],
        minutes=part["minute"],
        seconds=part["second"],
        microseconds=int(fraction),
    )


_DEFAULTS = {"year": 1, "month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0}
_PRECISIONS = ("fraction", "second", "minute", "hour", "day", "month", "year")


def _zone(sent: str, text: str) -> timezone:
    hours, minutes = int(sent[1:3]), int(sent[3:5])
    if hours > 14 or minutes > 59:
        raise BadTime(f"Send an offset that exists, not {text}")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sent[0] == "-" else offset)


def _in_zone(wall: datetime, zone: tzinfo) -> tuple[datetime, bool]:
    """Place a wall-clock time in a zone; say whether that was certain."""
    local = wall.replace(tzinfo=zone)
    at = local.astimezone(UTC)
    is_real = at.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None)
    is_twice = local.utcoffset() != local.replace(fold=1).utcoffset()
    return at, is_twice or not is_real


def read_moment(
    text: str, *, message_zone: tzinfo | None = None, device_zone: tzinfo | None = None
) -> Moment:
    """Read a time.

    Without an offset of its own it takes that of the message (MSH-7), then the zone set up for the
    device, never the server's; `offset_from` says which. Raises `BadTime`.
    """
    found = _SHAPE.match(text.strip())
    if found is None:
        raise BadTime(f"Send a time as YYYYMMDDHHMMSS with an offset, not {text[:40]}")
    precision = next(name for name in _PRECISIONS if found[name] is not None)
    wall = _wall(found, text)
    sent = found["offset"]
    if precision in ("day", "month", "year"):
        return Moment(text, precision, OffsetFrom.OWN if sent else OffsetFrom.UNKNOWN, None)
    if sent:
        at = wall.replace(tzinfo=_zone(sent, text)).astimezone(UTC)
        return Moment(
            text, precision, OffsetFrom.UTC_ONLY if sent == "-0000" else OffsetFrom.OWN, at
        )
    for zone, source in (
        (message_zone, OffsetFrom.MESSAGE),
        (device_zone, OffsetFrom.DEVICE_ZONE),
    ):
        if zone is not None:
            at, is_ambiguous = _in_zone(wall, zone)
            return Moment(text, precision, source, at, is_ambiguous)
    return Moment(text, precision, OffsetFrom.UNKNOWN, None)


def offset_of(text: str) -> tzinfo | None:
    """Give the offset written in a time, for the times beside it that have none."""
    found = _SHAPE.match(text.strip())
    return _zone(found["offset"], text) if found and found["offset"] else None
