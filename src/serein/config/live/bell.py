"""What wakes the reader of changes: PostgreSQL calls by NOTIFY, SQLite is asked every 100 ms."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Protocol

import psycopg
from django.db import connection

log = logging.getLogger("serein.live")

ASK_EVERY_SECONDS = 0.1
CATCH_UP_SECONDS = 2.0
"""The table is read so often even when nobody calls, so that a call that got lost costs no more."""

CHANNEL = "serein_changes"
_OF_THE_LINE = ("host", "port", "user", "password", "dbname", "sslmode")


class Bell(Protocol):
    """Something that can be waited for."""

    async def wait(self) -> None:
        """Return when there may be something new."""

    async def close(self) -> None:
        """Give back what is held."""


class Clock:
    """Rings ten times a second."""

    async def wait(self) -> None:
        """Wait for the next tenth."""
        await asyncio.sleep(ASK_EVERY_SECONDS)

    async def close(self) -> None:
        """There is nothing to give back."""


class Line:
    """Rings when PostgreSQL says that the table has grown, over one direct connection."""

    def __init__(self) -> None:
        self._line: psycopg.AsyncConnection[Any] | None = None

    async def wait(self) -> None:
        """Wait for a call, two seconds at most. Without a line, ask like a clock and dial again."""
        if self._line is None:
            await self._dial()
            return  # read once more: something may have been written before LISTEN took hold
        try:
            async for _ in self._line.notifies(timeout=CATCH_UP_SECONDS, stop_after=1):
                pass
        except psycopg.Error:
            log.warning("the line to PostgreSQL was lost; it is dialled again")
            await self.close()

    async def close(self) -> None:
        """Hang up."""
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    async def _dial(self) -> None:
        given = connection.get_connection_params()
        params = {name: given[name] for name in _OF_THE_LINE if given.get(name)}
        try:
            line = await psycopg.AsyncConnection.connect(**params, autocommit=True)
            await line.execute(f"LISTEN {CHANNEL}")
        except psycopg.Error:
            await asyncio.sleep(ASK_EVERY_SECONDS)
            return
        self._line = line


def bell_for(vendor: str) -> Bell:
    """Return what rings for this kind of database."""
    return Line() if vendor == "postgresql" else Clock()
