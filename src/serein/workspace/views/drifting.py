"""Who may be drifting away from a series, and what to do today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.answers import page
from serein.workspace.presenters.drifting import people
from serein.workspace.queries import drifting as queries

if TYPE_CHECKING:
    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def drifting(request: ClinicRequest) -> HttpResponse:
    """List them, the most pressing first."""
    found = queries.drifting(
        request.site_id, at=request.at, with_clinical=may(request.actor.role, Act.SEE_OUTCOMES)
    )
    shown = people(found, zone=zone_of(request.site_id))
    return page(request, "workspace/drifting.html", {"people": shown})
