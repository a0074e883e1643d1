"""UCUM units of weight, height and blood pressure, converted exactly."""

from __future__ import annotations

from decimal import Decimal

from serein.core.quantities import CM_PER_INCH, KG_PER_LB, round_to

UCUM = "http://unitsofmeasure.org"
_TENTH = Decimal("0.1")
_WHOLE = Decimal(1)
_LARGEST = Decimal(1_000_000)

TO_KG = {
    "kg": Decimal(1),
    "g": Decimal("0.001"),
    "[lb_av]": KG_PER_LB,
    "[oz_av]": KG_PER_LB / 16,
}
TO_CM = {
    "cm": Decimal(1),
    "m": Decimal(100),
    "mm": Decimal("0.1"),
    "[in_i]": CM_PER_INCH,
    "[ft_i]": CM_PER_INCH * 12,
}
TO_MMHG = {"mm[Hg]": Decimal(1)}

_WRITTEN = {
    "kgs": "kg", "kilogram": "kg", "kilograms": "kg", "gram": "g", "grams": "g",
    "lb": "[lb_av]", "lbs": "[lb_av]", "pound": "[lb_av]", "pounds": "[lb_av]",
    "oz": "[oz_av]", "centimeter": "cm", "centimeters": "cm", "meter": "m", "meters": "m",
    "in": "[in_i]", "inch": "[in_i]", "inches": "[in_i]", "ft": "[ft_i]", "feet": "[ft_i]",
    "mmhg": "mm[Hg]", "mm hg": "mm[Hg]",
}  # fmt: skip


class UnitUnclear(ValueError):
    """The unit is missing, unknown, or said twice in two ways."""


def unit_of(*, system: str, code: str, unit: str) -> str:
    """Return the UCUM code that is meant.

    A display unit that contradicts the code (code kg, unit lb) is never resolved by guessing.

    :raises UnitUnclear: no unit, or two different ones
    """
    said = _WRITTEN.get(unit.strip().lower(), unit.strip())
    if not code or (system and system != UCUM):
        if not said:
            raise UnitUnclear("it has no unit")
        return said
    known = {*TO_KG, *TO_CM, *TO_MMHG}
    if said in known and said != code:
        raise UnitUnclear(f"its unit is given twice, as {unit[:20]} and as {code[:20]}")
    return code


def converted(value: Decimal, unit: str, table: dict[str, Decimal]) -> Decimal:
    """Convert a value exactly into the unit of a table, without rounding.

    :raises UnitUnclear: the table does not know the unit
    :raises ValueError: the number is not one of a body
    """
    if unit not in table:
        raise UnitUnclear(f"its unit {unit[:20]} is not one of {', '.join(table)}")
    if not -_LARGEST < value < _LARGEST or (value and abs(value) < 1 / _LARGEST):
        raise ValueError("its value is not a plausible number")
    return value * table[unit]


def to_tenth(value: Decimal) -> Decimal:
    """Round once, half up, to 0.1."""
    return round_to(value, _TENTH)


def to_whole(value: Decimal) -> int:
    """Round once, half up, to a whole number."""
    return int(round_to(value, _WHOLE))
