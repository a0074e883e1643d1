"""What somebody has to do about the book, in finished words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.scheduling import rules
from serein.scheduling.states import VisitKind

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.messaging.queries import GuestFact
    from serein.patients.models import Patient
    from serein.scheduling.queries import (
        AffectedFact,
        OfferFact,
        RebookFact,
        UnconfirmedFact,
        VisitFact,
        WaitFact,
    )
    from serein.scheduling.queries.changes import Change

MANY = 1_000
People = Mapping["UUID", "Patient | GuestFact"]

BECAUSE = {
    "no_show": "Did not come",
    "cancelled": "Cancelled",
    "affected": "No longer fits",
    "call_me": "Asks to be called",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists, with how many wait on it."""

    url: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit on a list."""

    id: UUID
    patient_id: UUID | None
    patient: str
    patient_url: str
    what: str
    when: str
    move_url: str


@dataclass(frozen=True, slots=True)
class RebookLine:
    """A new time is to be found."""

    task_id: UUID
    visit: VisitLine
    because: str
    owner: str
    due: str
    is_overdue: bool
    book_url: str
    undo_url: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a visit that no longer fits could go; ``moves`` pairs numbers with ticks."""

    moves: str
    words: tuple[str, ...]
    changes: int = 1


@dataclass(frozen=True, slots=True)
class AffectedLine:
    """A visit that no longer fits, why, and a proposal."""

    visit: VisitLine
    reasons: tuple[str, ...]
    proposal: Proposal | None
    has_no_way: bool


@dataclass(frozen=True, slots=True)
class BrokenDay:
    """An open day on which several visits no longer fit."""

    day: str
    visits: str
    url: str


@dataclass(frozen=True, slots=True)
class UnconfirmedLine:
    """A visit that nobody has confirmed."""

    visit: VisitLine
    is_red: bool
    wants_a_call: bool


