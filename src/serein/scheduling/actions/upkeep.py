"""Keeping the tables small."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.audit.actions import action, record
from serein.core.errors import Refused
from serein.scheduling.actions import guard
from serein.scheduling.models import SiteBook
from serein.scheduling.rules import instant, tick_of

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor


@action
def prune_ticks(*, key: UUID, by: Actor, at: datetime, before: date) -> SiteBook:
    """Delete the rows that guarded days before a date. The visits themselves stay.

    :raises Refused: the date has not come yet
    """
    zone = zone_of(by.site_id)
    if before > at.astimezone(zone).date():
        raise Refused("Choose today or an earlier date: the days to come are still guarded.")
    deleted = guard.prune(by.site_id, tick_of(instant(before, time(), zone)))
    book, _ = SiteBook.objects.get_or_create(site_id=by.site_id, defaults={"stamp": key})
    record(by=by, at=at, verb="prune_ticks", subject=book, details={"rows": deleted})
    return book
