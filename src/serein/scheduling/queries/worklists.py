"""What somebody has to do about the book: rebook, look after what no longer fits, call, offer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from serein.scheduling import rules
from serein.scheduling.models import Appointment, Offer, RebookTask, WaitlistEntry
from serein.scheduling.queries.clinic import ClinicFact, Roster, clinic_of, rosters, units_on
from serein.scheduling.queries.days import footprint_of
from serein.scheduling.queries.visits import VisitFact, facts_of
from serein.scheduling.rules import FULL_LOAD, CoverMode, Kind, Unit, span_ticks, tick_of
from serein.scheduling.rules.availability import kept_loads
from serein.scheduling.states import WAITING, AppointmentState, OfferState, RebookState, WaitState

if TYPE_CHECKING:
    from uuid import UUID

CALL_WITHIN_HOURS, RED_WITHIN_HOURS = 72, 24
"""Unconfirmed visits are called this long before, and shown in red (clinic default, review)."""


@dataclass(frozen=True, slots=True)
class RebookFact:
    """A new time is to be found, by whom and by when."""

    task_id: UUID
    visit: VisitFact
    because: str
    owner_id: UUID
    owner_name: str
    due_date: date
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class AffectedFact:
    """A visit that no longer fits where it is booked, and every reason, in sentences.

    ``has_lost_seat`` says that a thing or person of its own is gone, not only that there are too few.
    """

    visit: VisitFact
    reasons: tuple[str, ...]
    has_lost_seat: bool = False


@dataclass(frozen=True, slots=True)
class UnconfirmedFact:
    """A visit that nobody has confirmed; in red when it is close."""

    visit: VisitFact
    is_red: bool


@dataclass(frozen=True, slots=True)
class WaitFact:
    """One place on the waiting list."""

    entry_id: UUID
    patient_id: UUID
    visit_id: UUID | None
    type_code: str
    first_date: date
    last_date: date
    weekdays: tuple[int, ...]
    from_time: time | None
    until_time: time | None
    notice_hours: int
    priority: int
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class OfferFact:
    """A freed time as it was offered to one person."""

    offer_id: UUID
    entry_id: UUID
    patient_id: UUID
    batch_id: UUID
    rank: int
    starts_at: datetime
    offered_at: datetime
    expires_at: datetime
    state: OfferState
    made_id: UUID | None


def rebook_tasks(site_id: UUID, today: date) -> tuple[RebookFact, ...]:
    """List the open tasks to find a new time, the most urgent first."""
    rows = RebookTask.objects.filter(site_id=site_id, state=RebookState.OPEN).select_related(
        "owner"
    )
    tasks = list(rows.order_by("due_date", "pk"))
    visits = _by_id(task.appointment_id for task in tasks)
    return tuple(
        RebookFact(
            task.pk,
            visits[task.appointment_id],
            task.because,
            task.owner_id,
            task.owner.name,
            task.due_date,
            task.due_date < today,
        )
        for task in tasks
    )


def affected(
    site_id: UUID, at: datetime, *, first: date | None = None, last: date | None = None
) -> tuple[AffectedFact, ...]:
    """List the visits to come that no longer fit: hours, things out of use, people away, nurses.

    It is worked out from what holds now, so nothing leaves the list until it is moved or fits again.
    """
    clinic = clinic_of(site_id)
    rows = Appointment.objects.filter(
        site_id=site_id, state__in=[state.value for state in WAITING], starts_at__gt=at
    )
    if first is not None:
        rows = rows.filter(local_date__gte=first)
    if last is not None:
        rows = rows.filter(local_date__lte=last)
    by_day: dict[date, list[Appointment]] = defaultdict(list)
    for row in rows.order_by("starts_at", "pk"):
        by_day[row.local_date].append(row)
    on_shift = rosters(clinic, by_day)
    found: dict[UUID, list[str]] = {}
    unseated: set[UUID] = set()
    for day, visits in by_day.items():
        roster = on_shift.get(day, Roster())
        for row, reason in _reasons(clinic, day, roster, visits):
            found.setdefault(row.pk, []).append(reason)
        for row, reason in _lost_seats(clinic, day, roster, visits):
            found.setdefault(row.pk, []).append(reason)
            unseated.add(row.pk)
    facts = _by_id(found)
    return tuple(
        AffectedFact(facts[pk], tuple(reasons), pk in unseated) for pk, reasons in found.items()
    )


def unconfirmed(site_id: UUID, at: datetime) -> tuple[UnconfirmedFact, ...]:
    """List the visits of the next three days that nobody has confirmed, the nearest first."""
    rows = Appointment.objects.filter(
        site_id=site_id,
        state=AppointmentState.BOOKED,
        starts_at__gt=at,
        starts_at__lte=at + timedelta(hours=CALL_WITHIN_HOURS),
    )
    red = at + timedelta(hours=RED_WITHIN_HOURS)
    return tuple(UnconfirmedFact(fact, fact.starts_at <= red) for fact in facts_of(rows))


def waiting_list(site_id: UUID) -> tuple[WaitFact, ...]:
    """List who waits, by priority, then by how long."""
    rows = WaitlistEntry.objects.filter(site_id=site_id, state=WaitState.WAITING)
    return tuple(
        WaitFact(
            row.pk,
            row.patient_id,
            row.visit_id,
            row.type_code,
            row.first_date,
            row.last_date,
            tuple(row.weekdays),
            row.from_time,
            row.until_time,
            row.notice_hours,
            row.priority,
            row.joined_at,
        )
        for row in rows.order_by("-priority", "joined_at", "pk")
    )


def offers_of(site_id: UUID, *, only_open: bool = True) -> tuple[OfferFact, ...]:
    """List offers of freed times, the newest first."""
    rows = Offer.objects.filter(site_id=site_id).select_related("entry")
    if only_open:
        rows = rows.filter(state=OfferState.OPEN)
    return tuple(_offer(row) for row in rows.order_by("-offered_at", "rank"))


def offer(site_id: UUID, offer_id: UUID) -> OfferFact | None:
    """Return one offer of a site, or None."""
    row = Offer.objects.filter(pk=offer_id, site_id=site_id).select_related("entry").first()
    return _offer(row) if row else None


def _offer(row: Offer) -> OfferFact:
    return OfferFact(
        row.pk,
        row.entry_id,
        row.entry.patient_id,
        row.batch_id,
        row.rank,
        row.starts_at,
        row.offered_at,
        row.expires_at,
        OfferState(row.state),
        row.made_id,
    )


def _by_id(appointment_ids: Iterable[UUID]) -> dict[UUID, VisitFact]:
    rows = Appointment.objects.filter(pk__in=list(appointment_ids))
    return {fact.appointment_id: fact for fact in facts_of(rows)}


def _reasons(
    clinic: ClinicFact, day: date, roster: Roster, visits: Sequence[Appointment]
) -> Iterator[tuple[Appointment, str]]:
    """Pair each visit of a day with what is wrong with it. What was overridden is known already."""
    windows = clinic.windows(day)
    judged = [row for row in visits if not row.override_reason]
    for row in judged:
        start, end = span_ticks(row.starts_at, row.ends_at)
        if not any(opens <= start and end <= closes for opens, closes in windows):
            yield row, rules.explain_day(clinic.hours, day).because
    if clinic.settings.is_staff_planned:
        for row in _without_nurse(roster, judged):
            yield row, "Fewer nurses on shift than the visits need then."


def _lost_seats(
    clinic: ClinicFact, day: date, roster: Roster, visits: Sequence[Appointment]
) -> Iterator[tuple[Appointment, str]]:
    """Pair each visit with each thing or person of its own that is not there."""
    units = {unit.id: unit for unit in units_on(clinic, day, roster)}
    for row in visits:
        for reason in _missing(row, units):
            yield row, reason
        if clinic.settings.is_staff_planned and not _is_kept(clinic.cover.mode, roster, row):
            yield row, "The nurse named for this visit is not here then."


def _missing(row: Appointment, units: dict[object, Unit]) -> Iterator[str]:
    start = tick_of(row.starts_at)
    for need in footprint_of(row).needs:
        unit_id = _unit_of(row, need.kind)
        if unit_id is None:
            continue
        unit, begins = units.get(unit_id), start + need.start
        name = unit.name if unit else need.kind.value
        if unit is None:
            yield f"The {name} is no longer in use."
        elif unit.away:
            yield f"{name} cannot be used: {unit.away[0].because}."
        elif unit.on_duty is not None and not any(
            a <= begins and begins + need.ticks <= b for a, b in unit.on_duty
        ):
            yield f"{name} is not here then."


def _unit_of(row: Appointment, kind: Kind) -> UUID | None:
    columns = {
        Kind.CHAIR: row.chair_id,
        Kind.RECOVERY: row.recovery_chair_id,
        Kind.ROOM: row.room_id,
        Kind.PRESCRIBER: row.prescriber_id,
        Kind.PUMP: row.pump_id,
        Kind.MONITOR: row.monitor_id,
    }
    return columns.get(kind)


def _is_kept(mode: CoverMode, roster: Roster, row: Appointment) -> bool:
    """Whether the nurse named for a visit, if one is, is on shift for all of it that is hers."""
    if mode is CoverMode.POOL or row.nurse_id is None or row.override_reason:
        return True
    start, spans = tick_of(row.starts_at), roster.nurses.get(row.nurse_id, ())
    return all(
        any(a <= start + load.start and start + load.start + load.ticks <= b for a, b in spans)
        for load in kept_loads(footprint_of(row), mode)
    )


def _without_nurse(roster: Roster, visits: Sequence[Appointment]) -> list[Appointment]:
    """The visits that hold a share of the nurses at any moment when there are too few."""
    needed: dict[int, list[tuple[int, Appointment]]] = defaultdict(list)
    for row in visits:
        start = tick_of(row.starts_at)
        for load in footprint_of(row).loads:
            for tick in range(start + load.start, start + load.start + load.ticks):
                needed[tick].append((load.units, row))
    short: dict[UUID, Appointment] = {}
    for tick, loads in needed.items():
        there = sum(any(a <= tick < b for a, b in spans) for spans in roster.nurses.values())
        if sum(units for units, _ in loads) > FULL_LOAD * there:
            short.update({row.pk: row for _, row in loads})
    return list(short.values())
