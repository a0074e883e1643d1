from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.consents import rules
from serein.consents.models import Consent, ConsentDocument
from serein.consents.rules import Signed, Version
from serein.consents.states import ConsentState
from serein.core.errors import NotFound
from serein.patients import queries as patients

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from serein.core.findings import Finding


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """One published version of the document."""

    document_id: UUID
    version: str
    title: str
    text: str
    issued_date: date
    valid_days: int
    keeps_valid: frozenset[str]
    published_at: datetime
    published_by_name: str


@dataclass(frozen=True, slots=True)
class ConsentFact:
    """One signature as it stands."""

    consent_id: UUID
    patient_id: UUID
    document_id: UUID
    version: str
    title: str
    signer_name: str
    method: str
    explained_by_name: str
    was_read_aloud: bool
    may_tell_escort: bool | None
    questions: str
    signed_at: datetime
    recorded_at: datetime
    recorded_by_name: str
    expires_at: datetime
    state: ConsentState
    withdrawn_at: datetime | None
    withdrawn_by_name: str
    withdrawn_reason: str


def document_in_force(site_id: UUID, at: datetime) -> DocumentFact | None:
    """Return the version of a site that is in force at a moment; None before the first."""
    rows = ConsentDocument.objects.filter(site_id=site_id, published_at__lte=at)
    newest = rows.order_by("-published_at", "-version").first()
    return None if newest is None else _document(newest)


def documents_of(site_id: UUID) -> tuple[DocumentFact, ...]:
    """List every published version of a site, newest first."""
    rows = ConsentDocument.objects.filter(site_id=site_id)
    return tuple(_document(row) for row in rows.order_by("-published_at", "-version"))


def document(site_id: UUID, document_id: UUID) -> DocumentFact:
    """Return one published version.

    :raises NotFound: this site has none with this id
    """
    found = ConsentDocument.objects.filter(site_id=site_id, pk=document_id).first()
    if found is None:
        raise NotFound
    return _document(found)


def consents_of(patient_id: UUID) -> tuple[ConsentFact, ...]:
    """List a patient's signatures, newest first."""
    return tuple(_consent(row) for row in _rows().filter(patient_id=patient_id))


def consent_row(consent_id: UUID, patient_id: UUID | None = None) -> Consent:
    """Return one signature, of this patient if one is given.

    :raises NotFound: there is none
    """
    rows = _rows().filter(pk=consent_id)
    found = (rows if patient_id is None else rows.filter(patient_id=patient_id)).first()
    if found is None:
        raise NotFound
    return found


def consent(patient_id: UUID, consent_id: UUID) -> ConsentFact:
    """Return one signature of a patient.

    :raises NotFound: this patient has none with this id
    """
    return _consent(consent_row(consent_id, patient_id))


def valid_consent(patient_id: UUID, at: datetime) -> ConsentFact | None:
    """Return the signature that covers an infusion at a moment, or None."""
    return valid_consents([patient_id], at).get(patient_id)


def valid_consents(patient_ids: Iterable[UUID], at: datetime) -> Mapping[UUID, ConsentFact]:
    """Return the signature that covers an infusion at a moment, for each patient who has one."""
    rows = list(_rows().filter(patient_id__in=set(patient_ids)))
    in_force = _in_force_by_site({row.document.site_id for row in rows}, at)
    found: dict[UUID, ConsentFact] = {}
    for row in rows:
        version = in_force.get(row.document.site_id)
        if row.patient_id in found:
            continue
        if not rules.consent_findings(signed=_signed(row), in_force=version, at=at):
            found[row.patient_id] = _consent(row)
    return found


def withdrawn_at(patient_id: UUID) -> datetime | None:
    """Return since when a patient's consent stands withdrawn; None while none is, or none was signed."""
    return withdrawals([patient_id]).get(patient_id)


def withdrawals(patient_ids: Iterable[UUID]) -> Mapping[UUID, datetime]:
    """Return since when consent stands withdrawn, for each patient whose newest one is."""
    newest: dict[UUID, Consent] = {}
    for row in _rows().filter(patient_id__in=set(patient_ids)):
        newest.setdefault(row.patient_id, row)
    return {
        patient_id: row.withdrawn_at
        for patient_id, row in newest.items()
        if row.withdrawn_at is not None
    }


def consent_findings(site_id: UUID, patient_id: UUID, at: datetime) -> tuple[Finding, ...]:
    """List why no signature covers an infusion at a moment; none means that one does.

    :raises NotFound: no such patient at this site
    """
    patients.patient_for(site_id, patient_id)
    if valid_consent(patient_id, at) is not None:
        return ()
    version = _in_force_by_site({site_id}, at).get(site_id)
    rows = _rows().filter(patient_id=patient_id, signed_at__lte=at)
    newest = rows.first()
    signed = None if newest is None else _signed(newest)
    return rules.consent_findings(signed=signed, in_force=version, at=at)


def findings_of(consent_fact: ConsentFact, site_id: UUID, at: datetime) -> tuple[Finding, ...]:
    """List why one signature does not cover an infusion at a moment."""
    return rules.consent_findings(
        signed=Signed(
            consent_fact.version,
            consent_fact.signed_at,
            consent_fact.expires_at,
            consent_fact.withdrawn_at,
        ),
        in_force=_in_force_by_site({site_id}, at).get(site_id),
        at=at,
    )


def _rows() -> QuerySet[Consent]:
    rows = Consent.objects.select_related("document", "explained_by")
    return rows.prefetch_related("transitions").order_by("-signed_at", "-recorded_at", "pk")


def _in_force_by_site(site_ids: Iterable[UUID], at: datetime) -> dict[UUID, Version]:
    published = ConsentDocument.objects.filter(site_id__in=set(site_ids), published_at__lte=at)
    rows = published.order_by("published_at", "version").values_list(
        "site_id", "version", "keeps_valid"
    )
    return {
        site_id: Version(version, frozenset(keeps_valid)) for site_id, version, keeps_valid in rows
    }


def _signed(row: Consent) -> Signed:
    return Signed(row.document.version, row.signed_at, row.expires_at, row.withdrawn_at)


def _document(row: ConsentDocument) -> DocumentFact:
    return DocumentFact(
        document_id=row.pk,
        version=row.version,
        title=row.title,
        text=row.text,
        issued_date=row.issued_date,
        valid_days=row.valid_days,
        keeps_valid=frozenset(row.keeps_valid),
        published_at=row.published_at,
        published_by_name=row.published_by_name,
    )


def _consent(row: Consent) -> ConsentFact:
    withdrawal = next(iter(row.transitions.all()), None)
    return ConsentFact(
        consent_id=row.pk,
        patient_id=row.patient_id,
        document_id=row.document_id,
        version=row.document.version,
        title=row.document.title,
        signer_name=row.signer_name,
        method=row.method,
        explained_by_name=row.explained_by.name,
        was_read_aloud=row.was_read_aloud,
        may_tell_escort=row.may_tell_escort,
        questions=row.questions,
        signed_at=row.signed_at,
        recorded_at=row.recorded_at,
        recorded_by_name=row.recorded_by_name,
        expires_at=row.expires_at,
        state=ConsentState(row.state),
        withdrawn_at=row.withdrawn_at,
        withdrawn_by_name=withdrawal.by_name if withdrawal is not None else "",
        withdrawn_reason=withdrawal.reason if withdrawal is not None else "",
    )
