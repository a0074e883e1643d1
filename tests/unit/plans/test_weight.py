"""Ideal and adjusted weight, and when a weight may not dose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from serein.core.quantities import round_to
from serein.plans.rules import (
    Body,
    WeightBasis,
    adjusted_kg,
    body_mass_index,
    change_finding,
    devine_kg,
    dosing_weight,
    is_devine_defined,
)

AT = datetime(2026, 3, 9, 13, 0, tzinfo=UTC)


def _body(
    kg: str | None = "80",
    cm: str | None = "170",
    sex: str = "female",
    days: int = 0,
    *,
    is_measured: bool = True,
) -> Body:
    weighed = AT - timedelta(days=days) if kg else None
    return Body(Decimal(kg) if kg else None, weighed, Decimal(cm) if cm else None, sex, is_measured)


def _codes(body: Body, basis: WeightBasis) -> list[str]:
    return [finding.code for finding in dosing_weight(body, basis, AT).findings]


@pytest.mark.parametrize(
    ("sex", "cm", "kg", "bmi", "ideal", "adjusted"),
    [
        ("female", "165", "70", "25.7", "56.91", "62.15"),
        ("female", "165", "110", "40.4", "56.91", "78.15"),
        ("male", "180", "150", "46.3", "74.99", "105.00"),
    ],
)
def test_devine_vectors(sex: str, cm: str, kg: str, bmi: str, ideal: str, adjusted: str) -> None:
    found = devine_kg(Decimal(cm), sex)
    assert found is not None
    assert round_to(found, Decimal("0.01")) == Decimal(ideal)
    assert round_to(adjusted_kg(Decimal(kg), found), Decimal("0.01")) == Decimal(adjusted)
    assert round_to(body_mass_index(Decimal(kg), Decimal(cm)), Decimal("0.1")) == Decimal(bmi)


@pytest.mark.parametrize(
    ("sex", "cm", "kg", "actual", "ideal", "adjusted"),
    [
        ("female", "165", "110", "55.0", "28.5", "39.1"),
        ("male", "180", "150", "75.0", "37.5", "52.5"),
    ],
)
def test_the_same_patient_gets_three_doses_at_half_a_milligram(
    sex: str, cm: str, kg: str, actual: str, ideal: str, adjusted: str
) -> None:
    for basis, dose in zip(WeightBasis, (actual, ideal, adjusted), strict=True):
        weight = dosing_weight(_body(kg, cm, sex), basis, AT).weight_kg
        assert weight is not None
        assert round_to(weight / 2, Decimal("0.1")) == Decimal(dose)


def test_devine_below_its_range_warns_and_leaves_the_choice_to_a_person() -> None:
    assert round_to(devine_kg(Decimal(150), "female") or Decimal(0), Decimal("0.01")) == Decimal(
        "43.33"
    )
    assert not is_devine_defined(Decimal(150))
    assert is_devine_defined(Decimal("152.4"))
    for basis in (WeightBasis.IDEAL, WeightBasis.ADJUSTED):
        weighed = dosing_weight(_body("60", "150"), basis, AT)
        assert weighed.weight_kg is None
        (finding,) = weighed.findings
        assert finding.code == "ideal-weight-undefined"
        assert "by hand" in finding.because
    assert dosing_weight(_body("60", "150"), WeightBasis.ACTUAL, AT).weight_kg == Decimal(60)


def test_an_unknown_sex_has_no_ideal_weight() -> None:
    assert devine_kg(Decimal(170), "unknown") is None
    weighed = dosing_weight(_body(sex="unknown"), WeightBasis.IDEAL, AT)
    assert weighed.weight_kg is None
    assert "unknown" in weighed.findings[0].because


def test_no_height_no_ideal_weight() -> None:
    assert _codes(_body(cm=None), WeightBasis.ADJUSTED) == ["ideal-weight-undefined"]
    assert _codes(_body(cm=None), WeightBasis.ACTUAL) == []


@pytest.mark.parametrize("basis", WeightBasis)
def test_a_missing_weight_is_never_assumed(basis: WeightBasis) -> None:
    weighed = dosing_weight(_body(kg=None), basis, AT)
    assert weighed.weight_kg is None
    assert weighed.findings[0].because.startswith("Weigh the patient first")


@pytest.mark.parametrize(("days", "codes"), [(0, []), (14, []), (15, ["weight-old"])])
def test_a_weight_lasts_fourteen_days(days: int, codes: list[str]) -> None:
    assert _codes(_body(days=days), WeightBasis.ACTUAL) == codes


def test_a_told_weight_does_not_dose() -> None:
    assert _codes(_body(is_measured=False), WeightBasis.ACTUAL) == ["weight-not-measured"]


def test_a_high_bmi_is_noted() -> None:
    assert _codes(_body("110", "165"), WeightBasis.ACTUAL) == ["high-bmi"]
    assert _codes(_body("110", "165"), WeightBasis.IDEAL) == []


@pytest.mark.parametrize(
    ("now", "is_found"), [("84", False), ("84.1", True), ("76", False), ("75.9", True)]
)
def test_more_than_five_percent_asks_for_a_new_dose(now: str, is_found: bool) -> None:
    assert (change_finding(Decimal(80), Decimal(now)) is not None) is is_found
