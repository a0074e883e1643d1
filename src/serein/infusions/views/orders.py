"""Sent to a chair: messages and orders; at the chair: reading them, reading back, carrying out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.views.decorators.http import require_POST

from serein.accounts.queries import zone_of
from serein.core.answers import carry_out, page, saved, sent
from serein.core.errors import Refused
from serein.infusions.actions.notes_to_nurse import mark_note_read, message_nurse
from serein.infusions.actions.orders import (
    carry_out_order,
    decline_order,
    order_change,
    read_back,
    withdraw_order,
)
from serein.infusions.forms.orders import DeclineForm, NurseMessageForm, OrderForm, ReadBackForm
from serein.infusions.forms.writing import PlainForm
from serein.infusions.presenters.chairside import order_line as order_of_visit
from serein.infusions.presenters.orders import order_line
from serein.infusions.queries.orders_given import given_order
from serein.infusions.views.chairside import url_of, visit_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.core.forms import KeyedForm
    from serein.infusions.models import InfusionSession

DISAGREES = (
    "Ask the prescriber again: what was read back is not what was ordered. Nothing stands yet."
)


def _back(request: ClinicRequest, visit: InfusionSession) -> str:
    """Return to the page of all chairs where somebody came from there, else to the visit."""
    return reverse("workspace:chairs") if request.GET.get("from") == "chairs" else url_of(visit)


def _shown(
    request: ClinicRequest, visit: InfusionSession, form: KeyedForm, template: str, **more: Any
) -> HttpResponse:
    context = {"form": form, "chair": visit.chair_name, "back_url": _back(request, visit), **more}
    return page(request, f"infusions/{template}.html", context)


def message(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Write to whoever is at the chair."""
    visit = visit_of(request, patient_id, session_id)
    form = NurseMessageForm(sent(request))
    if done := carry_out(
        request,
        form,
        message_nurse,
        said=f"Message sent to {visit.chair_name}.",
        to=_back(request, visit),
        session_id=session_id,
    ):
        return done
    return _shown(request, visit, form, "orders_message")


@require_POST
def mark_read(
    request: ClinicRequest, patient_id: UUID, session_id: UUID, note_id: UUID
) -> HttpResponse:
    """Mark a message as read."""
    return _pressed(
        request,
        visit_of(request, patient_id, session_id),
        mark_note_read,
        said="Marked as read.",
        note_id=note_id,
    )


def order(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Order a change; it stands only when it was read back."""
    visit = visit_of(request, patient_id, session_id)
    form = OrderForm(sent(request))
    if done := carry_out(
        request,
        form,
        order_change,
        said=f"Order sent to {visit.chair_name}. It stands when it was read back.",
        to=_back(request, visit),
        session_id=session_id,
    ):
        return done
    return _shown(request, visit, form, "orders_order", order=order_of_visit(visit))


def back(
    request: ClinicRequest, patient_id: UUID, session_id: UUID, order_id: UUID
) -> HttpResponse:
    """Read an order back on a page that does not show it."""
    visit = visit_of(request, patient_id, session_id)
    given = given_order(session_id, order_id)
    form = ReadBackForm(sent(request))
    if form.is_posted_and_valid(request):
        try:
            made = read_back(
                key=form.key,
                by=request.actor,
                at=request.at,
                session_id=session_id,
                order_id=order_id,
                **form.facts(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            if made.is_match:
                return _said(request, visit, "Read back. The order stands.")
            form.add_error(None, DISAGREES)
    return _shown(request, visit, form, "orders_read_back", by_name=given.by_name)


@require_POST
def done(
    request: ClinicRequest, patient_id: UUID, session_id: UUID, order_id: UUID
) -> HttpResponse:
    """Chart that an order was carried out."""
    visit = visit_of(request, patient_id, session_id)
    return _pressed(
        request, visit, carry_out_order, said="Carried out and charted.", order_id=order_id
    )


@require_POST
def withdraw(
    request: ClinicRequest, patient_id: UUID, session_id: UUID, order_id: UUID
) -> HttpResponse:
    """Take an order back."""
    visit = visit_of(request, patient_id, session_id)
    return _pressed(request, visit, withdraw_order, said="Order taken back.", order_id=order_id)


def decline(
    request: ClinicRequest, patient_id: UUID, session_id: UUID, order_id: UUID
) -> HttpResponse:
    """Say why an order is not carried out."""
    visit = visit_of(request, patient_id, session_id)
    form = DeclineForm(sent(request))
    if answer := carry_out(
        request,
        form,
        decline_order,
        said="The prescriber sees that it is not carried out.",
        to=_back(request, visit),
        session_id=session_id,
        order_id=order_id,
    ):
        return answer
    given = given_order(session_id, order_id)
    ids = [patient_id, session_id]
    line = order_line(given, zone_of(visit.site_id), ids, request.actor)
    return _shown(request, visit, form, "orders_decline", line=line)


def _said(request: ClinicRequest, visit: InfusionSession, words: str) -> HttpResponse:
    return saved(request, words, to=_back(request, visit))


def _pressed(
    request: ClinicRequest, visit: InfusionSession, act: Any, *, said: str, **given: Any
) -> HttpResponse:
    """Do what a single button stands for; a refusal is said on a page of its own."""
    form = PlainForm(request.POST)
    answer = carry_out(
        request, form, act, said=said, to=_back(request, visit), session_id=visit.pk, **given
    )
    return answer or _shown(request, visit, form, "orders_refused")
