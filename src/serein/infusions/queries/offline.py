"""How entries reached us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.infusions.models import EntryStamp
from serein.infusions.rules.arrival import Arrival

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class StampFact:
    """The envelope of one entry; ``made_id`` is the row that it made."""

    made_id: UUID
    kind: str
    by_name: str
    arrival: Arrival


def stamps_of(session_id: UUID) -> tuple[StampFact, ...]:
    """List how the entries of a visit arrived, in the order in which they did."""
    rows = EntryStamp.objects.filter(session_id=session_id)
    return tuple(
        StampFact(
            row.made_id,
            row.kind,
            row.by_name,
            Arrival(row.entered_at, row.offset_ms, row.received_at),
        )
        for row in rows.order_by("received_at", "sequence", "pk")
    )
