"""How far a visit is on its day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from serein.audit.actions import action
from serein.core.errors import Refused
from serein.scheduling import queries
from serein.scheduling.actions import rows
from serein.scheduling.models import Appointment
from serein.scheduling.states import AppointmentMove

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor


@action
def confirm(*, key: UUID, by: Actor, at: datetime, appointment_id: UUID) -> Appointment:
    """Say that the patient is coming.

    :raises MoveNotAllowed: the visit is not waiting to be confirmed
    :raises NotFound: not an appointment of this site
    """
    row = rows.found(appointment_id, by.site_id)
    rows.step(row, AppointmentMove.CONFIRM, by, at)
    return row


@action
def mark_arrived(*, key: UUID, by: Actor, at: datetime, appointment_id: UUID) -> Appointment:
    """Say that the patient is here.

    :raises MoveNotAllowed: the visit is not waiting to begin
    :raises NotFound: not an appointment of this site
    """
    row = rows.found(appointment_id, by.site_id)
    rows.step(row, AppointmentMove.ARRIVE, by, at)
    return row


@action
def begin_phase(
    *, key: UUID, by: Actor, at: datetime, appointment_id: UUID, phase: str
) -> Appointment:
    """Say which phase of the visit runs now. The plan is not rewritten.

    :raises Refused: the visit has no such phase
    :raises MoveNotAllowed: the patient is not here
    :raises NotFound: not an appointment of this site
    """
    row = rows.found(appointment_id, by.site_id)
    known = [each.name for each in queries.type_of(row).visit.phases if each.with_patient]
    if phase not in known:
        raise Refused("Choose a phase of this visit.", field="phase")
    rows.step(row, AppointmentMove.BEGIN_PHASE, by, at, phase, phase=phase)
    return row


@action
def mark_done(*, key: UUID, by: Actor, at: datetime, appointment_id: UUID) -> Appointment:
    """Say that the visit is over and the patient has left.

    :raises MoveNotAllowed: the patient had not arrived
    :raises NotFound: not an appointment of this site
    """
    row = rows.found(appointment_id, by.site_id)
    rows.step(row, AppointmentMove.FINISH, by, at)
    return row
