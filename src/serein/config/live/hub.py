"""Who listens in this process, and the one reader that tells them all.

There is one hub for each event loop. It asks the audit chain for what is new (the chain is the
table of events: append-only, numbered in the order of commit, marked with site and patient), so
that one question serves every open page. No listener holds a connection to the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from serein.audit import actions as audit_actions
from serein.audit import queries as audit
from serein.config.live.bell import bell_for
from serein.config.live.sign_ins import still_signed_in

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable
    from uuid import UUID

    from serein.audit.queries import Change

P = ParamSpec("P")
Told = TypeVar("Told")

log = logging.getLogger("serein.live")

MOST_WAITING = 100
"""Changes kept for a page that does not take them; then it is told that it missed some."""

MOST_STREAMS = 12
"""Streams of one person in one process; the oldest gives way."""

PROVE_EVERY_SECONDS = 10.0
"""How often it is asked whether listeners may still listen, and their names are written anew."""

READ_AT_ONCE = 500

SIGNED_OUT, TOO_MANY = "signed-out", "too-many"


@dataclass(eq=False)
class Listener:
    """One open page: whose it is, what it looks at, and what it has not been told yet."""

    stream_id: UUID
    site_id: UUID
    staff_id: UUID
    name: str
    session_key: str
    place: str = ""
    has_missed: bool = False
    ended: str = ""
    waiting: deque[Change] = field(default_factory=deque)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, change: Change) -> None:
        """Keep a change for the page; too many together are forgotten, and that is said."""
        if len(self.waiting) >= MOST_WAITING:
            self.waiting.clear()
            self.has_missed = True
        self.waiting.append(change)
        self.news.set()

    def end(self, why: str) -> None:
        """Let the stream say why it ends, and end."""
        self.ended = why
        self.news.set()

    async def next_changes(self, seconds: float) -> tuple[Change, ...]:
        """Wait so long at most for changes; give them all, or none."""
        try:
            await asyncio.wait_for(self.news.wait(), seconds)
        except TimeoutError:
            return ()
        self.news.clear()
        found = tuple(self.waiting)
        self.waiting.clear()
        return found


class Hub:
    """Everybody who listens on one event loop."""

    def __init__(self) -> None:
        self.listeners: dict[UUID, Listener] = {}
        self.position = 0
        self._ready = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._thread: ThreadPoolExecutor | None = None

    async def join(self, listener: Listener) -> None:
        """Add a page; the first one starts the reading. Returns once nothing can be missed."""
        same = [one for one in self.listeners.values() if one.staff_id == listener.staff_id]
        for oldest in same[: max(0, len(same) - MOST_STREAMS + 1)]:
            oldest.end(TOO_MANY)
        self.listeners[listener.stream_id] = listener
        if not self._tasks:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
            self._ready = asyncio.Event()
            self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._prove())]
        await self._ready.wait()
        if listener.place:
            await self.ask(_note_looking, [listener])

    async def leave(self, listener: Listener) -> None:
        """Forget a page; the last one ends the reading."""
        self.listeners.pop(listener.stream_id, None)
        if listener.place and self._thread is not None:
            self._thread.submit(_in_thread, audit_actions.forget_looking, [listener.stream_id])
        if not self.listeners:
            self._stop()

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        if self._thread is not None:
            self._thread.submit(_hang_up)
            self._thread.shutdown(wait=False)
            self._thread = None

    async def ask(self, question: Callable[P, Told], /, *args: P.args, **kwargs: P.kwargs) -> Told:
        """Ask the database in the hub's own thread, which alone holds a connection."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, lambda: _in_thread(question, *args, **kwargs)
        )

    async def _read(self) -> None:
        bell = bell_for(connection.vendor)
        try:
            while True:
                try:
                    await self._read_once()
                except DatabaseError:
                    log.exception("the live reader could not read")
                    await asyncio.sleep(1)
                    continue
                await bell.wait()
        finally:
            await bell.close()

    async def _read_once(self) -> None:
        if not self._ready.is_set():
            self.position = await self.ask(audit.newest_number)
            self._ready.set()
            return
        while True:
            until, changes = await self.ask(audit.changes_after, self.position, READ_AT_ONCE)
            if until == self.position:
                return
            self.position = until
            for change in changes:
                self._tell(change)

    def _tell(self, change: Change) -> None:
        for listener in self.listeners.values():
            if listener.site_id == change.site_id:
                listener.offer(change)

    async def _prove(self) -> None:
        while True:
            await asyncio.sleep(PROVE_EVERY_SECONDS)
            known = list(self.listeners.values())
            try:
                await self.ask(_note_looking, [one for one in known if one.place])
                alive = await self.ask(
                    still_signed_in,
                    {one.session_key: one.staff_id for one in known},
                    timezone.now(),
                )
            except DatabaseError:
                log.exception("the live reader could not ask who may listen")
                continue
            for listener in known:
                if listener.session_key not in alive:
                    listener.end(SIGNED_OUT)


def _in_thread(question: Callable[P, Told], /, *args: P.args, **kwargs: P.kwargs) -> Told:
    close_old_connections()
    try:
        return question(*args, **kwargs)
    finally:
        close_old_connections()


def _hang_up() -> None:
    connection.close()


def _note_looking(listeners: list[Listener]) -> None:
    if not listeners:
        return
    audit_actions.note_looking(
        [
            audit.LookingFact(one.stream_id, one.site_id, one.staff_id, one.name, one.place)
            for one in listeners
        ],
        at=timezone.now(),
    )


_hubs: WeakKeyDictionary[AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub_of_this_loop() -> Hub:
    """Return the hub of the running event loop; each loop has its own."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
