"""Nothing is promised twice, whatever happens at once: the same proof on SQLite and on PostgreSQL.

The check reads the stored visits with a library of its own and works out from their starts alone
who and what each of them occupies, by the lengths written down here; it never looks at the rows by
which the book guards itself.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import server

pytestmark = pytest.mark.rig

ROOT = Path(__file__).parents[2]
NURSES = 4
STANDING = {"booked", "confirmed", "arrived", "in_phase", "done"}
OCCUPYING = STANDING | {"held"}
CHECK_IN, IV_START, DISCHARGE, TURNOVER = 15, 15, 10, 10

COLUMNS = (
    "id", "state", "series_id", "patient_id", "guest_id", "starts_at", "ends_at",
    "infusion_minutes", "chair_id", "prescriber_id", "pump_id", "monitor_id",
)  # fmt: skip


@dataclass
class Database:
    """One of the two engines: what the writers are told about it, and how to look inside."""

    name: str
    environment: dict[str, str]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        if self.name == "sqlite":
            path = Path(self.environment["SEREIN_DATA_DIR"]) / "serein.sqlite3"
            with sqlite3.connect(path) as database:
                assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                return database.execute(statement).fetchall()
        import psycopg

        address = self.environment["DATABASE_URL"]
        with psycopg.connect(_libpq(address)) as database:
            return database.execute(statement).fetchall()  # type: ignore[arg-type]

    def visits(self) -> list[dict[str, Any]]:
        """Every visit on the book that occupies anything."""
        statement = f"SELECT {', '.join(COLUMNS)} FROM scheduling_appointment"  # noqa: S608
        found = [dict(zip(COLUMNS, row, strict=True)) for row in self.rows(statement)]
        for row in found:
            row["starts_at"], row["ends_at"] = moment(row["starts_at"]), moment(row["ends_at"])
        return [row for row in found if row["state"] in OCCUPYING]


def _libpq(address: str) -> str:
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(address)
    host = unquote(parts.netloc.rsplit("@", 1)[-1])
    user = parts.netloc.split("@")[0].split(":")[0]
    if host.startswith("/"):
        return f"host={host} user={user} dbname={parts.path[1:]}"
    return address.replace("postgres://", "postgresql://", 1)


def moment(value: Any) -> datetime:
    """A stored moment, in UTC."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    assert isinstance(value, datetime)
    return value.astimezone(UTC)


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one server for all scenarios."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        with server() as address:
            yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of its own for each scenario."""
    environment = {
        **os.environ,
        "SEREIN_DATA_DIR": str(tmp_path),
        "SEREIN_LOG_LEVEL": "CRITICAL",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("DATABASE_URL", None)
    if request.param == "sqlite":
        yield Database("sqlite", environment)
        return
    with _own_database(request.getfixturevalue("postgresql")) as own:
        yield Database("postgresql", {**environment, "DATABASE_URL": own})


class _own_database:  # noqa: N801 - reads as a sentence
    """A database of this test in a server that others may use too."""

    def __init__(self, address: str) -> None:
        self.address, self.name = address, f"rig_{os.getpid()}_{os.urandom(3).hex()}"

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(_libpq(self.address), autocommit=True) as database:
            database.execute(statement)  # type: ignore[arg-type]

    def __enter__(self) -> str:
        self._run(f"CREATE DATABASE {self.name}")
        return f"{self.address.rsplit('/', 1)[0]}/{self.name}"

    def __exit__(self, *_: object) -> None:
        self._run(f"DROP DATABASE {self.name} WITH (FORCE)")


def run(database: Database, scenario: str, seconds: float) -> list[dict[str, Any]]:
    """Run a scenario in processes of its own and return what its writers were told."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.rigs.writers", scenario, str(seconds)],
        env=database.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    told = Counter((one.get("what"), one["answer"]) for one in answers if "answer" in one)
    print(f"\n{database.name}, {scenario}: {answers[-1]['seconds']:.0f} s, {dict(told)}")
    assert [one for one in answers if one.get("answer") == "error"] == []
    return answers


def occupied(visit: dict[str, Any]) -> Iterator[tuple[str, datetime, datetime]]:
    """What one visit occupies, by the lengths of its phases."""
    start, leaves = visit["starts_at"], visit["ends_at"]
    seated = start + timedelta(minutes=CHECK_IN)
    infusing = seated + timedelta(minutes=IV_START)
    stops = infusing + timedelta(minutes=visit["infusion_minutes"])
    yield f"chair {visit['chair_id']}", seated, leaves + timedelta(minutes=TURNOVER)
    yield f"prescriber {visit['prescriber_id']}", infusing - timedelta(minutes=10), infusing
    yield f"pump {visit['pump_id']}", infusing, stops
    yield f"monitor {visit['monitor_id']}", seated, stops
    yield f"patient {visit['patient_id'] or visit['guest_id']}", start, leaves


def nurse_loads(visit: dict[str, Any]) -> Iterator[tuple[datetime, datetime, int]]:
    """The twelfths of a nurse that one visit needs, phase by phase."""
    seated = visit["starts_at"] + timedelta(minutes=CHECK_IN)
    infusing = seated + timedelta(minutes=IV_START)
    stops = infusing + timedelta(minutes=visit["infusion_minutes"])
    discharged = visit["ends_at"] - timedelta(minutes=DISCHARGE)
    yield seated, infusing, 12
    yield infusing, stops, 6
    yield stops, discharged, 3
    yield discharged, visit["ends_at"], 12


