"""The least that has to change for a visit that no longer fits where it is booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from serein.core.clinic_time import local_day
from serein.scheduling.queries.appointments import appointment, standing_of_series
from serein.scheduling.queries.clinic import clinic_of
from serein.scheduling.queries.find import Wanted, find_starts, why_not
from serein.scheduling.queries.search import cascade_options, move_options
from serein.scheduling.rules import distance, tick_of
from serein.scheduling.states import VisitKind

if TYPE_CHECKING:
    from uuid import UUID

    from serein.scheduling.queries.visits import VisitFact

Change = Mapping[int, tuple[datetime, datetime]]
"""For the number of each visit that changes: its time now and then; equal if only its seat does."""

NEAR_DAYS = 28
"""How far ahead another time is looked for, for a visit that belongs to no series."""


def least_change(
    site_id: UUID, visit: VisitFact, at: datetime, *, given: set[datetime], may_stay: bool = True
) -> Change:
    """Propose the least change: its own time in another seat, else the nearest other time, else that
    others of its series move too. Nothing if no legal way is left.

    ``given`` are times proposed to others already; the one proposed here is added.
    """
    if may_stay and not why_not(site_id, _wanted(visit, site_id), starts_at=visit.starts_at, at=at):
        given.add(visit.starts_at)
        return {visit.number: (visit.starts_at, visit.starts_at)}
    starts = [start for start in _elsewhere(site_id, visit, at) if start not in given]
    if starts:
        best = _nearest(site_id, visit, at, starts)
        given.add(best)
        return {visit.number: (visit.starts_at, best)}
    if not _is_in_series(visit):
        return {}
    return next(iter(changes_together(site_id, visit.appointment_id, at, limit=1)), {})


def changes_together(
    site_id: UUID, appointment_id: UUID, at: datetime, *, limit: int = 3
) -> tuple[Change, ...]:
    """List the ways to move a visit of a series together with others of it, the least change first.

    :raises NotFound: not a visit of a series of this site
    """
    standing = standing_of_series(appointment(appointment_id, site_id).series_id)
    found = []
    for offer in cascade_options(site_id, appointment_id, not_before=at, limit=limit):
        moving = standing[len(standing) - len(offer.starts) :]
        pairs = zip(moving, offer.starts, strict=True)
        found.append(
            {old.number: (old.starts_at, then) for old, then in pairs if old.starts_at != then}
        )
    return tuple(found)


def _nearest(site_id: UUID, visit: VisitFact, at: datetime, starts: Sequence[datetime]) -> datetime:
    """The nearest day, then the nearest time of day, with the notice that a patient needs if any has."""
    clinic = clinic_of(site_id)
    soonest = at + timedelta(hours=clinic.settings.notice_hours)
    known_in_time = [start for start in starts if start >= soonest]
    now = tick_of(visit.starts_at)
    return min(
        known_in_time or starts,
        key=lambda start: (distance(now, tick_of(start), clinic.zone), start),
    )


def _is_in_series(visit: VisitFact) -> bool:
    return visit.kind is not VisitKind.CONSULT and visit.patient_id is not None


def _wanted(visit: VisitFact, site_id: UUID) -> Wanted:
    if not _is_in_series(visit):
        return Wanted(visit.type_code, visit.patient_id, giving_up=(visit.appointment_id,))
    fact = appointment(visit.appointment_id, site_id)
    return Wanted(
        visit.type_code,
        visit.patient_id,
        infusion_minutes=fact.infusion_minutes,
        recovery_minutes=fact.recovery_minutes,
        giving_up=(visit.appointment_id,),
    )


def _elsewhere(site_id: UUID, visit: VisitFact, at: datetime) -> list[datetime]:
    """Every other time to which it alone could move."""
    if _is_in_series(visit):
        options = move_options(site_id, visit.appointment_id, not_before=at)
        return [start for _, starts in options for start in starts]
    zone = clinic_of(site_id).zone
    first = max(local_day(at, zone), visit.local_date - timedelta(days=NEAR_DAYS))
    last = visit.local_date + timedelta(days=NEAR_DAYS)
    found = find_starts(site_id, _wanted(visit, site_id), first=first, last=last, at=at)
    return [start.at for start in found if start.at != visit.starts_at]
