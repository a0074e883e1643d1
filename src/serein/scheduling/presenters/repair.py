"""How one broken day can be kept, in finished words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.core.quantities import shown
from serein.scheduling import rules
from serein.scheduling.presenters.worklists import (
    People,
    Proposal,
    VisitLine,
    proposal_of,
    visit_line,
)

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.scheduling.queries import DayRepair, VisitFact
    from serein.scheduling.queries.changes import Change
    from serein.scheduling.rules import RepairMove, RepairProposal

LOST, MOVED = 1_000_000, 10_000
"""The unit of a repair's cost, as the search counts it."""


@dataclass(frozen=True, slots=True)
class RepairLine:
    """One visit, what is proposed for it, and why."""

    visit: VisitLine
    because: str
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class RepairPage:
    """The repair of one day: how it was found, how good it is, and each move."""

    title: str
    summary: str
    sureness: str
    method: str
    urgent: tuple[VisitLine, ...]
    lines: tuple[RepairLine, ...]


def repair_page(
    repair: DayRepair, elsewhere: Mapping[UUID, Change], people: People, zone: ZoneInfo
) -> RepairPage:
    """Write the repair of a day; ``elsewhere`` are other days for those who do not fit any more."""
    proposal, visits = repair.proposal, repair.visits
    seated = [
        _line(visits[pk], {visits[pk].number: (visits[pk].starts_at,) * 2}, people, zone, _STAYS)
        for pk in repair.stays
    ]
    moved = [_moved(move, visits, elsewhere, people, zone) for move in repair.moves]
    seconds = shown(Decimal(str(round(proposal.seconds, 1))), "s")
    return RepairPage(
        title=f"Keep {rules.day_words(repair.day)}",
        summary=_summary(len(seated), proposal),
        sureness=_sureness(proposal),
        method=f"Found by: {proposal.method}, {seconds}.",
        urgent=tuple(visit_line(visits[pk], people, zone) for pk in proposal.urgent),  # type: ignore[index]
        lines=(*seated, *moved),
    )


_STAYS = "Something it had is out of use."


def _moved(
    move: RepairMove,
    visits: Mapping[UUID, VisitFact],
    elsewhere: Mapping[UUID, Change],
    people: People,
    zone: ZoneInfo,
) -> RepairLine:
    visit = visits[move.id]  # type: ignore[index]
    if move.then is None:
        return _line(visit, elsewhere.get(visit.appointment_id, {}), people, zone, move.because)
    then: datetime = rules.moment_of(move.then)
    return _line(visit, {visit.number: (visit.starts_at, then)}, people, zone, move.because)


def _line(
    visit: VisitFact, change: Change, people: People, zone: ZoneInfo, because: str
) -> RepairLine:
    return RepairLine(visit_line(visit, people, zone), because, proposal_of(visit, change, zone))


def _summary(seated: int, proposal: RepairProposal) -> str:
    lost = len(proposal.lost)
    moved = len(proposal.moves) - lost
    parts = [
        (seated, "keeps its time in another seat", "keep their time in another seat"),
        (moved, "moves on the day", "move on the day"),
        (lost, "goes to another day", "go to another day"),
    ]
    said = [_counted(count, one, many) for count, one, many in parts if count]
    return f"{rules.listed(said)}.".capitalize() if said else "Nothing has to move."


def _counted(count: int, one: str, many: str) -> str:
    return (
        f"{rules.number_word(count)} visit{'' if count == 1 else 's'} {one if count == 1 else many}"
    )


def _sureness(proposal: RepairProposal) -> str:
    """Say how good the repair is: proven, or how much less any other could need."""
    if proposal.is_proven:
        return "No repair sends fewer visits to another day, moves fewer, or moves them less."
    if not proposal.seconds:
        return "How much better a repair could be was not searched."
    lost, moved = proposal.bound // LOST, proposal.bound % LOST // MOVED
    return (
        f"The best found in that time. Any repair sends at least {rules.number_word(lost)} to "
        f"another day and moves at least {rules.number_word(moved)}."
    )
