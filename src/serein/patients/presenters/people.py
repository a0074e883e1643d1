"""The list of patients and the people who may be the same person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from serein.core.clinic_time import local_day
from serein.patients import queries
from serein.patients.presenters.shapes import day
from serein.patients.rules import age_years

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.patients.queries import DuplicateFact

PAGE = 25


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of the list."""

    name: str
    born: str
    mrn: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of the list, with where it stands in the whole."""

    typed: str
    lines: tuple[PersonLine, ...]
    count_text: str
    before_url: str
    after_url: str


def people_page(
    *, site_id: UUID, typed: str, number: int, at: datetime, zone: ZoneInfo
) -> PeoplePage:
    """List the patients that match what was typed; ``number`` counts pages from 1."""
    total = queries.count_found(site_id, typed)
    last = max(1, -(-total // PAGE))
    number = min(max(number, 1), last)
    start = (number - 1) * PAGE
    found = queries.search(site_id, typed, limit=PAGE, offset=start)
    today = local_day(at, zone)
    lines = tuple(
        PersonLine(
            name=f"{one.full_name} “{one.preferred_name}”" if one.preferred_name else one.full_name,
            born=_born(one.birth_date, today, is_deceased=one.is_deceased),
            mrn=one.mrn,
            note="deceased" if one.is_deceased else "",
            url=reverse("patients:record", args=[one.patient_id]),
        )
        for one in found
    )
    return PeoplePage(
        typed=typed,
        lines=lines,
        count_text=_count_text(start, len(lines), total),
        before_url=_url(typed, number - 1) if number > 1 else "",
        after_url=_url(typed, number + 1) if number < last else "",
    )


def _born(born: date, today: date, *, is_deceased: bool) -> str:
    return day(born) if is_deceased else f"{day(born)} ({age_years(born, today)})"


def _count_text(start: int, shown_here: int, total: int) -> str:
    if total == shown_here:
        return "1 patient" if total == 1 else f"{total} patients"
    return f"{start + 1} to {start + shown_here} of {total:,} patients"


def _url(typed: str, number: int) -> str:
    query = {"q": typed, "page": number} if typed else {"page": number}
    return f"{reverse('patients:list')}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class DuplicateLine:
    """Somebody who may already be registered."""

    text: str
    url: str


def duplicate_lines(found: tuple[DuplicateFact, ...]) -> tuple[DuplicateLine, ...]:
    """Say who may be the same person."""
    return tuple(
        DuplicateLine(
            text=f"{one.full_name}, born {day(one.birth_date)}, record {one.mrn}",
            url=reverse("patients:record", args=[one.patient_id]),
        )
        for one in found
    )
