"""Random effects: the published covariance, and the same numbers every time."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from pharmacokinetics import library, population
from pharmacokinetics.errors import ModelError
from pharmacokinetics.population import Effects, effects_of, normals


def test_sobol_points_are_those_of_joe_and_kuo() -> None:
    ours = population.sobol(512, population.DIMENSIONS) / 2.0**population.BITS
    theirs = qmc.Sobol(population.DIMENSIONS, scramble=False, bits=32).random(512)
    assert np.array_equal(ours, theirs)


def test_the_same_people_come_every_time() -> None:
    first = normals(1024, 5).copy()
    normals.cache_clear()
    assert np.array_equal(first, normals(1024, 5))
    assert np.array_equal(first[:, :3], normals(1024, 3))
    assert np.array_equal(first[:100], normals(100, 5))


def test_another_seed_gives_other_people() -> None:
    assert not np.array_equal(normals(64, 3, seed=1), normals(64, 3, seed=2))


def test_nobody_can_change_the_shared_numbers() -> None:
    with pytest.raises(ValueError, match="read-only"):
        normals(8, 2)[0, 0] = 1.0


def test_the_numbers_are_standard_normal() -> None:
    found = normals(1024, population.DIMENSIONS)
    assert np.abs(found.mean(axis=0)).max() < 0.01
    assert np.abs(found.std(axis=0) - 1.0).max() < 0.01
    assert np.abs(np.corrcoef(found.T) - np.eye(population.DIMENSIONS)).max() < 0.06


@pytest.mark.parametrize(("count", "dimensions"), [(0, 1), (4, 0), (4, population.DIMENSIONS + 1)])
def test_more_than_can_be_had_is_refused(count: int, dimensions: int) -> None:
    with pytest.raises(ModelError, match="Ask for one draw"):
        normals(count, dimensions)


def test_people_vary_as_published() -> None:
    effects = effects_of(library.model("OTTO2021"))
    assert effects.names == ("v1", "cl", "vn1", "cln")
    drawn = np.cov(effects.draw(4096).T)
    assert np.abs(drawn - effects.covariance).max() < 0.002
    assert effects.covariance[0, 1] == 0.02261
    assert effects.covariance[1, 2] == 0.0


def test_the_limit_of_a_band_is_placed_within_one_per_cent() -> None:
    """1,024 draws against the true 5 % point of a log-normal clearance."""
    effects = effects_of(library.model("OTTO2021"))
    clearance = np.exp(effects.draw(population.DRAWS)[:, 1])
    truth = np.exp(-1.6448536269514722 * np.sqrt(0.026048))
    assert np.quantile(clearance, 0.05) == pytest.approx(truth, rel=0.01)


def test_a_covariance_that_is_none_is_refused() -> None:
    with pytest.raises(ModelError, match="Correct the covariance of v1, cl"):
        Effects(("v1", "cl"), np.array([[0.1, 0.2], [0.2, 0.1]])).draw(4)


def test_a_model_without_variability_has_no_population() -> None:
    with pytest.raises(ModelError, match="Choose a model with published variability"):
        effects_of(library.model("DOMINO1982"))
