from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.views.decorators.http import require_POST

from serein.accounts import actions, presenters, queries
from serein.accounts.forms import StaffChoiceForm, StaffForm, SwitchForm
from serein.accounts.rules import SWITCHES, Switch
from serein.audit import queries as audit
from serein.core.answers import carry_out, page, saved, sent
from serein.core.errors import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def _staff_page(request: ClinicRequest, form: StaffForm, refused: str = "") -> HttpResponse:
    site = queries.site(request.site_id)
    lines = presenters.staff_lines(
        queries.staff_of(request.site_id, with_former=True), str(site.safety_clinician_id or "")
    )
    choice = StaffChoiceForm()
    return page(
        request,
        "accounts/staff.html",
        {"form": form, "lines": lines, "key": choice["key_field"].value(), "refused": refused},
    )


def staff(request: ClinicRequest) -> HttpResponse:
    """List the staff and add to it."""
    form = StaffForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.add_staff,
        said=lambda added: f"{added.name} can now sign in.",
        to=reverse("accounts:staff"),
    ):
        return done
    return _staff_page(request, form)


def _change(request: ClinicRequest, act: Callable[..., Any], message: str) -> HttpResponse:
    form = StaffChoiceForm(request.POST)
    if not form.is_valid():
        return _staff_page(request, StaffForm(), refused="Choose somebody from the list.")
    try:
        act(key=form.key, by=request.actor, at=request.at, **form.facts())
    except Refused as refusal:
        return _staff_page(request, StaffForm(), refused=refusal.message)
    return saved(request, message, to=reverse("accounts:staff"))


@require_POST
def end_access(request: ClinicRequest) -> HttpResponse:
    """Take somebody's access away."""
    return _change(
        request, actions.end_access, "Access ended. Open pages of theirs are signed out."
    )


@require_POST
def give_access(request: ClinicRequest) -> HttpResponse:
    """Give somebody access again."""
    return _change(request, actions.give_access, "Access given again.")


@require_POST
def name_safety_clinician(request: ClinicRequest) -> HttpResponse:
    """Name who answers safety tasks."""
    return _change(request, actions.name_safety_clinician, "Safety tasks now go to this person.")


def switches(request: ClinicRequest) -> HttpResponse:
    """Say what the clinic switched on, who answers for it, and since when."""
    lines = presenters.switch_lines(
        queries.switches(request.site_id), queries.zone_of(request.site_id)
    )
    return page(request, "accounts/switches.html", {"lines": lines})


def turn_switch(request: ClinicRequest, switch_code: str) -> HttpResponse:
    """Turn one switch, with the words that are acknowledged."""
    if switch_code not in {switch.value for switch in Switch}:
        raise NotFound
    switch = Switch(switch_code)
    is_on = queries.is_on(request.site_id, switch)
    form = SwitchForm(sent(request), is_on=is_on)
    home = reverse("accounts:switches")
    title = SWITCHES[switch].title
    if done := carry_out(
        request,
        form,
        actions.turn_switch,
        said=f"{title}: {'off' if is_on else 'on'}.",
        to=home,
        switch=switch,
        is_on=not is_on,
    ):
        return done
    context = {"form": form, "rule": SWITCHES[switch], "is_on": is_on, "home": home}
    return page(request, "accounts/turn_switch.html", context)


def audit_list(request: ClinicRequest) -> HttpResponse:
    """List who saw or changed what, newest first."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None
    facts = audit.access_list(site_id=request.site_id, before=before, limit=100)
    lines = presenters.access_lines(facts, queries.zone_of(request.site_id))
    older = lines[-1].seq if len(lines) == 100 else None
    return page(request, "accounts/audit.html", {"lines": lines, "older": older})
