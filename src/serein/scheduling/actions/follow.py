"""Tasks to find a new time for a visit that fell out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from serein.accounts.permissions import Role
from serein.accounts.queries import staff_of
from serein.audit.actions import action, move, record
from serein.core.errors import NotFound, Refused
from serein.scheduling import queries, rules
from serein.scheduling.models import Appointment, RebookTask
from serein.scheduling.states import REBOOK, RebookMove, RebookState

if TYPE_CHECKING:
    from serein.core.actors import Actor

LOOK_AHEAD_DAYS = 60

CALL_ME = "call_me"


@action
def finish_rebook(*, key: UUID, by: Actor, at: datetime, task_id: UUID) -> RebookTask:
    """Say that a new time was found, or that it was spoken about.

    :raises NotFound: no such task at this site
    """
    return _step(_task(task_id, by.site_id), RebookMove.FINISH, by, at)


@action
def drop_rebook(*, key: UUID, by: Actor, at: datetime, task_id: UUID, reason: str) -> RebookTask:
    """Say that no new time is wanted, and why.

    :raises Refused: no reason is given
    :raises NotFound: no such task at this site
    """
    if not reason.strip():
        raise Refused("Enter why no new time is needed.", field="reason")
    return _step(_task(task_id, by.site_id), RebookMove.DROP, by, at, reason)


@action
def ask_for_call(*, key: UUID, by: Actor, at: datetime, appointment_id: UUID) -> Appointment:
    """Note that a patient wants to be called about a visit, as a task with an owner and a date.

    :raises NotFound: no such visit at this site
    """
    row = Appointment.objects.filter(pk=appointment_id, site_id=by.site_id).first()
    if row is None:
        raise NotFound
    open_task(row, CALL_ME, by, at)
    record(by=by, at=at, verb="ask_for_call", subject=row, patient_id=row.patient_id)
    return row


@action
def assign_rebook(
    *, key: UUID, by: Actor, at: datetime, task_id: UUID, owner_id: UUID, due_date: date
) -> RebookTask:
    """Give a task to somebody else, or another date.

    :raises Refused: they do not work here
    :raises NotFound: no such task at this site
    """
    row = _task(task_id, by.site_id)
    if owner_id not in {fact.staff_id for fact in staff_of(by.site_id)}:
        raise Refused("Choose somebody who works here.", field="owner_id")
    row.owner_id, row.due_date = owner_id, due_date
    row.save(update_fields=["owner", "due_date"])
    record(
        by=by,
        at=at,
        verb="assign_rebook",
        subject=row,
        patient_id=row.appointment.patient_id,
        details={"due_date": due_date.isoformat()},
    )
    return row


def open_task(
    row: Appointment,
    because: str,
    by: Actor,
    at: datetime,
    *,
    owner_id: UUID | None = None,
    due_date: date | None = None,
) -> None:
    """Ask for a new time: by the next open day, of whoever acted or else of the front desk.

    A task that is open about this visit already goes on with the newer reason.
    """
    owner = owner_id or _owner(by)
    if owner is None:
        return
    made = RebookTask.objects.filter(appointment=row, state=RebookState.OPEN).first()
    if made is None:
        made = RebookTask.objects.create(
            site_id=row.site_id,
            appointment=row,
            owner_id=owner,
            due_date=due_date or _next_open_day(row.site_id, at),
            because=because,
        )
    else:
        made.because = because
        made.save(update_fields=["because"])
    record(
        by=by,
        at=at,
        verb="open_rebook",
        subject=made,
        patient_id=row.patient_id,
        details={"because": because},
    )


def open_tasks(appointments: Iterable[Appointment]) -> list[RebookTask]:
    """Hold the open tasks about these visits, or about others of their number in the series.

    Ask before anything is audited, as for days: locks are always taken in the same order.
    """
    about = Q(pk__in=[])
    for row in appointments:
        about |= Q(appointment__series_id=row.series_id, appointment__number=row.number)
    waiting = RebookTask.objects.filter(about, state=RebookState.OPEN).order_by("pk")
    return list(waiting.select_for_update(of=("self",)))


def open_tasks_of_series(series_id: UUID) -> list[RebookTask]:
    """Hold the open tasks about any visit of a series; ask before anything is audited."""
    waiting = RebookTask.objects.filter(
        appointment__series_id=series_id, state=RebookState.OPEN
    ).order_by("pk")
    return list(waiting.select_for_update(of=("self",)))


def drop_tasks(
    tasks: Iterable[RebookTask], by: Actor, at: datetime, reason: str = "The visit was put back."
) -> None:
    """Drop what is open for a visit that came back, or is not wanted any more."""
    for task in tasks:
        _step(task, RebookMove.DROP, by, at, reason)


def finish_tasks(tasks: Iterable[RebookTask], by: Actor, at: datetime) -> None:
    """Finish what is open once a new visit is booked."""
    for task in tasks:
        _step(task, RebookMove.FINISH, by, at, "A new visit is booked.")


def _task(task_id: UUID, site_id: UUID) -> RebookTask:
    row = RebookTask.objects.filter(pk=task_id, site_id=site_id).first()
    if row is None:
        raise NotFound
    return row


def _step(
    row: RebookTask, how: RebookMove, by: Actor, at: datetime, reason: str = ""
) -> RebookTask:
    move(
        subject=row,
        table=REBOOK,
        move=how,
        by=by,
        at=at,
        reason=reason,
        patient_id=row.appointment.patient_id,
    )
    return row


def _owner(by: Actor) -> UUID | None:
    """Whoever acted if they work here, else the first at the front desk, else anybody who books."""
    people = staff_of(by.site_id)
    for fact in people:
        if str(fact.staff_id) == by.id:
            return fact.staff_id
    for role in (Role.FRONT_DESK, Role.NURSE, Role.MEDICAL_DIRECTOR, Role.PRESCRIBER):
        for fact in people:
            if fact.role is role:
                return fact.staff_id
    return None


def _next_open_day(site_id: UUID, at: datetime) -> date:
    clinic = queries.clinic_of(site_id)
    today = at.astimezone(clinic.zone).date()
    days = (today + timedelta(days=n) for n in range(1, LOOK_AHEAD_DAYS))
    return next((day for day in days if rules.is_open(clinic.hours, day)), today)
