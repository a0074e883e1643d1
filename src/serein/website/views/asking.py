"""The form with which somebody asks to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from serein.audit.actions import derived_key
from serein.core.actors import Actor
from serein.core.answers import page
from serein.core.errors import NotFound, Refused
from serein.intake import actions
from serein.intake import queries as intake
from serein.website import forms, queries
from serein.website.views.address import address_digest, too_many

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest

ASKED, ASKED_SECONDS = "asked", 3600


# Nobody's authority is used here, so there is nothing to forge; and a browser that keeps no
# cookies must not stand between a person in danger and the clinic.
@csrf_exempt
@never_cache
def ask(request: ClinicRequest) -> HttpResponse:
    """Ask for a consultation; somebody in danger sees crisis help first."""
    if request.method == "POST" and "danger" in request.POST:
        return _help(request)
    form = forms.AskForm(request.POST or None)
    if form.is_posted_and_valid(request):
        if too_many(request):
            return _wait(request)
        try:
            return _sent(request, _send(request, form))
        except Refused as refusal:
            form.refuse(refusal)
    return page(request, "website/ask.html", {"form": form})


def received(request: ClinicRequest) -> HttpResponse:
    """What happens next, and the way to a time for it."""
    token = request.COOKIES.get(ASKED, "")
    try:
        intake.request_for_token(request.site_id, token)
    except NotFound:
        token = ""
    can_book = bool(queries.consultations(request.site_id))
    return page(request, "website/received.html", {"token": token, "can_book": can_book})


def _sent(request: ClinicRequest, client_key: UUID) -> HttpResponse:
    """Go on to the thanks. A browser that keeps the cookie can choose a time for this request."""
    response = HttpResponseRedirect(reverse("website:received"))
    asked = intake.whole_request(request.site_id, client_key)
    response.set_cookie(
        ASKED,
        intake.booking_token(asked) if asked else "",
        max_age=ASKED_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def _send(request: ClinicRequest, form: forms.AskForm) -> UUID:
    typed = forms.typed_in(request.POST)
    client_key = forms.client_key_in(request.POST)
    actions.request_consult(
        key=derived_key(client_key, forms.content_label(typed, "send")),
        by=Actor.public(request.site_id),
        at=request.at,
        client_key=client_key,
        typed=typed,
        address_digest=address_digest(request),
        **form.columns(),
    )
    return client_key


def _help(request: ClinicRequest) -> HttpResponse:
    """Keep what was typed, tell the clinic, and show where help is, whatever else goes wrong."""
    typed = forms.typed_in(request.POST)
    client_key = forms.client_key_in(request.POST)
    form = forms.AskForm(request.POST)
    form.is_valid()
    is_kept = False
    if not too_many(request, is_danger=True):
        try:
            actions.call_for_help(
                key=derived_key(client_key, _press(request, typed)),
                by=Actor.public(request.site_id),
                at=request.at,
                client_key=client_key,
                typed=typed,
                facts=form.columns(),
                address_digest=address_digest(request),
            )
            is_kept = True
        except (Refused, NotFound, DatabaseError):
            is_kept = False
    context = {
        "form": forms.refilled(typed, client_key),
        "is_danger": True,
        "is_kept": is_kept,
    }
    return page(request, "website/ask.html", context)


def _press(request: ClinicRequest, typed: Mapping[str, str]) -> str:
    # A double press counts once; the same words an hour later are a new call for help.
    return forms.content_label(typed, f"danger {request.at:%Y-%m-%d %H:%M}")


def _wait(request: ClinicRequest) -> HttpResponse:
    form = forms.refilled(forms.typed_in(request.POST), forms.client_key_in(request.POST))
    return render(request, "website/ask.html", {"form": form, "must_wait": True}, status=429)
