"""What a measured level says about a person, and which levels are no level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pharmacokinetics import course, library, pump_log
from pharmacokinetics.bands import bands, people
from pharmacokinetics.disposition import disposition
from pharmacokinetics.errors import ModelError
from pharmacokinetics.individual import Sample, SampleError, update

OTTO = library.model("OTTO2021")
INFUSION = pump_log.read("0:0.875; 40:0")
GOOD = Sample(
    output="ketamine",
    level_ng_per_ml=230.0,
    lower_limit_ng_per_ml=1.0,
    drawn_min=40.0,
    reported_min=1500.0,
    assay="LC-MS/MS",
    matrix="plasma",
    vessel="venous",
    arm="opposite",
    enantiomer="total",
)


def true_level(output: str, minute: float, **factors: float) -> float:
    person = disposition(OTTO, weight_kg=70.0, factors=factors)
    return float(course.levels(person, INFUSION, minute).of(output).levels_ng_per_ml[0])


def test_one_level_moves_volume_and_barely_narrows_clearance() -> None:
    """The figures of the independent prototype: V1 −0.21 ± 0.24, CL −0.08 ± 0.15."""
    found = update(OTTO, INFUSION, [GOOD], weight_kg=70.0)
    spread = np.sqrt(np.diag(found.covariance))
    assert found.prior.names[:2] == ("v1", "cl")
    assert found.eta[0] == pytest.approx(-0.21, abs=0.01)
    assert spread[0] == pytest.approx(0.24, abs=0.01)
    assert found.eta[1] == pytest.approx(-0.08, abs=0.01)
    assert spread[1] == pytest.approx(0.15, abs=0.01)
    assert found.narrowed["cl"] < 0.1
    assert found.narrowed["vn1"] == pytest.approx(0.0, abs=1e-6)
    assert found.words()[0] == (
        "1 level moved v1 by -0.21 ± 0.24 (log units; between people ± 0.29)."
    )


def test_the_estimate_is_the_lowest_point() -> None:
    """The objective written down anew, along every axis."""
    samples = [GOOD, replace(GOOD, drawn_min=120.0, level_ng_per_ml=45.0)]
    found = update(OTTO, INFUSION, samples, weight_kg=70.0)

    def objective(eta: np.ndarray) -> float:
        factors = dict(zip(found.prior.names, np.exp(eta).tolist(), strict=True))
        misfit = sum(
            (np.log(s.level_ng_per_ml / true_level("ketamine", s.drawn_min, **factors)) / 0.236)
            ** 2
            for s in samples
        )
        return float(misfit + eta @ np.linalg.solve(found.prior.covariance, eta))

    best = objective(found.eta)
    for axis in np.eye(4) * 0.01:
        assert objective(found.eta + axis) > best
        assert objective(found.eta - axis) > best


def test_many_levels_find_the_person() -> None:
    truth = {"v1": 1.3, "cl": 0.8, "vn1": 0.9, "cln": 1.4}
    samples = [
        replace(
            GOOD,
            output=output,
            drawn_min=minute,
            reported_min=5000.0,
            lower_limit_ng_per_ml=0.01,
            level_ng_per_ml=true_level(output, minute, **truth),
        )
        for output in ("ketamine", "norketamine")
        for minute in np.geomspace(1.0, 900.0, 90)
    ]
    found = update(OTTO, INFUSION, samples, weight_kg=70.0)
    spread = np.sqrt(np.diag(found.covariance))
    for name, sd in zip(found.prior.names, spread, strict=True):
        assert abs(np.log(found.factors[name] / truth[name])) < sd < 0.1
        assert found.narrowed[name] > 0.6


def test_a_level_as_expected_moves_nothing() -> None:
    level = true_level("ketamine", 40.0)
    found = update(OTTO, INFUSION, [replace(GOOD, level_ng_per_ml=level)], weight_kg=70.0)
    assert np.abs(found.eta).max() < 1e-8


def test_the_new_band_is_narrower_and_still_a_band() -> None:
    found = update(OTTO, INFUSION, [GOOD], weight_kg=70.0)
    times = np.array([40.0, 120.0])
    before = bands(people(OTTO, weight_kg=70.0), INFUSION, times)[0]
    after = bands(people(OTTO, weight_kg=70.0, known=found), INFUSION, times)[0]
    assert (after.high / after.low < before.high / before.low).all()
    assert after.median[0] > before.median[0]
    assert (after.high / after.low > 1.2).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"vessel": "arterial"}, "Enter a venous level"),
        ({"arm": "infusion"}, "Enter a level from the arm opposite to the infusion"),
        ({"level_ng_per_ml": 0.5}, "below the limit of quantification"),
        ({"assay": " "}, "Name the assay"),
        ({"matrix": "whole blood"}, "Enter a level of plasma or serum"),
        ({"enantiomer": "S-ketamine"}, "Enter the total of both enantiomers"),
        ({"reported_min": 40.0}, "Enter the time of drawing"),
        ({"reported_min": 30.0}, "Enter the time of drawing"),
        ({"level_ng_per_ml": float("nan")}, "Enter the level and the limit"),
        ({"lower_limit_ng_per_ml": 0.0}, "Enter the level and the limit"),
        ({"drawn_min": -5.0}, "Enter levels drawn after the infusion began"),
    ],
)
def test_a_level_that_is_none_is_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(SampleError, match=words):
        update(OTTO, INFUSION, [replace(GOOD, **change)], weight_kg=70.0)


def test_no_level_is_refused() -> None:
    with pytest.raises(SampleError, match="Enter at least one measured level"):
        update(OTTO, INFUSION, [], weight_kg=70.0)


def test_an_arterial_model_takes_no_venous_level() -> None:
    with pytest.raises(SampleError, match="Choose a venous model: KAMP2020"):
        update(library.model("KAMP2020"), INFUSION, [GOOD], weight_kg=70.0)


def test_an_output_without_residual_error_is_refused() -> None:
    with pytest.raises(ModelError, match="Leave out hydroxynorketamine"):
        update(OTTO, INFUSION, [replace(GOOD, output="hydroxynorketamine")], weight_kg=70.0)
