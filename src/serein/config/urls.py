"""Every address of the clinic. Each names the act that opens it (`serein.accounts.routes`)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from serein.accounts.permissions import Act
from serein.accounts.routes import gated, route
from serein.config import health, live, set_up
from serein.core import gallery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


def _gate_all(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    kept: list[URLPattern | URLResolver] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            _gate_all(pattern.url_patterns)
        else:
            act = Act.PUBLIC if pattern.name == "mfa_authenticate" else Act.SIGNED_IN
            pattern.callback = gated(pattern.callback, act=act, is_sign_in=True)
        kept.append(pattern)
    return kept


def _own(view: Callable[..., Any]) -> Callable[..., Any]:
    return gated(view, act=Act.SIGNED_IN, is_sign_in=True)


def _sign_in_pages() -> list[URLPattern | URLResolver]:
    second_factor = _gate_all(import_module("allauth.mfa.urls").urlpatterns)
    return [
        path("sign-in/", gated(account.login, act=Act.PUBLIC), name="account_login"),
        path("sign-out/", gated(account.logout, act=Act.PUBLIC), name="account_logout"),
        path("confirm/", _own(account.reauthenticate), name="account_reauthenticate"),
        path("password/", _own(account.password_change), name="account_change_password"),
        path("inactive/", gated(account.account_inactive, act=Act.PUBLIC), name="account_inactive"),
        path("second-factor/", include(second_factor)),
    ]


_APPS = (
    "website", "portal", "workspace", "intake", "patients", "assessments", "eligibility",
    "consents", "plans", "scheduling", "infusions", "monitoring", "outcomes", "safety",
    "messaging", "accounts",
)  # fmt: skip

urlpatterns = [
    route("health/", health.alive, act=Act.PUBLIC, name="health", is_bare=True),
    route("ready/", health.ready, act=Act.PUBLIC, name="ready", is_bare=True),
    route("-/components/", gallery.gallery, act=Act.PUBLIC, name="gallery"),
    route("set-up/", set_up.set_up, act=Act.SIGNED_IN, name="set_up"),
    route("live/changes/", live.changes, act=Act.SIGNED_IN, name="live", is_poll=True),
    *_sign_in_pages(),
    *(path("", include(f"serein.{app}.urls")) for app in _APPS),
]

handler400 = "serein.config.errors.bad_request"
handler403 = "serein.config.errors.denied"
handler404 = "serein.config.errors.not_found"
handler500 = "serein.config.errors.broken"
