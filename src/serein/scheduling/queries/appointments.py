"""Booked visits: of a day, a series, a patient."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Max

from serein.core.errors import NotFound
from serein.scheduling import rules
from serein.scheduling.models import Appointment, ClinicDay
from serein.scheduling.queries.hours import hours_of
from serein.scheduling.rules import SeriesRules, VisitShape
from serein.scheduling.states import STANDING, WAITING, AppointmentState, VisitKind

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from django.db.models import QuerySet

STANDING_VALUES = [state.value for state in STANDING]
WAITING_VALUES = [state.value for state in WAITING]

_SEEN_AS = {
    AppointmentState.CONFIRMED: AppointmentState.BOOKED,
    AppointmentState.IN_PHASE: AppointmentState.ARRIVED,
}


@dataclass(frozen=True, slots=True)
class AppointmentFact:
    """One booked visit of a series as others need to know it.

    ``state`` says how far it is in the words of the pathway: a confirmed visit is booked, one in a
    phase has arrived. ``status`` is exact.
    """

    appointment_id: UUID
    patient_id: UUID
    series_id: UUID
    number: int
    starts_at: datetime
    ends_at: datetime
    local_date: date
    chair_id: UUID
    chair_name: str
    state: str
    infusion_minutes: int
    recovery_minutes: int
    min_gap_hours: int
    max_gap_days: int
    status: str
    visit_id: UUID
    override_reason: str
    type_version_id: UUID | None
    type_code: str

    @property
    def is_standing(self) -> bool:
        """Whether it still holds its chair: booked, arrived or done."""
        return self.state in STANDING_VALUES

    @property
    def shape(self) -> VisitShape:
        """Its phases and their minutes."""
        return rules.shape_for(self.infusion_minutes, self.recovery_minutes)


def appointment(appointment_id: UUID, site_id: UUID) -> AppointmentFact:
    """Return one appointment of a site, in whatever state.

    :raises NotFound: not an appointment of this site
    """
    found = tuple(_facts(Appointment.objects.filter(pk=appointment_id, site_id=site_id)))
    if not found:
        raise NotFound
    return found[0]


def appointments_by_id(appointment_ids: Iterable[UUID]) -> dict[UUID, AppointmentFact]:
    """Return several appointments at once, by id."""
    rows = Appointment.objects.filter(pk__in=list(appointment_ids))
    return {fact.appointment_id: fact for fact in _facts(rows)}


def appointments_on(site_id: UUID, local_date: date) -> tuple[AppointmentFact, ...]:
    """List the appointments of a day that were not moved away, in order of time."""
    rows = _unmoved().filter(site_id=site_id, local_date=local_date)
    return tuple(_facts(rows.order_by("starts_at", "chair__name", "pk")))


def appointments_of_series(series_id: UUID) -> tuple[AppointmentFact, ...]:
    """List the visits of a series by number: those that stand, and those missed or cancelled.

    Where a number was booked again, only the appointment that stands is listed.
    """
    latest: dict[int, AppointmentFact] = {}
    rows = _unmoved().filter(series_id=series_id).order_by("number", "starts_at", "pk")
    for fact in _facts(rows):
        if fact.number not in latest or not latest[fact.number].is_standing:
            latest[fact.number] = fact
    return tuple(latest[number] for number in sorted(latest))


def standing_of_series(series_id: UUID) -> tuple[AppointmentFact, ...]:
    """List the visits of a series that are booked, running or done, by number."""
    rows = Appointment.objects.filter(series_id=series_id, state__in=STANDING_VALUES)
    return tuple(_facts(rows.order_by("number", "starts_at")))


def appointments_of(patient_id: UUID) -> tuple[AppointmentFact, ...]:
    """List every appointment of a patient that was not moved away, oldest first."""
    rows = _unmoved().filter(patient_id=patient_id)
    return tuple(_facts(rows.order_by("starts_at", "pk")))


def appointments_of_patients(
    patient_ids: Iterable[UUID],
) -> dict[UUID, tuple[AppointmentFact, ...]]:
    """List the appointments of several patients at once, oldest first, by patient."""
    wanted = list(patient_ids)
    found: dict[UUID, list[AppointmentFact]] = {patient_id: [] for patient_id in wanted}
    rows = _unmoved().filter(patient_id__in=wanted)
    for fact in _facts(rows.order_by("starts_at", "pk")):
        found[fact.patient_id].append(fact)
    return {patient_id: tuple(facts) for patient_id, facts in found.items()}


def stranded(site_id: UUID, at: datetime, zone: ZoneInfo) -> tuple[AppointmentFact, ...]:
    """List the visits still booked at times when the clinic is no longer open."""
    rows = Appointment.objects.filter(site_id=site_id, state__in=WAITING_VALUES, starts_at__gt=at)
    hours = hours_of(site_id)
    return tuple(
        fact
        for fact in _facts(rows.order_by("starts_at", "pk"))
        if fact.starts_at not in rules.starts_in_hours(hours, fact.local_date, zone, fact.shape)
    )


def neighbours(fact: AppointmentFact) -> tuple[datetime | None, datetime | None]:
    """Return the starts of the standing visits before and after one visit of a series."""
    standing = standing_of_series(fact.series_id)
    before = [other.starts_at for other in standing if other.number < fact.number]
    after = [other.starts_at for other in standing if other.number > fact.number]
    return (before[-1] if before else None), (after[0] if after else None)


def series_rules(fact: AppointmentFact) -> SeriesRules:
    """Return the gaps under which a visit was booked."""
    return SeriesRules(
        visits=1,
        infusion_minutes=fact.infusion_minutes,
        min_gap_hours=fact.min_gap_hours,
        max_gap_days=fact.max_gap_days,
    )


def book_version(site_id: UUID, local_date: date) -> int:
    """Return a number that changes whenever a day's book changes."""
    newest: int | None = ClinicDay.objects.filter(site_id=site_id, local_date=local_date).aggregate(
        version=Max("version")
    )["version"]
    return newest or 0


def _unmoved() -> QuerySet[Appointment]:
    return Appointment.objects.exclude(
        state__in=[AppointmentState.MOVED, AppointmentState.HELD, AppointmentState.LAPSED]
    )


def _facts(rows: QuerySet[Appointment]) -> Iterable[AppointmentFact]:
    mine = rows.filter(chair__isnull=False, patient__isnull=False).exclude(kind=VisitKind.CONSULT)
    for row in mine.select_related("chair"):
        if row.chair is None or row.patient_id is None:
            continue
        yield AppointmentFact(
            appointment_id=row.pk,
            patient_id=row.patient_id,
            series_id=row.series_id,
            number=row.number,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            local_date=row.local_date,
            chair_id=row.chair.pk,
            chair_name=row.chair.name,
            state=_SEEN_AS.get(AppointmentState(row.state), row.state),
            infusion_minutes=row.infusion_minutes,
            recovery_minutes=row.recovery_minutes,
            min_gap_hours=row.min_gap_hours,
            max_gap_days=row.max_gap_days,
            status=row.state,
            visit_id=row.visit_id,
            override_reason=row.override_reason,
            type_version_id=row.type_version_id,
            type_code=row.type_code,
        )
