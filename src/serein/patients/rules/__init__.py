"""What a record may hold, and what must be asked again. Pure: no clock, no database."""

from __future__ import annotations

from serein.patients.rules.body import (
    HEIGHT_BAND_CM,
    WEIGHT_BAND_KG,
    bmi,
    height_findings,
    kg_from_lb,
    weight_findings,
)
from serein.patients.rules.contacts import (
    ContactKind,
    normal_contact,
    normal_email,
    normal_phone,
    shown_phone,
)
from serein.patients.rules.identity import (
    Sex,
    age_years,
    folded,
    is_same_person,
    mrn_from,
    name_likeness,
    search_date,
    search_words,
)
from serein.patients.rules.medicines import ingredients_in, joined, split
from serein.patients.rules.pressure import PRESSURE_BANDS_MMHG, pressure_findings

__all__ = [
    "HEIGHT_BAND_CM",
    "PRESSURE_BANDS_MMHG",
    "WEIGHT_BAND_KG",
    "ContactKind",
    "Sex",
    "age_years",
    "bmi",
    "folded",
    "height_findings",
    "ingredients_in",
    "is_same_person",
    "joined",
    "kg_from_lb",
    "mrn_from",
    "name_likeness",
    "normal_contact",
    "normal_email",
    "normal_phone",
    "pressure_findings",
    "search_date",
    "search_words",
    "shown_phone",
    "split",
    "weight_findings",
]
