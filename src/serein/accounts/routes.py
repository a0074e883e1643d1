"""Addresses with a policy. A URL without one stops the start-up (see `serein.config.checks`)."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.urls import path

from serein.accounts.permissions import Act

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.urls import URLPattern

    View = Callable[..., Any]


def route(
    address: str,
    view: View,
    *,
    act: Act,
    name: str,
    post: Act | None = None,
    is_poll: bool = False,
    is_bare: bool = False,
) -> URLPattern:
    """Declare an address, who may open it (``act``), and who may send to it (``post``).

    ``is_poll`` marks an address that pages ask by themselves; it never keeps a session alive.
    ``is_bare`` is said in `gated`.
    """
    view = gated(view, act=act, post=post, is_poll=is_poll, is_bare=is_bare)
    return path(address, view, name=name)


def gated(
    view: View,
    *,
    act: Act,
    post: Act | None = None,
    is_poll: bool = False,
    is_sign_in: bool = False,
    is_bare: bool = False,
) -> View:
    """Attach a policy to a view without touching the view itself.

    ``is_bare`` marks a public address that must answer without asking the database for the clinic.
    ``is_sign_in`` marks the pages on which a second factor is set up; all others wait for it.
    """

    @wraps(view)
    def with_policy(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    if iscoroutinefunction(view):
        markcoroutinefunction(with_policy)
    with_policy.act = act  # type: ignore[attr-defined]
    with_policy.post_act = post or act  # type: ignore[attr-defined]
    with_policy.is_poll = is_poll  # type: ignore[attr-defined]
    with_policy.is_bare = is_bare  # type: ignore[attr-defined]
    with_policy.is_sign_in = is_sign_in  # type: ignore[attr-defined]
    return with_policy
