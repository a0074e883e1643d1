"""Many writers, one slot: the database gives it to exactly one of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.utils import load_backend

from serein.core.errors import Refused
from serein.scheduling.models import Appointment, ChairTick
from tests.conftest import Personas
from tests.flows.test_book_series import (
    ALL_CHAIR_TICKS,
    book,
    enrol,
    open_clinic,
    signed_plan,
    tuesdays_and_thursdays,
)


@pytest.fixture
def in_a_writer(tmp_path: Path, transactional_db: None) -> Callable[[Callable[[], Any]], Any]:
    """Run something as a process of its own would: a thread with its own connection.

    PostgreSQL is reached as it is. SQLite gets a file, as in a clinic; the tests' own database is
    in memory, where writers would not wait for one another.
    """
    database = dict(connections.settings["default"])
    if connection.vendor == "sqlite":
        database["NAME"] = str(tmp_path / "clinic.sqlite3")

    def run(work: Callable[[], Any]) -> Any:
        answers: list[Any] = []

        def alone() -> None:
            own = load_backend(database["ENGINE"]).DatabaseWrapper(database, "default")
            connections["default"] = own
            try:
                answers.append(work())
            finally:
                own.close()

        thread = threading.Thread(target=alone)
        thread.start()
        thread.join()
        return answers[0]

    if connection.vendor == "sqlite":
        run(lambda: call_command("migrate", run_syncdb=True, verbosity=0))
    return run


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_one_slot_exactly_one_gets_it(
    in_a_writer: Callable[[Callable[[], Any]], Any], request: pytest.FixtureRequest
) -> None:
    """Eight writers at once, one chair: one series is stored, seven are told what was taken."""

    def prepare() -> tuple[Personas, list[UUID]]:
        personas: Personas = request.getfixturevalue("personas")
        open_clinic(personas, chairs=1)
        return personas, [signed_plan(personas, enrol(personas, f"P{n}")) for n in range(8)]

    personas, plan_ids = in_a_writer(prepare)
    barrier = threading.Barrier(len(plan_ids))

    def race(plan_id: UUID) -> str:
        barrier.wait(timeout=30)
        try:
            book(personas, plan_id, tuesdays_and_thursdays())
        except Refused as refusal:
            return refusal.message.split(".")[0]
        return "booked"

    with ThreadPoolExecutor(len(plan_ids)) as pool:
        answers = list(pool.map(lambda plan_id: in_a_writer(lambda: race(plan_id)), plan_ids))
    assert sorted(answers) == sorted(
        [
            "booked",
            *["Choose another time: infusion 1, Tuesday 10 March at 10:00, is taken"] * 7,
        ]
    )
    spans = in_a_writer(
        lambda: sorted(Appointment.objects.values_list("starts_at", "ends_at", "chair_id"))
    )
    assert len(spans) == 6
    assert all(later[0] >= earlier[1] for earlier, later in pairwise(spans))
    assert in_a_writer(ChairTick.objects.count) == ALL_CHAIR_TICKS
