"""The plan builder: a new plan from a protocol, or a new version of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse

from serein.accounts.queries import zone_of
from serein.core.answers import carry_out, page, sent
from serein.core.clinic_time import local_day
from serein.plans import actions, presenters, queries
from serein.plans.forms import ChangeForm, OrderForm, order_initial
from serein.plans.rules import PROTOCOLS, WeightBasis, dosing_weight
from serein.plans.views.level import level_beside

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.plans.queries import PlanFact

WORK_OUT = "work_out"


def choose(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Choose a protocol to start from; says which the opening hours cannot keep."""
    first = local_day(request.at, zone_of(request.site_id))
    why_not = {
        code: queries.why_not_in_hours(request.site_id, protocol, first=first, at=request.at)
        for code, protocol in PROTOCOLS.items()
    }
    cards = presenters.protocol_cards(why_not)
    return page(request, "plans/choose.html", {"cards": cards, "patient_id": patient_id})


def new(request: ClinicRequest, patient_id: UUID, code: str) -> HttpResponse:
    """Draft a plan. "Work out the dose" answers with the numbers and stores nothing."""
    if code not in PROTOCOLS:
        raise Http404
    form = OrderForm(sent(request), **_form_parts(request, patient_id, code, None))
    if not _is_work_out(request) and (
        done := carry_out(
            request,
            form,
            actions.draft_plan,
            said="Draft saved. It is not in force until it is signed.",
            to=lambda made: reverse("plans:plan", args=[patient_id, made.pk]),
            patient_id=patient_id,
            protocol_code=code,
        )
    ):
        return done
    title = f"New plan {presenters.protocol_words(code)}"
    return _page(request, patient_id, code, form, None, title, "Save the draft")


def change(request: ClinicRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Write a new version of a plan; in force it is signed with the same step."""
    plan = queries.plan_of(patient_id, plan_id)
    code = plan.protocol_code
    form = ChangeForm(sent(request), **_form_parts(request, patient_id, code, plan))
    back = reverse("plans:plan", args=[patient_id, plan_id])
    if not _is_work_out(request) and (
        done := carry_out(
            request,
            form,
            actions.change_plan,
            said=f"Version {plan.version_number + 1} saved.",
            to=back,
            plan_id=plan_id,
        )
    ):
        return done
    label = "Sign the change" if plan.is_in_force else "Save the change"
    title = f"Change plan {presenters.protocol_words(code)}"
    return _page(request, patient_id, code, form, plan, title, label)


def _is_work_out(request: ClinicRequest) -> bool:
    return request.POST.get("step") == WORK_OUT


def _form_parts(
    request: ClinicRequest, patient_id: UUID, code: str, plan: PlanFact | None
) -> dict[str, Any]:
    body = queries.body_of(request.site_id, patient_id, request.at)
    return {
        "protocol": PROTOCOLS[code],
        "weight": dosing_weight(body, WeightBasis.ACTUAL, request.at),
        "initial": order_initial(PROTOCOLS[code], plan),
    }


def _page(
    request: ClinicRequest,
    patient_id: UUID,
    code: str,
    form: OrderForm,
    plan: PlanFact | None,
    title: str,
    label: str,
) -> HttpResponse:
    """Show the builder with the answer to what it holds: what was typed, else where it starts."""
    terms = form.shown_terms()
    judged = terms and queries.work_out(request.site_id, patient_id, code, terms, request.at, plan)
    back = (
        reverse("plans:plan", args=[patient_id, plan.plan_id])
        if plan
        else reverse("plans:choose", args=[patient_id])
    )
    context = {
        "form": form,
        "title": title,
        "label": label,
        "echo": presenters.echo(judged) if judged else None,
        "level": level_beside(request, patient_id, judged.dose, judged.weight.actual_kg)
        if judged
        else None,
        "is_change": plan is not None,
        "back_url": back,
        "protocol": PROTOCOLS[code],
        "weigh_url": reverse("patients:weight", args=[patient_id]),
    }
    return page(request, "plans/builder.html", context)
