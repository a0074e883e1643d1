"""Pages for what went wrong, in the same words everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader

if TYPE_CHECKING:
    from django.http import HttpRequest


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token has run out."""
    return render(request, "core/error.html", {"status": "csrf"}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that is not there, or not theirs to see."""
    return render(request, "core/error.html", {"status": 404}, status=404)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a page that this role may not open."""
    return render(request, "core/error.html", {"status": 403}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is not well formed."""
    return render(request, "core/error.html", {"status": 400}, status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when the fault is ours. Uses no database."""
    return HttpResponse(loader.render_to_string("core/broken.html"), status=500)
