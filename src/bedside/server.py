"""An MLLP server on asyncio: it answers a message only with what the handler returned.

The handler stores the message and then gives the acknowledgement. If the handler fails, nothing is
answered and the line is closed, so the sender keeps the message and sends it again. Messages of one
line are handled one after the other; while one is handled, no more is read from that line.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside.mllp import LIMIT_BYTES, Event, Frame, FrameReader, Noise, wrap

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

READ_BYTES = 65_536


class PlainTextRefused(ValueError):
    """Messages hold names; beyond this machine they travel encrypted or not at all."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end; `line` counts the connections of this server."""

    address: str
    port: int
    line: int


@dataclass(frozen=True, slots=True)
class Settings:
    """How patient the server is, and how much it takes."""

    limit_bytes: int = LIMIT_BYTES
    settle_s: float = 0.5
    """after FS without CR and this long without a byte, the frame counts as whole"""
    idle_s: float = 300.0
    """a line silent for this long is closed; monitors open it again"""
    handler_s: float = 30.0
    """the longest wait for the handler; after it the line is closed without an answer"""
    lines_max: int = 64


if TYPE_CHECKING:
    Handler = Callable[[bytes, Peer], Awaitable[bytes | None]]
    FaultHandler = Callable[[Event, Peer], Awaitable[bytes | None]]


def is_loopback(host: str | None) -> bool:
    """Say whether an address is reachable from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def require_encryption(host: str | None, tls: ssl.SSLContext | None) -> None:
    """Refuse plain text beyond this machine. Raises `PlainTextRefused`."""
    if tls is None and not is_loopback(host):
        raise PlainTextRefused(
            f"Give a certificate and key for TLS, or use 127.0.0.1 instead of {host or 'any address'}"
        )


class Listener:
    """A running server. `close` stops new lines, lets messages in hand finish, then closes all."""

    def __init__(self, handler: Handler, on_fault: FaultHandler | None, settings: Settings) -> None:
        self._handler = handler
        self._on_fault = on_fault
        self._settings = settings
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self._opened = 0
        self._closing = asyncio.Event()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens (useful when it was started on port 0)."""
        if self._server is None:
            raise RuntimeError("Start the listener first")
        host, port = self._server.sockets[0].getsockname()[:2]
        return str(host), int(port)

    @property
    def lines(self) -> int:
        """How many connections are open."""
        return len(self._lines)

    async def close(self, patience_s: float = 5.0) -> None:
        """Stop. A message in hand is answered if that takes no longer than `patience_s`."""
        self._closing.set()
        if self._server is not None:
            self._server.close()
        if self._lines:
            _, late = await asyncio.wait(set(self._lines), timeout=patience_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        """Open the port; `listen` does this. Raises `PlainTextRefused`."""
        require_encryption(host, tls)
        self._server = await asyncio.start_server(self._line, host, port, ssl=tls)

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._lines) >= self._settings.lines_max or self._closing.is_set():
            writer.close()
            return
        self._lines.add(task)
        self._opened += 1
        name = writer.get_extra_info("peername") or ("", 0)
        peer = Peer(str(name[0]), int(name[1]), self._opened)
        try:
            await self._serve(reader, writer, peer)
        except (OSError, TimeoutError) as wrong:
            logger.info("line %s closed: %s", peer.line, wrong or type(wrong).__name__)
        finally:
            self._lines.discard(task)
            writer.close()
            with suppress(OSError, TimeoutError):
                await writer.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: Peer
    ) -> None:
        frames = FrameReader(self._settings.limit_bytes)
        while not self._closing.is_set():
            data = await self._read(reader, frames)
            if data is None:
                events = frames.settle()
            elif data:
                events = frames.feed(data)
            else:
                events = frames.close()
            for event in events:
                if not await self._answer(event, writer, peer):
                    return
            if data == b"":
                return

    async def _read(self, reader: asyncio.StreamReader, frames: FrameReader) -> bytes | None:
        """Read on; None when a frame waits for its CR and the line went quiet, or on closing."""
        wait_s = self._settings.settle_s if frames.is_waiting_for_end else self._settings.idle_s
        reading = asyncio.ensure_future(reader.read(READ_BYTES))
        closing = asyncio.ensure_future(self._closing.wait())
        try:
            await asyncio.wait(
                {reading, closing}, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED
            )
            if reading.done():
                return reading.result()
            if frames.is_waiting_for_end or self._closing.is_set():
                return None
            raise TimeoutError("silent for too long")
        finally:
            for task in (reading, closing):
                task.cancel()
            await asyncio.gather(reading, closing, return_exceptions=True)

    async def _answer(self, event: Event, writer: asyncio.StreamWriter, peer: Peer) -> bool:
        """Hand one event over and send what comes back; False closes the line."""
        try:
            if isinstance(event, Frame):
                work = self._handler(event.data, peer)
            elif self._on_fault is not None:
                work = self._on_fault(event, peer)
            else:
                return isinstance(event, Noise)
            answer = await asyncio.wait_for(work, self._settings.handler_s)
        except Exception:
            logger.exception("message of line %s not stored; line closed without answer", peer.line)
            return False
        if answer:
            writer.write(wrap(answer))
            await writer.drain()
        return True


async def listen(
    handler: Handler,
    *,
    host: str,
    port: int,
    tls: ssl.SSLContext | None = None,
    on_fault: FaultHandler | None = None,
    settings: Settings | None = None,
) -> Listener:
    """Start a server.

    `handler(data, peer)` is awaited for each whole message and returns the bytes of the
    acknowledgement, or None for none; it must have committed before it returns. `on_fault(event,
    peer)` does the same for `Broken`, `TooLong` and `Noise`; without it a damaged frame closes the
    line. Raises `PlainTextRefused` where `tls` is missing and `host` is not this machine alone.
    """
    listener = Listener(handler, on_fault, settings or Settings())
    await listener.start(host, port, tls)
    return listener
