"""FHIR dates and times. A partial date is never filled up to a whole one."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PARTIAL = re.compile(r"\d{4}(-\d{2})?", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


class TimeUnclear(ValueError):
    """The text is no FHIR date or dateTime, or says too little."""


def day_from(text: str) -> date:
    """Read a whole calendar day, from a date or from the start of a dateTime.

    :raises TimeUnclear: only a year or month, no date at all, or a day that does not exist
    """
    if _PARTIAL.fullmatch(text):
        raise TimeUnclear(f"{text} is not a full date")
    when = when_from(text)
    return when.date() if isinstance(when, datetime) else when


def when_from(text: str) -> datetime | date:
    """Read a moment (as UTC) or, where no hour is given, a day.

    :raises TimeUnclear: as `day_from`; also a time without a zone
    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if found := _MOMENT.fullmatch(text):
            minute, second, _, zone = found.groups()
            whole = min(int(second), 59)  # a leap second is kept as the second before it
            if int(second) > 60:
                raise TimeUnclear(f"{text} is not a time")
            return datetime.fromisoformat(
                f"{minute}:{whole:02d}{zone.replace('Z', '+00:00')}"
            ).astimezone(UTC)
    except (ValueError, OverflowError):
        raise TimeUnclear(f"{text[:40]} is not in the calendar") from None
    if _PARTIAL.fullmatch(text):
        raise TimeUnclear(f"{text} is not a full date")
    raise TimeUnclear(f"{text[:40]} is no FHIR time with a zone")
