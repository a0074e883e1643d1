"""Appointments as rows: found, made, taken one step further."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from serein.audit.actions import move
from serein.core.errors import NotFound
from serein.scheduling.actions.places import Place, Wish
from serein.scheduling.models import COLUMN_OF, Appointment
from serein.scheduling.states import APPOINTMENT, AppointmentMove

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor


def found(appointment_id: UUID, site_id: UUID) -> Appointment:
    """Return an appointment of a site.

    :raises NotFound: there is none
    """
    row = Appointment.objects.filter(pk=appointment_id, site_id=site_id).first()
    if row is None:
        raise NotFound
    return row


def made(wish: Wish, place: Place, **values: Any) -> Appointment:
    """Store a wish where it was seated."""
    local = wish.starts_at.astimezone(wish.zone)
    columns = {COLUMN_OF[kind]: unit for kind, unit in place.units.items()}
    defaults = {
        "series_id": uuid.uuid4(),
        "number": wish.number,
        "min_gap_hours": 0,
        "max_gap_days": 0,
    }
    return Appointment.objects.create(
        site_id=wish.clinic.site_id,
        patient_id=wish.patient_id,
        guest_id=wish.guest_id,
        kind=wish.type.kind.value,
        type_version_id=wish.type.version_id,
        type_code=wish.type.code,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        local_date=local.date(),
        local_time=local.time(),
        tzid=wish.zone.key,
        made_at=wish.at,
        infusion_minutes=wish.infusion_minutes,
        recovery_minutes=wish.recovery_minutes,
        **{**defaults, **columns, **values},
    )


def step(
    row: Appointment, how: AppointmentMove, by: Actor, at: datetime, reason: str = "", **also: Any
) -> None:
    """Take an appointment one step along its table.

    :raises MoveNotAllowed: its state has no such step
    :raises SomeoneActedFirst: it has moved since it was read
    """
    move(
        subject=row,
        table=APPOINTMENT,
        move=how,
        by=by,
        at=at,
        reason=reason,
        patient_id=row.patient_id,
        also=also,
    )
