"""The inverse question: which rate would bring a level. Advice on paper, never pump control.

After d minutes at rate r from a state z the level is y = Σ R·z·e^(−pd) + r·Σ R·(1 − e^(−pd))/p,
linear in r. Several targets in a row are linear in the several rates: the rates are the least
squares solution that is nowhere negative (Lawson & Hanson 1974), since a pump cannot take back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pharmacokinetics import modes as recursion
from pharmacokinetics.course import State
from pharmacokinetics.disposition import Disposition
from pharmacokinetics.errors import PharmacokineticError

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One planned stretch: from a minute on, this rate; and the level it ends with."""

    minute: float
    rate_mg_per_min: float
    level_ng_per_ml: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A level of one output wished for at a minute."""

    minute: float
    level_ng_per_ml: float


def rate_for_target(
    disposition: Disposition,
    state: State,
    *,
    output: str,
    target_ng_per_ml: float,
    after_min: float,
) -> float:
    """The constant rate (mg/min) that brings an output to a level after some minutes.

    0 where the level would be above the target even without drug. Raises PharmacokineticError for
    a time that is not above zero, a negative target or an output that the model does not have.
    """
    (step,) = rates_for_targets(
        disposition,
        state,
        output=output,
        targets=[Target(minute=state.minute + after_min, level_ng_per_ml=target_ng_per_ml)],
    )
    return step.rate_mg_per_min


def steady_rate(disposition: Disposition, *, output: str, target_ng_per_ml: float) -> float:
    """The rate (mg/min) that would hold a level for ever: target/AUC(0..∞) per mg.

    Raises PharmacokineticError for an output that the model does not have.
    """
    return float(target_ng_per_ml / disposition.area_per_mg[disposition.model.row(output)])


def rates_for_targets(
    disposition: Disposition, state: State, *, output: str, targets: Sequence[Target]
) -> tuple[Step, ...]:
    """The rates, one before each target, that come closest to all of them and are never negative.

    Raises PharmacokineticError where the targets do not follow each other in time after the state.
    """
    row = disposition.model.row(output)
    minutes = np.array([state.minute, *(one.minute for one in targets)])
    wished = np.array([one.level_ng_per_ml for one in targets])
    if not (np.all(np.isfinite(minutes)) and np.all(np.diff(minutes) > 0.0)):
        raise PharmacokineticError("Enter targets at times that follow each other and the state.")
    if not np.all(wished >= 0.0):
        raise PharmacokineticError("Enter target levels of 0 ng/mL or more.")
    free = _level(disposition, row, state.modes[None, :], 0.0, minutes[1:] - state.minute)
    response = np.zeros((wished.size, wished.size))
    for column in range(wished.size):
        length = minutes[column + 1] - minutes[column]
        built = _carried(disposition, np.zeros((1, state.modes.size)), 1.0, np.array([length]))
        later = minutes[column + 1 :] - minutes[column + 1]
        response[column:, column] = _level(disposition, row, built, 0.0, later)
    rates = nonnegative_least_squares(response, wished - free)
    reached = free + response @ rates
    return tuple(
        Step(minute=float(minute), rate_mg_per_min=float(rate), level_ng_per_ml=float(level))
        for minute, rate, level in zip(minutes[:-1], rates, reached, strict=True)
    )


def nonnegative_least_squares(matrix: Array, wished: Array) -> Array:
    """x ≥ 0 with the least |A·x − b|: Lawson & Hanson's active sets. A (n, k), b (n,) → x (k,)."""
    count = matrix.shape[1]
    found = np.zeros(count)
    free = np.zeros(count, dtype=np.bool_)
    tolerance = 1e-12 * max(1.0, float(np.abs(matrix.T @ wished).max(initial=0.0)))
    for _ in range(3 * count):
        gradient = matrix.T @ (wished - matrix @ found)
        gradient[free] = -np.inf
        if free.all() or gradient.max() <= tolerance:
            break
        free[int(np.argmax(gradient))] = True
        found = _feasible(matrix, wished, found, free)
    return found


def _feasible(matrix: Array, wished: Array, found: Array, free: NDArray[np.bool_]) -> Array:
    """The best point on the free set, walking back and closing whatever turns negative."""
    while free.any():
        trial = np.zeros_like(found)
        trial[free] = np.linalg.lstsq(matrix[:, free], wished, rcond=None)[0]
        blocked = free & (trial <= 0.0)
        if not blocked.any():
            return trial
        share = float(np.min(found[blocked] / (found[blocked] - trial[blocked])))
        found = found + share * (trial - found)
        free &= found > 0.0
    return np.zeros_like(found)


def _carried(disposition: Disposition, modes: Array, rate: float, elapsed: Array) -> Array:
    return recursion.carried(
        disposition.poles_per_min,
        disposition.joined,
        np.tile(modes, (elapsed.size, 1)),
        np.full(elapsed.size, rate),
        elapsed,
    )


def _level(disposition: Disposition, row: int, modes: Array, rate: float, elapsed: Array) -> Array:
    level: Array = _carried(disposition, modes, rate, elapsed) @ disposition.residues[row]
    return level
