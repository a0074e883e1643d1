"""Play monitors and pumps at the chairs of the demo clinic, over the network, to `serein listen`."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from datetime import UTC, datetime
from itertools import cycle
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from bedside.physiology import Script
from bedside.play import Chair, Part, part, play
from bedside.sender import NotAcknowledged, Target
from bedside.server import PlainTextRefused
from bedside.simulator import Person, Place
from serein.accounts import queries as accounts
from serein.core.actors import Actor
from serein.monitoring import actions
from serein.monitoring.management.commands.listen import PORT
from serein.monitoring.queries.devices import taken_chairs
from serein.monitoring.queries.feed import is_feed_on
from serein.monitoring.rules.feed import DeviceKind

if TYPE_CHECKING:
    from uuid import UUID

    from django.core.management.base import CommandParser

    from bedside.sender import Delivered
    from serein.monitoring.queries.devices import TakenChair

SCRIPTS = {script.name.lower().replace("_", "-"): script for script in Script}
STARTS = {DeviceKind.MONITOR: "0A51", DeviceKind.PUMP: "0A52"}
"""How the identifiers of simulated devices begin; the chair follows."""


class Command(BaseCommand):
    help = "Play monitors and pumps at the chairs of the demo clinic."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where it listens (127.0.0.1)")
        parser.add_argument("--port", type=int, default=PORT, help=f"port ({PORT})")
        parser.add_argument(
            "--script", choices=SCRIPTS, help="one story for every chair; else each has its own"
        )
        parser.add_argument(
            "--minute", type=int, default=0,
            help="begin the stories at this minute, a multiple of 5 (0)",
        )  # fmt: skip
        parser.add_argument("--minutes", type=int, default=45, help="play for so long (45)")
        parser.add_argument(
            "--every", type=int, default=5, help="seconds between two messages of a monitor (5)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        site = accounts.public_site()
        if site is None or not site.is_demo:
            raise CommandError(
                "Choose the demo clinic (`serein demo`): what is played here belongs to nobody real."
            )
        now = datetime.now(UTC)
        chairs = cast(site.pk, at=now)
        if not chairs:
            raise CommandError("Check a patient in first: nobody is in a chair.")
        scripts = cycle([SCRIPTS[options["script"]]] if options["script"] else Script)
        try:
            parts = [
                part(chair, script, at=now, minute=options["minute"])
                for chair, script in zip(chairs, scripts, strict=False)
            ]
        except ValueError as wrong:
            raise CommandError(f"{wrong}.") from None
        self._announce(site.pk, parts)
        self._play(parts, options)

    def _announce(self, site_id: UUID, parts: list[Part]) -> None:
        for one in parts:
            devices = "monitor and pump" if one.pump is not None else "monitor"
            monitor = one.monitor
            self.stdout.write(f"{monitor.place.chair}: {devices}, {monitor.script.value}")
        if not is_feed_on(site_id):
            self.stdout.write(
                "The feed is off: everything will wait in the tray. The medical director turns it "
                "on under Switches."
            )
        self.stdout.flush()

    def _play(self, parts: list[Part], options: dict[str, Any]) -> None:
        answers: Counter[str] = Counter()
        said_at = {"minute": -1}

        def told(one: Part, done: Delivered) -> None:
            answers[done.answer.code] += 1
            minute = int((datetime.now(UTC) - one.monitor.started_at).total_seconds() // 60)
            if minute > said_at["minute"]:
                said_at["minute"] = minute
                codes = ", ".join(f"{count} × {code}" for code, count in sorted(answers.items()))
                self.stdout.write(f"Minute {minute}: answered {codes}")
                self.stdout.flush()

        target = Target(options["host"], options["port"], attempts_max=6)
        try:
            asyncio.run(
                play(
                    parts, target, every_s=max(1, options["every"]), minutes=options["minutes"],
                    now=lambda: datetime.now(UTC), told=told,
                )
            )  # fmt: skip
        except KeyboardInterrupt:
            self.stdout.write("Ended.")
        except PlainTextRefused as refused:
            raise CommandError(f"{refused}.") from None
        except NotAcknowledged:
            raise CommandError(
                f"Start `serein listen` first: nobody answers at {target.host}:{target.port}."
            ) from None


def cast(site_id: UUID, *, at: datetime) -> list[Chair]:
    """Who is in a chair, with the devices there; a chair without a monitor or pump is given one."""
    return [_with_devices(site_id, chair, at) for chair in taken_chairs(site_id)]


def _with_devices(site_id: UUID, chair: TakenChair, at: datetime) -> Chair:
    known = dict(chair.devices)
    by = Actor.system(site_id, "Device simulator")
    for kind, start in STARTS.items():
        if kind in known:
            continue
        made = actions.add_device(
            key=uuid.uuid4(), by=by, at=at, kind=kind.value, chair_id=chair.chair_id,
            name=f"Simulated {kind.value}, {chair.chair_name}",
            identifier=f"{start}{chair.chair_id.hex[-12:]}",
        )  # fmt: skip
        known[kind] = made.identifier
    return Chair(
        Person(chair.mrn, chair.family_name, chair.given_name, f"{chair.birth_date:%Y%m%d}"),
        Place(chair=chair.chair_name),
        monitor=known[DeviceKind.MONITOR],
        pump=known[DeviceKind.PUMP],
    )
