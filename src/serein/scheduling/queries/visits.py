"""Every visit on the book as a board or a list shows it: infusions, consultations, held times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count

from serein.core.errors import NotFound
from serein.scheduling.models import Appointment
from serein.scheduling.queries.days import occupying, type_of, visit_of
from serein.scheduling.rules import TICK_MINUTES, Kind, VisitType, ticks_for
from serein.scheduling.rules.phases import seat_kind
from serein.scheduling.states import STANDING, AppointmentState, VisitKind

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class UnitFact:
    """One chair, room, person or thing that a visit has for itself."""

    kind: Kind
    unit_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class PhaseFact:
    """One phase of a visit at its own time, and the kind of place in which it is spent, if any."""

    name: str
    starts_at: datetime
    ends_at: datetime
    is_with_patient: bool
    seat: Kind | None


@dataclass(frozen=True, slots=True)
class VisitFact:
    """One visit. ``patient_id`` is empty for a guest; ``held_until`` only while it is held."""

    appointment_id: UUID
    visit_id: UUID
    revision: int
    patient_id: UUID | None
    guest_id: UUID | None
    kind: VisitKind
    type_code: str
    type_name: str
    series_id: UUID
    number: int
    starts_at: datetime
    ends_at: datetime
    local_date: date
    tzid: str
    state: AppointmentState
    phase: str
    held_until: datetime | None
    held_by: str
    units: tuple[UnitFact, ...]
    phases: tuple[PhaseFact, ...]
    override_reason: str
    overridden_by: str

    @property
    def is_standing(self) -> bool:
        return self.state in STANDING

    def unit(self, kind: Kind) -> UnitFact | None:
        """The unit of a kind that it has, if it has one."""
        return next((unit for unit in self.units if unit.kind is kind), None)


def visit(site_id: UUID, appointment_id: UUID) -> VisitFact:
    """Return one visit of a site in whatever state.

    :raises NotFound: not an appointment of this site
    """
    found = facts_of(Appointment.objects.filter(pk=appointment_id, site_id=site_id))
    if not found:
        raise NotFound
    return found[0]


def visit_standing(site_id: UUID, visit_id: UUID) -> VisitFact | None:
    """Return the appointment under which a visit stands now, wherever it was moved."""
    rows = Appointment.objects.filter(site_id=site_id, visit_id=visit_id)
    found = facts_of(rows.filter(state__in=[state.value for state in STANDING]))
    return found[0] if found else None


def visits_on(
    site_id: UUID, first: date, last: date, at: datetime, *, with_gone: bool = False
) -> tuple[VisitFact, ...]:
    """List what is on the book from first to last in order of time, live holds among it.

    ``with_gone`` adds what was cancelled or missed.
    """
    chosen = occupying(at)
    rows = Appointment.objects.filter(site_id=site_id, local_date__range=(first, last))
    if with_gone:
        gone = [AppointmentState.CANCELLED.value, AppointmentState.NO_SHOW.value]
        rows = rows.filter(chosen) | rows.filter(state__in=gone)
    else:
        rows = rows.filter(chosen)
    return facts_of(rows)


def visits_of_patient(patient_id: UUID) -> tuple[VisitFact, ...]:
    """List every visit of a patient that stands or stood, oldest first."""
    never = [AppointmentState.MOVED, AppointmentState.HELD, AppointmentState.LAPSED]
    return facts_of(Appointment.objects.filter(patient_id=patient_id).exclude(state__in=never))


def visits_of_guest(site_id: UUID, guest_id: UUID) -> tuple[VisitFact, ...]:
    """List every visit of somebody who is not a patient yet that stands or stood, oldest first."""
    never = [AppointmentState.MOVED, AppointmentState.HELD, AppointmentState.LAPSED]
    rows = Appointment.objects.filter(site_id=site_id, guest_id=guest_id)
    return facts_of(rows.exclude(state__in=never))


def counts_by_day(site_id: UUID, first: date, last: date) -> dict[date, Counter[str]]:
    """Count the standing visits of each date from first to last by kind."""
    rows = (
        Appointment.objects.filter(
            site_id=site_id,
            local_date__range=(first, last),
            state__in=[state.value for state in STANDING],
        )
        .values("local_date", "kind")
        .annotate(visits=Count("pk"))
        .order_by("local_date")
    )
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found: dict[date, Counter[str]] = {day: Counter() for day in days}
    for row in rows:
        found[row["local_date"]][row["kind"]] = row["visits"]
    return found


def _shape(row: Appointment) -> VisitType:
    return visit_of(row.type_version_id, row.type_code, row.infusion_minutes, row.recovery_minutes)


_UNITS = (
    (Kind.CHAIR, "chair"),
    (Kind.RECOVERY, "recovery_chair"),
    (Kind.ROOM, "room"),
    (Kind.PRESCRIBER, "prescriber"),
    (Kind.PUMP, "pump"),
    (Kind.MONITOR, "monitor"),
    (Kind.NURSE, "nurse"),
)


def facts_of(rows: QuerySet[Appointment]) -> tuple[VisitFact, ...]:
    """Return these appointments in order of time."""
    wide = rows.select_related(*(column for _, column in _UNITS)).order_by("starts_at", "pk")
    return tuple(_fact(row) for row in wide)


def _fact(row: Appointment) -> VisitFact:
    is_held = row.state == AppointmentState.HELD
    return VisitFact(
        appointment_id=row.pk,
        visit_id=row.visit_id,
        revision=row.revision,
        patient_id=row.patient_id,
        guest_id=row.guest_id,
        kind=VisitKind(row.kind),
        type_code=row.type_code,
        type_name=type_of(row).name,
        series_id=row.series_id,
        number=row.number,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        local_date=row.local_date,
        tzid=row.tzid,
        state=AppointmentState(row.state),
        phase=row.phase,
        held_until=row.held_until if is_held else None,
        held_by=row.held_by if is_held else "",
        units=tuple(_units(row)),
        phases=tuple(_phases(row)),
        override_reason=row.override_reason,
        overridden_by=row.overridden_by,
    )


def _units(row: Appointment) -> Iterable[UnitFact]:
    for kind, column in _UNITS:
        unit = getattr(row, column)
        if unit is not None:
            yield UnitFact(kind, unit.pk, unit.name)


def _phases(row: Appointment) -> Iterable[PhaseFact]:
    at, moves = row.starts_at, row.recovery_chair_id is not None
    for phase in _shape(row).phases:
        if phase.minutes:
            ends_at = at + timedelta(minutes=ticks_for(phase.minutes) * TICK_MINUTES)
            seat = seat_kind(phase.seat, moves=moves)
            yield PhaseFact(phase.name, at, ends_at, phase.with_patient, seat)
            at = ends_at
