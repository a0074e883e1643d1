"""Check, send, and what comes after: thanks, or the wish for a new link."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.shortcuts import redirect

from serein.assessments import actions, queries
from serein.core.errors import MoveNotAllowed, Refused, SomeoneActedFirst
from serein.portal import presenters
from serein.portal.forms import ButtonForm
from serein.portal.views.link import closed_page, link_page, patient_of, personal, still_open

if TYPE_CHECKING:
    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.assessments.queries import InvitationFact


@personal
@still_open
def check(request: ClinicRequest, token: str, link: InvitationFact) -> HttpResponse:
    """Show every answer with a way to change it, and send."""
    form = ButtonForm(request.POST or None)
    if form.is_posted_and_valid(request):
        try:
            actions.send_response(
                key=form.key, by=patient_of(link), at=request.at, invitation_id=link.invitation_id
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect("portal:thanks", token)
    progress = queries.progress_of(link.invitation_id)
    check_page = presenters.check_page(instrument=link.instrument, answers=progress.answers)
    return link_page(request, "check", token, link, progress, form=form, page=check_page)


@personal
def thanks(request: ClinicRequest, token: str, link: InvitationFact) -> HttpResponse:
    """Thank, and say what happens next. No score."""
    if link.is_open(request.at):
        return redirect("portal:check", token)
    if link.state != "used" or request.at >= link.expires_at:
        return closed_page(request, token, link)
    return link_page(request, "thanks", token, link, queries.progress_of(link.invitation_id))


@personal
def new_link(request: ClinicRequest, token: str, link: InvitationFact) -> HttpResponse:
    """Ask the desk for a new link."""
    if link.is_open(request.at):
        return redirect("portal:start", token)
    form = ButtonForm(request.POST or None)
    if not form.is_posted_and_valid(request):
        return closed_page(request, token, link)
    # Where the desk knows already, a second press asks for nothing more.
    with suppress(MoveNotAllowed, SomeoneActedFirst):
        actions.ask_for_new_link(
            key=form.key, by=patient_of(link), at=request.at, invitation_id=link.invitation_id
        )
    return redirect("portal:new_link", token)
