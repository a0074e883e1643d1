"""The pages behind the links of messages: a visit to confirm, an offered time, a calendar to keep.

Mail programs open links by themselves, so a page that is opened changes nothing; only its button does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from serein.accounts import queries as accounts
from serein.core.actors import Actor
from serein.core.answers import page
from serein.core.errors import NotFound, Refused
from serein.messaging import queries as messages
from serein.messaging.rules import Kind, VisitTime
from serein.portal import actions, presenters
from serein.portal.forms import MessageForm
from serein.scheduling import queries as book

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from serein.accounts.requests import ClinicRequest
    from serein.messaging.queries import AnswerFact
    from serein.scheduling.queries import OfferFact

FEED_DAYS_BACK = 60


def unlisted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep what stands behind a secret out of caches, indexes and other sites; a wrong one is told."""

    @wraps(view)
    def in_private(request: ClinicRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except NotFound:
            response = render(request, "portal/wrong_link.html", status=404)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    return in_private


@unlisted
def answer(request: ClinicRequest, token: str) -> HttpResponse:
    """Show what a message asks, and keep one answer to it."""
    known = messages.answer_for(token)
    if known.kind is Kind.OFFER:
        return _offer(request, token, known)
    return _visit(request, token, known)


@unlisted
def visit_file(request: ClinicRequest, token: str) -> HttpResponse:
    """Give the visit that a message is about as a file for a calendar."""
    known = messages.answer_for(token)
    visit_id: UUID | None = known.subject_id
    if known.kind is Kind.OFFER:
        offer = _offer_of(known)
        made = book.visit(known.site_id, offer.made_id) if offer.made_id else None
        visit_id = made.visit_id if made else None
    standing = book.visit_standing(known.site_id, visit_id) if visit_id else None
    if standing is None:
        raise NotFound
    times = [VisitTime(standing.visit_id, standing.starts_at, standing.ends_at)]
    file = messages.calendar_file(site_id=known.site_id, visits=times, at=request.at)
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return response


@unlisted
def feed(request: ClinicRequest, token: str) -> HttpResponse:
    """Give every visit of a patient to the calendar that subscribes; no name stands in it."""
    fact = messages.feed_for(token)
    since = request.at - timedelta(days=FEED_DAYS_BACK)
    times = [
        VisitTime(visit.visit_id, visit.starts_at, visit.ends_at)
        for visit in book.visits_of_patient(fact.patient_id)
        if visit.is_standing and visit.starts_at > since
    ]
    file = messages.feed_bytes(site_id=fact.site_id, visits=times, at=request.at)
    return HttpResponse(file, content_type="text/calendar; charset=utf-8")


def _visit(request: ClinicRequest, token: str, known: AnswerFact) -> HttpResponse:
    zone = accounts.zone_of(known.site_id)
    standing = book.visit_standing(known.site_id, known.subject_id)
    if known.answer is not None:
        told = presenters.answered_words(known.answer, standing, zone=zone)
        return _show(request, "answered", token, known, told=told)
    if standing is None or not known.is_open(request.at):
        return _show(request, "closed_message", token, known, status=410)
    shown = presenters.visit_page(standing, known, zone=zone)
    form = _form(request, known, needs_driver=shown.needs_driver)
    if form.is_posted_and_valid(request):
        done = _do(request, token, known, form, actions.answer_visit)
        if done is not None:
            return done
    return _show(request, "visit", token, known, page=shown, form=form)


def _offer(request: ClinicRequest, token: str, known: AnswerFact) -> HttpResponse:
    zone = accounts.zone_of(known.site_id)
    offer = _offer_of(known)
    was_at = _was_at(known)
    told = presenters.offer_words(offer, was_at, at=request.at, zone=zone)
    if told is not None:
        return _show(request, "answered", token, known, told=told)
    if not known.is_open(request.at):
        return _show(request, "closed_message", token, known, status=410)
    form = _form(request, known, needs_driver=False)
    if form.is_posted_and_valid(request):
        done = _do(request, token, known, form, actions.answer_offer)
        if done is not None:
            return done
    shown = presenters.offer_page(offer, was_at, zone=zone)
    return _show(request, "offer", token, known, page=shown, form=form)


def _form(request: ClinicRequest, known: AnswerFact, *, needs_driver: bool) -> MessageForm:
    return MessageForm(
        request.POST if request.method == "POST" else None,
        initial={"answer": request.GET.get("answer", "")},
        answers=presenters.answer_choices(known.kind),
        needs_driver=needs_driver,
    )


def _do(
    request: ClinicRequest,
    token: str,
    known: AnswerFact,
    form: MessageForm,
    act: Callable[..., Any],
) -> HttpResponse | None:
    """Keep the answer once, and show what came of it; None when it is refused."""
    patient_id, site_id = known.patient_id, known.site_id
    by = Actor.patient(patient_id, site_id) if patient_id else Actor.public(site_id)
    try:
        act(key=form.key, by=by, at=request.at, token=token, **form.facts())
    except Refused as refusal:
        form.refuse(refusal)
        return None
    return HttpResponseRedirect(reverse("portal:answer", args=[token]))


def _show(
    request: ClinicRequest,
    name: str,
    token: str,
    known: AnswerFact,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    zone = accounts.zone_of(known.site_id)
    today = request.at.astimezone(zone).date()
    shared = {
        "token": token,
        "clinic": accounts.site(known.site_id),
        "week": presenters.week_words(book.hours_preview(known.site_id, today, 1)),
    }
    response = page(request, f"portal/{name}.html", {**shared, **context})
    if status != 200:
        response.status_code = status
    return response


def _offer_of(known: AnswerFact) -> OfferFact:
    offer = book.offer(known.site_id, known.subject_id)
    if offer is None:
        raise NotFound
    return offer


def _was_at(known: AnswerFact) -> datetime | None:
    was_at = known.arguments.get("was_at")
    return was_at if isinstance(was_at, datetime) else None
