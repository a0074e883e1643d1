"""What calls somebody to a chair, on every page of the clinic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.core.answers import page
from serein.workspace.presenters.calls import call_lines
from serein.workspace.queries.calls import calls_for

if TYPE_CHECKING:
    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def calls(request: ClinicRequest) -> HttpResponse:
    """Answer with the strip alone, which is empty as long as nobody calls."""
    found = calls_for(reader=request.actor, at=request.at)
    here = request.GET.get("at", "").removeprefix("session-")
    lines = call_lines(found, reader=request.actor, here=here)
    return page(request, "workspace/_calls.html", {"lines": lines})
