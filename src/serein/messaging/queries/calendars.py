"""Calendar objects of a patient's visits; the caller says when the visits are."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max

from serein.accounts import queries as accounts
from serein.core.errors import NotFound
from serein.messaging.models import CalendarFeed, InviteRevision
from serein.messaging.queries.facts import FeedFact
from serein.messaging.queries.wording import INVITE_TITLE, neutral_name
from serein.messaging.rules import (
    TOKEN_CHARACTERS,
    Method,
    Place,
    VisitTime,
    clinical_words_in,
    invite,
    listing,
    token_hash,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from serein.accounts.models import Site
    from serein.messaging.models import Message


def _place(site: Site) -> Place:
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")
    address = "" if clinical_words_in(site.address) else site.address
    return Place(neutral_name(site), address, site.phone, sender, ZoneInfo(site.timezone))


def next_sequence(subject_id: UUID) -> int:
    """Return the sequence of the next revision of a visit's event: 0, then one more each time."""
    last = InviteRevision.objects.filter(subject_id=subject_id).aggregate(n=Max("sequence"))["n"]
    return 0 if last is None else last + 1


def invite_bytes(message: Message) -> tuple[bytes, Method]:
    """Write the invite that a message carries as it is sent, with its method.

    :raises NotFound: it carries none
    """
    row = message.invite
    if row is None:
        raise NotFound
    method = Method(row.method)
    visit = VisitTime(row.subject_id, row.starts_at, row.ends_at, row.sequence)
    written = invite(
        visit,
        method=method,
        place=_place(message.site),
        attendee=row.attendee,
        title=INVITE_TITLE,
        stamped_at=row.stamped_at,
    )
    return written, method


def calendar_file(*, site_id: UUID, visits: Iterable[VisitTime], at: datetime) -> bytes:
    """Write visits as one calendar file to keep, without names."""
    return _listing(site_id, visits, at=at, method=Method.PUBLISH)


def feed_bytes(*, site_id: UUID, visits: Iterable[VisitTime], at: datetime) -> bytes:
    """Write visits as a feed for calendars that subscribe, without names."""
    return _listing(site_id, visits, at=at, method=None)


def _listing(
    site_id: UUID, visits: Iterable[VisitTime], *, at: datetime, method: Method | None
) -> bytes:
    known = list(visits)
    rows = InviteRevision.objects.filter(subject_id__in=[visit.subject_id for visit in known])
    sequences = dict(rows.order_by("sequence").values_list("subject_id", "sequence"))
    numbered = [
        VisitTime(
            visit.subject_id, visit.starts_at, visit.ends_at, sequences.get(visit.subject_id, 0)
        )
        for visit in known
    ]
    return listing(
        numbered,
        method=method,
        place=_place(accounts.site(site_id)),
        title=INVITE_TITLE,
        stamped_at=at,
    )


def feed_for(token: str) -> FeedFact:
    """Return whose visits a private calendar address shows.

    :raises NotFound: no open address has this secret
    """
    if len(token) != TOKEN_CHARACTERS or not token.isascii():
        raise NotFound
    row = _open_feeds().filter(token_hash=token_hash(token)).first()
    if row is None:
        raise NotFound
    return _feed(row)


def feed_of(patient_id: UUID) -> FeedFact | None:
    """Return the open calendar address of a patient, without its secret."""
    row = _open_feeds().filter(patient_id=patient_id).order_by("-at").first()
    return _feed(row) if row is not None else None


def open_feed_rows(patient_id: UUID) -> tuple[CalendarFeed, ...]:
    """List the calendar addresses of a patient that are open."""
    return tuple(_open_feeds().filter(patient_id=patient_id).order_by("at"))


def _open_feeds() -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(end__isnull=True).select_related("patient")


def _feed(row: CalendarFeed) -> FeedFact:
    return FeedFact(row.pk, row.patient.site_id, row.patient_id, row.at, row.by_name)
