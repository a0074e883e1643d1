"""The envelope of an entry, kept in the transaction that charts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from serein.audit.actions import action, derived_key, record
from serein.core.errors import NotFound
from serein.infusions.models import EntryStamp, InfusionSession, SessionEvent

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.infusions.rules.arrival import Envelope


@action
def stamp_entry(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    kind: str,
    made_id: UUID,
    envelope: Envelope,
) -> EntryStamp:
    """Keep when an entry was made on its tablet, by which clock, and when it arrived.

    :raises NotFound: no such visit at this site
    """
    visit = InfusionSession.objects.filter(site_id=by.site_id, pk=session_id).first()
    if visit is None:
        raise NotFound
    stamp = EntryStamp.objects.create(
        session=visit,
        key=key,
        kind=kind,
        made_id=made_id,
        entered_at=envelope.device_at,
        offset_ms=envelope.offset_ms if envelope.device_at is not None else None,
        received_at=at,
        device_id=envelope.device_id,
        sequence=envelope.sequence,
        by_id=by.id,
        by_name=by.name,
    )
    record(by=by, at=at, verb="stamp_entry", subject=stamp, patient_id=visit.patient_id)
    return stamp


def stamped(
    act: Callable[..., Any], *, session_id: UUID, kind: str, envelope: Envelope
) -> Callable[..., Any]:
    """Return an action that also keeps the envelope: both are written, or neither is."""

    def both(*, key: UUID, by: Actor, at: datetime, **facts: Any) -> Any:
        with transaction.atomic():
            made = act(key=key, by=by, at=at, **facts)
            stamp_entry(
                key=derived_key(key, "stamp"),
                by=by,
                at=at,
                session_id=session_id,
                kind=kind,
                made_id=_id_of(made),
                envelope=envelope,
            )
        return made

    return both


def _id_of(made: Any) -> UUID:
    """Name the row that was written; what is done at the pump answers with the visit, not the row."""
    if isinstance(made, InfusionSession):
        if made.discharge_id is not None:
            return made.discharge_id
        rows = SessionEvent.objects.filter(session=made, supersedes__isnull=True)
        newest: UUID | None = rows.order_by("-place").values_list("pk", flat=True).first()
        return newest or made.pk
    found: UUID = made.pk
    return found
