"""Frames of the minimal lower layer protocol: VT, the message, FS, CR.

`FrameReader` is a state machine without input or output: feed it whatever the network gave, it
returns what is complete. Frames may be cut anywhere, run together, or stand in noise. A frame that
cannot be trusted is reported, never dropped in silence, and reading goes on at the next VT. HL7
"Transport specification: MLLP", release 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

VT, FS, CR = b"\x0b", b"\x1c", b"\r"
LIMIT_BYTES = 1_048_576
"""The longest frame read: 1 MiB, some 500 times a monitor's message."""

_SAMPLE_BYTES = 64
_MARK = re.compile(rb"[\x0b\x1c]")


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole message; `has_end` is false where the CR after FS never came."""

    data: bytes
    has_end: bool = True


@dataclass(frozen=True, slots=True)
class Broken:
    """A frame that began and did not end as it should; the sender should send it again."""

    data: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class TooLong:
    """A frame longer than the limit; `size_bytes` were thrown away, `data` is its beginning."""

    data: bytes
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes outside any frame, other than blanks and line ends."""

    sample: bytes
    size_bytes: int


Event = Frame | Broken | TooLong | Noise


class _State(Enum):
    OUTSIDE = 0
    INSIDE = 1
    ENDING = 2
    BROKEN = 3
    SKIPPING = 4


def wrap(message: bytes) -> bytes:
    """Frame a message. Raises `ValueError` where it holds VT or FS itself."""
    if VT in message or FS in message:
        raise ValueError("Escape VT and FS inside a message as \\X0B\\ and \\X1C\\")
    return VT + message + FS + CR


class FrameReader:
    """Turns bytes into frames; keeps at most `limit_bytes` of an unfinished one."""

    __slots__ = ("_held", "_limit", "_noise", "_reason", "_size", "_state")

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._held = bytearray()
        self._noise = bytearray()
        self._size = 0
        self._state = _State.OUTSIDE
        self._reason = ""

    @property
    def is_waiting_for_end(self) -> bool:
        """Whether FS has come and the CR after it has not: `settle` may accept the frame."""
        return self._state is _State.ENDING

    @property
    def held_bytes(self) -> int:
        """How many bytes of an unfinished frame are kept."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Event]:
        """Take the next bytes; return what they complete, in order."""
        events: list[Event] = []
        position = 0
        while position < len(data):
            if self._state is _State.ENDING:
                position = self._end(data, position, events)
            elif self._state is _State.OUTSIDE:
                position = self._outside(data, position, events)
            else:
                position = self._inside(data, position, events)
        self._flush_noise(events)
        return events

    def settle(self) -> list[Event]:
        """Accept a frame whose FS came without CR, when the line has been quiet for a while."""
        if self._state is not _State.ENDING:
            return []
        return [self._finished(has_end=False)]

    def close(self) -> list[Event]:
        """Report what is unfinished when the line closes."""
        state = self._state
        if state is _State.OUTSIDE:
            return []
        if state is _State.ENDING:
            return self.settle()
        if state is _State.SKIPPING:
            return [self._too_long()]
        return [self._broken(self._reason or "the line closed inside the frame")]

    def _outside(self, data: bytes, position: int, events: list[Event]) -> int:
        start = data.find(VT, position)
        stop = len(data) if start < 0 else start
        self._noise += data[position:stop]
        if start < 0:
            return stop
        self._flush_noise(events)
        self._begin()
        return start + 1

    def _inside(self, data: bytes, position: int, events: list[Event]) -> int:
        found = _MARK.search(data, position)
        stop = len(data) if found is None else found.start()
        self._keep(data[position:stop])
        if found is None:
            return stop
        if found[0] == VT:
            self._restart(events)
        elif self._state is _State.SKIPPING:
            events.append(self._too_long())
        else:
            self._state = _State.ENDING
        return stop + 1

    def _end(self, data: bytes, position: int, events: list[Event]) -> int:
        """Judge the byte after FS: CR (or LF) ends the frame, VT begins the next, else it is damage."""
        after = data[position : position + 1]
        if after in (CR, b"\n"):
            events.append(self._finished(has_end=True))
            return position + 1
        if after == VT:
            events.append(self._finished(has_end=False))
            self._begin()
            return position + 1
        self._keep(FS)
        self._reason = self._reason or "FS stands inside the frame"
        if self._state is _State.ENDING:
            self._state = _State.BROKEN
        return position

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._state is _State.SKIPPING:
            return
        if self._size > self._limit:
            self._state = _State.SKIPPING
            del self._held[_SAMPLE_BYTES * 8 :]
            self._held += data[: max(0, _SAMPLE_BYTES * 8 - len(self._held))]
            return
        self._held += data

    def _begin(self) -> None:
        self._state = _State.INSIDE
        self._held.clear()
        self._size = 0
        self._reason = ""

    def _restart(self, events: list[Event]) -> None:
        if self._state is _State.SKIPPING:
            events.append(self._too_long())
        else:
            events.append(self._broken(self._reason or "VT stands inside the frame"))
        self._begin()

    def _reset(self) -> None:
        self._begin()
        self._state = _State.OUTSIDE

    def _finished(self, *, has_end: bool) -> Event:
        if self._reason:
            return self._broken(self._reason)
        frame = Frame(bytes(self._held), has_end)
        self._reset()
        return frame

    def _broken(self, reason: str) -> Broken:
        event = Broken(bytes(self._held), reason)
        self._reset()
        return event

    def _too_long(self) -> TooLong:
        event = TooLong(bytes(self._held), self._size)
        self._reset()
        return event

    def _flush_noise(self, events: list[Event]) -> None:
        noise = bytes(self._noise).strip(b" \t\r\n\x00")
        self._noise.clear()
        if noise:
            events.append(Noise(noise[:_SAMPLE_BYTES], len(noise)))
