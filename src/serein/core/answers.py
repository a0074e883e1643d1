"""How a view answers: a page, or a redirect with one line that says what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


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
