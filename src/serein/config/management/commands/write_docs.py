from __future__ import annotations

import re
import tomllib
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from serein.accounts.permissions import IDLE_MINUTES, MAY, SIGNED_IN_HOURS, Act, Role
from serein.config.checks import every_address
from serein.config.cli import COMMANDS
from serein.core.states import StateTable

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterable, Iterator

SETTINGS = {
    "SEREIN_DATA_DIR": "the one folder that holds all data: database, secret key, assets",
    "DATABASE_URL": "a PostgreSQL such as `postgres://user:password@host/serein`; else SQLite",
    "SEREIN_SECRET_KEY": "the secret key; else one is made and kept in the data folder",
    "SEREIN_HOSTS": "host names under which the clinic is reached, with commas between",
    "SEREIN_TRUSTED_ORIGINS": "origins whose forms are trusted, such as `https://clinic.example`",
    "SEREIN_HTTPS": "true behind TLS: secure cookies, redirects, strict transport security",
    "SEREIN_SECOND_FACTOR": "whether staff need a second factor (the demo switches it off)",
    "SEREIN_ADDRESS": "the address by which patients reach the clinic, such as `https://clinic.example`",
    "SEREIN_EMAIL_BACKEND": "Django's mail backend; by default mails are kept as files",
    "SEREIN_EMAIL_HOST": "the mail server",
    "SEREIN_EMAIL_PORT": "the port of the mail server",
    "SEREIN_EMAIL_USER": "the name under which mail is sent",
    "SEREIN_EMAIL_PASSWORD": "the password of that name",
    "SEREIN_EMAIL_TLS": "true where the mail server wants TLS",
    "SEREIN_EMAIL_FROM": "the sender that patients see",
    "SEREIN_SMS_SENDER": "the class that sends text messages; by default they are kept as files",
    "SEREIN_STATICFILES": "the storage of style sheets, scripts and fonts",
    "SEREIN_LOG_LEVEL": "how much is logged: DEBUG, INFO, WARNING or ERROR",
    "SEREIN_DEBUG": "developers only: error pages with code; never with patients",
}

NOT_IN_METADATA = {"pysqlite3": "Zlib"}
"""Licences that a package states in its files only."""

HEAD = "<!-- Written by `make docs`; do not edit. -->\n\n"


class Command(BaseCommand):
    help = "Write the generated pages of the documentation, or check that they are fresh."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, fail when stale")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = []
        for name, text in pages():
            path = settings.ROOT / name
            fresh = HEAD + text
            if path.exists() and path.read_text() == fresh:
                continue
            stale.append(name)
            if not options["check"]:
                path.write_text(fresh)
        if stale and options["check"]:
            raise CommandError(f"Run `make docs`: stale are {', '.join(stale)}.")
        self.stdout.write(
            "Generated pages are fresh." if not stale else f"Wrote {', '.join(stale)}."
        )


def pages() -> Iterator[tuple[str, str]]:
    """Yield each generated page: its path from the project's root, and its text."""
    yield "docs/states.md", states_page()
    yield "docs/permissions.md", permissions_page()
    yield "docs/settings.md", settings_page()
    yield "docs/addresses.md", addresses_page()
    yield "THIRD-PARTY-NOTICES.md", notices_page()


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def state_tables() -> list[StateTable[Any, Any]]:
    """Find every lifecycle of the clinic, by name."""
    found = []
    for app in apps.get_app_configs():
        if not app.name.startswith("serein."):
            continue
        try:
            module = import_module(f"{app.name}.states")
        except ModuleNotFoundError:
            continue
        found += [thing for thing in vars(module).values() if isinstance(thing, StateTable)]
    return sorted(found, key=lambda table: table.name)


def states_page() -> str:
    """Write every lifecycle as a table and a picture."""
    parts = ["# States\n\nWhat may follow what. Every step keeps who, when and why.\n"]
    for table in state_tables():
        picture = "\n".join(
            f"  {at.value} --> {to.value}: {move.value.replace('_', ' ')}"
            for (at, move), to in table.moves.items()
        )
        rows = [(at.value, move.value, to.value) for (at, move), to in table.moves.items()]
        parts.append(
            f"## {table.name}\n\n```mermaid\nstateDiagram-v2\n  [*] --> {table.start.value}\n"
            f"{picture}\n```\n\n{_table(['from', 'move', 'to'], rows)}"
        )
    return "\n".join(parts)


def permissions_page() -> str:
    """Write who may do what."""
    rows = [
        [act.value.replace("_", " "), *("yes" if role in MAY[act] else "" for role in Role)]
        for act in Act
        if act in MAY
    ]
    table = _table(["act", *(role.words for role in Role)], rows)
    idle = _table(["role", "minutes"], [(role.words, str(IDLE_MINUTES[role])) for role in Role])
    return (
        "# Permissions\n\nWhat is not named here is denied. Every address names one act.\n\n"
        f"{table}\n## Signed in for how long\n\nMinutes without an action of one's own until "
        "sign-in is asked for again (clinic default, review). Pages that refresh themselves do "
        f"not count. No sign-in lasts longer than {SIGNED_IN_HOURS} hours.\n\n{idle}"
    )


def settings_page() -> str:
    """Write every setting, and every command of `serein`."""
    source = (Path(settings.ROOT) / "src/serein/config/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    if read != set(SETTINGS):
        raise CommandError(f"Describe these settings: {sorted(read ^ set(SETTINGS))}.")
    commands = _table(
        ["command", "what it does"], [(f"`serein {n}`", w) for n, w in COMMANDS.items()]
    )
    return (
        "# Settings\n\nAll settings come from the environment.\n\n"
        + _table(["setting", "meaning"], [(f"`{name}`", words) for name, words in SETTINGS.items()])
        + f"\n## Commands\n\n{commands}"
    )


def addresses_page() -> str:
    """Write every address with who may open it."""
    rows = sorted(
        (
            f"`/{pattern.pattern}`",
            getattr(pattern.callback, "act", Act.PUBLIC).value.replace("_", " "),
            getattr(pattern.callback, "post_act", Act.PUBLIC).value.replace("_", " "),
        )
        for pattern in every_address()
        if not str(pattern.pattern).startswith(("totp", "recovery", "webauthn"))
    )
    return "# Addresses\n\n" + _table(["address", "to open", "to send"], rows)


def notices_page() -> str:
    """Write what Serein is built on, with each licence."""
    project = tomllib.loads((Path(settings.ROOT) / "pyproject.toml").read_text())["project"]
    rows = []
    for wanted in project["dependencies"]:
        name = re.split(r"[\[~<>=; ]", wanted)[0]
        try:
            found: Any = distribution(name).metadata
        except PackageNotFoundError:
            continue
        licence = (
            NOT_IN_METADATA.get(name)
            or found.get("License-Expression")
            or _classifier(found)
            or found.get("License")
        )
        rows.append((name, str(licence or "see the package").splitlines()[0]))
    return (
        "# Third-party notices\n\nSerein installs these packages; it copies none of their code.\n\n"
        + _table(["package", "licence"], rows)
        + "\nFonts and icons that are part of this repository, with their licences: "
        "`src/serein/core/static/core/vendor/VENDORED.md`.\n"
    )


def _classifier(metadata: Any) -> str:
    found = [
        line.rsplit(" :: ", 1)[-1]
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    return ", ".join(found)
