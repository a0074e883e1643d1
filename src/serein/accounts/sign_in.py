"""How the sign-in library behaves here: nobody signs up by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Staff are added by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def name_tried(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """Return the name that somebody tries to sign in with, for the lock-out."""
    given = (credentials or {}).get("email") or request.POST.get("login", "")
    return given.strip().lower()
