"""From mg/kg to what the pump runs. Decimal throughout; rounded only where something is prepared.

::

    dose mg        = mg/kg × dosing weight kg
    drug mL        = dose mg / vial mg/mL
    bag mg/mL      = as ordered, or dose mg / (bag mL + drug mL) if the diluent is not withdrawn,
                     or dose mg / bag mL if the same volume is withdrawn first
    to infuse mL   = dose mg / bag mg/mL
    rate mL/h      = to infuse mL / minutes × 60
    mcg/kg/min     = mg/kg / minutes × 1000;   mg/kg/h = mcg/kg/min × 0.06
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from serein.core.quantities import round_to

DOSE_STEP_MG = Decimal("0.1")
DRAW_STEP_ML = Decimal("0.01")
RATE_STEP_ML_PER_H = Decimal("0.1")
ROUNDING_SHOWN_ABOVE_PERCENT = Decimal(1)
"""Steps of preparation (clinic default, review)."""

VIALS_MG_PER_ML = (Decimal(10), Decimal(50), Decimal(100))
"""Strengths sold in the United States (ketamine labels)."""


class Preparation(StrEnum):
    """How the bag comes to its strength."""

    STRENGTH = "strength"
    WITHDRAWN = "withdrawn"
    ADDED = "added"

    @property
    def words(self) -> str:
        return {
            Preparation.STRENGTH: "made up to an ordered strength",
            Preparation.WITHDRAWN: "bag of fixed volume, as much diluent withdrawn as drug is added",
            Preparation.ADDED: "drug added to a full bag, no diluent withdrawn",
        }[self]


@dataclass(frozen=True, slots=True)
class DoseInputs:
    """Everything the arithmetic needs. ``bag_mg_per_ml`` for an ordered strength, else ``bag_ml``."""

    mg_per_kg: Decimal
    minutes: int
    weight_kg: Decimal
    vial_mg_per_ml: Decimal
    bag_mg_per_ml: Decimal | None = None
    bag_ml: Decimal | None = None
    preparation: Preparation = Preparation.STRENGTH


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is really drawn up and set, after rounding, and how far that is from the order."""

    dose_mg: Decimal
    drug_ml: Decimal
    rate_ml_per_h: Decimal
    drawn_mg: Decimal
    dose_error_percent: Decimal
    rate_error_percent: Decimal

    @property
    def is_error_shown(self) -> bool:
        """Whether rounding moved the dose or the rate by more than 1 %."""
        worst = max(abs(self.dose_error_percent), abs(self.rate_error_percent))
        return worst > ROUNDING_SHOWN_ABOVE_PERCENT


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose, exact, with what it was worked out from."""

    inputs: DoseInputs
    dose_mg: Decimal
    drug_ml: Decimal
    bag_mg_per_ml: Decimal
    volume_ml: Decimal
    rate_ml_per_h: Decimal
    mcg_per_kg_per_min: Decimal
    mg_per_kg_per_h: Decimal

    @property
    def prepared(self) -> Prepared:
        """Round for the syringe and the pump."""
        vial, minutes = self.inputs.vial_mg_per_ml, self.inputs.minutes
        drug_ml = round_to(self.drug_ml, DRAW_STEP_ML)
        rate = round_to(self.rate_ml_per_h, RATE_STEP_ML_PER_H)
        drawn_mg = drug_ml * vial
        given_ml = rate * minutes / 60
        return Prepared(
            dose_mg=round_to(self.dose_mg, DOSE_STEP_MG),
            drug_ml=drug_ml,
            rate_ml_per_h=rate,
            drawn_mg=drawn_mg,
            dose_error_percent=(drawn_mg - self.dose_mg) / self.dose_mg * 100,
            rate_error_percent=(given_ml - self.volume_ml) / self.volume_ml * 100,
        )


def dose_for(inputs: DoseInputs) -> Dose:
    """Work out one dose exactly.

    :raises ValueError: a quantity is not above zero, or the bag is not described
    """
    _check(inputs)
    dose_mg = inputs.mg_per_kg * inputs.weight_kg
    drug_ml = dose_mg / inputs.vial_mg_per_ml
    bag_mg_per_ml = _strength(inputs, dose_mg, drug_ml)
    volume_ml = _volume(inputs, dose_mg, drug_ml)
    mcg_per_kg_per_min = inputs.mg_per_kg * 1000 / inputs.minutes
    return Dose(
        inputs=inputs,
        dose_mg=dose_mg,
        drug_ml=drug_ml,
        bag_mg_per_ml=bag_mg_per_ml,
        volume_ml=volume_ml,
        rate_ml_per_h=volume_ml * 60 / inputs.minutes,
        mcg_per_kg_per_min=mcg_per_kg_per_min,
        mg_per_kg_per_h=inputs.mg_per_kg * 60 / inputs.minutes,
    )


def _strength(inputs: DoseInputs, dose_mg: Decimal, drug_ml: Decimal) -> Decimal:
    if inputs.preparation is Preparation.STRENGTH:
        return inputs.bag_mg_per_ml or Decimal(0)
    return dose_mg / _volume(inputs, dose_mg, drug_ml)


def _volume(inputs: DoseInputs, dose_mg: Decimal, drug_ml: Decimal) -> Decimal:
    if inputs.preparation is Preparation.STRENGTH:
        return dose_mg / (inputs.bag_mg_per_ml or Decimal(1))
    bag_ml = inputs.bag_ml or Decimal(0)
    return bag_ml + drug_ml if inputs.preparation is Preparation.ADDED else bag_ml


def _check(inputs: DoseInputs) -> None:
    is_strength = inputs.preparation is Preparation.STRENGTH
    bag = inputs.bag_mg_per_ml if is_strength else inputs.bag_ml
    needed = (inputs.mg_per_kg, inputs.weight_kg, inputs.vial_mg_per_ml, bag or Decimal(0))
    if inputs.minutes <= 0 or any(value <= 0 for value in needed):
        raise ValueError("every quantity of a dose must be above zero")
