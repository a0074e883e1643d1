"""The entries that came late or from a tablet whose clock was wrong. Said, never hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.infusions import queries
from serein.infusions.rules.arrival import arrival_words

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

KIND_WORDS = {
    "vitals": "Vitals",
    "start": "Start",
    "rate": "Rate",
    "pause": "Pause",
    "resume": "Resume",
    "stop": "Stop",
    "effect": "Side effect",
    "drug": "Drug",
    "note": "Note",
    "score": "Score",
    "help": "Patient asked for help",
    "emergency": "Emergency called",
    "answer": "Checklist",
    "discharge": "Discharge",
    "leave": "Leaves against advice",
}


@dataclass(frozen=True, slots=True)
class ArrivalLine:
    """When an entry was made by the clinic's clock, what it was, by whom, and what was unusual."""

    at: str
    what: str
    by_name: str
    words: str


def arrival_lines(session_id: UUID, zone: ZoneInfo) -> tuple[ArrivalLine, ...]:
    """List the entries of a visit whose way was unusual, in the order in which they arrived."""
    lines = (
        ArrivalLine(
            at=clock(stamp.arrival.made_at, zone),
            what=KIND_WORDS.get(stamp.kind, "Entry"),
            by_name=stamp.by_name,
            words=arrival_words(stamp.arrival, zone),
        )
        for stamp in queries.stamps_of(session_id)
    )
    return tuple(line for line in lines if line.words)
