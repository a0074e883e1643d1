from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.consents import rules
from serein.consents.rules import Method, NameMatch
from serein.consents.states import ConsentState
from serein.core.clinic_time import clock

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.consents.queries import ConsentFact, DocumentFact
    from serein.consents.rules import Block
    from serein.core.findings import Finding

METHOD_WORDS = {Method.IN_PERSON: "here, on this screen", Method.ON_PAPER: "on paper"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and what stands beside it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One signature in the list."""

    consent_id: UUID
    version: str
    signed: str
    until: str
    tone: str
    state: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """A patient's consent at a glance."""

    tone: str
    standing: str
    findings: tuple[Finding, ...]
    rows: tuple[ConsentRow, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A document ready to be read."""

    document_id: UUID
    title: str
    version: str
    issued: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """One signature with the document that was signed."""

    reading: Reading
    tone: str
    state: str
    facts: tuple[Pair, ...]
    findings: tuple[Finding, ...]
    can_withdraw: bool


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One published version."""

    document_id: UUID
    version: str
    title: str
    issued: str
    published: str
    keeps_valid: str
    tone: str
    state: str


def list_page(
    consents: Sequence[tuple[ConsentFact, tuple[Finding, ...]]],
    *,
    findings: tuple[Finding, ...],
    valid: ConsentFact | None,
    zone: ZoneInfo,
) -> ListPage:
    """Write where a patient's consent stands, and every signature."""
    if valid is None:
        tone, standing = "act", "No valid consent. No infusion can start."
    else:
        tone = "done"
        standing = f"Valid until {day(valid.expires_at, zone)}, version {valid.version}."
    return ListPage(
        tone=tone,
        standing=standing,
        findings=findings,
        rows=tuple(_row(signed, found, zone) for signed, found in consents),
    )


def reading(document: DocumentFact) -> Reading:
    """Write a document for reading."""
    return Reading(
        document_id=document.document_id,
        title=document.title,
        version=document.version,
        issued=plain_day(document.issued_date),
        blocks=rules.blocks_of(document.text),
    )


def consent_page(
    signed: ConsentFact,
    document: DocumentFact,
    *,
    findings: tuple[Finding, ...],
    zone: ZoneInfo,
) -> ConsentPage:
    """Write one signature with its document."""
    tone, state = _state(signed, findings)
    facts = [
        Pair("Signed by", signed.signer_name),
        Pair("Signed", f"{when(signed.signed_at, zone)}, {METHOD_WORDS[Method(signed.method)]}"),
        Pair("Explained by", signed.explained_by_name),
        Pair("Read aloud", "Yes" if signed.was_read_aloud else "No"),
        Pair("Talk with the escort", {True: "Yes", False: "No", None: "Not asked"}[
            signed.may_tell_escort
        ]),
        Pair("Questions", signed.questions or "None noted"),
        Pair("Recorded", f"{when(signed.recorded_at, zone)}, {signed.recorded_by_name}"),
        Pair("Valid until", f"{day(signed.expires_at, zone)} ({rules.CLINIC_DEFAULT})"),
    ]  # fmt: skip
    if signed.withdrawn_at is not None:
        facts.append(
            Pair("Withdrawn", f"{when(signed.withdrawn_at, zone)}, {signed.withdrawn_by_name}")
        )
        facts.append(Pair("What the patient said", signed.withdrawn_reason))
    return ConsentPage(
        reading=reading(document),
        tone=tone,
        state=state,
        facts=tuple(facts),
        findings=findings,
        can_withdraw=signed.state is ConsentState.SIGNED,
    )


def confirmation(
    *, signer_name: str, names: Sequence[str], method: str, explained_by: str, version: str
) -> tuple[Pair, ...]:
    """Write what is about to be signed, to be read once more."""
    match = rules.name_match(typed=signer_name, names=names)
    on_record = names[0] if match is NameMatch.SAME else f"{names[0]} (differs: check)"
    return (
        Pair("Signed by", signer_name),
        Pair("On record", on_record),
        Pair("Version", version),
        Pair("How", METHOD_WORDS[Method(method)].capitalize()),
        Pair("Explained by", explained_by),
    )


def document_rows(documents: Sequence[DocumentFact], *, zone: ZoneInfo) -> tuple[DocumentRow, ...]:
    """Write the published versions, newest first; the first is in force."""
    newest = documents[0] if documents else None
    return tuple(
        DocumentRow(
            document_id=document.document_id,
            version=document.version,
            title=document.title,
            issued=plain_day(document.issued_date),
            published=f"{when(document.published_at, zone)}, {document.published_by_name}",
            keeps_valid=", ".join(sorted(document.keeps_valid)) or "None",
            tone="done" if document is newest else "plain",
            state=_document_state(document, newest),
        )
        for document in documents
    )


def when(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment by the clinic's clock."""
    return f"{at.astimezone(zone):%-d %B %Y}, {clock(at, zone)}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """Write the clinic's day of a moment."""
    return plain_day(at.astimezone(zone).date())


def plain_day(on: date) -> str:
    """Write a day."""
    return f"{on:%-d %B %Y}"


def _row(signed: ConsentFact, findings: tuple[Finding, ...], zone: ZoneInfo) -> ConsentRow:
    tone, state = _state(signed, findings)
    return ConsentRow(
        consent_id=signed.consent_id,
        version=signed.version,
        signed=f"{signed.signer_name}, {when(signed.signed_at, zone)}",
        until=day(signed.expires_at, zone),
        tone=tone,
        state=state,
    )


def _state(signed: ConsentFact, findings: tuple[Finding, ...]) -> tuple[str, str]:
    if signed.state is ConsentState.WITHDRAWN:
        return "act", "Withdrawn"
    codes = {finding.code for finding in findings}
    if "consent-expired" in codes:
        return "look", "Expired"
    if "consent-old-version" in codes:
        return "look", "Old version"
    return "done", "Valid"


def _document_state(document: DocumentFact, newest: DocumentFact | None) -> str:
    if newest is None or document is newest:
        return "In force"
    return "Still counts" if document.version in newest.keeps_valid else "Replaced"
