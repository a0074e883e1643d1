"""Queue the reminders that are due, keep pages ready, forget at night what guarded days gone by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from serein.accounts import queries as accounts
from serein.audit.actions import derived_key
from serein.core.actors import Actor
from serein.core.clinic_time import local_day
from serein.scheduling import actions

NIGHT_HOUR = 3
"""The clinic's hour in which old guards are forgotten."""


class Command(BaseCommand):
    help = "Queue reminders that are due, and tidy the book at night. Meant for once a minute."

    def handle(self, *args: Any, **options: Any) -> None:
        at = datetime.now(UTC)
        queued = 0
        for site_id in accounts.site_ids():
            by, zone = Actor.system(site_id), accounts.zone_of(site_id)
            queued += actions.queue_reminders(site_id, by, at)
            actions.keep_pages(site_id, at)
            if at.astimezone(zone).hour == NIGHT_HOUR:
                today = local_day(at, zone)
                key = derived_key(site_id, f"prune {today.isoformat()}")
                actions.prune_ticks(key=key, by=by, at=at, before=today)
        self.stdout.write(f"{queued} reminders queued.")
