"""What may be ordered at a chair from somewhere else, and when such an order stands.

A spoken order is read back before it counts: the nurse enters what was ordered without seeing it,
and only words that agree make it an order. A stop needs no reading back to be carried out; anybody
at the chair may stop at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from serein.core.errors import Refused
from serein.infusions.states import SessionState

RESEND_AFTER_WRONG = 2
"""After so many readings that disagree, the order has to be given anew (clinic default, review)."""


class OrderKind(StrEnum):
    """What can be ordered for a running visit."""

    RATE = "rate"
    PAUSE = "pause"
    STOP = "stop"
    VITALS = "vitals"


class OrderEnding(StrEnum):
    """How an order ended."""

    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class OrderState(StrEnum):
    """Where an order stands; worked out from what was written, never stored."""

    TO_READ_BACK = "to_read_back"
    STANDING = "standing"
    MISHEARD = "misheard"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


AT_THE_PUMP = frozenset({OrderKind.RATE, OrderKind.PAUSE, OrderKind.STOP})
ORDER_WORDS = {
    OrderKind.RATE: "Set the rate",
    OrderKind.PAUSE: "Pause the infusion",
    OrderKind.STOP: "Stop the infusion",
    OrderKind.VITALS: "Take a set of vitals now",
}
OPEN = frozenset({OrderState.TO_READ_BACK, OrderState.STANDING, OrderState.MISHEARD})

_POSSIBLE: dict[OrderKind, frozenset[SessionState]] = {
    OrderKind.RATE: frozenset({SessionState.RUNNING, SessionState.PAUSED}),
    OrderKind.PAUSE: frozenset({SessionState.RUNNING}),
    OrderKind.STOP: frozenset({SessionState.RUNNING, SessionState.PAUSED}),
    OrderKind.VITALS: frozenset(
        {
            SessionState.CHECKED_IN,
            SessionState.READY,
            SessionState.RUNNING,
            SessionState.PAUSED,
            SessionState.RECOVERING,
        }
    ),
}
_MEND = {
    OrderKind.RATE: "Choose another order: the infusion is not under way.",
    OrderKind.PAUSE: "Choose another order: the infusion is not running.",
    OrderKind.STOP: "Choose another order: there is nothing to stop.",
    OrderKind.VITALS: "Choose another chair: the patient has gone home.",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What was ordered, or what was read back: a kind, and a rate in mL/h where it has one."""

    kind: OrderKind
    rate_ml_per_h: Decimal | None = None


def check_possible(kind: OrderKind, state: SessionState) -> None:
    """See that an order makes sense for the visit as it stands.

    :raises Refused: saying why it does not
    """
    if state not in _POSSIBLE[kind]:
        raise Refused(_MEND[kind], field="kind")


def check_said(said: Said) -> None:
    """See that a rate is named for a rate, and for nothing else.

    :raises Refused: saying what is missing or too much
    """
    if said.kind is OrderKind.RATE and said.rate_ml_per_h is None:
        raise Refused("Enter the rate in mL/h.", field="rate_ml_per_h")
    if said.kind is not OrderKind.RATE and said.rate_ml_per_h is not None:
        raise Refused("Leave the rate empty: this order has none.", field="rate_ml_per_h")


def agrees(ordered: Said, said: Said) -> bool:
    """Say whether a reading back says what was ordered; 90 and 90.0 mL/h are the same."""
    return ordered.kind is said.kind and ordered.rate_ml_per_h == said.rate_ml_per_h


def order_state(*, wrong: int, is_read_back: bool, ending: OrderEnding | None) -> OrderState:
    """Say where an order stands, from how often it was read back wrongly, rightly, and its end."""
    if ending is not None:
        return OrderState(ending.value)
    if is_read_back:
        return OrderState.STANDING
    if wrong >= RESEND_AFTER_WRONG:
        return OrderState.MISHEARD
    return OrderState.TO_READ_BACK
