"""The phases of a visit on the board: a word, a pattern, and where the patient sits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.scheduling.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from serein.scheduling.queries import PhaseFact, VisitFact


@dataclass(frozen=True, slots=True)
class Look:
    """How a phase is drawn: its full word, the word that fits into a narrow block, its pattern."""

    word: str
    short: str
    pattern: str


LOOKS = {
    "check_in": Look("Check-in", "In", "dots"),
    "iv_start": Look("IV start", "IV", "solid"),
    "infusion": Look("Infusion", "Infusion", "waves"),
    "recovery": Look("Recovery", "Recovery", "plain"),
    "discharge": Look("Discharge", "Out", "bars"),
    "turnover": Look("Turnover", "", "hatch"),
    "consult": Look("Talk", "Talk", "plain"),
}

KEY = tuple(LOOKS[name] for name in LOOKS if name != "consult")
"""What stands in the key of the board."""

BEFORE_THE_SEAT = "check_in"


def look_of(name: str) -> Look:
    """Return how a phase is drawn; one that a clinic has named itself is plain."""
    words = name.replace("_", " ").capitalize()
    return LOOKS.get(name, Look(words, words, "plain"))


def seated(visit: VisitFact) -> dict[Kind, tuple[PhaseFact, ...]]:
    """Group the phases of a visit by the kind of place in which they are spent.

    Whoever has a recovery chair goes there from the recovery on. Check-in has no seat.
    """
    if visit.unit(Kind.CHAIR) is None:
        return {Kind.ROOM: visit.phases}
    in_seat = tuple(phase for phase in visit.phases if phase.name != BEFORE_THE_SEAT)
    if visit.unit(Kind.RECOVERY) is None:
        return {Kind.CHAIR: in_seat}
    moves = next((n for n, phase in enumerate(in_seat) if phase.name == "recovery"), len(in_seat))
    return {Kind.CHAIR: in_seat[:moves], Kind.RECOVERY: in_seat[moves:]}


def phase_words(phases: Sequence[PhaseFact], zone: ZoneInfo) -> str:
    """Say when each phase begins: "Check-in 08:00, IV start 08:15"."""
    return ", ".join(
        f"{look_of(phase.name).word} {clock(phase.starts_at, zone)}" for phase in phases
    )