def overlaps(visits: list[dict[str, Any]]) -> list[str]:
    """Name everything that is in two places at once, and every moment with too few nurses."""
    spans: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    changes: Counter[datetime] = Counter()
    for visit in visits:
        for what, start, end in occupied(visit):
            spans[what].append((start, end))
        for start, end, load in nurse_loads(visit):
            changes[start] += load
            changes[end] -= load
    found = [
        f"{what} at {later[0]}"
        for what, taken in spans.items()
        for earlier, later in pairwise(sorted(taken))
        if later[0] < earlier[1]
    ]
    load = 0
    for at in sorted(changes):
        load += changes[at]
        if load > 12 * NURSES:
            found.append(f"nurses at {at}: {load}/12")
    return found


def test_the_check_sees_what_it_is_there_to_see() -> None:
    at = datetime(2026, 3, 10, 14, tzinfo=UTC)
    one = dict.fromkeys(COLUMNS) | {
        "patient_id": "ada", "chair_id": 1, "prescriber_id": 1, "pump_id": 1, "monitor_id": 1,
        "starts_at": at, "ends_at": at + timedelta(minutes=140), "infusion_minutes": 40,
    }  # fmt: skip
    late = timedelta(minutes=10)
    other = one | {
        "patient_id": "bo", "chair_id": 2, "prescriber_id": 2, "pump_id": 2, "monitor_id": 2,
        "starts_at": one["starts_at"] + late, "ends_at": one["ends_at"] + late,
    }  # fmt: skip
    assert overlaps([one, other]) == []
    for what in ("patient_id", "chair_id", "pump_id", "monitor_id"):
        assert len(overlaps([one, other | {what: one[what]}])) == 1
    assert overlaps([one, other | {"prescriber_id": 1}]) == []
    crowd = [one | {key: n for key in COLUMNS if key.endswith("_id")} for n in range(NURSES + 1)]
    assert [each.split(" at ")[0] for each in overlaps(crowd)] == ["nurses", "nurses"]


def test_of_a_thousand_requests_for_one_slot_exactly_one_is_booked(database: Database) -> None:
    answers = run(database, "slot", 0)
    told = Counter(one["answer"] for one in answers if one.get("what") == "slot")
    assert told == {"made": 1, "refused": 999}
    visits = database.visits()
    assert overlaps(visits) == []
    made = {one["id"] for one in answers if one.get("answer") == "made"}
    assert {plain(visit["id"]) for visit in visits} == {plain(each) for each in made}


def test_fifty_writers_on_twenty_days_leave_no_overlap_and_no_lost_answer(
    database: Database,
) -> None:
    answers = run(database, "days", 25)
    made = [one for one in answers if one.get("answer") == "made"]
    assert len({one["what"] for one in made}) == 5
    assert len(made) > 100
    visits = database.visits()
    assert overlaps(visits) == []
    stored = {plain(row[0]) for row in database.rows("SELECT id FROM scheduling_appointment")}
    assert {plain(one["id"]) for one in made} == stored, "told and stored are the same"


def test_what_is_killed_in_the_middle_leaves_nothing_half_booked(database: Database) -> None:
    answers = run(database, "killed", 20)
    assert sum(one.get("answer") == "killed" for one in answers) >= 20
    visits = [visit for visit in database.visits() if visit["state"] in STANDING]
    of_series = Counter(plain(visit["series_id"]) for visit in visits)
    assert set(of_series.values()) <= {4}
    assert overlaps(visits) == []
    asked, booked, cancelled = (
        {plain(one["series"]) for one in answers if one.get("answer") == word}
        for word in ("asked", "booked", "cancelled")
    )
    assert len(booked) > 10
    assert booked - cancelled - set(of_series) <= _asked_to_cancel(answers, database)
    assert set(of_series) <= asked
    assert not set(of_series) & cancelled
    assert ticks_without_a_visit(database) == 0
    assert walked(database) == 0


def _asked_to_cancel(answers: list[dict[str, Any]], database: Database) -> set[str]:
    """Series whose cancellation was stored by a process that was killed before it could say so."""
    rows = database.rows(
        "SELECT DISTINCT series_id FROM scheduling_appointment WHERE state = 'cancelled'"
    )
    return {plain(row[0]) for row in rows}


def ticks_without_a_visit(database: Database) -> int:
    """Count guard rows that outlive what they guard."""
    return sum(
        int(
            database.rows(
                f"SELECT count(*) FROM scheduling_{table} t JOIN scheduling_appointment a "  # noqa: S608
                "ON a.id = t.appointment_id WHERE a.state IN ('cancelled', 'moved', 'no_show')"
            )[0][0]
        )
        for table in ("chairtick", "resourcetick", "patienttick")
    )


def walked(database: Database) -> int:
    """Walk the audit chain with the operator's command; 0 if it holds."""
    return subprocess.run(
        [sys.executable, "manage.py", "verify_audit", "--quiet"],
        env=database.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).returncode


def plain(value: object) -> str:
    """An id as both engines write it."""
    return str(value).replace("-", "")
