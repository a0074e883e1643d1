"""What we know of guests: people who booked a visit before they were registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.core.errors import NotFound
from serein.messaging.models import GuestContact, Message
from serein.messaging.queries.facts import GuestFact
from serein.messaging.rules import Channel, ContactWay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID


def newest_contact(guest_id: UUID) -> GuestContact | None:
    """Return how a guest may be written to, as they said it last."""
    return GuestContact.objects.filter(guest_id=guest_id).order_by("-at", "-pk").first()


def is_known(guest_id: UUID) -> bool:
    """Say whether a guest left any way to be reached."""
    return GuestContact.objects.filter(guest_id=guest_id).exists()


def guest(site_id: UUID, guest_id: UUID) -> GuestFact:
    """Return what is known of a guest of a site.

    :raises NotFound: no guest of this site left a way to be reached under this id
    """
    row = newest_contact(guest_id)
    if row is None or row.site_id != site_id:
        raise NotFound
    said = Message.objects.filter(guest_id=guest_id, patient__isnull=False)
    return GuestFact(guest_id, row.name, said.values_list("patient_id", flat=True).first())


def guests_by_id(site_id: UUID, guest_ids: Iterable[UUID]) -> dict[UUID, GuestFact]:
    """Return what is known of these guests of a site who are not patients yet, in one query."""
    rows = GuestContact.objects.filter(site_id=site_id, guest_id__in=set(guest_ids))
    return {
        row.guest_id: GuestFact(row.guest_id, row.name, None) for row in rows.order_by("at", "pk")
    }


def contacts_of(guest_id: UUID) -> tuple[ContactWay, ...]:
    """List the addresses of a guest: the one that they gave last."""
    row = newest_contact(guest_id)
    return () if row is None else (ContactWay(Channel(row.channel), row.address, row.may_use),)


def names_of(guest_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Return the names that guests gave, in one query."""
    rows = GuestContact.objects.filter(guest_id__in=set(guest_ids)).order_by("at", "pk")
    return dict(rows.values_list("guest_id", "name"))
