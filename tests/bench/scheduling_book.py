"""How fast the book is written and read: ``python -m tests.bench.scheduling_book``, on both engines.

Bookings per second with fifty writers in five processes, each reading a day's free starts before it
books; and availability over ninety days of a clinic with 12 chairs, 6 nurses and 3 prescribers that
is booked to 60 %: cold (a new process: nothing is kept but what the database holds) and warm.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from tests.bench.__main__ import machine
from tests.postgres import server

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
FIRST, DAYS = date(2026, 3, 3), 90
CHAIRS, NURSES, PRESCRIBERS, VISITS_A_DAY = 12, 6, 3, 27
SECONDS, TURNS, AIM_MS = 15, 20, 20


def main() -> int:
    """Measure both engines, or, told to, one of them in this process."""
    if sys.argv[1:] == ["availability"]:
        availability()
        return 0
    print(f"Measured on {machine()}", flush=True)
    os.environ.pop("DATABASE_URL", None)
    measure("SQLite")
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with server() as address:
        measure("PostgreSQL", DATABASE_URL=address)
    return 0


def measure(engine: str, **environment: str) -> None:
    """Print the figures of one engine."""
    print(engine, flush=True)
    ran(["tests.bench.scheduling_book", "availability"], environment)
    print_rate(ran(["tests.rigs.writers", "rate", str(SECONDS)], environment, is_quiet=True))


def ran(command: list[str], environment: dict[str, str], *, is_quiet: bool = False) -> str:
    """Run something in an installation of its own; returns what it printed."""
    with tempfile.TemporaryDirectory(prefix="serein-bench-") as folder:
        own = {"SEREIN_DATA_DIR": folder, "SEREIN_LOG_LEVEL": "CRITICAL", **environment}
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**os.environ, **own},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        if not is_quiet:
            print(done.stdout, end="", flush=True)
        return done.stdout


def print_rate(printed: str) -> None:
    """Say how many bookings were stored in a second, and how long one took."""
    answers = [json.loads(line) for line in printed.splitlines()]
    made = sorted(one["ms"] for one in answers if one.get("answer") == "made")
    refused = sum(one.get("answer") == "refused" for one in answers)
    errors = sum(one.get("answer") == "error" for one in answers)
    took = answers[-1]["seconds"]
    print(
        f"  50 writers, 20 days: {len(made) / took:.0f} bookings/s, "
        f"{(len(made) + refused) / took:.0f} attempts/s, p50 {statistics.median(made):.0f} ms, "
        f"p99 {made[int(len(made) * 0.99)]:.0f} ms, {len(made)} stored, {refused} refused, "
        f"{errors} errors",
        flush=True,
    )


def availability() -> None:
    """Fill a clinic to 60 % and measure how long a search over ninety days takes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serein.config.settings")
    import django

    django.setup()
    from serein.scheduling import actions
    from serein.scheduling.queries import Wanted, clinic, find_starts, kept
    from serein.scheduling.rules import CoverMode

    world = Clinic()

    def ask() -> int:
        last = FIRST + timedelta(days=DAYS - 1)
        return len(find_starts(world.site_id, Wanted("infusion"), first=FIRST, last=last, at=NOW))

    def forget() -> None:
        kept.forget()
        clinic._kept.clear()

    for cover in (CoverMode.POOL, CoverMode.FLOAT):
        world.set_cover(cover)
        rows = [timed(ask, before=forget) for _ in range(TURNS)]
        renewed = timed(lambda: actions.keep_pages(world.site_id, NOW))
        cold = [timed(ask, before=forget) for _ in range(TURNS)]
        warm = [timed(ask) for _ in range(TURNS)]
        changed = [
            timed(ask, before=partial(world.touch, FIRST + timedelta(days=turn)))
            for turn in range(TURNS)
        ]
        print(
            f"  availability, {cover.value}: {world.visits} visits in {DAYS} days, {ask()} starts\n"
            f"    cold, from the pages of the days: {told(cold)} (aim at most {AIM_MS} ms)\n"
            f"    cold, from visits, just after a change to the whole site: {told(rows)}; its pages "
            f"renewed in {renewed[0]:.0f} ms\n"
            f"    warm, with the versions read: {told(warm)}; one day changed: {told(changed)}",
            flush=True,
        )


def timed(work: Callable[[], Any], before: Callable[[], Any] | None = None) -> tuple[float, float]:
    """Return the milliseconds that something takes: of the processor, and of the clock."""
    if before is not None:
        before()
    used, began = time.process_time(), time.perf_counter()
    work()
    return (time.process_time() - used) * 1000, (time.perf_counter() - began) * 1000


def told(runs: list[tuple[float, float]]) -> str:
    """Say the medians of many runs."""
    used, took = (statistics.median(column) for column in zip(*runs, strict=True))
    return f"{used:.1f} ms of the processor, {took:.1f} ms of the clock"


