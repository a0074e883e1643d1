"""Which weight a dose is worked out on. A missing weight leaves the dose undefined, never assumed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from serein.core.clinic_time import days_ago
from serein.core.findings import Finding, Weight
from serein.core.quantities import CM_PER_INCH, shown

DEFAULT_SOURCE = "clinic default, review"
DEVINE_SOURCE = "Devine formula (textbook); undefined below 152.4 cm"

DEVINE_FROM_CM = Decimal("152.4")
WEIGHT_VALID_DAYS = 14
WEIGHT_CHANGE_PERCENT = Decimal(5)
HIGH_BMI = Decimal(30)

_DEVINE_BASE_KG = {"male": Decimal(50), "female": Decimal("45.5")}
_DEVINE_KG_PER_INCH = Decimal("2.3")
_ADJUSTED_SHARE = Decimal("0.4")


class WeightBasis(StrEnum):
    """Which weight the order counts in; stored on the order and printed with it."""

    ACTUAL = "actual"
    IDEAL = "ideal"
    ADJUSTED = "adjusted"

    @property
    def words(self) -> str:
        return f"{self.value} weight"


@dataclass(frozen=True, slots=True)
class Body:
    """What is known of a patient's body when a dose is worked out.

    ``sex`` is the sex recorded for clinical use: female, male or unknown.
    """

    weight_kg: Decimal | None
    weight_at: datetime | None
    height_cm: Decimal | None
    sex: str
    is_weight_measured: bool = True


@dataclass(frozen=True, slots=True)
class DosingWeight:
    """The weight to dose on, or none, with what speaks against it."""

    basis: WeightBasis
    weight_kg: Decimal | None
    actual_kg: Decimal | None
    ideal_kg: Decimal | None
    adjusted_kg: Decimal | None
    findings: tuple[Finding, ...]


def devine_kg(height_cm: Decimal, sex: str) -> Decimal | None:
    """Return Devine's ideal weight: 50 kg (male) or 45.5 kg (female) + 2.3 kg per inch over 60.

    None for an unknown sex. The formula is undefined below 152.4 cm; ask `is_devine_defined`.
    """
    base = _DEVINE_BASE_KG.get(sex)
    if base is None:
        return None
    return base + _DEVINE_KG_PER_INCH * (height_cm / CM_PER_INCH - 60)


def is_devine_defined(height_cm: Decimal) -> bool:
    """Say whether Devine's formula may be used at this height."""
    return height_cm >= DEVINE_FROM_CM


def adjusted_kg(actual_kg: Decimal, ideal_kg: Decimal) -> Decimal:
    """Return the adjusted weight: ideal + 0.4 × (actual − ideal)."""
    return ideal_kg + _ADJUSTED_SHARE * (actual_kg - ideal_kg)


def body_mass_index(weight_kg: Decimal, height_cm: Decimal) -> Decimal:
    """Return weight in kg divided by the square of the height in m."""
    metres = height_cm / 100
    return weight_kg / (metres * metres)


def weight_change_percent(before_kg: Decimal, now_kg: Decimal) -> Decimal:
    """Return how far the weight moved, in percent of what it was; negative for a loss."""
    return (now_kg - before_kg) / before_kg * 100


def dosing_weight(body: Body, basis: WeightBasis, at: datetime) -> DosingWeight:
    """Work out the dosing weight and everything that speaks against using it."""
    ideal = _ideal(body)
    adjusted = (
        None if ideal is None or body.weight_kg is None else adjusted_kg(body.weight_kg, ideal)
    )
    chosen = {
        WeightBasis.ACTUAL: body.weight_kg,
        WeightBasis.IDEAL: ideal,
        WeightBasis.ADJUSTED: adjusted,
    }[basis]
    findings = (*_actual_findings(body, at), *_basis_findings(body, basis))
    if body.weight_kg is None:
        chosen = None
    return DosingWeight(basis, chosen, body.weight_kg, ideal, adjusted, findings)


def change_finding(ordered_on_kg: Decimal, now_kg: Decimal) -> Finding | None:
    """Find whether the actual weight moved more than 5 % since the dose was worked out."""
    change = weight_change_percent(ordered_on_kg, now_kg)
    if abs(change) <= WEIGHT_CHANGE_PERCENT:
        return None
    return Finding(
        "weight-changed",
        Weight.STOPS,
        f"Work out the dose again: the weight changed by {shown(change, '%', 1)}, from "
        f"{shown(ordered_on_kg, 'kg')} to {shown(now_kg, 'kg')}.",
        DEFAULT_SOURCE,
    )


def _ideal(body: Body) -> Decimal | None:
    if body.height_cm is None or not is_devine_defined(body.height_cm):
        return None
    return devine_kg(body.height_cm, body.sex)


def _actual_findings(body: Body, at: datetime) -> list[Finding]:
    if body.weight_kg is None or body.weight_at is None:
        return [
            Finding(
                "weight-missing",
                Weight.STOPS,
                "Weigh the patient first: without a weight there is no dose.",
                DEFAULT_SOURCE,
            )
        ]
    if not body.is_weight_measured:
        return [
            Finding(
                "weight-not-measured",
                Weight.STOPS,
                "Weigh the patient first: the last weight was told or taken over, not measured.",
                DEFAULT_SOURCE,
            )
        ]
    age = at - body.weight_at
    if age > timedelta(days=WEIGHT_VALID_DAYS):
        return [
            Finding(
                "weight-old",
                Weight.STOPS,
                f"Weigh the patient again: the last weight is from {days_ago(age.days)}, the limit is "
                f"{WEIGHT_VALID_DAYS} days.",
                DEFAULT_SOURCE,
            )
        ]
    return []


def _basis_findings(body: Body, basis: WeightBasis) -> list[Finding]:
    if basis is WeightBasis.ACTUAL:
        return _bmi_findings(body)
    if body.height_cm is None:
        text = f"Measure the height first: the {basis.words} needs it."
    elif not is_devine_defined(body.height_cm):
        text = (
            f"Choose the actual weight by hand: at {shown(body.height_cm, 'cm')} the ideal weight "
            f"is undefined, because Devine's formula begins at {shown(DEVINE_FROM_CM, 'cm')}."
        )
    elif body.sex not in _DEVINE_BASE_KG:
        text = (
            f"Choose the actual weight by hand: the {basis.words} needs the sex recorded for "
            f"clinical use, and it is unknown."
        )
    else:
        return []
    return [Finding("ideal-weight-undefined", Weight.STOPS, text, DEVINE_SOURCE)]


def _bmi_findings(body: Body) -> list[Finding]:
    if body.weight_kg is None or body.height_cm is None:
        return []
    bmi = body_mass_index(body.weight_kg, body.height_cm)
    if bmi < HIGH_BMI:
        return []
    return [
        Finding(
            "high-bmi",
            Weight.TO_NOTE,
            f"The body mass index is {shown(bmi, 'kg/m²', 1)}: consider the ideal or adjusted weight.",
            "Sanacora 2017, JAMA Psychiatry (consensus; wording to be confirmed)",
        )
    ]
