from __future__ import annotations

import getpass
import os
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from serein.accounts import actions, queries
from serein.accounts.permissions import Role
from serein.core.actors import Actor
from serein.core.errors import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Make a clean installation: tables, the clinic, its first administrator. No patients."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", help="the clinic's name")
        parser.add_argument("--zone", help="its time zone, such as America/New_York")
        parser.add_argument("--phone", help="its telephone number")
        parser.add_argument("--admin-name", help="the first administrator's name")
        parser.add_argument("--admin-email", help="the first administrator's e-mail address")
        parser.add_argument(
            "--no-input",
            action="store_true",
            help="ask nothing; the password comes from SEREIN_ADMIN_PASSWORD",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if queries.public_site() is not None:
            self.stdout.write("Nothing to do: this installation already has its clinic.")
            return
        asked = self._ask(options)
        password = self._password(no_input=options["no_input"])
        site_id = uuid.uuid4()
        by, at = Actor.system(site_id, "Setup"), timezone.now()
        try:
            actions.install(
                key=uuid.uuid4(),
                by=by,
                at=at,
                site_id=site_id,
                name=asked["clinic"],
                timezone=asked["zone"],
                phone=asked["phone"],
                admin_name=asked["admin_name"],
                admin_email=asked["admin_email"],
                admin_role=Role.ADMIN,
                admin_password=password,
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(
            f"{asked['clinic']} is set up in {settings.DATA_DIR}. {asked['admin_name']} can sign "
            "in and add the staff."
        )

    def _ask(self, options: dict[str, Any]) -> dict[str, str]:
        questions = {
            "clinic": "Name of the clinic",
            "zone": "Time zone (America/New_York)",
            "phone": "Telephone of the clinic",
            "admin_name": "Name of the first administrator",
            "admin_email": "E-mail address of the first administrator",
        }
        answers = {}
        for name, question in questions.items():
            given = options[name]
            if not given and options["no_input"]:
                raise CommandError(f"Give --{name.replace('_', '-')}.")
            answers[name] = (given or input(f"{question}: ")).strip()
            if not answers[name]:
                raise CommandError(f"Enter an answer to “{question}”.")
        return answers

    def _password(self, *, no_input: bool) -> str:
        given = os.environ.get("SEREIN_ADMIN_PASSWORD", "")
        if given or no_input:
            return given
        first = getpass.getpass("Password (at least 12 characters): ")
        if first != getpass.getpass("Once more: "):
            raise CommandError("Enter the same password twice.")
        return first
