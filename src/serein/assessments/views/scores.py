"""The scores of a patient, and one filled questionnaire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.assessments import actions, presenters, queries
from serein.assessments.forms import InErrorForm
from serein.core.answers import carry_out, page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.assessments.queries import ResponseFact


def scores(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """List every score of the patient, by questionnaire."""
    zone = zone_of(request.site_id)
    context = {
        "series": presenters.series_of(
            queries.scores_of(patient_id, with_answers=False), sex=request.patient.sex, zone=zone
        ),
        "links": presenters.link_lines(
            queries.invitations_of(patient_id), at=request.at, zone=zone
        ),
        "may_record": may(request.actor.role, Act.RECORD_ASSESSMENT),
        "may_invite": may(request.actor.role, Act.INVITE),
        "patient_id": patient_id,
    }
    return page(request, "assessments/scores.html", context)


def response(request: ClinicRequest, patient_id: UUID, response_id: UUID) -> HttpResponse:
    """Show one questionnaire with every answer, also those that were changed."""
    fact = queries.response(patient_id, response_id)
    context = {
        "page": _response_page(request, fact),
        "patient_id": patient_id,
        "response_id": response_id,
        "may_record": may(request.actor.role, Act.RECORD_ASSESSMENT),
    }
    return page(request, "assessments/response.html", context)


def mark_in_error(request: ClinicRequest, patient_id: UUID, response_id: UUID) -> HttpResponse:
    """Strike a questionnaire out, with a reason."""
    fact = queries.response(patient_id, response_id)
    form = InErrorForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.mark_response_in_error,
        said="Marked as wrong. It no longer counts.",
        to=reverse("assessments:response", args=[patient_id, response_id]),
        patient_id=patient_id,
        response_id=response_id,
    ):
        return done
    context = {
        "form": form,
        "page": _response_page(request, fact),
        "patient_id": patient_id,
        "response_id": response_id,
    }
    return page(request, "assessments/in_error.html", context)


def _response_page(request: ClinicRequest, fact: ResponseFact) -> presenters.ResponsePage:
    zone = zone_of(request.site_id)
    return presenters.response_page(fact, sex=request.patient.sex, zone=zone)
