"""A whole questionnaire typed in by staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.queries import zone_of
from serein.assessments import actions, presenters, queries, rules
from serein.assessments.forms import ResponseForm
from serein.core.answers import carry_out, page
from serein.core.errors import NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def record(request: ClinicRequest, patient_id: UUID, instrument_code: str) -> HttpResponse:
    """Record a questionnaire that was filled in on paper or asked by staff."""
    try:
        instrument = rules.instrument(instrument_code)
    except KeyError:
        raise NotFound from None
    form = ResponseForm(
        request.POST or None, instrument=instrument, zone=zone_of(request.site_id), at=request.at
    )
    if done := carry_out(
        request,
        form,
        actions.record_response,
        said=lambda made: presenters.recorded_words(queries.response(patient_id, made.pk)),
        to=lambda made: reverse("assessments:response", args=[patient_id, made.pk]),
        patient_id=patient_id,
        instrument_code=instrument.code,
    ):
        return done
    context = {
        "form": form,
        "instrument": instrument,
        "rows": presenters.question_rows(form),
        "patient_id": patient_id,
    }
    return page(request, "assessments/record.html", context)
