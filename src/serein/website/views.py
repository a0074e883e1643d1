from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from serein.audit.actions import derived_key
from serein.core.actors import Actor
from serein.core.answers import page
from serein.core.errors import NotFound, Refused
from serein.intake import actions, queries, rules
from serein.website import forms, presenters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def home(request: ClinicRequest) -> HttpResponse:
    """What the clinic does, for whom, and what is known."""
    return page(request, "website/home.html", {"page": presenters.home_page()})


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
        if _too_many(request, is_danger=False):
            return _wait(request)
        try:
            _send(request, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(reverse("website:received"))
    return page(request, "website/ask.html", {"form": form})


def received(request: ClinicRequest) -> HttpResponse:
    """What happens next."""
    return page(request, "website/received.html")


def crisis(request: ClinicRequest) -> HttpResponse:
    """Whom to call now."""
    return page(request, "website/crisis.html")


def _send(request: ClinicRequest, form: forms.AskForm) -> None:
    typed = forms.typed_in(request.POST)
    client_key = forms.client_key_in(request.POST)
    actions.request_consult(
        key=derived_key(client_key, forms.content_label(typed, "send")),
        by=Actor.public(request.site_id),
        at=request.at,
        client_key=client_key,
        typed=typed,
        address_digest=_digest(request),
        **form.columns(),
    )


def _help(request: ClinicRequest) -> HttpResponse:
    """Keep what was typed, tell the clinic, and show where help is, whatever else goes wrong."""
    typed = forms.typed_in(request.POST)
    client_key = forms.client_key_in(request.POST)
    form = forms.AskForm(request.POST)
    form.is_valid()
    is_kept = False
    if not _too_many(request, is_danger=True):
        try:
            actions.call_for_help(
                key=derived_key(client_key, _press(request, typed)),
                by=Actor.public(request.site_id),
                at=request.at,
                client_key=client_key,
                typed=typed,
                facts=form.columns(),
                address_digest=_digest(request),
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


def _too_many(request: ClinicRequest, *, is_danger: bool) -> bool:
    since = request.at - rules.SENDING_WINDOW
    sent = queries.sent_from(_digest(request), since=since)
    return rules.too_many(sent=sent, is_danger=is_danger)


def _digest(request: ClinicRequest) -> str:
    """Name an address without keeping it."""
    address = request.META.get("REMOTE_ADDR", "")
    return salted_hmac("serein.website.ask", address, settings.SECRET_KEY).hexdigest()
