"""Guided offers: which starts a weekday offers, searched for, looked at, kept by a person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse

from serein.accounts.queries import staff_of
from serein.core.answers import carry_out, page, sent
from serein.core.clinic_time import local_day
from serein.core.forms import KeyedForm
from serein.scheduling import actions, queries, rules
from serein.scheduling.forms.guiding import Found, KeepStartsForm, MixForm, sealed
from serein.scheduling.presenters.guiding import found_page, weekday_lines
from serein.scheduling.queries import Wanted
from serein.scheduling.rules import GuideStart, wall_minute
from serein.scheduling.states import VisitKind

if TYPE_CHECKING:
    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.scheduling.forms.guiding import Mix
    from serein.scheduling.presenters.guiding import FoundPage
    from serein.scheduling.queries import ClinicFact

LOOK_DAYS = 28
SOLVE_SECONDS = 5.0
MOST_VISITS = 80
"""More usual infusions than any day of a clinic of this size holds."""


def starts(request: ClinicRequest) -> HttpResponse:
    """Show what each weekday offers; search for the starts that let most visits into one."""
    clinic = queries.clinic_of(request.site_id)
    days = _next_open(clinic, request)
    mix_form = MixForm(
        request.GET if "weekday" in request.GET else None,
        weekdays=sorted(days),
        types=clinic.types,
        initial={"least_first": 2},
    )
    keep_form, found = KeepStartsForm(sent(request)), None
    if done := carry_out(request, keep_form, _keep, said=_said, to=reverse("scheduling:starts")):
        return done
    asked = mix_form.asked()
    if asked is not None and not keep_form.is_bound:
        answer, found = _search(clinic, days[asked.weekday], asked)
        keep_form = KeepStartsForm(initial={"found": sealed(answer)})
    lines = weekday_lines(
        sorted(days),
        queries.templates_of(request.site_id),
        clinic.types,
        {str(fact.staff_id): fact.name for fact in staff_of(request.site_id)},
    )
    context = {"lines": lines, "mix": mix_form, "keep": keep_form, "found": found}
    return page(request, "scheduling/starts.html", context)


def free_starts(request: ClinicRequest, weekday: int) -> HttpResponse:
    """Offer every legal start of a weekday again."""
    if weekday not in queries.templates_of(request.site_id):
        raise Http404
    form, name = KeyedForm(sent(request)), rules.WEEKDAYS[weekday]
    back = reverse("scheduling:starts")
    said = f"{name}s offer every legal start again."
    if done := carry_out(request, form, actions.drop_starts, said=said, to=back, weekday=weekday):
        return done
    context = {
        "form": form, "title": f"Stop guiding {name}s", "back_url": back,
        "back_label": "Guided offers",
    }  # fmt: skip
    return page(request, "scheduling/form.html", context)


def _keep(*, found: Found, **given: Any) -> Any:
    return actions.keep_starts(
        weekday=found.weekday,
        starts=found.starts,
        worked_out_for=found.worked_out_for,
        bound=found.bound,
        method=found.method,
        **given,
    )


def _said(made: Any) -> str:
    return f"{rules.WEEKDAYS[made.weekday]}s offer these starts from now on."


def _next_open(clinic: ClinicFact, request: ClinicRequest) -> dict[int, date]:
    """The next open date of each weekday on which the clinic opens."""
    today = local_day(request.at, clinic.zone)
    coming = [today + timedelta(days=n) for n in range(LOOK_DAYS, 0, -1)]
    return {day.weekday(): day for day in coming if rules.is_open(clinic.hours, day)}


def _search(clinic: ClinicFact, day: date, asked: Mix) -> tuple[Found, FoundPage]:
    """Search an empty day for the starts that let most visits in."""
    (empty,) = queries.empty_books(clinic, [day])
    usual = clinic.type_of_kind(VisitKind.INFUSION)
    code_of = {Wanted(fact.code).visit(clinic): fact.code for fact in clinic.types}
    visit_of = {code: visit for visit, code in code_of.items()}
    least = {visit_of[code]: number for code, number in asked.least.items()}
    mix = {**least, visit_of[usual.code]: MOST_VISITS}
    template = rules.solve_template(mix, empty, SOLVE_SECONDS, least=least)
    starts = tuple(
        GuideStart(code_of[start.visit_type], wall_minute(start.tick, clinic.zone), start.count)
        for start in template.starts
    )
    plan = template.plan
    found = Found(day.weekday(), starts, day, plan.bound, plan.method)
    shown = found_page(
        plan, starts, weekday=day.weekday(), day_words=rules.day_words(day), least=asked.least,
        types=clinic.types,
    )  # fmt: skip
    return found, shown
