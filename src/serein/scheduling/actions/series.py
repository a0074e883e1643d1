"""Booking, lengthening and ending whole series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from serein.audit.actions import action, record
from serein.core.errors import NotFound, Refused
from serein.patients.queries import patient_for
from serein.scheduling import queries, rules
from serein.scheduling.actions import follow, guard, notices, rows
from serein.scheduling.actions.places import Desk, Wish, seat
from serein.scheduling.models import Appointment
from serein.scheduling.rules import Kind
from serein.scheduling.rules.phases import RECOVERY
from serein.scheduling.states import WAITING, AppointmentMove, VisitKind

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.scheduling.queries import ClinicFact
    from serein.scheduling.rules import Visit

MIN_GAP_HOURS = 44
MAX_GAP_DAYS = 7
"""Between the starts of two infusions of an induction (clinic default, review)."""


@action
def book_series(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    series_id: UUID,
    visits: Sequence[Visit],
    infusion_minutes: int = 40,
    min_gap_hours: int = MIN_GAP_HOURS,
    max_gap_days: int = MAX_GAP_DAYS,
    replacing_because: str = "",
) -> Appointment:
    """Book all visits of a series, or none of them; returns the first.

    Visits that have begun stay and come first in the count. Visits still booked are given up for
    the new ones, which needs ``replacing_because``. Run it before anything is audited.

    :raises Refused: a gap is broken, the clinic is closed, or a time is taken (what, and what is free)
    :raises NotFound: not a patient of this site
    """
    patient_for(by.site_id, patient_id)
    clinic = queries.clinic_of(by.site_id)
    standing = _rows(series_id, by.site_id)
    replaced = [row for row in standing if row.state in WAITING]
    begun = [row for row in standing if row.state not in WAITING]
    _check_request(visits, replaced, replacing_because)
    series = rules.SeriesRules(
        visits=len(visits),
        infusion_minutes=infusion_minutes,
        min_gap_hours=min_gap_hours,
        max_gap_days=max_gap_days,
    )
    _check_gaps(series, begun, visits, clinic.zone)
    first = 1 + max((row.number for row in begun), default=0)
    wishes = [
        _wish(clinic, visit, number, infusion_minutes, at=at, patient_id=patient_id)
        for number, visit in enumerate(visits, start=first)
    ]
    wishes[0] = replace(wishes[0], giving_up=tuple(row.pk for row in replaced))
    days = [wish.local_date for wish in wishes] + [row.local_date for row in replaced]
    guard.lock_days(by.site_id, days)
    tasks = follow.open_tasks(_numbered(series_id, wishes))
    guard.end_old_holds(by.site_id, days, at)
    desk = Desk(wishes)
    places = desk.seat_all(wishes)
    for row in replaced:
        rows.step(row, AppointmentMove.CANCEL, by, at, replacing_because, revision=row.revision + 1)
    made = [
        rows.made(
            wish,
            place,
            series_id=series_id,
            min_gap_hours=min_gap_hours,
            max_gap_days=max_gap_days,
        )
        for wish, place in zip(wishes, places, strict=True)
    ]
    guard.occupy(
        made, taking_over=[row.pk for row in replaced], if_taken=lambda: desk.taken(wishes[0])
    )
    record(
        by=by,
        at=at,
        verb="book_series",
        subject=made[0],
        patient_id=patient_id,
        details={"visits": len(made), "replaced": len(replaced)},
    )
    for row in replaced:
        notices.tell_cancelled(key, by, at, row)
    notices.tell_booked(key, by, at, made)
    follow.finish_tasks(tasks, by, at)
    return made[0]


@action
def fit_series(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    series_id: UUID,
    infusion_minutes: int,
    min_gap_hours: int,
    max_gap_days: int,
) -> Appointment:
    """Give the visits still booked another length, at the same starts; returns the first of them.

    Run it before anything is audited.

    :raises Refused: a visit would meet the next one or run past closing; names it
    :raises NotFound: no visit of this series is booked at this site
    """
    booked = _waiting(series_id, by.site_id)
    clinic = queries.clinic_of(by.site_id)
    guard.lock_days(by.site_id, [row.local_date for row in booked])
    guard.end_old_holds(by.site_id, [row.local_date for row in booked], at)
    for row in booked:
        wish = Wish.again(row, clinic, at, infusion_minutes=infusion_minutes)
        row.infusion_minutes, row.ends_at = infusion_minutes, wish.ends_at
        row.min_gap_hours, row.max_gap_days = min_gap_hours, max_gap_days
        if row.starts_at > at:
            _check_fits(wish)
    Appointment.objects.bulk_update(
        booked, ["infusion_minutes", "ends_at", "min_gap_hours", "max_gap_days"]
    )
    guard.occupy(
        booked,
        taking_over=[row.pk for row in booked],
        if_taken=lambda: Refused("Move the booked infusions first: the longer visits do not fit."),
    )
    record(
        by=by,
        at=at,
        verb="fit_series",
        subject=booked[0],
        patient_id=booked[0].patient_id,
        details={"visits": len(booked), "infusion_minutes": infusion_minutes},
    )
    return booked[0]


@action
def cancel_series(
    *, key: UUID, by: Actor, at: datetime, series_id: UUID, reason: str
) -> Appointment:
    """Cancel every visit of a series that has not begun; returns the first of them.

    Tasks to find new times for visits that fell out before are dropped with it. Run it before anything is audited.

    :raises Refused: no reason is given
    :raises NotFound: no visit of this series is booked at this site
    """
    if not reason.strip():
        raise Refused("Enter why the visits are cancelled.", field="reason")
    booked = _waiting(series_id, by.site_id)
    guard.lock_days(by.site_id, [row.local_date for row in booked])
    tasks = follow.open_tasks_of_series(series_id)
    for row in booked:
        rows.step(row, AppointmentMove.CANCEL, by, at, reason, revision=row.revision + 1)
        notices.tell_cancelled(key, by, at, row)
    follow.drop_tasks(tasks, by, at, reason)
    guard.release([row.pk for row in booked])
    return booked[0]


def _numbered(series_id: UUID, wishes: Sequence[Wish]) -> list[Appointment]:
    """The visits that fell out of a series and are booked anew."""
    return list(
        Appointment.objects.filter(series_id=series_id, number__in=[wish.number for wish in wishes])
    )


def _wish(
    clinic: ClinicFact,
    visit: Visit,
    number: int,
    infusion_minutes: int,
    *,
    at: datetime,
    patient_id: UUID,
) -> Wish:
    kind = VisitKind.FIRST if number == 1 else VisitKind.INFUSION
    fact = clinic.type_of_kind(kind)
    return Wish(
        clinic=clinic,
        type=fact,
        starts_at=visit.starts_at,
        at=at,
        patient_id=patient_id,
        number=number,
        infusion_minutes=infusion_minutes,
        recovery_minutes=fact.minutes_of(RECOVERY),
        units={Kind.CHAIR: visit.chair_id} if visit.chair_id else {},
    )


def _waiting(series_id: UUID, site_id: UUID) -> list[Appointment]:
    found = [row for row in _rows(series_id, site_id) if row.state in WAITING]
    if not found:
        raise NotFound
    return found


def _rows(series_id: UUID, site_id: UUID) -> list[Appointment]:
    facts = queries.standing_of_series(series_id)
    return list(
        Appointment.objects.filter(
            pk__in=[fact.appointment_id for fact in facts], site_id=site_id
        ).order_by("number")
    )


def _check_request(
    visits: Sequence[Visit], replaced: Sequence[Appointment], replacing_because: str
) -> None:
    if not visits:
        raise Refused("Choose at least one visit.")
    if replaced and not replacing_because.strip():
        raise Refused(
            "Enter why the visits already booked are given up for new ones.", field="reason"
        )
    starts = [visit.starts_at for visit in visits]
    if starts != sorted(set(starts)):
        raise Refused("Choose the visits in order of time, each one later than the one before.")


def _check_gaps(
    series: rules.SeriesRules,
    begun: Sequence[Appointment],
    visits: Sequence[Visit],
    zone: ZoneInfo,
) -> None:
    """Check the gaps among the new visits, and the shortest gap to the last one that has begun.

    The longest gap to what was already given is a question for the prescriber (continue or
    restart), asked where the series is proposed; it must not make booking impossible.
    """
    starts = [visit.starts_at for visit in visits]
    problem = rules.gap_problem(series, starts, zone)
    if problem is None and begun:
        joint = rules.SeriesRules(
            visits=2,
            infusion_minutes=series.infusion_minutes,
            min_gap_hours=series.min_gap_hours,
        )
        problem = rules.gap_problem(joint, [begun[-1].starts_at, starts[0]], zone)
    if problem is not None:
        raise Refused(problem[1], field="starts_at")


def _check_fits(wish: Wish) -> None:
    try:
        seat(wish)
    except Refused as refusal:
        raise Refused(
            f"Move infusion {wish.number} first: with the longer visit it does not fit where it "
            f"is. {refusal.message}"
        ) from None
