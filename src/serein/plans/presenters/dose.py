"""The dose line: mg, mL, mL/h and minutes, always together, each open to its why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.core.quantities import shown
from serein.plans.rules import DRAW_STEP_ML, RATE_STEP_ML_PER_H, Dose, Preparation

if TYPE_CHECKING:
    from serein.plans.queries import PlanFact

_SOURCE = "order arithmetic in plans/rules/dose.py; steps of preparation: clinic default, review"


@dataclass(frozen=True, slots=True)
class DoseNumber:
    """One number of the line. An empty formula means that it was ordered, not worked out."""

    label: str
    value: str
    unit: str
    formula: str
    inputs: tuple[tuple[str, str], ...]
    source: str = _SOURCE


@dataclass(frozen=True, slots=True)
class DoseLine:
    """Everything that belongs on one line, and the smaller numbers beneath it."""

    main: tuple[DoseNumber, ...]
    more: tuple[DoseNumber, ...]
    weight_words: str
    rounding: str
    summary: str


def plan_dose_line(plan: PlanFact) -> DoseLine:
    """Write the dose of one version of a plan."""
    return dose_line(plan.dose, basis=plan.weight_basis.words)


def dose_line(dose: Dose, *, basis: str) -> DoseLine:
    """Write one dose; ``basis`` names the weight it counts in, such as "actual weight"."""
    prepared, inputs = dose.prepared, dose.inputs
    weight = shown(inputs.weight_kg, "kg", 1)
    mg, ml = shown(prepared.dose_mg), shown(prepared.drug_ml)
    vial = shown(inputs.vial_mg_per_ml, "mg/mL")
    rate, volume = shown(prepared.rate_ml_per_h), shown(dose.volume_ml, "mL", 1)
    minutes = str(inputs.minutes)
    main = (
        DoseNumber(
            "Dose",
            mg,
            "mg",
            f"{shown(inputs.mg_per_kg, 'mg/kg')} × {weight}",
            (("ordered", shown(inputs.mg_per_kg, "mg/kg")), (basis, weight)),
        ),
        DoseNumber(
            "Draw up",
            ml,
            "mL",
            f"{_exact(dose.dose_mg, 'mg')} ÷ {vial}",
            (("vial", vial), ("rounded to", shown(DRAW_STEP_ML, "mL"))),
        ),
        DoseNumber(
            "Pump rate",
            rate,
            "mL/h",
            f"{_exact(dose.volume_ml, 'mL')} ÷ {minutes}\u202fmin × 60",
            (("to infuse", volume), ("rounded to", shown(RATE_STEP_ML_PER_H, "mL/h"))),
        ),
        DoseNumber("Over", minutes, "min", "", ()),
    )
    return DoseLine(
        main=main,
        more=_more(dose),
        weight_words=f"{shown(inputs.mg_per_kg, 'mg/kg')} on {weight}, {basis}",
        rounding=_rounding(dose),
        summary=f"{mg}\u202fmg, {ml}\u202fmL of {vial}, {rate}\u202fmL/h over {minutes}\u202fmin",
    )


def _more(dose: Dose) -> tuple[DoseNumber, ...]:
    inputs = dose.inputs
    per_min = shown(dose.mcg_per_kg_per_min, places=2)
    return (
        DoseNumber("To infuse", shown(dose.volume_ml, places=1), "mL", *_volume(dose)),
        DoseNumber("Bag", shown(dose.bag_mg_per_ml, places=3), "mg/mL", *_strength(dose)),
        DoseNumber(
            "Per hour",
            shown(dose.mg_per_kg_per_h, places=3),
            "mg/kg/h",
            f"{shown(inputs.mg_per_kg, 'mg/kg')} ÷ {inputs.minutes}\u202fmin × 60",
            (),
        ),
        DoseNumber(
            "Per minute",
            per_min,
            "mcg/kg/min",
            f"{shown(inputs.mg_per_kg, 'mg/kg')} ÷ {inputs.minutes}\u202fmin × 1000",
            (),
        ),
    )


def _volume(dose: Dose) -> tuple[str, tuple[tuple[str, str], ...]]:
    inputs = dose.inputs
    if inputs.preparation is Preparation.STRENGTH:
        strength = shown(dose.bag_mg_per_ml, "mg/mL", 3)
        return f"{_exact(dose.dose_mg, 'mg')} ÷ {strength}", ()
    bag = shown(inputs.bag_ml or Decimal(0), "mL")
    if inputs.preparation is Preparation.ADDED:
        return f"{bag} + {_exact(dose.drug_ml, 'mL')}", (("bag", inputs.preparation.words),)
    return bag, (("bag", inputs.preparation.words),)


def _strength(dose: Dose) -> tuple[str, tuple[tuple[str, str], ...]]:
    if dose.inputs.preparation is Preparation.STRENGTH:
        return "", ()
    return (
        f"{_exact(dose.dose_mg, 'mg')} ÷ {_exact(dose.volume_ml, 'mL')}",
        (("bag", dose.inputs.preparation.words),),
    )


def _rounding(dose: Dose) -> str:
    prepared = dose.prepared
    if not prepared.is_error_shown:
        return ""
    return (
        f"Rounding: the syringe holds {shown(prepared.drawn_mg, 'mg')} "
        f"({shown(prepared.dose_error_percent, '%', 1)} from the order); the pump delivers "
        f"{shown(prepared.rate_error_percent, '%', 1)} from the volume."
    )


def _exact(value: Decimal, unit: str) -> str:
    return shown(value, unit, 4)
