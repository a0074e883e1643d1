"""Who may book against a rule, and that they say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may
from serein.core.errors import Refused

if TYPE_CHECKING:
    from serein.core.actors import Actor


def check_override(by: Actor, reason: str) -> None:
    """Refuse an override without a reason, or by somebody who may not.

    :raises Refused: as said
    """
    if not reason.strip():
        raise Refused("Enter why this is booked against the rule.", field="override_reason")
    if not may(by.role, Act.OVERRIDE_BOOKING):
        raise Refused(
            "Ask a nurse, a prescriber or the director: they may book against a rule.",
            field="override_reason",
        )
