"""What the person at the page may do about plans and visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may

if TYPE_CHECKING:
    from serein.accounts.requests import ClinicRequest


def rights(request: ClinicRequest) -> dict[str, bool]:
    """Say which buttons a page may show."""
    role = request.actor.role
    return {
        "may_write": may(role, Act.WRITE_PLAN),
        "may_sign": may(role, Act.SIGN_PLAN),
        "may_book": may(role, Act.BOOK),
    }
