"""What a clinic may switch on, and what its medical director acknowledges by doing so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Switch(StrEnum):
    """A part of the product that is off until somebody answers for it."""

    LEVEL_OVERLAY = "level-overlay"
    LEVEL_WHAT_IF_RUNNING = "level-what-if-running"


@dataclass(frozen=True, slots=True)
class SwitchRule:
    """A switch in words: what it does, and what is acknowledged when it is turned on."""

    title: str
    does: str
    acknowledgement: str
    needs: Switch | None = None


SWITCHES: Mapping[Switch, SwitchRule] = {
    Switch.LEVEL_OVERLAY: SwitchRule(
        title="Model curve in the session",
        does=(
            "Draws under the flowsheet the ketamine level that a model of published volunteers gives "
            "for what the pump log says."
        ),
        acknowledgement=(
            "The curve is a calculation, not a measurement. It is made from studies of healthy "
            "volunteers, its error in this clinic's patients is unknown, and nobody doses, holds or "
            "discharges by it."
        ),
    ),
    Switch.LEVEL_WHAT_IF_RUNNING: SwitchRule(
        title="“What if” while the drug runs",
        does=(
            "Offers the model's “what if” (stop, pause for 5 minutes, rate up or down by a quarter) "
            "while an infusion runs. Without it, it is offered before the start and after the stop."
        ),
        acknowledgement=(
            "Decision support during a running infusion may count as time-critical and so as a medical "
            "device (FDA guidance on clinical decision support software, 6 January 2026). The clinic "
            "uses it for teaching and understanding, never as advice to change the pump."
        ),
        needs=Switch.LEVEL_OVERLAY,
    ),
}
