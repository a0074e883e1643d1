"""One page that leads to everything that is seldom set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.config.context import set_up_items
from serein.core.answers import page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def set_up(request: ClinicRequest) -> HttpResponse:
    """List the pages of the set-up that this person may open."""
    return page(request, "core/set_up.html", {"items": set_up_items(request, request.actor.role)})
