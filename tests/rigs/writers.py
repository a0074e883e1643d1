"""Many writers in several processes over one small clinic's book.

``python -m tests.rigs.writers SCENARIO SECONDS`` makes the clinic in an empty database, forks
processes that run several writers each, and prints what they were told, one line of JSON for each
answer. A process that is killed takes its unanswered requests with it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall
from random import Random
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serein.config.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from serein.accounts import actions as accounts
from serein.accounts.permissions import Role
from serein.core.actors import Actor
from serein.core.errors import Refused
from serein.patients import actions as patients
from serein.scheduling import actions, queries
from serein.scheduling.rules import CoverMode, Kind, Visit, instant
from serein.scheduling.states import ShiftRole

PROCESSES, WRITERS = 5, 10
CHAIRS, PATIENTS = 6, 12
ROOMY = 12
NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
FIRST_DAY = date(2026, 3, 9)
ONE_SLOT = date(2026, 3, 10)
DAYS = tuple(FIRST_DAY + timedelta(weeks=week, days=day) for week in range(5) for day in range(4))
REQUESTS = 1000


@dataclass(frozen=True)
class World:
    """The clinic as its writers know it."""

    site_id: uuid.UUID
    by: Actor
    patients: tuple[uuid.UUID, ...]
    zone: Any


def main() -> None:
    """Make the clinic, run one scenario, print the answers."""
    scenario, seconds = sys.argv[1], float(sys.argv[2])
    make_tables()
    world = make_clinic(ROOMY if scenario == "rate" else CHAIRS)
    let_go_of_the_database()
    began = time.monotonic()
    scenarios = {"slot": one_slot, "days": many_days, "killed": killed_at_random, "rate": at_a_rate}
    scenarios[scenario](world, seconds)
    print(json.dumps({"seconds": time.monotonic() - began}), flush=True)


class NoMigrations:
    """Tells Django to make the tables as the models have them now, which takes a moment only."""

    def __contains__(self, _: str) -> bool:
        return True

    def __getitem__(self, _: str) -> None:
        return None


def make_tables() -> None:
    """Make every table of an empty database."""
    settings.MIGRATION_MODULES = NoMigrations()
    call_command("migrate", run_syncdb=True, verbosity=0)


def make_clinic(chairs: int) -> World:
    """Open a clinic with chairs, prescribers, pumps, monitors, nurses on shift, and some patients."""
    site_id = uuid.uuid4()
    accounts.open_site(
        key=uuid.uuid4(), by=Actor.system(site_id), at=NOW, site_id=site_id, name="Stillwater",
        timezone="America/New_York", phone="(540) 555-0142",
    )  # fmt: skip
    by = Actor("rig", "Rig", Role.MEDICAL_DIRECTOR.value, site_id)

    def do(action: Callable[..., Any], **facts: Any) -> Any:
        return action(key=uuid.uuid4(), by=by, at=NOW, **facts)

    do(actions.set_usual_hours, friday_anchor_date=date(2026, 3, 13), from_date=date(2026, 3, 2))
    things(do, chairs)
    staff(do, chairs // 2 + 1)
    do(actions.set_book_settings, is_staff_planned=True, nurse_cover=CoverMode.POOL)
    known = tuple(
        do(
            patients.register_patient, given_name="Rig", family_name=f"Patient {number}",
            birth_date=date(1980, 1, 1 + number), sex="female",
        ).pk
        for number in range(PATIENTS)
    )  # fmt: skip
    return World(site_id, by, known, queries.clinic_of(site_id).zone)


def things(do: Callable[..., Any], chairs: int) -> None:
    """Give the clinic chairs, monitors and fewer pumps."""
    for number in range(chairs):
        do(actions.add_chair, name=f"Chair {number}")
        do(actions.add_resource, kind=Kind.MONITOR, name=f"Monitor {number}")
    for number in range(chairs - 2):
        do(actions.add_resource, kind=Kind.PUMP, name=f"Pump {number}")


def staff(do: Callable[..., Any], nurses: int) -> None:
    """Put two prescribers and the nurses on shift on every day."""
    roles = [(Role.PRESCRIBER, ShiftRole.PRESCRIBER)] * 2 + [(Role.NURSE, ShiftRole.NURSE)] * nurses
    for number, (role, on_shift) in enumerate(roles):
        person = do(
            accounts.add_staff, email=f"rig{number}@clinic.example", name=f"Rig {number}",
            role=role, password="calm-water-runs-deep-7",
        )  # fmt: skip
        if role is Role.PRESCRIBER:
            do(actions.add_prescriber, staff_id=person.pk)
        for day in DAYS:
            shift(do, person.pk, on_shift, day)


def shift(do: Callable[..., Any], staff_id: uuid.UUID, role: ShiftRole, day: date) -> None:
    """Put somebody on shift for the whole day."""
    do(
        actions.set_shift, staff_id=staff_id, role=role, local_date=day,
        start_time=wall(7), end_time=wall(18),
    )  # fmt: skip


def let_go_of_the_database() -> None:
    """Close every connection, so that a fork shares none."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()


