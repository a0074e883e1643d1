"""Weight and height: what is plausible, and what must be asked again before it is stored."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from serein.core.findings import Finding, Weight, gravest_first
from serein.core.quantities import CM_PER_INCH, KG_PER_LB, round_to, shown

WEIGHT_BAND_KG = (Decimal(30), Decimal(300))
HEIGHT_BAND_CM = (Decimal(100), Decimal(250))
CHANGE_TO_CONFIRM_PERCENT = Decimal(10)
HEIGHT_CHANGE_TO_CONFIRM_CM = Decimal(5)
_LIKELY_BMI = (Decimal(13), Decimal(70))
_TENTH = Decimal("0.1")
_DEFAULT = "clinic default, review"


def kg_from_lb(weight_lb: Decimal) -> Decimal:
    """Convert pounds exactly and round once, half up, to 0.1 kg."""
    return round_to(weight_lb * KG_PER_LB, _TENTH)


def bmi(*, weight_kg: Decimal, height_cm: Decimal) -> Decimal:
    """Return the body mass index in kg/m², to 0.1.

    :raises ValueError: when a value is not above zero
    """
    if weight_kg <= 0 or height_cm <= 0:
        raise ValueError("weight and height must be above zero")
    metres = height_cm / 100
    return (weight_kg / (metres * metres)).quantize(_TENTH, rounding=ROUND_HALF_UP)


def weight_findings(
    *, weight_kg: Decimal, last_kg: Decimal | None = None, height_cm: Decimal | None = None
) -> tuple[Finding, ...]:
    """List what stops a weight or must be confirmed by the person who weighed, gravest first."""
    low, high = WEIGHT_BAND_KG
    if not low <= weight_kg <= high:
        limits = f"{shown(low)} to {shown(high, 'kg')}"
        return (
            Finding(
                "weight_outside_band",
                Weight.STOPS,
                f"Check the scale and the unit: {shown(weight_kg, 'kg')} is outside {limits}.",
                _DEFAULT,
            ),
        )
    found = [_changed(weight_kg, last_kg), _unlikely_shape(weight_kg, height_cm)]
    return gravest_first(finding for finding in found if finding)


def _changed(weight_kg: Decimal, last_kg: Decimal | None) -> Finding | None:
    if last_kg is None:
        return None
    change = 100 * (weight_kg - last_kg) / last_kg
    if abs(change) <= CHANGE_TO_CONFIRM_PERCENT:
        return None
    way = "more" if change > 0 else "less"
    because = (
        f"Weigh again or confirm: {shown(weight_kg, 'kg')} is {shown(abs(change), '%', 1)} {way} "
        f"than the last weight, {shown(last_kg, 'kg')}."
    )
    ratio = weight_kg / last_kg
    if Decimal("2.1") < ratio < Decimal("2.3") or Decimal("0.43") < ratio < Decimal("0.48"):
        because += " Pounds and kilograms may have been confused."
    return Finding("weight_changed", Weight.NEEDS_REVIEW, because, _DEFAULT)


def _unlikely_shape(weight_kg: Decimal, height_cm: Decimal | None) -> Finding | None:
    if height_cm is None:
        return None
    if abs(weight_kg - height_cm) <= 1:
        return Finding(
            "weight_is_height",
            Weight.NEEDS_REVIEW,
            f"Check the number: {shown(weight_kg)} is also the height in cm on record.",
            _DEFAULT,
        )
    index = bmi(weight_kg=weight_kg, height_cm=height_cm)
    low, high = _LIKELY_BMI
    if low <= index <= high:
        return None
    return Finding(
        "bmi_unlikely",
        Weight.NEEDS_REVIEW,
        f"Check weight and height: {shown(weight_kg, 'kg')} at {shown(height_cm, 'cm')} "
        f"is a BMI of {shown(index)}.",
        _DEFAULT,
    )


def height_findings(
    *, height_cm: Decimal, last_cm: Decimal | None = None, weight_kg: Decimal | None = None
) -> tuple[Finding, ...]:
    """List what stops a height or must be confirmed, gravest first."""
    low, high = HEIGHT_BAND_CM
    if not low <= height_cm <= high:
        because = (
            f"Check the number: {shown(height_cm, 'cm')} is outside "
            f"{shown(low)} to {shown(high, 'cm')}."
        )
        if weight_kg is not None and abs(height_cm - weight_kg) <= 1:
            because += " It is the weight in kg on record."
        elif Decimal(48) <= height_cm <= Decimal(84):
            because += f" Inches must be converted: 1 in is {shown(CM_PER_INCH, 'cm')}."
        return (Finding("height_outside_band", Weight.STOPS, because, _DEFAULT),)
    found = [_other_height(height_cm, last_cm)]
    if weight_kg is not None:
        found.append(_unlikely_shape(weight_kg, height_cm))
    return gravest_first(finding for finding in found if finding)


def _other_height(height_cm: Decimal, last_cm: Decimal | None) -> Finding | None:
    if last_cm is None or abs(height_cm - last_cm) <= HEIGHT_CHANGE_TO_CONFIRM_CM:
        return None
    return Finding(
        "height_changed",
        Weight.NEEDS_REVIEW,
        f"Measure again or confirm: {shown(height_cm, 'cm')} differs from the last height, "
        f"{shown(last_cm, 'cm')}, by more than {shown(HEIGHT_CHANGE_TO_CONFIRM_CM, 'cm')}.",
        _DEFAULT,
    )
