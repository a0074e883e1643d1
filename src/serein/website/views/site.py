"""The pages that everybody may read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from serein.accounts import queries as accounts
from serein.core.answers import page
from serein.scheduling import queries as scheduling
from serein.website import presenters, queries

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def home(request: ClinicRequest) -> HttpResponse:
    """What the clinic does, for whom, what is known, and when it is open."""
    context = {
        "page": presenters.home_page(),
        "can_book": bool(queries.consultations(request.site_id)),
        **_hours(request),
    }
    return page(request, "website/home.html", context)


def hours(request: ClinicRequest) -> HttpResponse:
    """When the clinic is open, week by week."""
    shown = _hours(request)
    first = max(day_in(request, shown["today"]), shown["today"])
    weeks = scheduling.hours_preview(request.site_id, first)
    context = {**shown, **presenters.coming_weeks(weeks)}
    return page(request, "website/hours.html", context)


def crisis(request: ClinicRequest) -> HttpResponse:
    """Whom to call now."""
    return page(request, "website/crisis.html")


def day_in(request: ClinicRequest, otherwise: date) -> date:
    """Return the date that the address asks for, within two years, or another where it names none."""
    try:
        day = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return otherwise
    return min(day, otherwise + timedelta(days=730))


def _hours(request: ClinicRequest) -> dict[str, Any]:
    """What every page says about opening hours, from the one set of rules."""
    site = accounts.public_site()
    zone = accounts.zone_of(request.site_id)
    today = request.at.astimezone(zone).date()
    known = scheduling.hours_of(request.site_id)
    return {
        "today": today,
        "hours": presenters.hours_words(known, today),
        "sentence": scheduling.hours_in_words(request.site_id, today),
        "structured": presenters.structured_data(site, known, today) if site else "",
    }
