"""The rate that would bring a level."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmacokinetics import course, library, planning, pump_log
from pharmacokinetics.disposition import Disposition, disposition
from pharmacokinetics.errors import PharmacokineticError
from pharmacokinetics.planning import Target

KAMP = disposition(library.model("KAMP2020"), weight_kg=70.0)
SIMONS = disposition(library.model("SIMONS2022"), weight_kg=70.0)


def test_the_published_example_is_met() -> None:
    rate = planning.rate_for_target(
        KAMP, course.start(KAMP), output="ketamine", target_ng_per_ml=150.0, after_min=40.0
    )
    assert rate == pytest.approx(0.51866843846, rel=1e-10)


@settings(max_examples=40, derandomize=True)
@given(
    target=st.floats(0.0, 400.0),
    after=st.floats(0.5, 300.0),
    output=st.sampled_from(["ketamine", "norketamine", "effect"]),
)
def test_the_rate_found_reaches_the_target_or_is_zero(
    target: float, after: float, output: str
) -> None:
    state = course.run(KAMP, pump_log.read("0:0.875; 25:0.4"), until_min=30.0)
    rate = planning.rate_for_target(
        KAMP, state, output=output, target_ng_per_ml=target, after_min=after
    )
    then = course.advance(KAMP, state, minutes=after, rate_mg_per_min=rate)
    level = course.now(KAMP, then)[KAMP.model.row(output)]
    assert rate >= 0.0
    if rate > 0.0:
        assert level == pytest.approx(target, rel=1e-7, abs=1e-7)
    else:
        assert level >= target * (1 - 1e-9)


def test_a_steady_rate_holds_a_level_for_ever() -> None:
    rate = planning.steady_rate(KAMP, output="ketamine", target_ng_per_ml=100.0)
    assert rate == pytest.approx(0.1 * 84.0 / 60.0)
    found = course.levels(KAMP, pump_log.read(f"0:{rate!r}"), [20_000.0])
    assert found.of("ketamine").levels_ng_per_ml[0] == pytest.approx(100.0)


@pytest.mark.parametrize("person", [KAMP, SIMONS], ids=lambda one: one.model.name)
def test_several_targets_are_reached_in_turn(person: Disposition) -> None:
    targets = [
        Target(minute=10.0, level_ng_per_ml=80.0),
        Target(minute=25.0, level_ng_per_ml=150.0),
        Target(minute=40.0, level_ng_per_ml=160.0),
    ]
    steps = planning.rates_for_targets(
        person, course.start(person), output="ketamine", targets=targets
    )
    log = pump_log.from_entries(pump_log.Rate(one.minute, one.rate_mg_per_min) for one in steps)
    found = course.levels(person, log, [10.0, 25.0, 40.0]).of("ketamine").levels_ng_per_ml
    assert found == pytest.approx([80.0, 150.0, 160.0], rel=1e-9)
    assert [one.level_ng_per_ml for one in steps] == pytest.approx(found, rel=1e-9)


def test_a_target_that_would_need_drug_taken_back_gets_the_nearest_rates() -> None:
    targets = [
        Target(minute=10.0, level_ng_per_ml=200.0),
        Target(minute=12.0, level_ng_per_ml=20.0),
    ]
    first, second = planning.rates_for_targets(
        KAMP, course.start(KAMP), output="ketamine", targets=targets
    )
    assert second.rate_mg_per_min == 0.0
    assert 0.0 < first.level_ng_per_ml < 200.0
    assert second.level_ng_per_ml > 20.0


@settings(max_examples=60, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(1, 6))
def test_the_nearest_rates_are_those_of_an_independent_solver(seed: int, size: int) -> None:
    chance = np.random.default_rng(seed)
    matrix = np.tril(chance.uniform(0.1, 2.0, (size, size)))
    wished = chance.normal(0.0, 1.0, size)
    expected, distance = scipy.optimize.nnls(matrix, wished)
    found = planning.nonnegative_least_squares(matrix, wished)
    assert found.min() >= 0.0
    assert np.linalg.norm(matrix @ found - wished) == pytest.approx(distance, abs=1e-9)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(
    "targets",
    [
        [Target(minute=0.0, level_ng_per_ml=10.0)],
        [Target(minute=5.0, level_ng_per_ml=10.0), Target(minute=5.0, level_ng_per_ml=20.0)],
        [Target(minute=5.0, level_ng_per_ml=-10.0)],
        [Target(minute=float("nan"), level_ng_per_ml=10.0)],
    ],
)
def test_targets_that_cannot_be_are_refused(targets: list[Target]) -> None:
    with pytest.raises(PharmacokineticError, match="Enter target"):
        planning.rates_for_targets(KAMP, course.start(KAMP), output="ketamine", targets=targets)
