"""What happens to one booked visit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from serein.accounts.queries import zone_of
from serein.audit.actions import action, move, record
from serein.core.errors import NotFound, Refused
from serein.scheduling import queries, rules
from serein.scheduling.actions import guard
from serein.scheduling.actions.places import Wish, place, taken
from serein.scheduling.models import Appointment
from serein.scheduling.states import APPOINTMENT, AppointmentMove, AppointmentState

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor


@action
def move_appointment(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    appointment_id: UUID,
    starts_at: datetime,
    chair_id: UUID | None = None,
    reason: str = "",
) -> Appointment:
    """Move one visit between its neighbours; returns the appointment that stands in its place.

    The new time is stored before the old is given up, in one transaction. Run it before anything
    is audited.

    :raises Refused: a gap to a neighbour breaks, the clinic is closed, or the time is taken
    :raises NotFound: not an appointment of this site
    """
    old = _row(appointment_id, by.site_id)
    fact, zone = queries.appointment(appointment_id, by.site_id), zone_of(by.site_id)
    APPOINTMENT.after(_state(old), AppointmentMove.RESCHEDULE)
    _check_neighbours(fact, starts_at, zone)
    wish = Wish(
        site_id=by.site_id,
        patient_id=old.patient_id,
        number=old.number,
        visit=rules.Visit(starts_at, chair_id),
        infusion_minutes=old.infusion_minutes,
        zone=zone,
        at=at,
        giving_up=(old.pk,),
        recovery_minutes=old.recovery_minutes,
    )
    guard.lock_days(by.site_id, [old.local_date, wish.local_date])
    chair = place(wish)[0]
    _step(old, AppointmentMove.RESCHEDULE, by, at, reason)
    local = starts_at.astimezone(zone)
    made = Appointment.objects.create(
        site_id=old.site_id,
        patient_id=old.patient_id,
        chair_id=chair,
        series_id=old.series_id,
        number=old.number,
        starts_at=starts_at,
        ends_at=wish.shape.ends_at(starts_at),
        local_date=local.date(),
        local_time=local.time(),
        tzid=zone.key,
        infusion_minutes=old.infusion_minutes,
        recovery_minutes=old.recovery_minutes,
        min_gap_hours=old.min_gap_hours,
        max_gap_days=old.max_gap_days,
        moved_from=old,
    )
    guard.occupy([made], taking_over=[old.pk], if_taken=lambda: taken(wish))
    record(by=by, at=at, verb="move_appointment", subject=made, patient_id=made.patient_id)
    return made


@action
def cancel_appointment(
    *, key: UUID, by: Actor, at: datetime, appointment_id: UUID, reason: str
) -> Appointment:
    """Cancel one visit and free its chair. Run it before anything is audited.

    :raises Refused: no reason is given, or the visit is over
    :raises NotFound: not an appointment of this site
    """
    if not reason.strip():
        raise Refused("Enter why the visit is cancelled.", field="reason")
    row = _row(appointment_id, by.site_id)
    guard.lock_days(by.site_id, [row.local_date])
    _step(row, AppointmentMove.CANCEL, by, at, reason)
    guard.release([row.pk])
    return row


@action
def mark_no_show(
    *, key: UUID, by: Actor, at: datetime, appointment_id: UUID, reason: str = ""
) -> Appointment:
    """Say that the patient did not come. Run it before anything is audited.

    :raises Refused: the visit has not begun yet, or is over
    :raises NotFound: not an appointment of this site
    """
    row = _row(appointment_id, by.site_id)
    if at < row.starts_at:
        raise Refused("Wait until the visit should have begun, or cancel it instead.")
    guard.lock_days(by.site_id, [row.local_date])
    _step(row, AppointmentMove.MISS, by, at, reason)
    guard.release([row.pk])
    return row


@action
def mark_arrived(*, key: UUID, by: Actor, at: datetime, appointment_id: UUID) -> Appointment:
    """Say that the patient is here.

    :raises MoveNotAllowed: the visit is not waiting to begin
    :raises NotFound: not an appointment of this site
    """
    row = _row(appointment_id, by.site_id)
    _step(row, AppointmentMove.ARRIVE, by, at, "")
    return row


@action
def mark_done(*, key: UUID, by: Actor, at: datetime, appointment_id: UUID) -> Appointment:
    """Say that the visit is over and the patient has left.

    :raises MoveNotAllowed: the patient had not arrived
    :raises NotFound: not an appointment of this site
    """
    row = _row(appointment_id, by.site_id)
    _step(row, AppointmentMove.FINISH, by, at, "")
    return row


def _row(appointment_id: UUID, site_id: UUID) -> Appointment:
    found = Appointment.objects.filter(pk=appointment_id, site_id=site_id).first()
    if found is None:
        raise NotFound
    return found


def _state(row: Appointment) -> AppointmentState:
    return AppointmentState(row.state)


def _step(row: Appointment, step: AppointmentMove, by: Actor, at: datetime, reason: str) -> None:
    move(
        subject=row,
        table=APPOINTMENT,
        move=step,
        by=by,
        at=at,
        reason=reason,
        patient_id=row.patient_id,
    )


def _check_neighbours(fact: queries.AppointmentFact, starts_at: datetime, zone: ZoneInfo) -> None:
    series = queries.series_rules(fact)
    previous, following = queries.neighbours(fact)
    for earlier, later, which in (
        (previous, starts_at, "before"),
        (starts_at, following, "after"),
    ):
        if earlier is None or later is None:
            continue
        if later <= earlier:
            raise Refused(
                "Choose a time between the infusion before and the infusion after.",
                field="starts_at",
            )
        if rules.gap_problem(series, [earlier, later], zone) is not None:
            raise Refused(
                f"Choose another time: between this visit and the one {which} it at least "
                f"{fact.min_gap_hours} hours and at most {fact.max_gap_days} days must lie.",
                field="starts_at",
            )
