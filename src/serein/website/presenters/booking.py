"""What the pages say on which somebody books a first consultation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from django.utils.translation import gettext as _

from serein.core.clinic_time import clock
from serein.messaging.presenters import veiled
from serein.messaging.rules import Channel
from serein.scheduling.rules import day_words, start_words
from serein.scheduling.states import AppointmentState
from serein.website.rules import moment_text

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.accounts.models import Site
    from serein.messaging.rules import Way
    from serein.scheduling.queries import TypeFact, VisitFact
    from serein.website.queries import Times


@dataclass(frozen=True, slots=True)
class TimeButton:
    """One moment that can be chosen: what is sent, what is read, and the whole of it."""

    value: str
    clock: str
    words: str


@dataclass(frozen=True, slots=True)
class DayList:
    """One date with its times."""

    name: str
    times: tuple[TimeButton, ...]


@dataclass(frozen=True, slots=True)
class KindLink:
    """One kind of consultation."""

    code: str
    name: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class TimesPage:
    """The list of free times."""

    kinds: tuple[KindLink, ...]
    code: str
    lead: str
    zone: str
    first: TimeButton | None
    days: tuple[DayList, ...]
    next_from: date | None


@dataclass(frozen=True, slots=True)
class HeldPage:
    """A time that waits for somebody to say who they are."""

    when: str
    length: str
    zone: str
    kept: str
    until: str
    is_kept: bool
    alternatives: tuple[TimeButton, ...]


@dataclass(frozen=True, slots=True)
class BookedPage:
    """A consultation that was booked: ``told`` says how we write about it, ``was`` where it stood."""

    when: str
    was: str
    told: str
    length: str
    zone: str
    address: str
    map_url: str
    is_standing: bool
    is_cancelled: bool


def times_page(
    kinds: Sequence[TypeFact],
    current: TypeFact,
    times: Times,
    first: datetime | None,
    *,
    at: datetime,
    zone: ZoneInfo,
) -> TimesPage:
    """List the free times of some days."""
    return TimesPage(
        kinds=tuple(
            KindLink(fact.code, _kind_words(fact), fact.code == current.code) for fact in kinds
        ),
        code=current.code,
        lead=_("You talk with a clinician for about %(minutes)s minutes. Nothing is given.")
        % {"minutes": current.visit.patient_minutes},
        zone=zone_words(at, zone),
        first=time_button(first, zone) if first else None,
        days=tuple(
            DayList(day_words(each.day), tuple(time_button(start, zone) for start in each.starts))
            for each in times.days
        ),
        next_from=times.next_from,
    )


def held_page(
    held: VisitFact, alternatives: Sequence[datetime], *, at: datetime, zone: ZoneInfo
) -> HeldPage:
    """Say which time is kept, and until when."""
    is_kept = held.held_until is not None and held.held_until > at
    kept = _("This time is no longer kept for you.")
    if is_kept and held.held_until is not None:
        until = clock(held.held_until, zone)
        kept = _("We keep this time for you until %(until)s.") % {"until": until}
    return HeldPage(
        when=start_words(held.starts_at, zone),
        length=_length(held),
        zone=zone_words(at, zone),
        kept=kept,
        until=held.held_until.isoformat() if is_kept and held.held_until else "",
        is_kept=is_kept,
        alternatives=tuple(time_button(start, zone) for start in alternatives),
    )


def booked_page(
    visit: VisitFact,
    site: Site,
    *,
    was_at: datetime | None,
    ways: Sequence[Way],
    at: datetime,
    zone: ZoneInfo,
) -> BookedPage:
    """Say when and where somebody is expected, and how they hear of it again."""
    where = quote_plus(site.address)
    is_moved = was_at is not None and was_at != visit.starts_at
    return BookedPage(
        when=start_words(visit.starts_at, zone),
        was=start_words(was_at, zone) if is_moved and was_at else "",
        told=_told(ways),
        length=_length(visit),
        zone=zone_words(at, zone),
        address=site.address,
        map_url=f"https://www.openstreetmap.org/search?query={where}" if where else "",
        is_standing=visit.is_standing,
        is_cancelled=visit.state is AppointmentState.CANCELLED,
    )


def _told(ways: Sequence[Way]) -> str:
    """Say where the confirmation and the reminders go; the address is veiled, but its owner knows it."""
    if not ways:
        return _("We do not write to you about it. Keep the calendar file, or note the time.")
    way = {"address": veiled(ways[0].channel, ways[0].address)}
    if ways[0].channel is Channel.SMS:
        return _("We send a confirmation and reminders as text messages to %(address)s.") % way
    return _("We send a confirmation and reminders by e-mail to %(address)s.") % way


def time_button(start: datetime, zone: ZoneInfo) -> TimeButton:
    """Write a moment as a button."""
    return TimeButton(moment_text(start), clock(start, zone), start_words(start, zone))


def zone_words(at: datetime, zone: ZoneInfo) -> str:
    """Name the clinic's zone, and what its clocks show, for those whose clocks show something else."""
    place = zone.key.rpartition("/")[2].replace("_", " ")
    return _("All times are %(place)s time. There it is %(now)s now.") % {
        "place": place,
        "now": clock(at, zone),
    }


def _kind_words(fact: TypeFact) -> str:
    return _("%(name)s, %(minutes)s minutes") % {
        "name": fact.name,
        "minutes": fact.visit.patient_minutes,
    }


def _length(visit: VisitFact) -> str:
    minutes = int((visit.ends_at - visit.starts_at).total_seconds() // 60)
    return _("%(minutes)s minutes") % {"minutes": minutes}
