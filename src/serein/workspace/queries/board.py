"""One day as the board draws it: every seat, everything on the book, and how full the day is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.intake import queries as intake
from serein.messaging import queries as messaging
from serein.messaging.rules import Answer
from serein.patients import queries as patients
from serein.scheduling import queries as scheduling
from serein.scheduling.rules import Kind
from serein.scheduling.states import WAITING
from serein.workspace.queries.day import DayFacts, day_facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from serein.scheduling.queries import HalfHour, VisitFact

SEATS = (Kind.RECOVERY, Kind.ROOM)


@dataclass(frozen=True, slots=True)
class SeatFact:
    """One row of the board: a chair, a recovery chair or a room."""

    unit_id: UUID
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """One day of one site with its seats; ``book`` holds every visit and every time kept."""

    day: DayFacts
    seats: tuple[SeatFact, ...]
    book: tuple[VisitFact, ...]
    capacity: tuple[HalfHour, ...]
    names: Mapping[UUID, str]
    wants_a_call: frozenset[UUID]


def board_facts(*, site_id: UUID, role: str, day: date, at: datetime) -> BoardFacts:
    """Gather the board of a day as a role may see it."""
    facts = day_facts(site_id=site_id, role=role, day=day, at=at)
    book = scheduling.visits_on(site_id, day, day, at, with_gone=True)
    parts = scheduling.clinic_of(site_id).parts
    known = {one.appointment.appointment_id for one in facts.visits}
    others = {one.patient_id for one in book if one.appointment_id not in known and one.patient_id}
    people = patients.patients_by_id(site_id, others) if others else {}
    return BoardFacts(
        day=facts,
        seats=(
            *(SeatFact(chair.chair_id, Kind.CHAIR, chair.name) for chair in facts.chairs),
            *(
                SeatFact(part.unit_id, part.kind, part.name)
                for kind in SEATS
                for part in parts
                if part.kind is kind
            ),
        ),
        book=book,
        capacity=scheduling.capacity_on(site_id, day, at),
        names={key: one.full_name for key, one in people.items()} | _guests(site_id, book),
        wants_a_call=_wants_a_call(book),
    )


def _guests(site_id: UUID, book: tuple[VisitFact, ...]) -> dict[UUID, str]:
    """The names that guests gave when they asked to be seen; there are few on a day."""
    guests = {one.guest_id for one in book if one.patient_id is None and one.guest_id}
    asked = {guest: intake.whole_request(site_id, guest) for guest in guests}
    return {guest: request.name for guest, request in asked.items() if request is not None}


def _wants_a_call(book: tuple[VisitFact, ...]) -> frozenset[UUID]:
    """The visits about which a patient answered: please call me."""
    waiting = [one.visit_id for one in book if one.state in WAITING]
    answers = messaging.answers_of(waiting)
    return frozenset(key for key, given in answers.items() if given.answer is Answer.CALL_ME)
