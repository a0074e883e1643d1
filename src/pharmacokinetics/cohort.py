"""Virtual cohorts: many people, one protocol, limits at every time, in memory that stays bounded.

Times are worked through in blocks: the levels of everybody at some times stand in one buffer, are
handed to whoever keeps them, are reduced to limits, and make room for the next block. The memory
depends on the number of people (their modes), never on the number of times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pharmacokinetics import march
from pharmacokinetics.bands import spread
from pharmacokinetics.disposition import Dispositions, dispositions
from pharmacokinetics.errors import ModelError
from pharmacokinetics.population import effects_of, normals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from numpy.typing import NDArray

    from pharmacokinetics.library import Model, Output
    from pharmacokinetics.march import Engine, Steps

    Floats = NDArray[np.float64]

SHARES = (0.05, 0.5, 0.95)
Progress = Callable[[int, int], None]
"""Called with the times done and all times."""

Keep = Callable[["Floats", "Floats"], None]
"""Called with times (t,) and levels (t, O, N), which it must not keep without a copy."""


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """Virtual people (weights (N,) in kg, modes) and the outputs looked at."""

    model: Model
    weight_kg: Floats
    responses: Dispositions
    outputs: tuple[Output, ...]

    @property
    def residues(self) -> Floats:
        """The residues of the outputs looked at, (N, O, M)."""
        return self.responses.residues[:, [self.model.row(output.name) for output in self.outputs]]


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Quantiles over people: ``values`` (Q, T, O) in ng/mL for the shares (Q,) at the times (T,)."""

    outputs: tuple[Output, ...]
    shares: tuple[float, ...]
    times_min: Floats
    values: Floats


def recruit(
    model: Model,
    *,
    count: int,
    weight_kg: float,
    weight_sd_kg: float = 0.0,
    outputs: Sequence[str] = (),
    seed: int = 0,
) -> Cohort:
    """Return a cohort of virtual people; the same seed gives the same people.

    Weights are log-normal around the median ``weight_kg`` and independent of η. Raises
    ``ModelError`` for fewer than one person, a weight that is none, or no published variability.
    """
    if count < 1 or not weight_kg > 0.0 or not 0.0 <= weight_sd_kg < weight_kg:
        raise ModelError("Enter one person or more, a weight above 0 kg and a smaller spread.")
    prior = effects_of(model)
    eta = prior.draw(count, seed)
    extra = normals(count, len(prior.names) + 1, seed)[:, -1]
    weights = weight_kg * np.exp(np.sqrt(np.log1p((weight_sd_kg / weight_kg) ** 2)) * extra)
    factors = {name: np.exp(eta[:, i]) for i, name in enumerate(prior.names)}
    responses = dispositions(model, weight_kg=weights, factors=factors)
    chosen = tuple(map(model.output, outputs)) or model.outputs
    return Cohort(model, weights, responses, chosen)


def run(
    cohort: Cohort,
    plan: Steps,
    times_min: Floats,
    *,
    per_kg: bool = True,
    shares: tuple[float, ...] = SHARES,
    keep: Keep | None = None,
    progress: Progress | None = None,
    engine: Engine = "auto",
    memory_bytes: int = march.MEMORY_BYTES,
) -> Limits:
    """Carry everybody through the plan and return the limits at every time.

    ``per_kg``: the amounts of the plan are per kg of body weight. ``keep`` sees every level before
    it is put out of order. Raises ``PharmacokineticError`` as ``march.blocks`` does.
    """
    times = np.asarray(times_min, dtype=np.float64)
    values = np.empty((len(shares), plan.times, len(cohort.outputs)))
    blocks = march.blocks(
        cohort.responses.poles_per_min,
        cohort.residues,
        plan,
        scale=cohort.weight_kg if per_kg else 1.0,
        engine=engine,
        memory_bytes=memory_bytes,
    )
    for rows, levels in blocks:
        if keep:
            keep(times[rows], levels)
        values[:, rows] = spread(levels, shares)
        if progress:
            progress(rows.stop, plan.times)
    return Limits(cohort.outputs, shares, times, values)


class Parquet:
    """A file of levels, a row for each person and time, written block by block.

    The file's own metadata say which model made it, with citation, sampling site and protocol.
    """

    def __init__(self, path: str, cohort: Cohort, protocol: str) -> None:
        """Open the file. Raises ``ModelError`` where pyarrow is not installed."""
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            raise ModelError(
                "Install serein[cohort] to write Parquet: pyarrow is not there."
            ) from None
        self.cohort, self.arrow = cohort, pa
        columns = [("minute", pa.float64()), ("person", pa.int32()), ("weight_kg", pa.float64())]
        columns += [(column(output), pa.float64()) for output in cohort.outputs]
        about = {
            "model": cohort.model.name,
            "citation": cohort.model.citation,
            "sampling_site": str(cohort.model.sampling_site),
            "protocol": protocol,
            "note": "Model of published volunteers, not a measurement.",
        }
        self.schema = pa.schema(columns, metadata=about)
        self.writer = pq.ParquetWriter(path, self.schema, compression="zstd")

    def keep(self, times_min: Floats, levels: Floats) -> None:
        """Append the levels of everybody at some times."""
        people = self.cohort.weight_kg.size
        data = [
            np.repeat(times_min, people),
            np.tile(np.arange(people, dtype=np.int32), times_min.size),
            np.tile(self.cohort.weight_kg, times_min.size),
            *(levels[:, o].ravel() for o in range(levels.shape[1])),
        ]
        self.writer.write_table(self.arrow.table(data, schema=self.schema))

    def __enter__(self) -> Parquet:
        """Stay open within ``with``."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.writer.close()


def column(output: Output) -> str:
    """Name a column for its analyte, site and unit: ``ketamine_venous_plasma_ng_per_ml``."""
    site = output.site.value.split(",")[0].replace(" ", "_")
    name = output.analyte if output.name in {output.analyte, "effect"} else output.name
    return f"{name}_{site}_ng_per_ml"
