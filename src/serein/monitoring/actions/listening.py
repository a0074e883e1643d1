"""Between the line and the tables: messages of many lines are committed together, then answered.

A message is answered only after the transaction that holds it has committed. If that fails nothing
is answered, and the sender keeps the message and sends it again.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.db import DatabaseError, OperationalError, close_old_connections

from bedside.acknowledgement import (
    ErrorCode,
    Outcome,
    Problem,
    Signature,
    acknowledge,
    answer_unreadable,
)
from bedside.inbox import answer
from bedside.mllp import Noise
from serein.accounts import queries as accounts
from serein.core.actors import Actor
from serein.monitoring.actions.feed import file_messages
from serein.monitoring.queries import feed
from serein.monitoring.rules.incoming import Incoming, take_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from bedside.mllp import Event
    from bedside.server import Peer

log = logging.getLogger("serein.listen")

MOST_TOGETHER = 64
"""Messages committed in one transaction at most."""

GATHER_SECONDS = 0.012
"""How long a batch waits for the answers of the one before to bring more messages."""

SIGNED = Signature("SEREIN")


@dataclass(slots=True)
class Tally:
    """What was done since the start."""

    messages: int = 0
    commits: int = 0
    failures: int = 0


class Desk:
    """Takes messages of every line, commits them in batches, and gives each its answer."""

    def __init__(self, site_id: UUID, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        self.by = Actor.system(site_id, "Device feed")
        self.zone, self.now = zone, now
        self.tally = Tally()
        self._waiting: asyncio.Queue[tuple[Incoming, asyncio.Future[Outcome]]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to commit."""
        self._task = asyncio.create_task(self._commit_for_ever())

    async def stop(self) -> None:
        """End; what is not committed is not answered, and comes again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def handle(self, data: bytes, peer: Peer) -> bytes | None:
        """Store one message and give its answer. Raises when it could not be stored."""
        one = take_in(
            data, received_at=self.now(), peer=f"{peer.address}:{peer.port}", zone=self.zone
        )
        stored: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        await self._waiting.put((one, stored))
        outcome = await stored
        control_id, at = uuid.uuid4().hex[:20], self.now()
        if outcome is Outcome.FAILED and one.identity is not None:
            problem = Problem(ErrorCode.DUPLICATE, "Give each message an id of its own", "MSH^1^10")
            return acknowledge(
                data, Outcome.FAILED, by=SIGNED, control_id=control_id, at=at, problem=problem
            )
        return answer(data, one.receipt, by=SIGNED, control_id=control_id, at=at)

    async def refuse(self, event: Event, peer: Peer) -> bytes | None:
        """Ask for a damaged frame again; noise between frames is left without an answer."""
        if isinstance(event, Noise):
            return None
        log.warning("damaged frame on line %s: %s", peer.line, type(event).__name__)
        return answer_unreadable(
            event.data,
            Outcome.FAILED,
            by=SIGNED,
            control_id=uuid.uuid4().hex[:20],
            at=self.now(),
            problem=Problem(ErrorCode.DATA_TYPE, "Send the frame again"),
        )

    async def _commit_for_ever(self) -> None:
        batch: list[tuple[Incoming, asyncio.Future[Outcome]]] = []
        while True:
            is_busy = len(batch) > 1
            batch = [await self._waiting.get()]
            if is_busy:
                await asyncio.sleep(GATHER_SECONDS)
            while len(batch) < MOST_TOGETHER and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._commit(batch)

    async def _commit(self, batch: Sequence[tuple[Incoming, asyncio.Future[Outcome]]]) -> None:
        messages = [one for one, _ in batch]
        try:
            in_conflict = await sync_to_async(_store)(messages, self.by, self.now())
        except Exception as fault:
            self.tally.failures += 1
            log.exception("%d messages were not stored and will come again", len(messages))
            for _, stored in batch:
                if not stored.done():
                    stored.set_exception(fault)
            return
        self.tally.commits += 1
        self.tally.messages += len(messages)
        for one, stored in batch:
            if not stored.done():
                failed = one.digest in in_conflict
                stored.set_result(Outcome.FAILED if failed else Outcome.STORED)


def _store(messages: Sequence[Incoming], by: Actor, at: datetime) -> frozenset[str]:
    """Commit a batch; a message that breaks it is stored by itself, unread. Runs in a thread."""
    close_old_connections()
    try:
        file_messages(key=uuid.uuid4(), by=by, at=at, incoming=messages)
    except OperationalError:
        raise
    except (DatabaseError, ArithmeticError, ValueError, LookupError, TypeError):
        log.exception("a batch of %d messages could not be filed; one by one now", len(messages))
        for one in messages:
            _store_alone(one, by, at)
    return feed.conflicts(by.site_id, messages)


def _store_alone(one: Incoming, by: Actor, at: datetime) -> None:
    try:
        file_messages(key=uuid.uuid4(), by=by, at=at, incoming=[one])
    except OperationalError:
        raise
    except (DatabaseError, ArithmeticError, ValueError, LookupError, TypeError):
        log.exception("a message could not be filed and is stored as it came")
        file_messages(key=uuid.uuid4(), by=by, at=at, incoming=[one], is_plain=True)


def desk_for(site_id: UUID, now: Callable[[], datetime]) -> Desk:
    """Make the desk of a site. ``now`` gives the moment, in UTC."""
    return Desk(site_id, accounts.zone_of(site_id), now)
