"""The people and the place that tests share. States are reached through actions and pages only."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import settings
from pytest_django.plugin import blocking_manager_key

from serein.accounts import actions as accounts
from serein.accounts.permissions import Role
from serein.core.actors import Actor

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from uuid import UUID

    from serein.accounts.models import Site, Staff

# How long an example takes says something about the machine; speed is measured by the benchmarks.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

PASSWORD = "calm-water-runs-deep-7"

MONDAY_9 = datetime(2026, 3, 9, 13, 0, tzinfo=UTC)
"""Monday 9 March 2026, 9:00 in the clinic's zone."""


def new_key() -> UUID:
    """A client key, as a page makes one for each form."""
    return uuid.uuid4()


def shared(*parts: str) -> Path:
    """The path of other people's test material, or a skip that says what was missing."""
    root = Path(os.environ.get("SEREIN_SHARED", Path(__file__).parents[2] / "shared"))
    path = root.joinpath("data", "real", *parts)
    if not path.exists():
        pytest.skip(
            f"not here: {'/'.join(parts)} (set SEREIN_SHARED to the folder that holds data/real)"
        )
    return path


@dataclass(frozen=True, slots=True)
class Personas:
    """Who works at the clinic of the tests, and Robin, who works elsewhere."""

    priya: Staff
    """prescriber"""
    sam: Staff
    """infusion nurse"""
    noor: Staff
    """second nurse"""
    morgan: Staff
    """front desk"""
    dana: Staff
    """medical director"""
    lee: Staff
    """drug custodian"""
    theo: Staff
    """therapist"""
    ash: Staff
    """biller"""
    alex: Staff
    """administrator"""
    uma: Staff
    """auditor"""
    robin: Staff
    """nurse of another site"""


_ROLES = {
    "priya": ("Priya Raman", Role.PRESCRIBER),
    "sam": ("Sam Ortiz", Role.NURSE),
    "noor": ("Noor Haddad", Role.NURSE),
    "morgan": ("Morgan Bell", Role.FRONT_DESK),
    "dana": ("Dana Whitfield", Role.MEDICAL_DIRECTOR),
    "lee": ("Lee Park", Role.CUSTODIAN),
    "theo": ("Theo Lind", Role.THERAPIST),
    "ash": ("Ash Novak", Role.BILLING),
    "alex": ("Alex Moreau", Role.ADMIN),
    "uma": ("Uma Stein", Role.AUDITOR),
}


@pytest.fixture(autouse=True)
def small_clinic(settings: object) -> None:
    """Hash passwords cheaply, need no second factor, forget who tried to sign in before."""
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    settings.SEREIN_SECOND_FACTOR = False  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


_triggers: dict[str, str] = {}


@pytest.fixture(autouse=True)
def guards_step_aside_for_the_flush(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the flush after a transactional test empty tables that refuse to be emptied.

    SQLite has no TRUNCATE, so the triggers are dropped before the flush; `pytest_runtest_teardown`
    puts them back after it.
    """
    marker = request.node.get_closest_marker("django_db")
    is_transactional = "transactional_db" in request.fixturenames or (
        marker is not None and marker.kwargs.get("transaction")
    )
    if not is_transactional:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        _triggers.update(cursor.fetchall())
        for name in _triggers:
            cursor.execute(f"DROP TRIGGER {name}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, None, None]:
    """Put the guards back once everything else of a test is torn down."""
    try:
        return (yield)
    finally:
        if _triggers and nextitem is not None:
            with item.config.stash[blocking_manager_key].unblock(), connection.cursor() as cursor:
                for statement in _triggers.values():
                    cursor.execute(statement)
            _triggers.clear()


def _open(name: str, day: int) -> Site:
    site_id = uuid.uuid4()
    return accounts.open_site(
        key=new_key(),
        by=Actor.system(site_id),
        at=datetime(2026, 1, day, 15, 0, tzinfo=UTC),
        site_id=site_id,
        name=name,
        timezone="America/New_York",
        phone="(540) 555-0142",
    )


def _hire(site: Site, short: str, name: str, role: Role) -> Staff:
    return accounts.add_staff(
        key=new_key(),
        by=Actor.system(site.pk),
        at=datetime(2026, 1, 2, 15, 0, tzinfo=UTC),
        email=f"{short}@clinic.example",
        name=name,
        role=role,
        password=PASSWORD,
    )


@pytest.fixture
def site(db: None) -> Site:
    """The clinic: Eastern time."""
    return _open("Stillwater Clinic", 2)


@pytest.fixture
def personas(site: Site) -> Personas:
    """Everybody who works here, and Robin."""
    people = {short: _hire(site, short, name, role) for short, (name, role) in _ROLES.items()}
    accounts.name_safety_clinician(
        key=new_key(), by=actor(people["alex"]), at=MONDAY_9, staff_id=people["dana"].pk
    )
    robin = _hire(_open("Harbor Clinic", 3), "robin", "Robin Vale", Role.NURSE)
    return Personas(**people, robin=robin)


def actor(staff: Staff) -> Actor:
    """A member of staff as the author of an action."""
    return Actor(str(staff.pk), staff.name, staff.role, staff.site_id)


@pytest.fixture
def sign_in() -> Callable[[Staff], Client]:
    """Give a browser in which somebody has signed in."""

    def signed_in(staff: Staff) -> Client:
        client = Client()
        client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


@pytest.fixture
def clock() -> Iterator[object]:
    """A clock that stands at Monday 9:00 and goes where it is sent (`clock.move_to`, `.shift`)."""
    import time_machine

    with time_machine.travel(MONDAY_9, tick=False) as traveller:
        yield traveller
