"""Chairs, devices and rooms, who is on shift, and who or what is away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.urls import reverse

from serein.accounts.permissions import Role
from serein.accounts.queries import staff_of, zone_of
from serein.audit.actions import derived_key
from serein.core.answers import carry_out, page, sent
from serein.core.clinic_time import local_day
from serein.core.forms import KeyedForm
from serein.scheduling import actions, queries, rules
from serein.scheduling.forms.upkeep import (
    CalibrationForm,
    LeaveForm,
    OutageForm,
    PersonForm,
    ShiftForm,
    ThingForm,
)
from serein.scheduling.presenters import upkeep as words
from serein.scheduling.queries import upkeep

if TYPE_CHECKING:
    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.scheduling.queries import Part

PRESCRIBERS = (Role.PRESCRIBER, Role.MEDICAL_DIRECTOR)
ON_SHIFT = (Role.NURSE, *PRESCRIBERS)


def things(request: ClinicRequest) -> HttpResponse:
    """List chairs, devices, rooms and prescribers, with what is out of use."""
    today = _today(request)
    parts = queries.clinic_of(request.site_id).parts
    shown = words.things_page(parts, upkeep.outages_from(request.site_id, today), today)
    return page(request, "scheduling/things.html", {"things": shown})


def add_thing(request: ClinicRequest) -> HttpResponse:
    """Add a recovery chair, a room, a pump or a monitor."""
    form = ThingForm(sent(request))
    return _thing(request, form, actions.add_resource, "Add a thing", "Added.")


def add_prescriber(request: ClinicRequest) -> HttpResponse:
    """Let a prescriber's time be counted."""
    people = [(str(fact.staff_id), fact.name) for fact in staff_of(request.site_id, PRESCRIBERS)]
    form = PersonForm(sent(request), people=people)
    title = "Count a prescriber's time"
    return _thing(request, form, actions.add_prescriber, title, "Added.")


def calibrate(request: ClinicRequest, resource_id: UUID) -> HttpResponse:
    """Say until when a pump or monitor is calibrated."""
    part = _part(request, resource_id)
    form = CalibrationForm(sent(request), initial={"due_date": part.due_date})
    title = f"Calibration of {part.name}"
    return _thing(request, form, actions.set_calibration, title, "Saved.", resource_id=resource_id)


def retire_thing(request: ClinicRequest, resource_id: UUID) -> HttpResponse:
    """Take a thing or a prescriber out of the book."""
    part = _part(request, resource_id)
    form = KeyedForm(sent(request))
    title = f"Take {part.name} out of use"
    return _thing(
        request, form, actions.retire_resource, title, "Out of use.", resource_id=resource_id
    )


def add_outage(request: ClinicRequest, unit_id: UUID) -> HttpResponse:
    """Take a chair or a thing out of use for some days; visits in it are listed."""
    part = _part(request, unit_id)
    today = _today(request)
    form = OutageForm(sent(request), initial={"first_date": today, "last_date": today})
    title = f"{part.name} is out of use"
    said = "Saved. Visits that need it are under Affected."
    return _thing(request, form, actions.add_outage, title, said, unit_id=unit_id)


def lift_outage(request: ClinicRequest, outage_id: UUID) -> HttpResponse:
    """Put a chair or a thing back to use."""
    known = {fact.outage_id: fact for fact in upkeep.outages_from(request.site_id, date.min)}
    if outage_id not in known:
        raise Http404
    title = f"Put {known[outage_id].name} back to use"
    form = KeyedForm(sent(request))
    return _thing(request, form, actions.lift_outage, title, "Back in use.", outage_id=outage_id)


def people(request: ClinicRequest) -> HttpResponse:
    """Show who is on shift in a week, and who is away."""
    monday = rules.monday_of(_day(request))
    shown = words.people_page(
        monday,
        upkeep.shifts_between(request.site_id, monday, monday + timedelta(days=6)),
        upkeep.leaves_from(request.site_id, _today(request)),
        is_counted=queries.settings_of(request.site_id).is_staff_planned,
    )
    return page(request, "scheduling/people.html", {"people": shown})


def add_shift(request: ClinicRequest) -> HttpResponse:
    """Put somebody on shift, on certain weekdays from one date to another; all days or none."""
    today = _today(request)
    initial = {"first_date": today, "last_date": today, "start_time": "07:30", "end_time": "17:00"}
    form = ShiftForm(sent(request), people=_staff(request), initial=initial)

    def act(*, key: UUID, days: list[date], **facts: Any) -> object:
        with transaction.atomic():
            return [
                actions.set_shift(key=derived_key(key, day.isoformat()), local_date=day, **facts)
                for day in days
            ]

    return _person(request, form, act, "Put somebody on shift", "Shifts saved.")


def withdraw_shift(request: ClinicRequest, shift_id: UUID) -> HttpResponse:
    """Take a shift back."""
    if not upkeep.shift_known(request.site_id, shift_id):
        raise Http404
    form = KeyedForm(sent(request))
    return _person(
        request, form, actions.withdraw_shift, "Take this shift back", "Taken back.",
        shift_id=shift_id,
    )  # fmt: skip


def add_leave(request: ClinicRequest) -> HttpResponse:
    """Say that somebody is away; visits that lose their nurse are listed."""
    today = _today(request)
    initial = {"first_date": today, "last_date": today}
    form = LeaveForm(sent(request), people=_staff(request), initial=initial)
    said = "Leave saved. Visits that lose their people are under Affected."
    return _person(request, form, actions.enter_leave, "Somebody is away", said)


def withdraw_leave(request: ClinicRequest, leave_id: UUID) -> HttpResponse:
    """Take leave back."""
    known = {fact.leave_id for fact in upkeep.leaves_from(request.site_id, date.min)}
    if request.method == "GET" and leave_id not in known:
        raise Http404
    form = KeyedForm(sent(request))
    return _person(
        request, form, actions.withdraw_leave, "Take this leave back", "Taken back.",
        leave_id=leave_id,
    )  # fmt: skip


def _thing(
    request: ClinicRequest,
    form: KeyedForm,
    act: Callable[..., Any],
    title: str,
    said: str,
    **given: Any,
) -> HttpResponse:
    return _answer(request, form, act, title, said, ("things", "Chairs and things"), **given)


def _person(
    request: ClinicRequest,
    form: KeyedForm,
    act: Callable[..., Any],
    title: str,
    said: str,
    **given: Any,
) -> HttpResponse:
    return _answer(request, form, act, title, said, ("people", "Shifts and leave"), **given)


def _answer(
    request: ClinicRequest,
    form: KeyedForm,
    act: Callable[..., Any],
    title: str,
    said: str,
    back: tuple[str, str],
    **given: Any,
) -> HttpResponse:
    url = reverse(f"scheduling:{back[0]}")
    if done := carry_out(request, form, act, said=said, to=url, **given):
        return done
    context = {"form": form, "title": title, "back_url": url, "back_label": back[1]}
    return page(request, "scheduling/form.html", context)


def _part(request: ClinicRequest, unit_id: UUID) -> Part:
    for part in queries.clinic_of(request.site_id).parts:
        if part.unit_id == unit_id:
            return part
    raise Http404


def _staff(request: ClinicRequest) -> list[tuple[str, str]]:
    return [
        (str(fact.staff_id), f"{fact.name}, {fact.role.words}")
        for fact in staff_of(request.site_id, ON_SHIFT)
    ]


def _today(request: ClinicRequest) -> date:
    return local_day(request.at, zone_of(request.site_id))


def _day(request: ClinicRequest) -> date:
    today = _today(request)
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return asked if abs(asked - today) < timedelta(days=3660) else today
