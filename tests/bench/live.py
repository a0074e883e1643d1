"""``python -m tests.bench.live``: from a reading to the fragment on the screen, with 200 viewers.

One server process on SQLite; sets of vitals are charted by a process of its own, by the action that
people use. Measured from the moment before the reading is written to the last byte of the first
fragment that shows it. What a browser then needs to draw it is not in the figure: the browser tests
ask for all of it within two seconds. Two runs for 8 and for 20 chairs:

- **phones**: 200 pages of all chairs; a set in every chair once a second. The tiles come down the
  stream, drawn once for all, at most twice a second (``config/live/tiles.py``). Target: p99 at most 1 s.
- **tablets too**: a session page for each chair, the others phones; a set in every chair every five
  seconds, some sixty times what a nurse charts. A tablet hears of a change of its patient and fetches
  its part, at most twice a second.

Processor times are the kernel's, so that other work on the machine does not count.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.__main__ import ROOT, machine
from tests.bench.live_viewers import Page, Phone, Tablet
from tests.rigs.test_live import _environment, _free_port, _serve, _until_it_answers

if TYPE_CHECKING:
    from collections.abc import Sequence

VIEWERS, PEOPLE = 200, 20
SECONDS = 30
EVERY_SECONDS = {"phones": 1.0, "tablets too": 5.0}
"""How often a set is charted in each chair."""

TARGET_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Written:
    """One set: its change, when it was begun, and whose it is."""

    number: int
    at: float
    patient_id: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run gave."""

    pages: list[Page]
    written: list[Written]
    server_s: float
    pages_s: float
    writer_s: float
    seconds: float


MODULE = [sys.executable, "-m", "tests.bench.live"]


def share(values: Sequence[float], part: float) -> float:
    """Give the value below which a part of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def processor_seconds(process: int) -> float:
    """Processor time a process has used, from the kernel."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_pages(port: int, made: dict[str, Any], *, with_tablets: bool) -> list[Page]:
    """Phones, and where wanted a tablet for each session among them."""
    cookies: list[str] = made["cookies"]
    pages: list[Page] = [
        Tablet(port, cookies[number % len(cookies)], patient_id=patient, session_id=session)
        for number, (patient, session) in enumerate(made["sessions"] if with_tablets else [])
    ]
    pages += [Phone(port, cookies[each % len(cookies)]) for each in range(len(pages), VIEWERS)]
    return pages


async def watch(
    run: str, port: int, made: dict[str, Any], env: dict[str, str], server: int
) -> Measured:
    """Let everybody look while the writer charts."""
    pages = open_pages(port, made, with_tablets=run == "tablets too")
    tasks = [asyncio.create_task(page.live()) for page in pages]
    await asyncio.sleep(5)
    used, ours, began = processor_seconds(server), time.process_time(), time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *MODULE, "write", str(EVERY_SECONDS[run]), stdout=asyncio.subprocess.PIPE, env=env, cwd=ROOT
    )
    said, _ = await process.communicate()
    used, seconds = processor_seconds(server) - used, time.monotonic() - began
    ours = time.process_time() - ours
    await asyncio.sleep(2)
    for task in tasks:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    wrong = [each for each in done if not isinstance(each, asyncio.CancelledError)]
    assert wrong == [], f"a page gave up: {wrong[:3]}"
    told = json.loads(said)
    written = [Written(*each) for each in told["written"]]
    return Measured(pages, written, used, ours, told["processor_s"], seconds)


def measure(chairs: int) -> bool:
    """Measure with so many chairs; say whether the target was met."""
    with tempfile.TemporaryDirectory(prefix="serein-live-") as folder:
        env = _environment(folder, f"sqlite:///{folder}/serein.sqlite3")
        made = json.loads(
            subprocess.run(
                [*MODULE, "make", str(chairs)],
                env=env, cwd=ROOT, check=True, capture_output=True, text=True,
            ).stdout
        )  # fmt: skip
        port = _free_port()
        server = _serve(port, env)
        try:
            _until_it_answers(port)
            is_met = True
            for run in EVERY_SECONDS:
                load = os.getloadavg()[0]
                found = asyncio.run(watch(run, port, made, env, server.pid))
                is_met &= _said(run, chairs, found, load)
        finally:
            server.kill()
            server.wait()
    return is_met


