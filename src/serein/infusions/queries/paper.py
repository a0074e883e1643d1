"""What was entered from paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.infusions.models import PaperEntry
from serein.infusions.rules.paper import PaperKind

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaperFact:
    """One line of paper as it was entered; ``made_id`` names what was charted from it."""

    made_id: UUID
    kind: PaperKind
    occurred_at: datetime
    written_by: str
    entered_at: datetime
    by_name: str
    second_name: str


def paper_of(session_id: UUID) -> tuple[PaperFact, ...]:
    """List what was entered from paper for a visit, by the time on the paper."""
    rows = PaperEntry.objects.filter(session_id=session_id).order_by("occurred_at", "at", "pk")
    return tuple(
        PaperFact(
            made_id=row.made_id,
            kind=PaperKind(row.kind),
            occurred_at=row.occurred_at,
            written_by=row.written_by,
            entered_at=row.at,
            by_name=row.by_name,
            second_name=row.second_name,
        )
        for row in rows
    )
