"""When a first consultation can be had online, who holds what, and what a personal address means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.core import signing

from serein.core.errors import NotFound
from serein.scheduling import queries as scheduling
from serein.scheduling.queries import Wanted
from serein.scheduling.rules import Kind

if TYPE_CHECKING:
    from serein.scheduling.queries import TypeFact, VisitFact

LOOK_AHEAD_DAYS = 60
DAYS_AT_ONCE = 4
GRID_MINUTES = 30
NOTICE = timedelta(hours=2)
"""How soon, how far and how finely consultations are offered online (clinic default, review)."""

HOLDS_PER_ADDRESS = 8
"""Times that one address may hold at once, so that nobody empties the book (clinic default, review)."""

NEAREST = 3
_STEP_DAYS = 14
_VISIT = "serein.website.visit"


@dataclass(frozen=True, slots=True)
class DayOfTimes:
    """The moments of one date at which a consultation could begin."""

    day: date
    starts: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """Some dates with free times, the first that is free at all, and the date to go on from."""

    days: tuple[DayOfTimes, ...]
    next_from: date | None


def consultations(site_id: UUID) -> tuple[TypeFact, ...]:
    """List the kinds of consultation that can be booked online.

    None where the clinic has entered neither a room nor a prescriber: then nothing would limit how
    many people come at the same time.
    """
    clinic = scheduling.clinic_of(site_id)
    if clinic.unlimited >= {Kind.ROOM, Kind.PRESCRIBER}:
        return ()
    return tuple(fact for fact in clinic.types if fact.is_public)


def first_free(site_id: UUID, code: str, at: datetime) -> datetime | None:
    """Return the first moment at which somebody could come."""
    found = scheduling.next_available(
        site_id,
        Wanted(code),
        after=at + NOTICE,
        at=at,
        within_days=LOOK_AHEAD_DAYS,
        grid_minutes=GRID_MINUTES,
        is_guided=True,
    )
    return found.at if found else None


def times_from(site_id: UUID, code: str, first: date, at: datetime) -> Times:
    """List the next dates with free times, from a date on."""
    clinic = scheduling.clinic_of(site_id)
    today = at.astimezone(clinic.zone).date()
    end = today + timedelta(days=LOOK_AHEAD_DAYS)
    found: dict[date, list[datetime]] = {}
    begin = max(first, today)
    while begin <= end and len(found) <= DAYS_AT_ONCE:
        last = min(begin + timedelta(days=_STEP_DAYS - 1), end)
        for start in scheduling.find_starts(
            site_id,
            Wanted(code),
            first=begin,
            last=last,
            at=at,
            not_before=at + NOTICE,
            grid_minutes=GRID_MINUTES,
            is_guided=True,
        ):
            found.setdefault(start.at.astimezone(clinic.zone).date(), []).append(start.at)
        begin = last + timedelta(days=1)
    days = sorted(found)
    following = days[DAYS_AT_ONCE] if len(days) > DAYS_AT_ONCE else None
    shown = days[:DAYS_AT_ONCE]
    return Times(tuple(DayOfTimes(day, tuple(found[day])) for day in shown), following)


def nearest_times(
    site_id: UUID, code: str, wanted: datetime, at: datetime, patient_id: UUID | None = None
) -> tuple[datetime, ...]:
    """List the three free moments nearest to another, which is not among them, in order of time."""
    today = at.astimezone(scheduling.clinic_of(site_id).zone).date()
    found = scheduling.find_starts(
        site_id,
        Wanted(code, patient_id=patient_id),
        first=today,
        last=today + timedelta(days=LOOK_AHEAD_DAYS),
        at=at,
        not_before=at + NOTICE,
        grid_minutes=GRID_MINUTES,
        near=wanted,
        limit=NEAREST + 1,
        is_guided=True,
    )
    others = [start.at for start in found if start.at != wanted]
    nearest = sorted(others, key=lambda at: abs(at - wanted))
    return tuple(sorted(nearest[:NEAREST]))


def hold_minutes(site_id: UUID) -> int:
    """Return how long a time is kept for somebody who has chosen it."""
    return scheduling.clinic_of(site_id).settings.hold_minutes


def holds_of(site_id: UUID, holder: str, at: datetime) -> int:
    """Count the times that are held now by one address; ``holder`` is how its holders begin."""
    today = at.astimezone(scheduling.clinic_of(site_id).zone).date()
    coming = scheduling.visits_on(site_id, today, today + timedelta(days=LOOK_AHEAD_DAYS), at)
    return sum(fact.held_by.startswith(holder) for fact in coming)


def visit_token(appointment_id: UUID) -> str:
    """Return the secret under which the person who chose a time finds it again."""
    return signing.Signer(salt=_VISIT).sign(appointment_id.hex)


def visit_for(site_id: UUID, token: str) -> VisitFact:
    """Return the visit behind a secret.

    :raises NotFound: nobody was given this secret, or the visit is not of this site
    """
    try:
        appointment_id = UUID(hex=signing.Signer(salt=_VISIT).unsign(token))
    except (signing.BadSignature, ValueError):
        raise NotFound from None
    return scheduling.visit(site_id, appointment_id)
