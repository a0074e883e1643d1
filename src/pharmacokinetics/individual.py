"""What measured levels say about one person: the most likely parameters, and how sure that is.

The estimate maximises the posterior (Sheiner and Beal 1982): it minimises

    Σ_j (ln y_j − ln f_j(η))²/σ_j² + ηᵀΩ⁻¹η

by damped Gauss–Newton steps on u with η = L u, L Lᵀ = Ω. Its uncertainty is Laplace's: the inverse
of JᵀJ at the estimate. One level narrows the clearance of that person very little, and the result
says so. Only venous levels with a complete account of how they were drawn are taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pharmacokinetics import march
from pharmacokinetics.disposition import dispositions
from pharmacokinetics.errors import ModelError, PharmacokineticError
from pharmacokinetics.library import Site
from pharmacokinetics.population import Effects, effects_of, normals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pharmacokinetics.library import Model
    from pharmacokinetics.march import Steps
    from pharmacokinetics.pump_log import PumpLog

    Floats = NDArray[np.float64]

ROUNDS = 60
STILL = 1e-9
STEP = 1e-5


class SampleError(PharmacokineticError):
    """A measured level cannot be used; the message says what to enter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One measured level with the account of how it was drawn.

    ``drawn_min`` is the minute of drawing on the clock of the pump log, ``reported_min`` that of
    the result; ``matrix`` is "plasma" or "serum", ``vessel`` "venous", ``arm`` the arm relative to
    the infusion ("opposite"), ``enantiomer`` "total" for the sum of both.
    """

    output: str
    level_ng_per_ml: float
    lower_limit_ng_per_ml: float
    drawn_min: float
    reported_min: float
    assay: str
    matrix: str
    vessel: str
    arm: str
    enantiomer: str


@dataclass(frozen=True, slots=True)
class Individual:
    """The most likely η (D,) of one person and its covariance (D, D), on the log scale."""

    model: Model
    prior: Effects
    eta: Floats
    covariance: Floats
    samples: tuple[Sample, ...]

    @property
    def factors(self) -> dict[str, float]:
        """Parameter → exp(η), as ``disposition`` takes them."""
        return dict(zip(self.prior.names, np.exp(self.eta).tolist(), strict=True))

    @property
    def narrowed(self) -> dict[str, float]:
        """Parameter → the share of its spread between people that the levels took away, 0 to 1."""
        before = np.sqrt(np.diag(self.prior.covariance))
        after = np.sqrt(np.diag(self.covariance))
        return dict(zip(self.prior.names, (1.0 - after / before).tolist(), strict=True))

    def draw(self, count: int, seed: int = 0) -> Floats:
        """Return η that remain likely, (count, D): the same random numbers as before the levels."""
        root = np.linalg.cholesky(self.covariance)
        return self.eta + normals(count, self.eta.size, seed) @ root.T

    def words(self) -> tuple[str, ...]:
        """Say what the levels moved and how little they narrowed."""
        spread = np.sqrt(np.diag(self.covariance))
        before = np.sqrt(np.diag(self.prior.covariance))
        number = len(self.samples)
        return tuple(
            f"{number} level{'s' if number > 1 else ''} moved {name} by {moved:+.2f} ± {after:.2f} "
            f"(log units; between people ± {first:.2f})."
            for name, moved, after, first in zip(
                self.prior.names, self.eta, spread, before, strict=True
            )
        )


def accept(sample: Sample, model: Model) -> Sample:
    """Return the sample, or raise ``SampleError`` with the first thing that is wrong with it."""
    if model.sampling_site is not Site.VENOUS:
        raise SampleError(f"Choose a venous model: {model.name} describes {model.sampling_site}.")
    reasons = (
        (not sample.assay.strip(), "Name the assay of the level."),
        (
            sample.matrix not in {"plasma", "serum"},
            f"Enter a level of plasma or serum: “{sample.matrix}” holds another concentration.",
        ),
        (
            sample.vessel != "venous",
            f"Enter a venous level: “{sample.vessel}” blood is up to two thirds higher.",
        ),
        (
            sample.arm != "opposite",
            "Enter a level from the arm opposite to the infusion: the infused arm holds fresh drug.",
        ),
        (
            sample.enantiomer != "total",
            f"Enter the total of both enantiomers: “{sample.enantiomer}” alone is about half.",
        ),
        (
            not (np.isfinite(sample.level_ng_per_ml) and sample.lower_limit_ng_per_ml > 0.0),
            "Enter the level and the limit of quantification of the assay in ng/mL.",
        ),
        (
            sample.level_ng_per_ml < sample.lower_limit_ng_per_ml,
            "Leave this level out: it is below the limit of quantification, so it is no number.",
        ),
        (
            not sample.drawn_min < sample.reported_min,
            "Enter the time of drawing: it must be before the time of the result.",
        ),
    )
    for wrong, words in reasons:
        if wrong:
            raise SampleError(words)
    return sample


def update(
    model: Model,
    log: PumpLog,
    samples: Sequence[Sample],
    *,
    weight_kg: float,
    age_years: float | None = None,
) -> Individual:
    """Return what the levels say about the person who got ``log``.

    Raises ``SampleError`` for a level that cannot be used, ``ModelError`` for a model without
    published variability or without the residual error of an output that was measured.
    """
    taken = tuple(accept(sample, model) for sample in samples)
    if not taken:
        raise SampleError("Enter at least one measured level.")
    prior = effects_of(model)
    problem = _Problem(model, prior, log, taken, weight_kg, age_years)
    u, jacobian = problem.descend()
    root = prior.root
    covariance = root @ np.linalg.inv(jacobian.T @ jacobian) @ root.T
    return Individual(model, prior, root @ u, (covariance + covariance.T) / 2.0, taken)


class _Problem:
    """The weighted residuals of one person's levels as a function of u."""

    def __init__(
        self,
        model: Model,
        prior: Effects,
        log: PumpLog,
        samples: tuple[Sample, ...],
        weight_kg: float,
        age_years: float | None,
    ) -> None:
        errors = {error.output: error.proportional_sd for error in model.residual_errors}
        unknown = sorted({sample.output for sample in samples} - set(errors))
        if unknown:
            raise ModelError(f"Leave out {', '.join(unknown)}: {model.name} has no error for it.")
        self.model, self.prior, self.root = model, prior, prior.root
        self.weight_kg, self.age_years = weight_kg, age_years
        times = sorted({sample.drawn_min for sample in samples})
        self.plan: Steps = march.steps_of(log, np.array(times))
        self.at = [times.index(sample.drawn_min) for sample in samples]
        self.row = [model.row(sample.output) for sample in samples]
        self.seen = np.log([sample.level_ng_per_ml for sample in samples])
        self.sd = np.array([errors[sample.output] for sample in samples])

    def residuals(self, points: Floats) -> Floats:
        """Weighted residuals of many u at once, (N, D) → (N, J + D)."""
        eta = points @ self.root.T
        factors = {name: np.exp(eta[:, i]) for i, name in enumerate(self.prior.names)}
        ages = None if self.age_years is None else np.full(len(points), self.age_years)
        weights = np.full(len(points), self.weight_kg)
        people = dispositions(self.model, weight_kg=weights, age_years=ages, factors=factors)
        levels = march.levels(people.poles_per_min, people.residues, self.plan, engine="numpy")
        found = levels[self.at, self.row, :].T
        if not (found > 0.0).all():
            raise SampleError(
                "Enter levels drawn after the infusion began: before it there are none."
            )
        return np.concatenate([(self.seen - np.log(found)) / self.sd, points], axis=1)

    def linearise(self, u: Floats) -> tuple[Floats, Floats]:
        """Residuals at u and their Jacobian, by central differences in one vectorised call."""
        size = u.size
        moved = np.concatenate([np.eye(size), -np.eye(size), np.zeros((1, size))]) * STEP
        found = self.residuals(u + moved)
        jacobian = (found[:size] - found[size : 2 * size]).T / (2.0 * STEP)
        return found[-1], jacobian

    def descend(self) -> tuple[Floats, Floats]:
        """Return the minimising u and the Jacobian there (Levenberg's damping)."""
        u = np.zeros(len(self.prior.names))
        damping = 1e-3
        here, jacobian = self.linearise(u)
        for _ in range(ROUNDS):
            normal = jacobian.T @ jacobian
            step = np.linalg.solve(normal + damping * np.eye(u.size), -jacobian.T @ here)
            there = self.residuals((u + step)[None])[0]
            if there @ there <= here @ here:
                u, damping = u + step, damping / 10.0
                here, jacobian = self.linearise(u)
                if np.abs(step).max() < STILL:
                    return u, jacobian
            else:
                damping *= 10.0
        raise ModelError("Check the levels: no parameters of this model come near them.")
