from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.views.decorators.http import require_POST

from serein.accounts import actions, presenters, queries
from serein.accounts.forms import StaffChoiceForm, StaffForm
from serein.audit import queries as audit
from serein.core.answers import page, saved
from serein.core.errors import Refused

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
    if form.is_posted_and_valid(request):
        try:
            added = actions.add_staff(key=form.key, by=request.actor, at=request.at, **form.facts())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return saved(request, f"{added.name} can now sign in.", to=reverse("accounts:staff"))
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


def audit_list(request: ClinicRequest) -> HttpResponse:
    """List who saw or changed what, newest first."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None
    facts = audit.access_list(site_id=request.site_id, before=before, limit=100)
    lines = presenters.access_lines(facts, queries.zone_of(request.site_id))
    older = lines[-1].seq if len(lines) == 100 else None
    return page(request, "accounts/audit.html", {"lines": lines, "older": older})
