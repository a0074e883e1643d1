"""Devices that are played: what leaves when, over real lines, by a clock of the test's own."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bedside import hl7
from bedside.inbox import receive
from bedside.physiology import Script
from bedside.play import Chair, Part, part, play
from bedside.sender import NotAcknowledged, Target
from bedside.server import listen
from bedside.simulator import Person, Place
from tests.unit.bedside.messages import NOON
from tests.unit.bedside.test_server import Store

if TYPE_CHECKING:
    from bedside.sender import Delivered

CHAIRS = [
    Chair(Person(f"MRN{number}", "Vale", "Ana", "19800101"), Place(chair=f"Chair {number}"),
          monitor=f"00A0C9FFFE00000{number}", pump=f"001221000000000{number}")
    for number in (1, 2)
]  # fmt: skip


class Time:
    """A clock that goes on as far as somebody waits."""

    def __init__(self) -> None:
        self.now = NOON

    def read(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now = max(self.now, self.now + timedelta(seconds=seconds))
        await asyncio.sleep(0)


def _played(parts: list[Part], minutes: int) -> tuple[Store, Counter[str]]:
    store, time, answers = Store(), Time(), Counter[str]()

    def told(one: Part, done: Delivered) -> None:
        answers[done.answer.code] += 1

    async def whole() -> None:
        listener = await listen(store.handler, host="127.0.0.1", port=0)
        target = Target("127.0.0.1", listener.address[1])
        await play(
            parts, target, every_s=30, minutes=minutes, now=time.read, told=told, sleep=time.sleep
        )
        await listener.close()

    asyncio.run(asyncio.wait_for(whole(), 20))
    return store, answers


def test_every_chair_sends_its_monitor_and_the_turns_of_its_pump() -> None:
    parts = [part(chair, Script.CALM, at=NOON) for chair in CHAIRS]
    store, answers = _played(parts, minutes=8)
    kinds = Counter(
        (hl7.parse(data).header.text(3), hl7.parse(data).header.text(9, 2))
        for _, data in store.kept.values()
    )
    for chair in CHAIRS:
        assert kinds[chair.monitor, "R01"] == 17
        assert kinds[chair.pump, "R42"] == 5  # start, rate (stop and start), pause, resume
    assert answers == {"CA": 44}


def test_a_story_may_begin_late_and_nothing_in_it_is_older_than_the_play() -> None:
    late = part(CHAIRS[0], Script.HYPERTENSION, at=NOON, minute=20)
    messages = list(late.messages(every_s=5, last_s=20 * 60 + 60))
    assert messages[0][0] == NOON
    readings = [
        reading
        for leaves_at, data in messages
        for reading in receive(data, received_at=leaves_at).readings
    ]
    assert min(reading.observed_at for reading in readings if reading.observed_at) == NOON
    (pressure,) = {reading.value for reading in readings if reading.code == "sbp_mmhg"}
    assert pressure is not None
    assert pressure > 175


@pytest.mark.parametrize("minute", [-5, 3])
def test_a_minute_at_which_no_cuff_measures_is_refused(minute: int) -> None:
    with pytest.raises(ValueError, match=r"^Choose a minute"):
        part(CHAIRS[0], Script.CALM, at=NOON, minute=minute)


def test_two_plays_use_no_message_id_twice() -> None:
    first, again = (
        part(CHAIRS[0], Script.CALM, at=NOON + timedelta(seconds=after)) for after in (0, 60)
    )
    ids = [
        (hl7.parse(data).text("MSH", 3), hl7.parse(data).text("MSH", 10))
        for one in (first, again)
        for _, data in one.messages(5, 120)
    ]
    assert len(set(ids)) == len(ids)


def test_nobody_at_the_other_end_is_said() -> None:
    one = part(CHAIRS[0], Script.CALM, at=NOON)
    target = Target("127.0.0.1", 1, attempts_max=1)
    with pytest.raises(NotAcknowledged):
        asyncio.run(
            play([one], target, every_s=5, minutes=1, now=lambda: NOON, told=lambda *_: None)
        )
