"""Queue one task that sends what is due. Run it once a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand

from serein.messaging.actions import background

KEPT_DAYS = 2


class Command(BaseCommand):
    help = "Queue one task that sends the messages that are due. Meant for once a minute."

    def handle(self, *args: Any, **options: Any) -> None:
        background.forget_tasks(datetime.now(UTC) - timedelta(days=KEPT_DAYS))
        is_new = background.enqueue_delivery()
        self.stdout.write("Queued." if is_new else "One waits already: is a worker running?")
