"""What somebody does who books a first consultation online."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from serein.audit.actions import action, derived_key, record
from serein.core.errors import Refused
from serein.intake import actions as intake
from serein.scheduling import actions as scheduling
from serein.scheduling import queries
from serein.scheduling.states import AppointmentState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.scheduling.models import Appointment
    from serein.scheduling.queries import VisitFact


@action
def book_consult(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    appointment_id: UUID,
    asks: Mapping[str, Any] | None = None,
) -> Appointment:
    """Book the time that somebody holds; ``asks`` holds their request where they sent none before.

    A hold that has run out still books while the time is free. The request and the visit are kept
    together or not at all; the request has the visit's guest as its key.

    :raises Refused: the time is gone, or the request is not whole
    :raises NotFound: not an appointment of this site
    """
    held = queries.visit(by.site_id, appointment_id)
    made = _book(held, derived_key(key, "book"), by, at)
    if asks is not None:
        intake.request_consult(
            key=derived_key(key, "ask"), by=by, at=at, client_key=made.guest_id, **asks
        )
    record(by=by, at=at, verb="book_consult", subject=made, patient_id=made.patient_id)
    return made


def _book(held: VisitFact, key: UUID, by: Actor, at: datetime) -> Appointment:
    if held.state is AppointmentState.HELD:
        try:
            return scheduling.book_held(
                key=derived_key(key, "held"),
                by=by,
                at=at,
                appointment_id=held.appointment_id,
                holder=held.held_by,
            )
        except Refused:
            # Somebody ended the hold a moment ago; the time itself may be free again.
            if queries.visit(by.site_id, held.appointment_id).state is AppointmentState.HELD:
                raise
    return scheduling.book_visit(
        key=derived_key(key, "free"),
        by=by,
        at=at,
        type_code=held.type_code,
        starts_at=held.starts_at,
        patient_id=held.patient_id,
        guest_id=held.guest_id,
    )
