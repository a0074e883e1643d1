"""Open pages for ``tests.bench.live``: a phone with all chairs, and a tablet with one session."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, field

FETCH_EVERY_SECONDS = 0.5
"""A session page fetches its part at most so often, as ``live.js`` does."""

RETRY_SECONDS = 0.2
"""A stream ends by itself; the page opens the next so soon."""

LAST_CHUNK = b"0\r\n"
"""Where a stream ends, long before the server closes its connection."""

_PART = re.compile(rb"event: part\nid: (\d+)\n")


@dataclass(slots=True)
class Page:
    """One open page: when each fragment came, and the newest change that is in it."""

    port: int
    cookie: str
    fragments: list[tuple[float, int]] = field(default_factory=list)
    bytes_in: int = 0

    def shown_at(self, number: int) -> float | None:
        """When the first fragment came that shows this change; None where none did."""
        return next((at for at, upto in self.fragments if upto >= number), None)

    def ask(self, path: str) -> bytes:
        """A request for an address, by this page's reader."""
        return (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: session={self.cookie}\r\n\r\n"
        ).encode()


@dataclass(slots=True)
class Phone(Page):
    """The page of all chairs: its tiles come down the stream."""

    async def live(self) -> None:
        """Read one stream after the other, as they end by themselves."""
        while True:
            await self._listen()
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        """Read the stream; a drawing counts when its last byte has come."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self.ask("/live/changes/?at=chairs&part=chairs"))
        number = 0  # the tiles are one line: only its first and last bytes are looked at
        try:
            while data := await reader.read(1 << 16):
                self.bytes_in += len(data)
                if begins := _PART.search(data):
                    number = int(begins[1])
                if number and b"</div>\n\n" in data[-64:]:
                    self.fragments.append((time.monotonic(), number))
                    number = 0
        finally:
            writer.close()


@dataclass(slots=True)
class Tablet(Page):
    """The page of one session: it hears of a change and fetches its part."""

    patient_id: str = ""
    session_id: str = ""
    heard: int = 0
    newest: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self) -> None:
        """Listen and fetch at once."""
        await asyncio.gather(self._hear_all(), self._fetch())

    async def _hear_all(self) -> None:
        while True:
            await self._listen()
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            self.ask(f"/live/changes/?at=session-{self.session_id}&after={self.heard or ''}")
        )
        try:
            while (line := await reader.readline()) not in {b"", LAST_CHUNK}:
                if line.startswith(b"id: "):
                    self.heard = int(line[4:])
                elif line.startswith(b"data: {") and self.heard:
                    self._hear(self.heard, line)
        finally:
            writer.close()

    def _hear(self, number: int, line: bytes) -> None:
        about = json.loads(line[6:])
        if "missed" in about or about["of"] in (None, self.patient_id):
            self.newest = number
            self.changed.set()

    async def _fetch(self) -> None:
        path = f"/patients/{self.patient_id}/sessions/{self.session_id}/live/?state=running"
        while True:
            await self.changed.wait()
            self.changed.clear()
            heard, began = self.newest, time.monotonic()
            # A line of its own each time: the server closes one that was idle for five seconds.
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(self.ask(path))
            self.bytes_in += await _answer(reader)
            writer.close()
            self.fragments.append((time.monotonic(), heard))
            await asyncio.sleep(max(0, began + FETCH_EVERY_SECONDS - time.monotonic()))


async def _answer(reader: asyncio.StreamReader) -> int:
    """Read one answer to its last byte; give its size."""
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head[:200]
    lower = head.lower()
    if b"content-length: " in lower:
        size = int(lower.split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(size)
        return size
    total = 0
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
        total += size
    await reader.readline()
    return total