@dataclass(frozen=True, slots=True)
class WaitLine:
    """One place on the waiting list."""

    place_id: UUID
    rank: int
    patient: str
    patient_url: str
    what: str
    wish: str
    since: str


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A freed time that was offered."""

    offer_id: UUID
    rank: int
    patient: str
    when: str
    until: str
    has_expired: bool


@dataclass(frozen=True, slots=True)
class GapLine:
    """A freed time that could be offered."""

    value: int
    when: str
    what: str


def tabs(current: str, counts: Mapping[str, int]) -> tuple[Tab, ...]:
    """List the worklists; a count stands where there is something to do."""
    names = {
        "rebook": "To rebook",
        "affected": "Affected",
        "unconfirmed": "Not confirmed",
        "waiting": "Waiting list",
    }
    return tuple(
        Tab(
            reverse(f"scheduling:{name}"),
            f"{label} ({counts[name]})" if counts.get(name) else label,
            name == current,
        )
        for name, label in names.items()
    )


def visit_line(visit: VisitFact, people: People, zone: ZoneInfo) -> VisitLine:
    """Write a visit for a list."""
    who = visit.patient_id or visit.guest_id
    person = people.get(who) if who else None
    is_numbered = visit.type_code in {"first", "infusion"} and person is not None
    return VisitLine(
        id=visit.appointment_id,
        patient_id=visit.patient_id,
        patient=person.full_name if person else "New guest",
        patient_url=_url_of(visit) if person else "",
        what=f"Infusion {visit.number}" if is_numbered else visit.type_name,
        when=rules.start_words(visit.starts_at, zone),
        move_url=reverse("scheduling:move_on_board", args=[visit.appointment_id]),
    )


def _url_of(visit: VisitFact) -> str:
    """The chart of a patient; for a guest the page that says how to reach them."""
    if visit.patient_id is not None:
        return reverse("workspace:chart", args=[visit.patient_id])
    return reverse("messaging:guest", args=[visit.guest_id])


def rebook_line(task: RebookFact, people: People, zone: ZoneInfo) -> RebookLine:
    """Write a task to find a new time."""
    visit = task.visit
    ids = [visit.patient_id, visit.appointment_id]
    has_patient = visit.patient_id is not None
    return RebookLine(
        task_id=task.task_id,
        visit=visit_line(visit, people, zone),
        because=BECAUSE[task.because],
        owner=task.owner_name,
        due=rules.day_words(task.due_date),
        is_overdue=task.is_overdue,
        book_url=reverse("plans:visits", args=[visit.patient_id]) if has_patient else "",
        undo_url=reverse("scheduling:undo", args=ids) if has_patient else "",
    )


def affected_line(
    fact: AffectedFact,
    people: People,
    zone: ZoneInfo,
    change: Change | None,
) -> AffectedLine:
    """Write a visit that no longer fits; without a change nothing was looked for yet."""
    return AffectedLine(
        visit_line(fact.visit, people, zone),
        fact.reasons,
        proposal_of(fact.visit, change or {}, zone),
        has_no_way=change == {},
    )


def proposal_of(visit: VisitFact, change: Change, zone: ZoneInfo) -> Proposal | None:
    """Write the change for a visit, and for those of its series that change with it."""
    if not change:
        return None
    return Proposal(
        ",".join(f"{number}:{rules.tick_of(then)}" for number, (_, then) in change.items()),
        tuple(_move_words(visit, number, *times, zone) for number, times in change.items()),
        sum(now != then for now, then in change.values()),
    )


def changes_of(line: AffectedLine) -> int:
    """Count the times that change with a proposal; those without one come last."""
    return line.proposal.changes if line.proposal else MANY


def broken_day(day: date, count: int) -> BrokenDay:
    """Write a day on which several visits no longer fit, though it is open."""
    return BrokenDay(
        rules.day_words(day),
        f"{rules.number_word(count)} visits no longer fit".capitalize(),
        f"{reverse('scheduling:repair')}?day={day.isoformat()}",
    )


def unconfirmed_line(
    fact: UnconfirmedFact, people: People, zone: ZoneInfo, *, wants_a_call: bool
) -> UnconfirmedLine:
    """Write a visit that nobody has confirmed."""
    return UnconfirmedLine(visit_line(fact.visit, people, zone), fact.is_red, wants_a_call)


def wait_line(
    rank: int, fact: WaitFact, people: People, types: Mapping[str, str], today: date
) -> WaitLine:
    """Write one place on the waiting list."""
    days = (today - fact.joined_at.date()).days
    return WaitLine(
        place_id=fact.entry_id,
        rank=rank,
        patient=people[fact.patient_id].full_name,
        patient_url=reverse("workspace:chart", args=[fact.patient_id]),
        what=types.get(fact.type_code, fact.type_code)
        + (", an earlier time" if fact.visit_id else ""),
        wish=_wish(fact),
        since="today" if days <= 0 else f"{days} day{'' if days == 1 else 's'}",
    )


def visit_choices(visits: Iterable[VisitFact], zone: ZoneInfo) -> list[tuple[str, str]]:
    """List visits that could be moved forward, as choices."""
    return [
        (str(each.visit_id), f"{each.type_name}, {rules.start_words(each.starts_at, zone)}")
        for each in visits
    ]


def offer_line(fact: OfferFact, people: People, zone: ZoneInfo, at: datetime) -> OfferLine:
    """Write a freed time that was offered."""
    return OfferLine(
        fact.offer_id,
        fact.rank,
        people[fact.patient_id].full_name,
        rules.start_words(fact.starts_at, zone),
        rules.time_words(fact.expires_at.astimezone(zone).time()),
        at >= fact.expires_at,
    )


def gap_lines(gone: Iterable[VisitFact], zone: ZoneInfo) -> tuple[GapLine, ...]:
    """Write the times that visits which fell out have left."""
    return tuple(
        GapLine(
            rules.tick_of(visit.starts_at),
            rules.start_words(visit.starts_at, zone),
            visit.type_name,
        )
        for visit in gone
    )


def _move_words(
    visit: VisitFact, number: int, now: datetime, then: datetime, zone: ZoneInfo
) -> str:
    is_infusion = visit.kind is not VisitKind.CONSULT
    what = f"Infusion {number}" if is_infusion else visit.type_name
    if now == then:
        return f"{what} keeps its time; only its chair, nurse or device changes."
    return f"{what}: {rules.start_words(now, zone)} to {rules.start_words(then, zone)}"


def _wish(fact: WaitFact) -> str:
    days = f"{rules.day_words(fact.first_date)} to {rules.day_words(fact.last_date)}"
    parts: list[str] = [days]
    if fact.weekdays:
        parts.append(rules.weekday_words(fact.weekdays))
    if fact.from_time is not None:
        parts.append(f"from {rules.time_words(fact.from_time)}")
    if fact.until_time is not None:
        parts.append(f"until {rules.time_words(fact.until_time)}")
    parts.append(f"{fact.notice_hours}\u202fh notice")
    if fact.priority:
        parts.append("urgent" if fact.priority > 1 else "soon")
    return ", ".join(parts)


def guests_on(facts: Sequence[VisitFact]) -> set[UUID]:
    """Name the guests of visits: those who are not registered yet."""
    return {fact.guest_id for fact in facts if fact.patient_id is None and fact.guest_id}


def people_on(facts: Sequence[VisitFact]) -> set[UUID]:
    """Name the patients of visits."""
    return {fact.patient_id for fact in facts if fact.patient_id is not None}
