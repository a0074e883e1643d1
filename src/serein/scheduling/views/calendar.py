"""A week and a month of the book."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.core.answers import page
from serein.core.clinic_time import local_day
from serein.scheduling import queries, rules
from serein.scheduling.presenters.calendar import days_of_month, month_page, week_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def week(request: ClinicRequest) -> HttpResponse:
    """Show the week of a day: what is open, who comes, how full it is."""
    today, day = _days(request)
    monday = rules.monday_of(day)
    visits = queries.visits_on(request.site_id, monday, monday + timedelta(days=6), request.at)
    chairs = len(queries.chairs_of(request.site_id))
    shown = week_page(monday, queries.hours_of(request.site_id), visits, chairs, today)
    return page(request, "scheduling/week.html", {"calendar": shown})


def month(request: ClinicRequest) -> HttpResponse:
    """Show the month of a day."""
    today, day = _days(request)
    first = day.replace(day=1)
    days = days_of_month(first)
    visits = queries.visits_on(request.site_id, days[0], days[-1], request.at)
    chairs = len(queries.chairs_of(request.site_id))
    shown = month_page(first, queries.hours_of(request.site_id), visits, chairs, today)
    return page(request, "scheduling/month.html", {"calendar": shown})


def _days(request: ClinicRequest) -> tuple[date, date]:
    """Today, and the day in the address; today where it names none."""
    today = local_day(request.at, zone_of(request.site_id))
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today, today
    return today, asked if abs(asked - today) < timedelta(days=3660) else today
