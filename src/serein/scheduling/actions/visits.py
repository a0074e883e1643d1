"""Visits that move, are cancelled, or are missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from serein.audit.actions import action, record
from serein.core.errors import NotFound, Refused
from serein.scheduling import queries
from serein.scheduling.actions import follow, guard, notices, rows
from serein.scheduling.actions.gaps import check_gaps
from serein.scheduling.actions.overriding import check_override
from serein.scheduling.actions.places import Desk, Wish
from serein.scheduling.models import COLUMN_OF, Appointment
from serein.scheduling.rules import Kind
from serein.scheduling.states import APPOINTMENT, AppointmentMove, AppointmentState

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.scheduling.queries import ClinicFact


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
    override_reason: str = "",
) -> Appointment:
    """Move one visit between its neighbours; returns the appointment that stands in its place.

    The new time is stored before the old is given up, in one transaction. With an override the gaps
    and the hours may be broken, visibly. A visit that keeps its time and only takes another chair,
    nurse or thing stays the same appointment, confirmed if it was, and its patient hears nothing.
    Run it before anything is audited.

    :raises Refused: a gap to a neighbour breaks, the clinic is closed, or the time is taken
    :raises NotFound: not an appointment of this site
    """
    old = rows.found(appointment_id, by.site_id)
    clinic = queries.clinic_of(by.site_id)
    APPOINTMENT.after(AppointmentState(old.state), AppointmentMove.RESCHEDULE)
    if starts_at == old.starts_at:
        return _reseat(old, clinic, by, at, chair_id, reason or override_reason)
    if override_reason:
        check_override(by, override_reason)
    else:
        check_gaps(old, {old.number: starts_at}, clinic.zone)
    return _move(
        [(old, starts_at)],
        clinic,
        key,
        by,
        at,
        reason,
        units={Kind.CHAIR: chair_id} if chair_id else {},
        override_reason=override_reason,
    )[0]


@action
def cascade_move(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    series_id: UUID,
    starts: Mapping[int, datetime],
    reason: str,
) -> Appointment:
    """Move several visits of a series at once, all or none; ``starts`` maps numbers to new times.

    Returns the first that moved. Run it before anything is audited.

    :raises Refused: a gap of the resulting series breaks, or a time is not to be had
    :raises NotFound: no such visit is waiting at this site
    """
    if not starts:
        raise Refused("Choose at least one visit to move.")
    found = {
        row.number: row
        for row in Appointment.objects.filter(
            site_id=by.site_id, series_id=series_id, number__in=list(starts)
        ).filter(state__in=[AppointmentState.BOOKED, AppointmentState.CONFIRMED])
    }
    if set(found) != set(starts):
        raise NotFound
    clinic = queries.clinic_of(by.site_id)
    check_gaps(found[min(found)], starts, clinic.zone)
    moving = [(found[number], starts[number]) for number in sorted(starts)]
    return _move(moving, clinic, key, by, at, reason)[0]


@action
def cancel_appointment(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    appointment_id: UUID,
    reason: str,
    owner_id: UUID | None = None,
    due_date: date | None = None,
    is_rebooked: bool = True,
) -> Appointment:
    """Cancel one visit and free what it holds; somebody is to find a new time by a date.

    Run it before anything is audited.

    :raises Refused: no reason is given, or the visit is over
    :raises NotFound: not an appointment of this site
    """
    if not reason.strip():
        raise Refused("Enter why the visit is cancelled.", field="reason")
    row = rows.found(appointment_id, by.site_id)
    guard.lock_days(by.site_id, [row.local_date])
    rows.step(row, AppointmentMove.CANCEL, by, at, reason, revision=row.revision + 1)
    guard.release([row.pk])
    notices.tell_cancelled(key, by, at, row)
    if is_rebooked:
        follow.open_task(row, "cancelled", by, at, owner_id=owner_id, due_date=due_date)
    return row


@action
def mark_no_show(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    appointment_id: UUID,
    reason: str = "",
    owner_id: UUID | None = None,
    due_date: date | None = None,
) -> Appointment:
    """Say that the patient did not come; somebody is to find a new time by a date.

    Run it before anything is audited.

    :raises Refused: the visit has not begun yet, or is over
    :raises NotFound: not an appointment of this site
    """
    row = rows.found(appointment_id, by.site_id)
    if at < row.starts_at:
        raise Refused("Wait until the visit should have begun, or cancel it instead.")
    guard.lock_days(by.site_id, [row.local_date])
    rows.step(row, AppointmentMove.MISS, by, at, reason)
    guard.release([row.pk])
    follow.open_task(row, "no_show", by, at, owner_id=owner_id, due_date=due_date)
    return row


@action
def undo_step(
    *, key: UUID, by: Actor, at: datetime, appointment_id: UUID, reason: str
) -> Appointment:
    """Take back a confirmation, an arrival, a no-show or a cancellation: a new step, never an erasure.

    A missed or cancelled visit comes back only if everything it had is still free, and its task to
    rebook is dropped. Run it before anything is audited.

    :raises Refused: no reason is given, or the time was given away meanwhile
    :raises NotFound: not an appointment of this site
    """
    if not reason.strip():
        raise Refused("Enter why it is taken back.", field="reason")
    row = rows.found(appointment_id, by.site_id)
    APPOINTMENT.after(AppointmentState(row.state), AppointmentMove.UNDO)
    was_free = row.state in (AppointmentState.CANCELLED, AppointmentState.NO_SHOW)
    guard.lock_days(by.site_id, [row.local_date])
    tasks = follow.open_tasks([row])
    if was_free:
        _check_not_replaced(row)
        guard.end_old_holds(by.site_id, [row.local_date], at)
        wish = Wish.again(row, queries.clinic_of(by.site_id), at, may_be_past=True)
        desk = Desk([wish])
        row.nurse_id = desk.seat(wish).units.get(Kind.NURSE)
    rows.step(
        row,
        AppointmentMove.UNDO,
        by,
        at,
        reason,
        revision=row.revision + was_free,
        nurse_id=row.nurse_id,
    )
    if was_free:
        guard.occupy([row], if_taken=lambda: desk.taken(wish))
        follow.drop_tasks(tasks, by, at)
        notices.tell_booked(key, by, at, [row])
    return row


def _move(
    moving: Sequence[tuple[Appointment, datetime]],
    clinic: ClinicFact,
    key: UUID,
    by: Actor,
    at: datetime,
    reason: str,
    *,
    units: Mapping[Kind, UUID] | None = None,
    override_reason: str = "",
) -> list[Appointment]:
    """Store the new times, then give up the old ones, on the locked days of both."""
    wishes = [
        Wish.again(
            row, clinic, at, starts_at=starts_at, units=units or {}, bends=bool(override_reason)
        )
        for row, starts_at in moving
    ]
    days = [row.local_date for row, _ in moving] + [wish.local_date for wish in wishes]
    guard.lock_days(by.site_id, days)
    tasks = follow.open_tasks(row for row, _ in moving)
    guard.end_old_holds(by.site_id, days, at)
    desk = Desk(wishes)
    kept = [{Kind.CHAIR: row.chair_id} if row.chair_id else {} for row, _ in moving]
    places = [desk.seat(wish, chair) for wish, chair in zip(wishes, kept, strict=True)]
    for row, _ in moving:
        rows.step(row, AppointmentMove.RESCHEDULE, by, at, reason)
    made = [
        rows.made(
            wish,
            place,
            series_id=row.series_id,
            visit_id=row.visit_id,
            revision=row.revision + 1,
            min_gap_hours=row.min_gap_hours,
            max_gap_days=row.max_gap_days,
            moved_from=row,
            override_reason=override_reason.strip(),
            overridden_by=by.name if override_reason else "",
        )
        for wish, place, (row, _) in zip(wishes, places, moving, strict=True)
    ]
    guard.occupy(
        made,
        taking_over=[row.pk for row, _ in moving],
        if_taken=lambda: desk.taken(wishes[0]),
    )
    for row, (old, _) in zip(made, moving, strict=True):
        record(by=by, at=at, verb="move_appointment", subject=row, patient_id=row.patient_id)
        notices.tell_moved(key, by, at, row, old.starts_at)
    follow.finish_tasks(tasks, by, at)
    return made


def _reseat(
    row: Appointment,
    clinic: ClinicFact,
    by: Actor,
    at: datetime,
    chair_id: UUID | None,
    reason: str,
) -> Appointment:
    """Give a visit what is free at its own time, of each kind what it has already where it can."""
    guard.lock_days(by.site_id, [row.local_date])
    guard.end_old_holds(by.site_id, [row.local_date], at)
    kept = {kind: unit for kind, column in COLUMN_OF.items() if (unit := getattr(row, column))}
    wanted = {Kind.CHAIR: chair_id} if chair_id else {}
    wish = Wish.again(row, clinic, at, units=wanted, may_be_past=True)
    desk = Desk([wish])
    units = desk.seat(wish, kept).units
    for kind, column in COLUMN_OF.items():
        setattr(row, column, units.get(kind))
    row.save(update_fields=[*COLUMN_OF.values()])
    guard.occupy([row], taking_over=[row.pk], if_taken=lambda: desk.taken(wish))
    changed = sorted(kind.value for kind in COLUMN_OF if kept.get(kind) != units.get(kind))
    record(
        by=by, at=at, verb="reseat", subject=row, patient_id=row.patient_id,
        details={"changed": ", ".join(changed), "reason": reason.strip()},
    )  # fmt: skip
    return row


def _check_not_replaced(row: Appointment) -> None:
    standing = queries.standing_of_series(row.series_id)
    if any(fact.number == row.number for fact in standing):
        raise Refused("Leave it as it is: a new visit was booked in its place.")
