from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.fhir.rules.units import (
    TO_CM,
    TO_KG,
    TO_MMHG,
    UCUM,
    UnitUnclear,
    converted,
    to_tenth,
    to_whole,
    unit_of,
)


@pytest.mark.parametrize(
    ("value", "unit", "table", "exact"),
    [
        ("176", "[lb_av]", TO_KG, "79.83225712"),
        ("80000", "g", TO_KG, "80.000"),
        ("2880", "[oz_av]", TO_KG, "81.6466266"),
        ("80.5", "kg", TO_KG, "80.5"),
        ("66", "[in_i]", TO_CM, "167.64"),
        ("1.7", "m", TO_CM, "170.0"),
        ("5.5", "[ft_i]", TO_CM, "167.64"),
        ("1700", "mm", TO_CM, "170.0"),
        ("120", "mm[Hg]", TO_MMHG, "120"),
    ],
)
def test_exact_conversion(value: str, unit: str, table: dict[str, Decimal], exact: str) -> None:
    assert converted(Decimal(value), unit, table) == Decimal(exact)


def test_rounding_is_half_up_and_once() -> None:
    assert to_tenth(Decimal("79.85")) == Decimal("79.9")
    assert to_tenth(Decimal("79.8499999")) == Decimal("79.8")
    assert to_whole(Decimal("101.5")) == 102


@given(st.decimals(min_value=66, max_value=660, places=1))
def test_pounds_there_and_back_lose_less_than_the_rounding(pounds: Decimal) -> None:
    kg = converted(pounds, "[lb_av]", TO_KG)
    assert abs(kg / TO_KG["[lb_av]"] - pounds) < Decimal("1e-20")
    assert abs(to_tenth(kg) - kg) <= Decimal("0.05")


@pytest.mark.parametrize(
    ("system", "code", "unit", "meant"),
    [
        (UCUM, "kg", "kg", "kg"),
        (UCUM, "[lb_av]", "lbs", "[lb_av]"),
        (UCUM, "mm[Hg]", "mmHg", "mm[Hg]"),
        (UCUM, "kg", "kilograms", "kg"),
        (UCUM, "kg", "body mass", "kg"),
        ("", "", "lb", "[lb_av]"),
        ("", "", "Pounds", "[lb_av]"),
        ("", "", "kg", "kg"),
        ("urn:other", "77", "inches", "[in_i]"),
    ],
)
def test_unit_that_is_meant(system: str, code: str, unit: str, meant: str) -> None:
    assert unit_of(system=system, code=code, unit=unit) == meant


def test_a_unit_is_never_guessed() -> None:
    with pytest.raises(UnitUnclear, match="no unit"):
        unit_of(system="", code="", unit="")
    with pytest.raises(UnitUnclear, match="given twice"):
        unit_of(system=UCUM, code="kg", unit="lb")
    with pytest.raises(UnitUnclear, match="not one of"):
        converted(Decimal(80), "(score)", TO_KG)


@pytest.mark.parametrize("value", ["1E+400", "-1E+400", "1E-400", "1000000"])
def test_numbers_of_no_body(value: str) -> None:
    with pytest.raises(ValueError, match="plausible"):
        converted(Decimal(value), "kg", TO_KG)
