"""What to move on a day that lost a chair, a nurse or some hours: a proposal, never an act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from serein.scheduling import rules
from serein.scheduling.models import Appointment
from serein.scheduling.queries.appointments import (
    appointments_by_id,
    neighbours,
    series_rules,
)
from serein.scheduling.queries.clinic import clinic_of
from serein.scheduling.queries.days import Entry, day_books, entries, visit_of
from serein.scheduling.queries.visits import VisitFact, facts_of
from serein.scheduling.queries.worklists import affected
from serein.scheduling.rules import Placed, RepairMove, RepairProposal, tick_of
from serein.scheduling.rules.in_turn import in_turn
from serein.scheduling.rules.phases import Id
from serein.scheduling.states import WAITING

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

NO_LIMIT = 1 << 60


@dataclass(frozen=True, slots=True)
class DayRepair:
    """A repair of one day. ``moves`` stand in an order in which each can be accepted by itself.

    ``stays`` keep their time and take another chair, nurse or thing; ``visits`` are all that it
    speaks of.
    """

    day: date
    proposal: RepairProposal
    moves: tuple[RepairMove, ...]
    stays: tuple[UUID, ...]
    lost: tuple[UUID, ...]
    visits: Mapping[UUID, VisitFact]


def repair_of(site_id: UUID, day: date, at: datetime, *, budget_s: float) -> DayRepair:
    """Propose how a day can be kept as it is now: fewest to another day, then fewest moves.

    Visits that have begun, that are held or that were booked against a rule stay where they are.
    """
    clinic = clinic_of(site_id)
    coming = [
        entry
        for entry in entries(site_id, [day], at)[day]
        if entry.state in WAITING and entry.starts_at > at
    ]
    bent = set(
        Appointment.objects.filter(pk__in=[entry.pk for entry in coming])
        .exclude(override_reason="")
        .values_list("pk", flat=True)
    )
    moving = [entry for entry in coming if entry.pk not in bent]
    placed = [_placed(entry) for entry in moving]
    book = day_books(clinic, [day], at, ignoring=[entry.pk for entry in moving])[day]
    proposal = rules.repair_day(
        placed,
        book,
        now=tick_of(at),
        zone=clinic.zone,
        budget_s=budget_s,
        limits=_limits([entry.pk for entry in moving], day, clinic.zone),
    )
    unseated = {
        fact.visit.appointment_id
        for fact in affected(site_id, at, first=day, last=day)
        if fact.has_lost_seat
    }
    rows = Appointment.objects.filter(pk__in=[entry.pk for entry in moving])
    return DayRepair(
        day,
        proposal,
        in_turn(proposal.moves, placed, book),
        tuple(entry.pk for entry in moving if entry.pk in unseated and entry.pk in proposal.kept),
        tuple(entry.pk for entry in moving if entry.pk in proposal.lost),
        {fact.appointment_id: fact for fact in facts_of(rows)},
    )


def _placed(entry: Entry) -> Placed:
    visit = visit_of(
        entry.type_version_id, entry.type_code, entry.infusion_minutes, entry.recovery_minutes
    )
    return Placed(entry.pk, visit, tick_of(entry.starts_at), entry.units)


def _limits(appointment_ids: list[UUID], day: date, zone: ZoneInfo) -> dict[Id, tuple[int, int]]:
    """From when until when each visit of a series may begin on its day."""
    found: dict[Id, tuple[int, int]] = {}
    for fact in appointments_by_id(appointment_ids).values():
        before, after = neighbours(fact)
        low, high = rules.gap_reach(series_rules(fact), day, before, after, zone)
        found[fact.appointment_id] = (low, NO_LIMIT if high is None else high)
    return found
