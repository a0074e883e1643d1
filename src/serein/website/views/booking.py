"""A first consultation, booked online: choose a time, say who comes, done.

Nothing here needs a cookie or a script. The address of a chosen time is its own secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from serein.accounts import queries as accounts
from serein.audit.actions import derived_key
from serein.core.actors import Actor
from serein.core.answers import page
from serein.core.errors import NotFound, Refused
from serein.intake import queries as intake
from serein.messaging import queries as messages
from serein.messaging.rules import Reader, VisitTime
from serein.scheduling import actions as scheduling
from serein.scheduling import queries as book
from serein.scheduling.rules import start_words
from serein.website import actions, forms, presenters, queries
from serein.website.forms.booking import again, chosen_in
from serein.website.rules import moment_text
from serein.website.views.address import address_digest, too_many
from serein.website.views.site import day_in

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.accounts.requests import ClinicRequest
    from serein.core.forms import KeyedForm
    from serein.scheduling.queries import TypeFact, VisitFact

_DIGEST_SIGNS = 24
_MANY = (
    "Book one of the times you hold, or wait ten minutes: many times are held from your connection."
)


# As on the form that asks to be seen: nobody's authority is used, so there is nothing to forge.
@csrf_exempt
@never_cache
def times(request: ClinicRequest) -> HttpResponse:
    """List free times; the one that is chosen is held for some minutes."""
    kinds = queries.consultations(request.site_id)
    if not kinds:
        return page(request, "website/call_to_book.html")
    codes = [fact.code for fact in kinds]
    form = forms.ChooseForm(request.POST if request.method == "POST" else None, kinds=codes)
    wanted = None
    if form.is_posted_and_valid(request):
        try:
            return _chosen(request, form)
        except Refused as refusal:
            form.refuse(refusal)
        wanted = form.cleaned_data["time"]
    return _list(request, form, kinds, wanted)


@csrf_exempt
@never_cache
def visit(request: ClinicRequest, token: str) -> HttpResponse:
    """Say who comes to the time that is held, and book it; later, show what is booked."""
    try:
        held = queries.visit_for(request.site_id, token)
    except NotFound:
        return _private(render(request, "website/wrong_link.html", status=404))
    if held.state not in ("held", "lapsed"):
        return _private(_booked(request, token, held))
    return _private(_held(request, held))


@never_cache
def calendar(request: ClinicRequest, token: str) -> HttpResponse:
    """Give the visit as a file for a calendar.

    :raises NotFound: nothing is booked under this secret
    """
    fact = queries.visit_for(request.site_id, token)
    fact = book.visit_standing(request.site_id, fact.visit_id) or fact
    if not fact.is_standing:
        raise NotFound
    file = messages.calendar_file(
        site_id=request.site_id,
        visits=[VisitTime(fact.visit_id, fact.starts_at, fact.ends_at)],
        at=request.at,
    )
    answer = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return _private(answer)


def _chosen(request: ClinicRequest, form: forms.ChooseForm) -> HttpResponse:
    """Hold the time that was chosen on the list, and go to its page."""
    key, patient_id = None, None
    token = form.cleaned_data["for_request"]
    if token:
        try:
            asked = intake.request_for_token(request.site_id, token)
        except NotFound:
            raise Refused("Call us to book: this link is no longer open.") from None
        key, patient_id = asked.client_key, asked.patient_id
        known = intake.first_visit_of(request.site_id, asked, request.at)
        if known is not None:
            return HttpResponseRedirect(_address(known.appointment_id))
    holder = f"{address_digest(request)[:_DIGEST_SIGNS]}:{form.page_key.hex}"
    made = _hold(
        request,
        form.key,
        holder,
        code=form.cleaned_data["kind"],
        starts_at=form.cleaned_data["time"],
        patient_id=patient_id,
        guest_id=None if patient_id else key,
    )
    return HttpResponseRedirect(_address(made))


def _hold(
    request: ClinicRequest,
    key: UUID,
    holder: str,
    *,
    code: str,
    starts_at: datetime,
    patient_id: UUID | None,
    guest_id: UUID | None,
) -> UUID:
    """Hold a time; says in the visitor's words when it is gone."""
    mine = f"{address_digest(request)[:_DIGEST_SIGNS]}:"
    if queries.holds_of(request.site_id, mine, request.at) >= queries.HOLDS_PER_ADDRESS:
        raise Refused(_MANY)
    try:
        return scheduling.hold(
            key=derived_key(key, "hold"),
            by=Actor.public(request.site_id),
            at=request.at,
            type_code=code,
            starts_at=starts_at,
            holder=holder,
            patient_id=patient_id,
            guest_id=guest_id,
        ).pk
    except Refused:
        raise Refused(_gone(request, starts_at)) from None


