"""The server is killed fifty times while eight clients chart: nothing acknowledged is lost.

A client sends a set of vitals and tries again with the same page and key until it is told that it
was saved. Afterwards each acknowledged set is there once, none twice, and the audit chain holds.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest

pytestmark = pytest.mark.rig

KILLS = 50
CLIENTS = 8
LONGEST_SECONDS = 120
CSRF = "a" * 32


class Nurse(threading.Thread):
    """Charts one set after another, each until it is acknowledged."""

    def __init__(self, port: int, address: str, cookie: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.address, self.cookie, self.stop = port, address, cookie, stop
        self.acknowledged: list[str] = []
        self.sent: list[str] = []
        self.retries = 0
        self.odd: list[tuple[int, str]] = []

    def run(self) -> None:
        """Chart until told to stop, and finish the set at hand."""
        chance = Random(self.address)
        while not self.stop.is_set():
            mark = f"set {uuid.uuid4()}"
            values = {
                "key_field": str(uuid.uuid4()),
                "when": "0",
                "sbp_mmhg": chance.randrange(110, 139),
                "dbp_mmhg": chance.randrange(62, 88),
                "hr_bpm": chance.randrange(58, 96),
                "spo2_percent": chance.randrange(95, 100),
                "note": mark,
                "csrfmiddlewaretoken": CSRF,
            }
            self.sent.append(mark)
            while not self.send(urlencode(values)):
                self.retries += 1
                time.sleep(0.02)
            self.acknowledged.append(mark)

    def send(self, body: str) -> bool:
        """Send once; True when the answer says that it is saved."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request(
                "POST",
                self.address,
                body,
                {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Cookie": f"session={self.cookie}; csrftoken={CSRF}",
                },
            )
            answer = line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
        if answer.status == 302 and "sign-in" not in answer.headers.get("Location", ""):
            return True
        self.odd.append((answer.status, re.sub(r"\s+", " ", text)[:300]))
        return False


class Server:
    """The server process and the process that brings it back."""

    def __init__(self, folder: Path) -> None:
        environment = {
            **os.environ,
            "SEREIN_DATA_DIR": str(folder),
            "SEREIN_SECOND_FACTOR": "false",
            "SEREIN_STATICFILES": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "SEREIN_LOG_LEVEL": "CRITICAL",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        environment.pop("DATABASE_URL", None)
        self.zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.rigs.server", str(CLIENTS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=Path(__file__).parents[2],
        )
        self.made = json.loads(self.line())
        self.child = 0

    def line(self) -> str:
        """Read one line of what the process says."""
        assert self.zygote.stdout is not None
        return self.zygote.stdout.readline()

    def start(self) -> None:
        """Bring a server up."""
        assert self.zygote.stdin is not None
        self.zygote.stdin.write("start\n")
        self.zygote.stdin.flush()
        self.child = int(self.line())

    def kill(self) -> None:
        """Kill it without a word."""
        os.kill(self.child, signal.SIGKILL)

    def end(self) -> None:
        """Let everything go."""
        self.kill()
        self.zygote.kill()
        self.zygote.wait()


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    server, stop = Server(tmp_path), threading.Event()
    nurses = [
        Nurse(server.made["port"], address, server.made["session"], stop)
        for address in server.made["charts"]
    ]
    chance, began, kills = Random(3), time.monotonic(), 0
    server.start()
    for nurse in nurses:
        nurse.start()
    try:
        while kills < KILLS:
            assert time.monotonic() - began < LONGEST_SECONDS - 20, f"too slow: {kills} kills"
            time.sleep(chance.uniform(0.1, 1.3))
            server.kill()
            kills += 1
            server.start()
        time.sleep(1)
        stop.set()
        for nurse in nurses:
            nurse.join(timeout=20)
    finally:
        stop.set()
        server.end()
    acknowledged = [mark for nurse in nurses for mark in nurse.acknowledged]
    sent = {mark for nurse in nurses for mark in nurse.sent}
    print(
        f"\n{kills} kills, {len(sent)} sets sent, {len(acknowledged)} acknowledged, "
        f"{sum(nurse.retries for nurse in nurses)} tries repeated, "
        f"{time.monotonic() - began:.0f} s"
    )
    assert [odd for nurse in nurses for odd in nurse.odd] == []
    assert len(acknowledged) > 2 * KILLS
    stored = stored_marks(tmp_path / "serein.sqlite3")
    assert set(acknowledged) <= set(stored)
    assert set(stored) <= sent
    assert [mark for mark, times in stored.items() if times > 1] == []
    the_chain_holds(tmp_path)


def stored_marks(path: Path) -> Counter[str]:
    """Count each mark in the database, read with a library of its own."""
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = database.execute("SELECT note FROM monitoring_vitalset WHERE note LIKE 'set %'")
        return Counter(row[0] for row in rows)


def the_chain_holds(folder: Path) -> None:
    """Walk the audit chain with the operator's command."""
    walked = subprocess.run(
        [sys.executable, "manage.py", "verify_audit", "--quiet"],
        env={**os.environ, "SEREIN_DATA_DIR": str(folder), "SEREIN_LOG_LEVEL": "CRITICAL"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert walked.returncode == 0, walked.stderr
    assert "holds" in walked.stdout
