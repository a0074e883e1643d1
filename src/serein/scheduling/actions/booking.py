"""Holding a time, booking one visit, and booking against a rule."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from serein.audit.actions import action, record
from serein.core.errors import Refused
from serein.patients.queries import patient_for
from serein.scheduling import queries
from serein.scheduling.actions import guard, notices, rows
from serein.scheduling.actions.overriding import check_override
from serein.scheduling.actions.places import Desk, Wish
from serein.scheduling.models import Appointment
from serein.scheduling.rules import Kind
from serein.scheduling.rules.phases import INFUSION, RECOVERY
from serein.scheduling.states import AppointmentMove, AppointmentState

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor


@action
def hold(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    type_code: str,
    starts_at: datetime,
    holder: str,
    patient_id: UUID | None = None,
    guest_id: UUID | None = None,
    units: Mapping[Kind, UUID] | None = None,
    infusion_minutes: int | None = None,
    recovery_minutes: int | None = None,
) -> Appointment:
    """Keep a time for somebody for some minutes (a setting). Whoever holds one gives up any other.

    ``holder`` names them, for example by their session. Holding the same time again renews it. A
    hold runs out by itself: at exactly its age it is gone. Run it before anything is audited.

    :raises Refused: the time is in the past, outside the hours, or taken; names what is free
    :raises NotFound: no such visit type or patient
    """
    wish = _wish(
        by, at, type_code, starts_at, patient_id,
        guest_id if patient_id or guest_id else uuid.uuid4(), units,
        infusion_minutes, recovery_minutes,
    )  # fmt: skip
    own = list(
        Appointment.objects.filter(
            site_id=by.site_id, state=AppointmentState.HELD, held_by=holder
        ).order_by("local_date", "pk")
    )
    days = [wish.local_date, *(row.local_date for row in own)]
    guard.lock_days(by.site_id, days)
    own = [row for row in own if _is_still_held(row)]
    guard.end_old_holds(by.site_id, days, at, but=[row.pk for row in own])
    until = at + timedelta(minutes=wish.clinic.settings.hold_minutes)
    same = [row for row in own if row.starts_at == starts_at and row.type_code == type_code]
    _let_go([row for row in own if row not in same], by, at)
    if same:
        kept = same[0]
        kept.held_until = until
        kept.save(update_fields=["held_until"])
        _note(kept, "renew_hold", by, at)
        return kept
    desk = Desk([wish])
    made = rows.made(
        wish,
        desk.seat(wish),
        state=AppointmentState.HELD.value,
        held_until=until,
        held_by=holder,
    )
    guard.occupy([made], if_taken=lambda: desk.taken(wish))
    _note(made, "hold", by, at)
    return made


@action
def let_go(*, key: UUID, by: Actor, at: datetime, appointment_id: UUID, holder: str) -> Appointment:
    """Give a held time back.

    :raises Refused: somebody else holds it, or nobody any more
    :raises NotFound: not an appointment of this site
    """
    row = rows.found(appointment_id, by.site_id)
    guard.lock_days(by.site_id, [row.local_date])
    _check_holder(row, holder)
    _let_go([row], by, at)
    return row


@action
def book_held(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    appointment_id: UUID,
    holder: str,
    patient_id: UUID | None = None,
    guest_id: UUID | None = None,
    series_id: UUID | None = None,
) -> Appointment:
    """Book a time that is held. A hold that has run out still books while nobody else took the time.

    Run it before anything is audited.

    :raises Refused: somebody else holds or has booked it; names what is free
    :raises NotFound: not an appointment of this site
    """
    row = rows.found(appointment_id, by.site_id)
    if patient_id is not None:
        patient_for(by.site_id, patient_id)
    guard.lock_days(by.site_id, [row.local_date])
    row.refresh_from_db()
    clinic = queries.clinic_of(by.site_id)
    wish = Wish.again(row, clinic, at, patient_id=patient_id or row.patient_id)
    desk = Desk([wish])
    if row.state == AppointmentState.LAPSED and row.held_by == holder:
        raise desk.taken(wish)
    _check_holder(row, holder)
    guard.end_old_holds(by.site_id, [row.local_date], at, but=[row.pk])
    units = desk.seat(wish).units
    row.patient_id, row.nurse_id = wish.patient_id, units.get(Kind.NURSE)
    rows.step(
        row,
        AppointmentMove.BOOK,
        by,
        at,
        held_until=None,
        made_at=at,
        patient_id=row.patient_id,
        guest_id=guest_id or row.guest_id,
        nurse_id=row.nurse_id,
        series_id=series_id or row.series_id,
    )
    guard.occupy([row], taking_over=[row.pk], if_taken=lambda: desk.taken(wish))
    notices.tell_booked(key, by, at, [row])
    return row


@action
def book_visit(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    type_code: str,
    starts_at: datetime,
    patient_id: UUID | None = None,
    guest_id: UUID | None = None,
    units: Mapping[Kind, UUID] | None = None,
    infusion_minutes: int | None = None,
    recovery_minutes: int | None = None,
    series_id: UUID | None = None,
    number: int = 1,
    override_reason: str = "",
) -> Appointment:
    """Book one visit: a consultation, a single or a maintenance infusion.

    With a reason it may be booked against the hours, the nurses and the prescribers, by those who
    may; never in a chair, with a device or with a patient who is taken. It then carries the reason.
    Run it before anything is audited.

    :raises Refused: the time is in the past, outside the hours, or taken; names what is free
    :raises NotFound: no such visit type or patient
    """
    if override_reason:
        check_override(by, override_reason)
    wish = _wish(
        by, at, type_code, starts_at, patient_id, guest_id, units, infusion_minutes,
        recovery_minutes, number=number, bends=bool(override_reason),
    )  # fmt: skip
    if wish.patient_id is None and wish.guest_id is None:
        raise Refused("Choose for whom the visit is.", field="patient_id")
    guard.lock_days(by.site_id, [wish.local_date])
    guard.end_old_holds(by.site_id, [wish.local_date], at)
    desk = Desk([wish])
    made = rows.made(
        wish,
        desk.seat(wish),
        series_id=series_id or uuid.uuid4(),
        override_reason=override_reason.strip(),
        overridden_by=by.name if override_reason else "",
    )
    guard.occupy([made], if_taken=lambda: desk.taken(wish))
    _note(made, "override_book" if override_reason else "book_visit", by, at)
    notices.tell_booked(key, by, at, [made])
    return made


@action
def name_patient(
    *, key: UUID, by: Actor, at: datetime, appointment_id: UUID, patient_id: UUID
) -> Appointment:
    """Say who the guest of a visit is, once they are registered.

    :raises Refused: it is somebody's already, or they are elsewhere at that time
    :raises NotFound: not an appointment or not a patient of this site
    """
    row = rows.found(appointment_id, by.site_id)
    patient_for(by.site_id, patient_id)
    guard.lock_days(by.site_id, [row.local_date])
    if row.patient_id is not None:
        raise Refused("Reload the page: this visit is somebody's already.")
    row.patient_id = patient_id
    row.save(update_fields=["patient"])
    busy = Refused("Move one of the two visits: this patient is elsewhere at that time.")
    if row.state in queries.STANDING_VALUES:
        guard.occupy([row], taking_over=[row.pk], if_taken=lambda: busy)
    _note(row, "name_patient", by, at)
    return row


def _wish(
    by: Actor,
    at: datetime,
    type_code: str,
    starts_at: datetime,
    patient_id: UUID | None,
    guest_id: UUID | None,
    units: Mapping[Kind, UUID] | None,
    infusion_minutes: int | None,
    recovery_minutes: int | None,
    **more: Any,
) -> Wish:
    clinic = queries.clinic_of(by.site_id)
    fact = clinic.type_named(type_code)
    if patient_id is not None:
        patient_for(by.site_id, patient_id)
    own = {INFUSION: infusion_minutes, RECOVERY: recovery_minutes}
    minutes = {
        phase: fact.minutes_of(phase) if given is None else given for phase, given in own.items()
    }
    return Wish(
        clinic=clinic,
        type=fact,
        starts_at=starts_at,
        at=at,
        patient_id=patient_id,
        guest_id=guest_id,
        units=units or {},
        infusion_minutes=minutes[INFUSION],
        recovery_minutes=minutes[RECOVERY],
        **more,
    )


def _is_still_held(row: Appointment) -> bool:
    """Look again inside the lock: another writer may have ended or booked it meanwhile."""
    row.refresh_from_db()
    return row.state == AppointmentState.HELD


def _check_holder(row: Appointment, holder: str) -> None:
    if row.state != AppointmentState.HELD or row.held_by != holder:
        raise Refused("Choose a time: this one is not held for you.", field="starts_at")


def _let_go(held: list[Appointment], by: Actor, at: datetime) -> None:
    guard.release([row.pk for row in held])
    for row in held:
        rows.step(row, AppointmentMove.LAPSE, by, at)


def _note(row: Appointment, verb: str, by: Actor, at: datetime) -> None:
    record(
        by=by,
        at=at,
        verb=verb,
        subject=row,
        patient_id=row.patient_id,
        details={"kind": row.kind},
    )
