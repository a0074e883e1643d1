"""The session note: generated, read, signed, and from then on only added to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.audit.actions import action, record
from serein.core.errors import Refused
from serein.infusions import queries
from serein.infusions.actions.claimed import claimed, need_state
from serein.infusions.models import Addendum, SessionNote
from serein.infusions.rules.note import note
from serein.infusions.states import WENT_HOME

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


@action
def sign_note(
    *, key: UUID, by: Actor, at: datetime, session_id: UUID, comment: str = ""
) -> SessionNote:
    """Sign the note that the visit wrote, with a comment where one is needed. Locks the text.

    :raises Refused: the patient has not gone home yet, or the note is signed already
    """
    visit = claimed(by, session_id)
    need_state(visit, *WENT_HOME, mend="Discharge the patient first: the note is not complete.")
    if queries.note_of(visit.pk) is not None:
        raise Refused("Add an addendum: the note is signed already.")
    text = note(queries.note_facts(visit, at))
    if comment.strip():
        text = f"{text}\n\nComment: {comment.strip()}"
    signed = SessionNote.objects.create(
        session=visit,
        text=text,
        signed_at=at,
        signed_by_id=by.id,
        signed_by_name=by.name,
        signed_by_role=by.role,
    )
    record(by=by, at=at, verb="sign_note", subject=signed, patient_id=visit.patient_id)
    return signed


@action
def addend_note(*, key: UUID, by: Actor, at: datetime, session_id: UUID, text: str) -> Addendum:
    """Add to a signed note. The note itself stays as it was signed.

    :raises Refused: nothing was written, or the note is not signed yet
    """
    if not text.strip():
        raise Refused("Write the addendum.", field="text")
    visit = claimed(by, session_id)
    signed = SessionNote.objects.filter(session=visit).first()
    if signed is None:
        raise Refused("Sign the note first: it can still be read and commented.")
    addendum = Addendum.objects.create(
        note=signed, text=text.strip(), at=at, by_id=by.id, by_name=by.name
    )
    record(by=by, at=at, verb="addend_note", subject=addendum, patient_id=visit.patient_id)
    return addendum
