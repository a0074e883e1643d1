"""``serein import-fhir FILE…``: take patients of another system into the record."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from serein.accounts import queries as accounts
from serein.accounts.permissions import Act, may
from serein.core.actors import Actor
from serein.core.errors import NotFound, Refused
from serein.fhir import actions, mappers, presenters
from serein.fhir.rules.reading import MAX_BYTES

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from serein.accounts.models import Site
    from serein.fhir.models import ImportRun


class Command(BaseCommand):
    help = (
        "Import patients, problems, medicines, allergies, weights, heights and blood pressures "
        "from FHIR R4 JSON files. Each file is taken whole or not at all; a second import of the "
        "same file changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="FHIR R4 JSON files")
        parser.add_argument("--site", help="id of the site; without it, the first one")
        parser.add_argument("--by", help="e-mail of the member of staff who imports")
        parser.add_argument(
            "--new-person",
            action="store_true",
            help="register people although somebody with a similar name was born the same day",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        site = _site(options["site"])
        by = _actor(site, options["by"])
        console = Console(file=cast("IO[str]", self.stdout), soft_wrap=True, highlight=False)
        failed = 0
        for name in options["files"]:
            try:
                run = self._import(Path(name), by, console, is_new_person=options["new_person"])
            except Refused as refusal:
                failed += 1
                console.print(f"[bold]{escape(name)}[/]: not imported")
                console.print(f"  {escape(refusal.message)}")
                continue
            console.print(f"[bold]{escape(name)}[/]: imported")
            for line in presenters.report_lines(run.report):
                console.print(f"  {escape(line)}")
        total = len(options["files"])
        if failed:
            raise CommandError(
                f"Check the files named above: {failed} of {total} not imported, and nothing of "
                "them was stored."
            )
        console.print(f"Imported {total} of {total} files into {escape(site.name)}.")

    def _import(self, path: Path, by: Actor, console: Console, *, is_new_person: bool) -> ImportRun:
        raw = _bytes(path)
        reading = mappers.read_file(raw)
        steps = len(reading.patients) + len(reading.entries)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        ) as progress:
            task = progress.add_task(escape(path.name[:40]), total=steps)
            return actions.import_reading(
                key=uuid.uuid4(),
                by=by,
                at=datetime.now(tz=UTC),
                reading=reading,
                sha256=hashlib.sha256(raw).hexdigest(),
                zone=accounts.zone_of(by.site_id),
                is_new_person=is_new_person,
                on_step=lambda: progress.advance(task),
            )


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise Refused("Give a file: this is a folder.")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Refused(f"Split the file: it is larger than {MAX_BYTES // 1024 // 1024} MB.")
        return path.read_bytes()
    except OSError as wrong:
        raise Refused(f"Check the path: the file cannot be read ({wrong.strerror}).") from None


def _site(given: str | None) -> Site:
    if given is None:
        found = accounts.public_site()
        if found is None:
            raise CommandError("Run “serein setup” first: there is no site yet.")
        return found
    try:
        return accounts.site(uuid.UUID(given))
    except (ValueError, NotFound):
        raise CommandError("Give --site the id of a site that exists.") from None


def _actor(site: Site, email: str | None) -> Actor:
    if email is None:
        return Actor.system(site.pk)
    for staff in accounts.staff_of(site.pk):
        if staff.email.lower() == email.strip().lower():
            if not may(staff.role, Act.WRITE_CHART):
                raise CommandError("Give --by somebody who may write in the chart.")
            return Actor(str(staff.staff_id), staff.name, staff.role, site.pk)
    raise CommandError("Give --by the e-mail of active staff of this site.")
