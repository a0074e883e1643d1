"""Keeping the tables small."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from serein.accounts.queries import zone_of
from serein.audit.actions import action, record
from serein.core.errors import Refused
from serein.scheduling import queries
from serein.scheduling.actions import guard
from serein.scheduling.models import ClinicDay, SiteBook
from serein.scheduling.rules import instant, tick_of

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor

PAGE_DAYS = 90
"""How many days ahead pages are kept ready, booked or not."""

AT_ONCE = 10
"""So many days are locked together while their pages are written."""


def keep_pages(site_id: UUID, at: datetime) -> int:
    """Write anew the pages of the days ahead that have changed since; returns how many.

    Bookings do not wait for it: a day without a page that holds is read from its visits. The days
    are locked for a moment, in order; their versions stay, since their book does not change.
    """
    clinic = queries.clinic_of(site_id)
    today = at.astimezone(clinic.zone).date()
    stale = queries.stale_days(clinic, [today + timedelta(days=n) for n in range(PAGE_DAYS)], at)
    ClinicDay.objects.bulk_create(
        [ClinicDay(site_id=site_id, local_date=day) for day in stale], ignore_conflicts=True
    )
    for place in range(0, len(stale), AT_ONCE):
        _write_pages(site_id, stale[place : place + AT_ONCE], at)
    return len(stale)


@transaction.atomic
def _write_pages(site_id: UUID, days: Sequence[date], at: datetime) -> None:
    mine = ClinicDay.objects.filter(site_id=site_id)
    list(mine.filter(local_date__in=days).order_by("local_date").select_for_update())
    pages = queries.new_pages(queries.clinic_of(site_id), days, at)
    for day, page in pages.items():
        mine.filter(local_date=day).update(page=page)


@action
def prune_ticks(*, key: UUID, by: Actor, at: datetime, before: date) -> SiteBook:
    """Delete the rows that guarded days before a date, and their pages. The visits themselves stay.

    :raises Refused: the date has not come yet
    """
    zone = zone_of(by.site_id)
    if before > at.astimezone(zone).date():
        raise Refused("Choose today or an earlier date: the days to come are still guarded.")
    deleted = guard.prune(by.site_id, tick_of(instant(before, time(), zone)))
    ClinicDay.objects.filter(site_id=by.site_id, local_date__lt=before).exclude(page="").update(
        page=""
    )
    book, _ = SiteBook.objects.get_or_create(site_id=by.site_id, defaults={"stamp": key})
    record(by=by, at=at, verb="prune_ticks", subject=book, details={"rows": deleted})
    return book
