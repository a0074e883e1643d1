"""A client that sends over MLLP and keeps a message until it is acknowledged.

What a gateway does: one message at a time, the answer awaited, the line opened anew and the message
sent again after silence, a closed line, or an answer that asks for it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside.acknowledgement import Answer, read_answer
from bedside.hl7 import read_header
from bedside.mllp import Frame, FrameReader, wrap
from bedside.server import READ_BYTES, require_encryption

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterable

MESSAGES_KEPT_MAX = 16


class NotAcknowledged(ConnectionError):
    """Nobody answered for the message within the attempts; it is still the sender's to keep."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One message and what was answered."""

    control_id: str
    answer: Answer
    attempts: int


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send, and how patiently; `wait_s` doubles after each failure up to `wait_max_s`."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    answer_s: float = 10.0
    attempts_max: int = 8
    wait_s: float = 0.1
    wait_max_s: float = 5.0


class Sender:
    """Sends messages to one target, in order. Close it, or use it with ``async with``."""

    def __init__(self, target: Target) -> None:
        require_encryption(target.host, target.tls)
        self._target = target
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._frames = FrameReader()
        self._answers: list[Answer] = []

    async def __aenter__(self) -> Sender:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the line."""
        streams, self._streams = self._streams, None
        self._frames, self._answers = FrameReader(), []
        if streams is not None:
            streams[1].close()
            with suppress(OSError):
                await streams[1].wait_closed()

    async def send(self, message: bytes) -> Delivered:
        """Send one message until the answer is final. Raises `NotAcknowledged`."""
        control_id = read_header(message).raw(10)
        wait_s = self._target.wait_s
        for attempt in range(1, self._target.attempts_max + 1):
            try:
                answer = await asyncio.wait_for(
                    self._exchange(message, control_id), self._target.answer_s
                )
            except (OSError, TimeoutError):
                await self.close()
            else:
                if answer.is_final:
                    return Delivered(control_id, answer, attempt)
            if attempt < self._target.attempts_max:
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, self._target.wait_max_s)
        raise NotAcknowledged(
            f"Keep message {control_id} and send it later: "
            f"no answer after {self._target.attempts_max} attempts"
        )

    async def send_all(self, messages: Iterable[bytes]) -> AsyncIterator[Delivered]:
        """Send messages one after the other."""
        for message in messages:
            yield await self.send(message)

    async def _exchange(self, message: bytes, control_id: str) -> Answer:
        reader, writer = await self._open()
        writer.write(wrap(message))
        await writer.drain()
        while True:
            for answer in self._answers:
                if answer.control_id == control_id:
                    self._answers.clear()
                    return answer
            data = await reader.read(READ_BYTES)
            if not data:
                raise ConnectionResetError("line closed before the answer")
            read = [
                read_answer(event.data)
                for event in self._frames.feed(data)
                if isinstance(event, Frame)
            ]
            self._answers += [answer for answer in read if answer is not None]
            del self._answers[:-MESSAGES_KEPT_MAX]

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(
                self._target.host, self._target.port, ssl=self._target.tls
            )
        return self._streams