class Clinic:
    """The clinic that is searched. Its visits are stored in bulk, where the rules say they fit."""

    def __init__(self) -> None:
        from serein.accounts import actions as accounts
        from serein.accounts.permissions import Role
        from serein.core.actors import Actor
        from serein.scheduling import actions, queries
        from serein.scheduling.rules import CoverMode, Kind
        from serein.scheduling.states import ShiftRole
        from tests.rigs.writers import make_tables

        make_tables()
        self.site_id, self.visits = uuid.uuid4(), 0
        accounts.open_site(
            key=uuid.uuid4(), by=Actor.system(self.site_id), at=NOW, site_id=self.site_id,
            name="Bench", timezone="America/New_York", phone="(540) 555-0142",
        )  # fmt: skip
        self.by = Actor("bench", "Bench", Role.MEDICAL_DIRECTOR.value, self.site_id)
        friday = date(2026, 3, 13)
        self.do(actions.set_usual_hours, friday_anchor_date=friday, from_date=FIRST)
        for number in range(CHAIRS):
            self.do(actions.add_chair, name=f"Chair {number:02}")
        staff = [(Role.NURSE, ShiftRole.NURSE)] * NURSES
        staff += [(Role.PRESCRIBER, ShiftRole.PRESCRIBER)] * PRESCRIBERS
        dates = [FIRST + timedelta(days=n) for n in range(DAYS)]
        for number, (role, on_shift) in enumerate(staff):
            person = self.do(
                accounts.add_staff, email=f"b{number}@clinic.example", name=f"B {number}",
                role=role, password="calm-water-runs-deep-7",
            )  # fmt: skip
            if role is Role.PRESCRIBER:
                self.do(actions.add_prescriber, staff_id=person.pk)
            self.put_on_shift(person.pk, on_shift, dates)
        self.do(actions.set_book_settings, is_staff_planned=True, nurse_cover=CoverMode.POOL)
        assert any(part.kind is Kind.PRESCRIBER for part in queries.clinic_of(self.site_id).parts)
        self.fill(dates)

    def do(self, action: Any, **facts: Any) -> Any:
        """Act as the director."""
        return action(key=uuid.uuid4(), by=self.by, at=NOW, **facts)

    def set_cover(self, cover: Any) -> None:
        """Choose how nurses cover visits."""
        from serein.scheduling import actions

        self.do(actions.set_book_settings, nurse_cover=cover)

    def touch(self, day: date) -> None:
        """Count a change to one day, as any booking does."""
        from serein.scheduling.actions import guard

        guard.lock_days(self.site_id, [day])

    def put_on_shift(self, staff_id: uuid.UUID, role: Any, dates: list[date]) -> None:
        """Work every day from eight to half past four."""
        from django.apps import apps

        shift = apps.get_model("scheduling.Shift")
        shift.objects.bulk_create(
            shift(
                site_id=self.site_id, staff_id=staff_id, role=role.value, local_date=day,
                start_time=wall(7), end_time=wall(18),
            )
            for day in dates
        )  # fmt: skip

    def fill(self, dates: list[date]) -> None:
        """Book every open day to 60 %, at random legal starts."""
        from dataclasses import replace

        from django.apps import apps

        from serein.scheduling.queries import Wanted, clinic_of, day_books
        from serein.scheduling.rules import (
            day_masks,
            find_starts,
            free_units,
            moment_of,
            taken_by,
            tick_of,
        )

        appointment, chance = apps.get_model("scheduling.Appointment"), Random(3)
        clinic, rows = clinic_of(self.site_id), []
        visit = Wanted("infusion").visit(clinic)
        for day, first_book in day_books(clinic, dates, NOW).items():
            book = first_book
            for _ in range(VISITS_A_DAY):
                masks = day_masks(book)
                starts = find_starts(visit, [masks], zone=clinic.zone, not_before=tick_of(NOW))
                if not starts:
                    break
                start = chance.choice(starts)
                choice = free_units(visit, masks, start.tick)[0]
                units, pk = choice.pick(), uuid.uuid4()
                taken = taken_by(choice.footprint, start.tick, units, visit_id=pk)
                book = replace(book, taken=[*book.taken, *taken])
                local = start.at.astimezone(clinic.zone)
                columns = {f"{kind.value}_id": unit for kind, unit in units.items()}
                rows.append(
                    appointment(
                        pk=pk, site_id=self.site_id, guest_id=uuid.uuid4(), number=1,
                        type_code="infusion", starts_at=start.at, local_date=day,
                        ends_at=moment_of(start.tick + choice.footprint.patient_ticks),
                        local_time=local.time(), tzid=clinic.zone.key, infusion_minutes=40,
                        recovery_minutes=60, min_gap_hours=0, max_gap_days=0,
                        series_id=uuid.uuid4(), **columns,
                    )
                )  # fmt: skip
        appointment.objects.bulk_create(rows, batch_size=500)
        self.visits = len(rows)


if __name__ == "__main__":
    sys.exit(main())
