"""The two bands: what they hold, and that they never move by themselves."""

from __future__ import annotations

import numpy as np
import pytest

from pharmacokinetics import course, library, pump_log
from pharmacokinetics.bands import Band, BandName, bands, people, spread
from pharmacokinetics.disposition import disposition, dispositions
from pharmacokinetics.errors import ModelError
from pharmacokinetics.population import effects_of

OTTO = library.model("OTTO2021")
KAMP = library.model("KAMP2020")
INFUSION = pump_log.read("0:0.875; 40:0")
TIMES = np.array([20.0, 40.0, 80.0, 110.0, 230.0])
BETWEEN = {"ketamine": [(67, 137), (115, 206), (65, 91), (49, 70), (19, 35)]}
BETWEEN["norketamine"] = [(10, 24), (30, 70), (51, 103), (50, 99), (33, 72)]
MEASURED = [(57, 163), (95, 252), (51, 117), (38, 91), (16, 43)]


def band(name: BandName, output: str = "ketamine", log: pump_log.PumpLog = INFUSION) -> Band:
    found = bands(people(OTTO, weight_kg=70.0), log, TIMES, name=name)
    return next(one for one in found if one.output.name == output)


@pytest.mark.parametrize("output", BETWEEN)
def test_the_band_between_patients_meets_the_independent_prototype(output: str) -> None:
    found = band(BandName.PATIENTS, output)
    for low, high, (expected_low, expected_high) in zip(
        found.low, found.high, BETWEEN[output], strict=True
    ):
        assert low == pytest.approx(expected_low, abs=1.0, rel=0.02)
        assert high == pytest.approx(expected_high, abs=1.0, rel=0.02)


def test_the_band_of_a_measured_level_meets_the_independent_prototype() -> None:
    found = band(BandName.MEASURED)
    for low, high, (expected_low, expected_high) in zip(
        found.low, found.high, MEASURED, strict=True
    ):
        assert low == pytest.approx(expected_low, abs=1.0, rel=0.02)
        assert high == pytest.approx(expected_high, abs=1.0, rel=0.02)


def test_a_measured_level_holds_variation_between_people_and_residual_error() -> None:
    """Neither alone: the log width adds up in squares where both are log-normal."""
    between, measured = band(BandName.PATIENTS), band(BandName.MEASURED)
    patients = np.log(between.high / between.low) / (2 * 1.6449)
    both = np.log(measured.high / measured.low) / (2 * 1.6449)
    assert both == pytest.approx(np.hypot(patients, 0.236), rel=0.05)
    assert (patients > 0.09).all()


def test_ninety_of_a_hundred_other_people_lie_inside() -> None:
    """People drawn by another generator, not those the band was made of."""
    other = np.random.default_rng(7)
    effects = effects_of(OTTO)
    eta = other.multivariate_normal(np.zeros(4), effects.covariance, 4000)
    factors = {name: np.exp(eta[:, i]) for i, name in enumerate(effects.names)}
    crowd = dispositions(OTTO, weight_kg=np.full(4000, 70.0), factors=factors)
    found = band(BandName.PATIENTS)
    for index in range(0, 4000, 500):
        one = {name: float(values[index]) for name, values in factors.items()}
        exact = course.levels(disposition(OTTO, weight_kg=70.0, factors=one), INFUSION, TIMES)
        level = (crowd.residues[index, 0] * _modes(crowd.poles_per_min[index])).sum(axis=1)
        assert level == pytest.approx(exact.of("ketamine").levels_ng_per_ml, rel=1e-9)
    levels = np.array(
        [(crowd.residues[i, 0] * _modes(crowd.poles_per_min[i])).sum(axis=1) for i in range(4000)]
    )
    inside = ((levels >= found.low) & (levels <= found.high)).mean(axis=0)
    assert np.abs(inside - 0.9).max() < 0.015


def _modes(poles: np.ndarray) -> np.ndarray:
    """Amounts of the infusion written down anew: 0.875 mg/min for 40 minutes, then decay."""
    given = np.minimum(TIMES, 40.0)[:, None]
    after = np.maximum(TIMES - 40.0, 0.0)[:, None]
    return 0.875 * (1.0 - np.exp(-poles * given)) / poles * np.exp(-poles * after)


def test_the_middle_is_the_median_of_curves_and_says_so() -> None:
    typical = course.levels(disposition(OTTO, weight_kg=70.0), INFUSION, TIMES)
    found = band(BandName.PATIENTS)
    assert found.median == pytest.approx(typical.of("ketamine").levels_ng_per_ml, rel=0.02)
    assert not hasattr(found, "mean")
    assert found.label == "90% between patients, ketamine, venous plasma, ng/mL"


def test_a_band_worked_out_again_does_not_flicker() -> None:
    first, again = band(BandName.MEASURED), band(BandName.MEASURED)
    assert np.array_equal(first.low, again.low)
    assert np.array_equal(first.high, again.high)


def test_the_past_of_a_live_band_stays_when_time_passes() -> None:
    """At every tick the log is longer; what was drawn up to then stays where it was."""
    group = people(OTTO, weight_kg=70.0)
    log = pump_log.read("0:0.875; 10:0; 15:0.875; 45:0")
    ticks = np.arange(0.0, 61.0)
    whole = bands(group, log, ticks)[0]
    for now in (9.0, 12.0, 20.0, 44.0):
        seen = ticks[ticks <= now]
        live = bands(group, log.until(now), seen)[0]
        assert live.low == pytest.approx(whole.low[: seen.size], rel=1e-12)
        assert live.high == pytest.approx(whole.high[: seen.size], rel=1e-12)


def test_a_measured_level_is_not_promised_where_its_error_is_unknown() -> None:
    with pytest.raises(ModelError, match="Choose the band “between patients”"):
        bands(people(KAMP, weight_kg=70.0), INFUSION, TIMES, name=BandName.MEASURED)


def test_a_borrowed_spread_is_called_borrowed() -> None:
    labels = [one.label for one in bands(people(KAMP, weight_kg=70.0), INFUSION, TIMES)]
    assert labels[0] == "90% between patients (spread borrowed), ketamine, arterial plasma, ng/mL"
    assert "effect site" in labels[2]


def test_an_additive_error_never_makes_a_level_negative() -> None:
    simons = people(library.model("SIMONS2022"), weight_kg=70.0)
    for one in bands(simons, INFUSION, np.array([1.0, 40.0]), name=BandName.MEASURED):
        assert (one.low >= 0.0).all()
    assert simons.measurable == (True, True, True)
    assert np.abs(simons.offset[:, 0]).max() == 0.0
    assert simons.offset[:, 1].std() == pytest.approx(0.058 * 223.70, rel=0.02)


@pytest.mark.parametrize("coverage", [0.0, 1.0, 5.0])
def test_a_coverage_must_lie_between_nothing_and_everybody(coverage: float) -> None:
    with pytest.raises(ModelError, match="Choose a coverage"):
        bands(people(OTTO, weight_kg=70.0), INFUSION, TIMES, coverage=coverage)


@pytest.mark.parametrize("people_count", [1, 2, 5, 1000])
def test_limits_are_the_quantiles_that_numpy_gives(people_count: int) -> None:
    levels = np.random.default_rng(3).lognormal(size=(4, 2, people_count))
    shares = (0.0, 0.05, 0.5, 0.95, 1.0)
    expected = np.quantile(levels, shares, axis=-1)
    assert spread(levels.copy(), shares) == pytest.approx(expected, rel=1e-12)
