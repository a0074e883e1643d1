"""Booking, lengthening and ending whole series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from serein.accounts.queries import zone_of
from serein.audit.actions import action, move, record
from serein.core.errors import NotFound, Refused
from serein.patients.queries import patient_for
from serein.scheduling import queries, rules
from serein.scheduling.actions import guard
from serein.scheduling.actions.places import Wish, place, place_all, taken
from serein.scheduling.models import Appointment
from serein.scheduling.states import APPOINTMENT, AppointmentMove, AppointmentState

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor
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
    zone = zone_of(by.site_id)
    standing = _rows(series_id, by.site_id)
    replaced = [row for row in standing if row.state == AppointmentState.BOOKED]
    begun = [row for row in standing if row.state != AppointmentState.BOOKED]
    _check_request(visits, replaced, replacing_because)
    series = rules.SeriesRules(
        visits=len(visits),
        infusion_minutes=infusion_minutes,
        min_gap_hours=min_gap_hours,
        max_gap_days=max_gap_days,
    )
    _check_gaps(series, begun, visits, zone)
    wishes = [
        Wish(
            site_id=by.site_id,
            patient_id=patient_id,
            number=number,
            visit=visit,
            infusion_minutes=infusion_minutes,
            zone=zone,
            at=at,
            giving_up=tuple(row.pk for row in replaced),
            recovery_minutes=rules.recovery_for(number),
        )
        for number, visit in enumerate(
            visits, start=1 + max((row.number for row in begun), default=0)
        )
    ]
    guard.lock_days(
        by.site_id, [wish.local_date for wish in wishes] + [row.local_date for row in replaced]
    )
    chairs = place_all(wishes)
    for row in replaced:
        _cancel(row, by, at, replacing_because)
    made = [
        _new(wish, chair, series_id, series) for wish, chair in zip(wishes, chairs, strict=True)
    ]
    guard.occupy(made, taking_over=[row.pk for row in replaced], if_taken=lambda: taken(wishes[0]))
    record(
        by=by,
        at=at,
        verb="book_series",
        subject=made[0],
        patient_id=patient_id,
        details={"visits": len(made), "replaced": len(replaced)},
    )
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
    rows = [row for row in _rows(series_id, by.site_id) if row.state == AppointmentState.BOOKED]
    if not rows:
        raise NotFound
    zone = zone_of(by.site_id)
    guard.lock_days(by.site_id, [row.local_date for row in rows])
    for row in rows:
        shape = rules.shape_for(infusion_minutes, row.recovery_minutes)
        row.infusion_minutes = infusion_minutes
        row.ends_at = shape.ends_at(row.starts_at)
        row.min_gap_hours, row.max_gap_days = min_gap_hours, max_gap_days
        _check_fits(row, zone, at)
    Appointment.objects.bulk_update(
        rows, ["infusion_minutes", "ends_at", "min_gap_hours", "max_gap_days"]
    )
    guard.occupy(
        rows,
        taking_over=[row.pk for row in rows],
        if_taken=lambda: Refused("Move the booked infusions first: the longer visits do not fit."),
    )
    record(
        by=by,
        at=at,
        verb="fit_series",
        subject=rows[0],
        patient_id=rows[0].patient_id,
        details={"visits": len(rows), "infusion_minutes": infusion_minutes},
    )
    return rows[0]


@action
def cancel_series(
    *, key: UUID, by: Actor, at: datetime, series_id: UUID, reason: str
) -> Appointment:
    """Cancel every visit of a series that has not begun; returns the first of them.

    Run it before anything is audited.

    :raises Refused: no reason is given
    :raises NotFound: no visit of this series is booked at this site
    """
    if not reason.strip():
        raise Refused("Enter why the visits are cancelled.", field="reason")
    rows = [row for row in _rows(series_id, by.site_id) if row.state == AppointmentState.BOOKED]
    if not rows:
        raise NotFound
    guard.lock_days(by.site_id, [row.local_date for row in rows])
    for row in rows:
        _cancel(row, by, at, reason)
    guard.release([row.pk for row in rows])
    return rows[0]


def _rows(series_id: UUID, site_id: UUID) -> list[Appointment]:
    facts = queries.standing_of_series(series_id)
    return list(
        Appointment.objects.filter(
            pk__in=[fact.appointment_id for fact in facts], site_id=site_id
        ).order_by("number")
    )


def _cancel(row: Appointment, by: Actor, at: datetime, reason: str) -> None:
    move(
        subject=row,
        table=APPOINTMENT,
        move=AppointmentMove.CANCEL,
        by=by,
        at=at,
        reason=reason,
        patient_id=row.patient_id,
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


def _new(wish: Wish, chair_id: UUID, series_id: UUID, series: rules.SeriesRules) -> Appointment:
    starts_at = wish.visit.starts_at
    local = starts_at.astimezone(wish.zone)
    return Appointment.objects.create(
        site_id=wish.site_id,
        patient_id=wish.patient_id,
        chair_id=chair_id,
        series_id=series_id,
        number=wish.number,
        starts_at=starts_at,
        ends_at=wish.shape.ends_at(starts_at),
        local_date=local.date(),
        local_time=local.time(),
        tzid=wish.zone.key,
        infusion_minutes=wish.infusion_minutes,
        recovery_minutes=wish.recovery_minutes,
        min_gap_hours=series.min_gap_hours,
        max_gap_days=series.max_gap_days or MAX_GAP_DAYS,
    )


def _check_fits(row: Appointment, zone: ZoneInfo, at: datetime) -> None:
    wish = Wish(
        site_id=row.site_id,
        patient_id=row.patient_id,
        number=row.number,
        visit=rules.Visit(row.starts_at, row.chair_id),
        infusion_minutes=row.infusion_minutes,
        zone=zone,
        at=at,
        giving_up=(row.pk,),
        recovery_minutes=row.recovery_minutes,
    )
    if row.starts_at <= at:
        return
    try:
        place(wish)
    except Refused as refusal:
        raise Refused(
            f"Move infusion {row.number} first: with the longer visit it does not fit where it is. "
            f"{refusal.message}"
        ) from None
