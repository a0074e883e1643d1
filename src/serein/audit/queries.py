from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Max

from serein.audit import rules
from serein.audit.models import AuditEntry, Looking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

LOOKING_FOR = timedelta(seconds=30)
"""So long somebody is said to look after the last sign of their open page."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something changed: its number, where, about whom, and in which part of the clinic."""

    seq: int
    site_id: UUID
    patient_id: UUID | None
    kind: str
    subject_type: str = ""


@dataclass(frozen=True, slots=True)
class LookingFact:
    """Somebody who has a live page open, and what it shows."""

    stream_id: UUID
    site_id: UUID
    staff_id: UUID
    name: str
    place: str


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


def head() -> tuple[int, str] | None:
    """Return number and hash of the newest row, None before the first.

    Asked for by every write, hence without the ORM, which takes six times as long to say it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM audit_auditentry ORDER BY seq DESC LIMIT 1")
        found: tuple[int, str] | None = cursor.fetchone()
    return found


def count() -> int:
    """Return how many rows the chain has."""
    return AuditEntry.objects.count()


def last_change(site_id: UUID) -> int:
    """Return the number of the newest change at a site; reading does not count as a change."""
    newest: int | None = AuditEntry.objects.filter(site_id=site_id, is_read=False).aggregate(
        newest=Max("seq")
    )["newest"]
    return newest or 0


def newest_number() -> int:
    """Return the number of the newest row of the chain, 0 before the first."""
    return AuditEntry.objects.aggregate(newest=Max("seq"))["newest"] or 0


def changes_after(seq: int, limit: int) -> tuple[int, tuple[Change, ...]]:
    """Read on in the chain, of all sites: how far it was read, and the changes among it.

    Numbers are given under a lock that is held until commit, so none can appear behind ``seq``.
    """
    rows = list(_numbered().filter(seq__gt=seq)[:limit])
    until = rows[-1][0] if rows else seq
    return until, tuple(_change(row) for row in rows if not row[4])


def changes_of(site_id: UUID, *, after: int, limit: int) -> tuple[tuple[Change, ...], int]:
    """Return the changes at a site that came after a number, and the number of the newest.

    The number is read first: one that comes between is told twice rather than never.
    """
    newest = last_change(site_id)
    rows = _numbered().filter(site_id=site_id, is_read=False, seq__gt=after)[:limit]
    return tuple(_change(row) for row in rows), newest


def _numbered() -> QuerySet[AuditEntry, tuple[int, UUID, UUID | None, str, bool]]:
    rows = AuditEntry.objects.order_by("seq")
    return rows.values_list("seq", "site_id", "patient_id", "subject_type", "is_read")


def _change(row: tuple[int, UUID, UUID | None, str, bool]) -> Change:
    seq, site_id, patient_id, subject_type, _ = row
    return Change(seq, site_id, patient_id, subject_type.split(".")[0], subject_type)


def looking(site_id: UUID, at: datetime) -> tuple[LookingFact, ...]:
    """List who has a live page open at a site, by name."""
    rows = Looking.objects.filter(site_id=site_id, seen_at__gte=at - LOOKING_FOR)
    return tuple(
        LookingFact(row.stream_id, row.site_id, row.staff_id, row.name, row.place)
        for row in rows.order_by("name", "place")
    )


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
