"""The demo clinic, built as ``make run`` builds it, has something true to show on every page."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.rig

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    """Build it once."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {**os.environ, "SEREIN_DATA_DIR": str(folder), "SEREIN_LOG_LEVEL": "ERROR"}
    environment.pop("DATABASE_URL", None)
    built = subprocess.run(
        [sys.executable, "-m", "serein.config.cli", "demo"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    print(built.stdout[-200:])
    return sqlite3.connect(folder / "serein.sqlite3")


def count(demo: sqlite3.Connection, statement: str) -> int:
    return int(demo.execute(statement).fetchone()[0])


def states(demo: sqlite3.Connection, table: str) -> set[str]:
    return {row[0] for row in demo.execute(f"SELECT DISTINCT state FROM {table}")}  # noqa: S608


def test_it_holds_sixty_patients_over_nine_months(demo: sqlite3.Connection) -> None:
    assert count(demo, "SELECT count(*) FROM patients_patient") >= 60
    span = "SELECT julianday(max(at)) - julianday(min(at)) FROM audit_auditentry"
    assert count(demo, span) >= 270


def test_every_state_of_the_pathway_is_there(demo: sqlite3.Connection) -> None:
    assert states(demo, "intake_consultrequest") >= {"new", "contacted", "accepted", "not_now"}
    assert states(demo, "plans_treatmentplan") >= {"draft", "signed", "completed", "stopped"}
    assert states(demo, "scheduling_appointment") >= {"booked", "arrived", "done", "no_show"}
    outcomes = {
        row[0] for row in demo.execute("SELECT DISTINCT outcome FROM eligibility_determination")
    }
    assert outcomes >= {"eligible", "hold", "not_eligible"}


def test_a_session_runs_now_and_others_are_before_and_after(demo: sqlite3.Connection) -> None:
    assert states(demo, "infusions_infusionsession") >= {
        "checked_in", "running", "recovering", "discharged",
    }  # fmt: skip


def test_scores_are_missing_and_people_drop_out(demo: sqlite3.Connection) -> None:
    given = count(
        demo, "SELECT count(*) FROM infusions_infusionsession WHERE started_at IS NOT NULL"
    )
    asked = count(demo, "SELECT count(*) FROM assessments_response WHERE instrument_code = 'phq9'")
    patients = count(demo, "SELECT count(*) FROM patients_patient")
    done = count(demo, "SELECT count(*) FROM plans_treatmentplan WHERE state = 'completed'")
    expected = given + patients + 3 * done
    assert given > 100
    assert 0.5 * expected < asked < 0.95 * expected
    assert count(demo, "SELECT count(*) FROM plans_treatmentplan WHERE state = 'stopped'") >= 5


def test_its_audit_chain_holds(demo: sqlite3.Connection) -> None:
    rows = count(demo, "SELECT count(*) FROM audit_auditentry")
    assert rows == count(demo, "SELECT max(seq) FROM audit_auditentry")
