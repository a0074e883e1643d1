"""Simulated monitors that send to a listener until it acknowledges, and the listener they send to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside.physiology import Script
from bedside.sender import NotAcknowledged, Sender, Target
from bedside.simulator import Monitor, Person, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).parents[2]


class Listener:
    """The listener's process and the process that brings it back."""

    def __init__(self, folder: Path, chairs: int) -> None:
        environment = {
            **os.environ,
            "SEREIN_DATA_DIR": str(folder),
            "SEREIN_SECOND_FACTOR": "false",
            "SEREIN_STATICFILES": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "SEREIN_LOG_LEVEL": "CRITICAL",
            "PYTHONPATH": str(ROOT),
        }
        environment.pop("DATABASE_URL", None)
        self.zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.rigs.listener", str(chairs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
        )
        self.made: dict[str, Any] = json.loads(self._line())
        self.child = 0

    def _line(self) -> str:
        if self.zygote.stdout is None:
            raise RuntimeError("the listener says nothing")
        return self.zygote.stdout.readline()

    def start(self) -> None:
        """Bring a listener up."""
        if self.zygote.stdin is None:
            raise RuntimeError("the listener hears nothing")
        self.zygote.stdin.write("start\n")
        self.zygote.stdin.flush()
        self.child = int(self._line())

    def kill(self) -> None:
        """Kill it without a word."""
        os.kill(self.child, signal.SIGKILL)

    def end(self) -> None:
        """Let everything go."""
        if self.child:
            self.kill()
        self.zygote.kill()
        self.zygote.wait()


@dataclass(slots=True)
class Line:
    """One monitor on one line: sends one message after another, each until it is acknowledged."""

    bed: dict[str, str]
    port: int
    number: int = 7
    first_second: int = 0
    acknowledged: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    attempts: int = 0
    odd: list[str] = field(default_factory=list)

    def messages(self, count: int) -> Iterator[bytes]:
        """The next messages of this monitor, one for each second of its script."""
        bed = self.bed
        monitor = Monitor(
            self.number,
            Script.CALM,
            datetime.fromisoformat(bed["began"]),
            Person(bed["mrn"], bed["family"], bed["given"], bed["born"]),
            identifier=bed["identifier"],
            place=Place(chair=bed["chair"]),
        )
        first = self.first_second
        self.first_second += count
        return monitor.messages(range(first, first + count))

    async def send(self, messages: Iterable[bytes], is_over: Callable[[], bool]) -> None:
        """Send until told to stop; the message at hand is always finished."""
        target = Target(
            "127.0.0.1", self.port, answer_s=20, attempts_max=400, wait_s=0.02, wait_max_s=0.2
        )
        async with Sender(target) as sender:
            for message in messages:
                if is_over():
                    return
                self.sent.append(message.split(b"|")[9].decode())
                try:
                    done = await sender.send(message)
                except NotAcknowledged as fault:
                    self.odd.append(str(fault))
                    return
                self.attempts += done.attempts
                if not done.answer.is_accepted:
                    self.odd.append(str(done.answer))
                self.acknowledged.append(done.control_id)
