"""What is done when somebody at the chair is in danger, in the order in which it is done.

A reminder, not a protocol: the clinic's own emergency plan comes first. Source: the entities of
the equipment list (oxygen, suction, bag, defibrillator, access, drugs, bell) and the stop rung of the
threshold ladder, in our order; clinic default, review.
"""

from __future__ import annotations

CALLED = "emergency"
"""The sign by which an emergency stands on the chart; its flag is on every screen."""

STEPS = (
    "Infusion stopped.",
    "911 called.",
    "Prescriber at the chair.",
    "Airway open, breathing watched.",
    "Oxygen on.",
    "Bag and mask used.",
    "Suction used.",
    "Defibrillator on.",
    "No pulse, compressions begun.",
    "IV line kept open.",
    "Patient on the side.",
    "Escort told.",
)
"""Each is one press on the card and stands in the log with its minute."""

SOURCE = "clinic default, review"
