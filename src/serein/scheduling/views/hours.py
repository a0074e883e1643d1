"""Opening hours, closures, special openings and chairs of the site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from serein.accounts.queries import zone_of
from serein.core.answers import page, saved, sent
from serein.core.clinic_time import local_day
from serein.core.errors import Refused
from serein.core.forms import KeyedForm
from serein.patients.queries import patients_by_id
from serein.scheduling import actions, presenters, queries
from serein.scheduling.forms import (
    ChairForm,
    ClosureForm,
    HolidaysForm,
    OpeningForm,
    WeekdayForm,
    weekday_initial,
)
from serein.scheduling.presenters import preview as previews
from serein.scheduling.rules import WEEKDAYS, holiday_names

if TYPE_CHECKING:
    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.scheduling.rules import Hours


def hours(request: ClinicRequest) -> HttpResponse:
    """Show when the site opens, for the next twelve weeks in words."""
    site_id, zone = request.site_id, zone_of(request.site_id)
    today = local_day(request.at, zone)
    stranded = queries.stranded(site_id, request.at, zone)
    context = {
        "page": presenters.hours_page(
            sentence=queries.hours_in_words(site_id, today),
            hours=queries.hours_of(site_id),
            today=today,
            weeks=queries.hours_preview(site_id, today),
            closures=queries.closures_from(site_id, today),
            specials=queries.specials_from(site_id, today),
            chairs=queries.chairs_of(site_id),
            stranded=stranded,
            patients=patients_by_id(site_id, [fact.patient_id for fact in stranded]),
            zone=zone,
        )
    }
    return page(request, "scheduling/hours.html", context)


def weekday(request: ClinicRequest, weekday: int) -> HttpResponse:
    """Change the hours of one weekday from a date on."""
    if weekday not in range(7):
        raise Http404
    today = local_day(request.at, zone_of(request.site_id))
    form = WeekdayForm(sent(request), initial=_weekday_start(request, weekday, today))

    def save() -> object:
        parts: dict[str, Any] = {"by": request.actor, "at": request.at, "weekday": weekday}
        if form.is_closing():
            day = form.cleaned_data["from_date"]
            return actions.close_weekday(key=form.key, from_date=day, **parts)
        return actions.set_weekday_hours(key=form.key, **parts, **form.hours())

    def then(hours: Hours) -> Hours:
        facts = form.facts()
        return previews.with_weekday(hours, weekday, facts.pop("from_date"), **facts)

    name = WEEKDAYS[weekday]
    return _answer(request, form, save, f"{name}s", f"Hours of {name}s saved.", then)


def close(request: ClinicRequest) -> HttpResponse:
    """Close on a date."""
    form = ClosureForm(sent(request))
    save = _saving(request, form, actions.add_closure)
    return _answer(
        request,
        form,
        save,
        "Close on a date",
        "Closed.",
        lambda hours: previews.with_closure(hours, **form.facts()),
    )


def open_specially(request: ClinicRequest) -> HttpResponse:
    """Open on a date, whatever the rule says."""
    form = OpeningForm(sent(request))
    save = _saving(request, form, actions.add_special_opening)
    return _answer(
        request,
        form,
        save,
        "Open specially on a date",
        "Special opening saved.",
        lambda hours: previews.with_opening(hours, **form.facts()),
    )


def holidays(request: ClinicRequest) -> HttpResponse:
    """Choose the public holidays on which the clinic stays closed."""
    today = local_day(request.at, zone_of(request.site_id))
    offered = holiday_names(year=today.year)
    kept = queries.holidays_kept(request.site_id)
    names = [*offered, *sorted(kept - set(offered))]
    form = HolidaysForm(sent(request), names=names, initial={"names": sorted(kept)})
    return _answer(
        request,
        form,
        _saving(request, form, actions.choose_holidays),
        "Public holidays",
        "Holidays saved.",
        lambda hours: previews.with_holidays(hours, form.cleaned_data["names"], today),
    )


def add_chair(request: ClinicRequest) -> HttpResponse:
    """Add an infusion chair."""
    form = ChairForm(sent(request))
    save = _saving(request, form, actions.add_chair)
    return _answer(request, form, save, "Add a chair", "Chair added.")


def lift_closure(request: ClinicRequest, closure_id: UUID) -> HttpResponse:
    """Open again on a date that was closed."""
    known = {fact.closure_id: fact for fact in queries.closures_from(request.site_id, date.min)}
    if closure_id not in known:
        raise Http404
    day = presenters.dated(known[closure_id].date)
    form = KeyedForm(sent(request))
    save = _saving(request, form, actions.lift_closure, closure_id=closure_id)
    return _answer(request, form, save, f"Lift the closure of {day}", "Closure lifted.")


def lift_opening(request: ClinicRequest, special_id: UUID) -> HttpResponse:
    """Take a special opening back."""
    known = {fact.special_id: fact for fact in queries.specials_from(request.site_id, date.min)}
    if special_id not in known:
        raise Http404
    day = presenters.dated(known[special_id].date)
    form = KeyedForm(sent(request))
    save = _saving(request, form, actions.lift_special_opening, special_id=special_id)
    title = f"Take back the special opening of {day}"
    return _answer(request, form, save, title, "Special opening taken back.")


def retire_chair(request: ClinicRequest, chair_id: UUID) -> HttpResponse:
    """Take a chair out of use."""
    known = {fact.chair_id: fact for fact in queries.chairs_of(request.site_id)}
    if chair_id not in known:
        raise Http404
    form = KeyedForm(sent(request))
    save = _saving(request, form, actions.retire_chair, chair_id=chair_id)
    title = f"Take {known[chair_id].name} out of use"
    return _answer(request, form, save, title, "Chair taken out of use.")


def _saving(
    request: ClinicRequest, form: KeyedForm, act: Callable[..., object], **more: UUID
) -> Callable[[], object]:
    def save() -> object:
        return act(key=form.key, by=request.actor, at=request.at, **more, **form.facts())

    return save


def _answer(
    request: ClinicRequest,
    form: KeyedForm,
    save: Callable[[], object],
    title: str,
    done: str,
    then: Callable[[Hours], Hours] | None = None,
) -> HttpResponse:
    """Save, or show the form with what must be mended.

    With ``then``, the hours as they would be, the form first shows what they mean.
    """
    back = reverse("scheduling:hours")
    context: dict[str, Any] = {
        "form": form, "title": title, "back_url": back, "has_preview": then is not None,
    }  # fmt: skip
    if form.is_posted_and_valid(request):
        if then is not None and "preview" in request.POST:
            context["preview"] = _preview(request, then)
            return page(request, "scheduling/form.html", context)
        try:
            save()
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return saved(request, done, to=back)
    return page(request, "scheduling/form.html", context)


def _preview(request: ClinicRequest, then: Callable[[Hours], Hours]) -> previews.Preview:
    site_id, zone = request.site_id, zone_of(request.site_id)
    today = local_day(request.at, zone)
    last = today + timedelta(weeks=previews.PREVIEW_WEEKS)
    visits = queries.visits_on(site_id, today, last, request.at)
    people = patients_by_id(site_id, {one.patient_id for one in visits if one.patient_id})
    now = queries.hours_of(site_id)
    return previews.preview_of(now, then(now), visits, people, today, zone)


def _weekday_start(request: ClinicRequest, weekday: int, today: date) -> dict[str, Any]:
    current = [
        rule
        for rule in queries.hours_of(request.site_id).rules
        if rule.weekday == weekday and rule.is_current(today)
    ]
    if not current:
        return weekday_initial(None, None, None, None, today)
    rule = current[0]
    return weekday_initial(rule.interval_weeks, rule.start, rule.end, rule.anchor_date, today)
