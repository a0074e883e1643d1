"""Two servers on one database: what is written through one is heard through the other.

On SQLite and on PostgreSQL: changes within two seconds, resume without a gap or a double, the end
of a sign-in, the cap of streams, no connection for each listener, and a lost line to PostgreSQL.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tests.postgres import server as postgres
from tests.rigs.sse import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.rig, pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")]

ROOT = Path(__file__).parents[2]
CSRF = "a" * 32
WITHIN_SECONDS = 2.0
PROVED_WITHIN_SECONDS = 14.0


@dataclass(slots=True)
class Pair:
    """Two servers over one clinic."""

    ports: list[int]
    running: list[subprocess.Popen[bytes]]
    made: dict[str, Any]
    address: str
    environment: dict[str, str]

    def cookie(self, name: str) -> str:
        return str(self.made["cookies"][name])

    def kill(self, number: int) -> None:
        self.running[number].send_signal(signal.SIGKILL)
        self.running[number].wait()

    def restart(self, number: int) -> None:
        self.running[number] = _serve(self.ports[number], self.environment)
        _until_it_answers(self.ports[number])

    def listen(self, number: int, name: str = "priya", after: str = "") -> Stream:
        return Stream(self.ports[number], self.cookie(name), after)

    def send(self, number: int, path: str, name: str = "sam", **values: str) -> int:
        """Send a form through one of the servers."""
        line = http.client.HTTPConnection("127.0.0.1", self.ports[number], timeout=20)
        body = urlencode({"key_field": str(uuid.uuid4()), "csrfmiddlewaretoken": CSRF, **values})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"session={self.cookie(name)}; csrftoken={CSRF}",
        }
        line.request("POST", path, body, headers)
        status = line.getresponse().status
        line.close()
        return status

    def chart(self, number: int, sbp_mmhg: int = 124) -> None:
        """Let Sam chart a set through one of the servers."""
        status = self.send(
            number,
            self.made["sessions"][0]["vitals"],
            when="0", sbp_mmhg=str(sbp_mmhg), dbp_mmhg="76", hr_bpm="71", spo2_percent="98",
        )  # fmt: skip
        assert status == 302, status


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _environment(folder: str, address: str) -> dict[str, str]:
    return {
        **os.environ,
        "SEREIN_DATA_DIR": folder,
        "DATABASE_URL": address,
        "SEREIN_SECOND_FACTOR": "false",
        "SEREIN_STATICFILES": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "SEREIN_LOG_LEVEL": "CRITICAL",
        "PYTHONPATH": str(ROOT),
    }


def _serve(port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "uvicorn", "serein.config.server:application"]
    command += ["--port", str(port), "--lifespan", "off", "--log-level", "critical"]
    return subprocess.Popen(command, env=environment, cwd=ROOT)


def _until_it_answers(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            line.request("GET", "/health/")
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def _pair(folder: str, address: str) -> Pair:
    environment = _environment(folder, address)
    made = subprocess.run(
        [sys.executable, "-m", "tests.rigs.live_clinic", "1", "priya,sam,noor,dana,morgan,theo"],
        env=environment, cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    ports = [_free_port(), _free_port()]
    running = [_serve(port, environment) for port in ports]
    for port in ports:
        _until_it_answers(port)
    return Pair(ports, running, json.loads(made.stdout), address, environment)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    with tempfile.TemporaryDirectory(prefix="serein-live-") as folder:
        if request.param == "sqlite":
            found = _pair(folder, f"sqlite:///{folder}/serein.sqlite3")
            yield found
            _end(found)
            return
        with postgres() as address:
            found = _pair(folder, address)
            yield found
            _end(found)


def _end(pair: Pair) -> None:
    for number in range(len(pair.running)):
        pair.kill(number)


def test_what_is_charted_through_one_server_is_heard_through_the_other(pair: Pair) -> None:
    for writer, reader in ((0, 1), (1, 0), (0, 0)):
        stream = pair.listen(reader)
        stream.wait_for("change")  # how things stand
        known = len(stream.named("change"))
        sent_at = time.monotonic()
        pair.chart(writer)
        heard = stream.wait_for("change", more_than=known)
        assert heard.at - sent_at < WITHIN_SECONDS
        assert heard.facts["of"] == pair.made["sessions"][0]["patient"]
        stream.close()


def test_the_stream_says_nothing_of_a_patient_but_an_id_and_to_some_not_even_that(
    pair: Pair,
) -> None:
    clinical, desk = pair.listen(0), pair.listen(1, "morgan")
    for stream in (clinical, desk):
        stream.wait_for("change")
    known = len(clinical.named("change"))
    pair.chart(0)
    heard = clinical.wait_for("change", more_than=known)
    assert set(heard.facts) == {"of", "kind"}
    assert heard.facts["kind"] in {"monitoring", "infusions"}
    for stream in (clinical, desk):
        stream.close()


def test_the_tiles_of_all_chairs_come_drawn_once_for_everybody_who_has_them_open(
    pair: Pair,
) -> None:
    readers = [
        Stream(pair.ports[0], pair.cookie(name), place="chairs", part="chairs")
        for name in ("priya", "priya", "sam")
    ]
    for stream in readers:
        first = stream.wait_for("part")
        assert 'id="chairs-now"' in first.data
    known = [len(stream.named("part")) for stream in readers]
    sent_at = time.monotonic()
    pair.chart(1, 131)
    shown = [
        stream.wait_for("part", more_than=before)
        for stream, before in zip(readers, known, strict=True)
    ]
    assert all(event.at - sent_at < WITHIN_SECONDS for event in shown)
    assert all("131/76" in event.data for event in shown)
    assert shown[0].data == shown[1].data
    assert ("/order" in shown[0].data, "/order" in shown[2].data) == (True, False)
    assert all(stream.named("change") == [] for stream in readers)
    for stream in readers:
        stream.close()


def test_who_may_not_see_the_chairs_gets_no_tiles(pair: Pair) -> None:
    desk = Stream(pair.ports[0], pair.cookie("morgan"), place="chairs", part="chairs")
    desk.wait_for("change")
    time.sleep(1.5)
    assert desk.named("part") == []
    desk.close()


def test_who_comes_back_gets_each_missed_change_once_and_in_order(pair: Pair) -> None:
    stream = pair.listen(0)
    last = stream.wait_for("change").number
    stream.close()
    before = pair.listen(1)
    before.wait_for("change")
    first = len(before.named("change"))
    for number in range(3):
        pair.chart(number % 2)
    before.wait_for("change", more_than=first + 2)
    time.sleep(0.6)
    heard = [event.number for event in before.named("change")[first:]]
    back = pair.listen(1, after=last)
    back.wait_for("change", more_than=len(heard) - 1)
    time.sleep(0.6)
    replayed = [event.number for event in back.named("change")]
    assert [number for number in replayed if number in set(heard)] == heard
    assert replayed == sorted(set(replayed), key=int)
    assert all(int(number) > int(last) for number in replayed)
    for open_one in (before, back):
        open_one.close()


def test_a_beat_comes_every_two_seconds_while_nothing_happens(pair: Pair) -> None:
    stream = pair.listen(0)
    time.sleep(7)
    beats = [event.at for event in stream.named("beat")]
    assert len(beats) >= 3
    assert max(later - one for one, later in pairwise(beats)) < 3.5
    stream.close()


def test_a_listener_holds_no_connection(pair: Pair) -> None:
    # Eleven for each of two people stay below the cap of one person.
    streams = [pair.listen(0, name) for name in ("priya", "dana") for _ in range(11)]
    for stream in streams:
        stream.wait_for("beat", seconds=10)
    assert _connections(pair, 0) <= 12
    for stream in streams:
        stream.close()


def _connections(pair: Pair, number: int) -> int:
    """Count a server's connections: open files of SQLite, sockets to PostgreSQL."""
    held = Path(f"/proc/{pair.running[number].pid}/fd")
    names = []
    for each in held.iterdir():
        try:
            names.append(str(each.readlink()))
        except OSError:
            continue
    if pair.address.startswith("sqlite"):
        return sum(1 for name in names if name.endswith(".sqlite3"))
    with _admin(pair) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        ).fetchone()
    return int(row[0]) - 1


