from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from serein.accounts import queries as accounts
from serein.accounts.permissions import Act, may
from serein.core.answers import carry_out, page, saved
from serein.core.errors import Refused
from serein.safety import actions, presenters, queries
from serein.safety.forms import AskAgainForm, EndForm, InErrorForm, SideEffectForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def side_effects(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """List a patient's side effects and record one outside a session."""
    zone = accounts.zone_of(request.site_id)
    local = request.at.astimezone(zone)
    form = SideEffectForm(
        request.POST or None,
        zone=zone,
        initial={"on_date": local.date(), "on_time": local.strftime("%H:%M")},
    )
    if done := carry_out(
        request,
        form,
        actions.record_side_effect,
        said="Side effect saved.",
        to=_list(patient_id),
        patient_id=patient_id,
        session_id=None,
    ):
        return done
    context = {
        "form": form,
        "rows": presenters.effect_rows(
            queries.side_effects_of(patient_id), at=request.at, zone=zone
        ),
        "patient_id": patient_id,
        "may_write": may(request.actor.role, Act.WRITE_CHART),
    }
    return page(request, "safety/side_effects.html", context)


def side_effect(request: ClinicRequest, patient_id: UUID, effect_id: UUID) -> HttpResponse:
    """Ask about one side effect again, end it, or strike it through."""
    effect = queries.side_effect(patient_id, effect_id)
    zone = accounts.zone_of(request.site_id)
    local = request.at.astimezone(zone)
    now = {"on_date": local.date(), "on_time": local.strftime("%H:%M")}
    sent = request.POST.get("form", "") if request.method == "POST" else ""
    again = AskAgainForm(request.POST if sent == "again" else None, auto_id="again_%s")
    end = EndForm(request.POST if sent == "end" else None, zone=zone, initial=now, auto_id="end_%s")
    wrong = InErrorForm(request.POST if sent == "wrong" else None, auto_id="wrong_%s")
    for form in (again, end, wrong):
        if not form.is_bound or not form.is_valid():
            continue
        try:
            _act(request, patient_id, effect_id, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return saved(request, "Side effect saved.", to=_list(patient_id))
    context: dict[str, Any] = {
        "row": presenters.effect_row(effect, at=request.at, zone=zone),
        "again": again,
        "end": end,
        "wrong": wrong,
        "back_url": _list(patient_id),
    }
    return page(request, "safety/side_effect.html", context)


def _act(
    request: ClinicRequest,
    patient_id: UUID,
    effect_id: UUID,
    form: AskAgainForm | EndForm | InErrorForm,
) -> None:
    common: dict[str, Any] = {
        "key": form.key,
        "by": request.actor,
        "at": request.at,
        "patient_id": patient_id,
        "effect_id": effect_id,
    }
    if isinstance(form, AskAgainForm):
        actions.ask_again(**common, **form.facts())
    elif isinstance(form, EndForm):
        actions.resolve_side_effect(**common, resolved_at=form.moment)
    else:
        actions.mark_side_effect_in_error(**common, **form.facts())


def _list(patient_id: UUID) -> str:
    return reverse("safety:side_effects", args=[patient_id])
