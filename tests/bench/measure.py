"""The measurements of one engine. Rows beyond one real session are copies of it, made in bulk."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import threading
import time
import uuid
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serein.config.settings")

import django

django.setup()

import numpy as np
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from serein.accounts.models import Staff
from serein.demo import people
from serein.demo.clinic import Clinic, open_clinic
from serein.monitoring import actions as monitoring
from serein.patients import actions as patients
from serein.patients.rules.identity import folded
from serein.scheduling import actions as scheduling
from tests.rigs.server import BACKEND, serve, signed_in
from tests.universe import live, way

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from serein.demo.pathway import Way

from serein.demo.fate import Fate

SESSIONS, FEW, BOARD, SEARCHED, WRITERS = 500, 10, 30, 10_000, 8
CSRF = "b" * 32


def p95(samples: Sequence[float]) -> float:
    """The 95th percentile, in milliseconds."""
    return float(np.percentile(np.array(samples) * 1000, 95))


class World:
    """The clinic that is measured."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        self.now, self.chance = timezone.now(), Random(9)
        began = time.monotonic()
        with transaction.atomic():
            opened = self.now - timedelta(days=400)
            self.clinic: Clinic = open_clinic(now=self.now, opened_at=opened, chance=self.chance)
            self.heavy = self._one_whole_session()
            self._opened_board()
            self.today = [self._expected(number) for number in range(FEW)]
            self.with_few = self.queries()
            self._copies(SESSIONS - 1)
            self.today += [self._expected(number) for number in range(FEW, BOARD)]
            self._registered(SEARCHED)
            self.with_many = self.queries()
            self.watched = self._watched(WRITERS)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        print(f"  made ready in {time.monotonic() - began:.0f} s", flush=True)

    def _one_whole_session(self) -> Way:
        from serein.core.clinic_time import local_day, moment

        day = local_day(self.now - timedelta(days=30), self.clinic.zone)
        while day.weekday() != 0:
            day -= timedelta(days=1)
        clock = self.now.replace(hour=11, minute=0, second=0, microsecond=0).time()
        days = (0, 2, 7, 9)
        starts = tuple(moment(day + timedelta(days=n), clock, self.clinic.zone) for n in days)
        someone = way(self.clinic, Fate(fixed_starts=(starts,), stays=True), Random(4), 3)
        live(someone.walk(starts[0] - timedelta(days=25)), until=starts[0] + timedelta(hours=5))
        return someone

    def _copies(self, wanted: int) -> None:
        model = {
            name: apps.get_model(label)
            for name, label in {
                "discharge": "infusions.Discharge",
                "session": "infusions.InfusionSession",
                "event": "infusions.SessionEvent",
                "period": "monitoring.MonitoringPeriod",
                "vitals": "monitoring.VitalSet",
                "appointment": "scheduling.Appointment",
            }.items()
        }
        first = model["session"].objects.get()
        kept = {
            "period": [model["period"].objects.get(pk=first.period_id)],
            "appointment": [model["appointment"].objects.get(pk=first.appointment_id)],
            "discharge": [model["discharge"].objects.get(pk=first.discharge_id)],
            "session": [first],
            "event": list(model["event"].objects.filter(session=first)),
            "vitals": list(model["vitals"].objects.filter(period=first.period_id)),
        }
        made: dict[str, list[Any]] = {name: [] for name in kept}
        for number in range(wanted):
            ids = {each.pk: uuid.uuid4() for rows in kept.values() for each in rows}
            for name, rows in kept.items():
                made[name] += [self._copy(row, ids, number) for row in rows]
        for name, rows in made.items():
            model[name].objects.bulk_create(rows, batch_size=500)

    @staticmethod
    def _copy(row: Any, ids: dict[UUID, UUID], number: int) -> Any:
        values = {}
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            values[field.attname] = ids.get(value, value) if isinstance(value, uuid.UUID) else value
        values |= {name: uuid.uuid4() for name in ("client_key", "visit_id") if name in values}
        if "series_id" in values:
            values |= {"series_id": uuid.uuid4(), "number": number + 2}
        return type(row)(**values)

    def _opened_board(self) -> None:
        from serein.core.clinic_time import local_day

        self.board_day = local_day(self.now + timedelta(days=1), self.clinic.zone)
        admin, clock = self.clinic.staff["alex"], self.now.time().replace
        for number in range(BOARD // 3):
            scheduling.add_chair(
                key=uuid.uuid4(), by=admin, at=self.now, name=f"Bench chair {number}"
            )
        scheduling.add_special_opening(
            key=uuid.uuid4(), by=admin, at=self.now, day=self.board_day,
            start_time=clock(6, 0, 0, 0), end_time=clock(22, 0, 0, 0),
        )  # fmt: skip

    def _expected(self, number: int) -> UUID:
        """Book one more patient on the day of the board."""
        from serein.core.clinic_time import moment

        clock = self.now.time().replace(6 + 5 * (number // 11), 15, 0, 0)
        start = moment(self.board_day, clock, self.clinic.zone)
        someone = way(self.clinic, Fate(ends_at="planned"), Random(100 + number), 200 + number)
        live(someone.walk(self.now - timedelta(days=12)), until=self.now)
        plan = apps.get_model("plans.TreatmentPlan").objects.get(patient_id=someone.patient_id)
        scheduling.book_series(
            key=uuid.uuid4(), by=self.clinic.staff["morgan"], at=self.now,
            patient_id=someone.known, series_id=plan.pk, visits=[scheduling_visit(start)],
        )  # fmt: skip
        return someone.known

    def pages(self) -> dict[str, str]:
        """The pages that are measured, by what is said of them."""
        return {
            "chart": f"/patients/{self.heavy.patient_id}/",
            "day board": f"/board/?day={self.board_day}",
            "patients list": "/patients/",
        }

    def queries(self) -> dict[str, int]:
        """Count the queries of each page."""
        client = Client()
        client.force_login(Staff.objects.get(pk=self.clinic.staff_ids["dana"]), backend=BACKEND)
        return {name: queries_of(client, address) for name, address in self.pages().items()}

    def _registered(self, wanted: int) -> None:
        pattern = patients.register_patient(
            key=uuid.uuid4(), by=self.clinic.staff["morgan"], at=self.now, given_name="Bench",
            family_name="Pattern", birth_date=self.now.date() - timedelta(days=12_000),
            sex="female",
        )  # fmt: skip
        rows = []
        for number in range(wanted):
            person = people.invent(number, self.chance, self.now.date())
            row = type(pattern)(
                site_id=pattern.site_id, given_name=person.given_name,
                family_name=f"{person.family_name} {number}", birth_date=person.birth_date,
                sex=person.sex, registered_at=self.now, mrn=f"B-{number:06}",
            )  # fmt: skip
            parts = (row.family_name, row.given_name, row.mrn)
            row.search_text = " ".join(folded(part) for part in parts)
            rows.append(row)
        type(pattern).objects.bulk_create(rows, batch_size=500)

    def _watched(self, wanted: int) -> list[str]:
        ids = self.today[:wanted]
        return [
            f"/patients/{patient_id}/monitoring/"
            + str(
                monitoring.open_period(
                    key=uuid.uuid4(),
                    by=self.clinic.staff["sam"],
                    at=self.now,
                    patient_id=patient_id,
                ).pk
            )
            + "/vitals/"
            for patient_id in ids
        ]


def scheduling_visit(start: datetime) -> Any:
    """One wanted visit in any chair."""
    from serein.scheduling.rules import Visit

    return Visit(starts_at=start)


class Served:
    """A real server in a process of its own."""

    def __init__(self) -> None:
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        self.port = listening.getsockname()[1]
        connections.close_all()
        self.child = os.fork()
        if self.child == 0:
            serve(listening)
            os._exit(0)
        listening.close()
        time.sleep(0.5)

    def cpu_seconds(self) -> float:
        """Processor time of the server so far."""
        with open(f"/proc/{self.child}/stat") as stat:  # noqa: PTH123
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, cookie: str, address: str, values: dict[str, object] | None = None) -> int:
        """Ask once and read the whole answer; give its status."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = urlencode({**values, "csrfmiddlewaretoken": CSRF}) if values else None
        line.request(
            "POST" if body else "GET",
            address,
            body,
            {
                "Cookie": f"session={cookie}; csrftoken={CSRF}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status

    def end(self) -> None:
        """Stop it."""
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)


def vitals(chance: Random) -> dict[str, object]:
    """One plausible set as the page sends it."""
    return {
        "key_field": str(uuid.uuid4()),
        "when": "0",
        "sbp_mmhg": chance.randrange(112, 136),
        "dbp_mmhg": chance.randrange(64, 86),
        "hr_bpm": chance.randrange(60, 92),
        "spo2_percent": chance.randrange(95, 100),
    }


def timed(times: int, act: Callable[[], int], wanted: int = 200) -> list[float]:
    """Do something so many times and time each."""
    samples = []
    for _ in range(times):
        began = time.perf_counter()
        status = act()
        samples.append(time.perf_counter() - began)
        if status != wanted:
            raise SystemExit(f"Look at the server: it answered {status} where {wanted} was wanted.")
    return samples


def together(served: Served, writing: dict[str, str], seconds: float, think_s: float) -> None:
    """Several people, each with a session of their own, save vitals at the same time for a while.

    Between two saves each takes a time of their own, ``think_s`` in the mean: people do not press
    at one beat. With 0 all of them send the next set the moment the last is answered, which no clinic
    does and which shows the limit.
    """
    until = time.monotonic() + seconds
    samples: list[float] = []
    faults: list[int] = []

    def write(address: str, cookie: str) -> None:
        chance = Random(address)
        while time.monotonic() < until:
            began = time.perf_counter()
            status = served.ask(cookie, address, vitals(chance))
            samples.append(time.perf_counter() - began)
            if status != 302:
                faults.append(status)
            time.sleep(chance.uniform(0, 2 * think_s))

    writers = [threading.Thread(target=write, args=pair) for pair in writing.items()]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    how = f"each with {think_s} s between two" if think_s else "without a pause, for the limit"
    aim = " (aim 150)" if think_s else ""
    print(
        f"  save vitals, {len(writing)} writers side by side, {how}: p95 {p95(samples):.0f} ms"
        f"{aim}, median {np.median(samples) * 1000:.0f} ms, {len(faults)} errors "
        f"in {len(samples)}"
    )


def per_request(served: Served, name: str, act: Callable[[], int], wanted: int) -> None:
    """Requests a second and processor time a request of one plain operation."""
    timed(5, act, wanted)
    cpu, began, count = served.cpu_seconds(), time.perf_counter(), 60
    timed(count, act, wanted)
    took, used = time.perf_counter() - began, served.cpu_seconds() - cpu
    print(f"  {name}: {count / took:.0f} requests/s, {used / count * 1000:.1f} ms processor each")


def queries_of(client: Client, address: str) -> int:
    """Count the queries of a page."""
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"Look at {address}: it answered {answer.status_code}.")
    return len(caught)


def main() -> None:
    """Measure everything on the engine of this process."""
    print(f"\n{connection.vendor}", flush=True)
    world = World()
    sizes = {
        "chart": f"1 session and with {SESSIONS}",
        "day board": f"{FEW} patients and with {BOARD}",
        "patients list": f"{FEW + 1} patients and with {SEARCHED + BOARD + 1:,}",
    }
    for name, words in sizes.items():
        few, many = world.with_few[name], world.with_many[name]
        print(f"  queries of the {name} with {words}: {few} and {many}", flush=True)
    chart, board = world.pages()["chart"], world.pages()["day board"]
    nurse, director = signed_in(world.clinic, "sam"), signed_in(world.clinic, "dana")
    writing = {address: signed_in(world.clinic, "sam") for address in world.watched}
    served = Served()
    try:
        served.ask(director, chart)
        opened = timed(40, lambda: served.ask(director, chart))
        print(f"  open a chart with {SESSIONS} sessions: p95 {p95(opened):.0f} ms (aim 300)")
        day = timed(40, lambda: served.ask(director, board))
        print(f"  day board with {BOARD} patients: p95 {p95(day):.0f} ms (aim 200)", flush=True)
        together(served, writing, seconds=10, think_s=0.4)
        together(served, writing, seconds=5, think_s=0)
        chance, mine = Random(1), world.watched[0]
        per_request(
            served, "save one observation", lambda: served.ask(nurse, mine, vitals(chance)), 302
        )
        per_request(served, "list 50 patients", lambda: served.ask(nurse, "/patients/"), 200)
        per_request(
            served,
            f"search a patient among {SEARCHED:,}",
            lambda: served.ask(nurse, f"/patients/?q=reyes+{chance.randrange(SEARCHED)}"),
            200,
        )
    finally:
        served.end()
    print(json.dumps({"engine": connection.vendor, "patients": SEARCHED + BOARD}), flush=True)


if __name__ == "__main__":
    main()
