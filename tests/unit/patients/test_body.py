from __future__ import annotations

from decimal import Decimal

import pytest

from serein.core.errors import Refused
from serein.patients.rules import (
    bmi,
    height_findings,
    kg_from_lb,
    pressure_findings,
    weight_findings,
)
from serein.patients.rules.confirming import Unconfirmed, confirm


@pytest.mark.parametrize(
    ("pounds", "kg"),
    [("176", "79.8"), ("154.3", "70.0"), ("220.5", "100.0"), ("66.1", "30.0"), ("661.4", "300.0")],
)
def test_pounds_become_kilograms_exactly(pounds: str, kg: str) -> None:
    assert kg_from_lb(Decimal(pounds)) == Decimal(kg)


def test_bmi() -> None:
    assert bmi(weight_kg=Decimal(110), height_cm=Decimal(165)) == Decimal("40.4")
    assert bmi(weight_kg=Decimal(60), height_cm=Decimal(150)) == Decimal("26.7")
    with pytest.raises(ValueError, match="above zero"):
        bmi(weight_kg=Decimal(0), height_cm=Decimal(165))


@pytest.mark.parametrize(
    ("kg", "last", "height", "codes"),
    [
        ("80", None, None, []),
        ("29.9", None, None, ["weight_outside_band"]),
        ("30", None, None, []),
        ("300", None, None, []),
        ("300.1", None, None, ["weight_outside_band"]),
        ("88", "80", None, []),  # exactly 10 % passes
        ("88.1", "80", None, ["weight_changed"]),
        ("71.9", "80", None, ["weight_changed"]),
        ("176", "80", None, ["weight_changed"]),
        ("165", None, "165", ["weight_is_height"]),
        ("70", None, "165", []),
        ("30", None, "190", ["bmi_unlikely"]),
        ("250", None, "150", ["bmi_unlikely"]),
    ],
)
def test_weight(kg: str, last: str | None, height: str | None, codes: list[str]) -> None:
    found = weight_findings(
        weight_kg=Decimal(kg),
        last_kg=None if last is None else Decimal(last),
        height_cm=None if height is None else Decimal(height),
    )
    assert [one.code for one in found] == codes


def test_pounds_typed_as_kilograms_are_named() -> None:
    (found,) = weight_findings(weight_kg=Decimal(176), last_kg=Decimal("79.8"))
    assert "Pounds and kilograms" in found.because


@pytest.mark.parametrize(
    ("cm", "last", "kg", "codes"),
    [
        ("170", None, None, []),
        ("99.9", None, None, ["height_outside_band"]),
        ("250.1", None, None, ["height_outside_band"]),
        ("175", "170", None, []),
        ("175.1", "170", None, ["height_changed"]),
        ("70", None, "70", ["height_outside_band"]),
        ("120", None, "120", ["weight_is_height"]),
    ],
)
def test_height(cm: str, last: str | None, kg: str | None, codes: list[str]) -> None:
    found = height_findings(
        height_cm=Decimal(cm),
        last_cm=None if last is None else Decimal(last),
        weight_kg=None if kg is None else Decimal(kg),
    )
    assert [one.code for one in found] == codes


def test_height_hints_at_inches_and_swaps() -> None:
    (inches,) = height_findings(height_cm=Decimal(66))
    assert "2.54\u202fcm" in inches.because
    (swapped,) = height_findings(height_cm=Decimal(80), weight_kg=Decimal(80))
    assert "weight in kg on record" in swapped.because


@pytest.mark.parametrize(
    ("sbp", "dbp", "code"),
    [
        (120, 80, None),
        (14, 90, "sbp_outside_band"),
        (90, 140, "pressure_reversed"),
        (120, 120, "pressure_reversed"),
        (120, 112, "pulse_pressure_unlikely"),
        (200, 70, "pulse_pressure_unlikely"),
        (0, 0, "sbp_outside_band"),
        (120, 10, "dbp_outside_band"),
    ],
)
def test_pressure(sbp: int, dbp: int, code: str | None) -> None:
    found = pressure_findings(sbp_mmhg=sbp, dbp_mmhg=dbp)
    assert [one.code for one in found] == ([code] if code else [])


def test_confirming_lets_the_unlikely_pass_and_never_the_impossible() -> None:
    unlikely = weight_findings(weight_kg=Decimal(100), last_kg=Decimal(80))
    with pytest.raises(Unconfirmed) as asked:
        confirm(unlikely, field="weight", is_confirmed=False)
    assert asked.value.findings == unlikely
    confirm(unlikely, field="weight", is_confirmed=True)
    confirm((), field="weight", is_confirmed=False)
    impossible = weight_findings(weight_kg=Decimal(20))
    with pytest.raises(Refused, match="Check the scale"):
        confirm(impossible, field="weight", is_confirmed=True)