def answer(told: str, **more: Any) -> None:
    """Say what a writer was told, in one write."""
    line = json.dumps({"answer": told, **more}, default=str) + "\n"
    os.write(1, line.encode())


def asked(what: str, ask: Callable[[], Any]) -> Any:
    """Ask for something and say what the answer was; returns what was made, or None."""
    began = time.monotonic()
    try:
        made = ask()
    except Refused as refusal:
        answer("refused", what=what, words=refusal.message[:60])
        return None
    except Exception as problem:  # noqa: BLE001 - whatever it is must be seen
        answer("error", what=what, words=f"{type(problem).__name__}: {problem}"[:300])
        return None
    answer("made", what=what, id=made.pk, ms=round((time.monotonic() - began) * 1000, 1))
    return made


def in_processes(work: Callable[[int], None], count: int = PROCESSES) -> None:
    """Run something in several processes and wait for all."""
    children = [forked(work, number) for number in range(count)]
    for child in children:
        os.waitpid(child, 0)


def forked(work: Callable[[int], None], number: int) -> int:
    """Run something in a child; returns its number."""
    child = os.fork()
    if child:
        return child
    try:
        work(number)
    finally:
        os._exit(0)


def in_threads(work: Callable[[int], None]) -> None:
    """Run the writers of one process and wait for all."""

    def alone(number: int) -> None:
        try:
            work(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=alone, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def book(world: World, starts_at: datetime, code: str = "infusion") -> Any:
    """Book one visit for a guest."""
    return actions.book_visit(
        key=uuid.uuid4(), by=world.by, at=NOW, type_code=code, starts_at=starts_at,
        guest_id=uuid.uuid4(),
    )  # fmt: skip


def one_slot(world: World, _: float) -> None:
    """A thousand requests for the same five minutes of the only chair that is left."""
    first = instant(ONE_SLOT, wall(10), world.zone)
    for place in range(CHAIRS - 1):
        asked("before", lambda place=place: book(world, first + place * timedelta(minutes=10)))
    wanted = instant(ONE_SLOT, wall(10, 50), world.zone)
    let_go_of_the_database()
    each = REQUESTS // (PROCESSES * WRITERS)

    def process(_: int) -> None:
        def writer(_: int) -> None:
            for _ in range(each):
                asked("slot", lambda: book(world, wanted))

        in_threads(writer)

    in_processes(process)


def many_days(world: World, seconds: float) -> None:
    """Fifty writers book, hold, move and cancel on twenty days until the time is over."""
    ends = time.monotonic() + seconds

    def process(number: int) -> None:
        def writer(place: int) -> None:
            Writer(world, Random(1000 * number + place)).work_until(ends)

        in_threads(writer)

    in_processes(process)


def at_a_rate(world: World, seconds: float) -> None:
    """Fifty writers only book, as fast as they can, until the time is over."""
    ends = time.monotonic() + seconds

    def process(number: int) -> None:
        def writer(place: int) -> None:
            one = Writer(world, Random(1000 * number + place))
            while time.monotonic() < ends:
                one.book()

        in_threads(writer)

    in_processes(process)


class Writer:
    """One person at a desk."""

    def __init__(self, world: World, chance: Random) -> None:
        self.world, self.chance = world, chance
        self.mine: list[Any] = []

    def work_until(self, ends: float) -> None:
        """Do one thing after the other."""
        things = (self.book, self.book, self.hold_and_book, self.hold, self.move, self.cancel)
        while time.monotonic() < ends:
            self.chance.choice(things)()

    def start(self) -> datetime:
        """Read a day and choose among its first free moments; any moment if there is none."""
        day = self.chance.choice(DAYS)
        wanted = queries.Wanted("infusion")
        free = queries.find_starts(
            self.world.site_id, wanted, first=day, last=day, at=NOW, grid_minutes=5, limit=4
        )
        if free:
            return self.chance.choice(free).at
        return instant(day, wall(8 + self.chance.randrange(6)), self.world.zone)

    def book(self) -> None:
        starts_at = self.start()
        made = asked("book", lambda: book(self.world, starts_at))
        if made is not None:
            self.mine.append(made.pk)

    def hold(self) -> Any:
        starts_at = self.start()
        holder = str(uuid.UUID(int=self.chance.getrandbits(128)))
        return asked(
            "hold",
            lambda: actions.hold(
                key=uuid.uuid4(), by=self.world.by, at=NOW, type_code="infusion",
                starts_at=starts_at, holder=holder,
            ),
        )  # fmt: skip

    def hold_and_book(self) -> None:
        held = self.hold()
        if held is None:
            return
        made = asked(
            "book_held",
            lambda: actions.book_held(
                key=uuid.uuid4(), by=self.world.by, at=NOW + timedelta(minutes=1),
                appointment_id=held.pk, holder=held.held_by,
            ),
        )  # fmt: skip
        if made is not None:
            self.mine.append(made.pk)

    def move(self) -> None:
        if not self.mine:
            return
        place, starts_at = self.chance.randrange(len(self.mine)), self.start()
        made = asked(
            "move",
            lambda: actions.move_appointment(
                key=uuid.uuid4(), by=self.world.by, at=NOW, appointment_id=self.mine[place],
                starts_at=starts_at, reason="Asked for it",
            ),
        )  # fmt: skip
        if made is not None:
            self.mine[place] = made.pk

    def cancel(self) -> None:
        if not self.mine:
            return
        gone = self.mine.pop(self.chance.randrange(len(self.mine)))
        asked(
            "cancel",
            lambda: actions.cancel_appointment(
                key=uuid.uuid4(), by=self.world.by, at=NOW, appointment_id=gone,
                reason="Cannot come",
            ),
        )  # fmt: skip


def killed_at_random(world: World, seconds: float) -> None:
    """Processes book whole series, and are killed in the middle; others come in their place."""
    ends, chance = time.monotonic() + seconds, Random(11)

    def process(number: int) -> None:
        own = Random(number * 7919 + os.getpid())
        while time.monotonic() < ends:
            patient_id, first = own.choice(world.patients), own.randrange(2)
            hour = 8 + own.randrange(6)
            visits = [
                Visit(instant(DAYS[first + 4 * week + 2 * half], wall(hour), world.zone))
                for week in range(2)
                for half in range(2)
            ]
            series_id = uuid.uuid4()
            answer("asked", series=series_id)
            made = asked(
                "series",
                lambda p=patient_id, s=series_id, v=visits: actions.book_series(
                    key=uuid.uuid4(), by=world.by, at=NOW, patient_id=p, series_id=s, visits=v
                ),
            )  # fmt: skip
            if made is not None:
                answer("booked", series=series_id)
                if own.random() < 0.7:
                    gone = asked(
                        "cancel_series",
                        lambda s=series_id: actions.cancel_series(
                            key=uuid.uuid4(), by=world.by, at=NOW, series_id=s, reason="Rig"
                        ),
                    )
                    if gone is not None:
                        answer("cancelled", series=series_id)

    children = [forked(process, number) for number in range(PROCESSES)]
    number = PROCESSES
    while time.monotonic() < ends - 1:
        time.sleep(chance.uniform(0.05, 0.6))
        place = chance.randrange(len(children))
        os.kill(children[place], signal.SIGKILL)
        os.waitpid(children[place], 0)
        answer("killed")
        children[place] = forked(process, number)
        number += 1
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
