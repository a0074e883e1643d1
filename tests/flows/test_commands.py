"""The operator's commands: a clean installation, the demo, the audit chain."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from serein.accounts import queries as accounts
from serein.accounts.models import Staff
from serein.audit.models import AuditEntry
from serein.config import cli
from serein.config.checks import every_address_has_a_policy, sqlite_keeps_its_word
from serein.config.sqlite import pragmas
from serein.demo import story
from serein.patients.models import Patient

if TYPE_CHECKING:
    from tests.conftest import Personas

NOW = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)
CLINIC = (
    "--no-input", "--clinic", "Meadow Clinic", "--zone", "America/Denver", "--phone",
    "(303) 555-0101", "--admin-name", "Jo Lind", "--admin-email", "jo@meadow.example",
)  # fmt: skip


@pytest.fixture
def admin_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEREIN_ADMIN_PASSWORD", "a-long-walk-in-snow-9")


@pytest.mark.django_db
def test_setup_makes_a_clinic_with_one_administrator_and_no_patients(admin_password: None) -> None:
    call_command("setup", *CLINIC, stdout=StringIO())
    site = accounts.public_site()
    assert site is not None
    assert (site.name, site.is_demo) == ("Meadow Clinic", False)
    assert [staff.role for staff in Staff.objects.all()] == ["admin"]
    assert not Patient.objects.exists()


@pytest.mark.django_db
def test_setup_again_changes_nothing(admin_password: None) -> None:
    call_command("setup", *CLINIC, stdout=StringIO())
    rows, said = AuditEntry.objects.count(), StringIO()
    call_command("setup", *CLINIC, stdout=said)
    assert "already has its clinic" in said.getvalue()
    assert AuditEntry.objects.count() == rows


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"--zone": "Eastern"}, "Choose a time zone"),
        ({"--clinic": ""}, "Give --clinic"),
        ({"--admin-email": ""}, "Give --admin-email"),
    ],
)
def test_setup_refuses_what_it_cannot_use_and_keeps_nothing(
    admin_password: None, change: dict[str, str], message: str
) -> None:
    words = list(CLINIC)
    for name, value in change.items():
        words[words.index(name) + 1] = value
    with pytest.raises(CommandError, match=message):
        call_command("setup", *words, stdout=StringIO())
    assert accounts.public_site() is None
    assert not Staff.objects.exists()


@pytest.mark.django_db
def test_setup_refuses_a_short_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEREIN_ADMIN_PASSWORD", "short")
    with pytest.raises(CommandError, match="Choose a longer password"):
        call_command("setup", *CLINIC, stdout=StringIO())
    assert accounts.public_site() is None


def test_the_demo_refuses_a_database_that_holds_a_real_clinic(personas: Personas) -> None:
    with pytest.raises(CommandError, match="Choose an empty data folder"):
        call_command("demo", stdout=StringIO())


def _story(number: int) -> list[tuple[object, ...]]:
    """Tell a small story, note what happened, and undo it."""
    sure = transaction.atomic()
    sure.__enter__()
    try:
        story.tell(now=NOW, number=number, progress=lambda share: None, requests=4)
        rows = AuditEntry.objects.order_by("seq")
        return list(rows.values_list("at", "actor_name", "verb", "subject_type", "details"))
    finally:
        transaction.set_rollback(True)
        sure.__exit__(None, None, None)


@pytest.mark.django_db
def test_the_demo_is_the_same_for_the_same_number() -> None:
    first = _story(3)
    assert len(first) > 200
    assert first == _story(3)
    assert first != _story(4)


def test_verify_audit_says_that_the_chain_holds(personas: Personas) -> None:
    said = StringIO()
    call_command("verify_audit", "--quiet", stdout=said)
    assert f"holds: {AuditEntry.objects.count()} rows" in said.getvalue()


def test_verify_audit_names_the_row_that_somebody_changed(personas: Personas) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_auditentry_no_update")
        else:
            cursor.execute("DROP TRIGGER audit_auditentry_append_only ON audit_auditentry")
        cursor.execute("UPDATE audit_auditentry SET actor_name = 'Nobody' WHERE seq = 4")
    with pytest.raises(CommandError, match="audit row 4: its content does not match"):
        call_command("verify_audit", "--quiet", stdout=StringIO())


def test_an_unknown_command_gets_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    import sys
    from unittest.mock import patch

    with patch.object(sys, "argv", ["serein", "danse"]), pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr().err
    assert said.startswith("Choose one of the commands")
    assert all(f"serein {name}" in said for name in cli.COMMANDS)


def test_wal_is_used_only_on_a_library_without_the_fault() -> None:
    assert pragmas((3, 51, 3)) == {"journal_mode": "WAL", "synchronous": "FULL"}
    assert pragmas((3, 51, 2)) == {"journal_mode": "DELETE", "synchronous": "EXTRA"}
    assert pragmas((3, 40, 1)) == {"journal_mode": "DELETE", "synchronous": "EXTRA"}


@pytest.mark.django_db(transaction=True)
def test_a_weaker_setting_stops_the_start_up() -> None:
    assert sqlite_keeps_its_word() == []
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
    try:
        assert [fault.id for fault in sqlite_keeps_its_word()] == ["serein.E003"]
    finally:
        connection.close()


def test_an_address_without_a_policy_stops_the_start_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.urls import path

    from serein.config import checks

    stray = path("stray/", lambda request: None, name="stray")
    monkeypatch.setattr(checks, "every_address", lambda: [stray])
    assert [fault.id for fault in every_address_has_a_policy()] == ["serein.E001"]
