"""Every live chair on one page, for the prescriber's phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.template.loader import render_to_string

from serein.accounts.queries import zone_of
from serein.core.answers import page
from serein.workspace.presenters.chairs import chairs_page
from serein.workspace.queries.chairs import live_chairs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from serein.accounts.requests import ClinicRequest
    from serein.core.actors import Actor
    from serein.workspace.presenters.chairs import ChairsPage


def chairs(request: ClinicRequest) -> HttpResponse:
    """Show every live chair."""
    return page(request, "workspace/chairs.html", {"chairs": _now(request)})


def chairs_live(request: ClinicRequest) -> HttpResponse:
    """Answer with the tiles alone, made anew."""
    return HttpResponse(_tiles(_now(request)))


def tiles_for(*, readers: Iterable[Actor], at: datetime) -> dict[str, str]:
    """Draw the tiles once for each role among readers of one site, as ``chairs_live`` does.

    Readers of a role see the same, so one of each is enough.
    """
    each = {reader.role: reader for reader in readers}
    if not each:
        return {}
    (site_id,) = {reader.site_id for reader in each.values()}
    facts, zone = live_chairs(site_id=site_id, at=at), zone_of(site_id)
    return {
        role: _tiles(chairs_page(facts=facts, at=at, zone=zone, by=reader))
        for role, reader in each.items()
    }


def _tiles(chairs: ChairsPage) -> str:
    return render_to_string("workspace/_chairs.html", {"chairs": chairs})


def _now(request: ClinicRequest) -> ChairsPage:
    return chairs_page(
        facts=live_chairs(site_id=request.site_id, at=request.at),
        at=request.at,
        zone=zone_of(request.site_id),
        by=request.actor,
    )
