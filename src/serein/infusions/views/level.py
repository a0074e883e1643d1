"""What if: one change of the pump, asked of the model. Never while the drug runs, unless switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from serein.core.answers import page
from serein.core.errors import NotFound
from serein.infusions.presenters import level as presenters
from serein.infusions.queries.level import what_if_is_open
from serein.infusions.views.chairside import url_of, visit_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def what_if(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Answer before the start and after the stop; else 409, where the clinic has not allowed it."""
    visit = visit_of(request, patient_id, session_id)
    if not presenters.has_level(visit):
        raise NotFound
    context = {"back_url": url_of(visit), "patient_id": patient_id}
    if not what_if_is_open(visit):
        context["refusal"] = presenters.not_now()
        return render(request, "infusions/what_if.html", context, status=409)
    asked = presenters.what_if(
        visit,
        at=request.at,
        change=request.GET.get("change", ""),
        minute=request.GET.get("minute", ""),
    )
    return page(request, "infusions/what_if.html", {**context, "what_if": asked})
