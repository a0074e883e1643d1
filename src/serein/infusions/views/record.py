"""The record of visits: the list, the signed note, and the page that is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.core.answers import carry_out, page
from serein.infusions import actions, queries
from serein.infusions.forms import AddendumForm, SignForm
from serein.infusions.presenters.record import record_page, session_lines
from serein.infusions.views.chairside import shown, url_of, visit_of
from serein.patients import queries as patients

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest

PER_PAGE = 25


def sessions(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """List the visits of a patient, newest first."""
    asked = request.GET.get("from", "")
    offset = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    total = queries.session_count(patient_id)
    facts = queries.sessions_of(patient_id, at=request.at, offset=offset, limit=PER_PAGE)
    newer = f"?from={max(0, offset - PER_PAGE)}" if offset else ""
    older = f"?from={offset + PER_PAGE}" if offset + PER_PAGE < total else ""
    context = {
        "lines": session_lines(facts, patient_id, zone_of(request.site_id)),
        "shown": f"{offset + 1} to {offset + len(facts)} of {total}" if facts else "",
        "newer_url": newer,
        "older_url": older,
    }
    return page(request, "infusions/sessions.html", context)


def sign(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Sign the note."""
    visit = visit_of(request, patient_id, session_id)
    form = SignForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.sign_note,
        said="Note signed.",
        to=url_of(visit),
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="sign", form=form, sign_form=form)


def addend(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Add to a signed note."""
    visit = visit_of(request, patient_id, session_id)
    form = AddendumForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.addend_note,
        said="Addendum signed.",
        to=url_of(visit),
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="addend", form=form, addendum_form=form)


def record(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """The whole visit, for print."""
    visit = visit_of(request, patient_id, session_id)
    patient = patients.patient_for(request.site_id, patient_id)
    context = {"page": record_page(visit, patient, request.at), "back_url": url_of(visit)}
    return page(request, "infusions/record.html", context)
