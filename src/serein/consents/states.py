"""What may follow what, for a signed consent."""

from __future__ import annotations

from enum import StrEnum

from serein.core.states import StateTable


class ConsentState(StrEnum):
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class ConsentMove(StrEnum):
    WITHDRAW = "withdraw"


CONSENT = StateTable(
    "consent",
    ConsentState.SIGNED,
    {(ConsentState.SIGNED, ConsentMove.WITHDRAW): ConsentState.WITHDRAWN},
)
