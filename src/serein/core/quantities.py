"""Numbers as they are shown and rounded. Doses are Decimal from the form to the page."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

KG_PER_LB = Decimal("0.45359237")
"""Exact, by the international yard and pound agreement of 1959."""

CM_PER_INCH = Decimal("2.54")
"""Exact, by the same agreement."""

NARROW_SPACE = "\u202f"
"""No line breaks at it, so a figure never stands without its unit."""

_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:mmHg|min|h|s|kg|mg|mcg|cm|mL)\b)")


def round_to(value: Decimal, step: Decimal) -> Decimal:
    """Round half up to a multiple of ``step`` (0.1, 0.01, 5 …)."""
    return (value / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step


def spaced(text: str) -> str:
    """Put the narrow space of `shown` between each figure of a sentence and its unit."""
    return _BEFORE_UNIT.sub(NARROW_SPACE, text)


def shown(value: Decimal | int, unit: str = "", places: int | None = None) -> str:
    """Write a number as it is read aloud: leading zero, no trailing zero, a narrow space, the unit.

    ``places`` rounds half up to at most that many decimals.
    """
    number = Decimal(value)
    if places is not None:
        number = round_to(number, Decimal(1).scaleb(-places))
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        text = "0"
    if not unit:
        return text
    return f"{text}%" if unit == "%" else f"{text}{NARROW_SPACE}{unit}"
