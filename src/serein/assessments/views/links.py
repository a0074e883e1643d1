"""Personal links: make one, see where they stand, withdraw one, and who asked for a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.assessments import actions, presenters, queries
from serein.assessments.forms import ActForm, InviteForm
from serein.core.answers import carry_out, page
from serein.core.errors import Refused

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def invite(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Make a personal link and show it once; below, the links that there are."""
    form = InviteForm(request.POST or None)
    token = ""
    if form.is_posted_and_valid(request):
        try:
            actions.invite(
                key=form.key,
                by=request.actor,
                at=request.at,
                patient_id=patient_id,
                **form.facts_at(request.at),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            token = actions.link_token(key=form.key)
    links = queries.invitations_of(patient_id)
    context = {
        "form": form,
        "token": token,
        "links": presenters.link_lines(links, at=request.at, zone=zone_of(request.site_id)),
        "withdrawing": ActForm(),
        "may_see": may(request.actor.role, Act.SEE_ASSESSMENTS),
        "patient_id": patient_id,
    }
    return page(request, "assessments/invite.html", context)


def withdraw(request: ClinicRequest, patient_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Close a link for good."""
    queries.invitation_row(patient_id, invitation_id)
    form = ActForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.withdraw_invitation,
        said="Link withdrawn. It opens nothing any more.",
        to=reverse("assessments:invite", args=[patient_id]),
        patient_id=patient_id,
        invitation_id=invitation_id,
    ):
        return done
    context = {"form": form, "patient_id": patient_id, "invitation_id": invitation_id}
    return page(request, "assessments/withdraw.html", context)


def asked_for(request: ClinicRequest) -> HttpResponse:
    """List who asked for a new link, for the desk."""
    facts = queries.links_asked_for(request.site_id)
    zone = zone_of(request.site_id)
    context = {"links": presenters.link_lines(facts, at=request.at, zone=zone)}
    return page(request, "assessments/links.html", context)
