"""What has to happen by itself, once a minute: flags of the clock are raised, messages set going."""

from __future__ import annotations

import asyncio
import logging

from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.db import DatabaseError, close_old_connections

log = logging.getLogger("serein.tick")

EVERY_SECONDS = 60


async def tick_for_ever() -> None:
    """Do it once a minute until cancelled; a busy database is tried again."""
    while True:
        await sync_to_async(_tick)()
        await asyncio.sleep(EVERY_SECONDS)


def _tick() -> None:
    close_old_connections()
    for command in ("raise_overdue", "mind_the_book", "enqueue_messages"):
        try:
            call_command(command, stdout=_Silent())
        except DatabaseError:
            log.exception("tick failed", extra={"command": command})


class _Silent:
    def write(self, _: str) -> None:
        """Say nothing: the flags themselves are what is seen."""
