"""Poles and residues: what a model does with one milligram, for one person or for many.

h_o(t) = Σ_m R_om·b_m(t), in ng/mL per mg. For separate poles b_m(t) = e^(−p_m·t) and

    R_om = gain·Π_zeros(z − p_m)/Π_{q≠m}(q − p_m).

Where poles of one output lie closer together than `JOIN`, residues would grow like 1/distance and
cancel. Such poles form a chain instead: b_m is the inverse transform of 1/((s + p_1)…(s + p_m)), a
divided difference of the exponential, and its coefficient is a divided difference of the remaining
factors, computed as a product of bidiagonal matrices (Opitz), which loses nothing at any distance.

Terms of metabolites and links alternate in sign, so their levels lose relative (not absolute)
accuracy just after the start: behind a transit chain 1e-9 holds from about ten minutes on.

Sources: section 4 of the reference; Bertrand & Mentré 2008 (infusion forms); McCurdy 1984
(divided differences of exp).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pharmacokinetics.cascade import Cascade, Product, cascade
from pharmacokinetics.errors import ModelError
from pharmacokinetics.library import Model, Output
from pharmacokinetics.rates import rate_constants

Array = NDArray[np.float64]

JOIN = 1e-3
"""Relative distance of two poles below which they are carried as a chain."""

SPREAD = 1e-5
"""How far `dispositions` sets the equal poles of a transit chain apart, relative."""

NUDGE = 3e-8
"""The least relative distance of poles in `dispositions`: about the root of the precision."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Disposition:
    """One person's response to drug.

    poles_per_min (M,): decay rates. residues (O, M): ng/mL per mg, rows as model.outputs.
    joined (M,): True where a mode is fed by the mode before it (coincident poles) and not by the
    pump; for all others b_m(t) = e^(−p_m·t).
    """

    model: Model
    weight_kg: float
    age_years: float | None
    poles_per_min: Array
    residues: Array
    joined: NDArray[np.bool_]

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What the rows of residues and levels are."""
        return self.model.outputs

    @property
    def simple(self) -> bool:
        """Whether every mode is a plain exponential."""
        return not bool(self.joined.any())

    @property
    def chain_products(self) -> Array:
        """Π of the poles from the head of each mode's chain to the mode, (M,): 1/∫ b_m dt."""
        result = np.empty_like(self.poles_per_min)
        for m, pole in enumerate(self.poles_per_min):
            result[m] = pole * result[m - 1] if self.joined[m] else pole
        return result

    @property
    def area_per_mg(self) -> Array:
        """AUC(0..∞) of each output, ng·min/mL per mg, (O,); 1000/CL for the parent.

        Infinite where drug never leaves.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = self.residues / self.chain_products
        result: Array = np.where(self.residues == 0.0, 0.0, terms).sum(axis=1)
        return result


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Dispositions:
    """Many people's responses: poles_per_min (N, M), residues (N, O, M) in ng/mL per mg."""

    model: Model
    weight_kg: Array
    poles_per_min: Array
    residues: Array

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What the middle axis of residues is."""
        return self.model.outputs


def disposition(
    model: Model,
    *,
    weight_kg: float,
    age_years: float | None = None,
    factors: Mapping[str, float] | None = None,
    overrides: Mapping[str, float] | None = None,
) -> Disposition:
    """The response of one person, exact for any poles.

    factors: parameter → exp(η). overrides: see `rates.rate_constants`. Raises ModelError.
    """
    rates = rate_constants(
        model, weight_kg=weight_kg, age_years=age_years, factors=factors, overrides=overrides
    )
    shape = cascade(model, rates)
    poles = np.array([float(one) for one in shape.poles])
    groups = _groups(poles, shape)
    order = [mode for group in groups for mode in group]
    residues = np.zeros((len(shape.products), poles.size))
    for row, product in enumerate(shape.products):
        for group in groups:
            residues[row, group] = _coefficients(product, poles, group)
    joined = np.array([mode != group[0] for group in groups for mode in group])
    return Disposition(
        model=model,
        weight_kg=float(weight_kg),
        age_years=age_years,
        poles_per_min=poles[order],
        residues=residues[:, order],
        joined=joined,
    )


def _groups(poles: Array, shape: Cascade) -> list[list[int]]:
    """Modes gathered by nearness within an output, in order of their first member."""
    label = list(range(poles.size))
    for product in shape.products:
        for a in product.poles:
            for b in product.poles:
                near = abs(poles[a] - poles[b]) <= JOIN * max(poles[a], poles[b])
                if a < b and near and label[a] != label[b]:
                    label = [label[a] if one == label[b] else one for one in label]
    return [
        [mode for mode in range(poles.size) if label[mode] == one] for one in dict.fromkeys(label)
    ]


def _coefficients(product: Product, poles: Array, group: list[int]) -> Array:
    """The coefficient of each member of a group in one output, (len(group),)."""
    within = [mode for mode in group if mode in product.poles]
    if not within:
        return np.zeros(len(group))
    if len(group) == 1:
        return np.array([_coefficient(product, poles, group[0])])
    nodes = -poles[group[::-1]]
    ladder = np.diag(nodes) + np.diag(np.ones(len(group) - 1), 1)
    unit = np.eye(len(group))
    table = float(product.gain) * unit
    added = [float(one) for one in product.zeros] + [poles[m] for m in group if m not in within]
    removed = [poles[m] for m in product.poles if m not in within]
    for zero in added:
        table = table @ (ladder + zero * unit)
    for pole in removed:
        table = np.linalg.solve(ladder + pole * unit, table)
    return np.asarray(table[0, ::-1], dtype=np.float64)


def _coefficient(product: Product, poles: Array, mode: int) -> float:
    own = float(poles[mode])
    result = float(product.gain)
    for zero in product.zeros:
        result *= float(zero) - own
    for other in product.poles:
        if other != mode:
            result /= float(poles[other]) - own
    return result


def dispositions(
    model: Model,
    *,
    weight_kg: ArrayLike,
    age_years: ArrayLike | None = None,
    factors: Mapping[str, ArrayLike] | None = None,
    overrides: Mapping[str, float] | None = None,
) -> Dispositions:
    """The responses of N people at once, as plain exponentials, without a loop over people.

    weight_kg (N,) or a number, factors: parameter → exp(η) (N,). Poles of metabolites and links
    that fall together with earlier ones are moved to a relative distance of 3e-8 (error below 1e-6
    of the level from one minute on), the equal poles of a transit chain to ±1e-5 (error below
    1e-8 until ten mean transit times); `disposition` is exact instead. Raises ModelError.
    """
    rates = rate_constants(
        model, weight_kg=weight_kg, age_years=age_years, factors=factors, overrides=overrides
    )
    shape = cascade(model, rates, spread=SPREAD)
    people = np.broadcast_shapes(
        np.shape(weight_kg), *(np.shape(one) for one in (factors or {}).values()), (1,)
    )
    if len(people) != 1:
        raise ModelError("Give weights and factors as one row of people.")
    poles = [np.broadcast_to(one, people).copy() for one in shape.poles]
    _set_apart(poles, shape)
    residues = np.zeros((*people, len(shape.products), len(poles)))
    for row, product in enumerate(shape.products):
        for mode in product.poles:
            residues[:, row, mode] = _residue(product, poles, mode)
    return Dispositions(
        model=model,
        weight_kg=np.broadcast_to(np.asarray(weight_kg, dtype=np.float64), people),
        poles_per_min=np.stack(poles, axis=1),
        residues=residues,
    )


def _set_apart(poles: list[Array], shape: Cascade) -> None:
    for product in shape.products:
        for later, mode in enumerate(product.poles):
            for earlier in product.poles[:later]:
                other = poles[earlier]
                near = np.abs(poles[mode] - other) < NUDGE * other
                if near.any():
                    poles[mode] = np.where(near, other * (1.0 + NUDGE), poles[mode])


def _residue(product: Product, poles: list[Array], mode: int) -> Array:
    own = poles[mode]
    result = product.gain * np.ones_like(own)
    for zero in product.zeros:
        result *= zero - own
    for other in product.poles:
        if other != mode:
            result /= poles[other] - own
    return result
