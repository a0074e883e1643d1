"""What people do with a patient's record. Each is atomic, audited and happens once per key."""

from __future__ import annotations

from serein.patients.actions.body import record_blood_pressure, record_height, record_weight
from serein.patients.actions.health import (
    change_dose,
    end_medication,
    record_allergy,
    record_condition,
    record_medication,
    record_no_known_allergies,
)
from serein.patients.actions.marks import end_entry, mark_entered_in_error
from serein.patients.actions.people import (
    DETAILS,
    change_details,
    record_contact,
    record_escort,
    record_identifier,
    register_patient,
    register_with_contacts,
)

__all__ = [
    "DETAILS",
    "change_details",
    "change_dose",
    "end_entry",
    "end_medication",
    "mark_entered_in_error",
    "record_allergy",
    "record_blood_pressure",
    "record_condition",
    "record_contact",
    "record_escort",
    "record_height",
    "record_identifier",
    "record_medication",
    "record_no_known_allergies",
    "record_weight",
    "register_patient",
    "register_with_contacts",
]