def _admin(pair: Pair) -> Any:
    import dj_database_url
    import psycopg

    at: Any = dj_database_url.parse(pair.address)
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    given = {mine: at[theirs] for theirs, mine in names.items() if at.get(theirs)}
    return psycopg.connect(**given, dbname=at["NAME"], autocommit=True)


def test_a_lost_line_to_postgresql_is_dialled_again(pair: Pair) -> None:
    if pair.address.startswith("sqlite"):
        pytest.skip("SQLite has no line to lose")
    stream = pair.listen(1)
    stream.wait_for("change")
    time.sleep(1)
    with _admin(pair) as connection:
        cut = connection.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE query LIKE 'LISTEN%'"
        ).fetchone()
    assert cut[0] >= 1
    for _ in range(2):
        known = len(stream.named("change"))
        sent_at = time.monotonic()
        pair.chart(0)
        assert stream.wait_for("change", more_than=known).at - sent_at < WITHIN_SECONDS
    stream.close()


def test_the_oldest_stream_of_a_person_gives_way_to_the_thirteenth(pair: Pair) -> None:
    streams = [pair.listen(0, "noor") for _ in range(12)]
    streams[-1].wait_for("beat")
    assert not any(stream.named("ended") for stream in streams)
    last = pair.listen(0, "noor")
    last.wait_for("beat")
    assert streams[0].wait_for("ended").data == "too-many"
    assert not any(stream.named("ended") for stream in streams[1:])
    for stream in (*streams, last):
        stream.close()


def test_the_stream_ends_with_the_sign_in_whichever_server_it_was_ended_at(pair: Pair) -> None:
    stream = pair.listen(1, "theo")
    stream.wait_for("beat")
    assert pair.send(0, "/sign-out/", "theo") == 302
    ended = stream.wait_for("ended", seconds=PROVED_WITHIN_SECONDS)
    assert ended.data == "signed-out"
    assert all(event.at <= ended.at for event in stream.events)
    stream.close()


def test_one_server_is_killed_and_the_other_goes_on(pair: Pair) -> None:
    stream = pair.listen(1)
    stream.wait_for("change")
    pair.kill(0)
    known = len(stream.named("change"))
    sent_at = time.monotonic()
    pair.chart(1)
    assert stream.wait_for("change", more_than=known).at - sent_at < WITHIN_SECONDS
    stream.close()
    pair.restart(0)
