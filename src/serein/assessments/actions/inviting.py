"""Personal links: made, and withdrawn."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac

from serein.assessments import queries, rules
from serein.assessments.actions.recording import known_instrument
from serein.assessments.models import Invitation
from serein.assessments.states import INVITATION, InvitationMove, InvitationState
from serein.audit.actions import action, move, record
from serein.core.errors import Refused
from serein.patients import queries as patients

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


def link_token(*, key: UUID) -> str:
    """Return the secret of the link that was made with this key.

    It is drawn from the key with the installation's own secret, so that a page that is sent twice
    shows the same link; the database keeps only a hash of it.
    """
    digest = salted_hmac("serein.assessments.link", str(key), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@action
def invite(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    instrument_code: str,
    expires_at: datetime,
) -> Invitation:
    """Make a personal link to a questionnaire. It answers every request for a new one.

    :raises Refused: an unknown form, or an end that is past or too far ahead
    :raises NotFound: the patient is not of this site
    """
    patient = patients.patient_for(by.site_id, patient_id)
    form = known_instrument(instrument_code)
    fault = rules.expiry_fault(expires_at=expires_at, at=at)
    if fault is not None:
        raise Refused(fault, field="days")
    token = link_token(key=key)
    invitation = Invitation.objects.create(
        patient=patient,
        instrument_code=form.code,
        token_hash=rules.token_hash(token),
        invited_at=at,
        expires_at=expires_at,
        by_id=by.id,
        by_name=by.name,
    )
    invitation.token = token
    asked = Invitation.objects.filter(
        patient=patient, instrument_code=form.code, state=InvitationState.ASKED_AGAIN.value
    )
    for old in asked:
        move(
            subject=old,
            table=INVITATION,
            move=InvitationMove.REPLACE,
            by=by,
            at=at,
            patient_id=patient.pk,
        )
    record(
        by=by,
        at=at,
        verb="invite",
        subject=invitation,
        patient_id=patient.pk,
        details={"instrument": form.code},
    )
    return invitation


@action
def withdraw_invitation(
    *, key: UUID, by: Actor, at: datetime, patient_id: UUID, invitation_id: UUID
) -> Invitation:
    """Close a link, for example one that went to the wrong person. It then tells nothing at all.

    :raises MoveNotAllowed: it was used or withdrawn already
    :raises NotFound: this patient has none with this id
    """
    patients.patient_for(by.site_id, patient_id)
    invitation = queries.invitation_row(patient_id, invitation_id)
    move(
        subject=invitation,
        table=INVITATION,
        move=InvitationMove.WITHDRAW,
        by=by,
        at=at,
        patient_id=patient_id,
    )
    return invitation
