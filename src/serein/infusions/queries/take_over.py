"""Who is in charge at a chair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.infusions.models import SessionEvent, TakeOver
from serein.infusions.rules.delivered import EventKind

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class InCharge:
    """Somebody at a chair, and since when."""

    by_id: str
    name: str
    since_at: datetime


def in_charge_of(session_ids: Iterable[UUID]) -> Mapping[UUID, InCharge]:
    """Name who is in charge of each visit: who took it over last, else who started the infusion.

    A visit that nobody has started or taken over has no entry.
    """
    ids = list(session_ids)
    started = SessionEvent.objects.filter(
        session_id__in=ids, kind=EventKind.START.value, supersedes__isnull=True
    )
    found = {row.session_id: InCharge(row.by_id, row.by_name, row.recorded_at) for row in started}
    for row in TakeOver.objects.filter(session_id__in=ids).order_by("at", "pk"):
        found[row.session_id] = InCharge(row.by_id, row.by_name, row.at)
    return found


def in_charge(session_id: UUID) -> InCharge | None:
    """Name who is in charge of one visit, or nobody yet."""
    return in_charge_of([session_id]).get(session_id)
