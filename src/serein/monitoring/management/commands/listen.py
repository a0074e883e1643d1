"""Receive what monitors and pumps send: HL7 v2 over MLLP. Runs in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.management.base import BaseCommand, CommandError

from bedside.server import PlainTextRefused, Settings, listen, require_encryption
from serein.accounts import queries as accounts
from serein.core.errors import NotFound
from serein.monitoring.actions.listening import desk_for
from serein.monitoring.queries.feed import is_feed_on

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

PORT = 2575
"""The port that IANA lists for HL7 over MLLP."""


class Command(BaseCommand):
    help = "Receive readings of monitors and pumps (HL7 v2 over MLLP)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=PORT, help=f"port ({PORT})")
        parser.add_argument("--certificate", type=Path, help="our certificate, PEM")
        parser.add_argument("--key", type=Path, help="its private key, PEM")
        parser.add_argument(
            "--devices-ca", type=Path, help="accept only devices whose certificate this one signed"
        )
        parser.add_argument("--site", type=UUID, help="the clinic, where there is more than one")
        parser.add_argument("--lines", type=int, default=64, help="connections at once (64)")

    def handle(self, *args: Any, **options: Any) -> None:
        site_id = self._site(options["site"])
        tls = _tls(options["certificate"], options["key"], options["devices_ca"])
        try:
            require_encryption(options["host"], tls)
            asyncio.run(self._listen(site_id, tls, options))
        except PlainTextRefused as refused:
            raise CommandError(f"{refused}.") from None
        except OSError as fault:
            raise CommandError(f"Choose another port or address: {fault}") from None

    def _site(self, wanted: UUID | None) -> UUID:
        if wanted is not None:
            try:
                found: UUID = accounts.site(wanted).pk
            except NotFound:
                raise CommandError("Name a clinic of this installation with --site.") from None
            return found
        site = accounts.public_site()
        if site is None:
            raise CommandError("Run `serein setup` first: there is no clinic here.")
        return site.pk

    async def _listen(
        self, site_id: UUID, tls: ssl.SSLContext | None, options: dict[str, Any]
    ) -> None:
        desk = await sync_to_async(desk_for)(site_id, _now)
        listener = await listen(
            desk.handle,
            host=options["host"],
            port=options["port"],
            tls=tls,
            on_fault=desk.refuse,
            settings=Settings(lines_max=options["lines"]),
        )
        desk.start()
        await self._say(site_id, listener.address, is_encrypted=tls is not None)
        ending = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, ending.set)
        await ending.wait()
        await listener.close()
        await desk.stop()
        tally = desk.tally
        self.stdout.write(f"Ended: {tally.messages} messages in {tally.commits} commits.")

    async def _say(self, site_id: UUID, address: tuple[str, int], *, is_encrypted: bool) -> None:
        host, port = address
        line = "with TLS" if is_encrypted else "in plain text, from this machine alone"
        self.stdout.write(f"Listening on {host}:{port} {line}.")
        if not await sync_to_async(is_feed_on)(site_id):
            self.stdout.write(
                "The feed is off: messages are kept and wait in the tray. The medical director "
                "turns it on under Switches."
            )
        self.stdout.flush()


def _now() -> datetime:
    return datetime.now(UTC)


def _tls(
    certificate: Path | None, key: Path | None, devices_ca: Path | None
) -> ssl.SSLContext | None:
    """Our side of TLS 1.2 or newer; with ``devices_ca`` each device must show a certificate."""
    if certificate is None:
        if key is not None or devices_ca is not None:
            raise CommandError("Give --certificate too.")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
        if devices_ca is not None:
            context.load_verify_locations(devices_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as fault:
        raise CommandError(f"Give a certificate and key that can be read: {fault}") from None
    return context
