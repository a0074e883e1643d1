"""A real server that can be killed and come back in a moment, over one small clinic.

The first process loads Serein once and makes the clinic; then, at each line ``start`` on its
standard input, it forks a child that serves pages as ``serein serve`` does, and prints its number.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import uuid
from datetime import timedelta
from random import Random
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serein.config.settings")

import django

django.setup()

import uvicorn
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from serein.accounts.models import Staff
from serein.demo import people
from serein.demo.clinic import Clinic, open_clinic
from serein.monitoring import actions as monitoring
from serein.patients import actions as patients

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(clinic: Clinic, short: str) -> str:
    """Open a session for somebody as the sign-in page does, and give its cookie."""
    staff = Staff.objects.get(pk=clinic.staff_ids[short])
    session = SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def make_clinic(patients_wanted: int) -> dict[str, Any]:
    """Make the clinic with patients under watch; give the cookie and their addresses."""
    call_command("migrate", verbosity=0)
    now, chance = timezone.now(), Random(5)
    charts = []
    with transaction.atomic():
        clinic = open_clinic(now=now, opened_at=now - timedelta(days=30), chance=chance)
        for number in range(patients_wanted):
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
            period = monitoring.open_period(
                key=uuid.uuid4(), by=clinic.staff["sam"], at=now, patient_id=patient.pk
            )
            charts.append(f"/patients/{patient.pk}/monitoring/{period.pk}/vitals/")
    return {"session": signed_in(clinic, "sam"), "charts": charts}


def warm_up(cookie: str, address: str) -> None:
    """Open the page once, so that a child that is killed after a moment had time to do something."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["session"] = cookie
    client.get(address)
    client.post(address, {"hr_bpm": "no number"})


def serve(listening: socket.socket) -> None:
    """Serve on a socket that is already open. Runs in the child until it is killed."""
    from serein.config.server import application

    config = uvicorn.Config(application, log_level="critical", lifespan="off", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


def main() -> None:
    """Make the clinic, then fork a server at each ``start``."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    made = make_clinic(int(sys.argv[1]))
    warm_up(str(made["session"]), made["charts"][0])
    connections.close_all()
    print(json.dumps({**made, "port": listening.getsockname()[1]}), flush=True)
    for line in sys.stdin:
        if line.strip() != "start":
            break
        child = os.fork()
        if child == 0:
            sys.stdin.close()
            serve(listening)
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
