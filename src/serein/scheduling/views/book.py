"""What a site decides about its book: settings and visit types."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse

from serein.core.answers import carry_out, page, sent
from serein.scheduling import actions, queries
from serein.scheduling.forms.book import SettingsForm, TypeForm
from serein.scheduling.presenters.book import type_lines

if TYPE_CHECKING:
    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.scheduling.queries import TypeFact


def settings(request: ClinicRequest) -> HttpResponse:
    """Decide how nurses share patients, how long times are held, when reminders go."""
    initial = asdict(queries.settings_of(request.site_id))
    initial["nurse_cover"] = initial["nurse_cover"].value
    initial["reminder_days"] = [str(days) for days in initial["reminder_days"]]
    form = SettingsForm(sent(request), initial=initial)
    back = reverse("scheduling:hours")
    if done := carry_out(request, form, actions.set_book_settings, said="Settings saved.", to=back):
        return done
    lead = "Clinic defaults until they are changed; review them with your medical director."
    context = {"form": form, "title": "Rules of the book", "lead": lead, "back_url": back}
    return page(request, "scheduling/form.html", context)


def types(request: ClinicRequest) -> HttpResponse:
    """List the kinds of visit with their phases."""
    lines = type_lines(queries.clinic_of(request.site_id).types)
    return page(request, "scheduling/types.html", {"types": lines})


def edit_type(request: ClinicRequest, type_code: str) -> HttpResponse:
    """Write a new version of a kind of visit; visits already booked keep theirs."""
    fact = _type(request, type_code)
    form = TypeForm(
        sent(request),
        phases=fact.visit.phases,
        initial={"name": fact.name, "is_public": fact.is_public},
    )
    back = reverse("scheduling:types")

    def act(**facts: Any) -> object:
        return actions.set_visit_type(
            code=fact.code, kind=fact.kind, may_straddle=fact.visit.straddles_gap, **facts
        )

    if done := carry_out(request, form, act, said="Saved as a new version.", to=back):
        return done
    context = {"form": form, "fact": fact, "back_url": back}
    return page(request, "scheduling/edit_type.html", context)


def _type(request: ClinicRequest, code: str) -> TypeFact:
    for fact in queries.clinic_of(request.site_id).types:
        if fact.code == code:
            return fact
    raise Http404
