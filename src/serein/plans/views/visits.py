"""The visits of a patient's plans, and booking a whole series."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse

from serein.accounts.queries import zone_of
from serein.core.answers import carry_out, page, sent
from serein.core.clinic_time import local_day
from serein.messaging.queries import calendar_file
from serein.messaging.rules import VisitTime
from serein.plans import actions, presenters, queries
from serein.plans.forms import BookForm, PinForm, WhenForm
from serein.plans.presenters.pins import pin_text, pins_from
from serein.plans.views.rights import rights
from serein.scheduling.queries import hours_of
from serein.scheduling.rules import instant

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

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
    if done := carry_out(
        request,
        form,
        actions.book_series,
        said=lambda made: f"{len(form.cleaned_data['offer'])} visits booked.",
        to=back,
        plan_id=plan_id,
    ):
        return done
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
    when = WhenForm(request.GET or None)
    pin_form = PinForm(visits=queries.visits_not_begun(plan))
    pins = _pins(request, plan, zone)
    context |= {
        "when": when,
        "pin_form": pin_form,
        "pins": [pin_text(number, pin) for number, pin in pins.items()],
        "page": _proposals(request, plan, standing, when, pins),
    }
    template = "plans/confirm.html" if chosen else "plans/book.html"
    return page(request, template, context)


def calendar(request: ClinicRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Give the visits of a plan as a calendar file, without names."""
    queries.plan_of(patient_id, plan_id)
    visits = [
        VisitTime(visit.visit_id, visit.starts_at, visit.ends_at)
        for visit in queries.visits_of(plan_id)
        if visit.is_standing
    ]
    written = calendar_file(site_id=request.site_id, visits=visits, at=request.at)
    answer = HttpResponse(written, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="visits.ics"'
    return answer


def _pins(request: ClinicRequest, plan: PlanFact, zone: ZoneInfo) -> dict[int, date | datetime]:
    """The visits that the address holds in place, and one that was just entered."""
    visits = queries.visits_not_begun(plan)
    pins = pins_from(request.GET.getlist("pin"), visits)
    entered = PinForm(request.GET, visits=visits)
    if "pin_day" not in request.GET or not entered.is_valid():
        return pins
    facts = entered.cleaned_data
    day, wall = facts["pin_day"], facts["pin_time"]
    return {**pins, facts["pin_number"]: instant(day, wall, zone) if wall else day}


def _proposals(
    request: ClinicRequest,
    plan: PlanFact,
    standing: list[AppointmentFact],
    when: WhenForm,
    pins: dict[int, date | datetime],
) -> object:
    zone = zone_of(request.site_id)
    first, at_time = when.wishes()
    begun = [visit for visit in standing if visit.state != "booked"]
    last_given = begun[-1].starts_at if begun else None
    tomorrow = local_day(request.at, zone) + timedelta(days=1)
    asked: dict[str, Any] = {
        "first": max(first or tomorrow, tomorrow),
        "not_before": _not_before(plan, last_given, request.at),
        "pins": pins or None,
    }
    proposal = queries.propose_visits(
        request.site_id, plan, preferred_time=at_time, wishes=when.preferences(), **asked
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
        hours=hours_of(request.site_id),
        count=queries.count_visits(request.site_id, plan, **asked),
        pins=pins,
        asked=request.GET,
        guided=queries.guided_weekdays(request.site_id),
    )


def _not_before(plan: PlanFact, last_given: datetime | None, at: datetime) -> datetime:
    if last_given is None:
        return at
    return max(at, last_given + timedelta(hours=plan.min_gap_hours))
