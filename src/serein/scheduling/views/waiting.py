"""The waiting list: who waits, what is offered, who takes it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from serein.accounts.queries import zone_of
from serein.core.answers import carry_out, page, sent
from serein.core.clinic_time import local_day
from serein.core.errors import NotFound
from serein.core.forms import KeyedForm
from serein.patients.queries import patients_by_id
from serein.scheduling import actions, queries
from serein.scheduling.forms.worklists import GapForm, JoinForm
from serein.scheduling.presenters import worklists as words
from serein.scheduling.states import WAITING, AppointmentState
from serein.scheduling.views.worklists import counts

if TYPE_CHECKING:
    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.scheduling.queries import VisitFact

GAPS_AHEAD_DAYS = 14
WAIT_DAYS = 30


def waiting(request: ClinicRequest, form: KeyedForm | None = None) -> HttpResponse:
    """List who waits, in the order in which they are asked, and what is on offer."""
    site_id, zone = request.site_id, zone_of(request.site_id)
    today = local_day(request.at, zone)
    places, offers = queries.waiting_list(site_id), queries.offers_of(site_id)
    who = {place.patient_id for place in places} | {offer.patient_id for offer in offers}
    people = patients_by_id(site_id, who)
    types = {fact.code: fact.name for fact in queries.clinic_of(site_id).types}
    context = {
        "form": form,
        "fresh": KeyedForm(),
        "tabs": words.tabs("waiting", counts(request)),
        "lines": [
            words.wait_line(rank, fact, people, types, today)
            for rank, fact in enumerate(places, start=1)
        ],
        "offers": [words.offer_line(fact, people, zone, request.at) for fact in offers],
        "gaps": words.gap_lines(_gaps(request), zone),
    }
    return page(request, "scheduling/waiting.html", context)


def join(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Put a patient on the waiting list."""
    today = local_day(request.at, zone_of(request.site_id))
    types = [(fact.code, fact.name) for fact in queries.clinic_of(request.site_id).types]
    initial: dict[str, object] = {
        "first_date": today,
        "last_date": today + timedelta(days=WAIT_DAYS),
        "priority": 0,
    }
    coming = _coming(request, patient_id)
    if coming:
        initial |= {"visit_id": str(coming[0].visit_id), "type_code": coming[0].type_code}
    visits = words.visit_choices(coming, zone_of(request.site_id))
    form = JoinForm(sent(request), types=types, visits=visits, initial=initial)
    back = reverse("plans:visits", args=[patient_id])
    if done := carry_out(
        request,
        form,
        actions.join_waitlist,
        said="On the waiting list.",
        to=_url(),
        patient_id=patient_id,
    ):
        return done
    context = {"form": form, "title": "Put on the waiting list", "back_url": back,
               "back_label": "Visits"}  # fmt: skip
    return page(request, "scheduling/form.html", context)


def _coming(request: ClinicRequest, patient_id: UUID) -> list[VisitFact]:
    """The visits of a patient that could be moved forward, the next first."""
    theirs = queries.visits_of_patient(patient_id)
    return [each for each in theirs if each.state in WAITING and each.starts_at > request.at]


def leave(request: ClinicRequest, place_id: UUID) -> HttpResponse:
    """Take a patient off the waiting list."""
    known = {fact.entry_id for fact in queries.waiting_list(request.site_id)}
    if request.method == "GET" and place_id not in known:
        raise NotFound
    form = KeyedForm(sent(request))
    done = carry_out(
        request,
        form,
        actions.leave_waitlist,
        said="Taken off the list.",
        to=_url(),
        entry_id=place_id,
    )
    return done or waiting(request, form)


def offer_gap(request: ClinicRequest) -> HttpResponse:
    """Offer a freed time to those whom it suits, the best first."""
    form = GapForm(sent(request))
    done = carry_out(request, form, actions.offer_gap, said="Offered.", to=_url())
    return done or waiting(request, form)


def accept(request: ClinicRequest, offer_id: UUID) -> HttpResponse:
    """Take an offered time for a patient who said yes."""
    _check_known(request, offer_id)
    form = KeyedForm(sent(request))
    done = carry_out(
        request,
        form,
        actions.accept_offer,
        said=lambda row: "Booked." if row.state == "accepted" else "Somebody else was quicker.",
        to=_url(),
        offer_id=offer_id,
    )
    return done or waiting(request, form)


def decline(request: ClinicRequest, offer_id: UUID) -> HttpResponse:
    """Leave an offered time to others."""
    _check_known(request, offer_id)
    form = KeyedForm(sent(request))
    done = carry_out(
        request, form, actions.decline_offer, said="Declined.", to=_url(), offer_id=offer_id
    )
    return done or waiting(request, form)


def _check_known(request: ClinicRequest, offer_id: UUID) -> None:
    if queries.offer(request.site_id, offer_id) is None:
        raise NotFound


def _gaps(request: ClinicRequest) -> list[VisitFact]:
    """The times of the next days that a cancelled visit has left, and that can still be had."""
    today = local_day(request.at, zone_of(request.site_id))
    book = queries.visits_on(
        request.site_id,
        today,
        today + timedelta(days=GAPS_AHEAD_DAYS),
        request.at,
        with_gone=True,
    )
    gone = {
        (visit.starts_at, visit.type_code): visit
        for visit in book
        if visit.state is AppointmentState.CANCELLED and visit.starts_at > request.at
    }
    return [visit for visit in gone.values() if _is_free(request, visit)]


def _is_free(request: ClinicRequest, visit: VisitFact) -> bool:
    """Say whether such a visit could be booked there: the day may be closed since, a chair out."""
    wanted = queries.Wanted(visit.type_code)
    try:
        found = queries.why_not(request.site_id, wanted, starts_at=visit.starts_at, at=request.at)
    except NotFound:
        return False
    return not found


def _url() -> str:
    return reverse("scheduling:waiting")
