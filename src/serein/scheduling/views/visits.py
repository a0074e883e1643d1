"""Moving, cancelling and missing one visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from serein.accounts.queries import zone_of
from serein.core.answers import page, saved, sent
from serein.core.errors import NotFound, Refused
from serein.core.forms import KeyedForm
from serein.scheduling import actions, presenters, queries
from serein.scheduling.forms import CancelForm, MoveForm
from serein.scheduling.presenters.moving import around_words, together_lines
from serein.scheduling.rules import start_words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.scheduling.queries import AppointmentFact
    from serein.scheduling.queries.changes import Change


def move(request: ClinicRequest, patient_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Move one visit to a time that keeps the gaps to its neighbours."""
    fact = _visit(request, patient_id, appointment_id)
    zone = zone_of(request.site_id)
    form = MoveForm(sent(request))
    if form.is_posted_and_valid(request):
        try:
            made = actions.move_appointment(
                key=form.key,
                by=request.actor,
                at=request.at,
                appointment_id=appointment_id,
                **form.facts(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            words = start_words(made.starts_at, zone)
            return saved(request, f"Infusion {fact.number} moved to {words}.", to=_back(patient_id))
    options = queries.move_options(request.site_id, appointment_id, not_before=request.at)
    visit = presenters.visit_page(fact, options, zone, form.chosen())
    context = _context(form, visit, patient_id)
    together: tuple[Change, ...] = ()
    if not options:
        together = queries.changes_together(request.site_id, appointment_id, request.at)
    context |= {
        "around": around_words(fact, queries.standing_of_series(fact.series_id), zone),
        "together": together_lines(together, zone),
        "accept_url": reverse("scheduling:accept_proposal", args=[appointment_id]),
        "fresh": KeyedForm(),
    }
    return page(request, "scheduling/move.html", context)


def cancel(request: ClinicRequest, patient_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Cancel one visit, with a reason."""
    fact = _visit(request, patient_id, appointment_id)
    form = CancelForm(sent(request))
    if form.is_posted_and_valid(request):
        try:
            actions.cancel_appointment(
                key=form.key,
                by=request.actor,
                at=request.at,
                appointment_id=appointment_id,
                **form.facts(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return saved(request, f"Infusion {fact.number} cancelled.", to=_back(patient_id))
    visit = presenters.visit_page(fact, (), zone_of(request.site_id))
    return page(request, "scheduling/cancel.html", _context(form, visit, patient_id))


def no_show(request: ClinicRequest, patient_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Say that the patient did not come."""
    fact = _visit(request, patient_id, appointment_id)
    form = KeyedForm(sent(request))
    if form.is_posted_and_valid(request):
        try:
            actions.mark_no_show(
                key=form.key, by=request.actor, at=request.at, appointment_id=appointment_id
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            words = f"Infusion {fact.number} marked as missed. Book what is still to come anew."
            return saved(request, words, to=_back(patient_id))
    visit = presenters.visit_page(fact, (), zone_of(request.site_id))
    return page(request, "scheduling/no_show.html", _context(form, visit, patient_id))


def _visit(request: ClinicRequest, patient_id: UUID, appointment_id: UUID) -> AppointmentFact:
    fact = queries.appointment(appointment_id, request.site_id)
    if fact.patient_id != patient_id:
        raise NotFound
    return fact


def _back(patient_id: UUID) -> str:
    return reverse("plans:visits", args=[patient_id])


def _context(form: KeyedForm, visit: object, patient_id: UUID) -> dict[str, Any]:
    return {"form": form, "visit": visit, "back_url": _back(patient_id)}
