"""What of a person decides whether the model of levels fits them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.core.clinic_time import local_day
from serein.patients import queries as patients
from serein.patients.rules import age_years

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class LevelPerson:
    """Age today, and the known ingredients of the medicines taken now."""

    age_years: int
    ingredients: frozenset[str]


def level_person(site_id: UUID, patient_id: UUID, at: datetime) -> LevelPerson:
    """Gather it.

    :raises NotFound: not a patient of this site
    """
    patient = patients.patient_for(site_id, patient_id)
    taken = patients.medications_of(patient_id)
    return LevelPerson(
        age_years=age_years(patient.birth_date, local_day(at, zone_of(site_id))),
        ingredients=frozenset(
            name for fact in taken if fact.is_active for name in fact.ingredients
        ),
    )
