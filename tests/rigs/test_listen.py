"""The listener is killed while eight monitors send: nothing acknowledged is lost, nothing doubled."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bedside.mllp import wrap
from tests.rigs.bedsides import ROOT, Line, Listener

pytestmark = pytest.mark.rig

KILLS, FEWEST_KILLS, LINES, ENOUGH = 25, 8, 8, 3000
LONGEST_SECONDS = 70


async def storm(listener: Listener, lines: list[Line]) -> int:
    """Let every monitor send while the listener dies again and again; count its deaths."""
    chance, began, kills, is_over = Random(11), time.monotonic(), 0, False
    batches = [line.messages(ENOUGH) for line in lines]
    sending = [
        asyncio.create_task(line.send(batch, lambda: is_over))
        for line, batch in zip(lines, batches, strict=True)
    ]
    while kills < KILLS and time.monotonic() - began < LONGEST_SECONDS:
        await asyncio.sleep(chance.uniform(0.15, 1.4))
        listener.kill()
        kills += 1
        await asyncio.to_thread(listener.start)
    await asyncio.sleep(1)
    is_over = True
    await asyncio.wait_for(asyncio.gather(*sending), 30)
    return kills


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    listener = Listener(tmp_path, LINES)
    lines = [Line(bed, listener.made["port"]) for bed in listener.made["beds"]]
    listener.start()
    began = time.monotonic()
    try:
        kills = asyncio.run(storm(listener, lines))
        acknowledged = [message for line in lines for message in line.acknowledged]
        sent = {message for line in lines for message in line.sent}
        check_store(tmp_path / "serein.sqlite3", acknowledged, sent)
        asyncio.run(check_answers(lines[0]))
    finally:
        listener.end()
    resent = sum(line.attempts for line in lines) - len(acknowledged)
    print(
        f"\n{kills} kills, {len(sent)} messages sent, {len(acknowledged)} acknowledged, "
        f"{resent} sent again, {time.monotonic() - began:.0f} s"
    )
    assert [odd for line in lines for odd in line.odd] == []
    assert kills >= FEWEST_KILLS
    assert len(acknowledged) > 4 * kills
    the_chain_holds(tmp_path)


async def check_answers(line: Line) -> None:
    """Ask for each answer once: stored, stored before, an id used twice, no message of ours."""
    message, another = line.messages(2)
    forged = message.replace(b"|1.1.1.1|9", b"|1.1.1.1|8", 1)
    other = another.replace(b"ORU^R01^ORU_R01", b"ADT^A01^ADT_A01", 1)
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    codes = []
    for data in (message, message, forged, forged, other):
        writer.write(wrap(data))
        answer = await asyncio.wait_for(reader.readuntil(b"\x1c\r"), 20)
        codes.append(answer.split(b"MSA|")[1][:2])
    writer.write(b"noise between frames" + wrap(b"no message at all"))
    answer = await asyncio.wait_for(reader.readuntil(b"\x1c\r"), 20)
    codes.append(answer.split(b"MSA|")[1][:2])
    writer.close()
    assert codes == [b"CA", b"CA", b"CE", b"CE", b"CR", b"AR"]


def check_store(path: Path, acknowledged: list[str], sent: set[str]) -> None:
    """Look into the tables with a library of its own."""
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = Counter(
            row[0] for row in database.execute("SELECT control_id FROM monitoring_rawmessage")
        )
        assert set(acknowledged) <= set(stored)
        assert set(stored) <= sent
        assert max(stored.values()) == 1
        filed = database.execute(
            "SELECT count(*), count(DISTINCT message_id), sum(period_id IS NULL) "
            "FROM monitoring_devicereading WHERE code = 'spo2_percent'"
        ).fetchone()
        assert filed == (len(stored), len(stored), 0)
        doubled = database.execute(
            "SELECT count(*) FROM (SELECT 1 FROM monitoring_devicereading "
            "GROUP BY device_id, code, device_at HAVING count(*) > 1)"
        ).fetchone()
        assert doubled == (0,)
        assert database.execute("SELECT count(*) FROM monitoring_trayitem").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM monitoring_vitalset").fetchone() == (0,)


def the_chain_holds(folder: Path) -> None:
    """Walk the audit chain with the operator's command."""
    walked = subprocess.run(
        [sys.executable, "manage.py", "verify_audit", "--quiet"],
        env={**os.environ, "SEREIN_DATA_DIR": str(folder), "SEREIN_LOG_LEVEL": "CRITICAL"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert walked.returncode == 0, walked.stderr
    assert "holds" in walked.stdout
