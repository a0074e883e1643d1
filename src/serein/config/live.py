"""The live stream: pages learn that something changed, and that the line still holds.

An event ``change`` carries the number of the newest change at the site; a page then asks for its
own parts again. A ``beat`` every two seconds carries the server's time, so that silence looks
different from calm. One reader per process and site asks the database, however many listen.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.http import StreamingHttpResponse
from django.utils import timezone

from serein.accounts import queries as accounts
from serein.audit import queries as audit
from serein.core.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

READ_EVERY_SECONDS = 1.0
BEAT_EVERY_SECONDS = 2.0
PROVE_EVERY_BEATS = 15
"""After so many beats the stream asks whether its listener may still listen."""


class Reader:
    """Asks for the newest change of one site and wakes whoever waits for it."""

    def __init__(self, site_id: UUID) -> None:
        self.site_id = site_id
        self.newest = 0
        self.listeners = 0
        self.changed = asyncio.Condition()
        self.task: asyncio.Task[None] | None = None

    def join(self) -> None:
        """Count a listener; the first one starts the reading."""
        self.listeners += 1
        if self.task is None:
            self.task = asyncio.create_task(self._read())

    def leave(self) -> None:
        """Forget a listener; the last one ends the reading."""
        self.listeners -= 1
        if not self.listeners and self.task is not None:
            self.task.cancel()
            self.task = None

    async def _read(self) -> None:
        while True:
            newest = await sync_to_async(_newest_change)(self.site_id)
            if newest != self.newest:
                async with self.changed:
                    self.newest = newest
                    self.changed.notify_all()
            await asyncio.sleep(READ_EVERY_SECONDS)

    async def next_after(self, seen: int) -> int | None:
        """Wait one beat for a change newer than ``seen``; give it, or None."""
        async with self.changed:
            try:
                await asyncio.wait_for(
                    self.changed.wait_for(lambda: self.newest > seen), BEAT_EVERY_SECONDS
                )
            except TimeoutError:
                return None
            return self.newest


_readers: dict[UUID, Reader] = {}


def _newest_change(site_id: UUID) -> int:
    close_old_connections()
    return audit.last_change(site_id)


def _may_still_listen(session_key: str, site_id: UUID, staff_id: UUID) -> bool:
    close_old_connections()
    try:
        person = accounts.staff_named(site_id, staff_id)
    except NotFound:
        return False
    alive = Session.objects.filter(pk=session_key, expire_date__gt=timezone.now()).exists()
    return person.is_active and alive


async def changes(request: Any) -> StreamingHttpResponse:
    """Stream changes and beats until the listener leaves or may no longer listen."""
    last = request.headers.get("Last-Event-ID", "")
    seen = int(last) if last.isascii() and last.isdigit() and len(last) < 18 else 0
    stream = _events(
        site_id=request.site_id,
        staff_id=request.user.pk,
        session_key=request.session.session_key or "",
        seen=seen,
    )
    return StreamingHttpResponse(
        stream,
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    *, site_id: UUID, staff_id: UUID, session_key: str, seen: int
) -> AsyncIterator[str]:
    reader = _readers.setdefault(site_id, Reader(site_id))
    reader.join()
    beats = 0
    try:
        yield "retry: 2000\n\n"
        while True:
            newest = await reader.next_after(seen)
            if newest is not None:
                seen = newest
                yield f"event: change\nid: {newest}\ndata: {newest}\n\n"
            yield f"event: beat\ndata: {timezone.now().isoformat()}\n\n"
            beats += 1
            if beats % PROVE_EVERY_BEATS == 0 and not await sync_to_async(_may_still_listen)(
                session_key, site_id, staff_id
            ):
                return
    finally:
        reader.leave()
