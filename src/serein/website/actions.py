"""What somebody does who books a first consultation online."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from serein.audit.actions import action, derived_key, record
from serein.core.errors import Refused
from serein.intake import actions as intake
from serein.intake import queries as requests
from serein.intake.rules import ContactKind
from serein.messaging import actions as messaging
from serein.messaging.rules import Channel
from serein.scheduling import actions as scheduling
from serein.scheduling import queries
from serein.scheduling.actions import guard
from serein.scheduling.states import AppointmentState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.scheduling.models import Appointment
    from serein.scheduling.queries import VisitFact

_CHANNEL_OF = {ContactKind.PHONE: Channel.SMS, ContactKind.EMAIL: Channel.EMAIL}


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
    together or not at all; the request has the visit's guest as its key. Who is no patient yet is
    written to at the contact of their request: it is kept first, so that the booking can be told.

    :raises Refused: the time is gone, or the request is not whole
    :raises NotFound: not an appointment of this site
    """
    held = queries.visit(by.site_id, appointment_id)
    # Days are locked before anything is audited.
    guard.lock_days(by.site_id, [held.local_date])
    if held.patient_id is None and held.guest_id is not None:
        _keep_contact(held.guest_id, asks, derived_key(key, "contact"), by, at)
    made = _book(held, derived_key(key, "book"), by, at)
    if asks is not None:
        intake.request_consult(
            key=derived_key(key, "ask"), by=by, at=at, client_key=made.guest_id, **asks
        )
    record(by=by, at=at, verb="book_consult", subject=made, patient_id=made.patient_id)
    return made


def _keep_contact(
    guest_id: UUID, asks: Mapping[str, Any] | None, key: UUID, by: Actor, at: datetime
) -> None:
    """Say how the guest may be written to: as they typed it now, or when they sent the request."""
    said = asks or _asked_before(by.site_id, guest_id)
    if said is not None and said["contact_value"]:
        messaging.reach_guest(
            key=key,
            by=by,
            at=at,
            guest_id=guest_id,
            name=said["name"],
            channel=_CHANNEL_OF[ContactKind(said["contact_kind"])],
            address=said["contact_value"],
            may_use=said["may_leave_message"],
        )


def _asked_before(site_id: UUID, guest_id: UUID) -> Mapping[str, Any] | None:
    asked = requests.whole_request(site_id, guest_id)
    if asked is None:
        return None
    return {
        "name": asked.name,
        "contact_kind": asked.contact_kind,
        "contact_value": asked.contact_value,
        "may_leave_message": asked.may_leave_message,
    }


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
