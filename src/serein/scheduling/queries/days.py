"""Days of the book as whole facts: what there is, what is taken and by which visit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Q

from serein.scheduling.models import COLUMN_OF, Appointment
from serein.scheduling.queries.clinic import ClinicFact, Roster, rosters, units_on
from serein.scheduling.queries.settings import TypeFact, shipped_types, types_by_version
from serein.scheduling.rules import (
    TICK_MINUTES,
    DayBook,
    Footprint,
    Kind,
    PatientSide,
    Taken,
    TickSpan,
    VisitType,
    footprints,
    span_ticks,
    taken_by,
    tick_of,
)
from serein.scheduling.rules.phases import INFUSION, RECOVERY
from serein.scheduling.states import STANDING, AppointmentState, VisitKind

if TYPE_CHECKING:
    from uuid import UUID

    from serein.scheduling.queries.appointments import AppointmentFact


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit on the book, as far as it occupies anything."""

    pk: UUID
    patient_id: UUID | None
    local_date: date
    starts_at: datetime
    ends_at: datetime
    kind: str
    type_version_id: UUID | None
    type_code: str
    infusion_minutes: int
    recovery_minutes: int
    chair_id: UUID | None
    recovery_chair_id: UUID | None
    room_id: UUID | None
    prescriber_id: UUID | None
    pump_id: UUID | None
    monitor_id: UUID | None
    nurse_id: UUID | None
    state: str

    @property
    def units(self) -> dict[Kind, UUID]:
        """What it has of each kind."""
        found = {kind: getattr(self, column) for kind, column in COLUMN_OF.items()}
        return {kind: unit for kind, unit in found.items() if unit is not None}


_FIELDS = tuple(each.name for each in fields(Entry))


@dataclass(frozen=True, slots=True)
class Span:
    """From one date to another, both included, as seen at a moment (holds end by themselves)."""

    first: date
    last: date
    at: datetime

    def days(self) -> tuple[date, ...]:
        return tuple(
            self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)
        )


def occupying(at: datetime) -> Q:
    """Select what occupies its patient and its things at a moment: what stands, and live holds."""
    return Q(state__in=[state.value for state in STANDING]) | Q(
        state=AppointmentState.HELD.value, held_until__gt=at
    )


def visit_of(
    type_version_id: UUID | None, type_code: str, infusion_minutes: int, recovery_minutes: int
) -> VisitType:
    """Return the visit type of an appointment with the minutes of its own order."""
    if type_version_id is not None and type_version_id not in _own:
        _own[type_version_id] = types_by_version([type_version_id])[type_version_id]
    return _visit(type_version_id, type_code, infusion_minutes, recovery_minutes)


def type_of(row: Appointment) -> TypeFact:
    """Return the visit type under which an appointment was booked."""
    if row.type_version_id is not None:
        return types_by_version([row.type_version_id])[row.type_version_id]
    return _shipped(row.type_code)


def type_of_fact(fact: AppointmentFact) -> TypeFact:
    """Return the visit type under which a visit of a series was booked."""
    if fact.type_version_id is not None:
        return types_by_version([fact.type_version_id])[fact.type_version_id]
    return _shipped(fact.type_code)


def footprint_of(entry: Entry | Appointment) -> Footprint:
    """Return how an appointment is seated: all in its chair, or partly in a recovery chair."""
    ways = footprints(
        visit_of(
            entry.type_version_id,
            entry.type_code,
            entry.infusion_minutes,
            entry.recovery_minutes,
        )
    )
    return ways[-1] if entry.recovery_chair_id is not None else ways[0]


def with_order(fact: TypeFact, infusion_minutes: int, recovery_minutes: int) -> VisitType:
    """Return a visit type with the minutes of an order; a consultation has none."""
    if fact.kind is VisitKind.CONSULT:
        return fact.visit
    rounded = -(-infusion_minutes // TICK_MINUTES) * TICK_MINUTES
    return fact.visit.with_minutes({INFUSION: rounded, RECOVERY: recovery_minutes})


def taken_of(entry: Entry) -> tuple[Taken, ...]:
    """List what an appointment occupies.

    Things of which it has none are not counted: it was booked when the site kept no account of them.
    """
    at = tick_of(entry.starts_at)
    return tuple(
        row
        for row in taken_by(footprint_of(entry), at, entry.units, visit_id=entry.pk)
        if row.kind is Kind.NURSE or row.unit_id is not None
    )


def entries(
    site_id: UUID, days: Iterable[date], at: datetime, ignoring: Collection[UUID] = ()
) -> dict[date, list[Entry]]:
    """Read what occupies each of these dates, as seen at a moment."""
    wanted = set(days)
    found: dict[date, list[Entry]] = {day: [] for day in wanted}
    if not wanted:
        return found
    rows = Appointment.objects.filter(occupying(at), site_id=site_id, local_date__in=wanted)
    left_out = set(ignoring)
    for values in rows.order_by("starts_at", "pk").values_list(*_FIELDS):
        entry = Entry(*values)
        if entry.local_date in wanted and entry.pk not in left_out:
            found[entry.local_date].append(entry)
    return found


def day_books(
    clinic: ClinicFact, days: Iterable[date], at: datetime, ignoring: Collection[UUID] = ()
) -> dict[date, DayBook]:
    """Read what there is and what is taken on each of these dates, past every cache."""
    wanted = sorted(set(days))
    on_shift = rosters(clinic, wanted)
    taken = entries(clinic.site_id, wanted, at, ignoring)
    return {
        day: book_of(
            clinic,
            day,
            on_shift.get(day, Roster()),
            [row for entry in taken[day] for row in taken_of(entry)],
        )
        for day in wanted
    }


def patient_side(
    patient_id: UUID | None,
    span: Span,
    *,
    ignoring: Collection[UUID] = (),
    can_come: tuple[TickSpan, ...] | None = None,
    driver: tuple[TickSpan, ...] | None = None,
) -> PatientSide:
    """Return when a patient is on the book already, and when they could come."""
    busy: list[TickSpan] = []
    if patient_id is not None:
        rows = Appointment.objects.filter(
            occupying(span.at),
            patient_id=patient_id,
            local_date__range=(span.first - timedelta(days=1), span.last + timedelta(days=1)),
        ).exclude(pk__in=list(ignoring))
        busy = [span_ticks(a, b) for a, b in rows.values_list("starts_at", "ends_at")]
    return PatientSide(tuple(busy), can_come, driver)


_own: dict[UUID, TypeFact] = {}


@lru_cache(maxsize=2000)
def _visit(
    type_version_id: UUID | None, type_code: str, infusion_minutes: int, recovery_minutes: int
) -> VisitType:
    if type_version_id is not None:
        return with_order(_own[type_version_id], infusion_minutes, recovery_minutes)
    return with_order(_shipped(type_code), infusion_minutes, recovery_minutes)


def _shipped(type_code: str) -> TypeFact:
    return next(fact for fact in shipped_types() if fact.code == type_code)


def book_of(clinic: ClinicFact, day: date, roster: Roster, taken: Sequence[Taken] = ()) -> DayBook:
    """Put together what there is on one date and what is taken."""
    return DayBook(
        day=day,
        windows=clinic.windows(day),
        units=units_on(clinic, day, roster),
        taken=taken,
        cover=clinic.cover,
        unlimited=clinic.unlimited,
    )