def _said(run: str, chairs: int, found: Measured, load: float) -> bool:
    sets = len(found.written)
    took = found.written[-1].at - found.written[0].at
    print(
        f"{chairs} chairs, a set in each every {EVERY_SECONDS[run]:.0f} s, {VIEWERS} pages open, "
        f"load before {load:.1f}: {sets} sets in {took:.0f} s"
    )
    phones = [page for page in found.pages if isinstance(page, Phone)]
    tablets = [page for page in found.pages if isinstance(page, Tablet)]
    is_met = _said_of("phones with all chairs", phones, found.written)
    if tablets:
        is_met &= _said_of("tablets with a session", tablets, found.written)
    drawn = sum(len(phone.fragments) for phone in phones)
    mb = sum(page.bytes_in for page in found.pages) / 1e6
    print(
        f"  processor time: {1000 * found.writer_s / sets:.1f} ms for each set stored; server "
        f"{100 * found.server_s / found.seconds:.0f} % of one core for {drawn} drawings sent, "
        f"{sum(len(tablet.fragments) for tablet in tablets)} fetches, {mb:.0f} MB; the pages "
        f"themselves {100 * found.pages_s / found.seconds:.0f} %",
        flush=True,
    )
    return is_met


def _said_of(name: str, pages: Sequence[Page], written: Sequence[Written]) -> bool:
    """Print how late fragments came; a tablet shows the sets of its own patient."""
    wanted = [
        (page.shown_at(one.number), one.at)
        for page in pages
        for one in written
        if not isinstance(page, Tablet) or page.patient_id == one.patient_id
    ]
    delays = [shown - at for shown, at in wanted if shown is not None]
    whole = 100 * len(delays) / len(wanted)
    late = share(delays, 0.99)
    print(
        f"  reading in → fragment, {len(pages)} {name}: p50 {1000 * share(delays, 0.5):4.0f} ms, "
        f"p99 {1000 * late:4.0f} ms, longest {1000 * max(delays):4.0f} ms, {whole:.1f} % shown"
    )
    return whole == 100 and late <= TARGET_SECONDS


def make(chairs: int) -> None:
    """Make the clinic: one infusion reached by actions, copied into the other chairs."""
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone

    from serein.accounts import actions as accounts
    from serein.accounts.permissions import Role
    from serein.infusions import queries as infusions
    from tests.bench.live_chairs import fill
    from tests.chairs import open_chairs
    from tests.rigs.server import signed_in

    call_command("migrate", verbosity=0)
    now = timezone.now()
    with transaction.atomic():
        clinic = open_chairs(now, running=1).clinic
        fill(clinic, chairs)
        cookies = [signed_in(clinic, "priya")]
        for number in range(PEOPLE - 1):
            person = accounts.add_staff(
                key=uuid.uuid4(), by=clinic.staff["alex"], at=now, role=Role.PRESCRIBER,
                email=f"viewer{number}@demo.example", name=f"Viewer {number}",
                password="still-water-2026",
            )  # fmt: skip
            clinic.staff_ids[f"viewer{number}"] = person.pk
            cookies.append(signed_in(clinic, f"viewer{number}"))
        open_now = infusions.open_sessions(clinic.site_id, at=now)
    sessions = [(str(one.patient_id), str(one.session_id)) for one in open_now]
    sys.stdout.write(json.dumps({"cookies": cookies, "sessions": sessions}))


def write(every_seconds: float) -> None:
    """Chart a set in every chair so often; say when each was begun, by its number."""
    from django.utils import timezone

    from serein.accounts import queries as accounts
    from serein.accounts.permissions import Role
    from serein.audit.models import AuditEntry
    from serein.core.actors import Actor
    from serein.infusions import queries as infusions
    from serein.monitoring import actions as monitoring

    site = accounts.public_site()
    assert site is not None
    nurse = accounts.staff_of(site.pk, [Role.NURSE])[0]
    by = Actor(str(nurse.staff_id), nurse.name, nurse.role.value, site.pk)
    sessions = infusions.open_sessions(site.pk)
    began, used, written = time.monotonic(), time.process_time(), []
    for number in range(int(SECONDS / every_seconds * len(sessions))):
        wait = began + every_seconds * number / len(sessions) - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        session = sessions[number % len(sessions)]
        at, moment = time.monotonic(), timezone.now()
        made = monitoring.record_vitals(
            key=uuid.uuid4(), by=by, at=moment, occurred_at=moment, is_confirmed=True,
            period_id=session.period_id, sbp_mmhg=118 + number % 9, dbp_mmhg=74,
            hr_bpm=70, spo2_percent=98,
        )  # fmt: skip
        # The number of this very change: others, such as an overdue set, may stand after it.
        change = AuditEntry.objects.get(subject_id=str(made.pk), verb="record_vitals")
        written.append((change.seq, at, str(session.patient_id)))
    used = time.process_time() - used
    sys.stdout.write(json.dumps({"written": written, "processor_s": used}))


def main() -> int:
    """Measure with 8 and with 20 chairs."""
    if len(sys.argv) > 1:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serein.config.settings")
        import django

        django.setup()
        make(int(sys.argv[2])) if sys.argv[1] == "make" else write(float(sys.argv[2]))
        return 0
    print(f"Measured on {machine()}", flush=True)
    return 0 if all([measure(8), measure(20)]) else 1


if __name__ == "__main__":
    sys.exit(main())
