"""The two bands, by name: where people lie, and where a measured level would lie.

"Between patients" holds the curves of the middle 90 % of people: η only. "A measured level" holds
the middle 90 % of measurements: η and the residual error of assay, sampling and model together.
Both are limits at each time (quantiles of people, not of parameters), around the *median* of the
curves. The published variances are those of volunteers; patients are wider.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from pharmacokinetics import march
from pharmacokinetics.disposition import Dispositions, dispositions
from pharmacokinetics.errors import ModelError
from pharmacokinetics.population import DRAWS, effects_of, normals
from pharmacokinetics.units import ng_per_ml_from_nmol_per_ml

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pharmacokinetics.individual import Individual
    from pharmacokinetics.library import Model, Output
    from pharmacokinetics.pump_log import PumpLog

    Floats = NDArray[np.float64]

COVERAGE = 0.9


class BandName(StrEnum):
    """What a band says."""

    PATIENTS = "between patients"
    MEASURED = "a measured level"


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """One band of one output: low, median and high are (T,) in ng/mL."""

    name: BandName
    model: Model
    output: Output
    coverage: float
    times_min: Floats
    low: Floats
    median: Floats
    high: Floats

    @property
    def words(self) -> str:
        """What the band holds; says where its spread was borrowed from another model."""
        borrowed = any("borrowed" in block.kind for block in self.model.variability)
        return f"{self.coverage:.0%} {self.name}{' (spread borrowed)' if borrowed else ''}"

    @property
    def label(self) -> str:
        """The words that belong beside the band: what it holds, substance, blood, unit."""
        return f"{self.words}, {self.output.label}"


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Virtual people like one person, made once and carried through any number of logs.

    ``factor`` and ``offset`` (N, O) turn a level of each into a measured one: y·factor + offset.
    ``measurable`` marks outputs whose residual error was published.
    """

    responses: Dispositions
    factor: Floats
    offset: Floats
    measurable: tuple[bool, ...]

    @property
    def model(self) -> Model:
        """The model that all of them follow."""
        return self.responses.model


def people(
    model: Model,
    *,
    weight_kg: float,
    age_years: float | None = None,
    known: Individual | None = None,
    count: int = DRAWS,
    seed: int = 0,
) -> People:
    """Return virtual people of one weight; with ``known``, those that the measured levels leave.

    The same arguments give the same people, so a band worked out again does not move by itself.
    Raises ``ModelError`` for a model without published variability.
    """
    prior = effects_of(model)
    eta = known.draw(count, seed) if known else prior.draw(count, seed)
    factors = {name: np.exp(eta[:, i]) for i, name in enumerate(prior.names)}
    ages = None if age_years is None else np.full(count, age_years)
    weights = np.full(count, weight_kg)
    responses = dispositions(model, weight_kg=weights, age_years=ages, factors=factors)
    return People(responses, *_errors(model, count, len(prior.names), seed))


def _errors(
    model: Model, count: int, after: int, seed: int
) -> tuple[Floats, Floats, tuple[bool, ...]]:
    """Residual errors: a proportional one on the log scale, an additive one in ng/mL."""
    known = {error.output: error for error in model.residual_errors}
    outputs = model.outputs
    factor, offset = np.ones((count, len(outputs))), np.zeros((count, len(outputs)))
    noise = normals(count, after + 2 * len(known), seed)[:, after:]
    for index, output in enumerate(outputs):
        error = known.get(output.name)
        if error is None:
            continue
        column = 2 * list(known).index(output.name)
        factor[:, index] = np.exp(error.proportional_sd * noise[:, column])
        additive = ng_per_ml_from_nmol_per_ml(error.additive_sd_nmol_per_ml, output.analyte)
        offset[:, index] = additive * noise[:, column + 1]
    return factor, offset, tuple(output.name in known for output in outputs)


def bands(
    group: People,
    log: PumpLog,
    times_min: Floats,
    *,
    name: BandName = BandName.PATIENTS,
    coverage: float = COVERAGE,
) -> tuple[Band, ...]:
    """Return one band for each output of the model (for a measured level: each measurable one).

    Raises ``ModelError`` where a measured level is asked of a model without residual error.
    """
    if not 0.0 < coverage < 1.0:
        raise ModelError("Choose a coverage between 0 and 1.")
    times = np.asarray(times_min, dtype=np.float64)
    model, responses = group.model, group.responses
    wanted = [i for i, yes in enumerate(group.measurable) if yes or name is BandName.PATIENTS]
    if not wanted:
        raise ModelError(
            f"Choose the band “{BandName.PATIENTS}”: the residual error of {model.name} "
            "was not published, so where a measured level would lie is not known."
        )
    residues = responses.residues[:, wanted]
    levels = march.levels(
        responses.poles_per_min, residues, march.steps_of(log, times), engine="numpy"
    )
    if name is BandName.MEASURED:
        levels *= group.factor[:, wanted].T
        levels += group.offset[:, wanted].T
        np.maximum(levels, 0.0, out=levels)
    edge = (1.0 - coverage) / 2.0
    low, median, high = spread(levels, (edge, 0.5, 1.0 - edge))
    return tuple(
        Band(name, model, model.outputs[o], coverage, times, low[:, i], median[:, i], high[:, i])
        for i, o in enumerate(wanted)
    )


def spread(levels: Floats, shares: tuple[float, ...]) -> Floats:
    """Return quantiles over people, (Q, T, O) of levels (T, O, N), which are put out of order.

    Between two people the quantile is interpolated in a straight line (type 7), as NumPy does; a
    partial sort finds only the people that matter.
    """
    last = levels.shape[-1] - 1
    places = [share * last for share in shares]
    kth = sorted({int(np.floor(p)) for p in places} | {int(np.ceil(p)) for p in places})
    levels.partition(kth, axis=-1)
    found = np.empty((len(shares), *levels.shape[:-1]))
    for index, place in enumerate(places):
        low = int(np.floor(place))
        high = min(low + 1, last)
        found[index] = levels[..., low] + (place - low) * (levels[..., high] - levels[..., low])
    return found
