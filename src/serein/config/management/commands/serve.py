from __future__ import annotations

from typing import TYPE_CHECKING, Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections

from serein.accounts import queries

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Serve pages and live streams on one port."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("check", databases=["default"], verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        address = f"http://{options['host']}:{options['port']}"
        site = queries.public_site()
        if site is None:
            self.stdout.write("Run `serein setup` first: there is no clinic here yet.")
            return
        self.stdout.write(f"{site.name}: {address} (data in {settings.DATA_DIR})")
        if site.is_demo:
            self._say_who_can_sign_in(site.pk)
        self.stdout.flush()
        connections.close_all()
        uvicorn.run(
            "serein.config.server:application",
            host=options["host"],
            port=options["port"],
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )

    def _say_who_can_sign_in(self, site_id: Any) -> None:
        self.stdout.write("Sign in at /sign-in/ with the password “still-water-2026” as:")
        for person in queries.staff_of(site_id):
            self.stdout.write(f"  {person.email:<28} {person.name}, {person.role.words}")
