"""How a view answers: a page, or a redirect with one line that says what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render

from serein.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, QueryDict

    from serein.core.forms import KeyedForm
    from serein.core.requests import ActorRequest


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    """Render a page; with errors in any of its forms the answer is 422."""
    context = context or {}
    forms = [thing for thing in context.values() if hasattr(thing, "is_bound")]
    wrong = any(form.is_bound and form.errors for form in forms)
    return render(request, template, context, status=422 if wrong else 200)


def saved(request: HttpRequest, message: str, *, to: str) -> HttpResponse:
    """Say what was done, on the page that follows."""
    messages.success(request, message)
    return HttpResponseRedirect(to)


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form sent, even if it was empty; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def carry_out(
    request: ActorRequest,
    form: KeyedForm,
    act: Callable[..., Any],
    *,
    said: str | Callable[[Any], str],
    to: str | Callable[[Any], str],
    **given: Any,
) -> HttpResponse | None:
    """Do once what a form asks for, and answer; None where the page is to be shown instead.

    ``act`` gets the key of the form, who asks, the moment, what is ``given`` and what was entered.
    Then the page at ``to`` says what was done; both may be worked out from what ``act`` returns.
    None when the form was only opened or cannot be read, and when the act is refused: by then the
    refusal stands in the form.
    """
    if not form.is_posted_and_valid(request):
        return None
    try:
        made = act(key=form.key, by=request.actor, at=request.at, **given, **form.facts())
    except Refused as refusal:
        form.refuse(refusal)
        return None
    message = said if isinstance(said, str) else said(made)
    return saved(request, message, to=to if isinstance(to, str) else to(made))
