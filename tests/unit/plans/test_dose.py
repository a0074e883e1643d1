"""Dose arithmetic against worked vectors; every row is mg/kg, minutes, kg, bag → what the pump runs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.core.quantities import round_to
from serein.plans.rules import DoseInputs, Preparation, dose_for


def _inputs(mg_per_kg: str, minutes: int, weight_kg: str, bag: str, vial: str = "50") -> DoseInputs:
    return DoseInputs(
        mg_per_kg=Decimal(mg_per_kg),
        minutes=minutes,
        weight_kg=Decimal(weight_kg),
        vial_mg_per_ml=Decimal(vial),
        bag_mg_per_ml=Decimal(bag),
    )


@pytest.mark.parametrize(
    ("mg_per_kg", "minutes", "kg", "bag", "mg", "ml_per_h", "vtbi_ml", "mcg_kg_min", "mg_kg_h"),
    [
        ("0.5", 40, "80", "1.0", "40.00", "60.00", "40.00", "12.500", "0.750"),
        ("0.5", 40, "62.5", "1.0", "31.25", "46.88", "31.25", "12.500", "0.750"),
        ("0.2", 40, "70", "1.0", "14.00", "21.00", "14.00", "5.000", "0.300"),
        ("0.75", 45, "90", "2.0", "67.50", "45.00", "33.75", "16.667", "1.000"),
        ("1.0", 60, "70", "1.0", "70.00", "70.00", "70.00", "16.667", "1.000"),
    ],
)
def test_pump_vectors(
    mg_per_kg: str,
    minutes: int,
    kg: str,
    bag: str,
    mg: str,
    ml_per_h: str,
    vtbi_ml: str,
    mcg_kg_min: str,
    mg_kg_h: str,
) -> None:
    dose = dose_for(_inputs(mg_per_kg, minutes, kg, bag))
    assert round_to(dose.dose_mg, Decimal("0.01")) == Decimal(mg)
    assert round_to(dose.rate_ml_per_h, Decimal("0.01")) == Decimal(ml_per_h)
    assert round_to(dose.volume_ml, Decimal("0.01")) == Decimal(vtbi_ml)
    assert round_to(dose.mcg_per_kg_per_min, Decimal("0.001")) == Decimal(mcg_kg_min)
    assert round_to(dose.mg_per_kg_per_h, Decimal("0.001")) == Decimal(mg_kg_h)


def test_a_hundredth_of_a_milligram_is_not_lost_before_the_end() -> None:
    dose = dose_for(_inputs("0.1", 40, "0.2", "1"))
    assert dose.dose_mg == Decimal("0.02")
    assert Decimal("0.1") + Decimal("0.2") == Decimal("0.3")


@pytest.mark.parametrize(
    ("preparation", "bag_mg_per_ml", "volume_ml", "rate_ml_per_h"),
    [
        (Preparation.WITHDRAWN, "0.4", "100", "150"),
        (Preparation.ADDED, "0.39683", "100.8", "151.2"),
    ],
)
def test_forty_milligrams_in_a_bag_of_a_hundred(
    preparation: Preparation, bag_mg_per_ml: str, volume_ml: str, rate_ml_per_h: str
) -> None:
    dose = dose_for(
        DoseInputs(
            mg_per_kg=Decimal("0.5"),
            minutes=40,
            weight_kg=Decimal(80),
            vial_mg_per_ml=Decimal(50),
            bag_ml=Decimal(100),
            preparation=preparation,
        )
    )
    assert dose.drug_ml == Decimal("0.8")
    assert round_to(dose.bag_mg_per_ml, Decimal("0.00001")) == Decimal(bag_mg_per_ml)
    assert dose.volume_ml == Decimal(volume_ml)
    assert dose.rate_ml_per_h == Decimal(rate_ml_per_h)
    assert dose.bag_mg_per_ml * dose.volume_ml == pytest.approx(Decimal(40))


def test_rounding_happens_at_the_syringe_and_says_how_far_off_it_is() -> None:
    dose = dose_for(_inputs("0.5", 40, "62.5", "1", vial="100"))
    prepared = dose.prepared
    assert dose.drug_ml == Decimal("0.3125")
    assert prepared.drug_ml == Decimal("0.31")
    assert prepared.dose_mg == Decimal("31.3")
    assert prepared.drawn_mg == Decimal("31.00")
    assert round_to(prepared.dose_error_percent, Decimal("0.1")) == Decimal("-0.8")
    assert prepared.rate_ml_per_h == Decimal("46.9")
    assert not prepared.is_error_shown


def test_an_error_above_one_percent_is_shown() -> None:
    prepared = dose_for(_inputs("0.2", 40, "27", "1", vial="100")).prepared
    assert prepared.drawn_mg == Decimal("5.00")
    assert round_to(prepared.dose_error_percent, Decimal("0.1")) == Decimal("-7.4")
    assert prepared.is_error_shown


@pytest.mark.parametrize("missing", ["mg_per_kg", "minutes", "weight_kg", "vial_mg_per_ml"])
def test_nothing_is_assumed_for_a_zero(missing: str) -> None:
    given = {
        "mg_per_kg": Decimal("0.5"),
        "minutes": 40,
        "weight_kg": Decimal(80),
        "vial_mg_per_ml": Decimal(50),
    }
    given[missing] = Decimal(0)
    with pytest.raises(ValueError, match="above zero"):
        dose_for(DoseInputs(**given, bag_mg_per_ml=Decimal(1)))  # type: ignore[arg-type]


@pytest.mark.parametrize("preparation", list(Preparation))
def test_a_bag_that_is_not_described_has_no_dose(preparation: Preparation) -> None:
    inputs = DoseInputs(Decimal("0.5"), 40, Decimal(80), Decimal(50), preparation=preparation)
    with pytest.raises(ValueError, match="above zero"):
        dose_for(inputs)


_amounts = st.decimals("0.01", "1", places=3)


@given(
    mg_per_kg=_amounts,
    minutes=st.integers(20, 120),
    weight_kg=st.decimals("30", "300", places=3),
    bag_ml=st.decimals("50", "500", places=1),
    preparation=st.sampled_from(Preparation),
)
def test_what_the_pump_gives_is_the_dose(
    mg_per_kg: Decimal, minutes: int, weight_kg: Decimal, bag_ml: Decimal, preparation: Preparation
) -> None:
    dose = dose_for(
        DoseInputs(mg_per_kg, minutes, weight_kg, Decimal(50), Decimal(1), bag_ml, preparation)
    )
    given_mg = dose.rate_ml_per_h * minutes / 60 * dose.bag_mg_per_ml
    assert abs(given_mg - dose.dose_mg) < Decimal("1e-18")
    assert abs(dose.mcg_per_kg_per_min * Decimal("0.06") - dose.mg_per_kg_per_h) < Decimal("1e-18")
