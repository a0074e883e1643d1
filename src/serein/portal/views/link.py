"""What every page of a personal link has in common: the secret, its end, and what surrounds it."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from serein.accounts import queries as accounts
from serein.assessments import queries
from serein.core.actors import Actor
from serein.core.answers import page
from serein.core.errors import NotFound
from serein.portal.forms import ButtonForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.assessments.queries import InvitationFact, Progress


def personal(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Find the link by its secret; keep its pages out of caches, indexes and other sites."""

    @wraps(view)
    def with_link(request: ClinicRequest, token: str, **kwargs: Any) -> HttpResponse:
        try:
            link = queries.invitation_for_token(token)
        except NotFound:
            response = render(request, "portal/wrong_link.html", status=404)
        else:
            response = view(request, token, link, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    return with_link


def still_open(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer a used or run-out link with the page that offers a new one."""

    @wraps(view)
    def while_open(
        request: ClinicRequest, token: str, link: InvitationFact, **kwargs: Any
    ) -> HttpResponse:
        if not link.is_open(request.at):
            return closed_page(request, token, link)
        return view(request, token, link, **kwargs)

    return while_open


def closed_page(request: ClinicRequest, token: str, link: InvitationFact) -> HttpResponse:
    """Answer for a link that is used or has run out; it says nothing about the person."""
    context = {
        "form": ButtonForm(),
        "token": token,
        "clinic": accounts.site(link.site_id),
        "is_asked": link.state == "asked_again",
    }
    return render(request, "portal/closed_link.html", context, status=410)


def link_page(
    request: ClinicRequest,
    name: str,
    token: str,
    link: InvitationFact,
    progress: Progress,
    **context: Any,
) -> HttpResponse:
    """Render a page of an open link with what surrounds every one of them."""
    shared = {
        "token": token,
        "clinic": accounts.site(link.site_id),
        "has_signal": progress.signal_at is not None,
        "is_told": progress.safe_now is not None and progress.safe_now != "yes",
    }
    return page(request, f"portal/{name}.html", {**shared, **context})


def patient_of(link: InvitationFact) -> Actor:
    """Return the patient as the author of what is done through their link."""
    return Actor.patient(link.patient_id, link.site_id)
