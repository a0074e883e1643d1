"""The visits of a plan as a course bar, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.scheduling.states import STANDING

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from serein.scheduling.queries import AppointmentFact
    from serein.workspace.queries import ChartFacts

MOST_MARKERS = 12
"""A longer series is told in words; its markers would no longer be read."""


@dataclass(frozen=True, slots=True)
class Step:
    """One marker of a course bar."""

    state: str
    word: str
    number: int
    when: str
    url: str = ""


def series(facts: ChartFacts, at: datetime, zone: ZoneInfo) -> tuple[Step, ...]:
    """Return a marker for each planned visit, none for a series too long to be read so."""
    planned = facts.plan.infusions if facts.plan else len(facts.visits)
    if not facts.visits or planned > MOST_MARKERS:
        return ()
    by_number = {visit.number: visit for visit in facts.visits}
    numbers = range(1, max(planned, *by_number) + 1)
    return tuple(_step(number, by_number.get(number), at, zone) for number in numbers)


def _step(number: int, visit: AppointmentFact | None, at: datetime, zone: ZoneInfo) -> Step:
    if visit is None:
        return Step("open", "To book", number, "")
    when = f"{visit.starts_at.astimezone(zone):%a %-d %b}"
    if visit.state == "done":
        return Step("done", "Done", number, when)
    if visit.state not in STANDING:
        return Step("skipped", "Missed" if visit.state == "no_show" else "Cancelled", number, when)
    if visit.starts_at.astimezone(zone).date() == at.astimezone(zone).date():
        return Step("now", "Today", number, clock(visit.starts_at, zone))
    return Step("booked", "Booked", number, when)


def series_words(facts: ChartFacts, at: datetime, zone: ZoneInfo) -> str:
    """Say the same as the course bar in words."""
    if not facts.visits:
        return "No visits are booked."
    done = sum(1 for visit in facts.visits if visit.state == "done")
    planned = facts.plan.infusions if facts.plan else len(facts.visits)
    coming = [visit for visit in facts.visits if visit.state == "booked" and visit.starts_at >= at]
    if not coming:
        return f"{done} of {planned} done."
    first = min(coming, key=lambda visit: visit.starts_at)
    when = f"{first.starts_at.astimezone(zone):%a %-d %b}, {clock(first.starts_at, zone)}"
    return f"{done} of {planned} done. Next: {when}."
