"""Before the start: check-in, the checklist, the second person, overrides, clearing, cancelling."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.core.answers import carry_out, page
from serein.infusions import actions, queries
from serein.infusions.forms import CHECKLIST_FORMS, PlainForm, ReasonForm, SecondCheckForm
from serein.infusions.views.chairside import shown, url_of, visit_of
from serein.infusions.views.offline import chart, moment_of
from serein.infusions.views.sheets import TITLES, asked_form
from serein.scheduling import queries as scheduling

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def check_in(request: ClinicRequest, patient_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Open the visit of an appointment of this patient."""
    booked = scheduling.appointment(appointment_id, request.site_id)
    if booked.patient_id != patient_id:
        raise Http404
    known = queries.sessions_of_appointments([appointment_id]).get(appointment_id)
    sees = may(request.actor.role, Act.SEE_SESSION)
    if known is not None and sees and request.method == "GET":
        return HttpResponseRedirect(
            reverse("infusions:session", args=[patient_id, known.session_id])
        )
    form = PlainForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.check_in,
        said=lambda visit: f"Checked in to {visit.chair_name}.",
        to=lambda visit: url_of(visit) if sees else reverse("workspace:board"),
        appointment_id=appointment_id,
    ):
        return done
    context = {"form": form, "booked": booked, "back_url": reverse("workspace:board")}
    return page(request, "infusions/check_in.html", context)


def answer(request: ClinicRequest, patient_id: UUID, session_id: UUID, code: str) -> HttpResponse:
    """Answer one question of the checklist."""
    visit = visit_of(request, patient_id, session_id)
    if code not in CHECKLIST_FORMS:
        raise Http404
    form = asked_form(visit, code, request.POST or None)
    if code == "second_check":
        done = carry_out(
            request,
            form,
            actions.prepare_drug,
            said="Answer saved.",
            to=url_of(visit),
            session_id=session_id,
        )
    else:
        done = chart(
            request,
            visit,
            form,
            partial(actions.answer_checklist, code=code),
            kind="answer",
            said="Answer saved.",
            session_id=session_id,
            answered_at=moment_of(request),
        )
    if done:
        return done
    return shown(request, visit, entry="answer", form=form, entry_title=TITLES[code])


def second_check(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """The second person types what is on the vial, the syringe and the pump."""
    visit = visit_of(request, patient_id, session_id)
    form = SecondCheckForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.second_check,
        said="Checked: the drug and the pump agree.",
        to=url_of(visit),
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="second_check", form=form)


def override(
    request: ClinicRequest, patient_id: UUID, session_id: UUID, item_code: str
) -> HttpResponse:
    """A prescriber goes on although one condition is not met."""
    visit = visit_of(request, patient_id, session_id)
    gate = queries.start_gate(visit, request.at)
    item = next((one for one in gate if one.code == item_code), None)
    if item is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.override_item,
        said=f"Override recorded: {item.name.lower()}.",
        to=url_of(visit),
        session_id=session_id,
        item_code=item_code,
    ):
        return done
    return shown(request, visit, entry="override", form=form, item=item)


def renew_order(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Take over the newest signed order."""
    visit = visit_of(request, patient_id, session_id)
    form = PlainForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.renew_order,
        said="Order taken over. Prepare and check the drug again.",
        to=url_of(visit),
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="renew_order", form=form)


def clear(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Open the start gate."""
    visit = visit_of(request, patient_id, session_id)
    form = PlainForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.clear_session,
        said="Ready to start.",
        to=reverse("infusions:start", args=[patient_id, session_id]),
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="clear", form=form)


def cancel(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """End a visit in which nothing was infused."""
    visit = visit_of(request, patient_id, session_id)
    form = ReasonForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.cancel_session,
        said="Visit cancelled.",
        to=url_of(visit),
        session_id=session_id,
    ):
        return done
    return shown(request, visit, entry="cancel", form=form)
