"""Weights, heights and blood pressures. What is unlikely is read back before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.core.answers import page, saved, sent
from serein.core.errors import Refused
from serein.core.findings import stops
from serein.patients import actions, queries
from serein.patients.forms import HeightForm, PressureForm, WeightForm
from serein.patients.rules.confirming import Unconfirmed
from serein.patients.views.saving import record_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.core.findings import Finding
    from serein.patients.forms import ConfirmedForm


def weight(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Add a weight. Pounds are read back in kilograms before they are kept."""
    form = WeightForm(sent(request), zone=zone_of(request.site_id), at=request.at)

    def read_back() -> None:
        if not form.echo() or form.is_confirmed or form.measured_at is None:
            return
        concerns = queries.weight_concerns(
            patient_id, weight_kg=form.weight_kg(), measured_at=form.measured_at, at=request.at
        )
        if not stops(concerns):
            raise Unconfirmed(form.echo(), concerns)

    return _measured(
        request, form, patient_id, "Add a weight", actions.record_weight, read_back=read_back
    )


def height(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Add a height."""
    form = HeightForm(sent(request), zone=zone_of(request.site_id), at=request.at)
    return _measured(request, form, patient_id, "Add a height", actions.record_height)


def pressure(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Add a blood pressure taken outside a session."""
    form = PressureForm(sent(request), zone=zone_of(request.site_id), at=request.at)
    return _measured(
        request, form, patient_id, "Add a blood pressure", actions.record_blood_pressure
    )


def _measured(
    request: ClinicRequest,
    form: ConfirmedForm,
    patient_id: UUID,
    title: str,
    save: Callable[..., object],
    *,
    read_back: Callable[[], None] = lambda: None,
) -> HttpResponse:
    """Save a measurement, or show it again with what must be confirmed (422: nothing is stored)."""
    asked: Unconfirmed | None = None
    if form.is_posted_and_valid(request):
        try:
            read_back()
            save(
                key=form.key,
                by=request.actor,
                at=request.at,
                patient_id=patient_id,
                **form.facts(),
            )
        except Unconfirmed as unconfirmed:
            asked = unconfirmed
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return saved(request, f"Saved: {form.value_text()}.", to=record_url(patient_id))
    findings: tuple[Finding, ...] = asked.findings if asked else ()
    answer = page(
        request,
        "patients/measurement.html",
        {
            "form": form,
            "title": title,
            "label": f"Yes, save {form.value_text()}" if asked else "Save",
            "question": asked.message if asked else "",
            "findings": findings,
            "confirmed": form.value_text() if asked else "",
            "back_url": record_url(patient_id),
        },
    )
    if asked:
        answer.status_code = 422
    return answer
