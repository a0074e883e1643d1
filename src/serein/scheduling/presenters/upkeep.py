"""Things, shifts and leave in finished words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from serein.scheduling import rules
from serein.scheduling.rules import Kind

if TYPE_CHECKING:
    from serein.scheduling.queries import Part
    from serein.scheduling.queries.upkeep import LeaveFact, OutageFact, ShiftFact

KIND_WORDS = {
    Kind.CHAIR: "Infusion chairs",
    Kind.RECOVERY: "Recovery chairs",
    Kind.ROOM: "Rooms",
    Kind.PUMP: "Pumps",
    Kind.MONITOR: "Monitors",
    Kind.PRESCRIBER: "Prescribers whose time is counted",
}
CALIBRATED = (Kind.PUMP, Kind.MONITOR)
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ThingLine:
    """One thing, and what can be done about it."""

    name: str
    note: str
    tone: str
    calibrate_url: str
    outage_url: str
    retire_url: str


@dataclass(frozen=True, slots=True)
class ThingGroup:
    """All things of a kind; none means that the clinic keeps no account of them."""

    title: str
    things: tuple[ThingLine, ...]


@dataclass(frozen=True, slots=True)
class AwayLine:
    """Somebody or something is away."""

    id: UUID
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class ThingsPage:
    """Everything that visits need besides people."""

    groups: tuple[ThingGroup, ...]
    outages: tuple[AwayLine, ...]


@dataclass(frozen=True, slots=True)
class ShiftCell:
    """One shift in a week."""

    shift_id: UUID
    words: str


@dataclass(frozen=True, slots=True)
class PersonWeek:
    """One person's week; one cell for each day."""

    name: str
    role: str
    days: tuple[tuple[str, tuple[ShiftCell, ...]], ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Who works and who is away."""

    title: str
    before_url: str
    after_url: str
    is_counted: bool
    days: tuple[str, ...]
    weeks: tuple[PersonWeek, ...]
    leaves: tuple[AwayLine, ...]


def things_page(parts: Sequence[Part], outages: Iterable[OutageFact], today: date) -> ThingsPage:
    """Write the things of a site by kind."""
    return ThingsPage(
        tuple(
            ThingGroup(title, tuple(_thing(part, today) for part in parts if part.kind is kind))
            for kind, title in KIND_WORDS.items()
        ),
        tuple(
            AwayLine(fact.outage_id, fact.name, _days(fact.first_date, fact.last_date, fact.reason))
            for fact in outages
        ),
    )


def people_page(
    monday: date,
    shifts: Sequence[ShiftFact],
    leaves: Iterable[LeaveFact],
    *,
    is_counted: bool,
) -> PeoplePage:
    """Write one week of shifts and the leave to come."""
    days = [monday + timedelta(days=n) for n in range(7)]
    who = dict.fromkeys((fact.staff_id, fact.name, fact.role) for fact in shifts)
    url = reverse("scheduling:people")
    return PeoplePage(
        title=f"Week of {monday.day} {monday:%B %Y}",
        before_url=f"{url}?day={monday - timedelta(days=7)}",
        after_url=f"{url}?day={monday + timedelta(days=7)}",
        is_counted=is_counted,
        days=tuple(f"{day:%a} {day.day}" for day in days),
        weeks=tuple(
            PersonWeek(
                name,
                role.capitalize(),
                tuple((f"{day:%a} {day.day}", _cells(shifts, staff_id, role, day)) for day in days),
            )
            for staff_id, name, role in who
        ),
        leaves=tuple(
            AwayLine(fact.leave_id, fact.name, _days(fact.first_date, fact.last_date, fact.reason))
            for fact in leaves
        ),
    )


def _cells(
    shifts: Iterable[ShiftFact], staff_id: UUID, role: str, day: date
) -> tuple[ShiftCell, ...]:
    return tuple(
        ShiftCell(
            fact.shift_id,
            f"{fact.start_time:%H:%M}–{fact.end_time:%H:%M}"
            + "".join(f", break {begins}–{ends}" for begins, ends in fact.breaks),
        )
        for fact in shifts
        if fact.staff_id == staff_id and fact.role == role and fact.local_date == day
    )


def _thing(part: Part, today: date) -> ThingLine:
    note, tone = "", "plain"
    if part.due_date is not None:
        note = f"Calibration due {rules.day_words(part.due_date)} {part.due_date.year}"
        is_over = part.due_date <= today
        tone = "act" if is_over else "look" if part.due_date - today <= SOON else "plain"
        note = f"{note}: not offered" if is_over else note
    away = part.away_on(today)
    if away and tone != "act":
        note, tone = f"Out of use: {away}", "look"
    is_chair = part.kind is Kind.CHAIR
    retire = "scheduling:retire_chair" if is_chair else "scheduling:retire_thing"
    return ThingLine(
        part.name,
        note,
        tone,
        reverse("scheduling:calibrate", args=[part.unit_id]) if part.kind in CALIBRATED else "",
        "" if part.staff_id else reverse("scheduling:add_outage", args=[part.unit_id]),
        reverse(retire, args=[part.unit_id]),
    )


def _days(first: date, last: date, reason: str) -> str:
    days = rules.day_words(first)
    if last != first:
        days = f"{days} to {rules.day_words(last)}"
    return f"{days}: {reason}" if reason else days
