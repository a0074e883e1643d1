"""The command ``serein``: the operator's words for Django's management commands."""

from __future__ import annotations

import os
import sys

COMMANDS = {
    "setup": "make a clean installation and its first administrator",
    "demo": "build the demo clinic",
    "serve": "serve pages and live streams on one port",
    "verify-audit": "walk the audit chain and name the first fault",
    "import-fhir": "import patients from FHIR R4 bundles",
    "score": "score a file of questionnaire answers",
    "pharmacokinetics": "simulate ketamine levels: simulate, cohort, models",
    "listen": "receive readings of monitors and pumps (HL7 over MLLP)",
    "simulate-devices": "play monitors and pumps at the chairs of the demo clinic",
    "work": "send messages in a process of its own, instead of in the server",
    "migrate": "bring the tables up to date",
    "check": "check the installation",
}


def main() -> None:
    """Run one command. Unknown words get the list."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serein.config.settings")
    words = sys.argv[1:]
    if not words or words[0] in {"help", "--help", "-h"}:
        sys.stdout.write(_help())
        return
    name, *rest = words
    if name not in COMMANDS:
        sys.stderr.write(f"Choose one of the commands below: there is no “{name}”.\n\n{_help()}")
        sys.exit(2)
    if name == "pharmacokinetics":
        from pharmacokinetics.command import main as simulate

        sys.exit(simulate(rest))
    from django.core.management import execute_from_command_line

    execute_from_command_line(["serein", name.replace("-", "_"), *rest])


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  serein {name:<{width}}  {words}" for name, words in COMMANDS.items()]
    return "\n".join(["Serein runs a ketamine clinic.", "", *lines, ""]) + "\n"


if __name__ == "__main__":
    main()
