"""How guests are written to, and what follows them when they become patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.audit.actions import action, record
from serein.messaging import queries
from serein.messaging.models import ChannelChoice, GuestContact, Message
from serein.messaging.rules import Channel, Reader
from serein.patients import queries as patients

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.patients.models import Patient


@action
def reach_guest(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    guest_id: UUID,
    name: str,
    channel: Channel,
    address: str,
    may_use: bool | None,
) -> GuestContact:
    """Keep how a guest may be written to about the visit they book; what they say last counts."""
    contact = queries.newest_contact(guest_id)
    said = (name, Channel(channel).value, address, may_use)
    is_new = contact is None or said != (
        contact.name,
        contact.channel,
        contact.address,
        contact.may_use,
    )
    if contact is None or is_new:
        contact = GuestContact(
            site_id=by.site_id,
            guest_id=guest_id,
            name=name,
            channel=Channel(channel).value,
            address=address,
            may_use=may_use,
            at=at,
        )
        contact.save()
    record(
        by=by,
        at=at,
        verb="reach_guest",
        subject=contact,
        details={"is_new": is_new, "channel": contact.channel},
    )
    return contact


@action
def name_guest(*, key: UUID, by: Actor, at: datetime, guest_id: UUID, patient_id: UUID) -> Patient:
    """Let what was said to a guest, and which channels they stopped, follow them to their record.

    :raises NotFound: the patient is not of this site
    """
    patient = patients.patient_for(by.site_id, patient_id)
    said = Message.objects.filter(site_id=by.site_id, guest_id=guest_id, patient__isnull=True)
    count = said.update(patient_id=patient.pk)
    for choice in queries.newest_choices(Reader(guest_id=guest_id)).values():
        ChannelChoice(
            patient_id=patient.pk,
            channel=choice.channel,
            is_wanted=choice.is_wanted,
            at=at,
            by_id=choice.by_id,
            by_name=choice.by_name,
        ).save()
    record(
        by=by,
        at=at,
        verb="name_guest",
        subject=patient,
        patient_id=patient.pk,
        details={"messages": count},
    )
    return patient
