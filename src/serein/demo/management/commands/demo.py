from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from serein.accounts import queries
from serein.demo import story

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Leave cycles alone for a while: there are few, and looking for them takes a seventh of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Command(BaseCommand):
    help = "Build the demo clinic from a number, through the actions that people use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--number", type=int, default=7, help="the number it is made from")
        parser.add_argument(
            "--keep", action="store_true", help="say nothing and do nothing when it is there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        site = queries.public_site()
        if site is not None and not site.is_demo:
            raise CommandError(
                "Choose an empty data folder (SEREIN_DATA_DIR): this one holds a real clinic."
            )
        if site is not None:
            if not options["keep"]:
                raise CommandError(
                    "Choose an empty data folder (SEREIN_DATA_DIR): this one has its demo clinic."
                )
            self.stdout.write(f"The demo clinic is in {settings.DATA_DIR}.")
            return
        started = time.monotonic()
        told = self._tell(options["number"])
        self.stdout.write(
            f"The demo clinic is ready in {settings.DATA_DIR}: {told.patients_asked} people asked, "
            f"{told.steps} steps, {time.monotonic() - started:.0f} s."
        )

    def _tell(self, number: int) -> story.Told:
        columns = (
            TextColumn("Building the demo clinic"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
        )
        with Progress(*columns) as bar:
            task = bar.add_task("", total=1.0)
            with _no_garbage_collection(), transaction.atomic():
                told = story.tell(
                    now=timezone.now(),
                    number=number,
                    progress=lambda share: bar.update(task, completed=share),
                )
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
        return told
