"""The parts that the record page is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock, local_day

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Link:
    """One thing that may be done."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One value under its label."""

    label: str
    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in words; ``note`` says what became of it."""

    cells: tuple[Cell, ...]
    written: str
    is_struck: bool = False
    note: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Badge:
    """A short state: a tone and a word."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the record: what counts now, and everything else as history."""

    anchor: str
    title: str
    columns: tuple[Cell, ...]
    rows: tuple[Row, ...]
    history: tuple[Row, ...]
    empty: str
    links: tuple[Link, ...] = ()
    badge: Badge | None = None
    lead: str = ""
    post: Link | None = None
    """Something that is done by one press, without a form."""


def day(value: date) -> str:
    """A day as it is read aloud, kept on one line."""
    return f"{value:%-d\u00a0%b\u00a0%Y}"


def moment(value: datetime, zone: ZoneInfo, *, is_time_known: bool = True) -> str:
    """A moment on the clinic's clock; only the day where the hour is unknown."""
    text = day(local_day(value, zone))
    return f"{text}, {clock(value, zone)}" if is_time_known else text


def yes_no(value: bool | None) -> str:
    """An answer, where no answer is not a no."""
    if value is None:
        return "not asked"
    return "yes" if value else "no"
