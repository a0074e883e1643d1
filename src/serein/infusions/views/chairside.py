"""The page at the chair and its live part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.answers import page
from serein.core.reading import one_look
from serein.infusions import queries
from serein.infusions.forms import AddendumForm, PlainForm, SignForm
from serein.infusions.presenters.chairside import chairside
from serein.infusions.presenters.level import session_level
from serein.infusions.presenters.record import note_view
from serein.infusions.views.sheets import PHRASES, sheets
from serein.monitoring import queries as monitored
from serein.monitoring.presenters.feed import feed_card

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.core.forms import KeyedForm
    from serein.infusions.models import InfusionSession

DIM = "dim"


def visit_of(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> InfusionSession:
    """Return the visit in the address, if it is this patient's.

    :raises NotFound: it is not
    """
    return queries.session(request.site_id, session_id, patient_id)


def url_of(visit: InfusionSession) -> str:
    """Return the address of a visit."""
    return reverse("infusions:session", args=[visit.patient_id, visit.pk])


def shown(
    request: ClinicRequest,
    visit: InfusionSession,
    *,
    entry: str = "",
    form: KeyedForm | None = None,
    **more: Any,
) -> HttpResponse:
    """Answer with the page at the chair, one entry open.

    The page is dim unless this browser chose otherwise. A person who checks the drug blind sees
    neither the order nor the gate while doing so.
    """
    with one_look():
        context = _everything(request, visit)
    context |= {"entry": entry, "form": form, "is_blind": entry == "second_check", **more}
    if context["page"].phase == "over" and visit.started_at is not None:
        context |= _note(request, visit, context)
    return page(request, "infusions/chairside.html", context)


def _everything(request: ClinicRequest, visit: InfusionSession) -> dict[str, Any]:
    seen = chairside(visit, at=request.at, by=request.actor, with_table="table" in request.GET)
    return {
        "plain": PlainForm(),
        "stop_form": PlainForm(),
        "help_form": PlainForm(),
        "back_url": url_of(visit),
        "page": seen,
        "sheets": sheets(visit, seen, at=request.at, by=request.actor),
        "phrases": PHRASES,
        "theme": request.COOKIES.get("theme") or DIM,
        "session_level": session_level(visit, at=request.at, by=request.actor),
        "feed": feed_card(
            monitored.period(visit.period_id),
            at=request.at,
            by=request.actor,
            zone=zone_of(visit.site_id),
            back=url_of(visit),
        ),
    }


def _note(
    request: ClinicRequest, visit: InfusionSession, context: dict[str, Any]
) -> dict[str, Any]:
    can_sign = may(request.actor.role, Act.SIGN_NOTE)
    return {
        "note": note_view(visit, request.at),
        "can_sign": can_sign,
        "sign_form": context.get("sign_form") or SignForm(),
        "addendum_form": context.get("addendum_form") or AddendumForm(),
    }


def session(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """The visit as it stands now."""
    return shown(request, visit_of(request, patient_id, session_id))


def live(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """The live part alone, made anew; the page asks for it every ten seconds."""
    visit = visit_of(request, patient_id, session_id)
    with one_look():
        seen = chairside(visit, at=request.at, by=request.actor, with_table="table" in request.GET)
        level = session_level(visit, at=request.at, by=request.actor)
    context = {"page": seen, "plain": PlainForm(), "session_level": level}
    response = render(request, "infusions/_live_answer.html", context)
    if request.GET.get("state") not in {None, seen.state_code}:
        response["HX-Refresh"] = "true"
    return response
