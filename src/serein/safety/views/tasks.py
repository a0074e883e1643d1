from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.views.decorators.http import require_POST

from serein.accounts import queries as accounts
from serein.accounts.permissions import Act, may
from serein.core.answers import carry_out, page, saved
from serein.core.errors import Refused
from serein.core.forms import KeyedForm
from serein.safety import actions, presenters, queries
from serein.safety.forms import AttemptForm, ClosingForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def tasks(request: ClinicRequest) -> HttpResponse:
    """List the safety tasks; the front desk sees only whom to call."""
    standing = queries.open_tasks(request.site_id)
    if not may(request.actor.role, Act.WORK_SAFETY):
        lines = presenters.notices(standing, at=request.at)
        return page(request, "safety/notices.html", {"notices": lines})
    zone = accounts.zone_of(request.site_id)
    context = {
        "rows": presenters.task_rows(standing, at=request.at, zone=zone),
        "closed": presenters.task_rows(
            queries.closed_tasks(request.site_id), at=request.at, zone=zone
        ),
    }
    return page(request, "safety/tasks.html", context)


def task(request: ClinicRequest, task_id: UUID) -> HttpResponse:
    """Show one task."""
    return _task_page(request, task_id)


@require_POST
def acknowledge(request: ClinicRequest, task_id: UUID) -> HttpResponse:
    """Take a task on by name."""
    queries.task(request.site_id, task_id)
    form = KeyedForm(request.POST, auto_id="taking_%s")
    form.is_valid()
    try:
        actions.acknowledge_task(key=form.key, by=request.actor, at=request.at, task_id=task_id)
    except Refused as refusal:
        form.refuse(refusal)
        return _task_page(request, task_id, taking=form)
    return saved(request, "You have taken this on.", to=_address(task_id))


@require_POST
def log_attempt(request: ClinicRequest, task_id: UUID) -> HttpResponse:
    """Keep one try to reach the person."""
    queries.task(request.site_id, task_id)
    form = AttemptForm(request.POST, auto_id="attempt_%s")
    if done := carry_out(
        request,
        form,
        actions.log_attempt,
        said="Attempt saved.",
        to=_address(task_id),
        task_id=task_id,
    ):
        return done
    return _task_page(request, task_id, attempt=form)


def close(request: ClinicRequest, task_id: UUID) -> HttpResponse:
    """Close a task with what was found and what comes next."""
    shown = queries.task(request.site_id, task_id)
    form = ClosingForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.close_task,
        said="Safety task closed.",
        to=reverse("safety:tasks"),
        task_id=task_id,
    ):
        return done
    zone = accounts.zone_of(request.site_id)
    context = {
        "form": form,
        "row": presenters.task_row(shown, at=request.at, zone=zone),
        "back_url": _address(task_id),
    }
    return page(request, "safety/close.html", context)


def _task_page(
    request: ClinicRequest,
    task_id: UUID,
    *,
    taking: KeyedForm | None = None,
    attempt: AttemptForm | None = None,
) -> HttpResponse:
    zone = accounts.zone_of(request.site_id)
    shown = queries.task(request.site_id, task_id)
    context: dict[str, Any] = {
        "page": presenters.task_page(shown, queries.attempts_of(task_id), at=request.at, zone=zone),
        "taking": taking or KeyedForm(auto_id="taking_%s"),
        "attempt": attempt or AttemptForm(auto_id="attempt_%s"),
        "may_close": may(request.actor.role, Act.CLOSE_SAFETY),
        "may_open_chart": may(request.actor.role, Act.SEE_CHART),
    }
    return page(request, "safety/task.html", context)


def _address(task_id: UUID) -> str:
    return reverse("safety:task", args=[task_id])