def _held(request: ClinicRequest, held: VisitFact) -> HttpResponse:
    guest = held.guest_id
    is_known = held.patient_id is not None or (
        guest is not None and intake.whole_request(request.site_id, guest) is not None
    )
    shape = forms.ConfirmForm if is_known else forms.BookForm
    if request.method != "POST":
        return _form_page(request, held, shape())
    other = chosen_in(request.POST)
    if other is not None:
        return _other_time(request, held, shape, other)
    form = shape(request.POST)
    if not form.is_posted_and_valid(request):
        return _form_page(request, held, form)
    if too_many(request):
        return _form_page(request, held, again(shape, request.POST), must_wait=True)
    try:
        made = actions.book_consult(
            key=form.key,
            by=Actor.public(request.site_id),
            at=request.at,
            appointment_id=held.appointment_id,
            asks=_asks(request, form),
        )
    except Refused:
        form.add_error(None, _gone(request, held.starts_at))
        return _form_page(request, held, form, is_gone=True)
    return HttpResponseRedirect(_address(made.pk))


def _asks(request: ClinicRequest, form: KeyedForm) -> dict[str, Any] | None:
    if not isinstance(form, forms.BookForm):
        return None
    return {
        **form.columns(),
        "typed": form.typed(),
        "address_digest": address_digest(request),
    }


def _other_time(
    request: ClinicRequest, held: VisitFact, shape: type[KeyedForm], other: datetime
) -> HttpResponse:
    """Hold another time, or the same one longer, and keep everything that was typed."""
    form = again(shape, request.POST)
    sent = forms.ConfirmForm(request.POST)
    sent.is_valid()
    holder = held.held_by or f"{address_digest(request)[:_DIGEST_SIGNS]}:{sent.key.hex}"
    try:
        made = _hold(
            request,
            sent.key,
            holder,
            code=held.type_code,
            starts_at=other,
            patient_id=held.patient_id,
            guest_id=held.guest_id,
        )
    except Refused as refusal:
        return _form_page(request, held, form, wanted=other, refused=refusal.message)
    return _form_page(request, book.visit(request.site_id, made), form)


def _form_page(
    request: ClinicRequest,
    held: VisitFact,
    form: KeyedForm,
    *,
    wanted: datetime | None = None,
    refused: str = "",
    is_gone: bool = False,
    must_wait: bool = False,
) -> HttpResponse:
    is_kept = held.held_until is not None and held.held_until > request.at
    near: tuple[datetime, ...] = ()
    if is_gone or refused or not is_kept:
        near = queries.nearest_times(
            request.site_id, held.type_code, wanted or held.starts_at, request.at, held.patient_id
        )
    context = {
        "page": presenters.held_page(
            held, near, at=request.at, zone=accounts.zone_of(request.site_id)
        ),
        "form": form,
        "is_known": isinstance(form, forms.ConfirmForm),
        "action": _address(held.appointment_id),
        "same_time": moment_text(held.starts_at),
        "hold_minutes": queries.hold_minutes(request.site_id),
        "for_request": _request_token(request, held),
        "refused": refused,
        "is_gone": is_gone,
        "must_wait": must_wait,
    }
    answer = page(request, "website/book.html", context)
    if refused:
        answer.status_code = 422
    if must_wait:
        answer.status_code = 429
    return answer


def _request_token(request: ClinicRequest, held: VisitFact) -> str:
    """Return what leads back to the list of times for the same request, if there is one."""
    asked = None
    if held.patient_id is not None:
        asked = intake.request_of_patient(held.patient_id)
    elif held.guest_id is not None:
        asked = intake.whole_request(request.site_id, held.guest_id)
    return intake.booking_token(asked) if asked else ""


def _booked(request: ClinicRequest, token: str, chosen: VisitFact) -> HttpResponse:
    """Show what stands where the time stood that was chosen: it may have moved since."""
    fact = book.visit_standing(request.site_id, chosen.visit_id) or chosen
    shown = presenters.booked_page(
        fact,
        accounts.site(request.site_id),
        was_at=chosen.starts_at if fact.is_standing else None,
        ways=messages.ways_of(Reader(fact.patient_id, fact.guest_id)),
        at=request.at,
        zone=accounts.zone_of(request.site_id),
    )
    context = {"page": shown, "token": token}
    return render(request, "website/booked.html", context, status=200 if fact.is_standing else 410)


def _list(
    request: ClinicRequest,
    form: forms.ChooseForm,
    kinds: tuple[TypeFact, ...],
    wanted: datetime | None,
) -> HttpResponse:
    zone = accounts.zone_of(request.site_id)
    today = request.at.astimezone(zone).date()
    sent = request.POST if request.method == "POST" else request.GET
    code = sent.get("kind", "")
    current = next((fact for fact in kinds if fact.code == code), kinds[0])
    first = day_in(request, today)
    near: tuple[datetime, ...] = ()
    if wanted is not None:
        near = queries.nearest_times(request.site_id, current.code, wanted, request.at)
    free = queries.first_free(request.site_id, current.code, request.at)
    times = queries.times_from(request.site_id, current.code, first, request.at)
    context = {
        "page": presenters.times_page(kinds, current, times, free, at=request.at, zone=zone),
        "near": [presenters.time_button(start, zone) for start in near],
        "form": form,
        "for_request": sent.get("for_request") or sent.get("for") or "",
        "is_first": first <= today,
    }
    return page(request, "website/times.html", context)


def _gone(request: ClinicRequest, starts_at: datetime) -> str:
    when = start_words(starts_at, accounts.zone_of(request.site_id))
    return f"Choose another time: {when} is no longer free."


def _address(appointment_id: UUID) -> str:
    return reverse("website:visit", args=[queries.visit_token(appointment_id)])


def _private(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer
