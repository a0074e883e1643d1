"""The visits of a patient's plans, and booking a whole series."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from serein.accounts.queries import zone_of
from serein.core.answers import page, saved
from serein.core.clinic_time import local_day
from serein.core.errors import Refused
from serein.plans import actions, presenters, queries
from serein.plans.forms import BookForm, WhenForm
from serein.plans.views.rights import rights
from serein.plans.views.sent import sent

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.plans.queries import PlanFact
    from serein.scheduling.queries import AppointmentFact


def visits(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """List the visits of every plan of a patient, newest plan first."""
    zone = zone_of(request.site_id)
    cards = [
        presenters.series_card(
            plan,
            queries.visits_of(plan.plan_id),
            zone,
            request.at,
            to_book=queries.visits_to_book(plan) if plan.is_in_force else 0,
            to_rebook=queries.visits_not_begun(plan) if plan.is_in_force else 0,
        )
        for plan in reversed(queries.plans_of(patient_id))
        if plan.signed_at is not None
    ]
    return page(
        request, "plans/visits.html", {"cards": cards, "patient_id": patient_id, **rights(request)}
    )


def book(request: ClinicRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Propose complete series; one that is chosen (``?offer=``) is confirmed and booked."""
    plan = queries.plan_of(patient_id, plan_id)
    zone = zone_of(request.site_id)
    standing = [visit for visit in queries.visits_of(plan_id) if visit.is_standing]
    form = BookForm(sent(request), initial={"offer": request.GET.get("offer", "")})
    back = reverse("plans:visits", args=[patient_id])
    if form.is_posted_and_valid(request):
        starts = form.cleaned_data["offer"]
        try:
            actions.book_series(
                key=form.key,
                by=request.actor,
                at=request.at,
                plan_id=plan_id,
                starts=starts,
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return saved(request, f"{len(starts)} visits booked.", to=back)
    chosen = form.chosen()
    context: dict[str, Any] = {
        "form": form,
        "chosen": presenters.chosen_card(chosen, zone) if chosen else None,
        "replaces": sum(visit.state == "booked" for visit in standing),
        "back_url": back,
        "book_url": request.path,
    }
    if chosen and not form.is_bound:
        return page(request, "plans/confirm.html", context)
    when = WhenForm(request.GET if "first" in request.GET else None)
    context |= {"when": when, "page": _proposals(request, plan, standing, when, zone)}
    template = "plans/confirm.html" if chosen else "plans/book.html"
    return page(request, template, context)


def _proposals(
    request: ClinicRequest,
    plan: PlanFact,
    standing: list[AppointmentFact],
    when: WhenForm,
    zone: ZoneInfo,
) -> object:
    first, at_time = when.wishes()
    begun = [visit for visit in standing if visit.state != "booked"]
    last_given = begun[-1].starts_at if begun else None
    tomorrow = local_day(request.at, zone) + timedelta(days=1)
    proposal = queries.propose_visits(
        request.site_id,
        plan,
        first=max(first or tomorrow, tomorrow),
        not_before=_not_before(plan, last_given, request.at),
        preferred_time=at_time,
    )
    others: tuple[str, ...] = ()
    if not proposal.fits_as_planned:
        found = queries.protocols_that_fit(request.site_id, first=tomorrow, at=request.at)
        others = tuple(code for code in found if code != plan.protocol_code)
    return presenters.book_page(
        plan,
        proposal,
        zone,
        visits=queries.visits_not_begun(plan),
        booked=len(standing) - len(begun),
        last_given=last_given,
        others=others,
    )


def _not_before(plan: PlanFact, last_given: datetime | None, at: datetime) -> datetime:
    if last_given is None:
        return at
    return max(at, last_given + timedelta(hours=plan.min_gap_hours))
