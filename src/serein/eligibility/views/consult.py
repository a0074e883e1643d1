"""The consult workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.assessments.queries import latest_scores
from serein.core.answers import carry_out, page
from serein.eligibility import actions, presenters, queries
from serein.eligibility.forms import ScreeningForm
from serein.intake.queries import request_of_patient

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def consult(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Show what is known, take answers to the screening questions, show the panel."""
    last = queries.answers_of(patient_id)
    form = ScreeningForm(
        request.POST or None,
        last={code: (fact.value.value, fact.note) for code, fact in last.items()},
        seen_round=queries.last_round(patient_id),
    )
    if done := carry_out(
        request,
        form,
        actions.answer_screening,
        said="Answers saved.",
        to=f"{reverse('eligibility:consult', args=[patient_id])}#panel",
        patient_id=patient_id,
    ):
        return done
    shown = presenters.consult_page(
        patient_id=patient_id,
        form=form,
        facts=queries.facts_for(patient_id, request.at),
        history=queries.answer_history(patient_id),
        determinations=queries.determinations_of(patient_id),
        request=request_of_patient(patient_id),
        scores=latest_scores(patient_id),
        zone=zone_of(request.site_id),
        may_ask=may(request.actor.role, Act.SCREEN),
        may_decide=may(request.actor.role, Act.DETERMINE),
    )
    return page(request, "eligibility/consult.html", {"form": form, "page": shown})
