"""Raise the flags of the clock for every patient who is being watched. Run it once a minute."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from serein.core.actors import Actor
from serein.monitoring import actions, queries


class Command(BaseCommand):
    help = "Raise a flag for each set of vitals that is overdue. Meant for once a minute."

    def handle(self, *args: Any, **options: Any) -> None:
        at = datetime.now(UTC)
        found = queries.periods_with_news(at)
        for fact in found:
            actions.raise_time_flags(
                key=uuid.uuid4(),
                by=Actor.system(fact.site_id),
                at=at,
                period_id=fact.period_id,
            )
        words = "visit has" if len(found) == 1 else "visits have"
        self.stdout.write(f"{len(found)} {words} a set of vitals that is newly overdue.")
