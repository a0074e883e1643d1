"""Work on queued tasks until interrupted: a worker in a process of its own."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from serein.messaging.actions import background


class Command(BaseCommand):
    help = "Work on queued tasks until interrupted. `serein serve` does so by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing waits")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = background.new_worker(is_batch=options["once"])
        worker.configure_signals()
        worker.run()
