from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import track

from serein.audit import queries, rules

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Walk the audit chain from the first row and name the first fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(self, *args: Any, **options: Any) -> None:
        total = queries.count()
        rows = track(
            queries.chain(), total=total, description="Audit rows", disable=options["quiet"]
        )
        fault = rules.first_fault(rows)
        if fault is not None:
            raise CommandError(
                f"Stop and keep this database: audit row {fault.seq}: {fault.because}."
            )
        self.stdout.write(f"The audit chain holds: {total} rows, none changed, none missing.")
