"""What stops an order, what asks for a reason, and that nothing above the ceiling gets through."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.core.findings import Weight, stops
from serein.plans.rules import (
    MAX_DOSE_MG,
    MAX_MG_PER_KG,
    PROTOCOLS,
    Before,
    Body,
    Judged,
    Preparation,
    Terms,
    WeightBasis,
    judge,
)

AT = datetime(2026, 3, 9, 13, 0, tzinfo=UTC)
USUAL = Terms(
    mg_per_kg=Decimal("0.5"),
    minutes=40,
    weight_basis=WeightBasis.ACTUAL,
    ceiling_mg=Decimal(100),
    vial_mg_per_ml=Decimal(50),
    preparation=Preparation.STRENGTH,
    bag_mg_per_ml=Decimal(1),
    bag_ml=None,
    infusions=6,
    min_gap_hours=44,
    max_gap_days=7,
)


def _judge(terms: Terms = USUAL, kg: str = "80", before: Before | None = None) -> Judged:
    body = Body(Decimal(kg), AT, Decimal(170), "female")
    return judge(terms, body, PROTOCOLS["C"], AT, before)


def _found(judged: Judged) -> dict[str, Weight]:
    return {finding.code: finding.weight for finding in judged.findings}


def test_the_usual_order_has_no_findings() -> None:
    assert _judge(kg="70").findings == ()


@pytest.mark.parametrize(
    ("change", "kg", "code", "weight"),
    [
        ({"mg_per_kg": Decimal("1.01")}, "60", "mg-per-kg-too-high", Weight.STOPS),
        ({"mg_per_kg": Decimal("12.5")}, "60", "mg-per-kg-too-high", Weight.STOPS),
        ({"mg_per_kg": Decimal("0.51")}, "60", "mg-per-kg-above-usual", Weight.NEEDS_REVIEW),
        ({"ceiling_mg": Decimal("34.9")}, "70", "above-ceiling", Weight.STOPS),
        ({"mg_per_kg": Decimal("0.7")}, "150", "above-ceiling", Weight.STOPS),
        ({"minutes": 39}, "70", "minutes-unusual", Weight.NEEDS_REVIEW),
        ({"minutes": 61}, "70", "minutes-unusual", Weight.NEEDS_REVIEW),
        ({"minutes": 19}, "70", "minutes-out-of-range", Weight.STOPS),
        ({"mg_per_kg": Decimal("0.8")}, "70", "fast", Weight.NEEDS_REVIEW),
        ({"bag_mg_per_ml": Decimal("2.5")}, "70", "bag-strong", Weight.NEEDS_REVIEW),
        ({"bag_mg_per_ml": Decimal(50)}, "70", "not-diluted", Weight.STOPS),
        ({"bag_mg_per_ml": Decimal("0.01")}, "70", "rate-out-of-range", Weight.STOPS),
        ({"infusions": 7}, "70", "infusions-unusual", Weight.NEEDS_REVIEW),
        ({"min_gap_hours": 40}, "70", "gap-short", Weight.NEEDS_REVIEW),
        ({"max_gap_days": 10}, "70", "gap-long", Weight.NEEDS_REVIEW),
        (
            {"mg_per_kg": Decimal("0.2"), "vial_mg_per_ml": Decimal(100)},
            "27",
            "rounding",
            Weight.TO_NOTE,
        ),
    ],
)
def test_one_step_out_of_the_usual(
    change: dict[str, object], kg: str, code: str, weight: Weight
) -> None:
    assert _found(_judge(replace(USUAL, **change), kg))[code] is weight  # type: ignore[arg-type]


def test_a_bag_that_the_drug_would_fill() -> None:
    terms = replace(
        USUAL, preparation=Preparation.WITHDRAWN, bag_ml=Decimal(3), vial_mg_per_ml=Decimal(10)
    )
    assert _found(_judge(terms))["bag-too-small"] is Weight.STOPS


@pytest.mark.parametrize(
    ("mg_per_kg", "minutes", "codes"),
    [
        ("0.5", 40, set()),
        ("0.5", 60, set()),
        ("0.4", 40, set()),
        ("0.39", 40, {"change-large"}),
        ("0.25", 40, {"change-large"}),
        ("0.24", 40, {"change-too-large"}),
        ("0.4", 45, {"dose-and-minutes-changed"}),
    ],
)
def test_a_change_takes_small_steps_and_one_thing_at_a_time(
    mg_per_kg: str, minutes: int, codes: set[str]
) -> None:
    terms = replace(USUAL, mg_per_kg=Decimal(mg_per_kg), minutes=minutes)
    found = _found(_judge(terms, "70", Before(Decimal("0.5"), 40)))
    assert set(found) - {"mg-per-kg-above-usual", "rounding"} == codes


def test_the_rate_per_hour_is_said_when_dose_and_minutes_change() -> None:
    terms = replace(USUAL, mg_per_kg=Decimal("0.6"), minutes=45)
    judged = _judge(terms, "70", Before(Decimal("0.5"), 40))
    said = next(f for f in judged.findings if f.code == "dose-and-minutes-changed")
    assert "0.8\u202fmg/kg/h" in said.because


def test_rounding_up_at_the_syringe_does_not_pass_the_ceiling() -> None:
    terms = replace(USUAL, ceiling_mg=Decimal("40.5"), vial_mg_per_ml=Decimal(100))
    assert _found(_judge(terms, "81"))["drawn-above-ceiling"] is Weight.STOPS


def test_pounds_typed_as_kilograms_meet_the_ceiling_of_a_careful_plan() -> None:
    assert stops(_judge(replace(USUAL, ceiling_mg=Decimal(50)), "176").findings)


def test_every_finding_names_a_source_and_stops_come_first() -> None:
    terms = replace(USUAL, mg_per_kg=Decimal("1.2"), minutes=10, infusions=9)
    findings = _judge(terms).findings
    assert all(finding.source for finding in findings)
    weights = [list(Weight).index(finding.weight) for finding in findings]
    assert weights == sorted(weights)


@given(
    mg_per_kg=st.decimals("0.001", "3", places=3),
    minutes=st.integers(1, 240),
    kg=st.decimals("20", "350", places=1),
    cm=st.none() | st.decimals("120", "210", places=1),
    sex=st.sampled_from(["female", "male", "unknown"]),
    basis=st.sampled_from(WeightBasis),
    ceiling_mg=st.decimals("1", "250", places=1),
    vial=st.sampled_from([Decimal(10), Decimal(50), Decimal(100)]),
    preparation=st.sampled_from(Preparation),
    before=st.none() | st.builds(Before, st.decimals("0.1", "1", places=2), st.integers(20, 90)),
)
def test_no_accepted_order_exceeds_the_ceiling(
    mg_per_kg: Decimal,
    minutes: int,
    kg: Decimal,
    cm: Decimal | None,
    sex: str,
    basis: WeightBasis,
    ceiling_mg: Decimal,
    vial: Decimal,
    preparation: Preparation,
    before: Before | None,
) -> None:
    terms = replace(
        USUAL,
        mg_per_kg=mg_per_kg,
        minutes=minutes,
        weight_basis=basis,
        ceiling_mg=ceiling_mg,
        vial_mg_per_ml=vial,
        preparation=preparation,
        bag_ml=Decimal(100),
    )
    judged = judge(terms, Body(kg, AT, cm, sex), PROTOCOLS["A"], AT, before)
    if stops(judged.findings):
        return
    assert judged.dose is not None
    limit = min(MAX_DOSE_MG, ceiling_mg)
    assert judged.dose.dose_mg <= limit
    assert judged.dose.prepared.drawn_mg <= limit
    assert judged.dose.inputs.mg_per_kg <= MAX_MG_PER_KG
