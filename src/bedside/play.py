"""Plays monitors and pumps at several chairs to a listener, second by second of real time.

The devices are those of `simulator`; what they say goes out over MLLP as from real ones. The clock
and the waiting are given by the caller.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bedside.physiology import CUFF_EVERY_S
from bedside.sender import Sender, Target
from bedside.simulator import Monitor, Program, Pump, Step, Turn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from bedside.physiology import Script
    from bedside.sender import Delivered
    from bedside.simulator import Person, Place


@dataclass(frozen=True, slots=True)
class Chair:
    """Who sits where, and what the devices there are called."""

    person: Person
    place: Place
    monitor: str
    pump: str = ""
    """empty where there is no pump"""


@dataclass(frozen=True, slots=True)
class Part:
    """The devices of one chair. The patient's story begins at `first_s` of the script."""

    monitor: Monitor
    pump: Pump | None
    first_s: int

    def messages(self, every_s: int, last_s: int) -> Iterator[tuple[datetime, bytes]]:
        """Give every message with the moment at which it leaves, in order."""
        turns = self.pump.messages() if self.pump is not None else []
        said = [(second, 1, data) for second, data in turns if second <= last_s]
        said += [
            (second, 0, self.monitor.message(second))
            for second in range(self.first_s, last_s + 1, every_s)
        ]
        said.sort(key=lambda each: each[:2])
        start = self.monitor.started_at
        return ((start + timedelta(seconds=second), data) for second, _, data in said)


def part(chair: Chair, script: Script, *, at: datetime, minute: int = 0) -> Part:
    """Give a chair its devices, the script standing at a minute now.

    `minute` is a multiple of five: the cuff measures then, so nothing is older than the play. The
    number that makes the patient comes from the moment, so that no message id is used twice.
    Raises `ValueError` for another minute.
    """
    if minute < 0 or minute * 60 % CUFF_EVERY_S:
        raise ValueError("Choose a minute that is a multiple of 5")
    started_at, number = at - timedelta(minutes=minute), int(at.timestamp())
    monitor = Monitor(number, script, started_at, chair.person, chair.monitor, chair.place)
    if not chair.pump:
        return Part(monitor, None, minute * 60)
    pump = Pump(number, started_at, chair.person, _program(minute), chair.pump, chair.place)
    return Part(monitor, pump, minute * 60)


def _program(minute: int) -> Program:
    """A start, a lower rate, a pause and its end within ten minutes, and the end after forty."""
    full, lower = Decimal(60), Decimal(45)
    turns = (
        (0, Turn.START, full),
        (3, Turn.RATE, lower),
        (6, Turn.PAUSE, Decimal(0)),
        (7, Turn.RESUME, lower),
        (40, Turn.COMPLETE, Decimal(0)),
    )
    return Program(tuple(Step(60 * (minute + after), turn, rate) for after, turn, rate in turns))


async def play(
    parts: Sequence[Part],
    target: Target,
    *,
    every_s: int,
    minutes: int,
    now: Callable[[], datetime],
    told: Callable[[Part, Delivered], None],
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Send what every chair says for so many minutes, each over a line of its own.

    Raises `NotAcknowledged` where nobody answers.
    """

    async def perform(one: Part) -> None:
        async with Sender(target) as sender:
            for leaves_at, data in one.messages(every_s, one.first_s + 60 * minutes):
                await sleep(max(0.0, (leaves_at - now()).total_seconds()))
                told(one, await sender.send(data))

    await asyncio.gather(*(perform(one) for one in parts))
