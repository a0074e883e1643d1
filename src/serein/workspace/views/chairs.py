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
    from serein.accounts.requests import ClinicRequest
    from serein.workspace.presenters.chairs import ChairsPage


def chairs(request: ClinicRequest) -> HttpResponse:
    """Show every live chair."""
    return page(request, "workspace/chairs.html", {"chairs": _now(request)})


def chairs_live(request: ClinicRequest) -> HttpResponse:
    """Answer with the tiles alone, made anew."""
    return HttpResponse(render_to_string("workspace/_chairs.html", {"chairs": _now(request)}))


def _now(request: ClinicRequest) -> ChairsPage:
    return chairs_page(
        facts=live_chairs(site_id=request.site_id, at=request.at),
        at=request.at,
        zone=zone_of(request.site_id),
        by=request.actor,
    )
