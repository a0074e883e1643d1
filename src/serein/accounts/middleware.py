"""The gate: one reading of the clock, who asks, from which site, and whether they may."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone

from serein.accounts import queries
from serein.accounts.permissions import IDLE_MINUTES, SIGNED_IN_HOURS, Act, Role, may
from serein.audit import actions as audit
from serein.core.actors import Actor
from serein.core.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("serein.requests")

NOBODY = uuid.UUID(int=0)
EVENTS = "text/event-stream"
SIGNED_OUT = "signed-out"
"""What a live page is told when its stream ends because nobody is signed in any more."""


class Gate:
    """Answers who may open what. An address without a policy is closed to everybody."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        if self.is_async:
            return self._answer_live(request)
        self._prepare(request)
        response = self.get_response(request)
        self._log(request, response)
        return response

    async def _answer_live(self, request: Any) -> Any:
        await sync_to_async(self._prepare)(request)
        return await self.get_response(request)

    def _prepare(self, request: Any) -> None:
        request.at = timezone.now()
        request.id = uuid.uuid4().hex
        audit.request_id.set(request.id)
        user = request.user
        if user.is_authenticated and self._has_run_out(request):
            logout(request)
            user = request.user
            request.signed_out_by_time = True
        if user.is_authenticated:
            request.actor = Actor(str(user.pk), user.name, user.role, user.site_id)
            request.site_id = user.site_id

    @staticmethod
    def _has_run_out(request: Any) -> bool:
        started, active = request.session.get("signed_in_at"), request.session.get("active_at")
        if started is None or active is None:
            request.session["signed_in_at"] = request.session["active_at"] = request.at.isoformat()
            return False
        idle = IDLE_MINUTES[Role(request.user.role)]
        too_long = request.at - datetime.fromisoformat(started) > timedelta(hours=SIGNED_IN_HOURS)
        too_idle = request.at - datetime.fromisoformat(active) > timedelta(minutes=idle)
        return bool(too_long or too_idle)

    def process_view(
        self, request: Any, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        act: Act | None = getattr(view, "act", None)
        if act is None:
            return self._denied(request, "no_policy")
        if act is Act.PUBLIC:
            if not request.user.is_authenticated and not getattr(view, "is_bare", False):
                request.site_id = _public_site_id()
                request.actor = Actor.public(request.site_id)
            return None
        if not request.user.is_authenticated:
            return self._to_sign_in(request)
        if self._needs_second_factor(request, view):
            return HttpResponseRedirect(resolve_url("mfa_activate_totp"))
        wanted = getattr(view, "post_act", act) if request.method == "POST" else act
        if not may(request.actor.role, wanted):
            return self._denied(request, wanted.value)
        self._note_activity(request, view)
        return None

    @staticmethod
    def _needs_second_factor(request: Any, view: Any) -> bool:
        if not settings.SEREIN_SECOND_FACTOR or getattr(view, "is_sign_in", False):
            return False
        known = request.session.get("has_second_factor")
        if known is None:
            known = request.user.authenticator_set.exists()
            if known:
                request.session["has_second_factor"] = True
        return not known

    @staticmethod
    def _note_activity(request: Any, view: Any) -> None:
        if getattr(view, "is_poll", False):
            return
        last = datetime.fromisoformat(request.session["active_at"])
        if request.at - last > timedelta(seconds=20):
            request.session["active_at"] = request.at.isoformat()

    @staticmethod
    def _to_sign_in(request: Any) -> HttpResponse:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Refresh": "true"})
        if request.headers.get("Accept") == EVENTS:
            return HttpResponse(f"event: ended\ndata: {SIGNED_OUT}\n\n", content_type=EVENTS)
        target = request.get_full_path() if request.method == "GET" else "/today/"
        return HttpResponseRedirect(f"{resolve_url('account_login')}?{urlencode({'next': target})}")

    @staticmethod
    def _denied(request: Any, wanted: str) -> HttpResponse:
        if request.user.is_authenticated:
            name = request.resolver_match.view_name
            audit.record_denied(
                by=request.actor, at=request.at, what=name, details={"needs": wanted}
            )
        return render(request, "core/error.html", {"status": 403}, status=403)

    def process_exception(self, request: Any, exception: Exception) -> None:
        if isinstance(exception, NotFound):
            raise Http404 from exception

    @staticmethod
    def _log(request: Any, response: HttpResponse) -> None:
        match = getattr(request, "resolver_match", None)
        took = timezone.now() - request.at
        log.info(
            "request",
            extra={
                "request_id": request.id,
                "method": request.method,
                "route": match.view_name if match else "none",
                "status": response.status_code,
                "ms": round(took.total_seconds() * 1000, 1),
                "role": request.actor.role if request.user.is_authenticated else "public",
            },
        )


def _public_site_id() -> uuid.UUID:
    site = queries.public_site()
    return site.pk if site is not None else NOBODY
