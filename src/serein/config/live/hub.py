"""Who listens in this process, and the one reader that tells them all.

There is one hub for each event loop. It asks the audit chain for what is new (the chain is the
table of events: append-only, numbered in the order of commit, marked with site and patient), so
that one question serves every open page, and it draws the tiles of all chairs once for everybody
who has them open. No listener holds a connection to the database. When the hub itself cannot read,
it says so by silence: pages hear no beat and show since when.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from serein.accounts.middleware import SIGNED_OUT
from serein.audit import actions as audit_actions
from serein.audit import queries as audit
from serein.config.live.bell import bell_for
from serein.config.live.sign_ins import still_signed_in
from serein.config.live.tiles import DRAW_EVERY_SECONDS, LOOK_EVERY_SECONDS, Drawn, draw
from serein.core.actors import Actor

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

WELL_FOR_SECONDS = 3.0
"""A hub that has not read for so long gives no beat: what its pages show may be old."""

FEED = "monitoring.RawMessage"
"""A change of this came from devices, every second perhaps; tiles show nothing of it, and other
pages need not hurry."""

TOO_MANY = "too-many"


@dataclass(eq=False)
class Listener:
    """One open page: whose it is, what it looks at, and what it has not been told yet."""

    stream_id: UUID
    site_id: UUID
    staff_id: UUID
    name: str
    session_key: str
    place: str = ""
    role: str = ""
    has_tiles: bool = False
    has_missed: bool = False
    ended: str = ""
    drawn: Drawn | None = None
    is_drawn_anew: bool = False
    waiting: deque[Change] = field(default_factory=deque)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, change: Change) -> None:
        """Keep a change for the page; too many together are forgotten, and that is said."""
        if len(self.waiting) >= MOST_WAITING:
            self.waiting.clear()
            self.has_missed = True
        self.waiting.append(change)
        self.news.set()

    def show(self, drawn: Drawn) -> None:
        """Keep the newest drawing of the tiles for the page; an older one is not sent any more."""
        if drawn is not self.drawn:
            self.drawn, self.is_drawn_anew = drawn, True
            self.news.set()

    def take_drawn(self) -> Drawn | None:
        """Give the tiles where they were drawn anew since the last time."""
        is_new, self.is_drawn_anew = self.is_drawn_anew, False
        return self.drawn if is_new else None

    @property
    def reader(self) -> Actor:
        """The person, as the author of nothing."""
        return Actor(str(self.staff_id), self.name, self.role, self.site_id)

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
        self._read_at = self._drawn_at = 0.0
        self._drawn: dict[tuple[UUID, str], Drawn] = {}
        self._has_news = asyncio.Event()
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
            work = (self._read(), self._draw(), self._prove())
            self._tasks = [asyncio.create_task(each) for each in work]
        await self._ready.wait()
        if listener.place:
            await self.ask(_note_looking, [listener])
        if listener.has_tiles:
            self._has_news.set()

    async def leave(self, listener: Listener, *, comes_back: bool = False) -> None:
        """Forget a page; the last one ends the reading.

        One that is to come back at once is still named for a while: its name runs out by itself.
        """
        self.listeners.pop(listener.stream_id, None)
        if listener.place and self._thread is not None and not comes_back:
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

    def is_well(self, listener: Listener) -> bool:
        """Say whether what this page is told is as new as it should be."""
        now = asyncio.get_running_loop().time()
        latest = min(self._read_at, self._drawn_at) if listener.has_tiles else self._read_at
        return now - latest < WELL_FOR_SECONDS

    @property
    def has_news(self) -> bool:
        """Say whether the tiles have to be drawn anew."""
        return self._has_news.is_set()

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
            self._read_at = self._drawn_at = asyncio.get_running_loop().time()
            self._ready.set()
            return
        while True:
            until, changes = await self.ask(audit.changes_after, self.position, READ_AT_ONCE)
            self._read_at = asyncio.get_running_loop().time()
            if until == self.position:
                return
            self.position = until
            for change in changes:
                self.tell(change)

    def tell(self, change: Change) -> None:
        """Let every page of the site know; pages with tiles get a new drawing instead."""
        for listener in self.listeners.values():
            if listener.site_id != change.site_id:
                continue
            if not listener.has_tiles:
                listener.offer(change)
            elif change.subject_type != FEED:
                self._has_news.set()

    async def _draw(self) -> None:
        loop = asyncio.get_running_loop()
        await self._ready.wait()
        while True:
            began = loop.time()
            self._has_news.clear()
            try:
                await self._draw_once()
            except Exception:
                log.exception("the tiles of all chairs could not be drawn")
            else:
                self._drawn_at = loop.time()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._has_news.wait(), LOOK_EVERY_SECONDS)
            await asyncio.sleep(max(0.0, began + DRAW_EVERY_SECONDS - loop.time()))

    async def _draw_once(self) -> None:
        shown = [one for one in self.listeners.values() if one.has_tiles]
        if not shown:
            return
        people = {(one.site_id, one.role): one.reader for one in shown}
        self._drawn = await self.ask(draw, people.values(), self.position, self._drawn)
        for listener in shown:
            listener.show(self._drawn[listener.site_id, listener.role])

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
