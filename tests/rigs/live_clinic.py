"""Makes a clinic with infusions that run now, signs people in, and prints what a rig needs.

Run as ``python -m tests.rigs.live_clinic CHAIRS NAMES`` with the environment of the server.
"""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serein.config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from tests.chairs import open_chairs
from tests.rigs.server import signed_in


def main() -> None:
    """Make it and say where everything is."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        chairs = open_chairs(timezone.now(), running=int(sys.argv[1]))
    made = {
        "cookies": {name: signed_in(chairs.clinic, name) for name in sys.argv[2].split(",")},
        "sessions": [
            {
                "patient": str(one.patient_id),
                "session": str(one.session_id),
                "period": str(one.period_id),
                "vitals": f"/patients/{one.patient_id}/sessions/{one.session_id}/vitals/",
            }
            for one in chairs.sessions()
        ],
    }
    sys.stdout.write(json.dumps(made))


if __name__ == "__main__":
    main()
