from __future__ import annotations

import re
from typing import TYPE_CHECKING

from serein.accounts import queries as accounts
from serein.accounts.permissions import Act, may
from serein.audit.actions import action, move, record
from serein.consents import queries, rules
from serein.consents.models import Consent, ConsentDocument
from serein.consents.rules import Method, NameMatch
from serein.consents.states import CONSENT, ConsentMove
from serein.core.errors import Refused
from serein.patients import queries as patients

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from serein.core.actors import Actor

_VERSION = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}", re.ASCII)


@action
def publish_document(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    version: str,
    title: str,
    text: str,
    issued_date: date,
    valid_days: int = rules.VALID_DAYS,
    keeps_valid: Sequence[str] = (),
) -> ConsentDocument:
    """Put a version in force. Signatures under ``keeps_valid`` versions go on counting.

    :raises Refused: the version exists, or a part is missing or not plausible
    """
    if not _VERSION.fullmatch(version):
        raise Refused("Enter a version such as 1.1.", field="version")
    known = {document.version for document in queries.documents_of(by.site_id)}
    if version in known:
        raise Refused("Enter another version: this one is published.", field="version")
    if not set(keeps_valid) <= known:
        raise Refused("Choose versions that were published here.", field="keeps_valid")
    if not title.strip() or not text.strip():
        raise Refused("Enter a title and the text.", field="text")
    if not 1 <= valid_days <= 730:
        raise Refused("Enter a number of days from 1 to 730.", field="valid_days")
    made = ConsentDocument.objects.create(
        site_id=by.site_id,
        version=version,
        title=title.strip(),
        text=text.strip(),
        issued_date=issued_date,
        valid_days=valid_days,
        keeps_valid=sorted(keeps_valid),
        published_at=at,
        published_by_id=by.id,
        published_by_name=by.name,
    )
    record(
        by=by,
        at=at,
        verb="publish_document",
        subject=made,
        details={"version": version, "keeps_valid": ",".join(made.keeps_valid)},
    )
    return made


@action
def sign_consent(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    document_id: UUID,
    signer_name: str,
    method: str,
    explained_by: UUID,
    signed_at: datetime | None = None,
    was_read_aloud: bool = False,
    may_tell_escort: bool | None = None,
    questions: str = "",
) -> Consent:
    """Keep a patient's signature under the version in force.

    ``signed_at`` is the time on the paper; without it the patient signs now.

    :raises Refused: another version is in force, the name is not the patient's, or the person who
        explained it may not do so
    """
    patient = patients.patient_for(by.site_id, patient_id)
    signed_at = signed_at or at
    document = queries.document(by.site_id, document_id)
    in_force = queries.document_in_force(by.site_id, at)
    if in_force is None or in_force.document_id != document.document_id:
        raise Refused("Reload the page: a newer version of the document is in force.")
    if method not in set(Method):
        raise Refused("Choose how it was signed.", field="method")
    match = rules.name_match(typed=signer_name, names=(patient.full_name, patient.preferred_name))
    if match is NameMatch.DIFFERENT:
        raise Refused(
            f"Ask the patient to type their own name: the record says {patient.full_name}.",
            field="signer_name",
        )
    if signed_at > at:
        raise Refused("Enter a time of signing that is not in the future.", field="signed_time")
    explainer = accounts.staff_named(by.site_id, explained_by)
    if not may(explainer.role, Act.SIGN_CONSENT):
        raise Refused("Choose a nurse or a prescriber who explained it.", field="explained_by")
    expires_at = rules.expires_at(signed_at=signed_at, valid_days=document.valid_days)
    if expires_at <= at:
        raise Refused("Ask the patient to sign again: this paper has expired.", field="signed_date")
    made = Consent.objects.create(
        patient=patient,
        document_id=document.document_id,
        signer_name=signer_name.strip(),
        method=method,
        explained_by_id=explainer.staff_id,
        was_read_aloud=was_read_aloud,
        may_tell_escort=may_tell_escort,
        questions=questions,
        signed_at=signed_at,
        recorded_at=at,
        recorded_by_name=by.name,
        expires_at=expires_at,
    )
    record(
        by=by,
        at=at,
        verb="sign_consent",
        subject=made,
        patient_id=patient.pk,
        details={"version": document.version, "method": str(method), "name": match.value},
    )
    return made


@action
def withdraw_consent(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    consent_id: UUID,
    reason: str,
    patient_id: UUID | None = None,
) -> Consent:
    """Keep that the patient takes the consent back, from now on.

    :raises Refused: no reason was given
    :raises MoveNotAllowed: it is withdrawn already
    """
    signed = queries.consent_row(consent_id, patient_id)
    patients.patient_for(by.site_id, signed.patient_id)
    if not reason.strip():
        raise Refused("Enter what the patient said.", field="reason")
    move(
        subject=signed,
        table=CONSENT,
        move=ConsentMove.WITHDRAW,
        by=by,
        at=at,
        reason=reason.strip(),
        patient_id=signed.patient_id,
        also={"withdrawn_at": at},
    )
    return signed
