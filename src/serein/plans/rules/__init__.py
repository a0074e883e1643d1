"""Protocols, dosing weight, dose arithmetic and the limits of an order."""

from __future__ import annotations

from serein.plans.rules.dose import (
    DOSE_STEP_MG,
    DRAW_STEP_ML,
    RATE_STEP_ML_PER_H,
    VIALS_MG_PER_ML,
    Dose,
    DoseInputs,
    Preparation,
    Prepared,
    dose_for,
)
from serein.plans.rules.limits import (
    MAX_DOSE_MG,
    MAX_MG_PER_KG,
    Before,
    Order,
    ceiling_for,
    findings_for_order,
)
from serein.plans.rules.order import Judged, Terms, judge, terms_from
from serein.plans.rules.protocols import PROTOCOLS, FaultyProtocol, Protocol, load_protocols
from serein.plans.rules.weight import (
    WEIGHT_CHANGE_PERCENT,
    WEIGHT_VALID_DAYS,
    Body,
    DosingWeight,
    WeightBasis,
    adjusted_kg,
    body_mass_index,
    change_finding,
    devine_kg,
    dosing_weight,
    is_devine_defined,
    weight_change_percent,
)

__all__ = [
    "DOSE_STEP_MG",
    "DRAW_STEP_ML",
    "MAX_DOSE_MG",
    "MAX_MG_PER_KG",
    "PROTOCOLS",
    "RATE_STEP_ML_PER_H",
    "VIALS_MG_PER_ML",
    "WEIGHT_CHANGE_PERCENT",
    "WEIGHT_VALID_DAYS",
    "Before",
    "Body",
    "Dose",
    "DoseInputs",
    "DosingWeight",
    "FaultyProtocol",
    "Judged",
    "Order",
    "Preparation",
    "Prepared",
    "Protocol",
    "Terms",
    "WeightBasis",
    "adjusted_kg",
    "body_mass_index",
    "ceiling_for",
    "change_finding",
    "devine_kg",
    "dose_for",
    "dosing_weight",
    "findings_for_order",
    "is_devine_defined",
    "judge",
    "load_protocols",
    "terms_from",
    "weight_change_percent",
]
