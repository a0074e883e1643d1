"""What the clinic could take if it changed: a chair more, every Friday open, a nurse fewer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.core.answers import page
from serein.core.clinic_time import local_day
from serein.scheduling import queries, rules
from serein.scheduling.forms.outlook import WhatIfForm
from serein.scheduling.presenters.outlook import Scenario, best_line, outlook_page
from serein.scheduling.queries import Change, Wanted
from serein.scheduling.rules import Kind
from serein.scheduling.states import VisitKind

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.scheduling.presenters.outlook import BestLine

LOOK_WEEKS = 4
SOLVE_SECONDS = 3.0
MOST_VISITS = 80
"""More visits than any day of a clinic of this size holds; what is left over tells the limit."""


def outlook(request: ClinicRequest) -> HttpResponse:
    """Put today's clinic beside a changed one: patients a day, and the wait for a first place."""
    form = WhatIfForm(request.GET or None)
    first = local_day(request.at, zone_of(request.site_id)) + timedelta(days=1)
    days = [first + timedelta(days=n) for n in range(LOOK_WEEKS * 7)]
    closed = _closed_fridays(request, days)
    asked = form.asked()
    changes = [("As it is", Change()), ("One chair more", Change(chairs=1))]
    if closed:
        changes.append(("Every Friday open", Change(opens=closed)))
    changes.append(("One nurse fewer", Change(nurses=-1)))
    if asked is not None:
        opens = closed if asked.every_friday else ()
        own = Change(chairs=asked.chairs, nurses=asked.nurses, opens=opens)
        changes.append(("Your own", own))
    scenarios = [
        Scenario(
            name,
            change,
            queries.what_if(
                request.site_id, first=days[0], last=days[-1], at=request.at, change=change
            ),
        )
        for name, change in changes
    ]
    clinic = queries.clinic_of(request.site_id)
    shown = outlook_page(
        scenarios,
        weeks=LOOK_WEEKS,
        nurses_count=Kind.NURSE not in clinic.unlimited,
        best=_best(request, days) if "solve" in request.GET else None,
    )
    return page(request, "scheduling/outlook.html", {"outlook": shown, "form": form})


def _closed_fridays(request: ClinicRequest, days: list[date]) -> tuple[date, ...]:
    hours = queries.hours_of(request.site_id)
    return tuple(day for day in days if day.weekday() == 4 and not rules.is_open(hours, day))


def _best(request: ClinicRequest, days: list[date]) -> BestLine | None:
    """The most infusions that an empty open day could hold, searched for some seconds."""
    clinic = queries.clinic_of(request.site_id)
    day = next((day for day in days if rules.is_open(clinic.hours, day)), None)
    if day is None:
        return None
    visit = Wanted(clinic.type_of_kind(VisitKind.INFUSION).code).visit(clinic)
    (empty,) = queries.empty_books(clinic, [day])
    template = rules.solve_template({visit: MOST_VISITS}, empty, SOLVE_SECONDS)
    return best_line(template, clinic.zone)
