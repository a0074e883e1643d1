"""``python -m tests.bench.feed``: device messages stored per second by a real ``serein listen``.

Simulated monitors send over MLLP to a listener process on SQLite (WAL, synchronous FULL); a message
counts when its acknowledgement has come, which is after the commit. Then the listener is killed
again and again under the same load, and every acknowledged message is looked for. Sender and
listener share the machine. Targets: 200 messages a second, nothing lost.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.bench.__main__ import machine
from tests.rigs.bedsides import Line, Listener

if TYPE_CHECKING:
    from collections.abc import Sequence

CHAIRS = 20
LINES = (1, 8, 20)
SECONDS, MADE = 6.0, 3600
KILLS = 10
TARGET_PER_SECOND = 200


async def paced(lines: Sequence[Line], seconds: float) -> float:
    """Send on every line as fast as it is acknowledged; give messages per second."""
    batches = [list(line.messages(MADE // len(lines) + 200)) for line in lines]
    before = sum(len(line.acknowledged) for line in lines)
    began = time.perf_counter()
    ends = began + seconds
    await asyncio.gather(
        *(
            line.send(batch, lambda: time.perf_counter() > ends)
            for line, batch in zip(lines, batches, strict=True)
        )
    )
    done = sum(len(line.acknowledged) for line in lines) - before
    return done / (time.perf_counter() - began)


async def killed(listener: Listener, lines: Sequence[Line]) -> int:
    """Kill the listener under load; give how many messages were sent again."""
    chance, is_over = Random(3), False
    before = sum(line.attempts - len(line.acknowledged) for line in lines)
    sending = [
        asyncio.create_task(line.send(line.messages(MADE), lambda: is_over)) for line in lines
    ]
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.2, 1.0))
        listener.kill()
        await asyncio.to_thread(listener.start)
    await asyncio.sleep(0.5)
    is_over = True
    await asyncio.gather(*sending)
    return sum(line.attempts - len(line.acknowledged) for line in lines) - before


def processor_seconds(process: int) -> float:
    """Processor time a process has used, from the kernel; what else runs does not count."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stored(path: Path) -> tuple[set[str], int, int]:
    """Read what is in the tables: message ids, messages, readings."""
    with sqlite3.connect(path) as database:
        ids = [row[0] for row in database.execute("SELECT control_id FROM monitoring_rawmessage")]
        (readings,) = database.execute("SELECT count(*) FROM monitoring_devicereading").fetchone()
    return set(ids), len(ids), int(readings)


def main() -> int:
    """Measure, print, and say with 1 where a target is missed."""
    print(machine())
    with tempfile.TemporaryDirectory(prefix="serein-feed-") as folder:
        listener = Listener(Path(folder), CHAIRS)
        lines = [Line(bed, listener.made["port"]) for bed in listener.made["beds"]]
        listener.start()
        time.sleep(1)
        rates = {}
        try:
            asyncio.run(paced(lines[:1], 1.0))
            for count in LINES:
                used = processor_seconds(listener.child)
                before = sum(len(line.acknowledged) for line in lines)
                rates[count] = asyncio.run(paced(lines[:count], SECONDS))
                done = sum(len(line.acknowledged) for line in lines) - before
                each_ms = (processor_seconds(listener.child) - used) / done * 1000
                print(
                    f"  {count:>2} monitors: {rates[count]:6.0f} messages stored a second, "
                    f"{each_ms:.1f} ms of processor time each"
                )
            again = asyncio.run(killed(listener, lines[:8]))
        finally:
            listener.end()
        ids, messages, readings = stored(Path(folder) / "serein.sqlite3")
    acknowledged = {message for line in lines for message in line.acknowledged}
    odd = [words for line in lines for words in line.odd]
    lost, doubled = len(acknowledged - ids), messages - len(ids)
    print(
        f"  {KILLS} kills under load: {len(acknowledged)} acknowledged in all, {again} sent again, "
        f"{lost} lost, {doubled} doubled; {readings} readings"
    )
    is_met = max(rates.values()) >= TARGET_PER_SECOND and not lost and not doubled and not odd
    load = os.getloadavg()[0]
    print(
        f"  load at the end {load:.1f}; target {TARGET_PER_SECOND}: {'met' if is_met else 'missed'}"
    )
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
