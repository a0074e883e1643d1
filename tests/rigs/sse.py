"""A listener of server-sent events that writes down when each event came."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One event; ``at`` is the listener's monotonic clock in seconds."""

    name: str
    number: str
    data: str
    at: float

    @property
    def facts(self) -> dict[str, Any]:
        """The data of a change."""
        found: dict[str, Any] = json.loads(self.data)
        return found


@dataclass(eq=False)
class Stream:
    """One open stream, read in a thread of its own until it ends or is closed."""

    port: int
    cookie: str
    after: str = ""
    place: str = ""
    part: str = ""
    events: list[Event] = field(default_factory=list)
    is_over: bool = False

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": f"session={self.cookie}", "Accept": "text/event-stream"}
        if self.after:
            headers["Last-Event-ID"] = self.after
        self._line.request(
            "GET", f"/live/changes/?at={self.place}&part={self.part}", headers=headers
        )
        self._answer = self._line.getresponse()
        assert self._answer.status == 200, self._answer.status
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        seen: dict[str, str] = {}
        try:
            while line := self._answer.readline():
                text = line.decode().rstrip("\n")
                if text:
                    name, _, value = text.partition(": ")
                    seen[name] = value
                elif "event" in seen:
                    self.events.append(
                        Event(seen["event"], seen.get("id", ""), seen["data"], time.monotonic())
                    )
                    seen = {}
                else:
                    seen = {}
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass
        self.is_over = True

    def named(self, name: str) -> list[Event]:
        """List the events of one name so far."""
        return [event for event in self.events if event.name == name]

    def wait_for(self, name: str, *, more_than: int = 0, seconds: float = 5) -> Event:
        """Wait for the next event of a name; fails when it does not come in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.named(name)
            if len(found) > more_than:
                return found[more_than]
            time.sleep(0.01)
        raise AssertionError(f"no {name} within {seconds} s: {self.events[-3:]}")

    def close(self) -> None:
        """Leave."""
        if self._line.sock is not None:
            self._line.sock.close()
        self._line.close()
