"""Messages to whoever is at a chair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.audit.actions import action, record
from serein.core.errors import NotFound, Refused
from serein.infusions.actions.claimed import claimed, need_state
from serein.infusions.models import MessageRead, NurseMessage
from serein.infusions.states import IN_THE_CHAIR

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


@action
def message_nurse(
    *, key: UUID, by: Actor, at: datetime, session_id: UUID, text: str
) -> NurseMessage:
    """Send a message to a chair; it stands on the session page until somebody has read it.

    :raises Refused: nothing was written, or the patient has gone home
    """
    if not text.strip():
        raise Refused("Write the message.", field="text")
    visit = claimed(by, session_id)
    need_state(visit, *IN_THE_CHAIR, mend="Call the nurse: the patient has gone home already.")
    made = NurseMessage.objects.create(
        session=visit, text=text.strip(), at=at, by_id=by.id, by_name=by.name
    )
    record(by=by, at=at, verb="message_nurse", subject=made, patient_id=visit.patient_id)
    return made


@action
def mark_note_read(
    *, key: UUID, by: Actor, at: datetime, session_id: UUID, note_id: UUID
) -> MessageRead:
    """Say at the chair that a message was read. The first to say so counts.

    :raises NotFound: no such message to this visit
    """
    visit = claimed(by, session_id)
    note = NurseMessage.objects.filter(session=visit, pk=note_id).select_related("read").first()
    if note is None:
        raise NotFound
    known = getattr(note, "read", None)
    made = known or MessageRead.objects.create(message=note, at=at, by_id=by.id, by_name=by.name)
    record(by=by, at=at, verb="mark_note_read", subject=made, patient_id=visit.patient_id)
    return made
