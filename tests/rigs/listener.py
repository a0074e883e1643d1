"""A real ``serein listen`` that can be killed and come back in a moment, over one small clinic.

The first process loads Serein once and makes a clinic with a patient in each chair and a monitor
beside each; then, at each line ``start`` on its standard input, it forks a child that listens as
``serein listen`` does, and prints its number.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import uuid
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serein.config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone

from serein.accounts import actions as accounts
from serein.accounts.rules import Switch
from serein.demo import people
from serein.demo.clinic import open_clinic
from serein.monitoring import actions as monitoring
from serein.patients import actions as patients
from serein.scheduling import actions as scheduling
from tests.rigs.server import signed_in

OPEN_FOR = timedelta(hours=6)


def make_clinic(chairs: int) -> dict[str, Any]:
    """Make the clinic with so many patients in their chairs; say what each monitor has to know."""
    call_command("migrate", verbosity=0)
    now, chance = timezone.now(), Random(5)
    beds = []
    with transaction.atomic():
        clinic = open_clinic(now=now, opened_at=now - timedelta(days=30), chance=chance)
        director, nurse = clinic.staff["dana"], clinic.staff["sam"]
        accounts.turn_switch(
            key=uuid.uuid4(), by=director, at=now, switch=Switch.DEVICE_FEED, is_on=True,
            is_acknowledged=True,
        )  # fmt: skip
        for number in range(chairs):
            person = people.invent(number, chance, now.date())
            patient = patients.register_patient(
                key=uuid.uuid4(),
                by=clinic.staff["morgan"],
                at=now,
                given_name=person.given_name,
                family_name=person.family_name,
                birth_date=person.birth_date,
                sex=person.sex,
            )
            name = f"Seat {number + 101}"
            chair = scheduling.add_chair(key=uuid.uuid4(), by=director, at=now, name=name)
            identifier = f"00A0C9FFFE{number + 1:06X}"
            monitoring.add_device(
                key=uuid.uuid4(), by=director, at=now, kind="monitor", name=f"Monitor {number + 1}",
                identifier=identifier, chair_id=chair.pk,
            )  # fmt: skip
            period = monitoring.open_period(
                key=uuid.uuid4(), by=nurse, at=now, patient_id=patient.pk, chair_id=chair.pk,
                opened_at=now - OPEN_FOR,
            )  # fmt: skip
            beds.append(
                {
                    "identifier": identifier,
                    "mrn": patient.mrn,
                    "family": patient.family_name,
                    "given": patient.given_name,
                    "born": f"{patient.birth_date:%Y%m%d}",
                    "chair": name,
                    "began": (now - OPEN_FOR + timedelta(minutes=1)).isoformat(),
                    "card": f"/patients/{patient.pk}/monitoring/{period.pk}/feed/",
                }
            )
    return {"session": signed_in(clinic, "sam"), "beds": beds}


def main() -> None:
    """Make the clinic, then fork a listener at each ``start``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = make_clinic(int(sys.argv[1]))
    connections.close_all()
    print(json.dumps({**made, "port": port}), flush=True)
    child = 0
    for line in sys.stdin:
        if line.strip() != "start":
            break
        if child:
            os.waitpid(child, 0)
        child = os.fork()
        if child == 0:
            sys.stdin.close()
            with Path(os.devnull).open("w") as quiet:
                call_command("listen", port=port, stdout=quiet)
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
