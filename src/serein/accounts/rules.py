"""What a clinic may switch on, and what its medical director acknowledges by doing so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Switch(StrEnum):
    """A part of the product that is off until somebody answers for it."""

    LEVEL_OVERLAY = "level-overlay"
    LEVEL_WHAT_IF_RUNNING = "level-what-if-running"
    DEVICE_FEED = "device-feed"


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
    Switch.DEVICE_FEED: SwitchRule(
        title="Readings from monitors and pumps",
        does=(
            "Takes what monitors and pumps send (HL7, `serein listen`) and proposes it beside the "
            "flowsheet. A person accepts each set into the chart; nothing is charted by itself."
        ),
        acknowledgement=(
            "This is no patient monitor. Its alarms stay with the monitor at the chair, which stays "
            "switched on, with its own limits and its own sound. Readings may come late, or not at "
            "all; nobody watches a patient by this screen. A reading is charted only when a person "
            "has looked at the patient and accepted it."
        ),
    ),
}
