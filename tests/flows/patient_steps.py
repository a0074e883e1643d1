"""Steps that journeys of the patient record share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from serein.patients import actions
from tests.conftest import MONDAY_9, new_key

if TYPE_CHECKING:
    from serein.core.actors import Actor
    from serein.patients.models import Patient, Weight


def register(by: Actor, **details: Any) -> Patient:
    """Register Jordan Reyes, with other details where given."""
    given = {
        "given_name": "Jordan",
        "family_name": "Reyes",
        "birth_date": date(1984, 3, 12),
        "sex": "female",
        **details,
    }
    return actions.register_patient(key=new_key(), by=by, at=MONDAY_9, **given)


def weigh(by: Actor, patient: Patient, kg: str, **more: Any) -> Weight:
    """Weigh somebody on Monday at nine, or as given."""
    given = {"method": "measured", "measured_at": MONDAY_9, "at": MONDAY_9, **more}
    return actions.record_weight(
        key=new_key(), by=by, patient_id=patient.pk, weight_kg=Decimal(kg), **given
    )
