"""What was entered from paper, in finished words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.infusions.rules.paper import PAPER_WORDS

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.infusions.queries.paper import PaperFact


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line: the paper's time, what it said, and who wrote, entered and read it."""

    at: str
    what: str
    who: str


def paper_lines(facts: Iterable[PaperFact], zone: ZoneInfo) -> tuple[PaperLine, ...]:
    """Say what was entered from paper, by the time on the paper."""
    return tuple(
        PaperLine(
            at=clock(fact.occurred_at, zone),
            what=PAPER_WORDS[fact.kind],
            who=_who(fact, zone),
        )
        for fact in facts
    )


def _who(fact: PaperFact, zone: ZoneInfo) -> str:
    entered = (
        f"written by {fact.written_by}, entered {clock(fact.entered_at, zone)} by {fact.by_name}"
    )
    return f"{entered}, read by {fact.second_name}" if fact.second_name else entered
