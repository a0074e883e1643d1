"""What must hold before Serein starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import checks
from django.core.checks import Error, Tags, register
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.checks import CheckMessage


def every_address(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Yield every URL pattern of the project."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern)
        else:
            yield pattern


@register(Tags.security)
def every_address_has_a_policy(**_: Any) -> list[CheckMessage]:
    """Refuse to start while an address exists that no act guards."""
    return [
        Error(
            f"Declare who may open the address “{pattern.pattern}” ({pattern.name}).",
            hint="Use serein.accounts.routes.route(..., act=...).",
            id="serein.E001",
        )
        for pattern in every_address()
        if getattr(pattern.callback, "act", None) is None
    ]


@register(Tags.database)
def sqlite_keeps_its_word(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Refuse to start on an SQLite that could lose or corrupt what it acknowledged."""
    if connection.vendor != "sqlite":
        return []
    wanted = settings.SQLITE_PRAGMAS
    levels = {"FULL": 2, "EXTRA": 3}
    with connection.cursor() as cursor:
        journal = str(cursor.execute("PRAGMA journal_mode").fetchone()[0]).upper()
        synchronous = int(cursor.execute("PRAGMA synchronous").fetchone()[0])
        foreign_keys = int(cursor.execute("PRAGMA foreign_keys").fetchone()[0])
    faults: list[CheckMessage] = []
    if journal not in {wanted["journal_mode"], "MEMORY"}:
        faults.append(Error(f"Set journal_mode to {wanted['journal_mode']}.", id="serein.E002"))
    if synchronous < levels[wanted["synchronous"]]:
        faults.append(Error(f"Set synchronous to {wanted['synchronous']}.", id="serein.E003"))
    if not foreign_keys:
        faults.append(Error("Switch foreign keys on.", id="serein.E004"))
    if connection.settings_dict.get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE":
        faults.append(Error("Set transaction_mode to IMMEDIATE.", id="serein.E005"))
    return faults


@register(Tags.security, deploy=True)
def second_factor_is_on(**_: Any) -> list[CheckMessage]:
    """Warn when staff sign in with a password alone."""
    if settings.SEREIN_SECOND_FACTOR:
        return []
    return [
        checks.Warning("Switch the second factor on: SEREIN_SECOND_FACTOR=true.", id="serein.W001")
    ]
