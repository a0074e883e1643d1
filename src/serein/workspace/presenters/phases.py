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


def look_of(name: str) -> Look:
    """Return how a phase is drawn; one that a clinic has named itself is plain."""
    words = name.replace("_", " ").capitalize()
    return LOOKS.get(name, Look(words, words, "plain"))


def seated(visit: VisitFact) -> dict[Kind, tuple[PhaseFact, ...]]:
    """Group the phases of a visit by the kind of place in which they are spent.

    A phase that is spent nowhere yet, such as check-in, is in none of them.
    """
    places: dict[Kind, tuple[PhaseFact, ...]] = {}
    for phase in visit.phases:
        if phase.seat is not None:
            places[phase.seat] = (*places.get(phase.seat, ()), phase)
    return places


def phase_words(phases: Sequence[PhaseFact], zone: ZoneInfo) -> str:
    """Say when each phase begins: "Check-in 08:00, IV start 08:15"."""
    return ", ".join(
        f"{look_of(phase.name).word} {clock(phase.starts_at, zone)}" for phase in phases
    )
