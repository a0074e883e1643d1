"""A clinic whose first visits can be booked online."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.scheduling import actions, queries
from serein.scheduling.rules import Kind
from tests.flows.scheduling_desk import Desk

if TYPE_CHECKING:
    from datetime import date

    from serein.scheduling.queries import VisitFact
    from tests.conftest import Personas


def bookable(people: Personas) -> Desk:
    """A desk at a clinic with one prescriber and one room to talk in."""
    desk = Desk.opened(people)
    desk.do(actions.add_prescriber, people.dana, staff_id=people.priya.pk)
    desk.do(actions.add_resource, people.dana, kind=Kind.ROOM, name="Room A")
    return desk


def consultations(desk: Desk, first: date, last: date) -> list[VisitFact]:
    """What stands on the book for first visits."""
    return [
        fact
        for fact in queries.visits_on(desk.site_id, first, last, desk.now)
        if fact.kind == "consult" and fact.is_standing
    ]
