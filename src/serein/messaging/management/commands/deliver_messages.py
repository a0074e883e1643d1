"""Send the messages that are due, now and here, without a worker."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from serein.messaging import actions


class Command(BaseCommand):
    help = "Send the messages that are due."

    def handle(self, *args: Any, **options: Any) -> None:
        tally = actions.deliver_due(clock=lambda: datetime.now(UTC))
        self.stdout.write(
            f"{tally.sent} sent, {tally.waiting} to be tried again, {tally.failed} failed, "
            f"{tally.unsure} perhaps sent."
        )
