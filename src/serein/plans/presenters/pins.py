"""Visits of a series that are held in place, as they stand in an address and as people read them.

A pin is "3:5900000" (the third visit at a tick) or "3:2026-03-12" (on a day).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.plans.presenters.words import weekday_day_in
from serein.scheduling.rules import moment_of, tick_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from django.http import QueryDict

Pins = Mapping[int, "date | datetime"]

_AT = re.compile(r"([1-9][0-9]?):([1-9][0-9]{5,6})", re.ASCII)
_ON = re.compile(r"([1-9][0-9]?):([0-9]{4}-[0-9]{2}-[0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PinLine:
    """One visit that is held in place, and how to let it go."""

    number: int
    words: str
    url: str


def pins_from(texts: Iterable[str], visits: int) -> dict[int, date | datetime]:
    """Read pins from an address; what cannot be read holds nothing."""
    found: dict[int, date | datetime] = {}
    for text in texts:
        if at := _AT.fullmatch(text):
            found[int(at[1])] = moment_of(int(at[2]))
        elif on := _ON.fullmatch(text):
            day = _day(on[2])
            if day is not None:
                found[int(on[1])] = day
    return {number: pin for number, pin in found.items() if number <= visits}


def pin_text(number: int, pin: date | datetime) -> str:
    """Write a pin for an address."""
    is_moment = isinstance(pin, datetime)
    return f"{number}:{tick_of(pin) if is_moment else pin.isoformat()}"  # type: ignore[arg-type]


def address_with(asked: QueryDict, pins: Pins) -> str:
    """The same question with other pins."""
    changed = asked.copy()
    for name in ("pin_number", "pin_day", "pin_time", "offer"):
        changed.pop(name, None)
    changed.setlist("pin", [pin_text(number, pin) for number, pin in sorted(pins.items())])
    return f"?{changed.urlencode()}"


def pin_lines(asked: QueryDict, pins: Pins, zone: ZoneInfo) -> tuple[PinLine, ...]:
    """Write the visits that are held in place."""
    return tuple(
        PinLine(
            number,
            _words(pin, zone),
            address_with(asked, {n: each for n, each in pins.items() if n != number}),
        )
        for number, pin in sorted(pins.items())
    )


def _words(pin: date | datetime, zone: ZoneInfo) -> str:
    if isinstance(pin, datetime):
        return f"{weekday_day_in(pin, zone)}, {clock(pin, zone)}"
    return f"{pin:%a} {pin.day} {pin:%B}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
