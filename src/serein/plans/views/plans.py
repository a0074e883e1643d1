"""The plans of a patient: list, one plan, sign, stop, complete, the patient's copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.queries import zone_of
from serein.core.answers import carry_out, page, sent
from serein.core.forms import KeyedForm
from serein.plans import actions, presenters, queries
from serein.plans.forms import SignForm, StopForm
from serein.plans.views.level import level_beside
from serein.plans.views.rights import rights

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def plans(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """List the plans of a patient, newest first."""
    found = queries.plans_of(patient_id)
    lines = presenters.plan_lines(found, zone_of(request.site_id))
    return page(
        request, "plans/list.html", {"lines": lines, "patient_id": patient_id, **rights(request)}
    )


def plan(request: ClinicRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Show one plan with its dose, findings, visits and history."""
    fact = queries.plan_of(patient_id, plan_id)
    zone = zone_of(request.site_id)
    judged = queries.judge_stored(request.site_id, fact, request.at)
    context = {
        "plan": presenters.plan_page(
            fact,
            queries.versions_of(plan_id),
            zone,
            findings=judged.findings if fact.state in {"draft", "signed"} else (),
            to_book=queries.visits_to_book(fact) if fact.is_in_force else 0,
        ),
        "visits": [
            presenters.visit_line(visit, zone, request.at) for visit in queries.visits_of(plan_id)
        ],
        "level": level_beside(request, patient_id, fact.dose, fact.actual_weight_kg),
        "patient_id": patient_id,
        "plan_id": plan_id,
        **rights(request),
    }
    return page(request, "plans/plan.html", context)


def sign(request: ClinicRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Read the order once more, and sign it."""
    fact = queries.plan_of(patient_id, plan_id)
    form = SignForm(sent(request), initial={"seen_version": fact.version_number})
    back = reverse("plans:plan", args=[patient_id, plan_id])
    if done := carry_out(
        request,
        form,
        actions.sign_plan,
        said="Plan signed. It is in force now.",
        to=back,
        plan_id=plan_id,
    ):
        return done
    judged = queries.judge_stored(request.site_id, fact, request.at)
    context = {
        "form": form,
        "dose": presenters.plan_dose_line(fact),
        "echo": presenters.echo(judged),
        "title": f"Sign plan {presenters.protocol_words(fact.protocol_code)}",
        "infusions": fact.infusions,
        "version": fact.version_number,
        "back_url": back,
    }
    return page(request, "plans/sign.html", context)


def stop(request: ClinicRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """End a plan before its time."""
    fact = queries.plan_of(patient_id, plan_id)
    form = StopForm(sent(request))
    back = reverse("plans:plan", args=[patient_id, plan_id])
    booked = sum(visit.state == "booked" for visit in queries.visits_of(fact.plan_id))
    if done := carry_out(
        request,
        form,
        actions.stop_plan,
        said=presenters.stopped_words(booked),
        to=back,
        plan_id=plan_id,
    ):
        return done
    context = {"form": form, "booked": booked, "back_url": back}
    return page(request, "plans/stop.html", context)


def complete(request: ClinicRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Say that the course is given."""
    fact = queries.plan_of(patient_id, plan_id)
    form = KeyedForm(sent(request))
    back = reverse("plans:plan", args=[patient_id, plan_id])
    if done := carry_out(
        request, form, actions.complete_plan, said="Plan completed.", to=back, plan_id=plan_id
    ):
        return done
    given = sum(visit.state == "done" for visit in queries.visits_of(plan_id))
    context = {"form": form, "given": given, "infusions": fact.infusions, "back_url": back}
    return page(request, "plans/complete.html", context)


def patient_copy(request: ClinicRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Show the page that the patient takes home."""
    fact = queries.plan_of(patient_id, plan_id)
    copy = presenters.patient_copy(fact, queries.visits_of(plan_id), zone_of(request.site_id))
    back = reverse("plans:plan", args=[patient_id, plan_id])
    context = {
        "copy": copy,
        "back_url": back,
        "calendar_url": reverse("plans:calendar", args=[patient_id, plan_id]),
    }
    return page(request, "plans/patient_copy.html", context)
