from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max

from serein.audit import rules
from serein.audit.models import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class AccessFact:
    """One line of the access list."""

    seq: int
    at: datetime
    actor_name: str
    actor_role: str
    verb: str
    subject_type: str
    patient_id: UUID | None
    is_read: bool
    outcome: str


def as_entry(row: AuditEntry) -> rules.Entry:
    """Put a stored row into the form in which it is hashed."""
    return rules.Entry(
        seq=row.seq,
        at=row.at.isoformat(),
        site_id=str(row.site_id),
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        actor_role=row.actor_role,
        verb=row.verb,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        patient_id=str(row.patient_id or ""),
        is_read=row.is_read,
        outcome=row.outcome,
        details=row.details,
        request_id=row.request_id,
    )


def chain() -> Iterator[tuple[rules.Entry, str, str]]:
    """Yield every row of the chain in order: the entry, the previous hash, its hash."""
    for row in AuditEntry.objects.order_by("seq").iterator(chunk_size=2000):
        yield as_entry(row), row.previous_hash, row.hash


def count() -> int:
    """Return how many rows the chain has."""
    return AuditEntry.objects.count()


def last_change(site_id: UUID) -> int:
    """Return the number of the newest change at a site; reading does not count as a change."""
    newest: int | None = AuditEntry.objects.filter(site_id=site_id, is_read=False).aggregate(
        newest=Max("seq")
    )["newest"]
    return newest or 0


def access_list(
    *, site_id: UUID, patient_id: UUID | None = None, before: int | None = None, limit: int = 100
) -> tuple[AccessFact, ...]:
    """List who saw or changed what, newest first."""
    rows = AuditEntry.objects.filter(site_id=site_id)
    if patient_id is not None:
        rows = rows.filter(patient_id=patient_id)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return tuple(
        AccessFact(
            seq=row.seq,
            at=row.at,
            actor_name=row.actor_name,
            actor_role=row.actor_role,
            verb=row.verb,
            subject_type=row.subject_type,
            patient_id=row.patient_id,
            is_read=row.is_read,
            outcome=row.outcome,
        )
        for row in rows.order_by("-seq")[:limit]
    )
