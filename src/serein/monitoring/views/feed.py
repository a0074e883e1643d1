"""What devices propose for one visit, and the one tap that takes it into the chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from serein.accounts import queries as accounts
from serein.core.answers import carry_out, page
from serein.monitoring import actions, queries
from serein.monitoring.forms import AcceptForm, RejectForm
from serein.monitoring.presenters.feed import feed_card
from serein.monitoring.views.periods import back_to

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.core.forms import KeyedForm


def feed(request: ClinicRequest, patient_id: UUID, period_id: UUID) -> HttpResponse:
    """Show what is proposed; to htmx the card alone, made anew."""
    queries.period(period_id, patient_id=patient_id)
    if getattr(request, "htmx", None):
        card = _card(request, patient_id, period_id)
        return render(request, "monitoring/_feed.html", {"feed": card})
    return _page(request, patient_id, period_id)


def _page(
    request: ClinicRequest, patient_id: UUID, period_id: UUID, form: KeyedForm | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "feed": _card(request, patient_id, period_id),
        "form": form,
        "back": _home(request, patient_id, period_id),
        "patient_id": patient_id,
    }
    return page(request, "monitoring/feed.html", context)


def _card(request: ClinicRequest, patient_id: UUID, period_id: UUID) -> Any:
    return feed_card(
        queries.period(period_id, patient_id=patient_id),
        at=request.at,
        by=request.actor,
        zone=accounts.zone_of(request.site_id),
        back=_home(request, patient_id, period_id),
    )


def _home(request: ClinicRequest, patient_id: UUID, period_id: UUID) -> str:
    return back_to(request, reverse("monitoring:period", args=[patient_id, period_id]))


@require_POST
def accept(request: ClinicRequest, patient_id: UUID, period_id: UUID) -> HttpResponse:
    """Chart a proposed set, signed by whoever accepts it."""
    queries.period(period_id, patient_id=patient_id)
    form = AcceptForm(request.POST)
    done = carry_out(
        request,
        form,
        actions.accept_proposed,
        said="Vitals accepted from the device.",
        to=_home(request, patient_id, period_id),
        period_id=period_id,
    )
    return done or _page(request, patient_id, period_id, form)


@require_POST
def reject(request: ClinicRequest, patient_id: UUID, period_id: UUID) -> HttpResponse:
    """Turn a proposed set down, with the reason."""
    queries.period(period_id, patient_id=patient_id)
    form = RejectForm(request.POST)
    done = carry_out(
        request,
        form,
        actions.reject_proposed,
        said="Values set aside. They stay stored.",
        to=_home(request, patient_id, period_id),
        period_id=period_id,
    )
    return done or _page(request, patient_id, period_id, form)
