"""Entries that no longer count: entered in error, or over. The entry itself is never touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from serein.audit.actions import action, record
from serein.core.errors import NotFound, Refused, SomeoneActedFirst
from serein.patients import queries
from serein.patients.models import EntryMark
from serein.patients.rules.entries import MAY_END, EntryKind, Mark

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.patients.queries import EntryFact


@action
def mark_entered_in_error(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    entry_kind: str,
    entry_id: UUID,
    reason: str,
) -> EntryMark:
    """Say that an entry was wrong. It stays, struck through, with the reason.

    :raises Refused: no reason
    :raises SomeoneActedFirst: already marked
    :raises NotFound: not an entry of this patient
    """
    entry = _entry(by, patient_id, entry_kind, entry_id)
    if not reason.strip():
        raise Refused("Enter why it is wrong.", field="reason")
    return _mark(entry, Mark.ENTERED_IN_ERROR, by=by, at=at, patient_id=patient_id, reason=reason)


@action
def end_entry(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    entry_kind: str,
    entry_id: UUID,
    ended_on: date | None = None,
    reason: str = "",
) -> EntryMark:
    """Say that a contact, escort, problem or medicine was right and is over.

    :raises Refused: a kind that cannot end, an end in the future
    :raises SomeoneActedFirst: already ended or wrong
    :raises NotFound: not an entry of this patient
    """
    entry = _entry(by, patient_id, entry_kind, entry_id)
    if entry.kind not in MAY_END:
        raise Refused("Mark it as entered in error instead: a measurement does not end.")
    if ended_on and ended_on > at.date():
        raise Refused("Enter an end that is not in the future.", field="ended_on")
    if entry.error or entry.ended:
        raise SomeoneActedFirst
    return _mark(
        entry, Mark.ENDED, by=by, at=at, patient_id=patient_id, reason=reason, ended_on=ended_on
    )


def _entry(by: Actor, patient_id: UUID, kind: str, entry_id: UUID) -> EntryFact:
    patient = queries.patient_for(by.site_id, patient_id)
    try:
        found = queries.entry_of(patient.pk, EntryKind(kind), entry_id)
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    return found


def _mark(
    entry: EntryFact,
    mark: Mark,
    *,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    reason: str,
    ended_on: date | None = None,
) -> EntryMark:
    row = EntryMark(
        patient_id=patient_id,
        entry_kind=entry.kind,
        entry_id=entry.id,
        mark=mark,
        ended_on=ended_on,
        reason=reason.strip(),
        by_id=by.id,
        by_name=by.name,
        at=at,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise SomeoneActedFirst from None
    record(
        by=by, at=at, verb=mark.value, subject=row, patient_id=patient_id,
        details={"kind": entry.kind.value, "entry": str(entry.id)},
    )  # fmt: skip
    return row
