"""Many people through one protocol: the exact mode recursion on arrays, in bounded memory.

Between two instants d minutes apart, with the pump at r mg/min, every mode of every person obeys

    z ← z·e^(−pd) + r·(1 − e^(−pd))/p        (exact: no step size, no tolerance)

and the level of output o is y_o = Σ_m R_om z_m. People lie last in memory. Decay factors are worked
out once for every *distinct* d, so a regular protocol costs multiply-adds only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pharmacokinetics.errors import PharmacokineticError

if TYPE_CHECKING:
    from pharmacokinetics.pump_log import PumpLog

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]
Engine = Literal["auto", "numpy", "numba"]
Advance = Callable[..., float]

MEMORY_BYTES = 128 * 2**20
"""What the level buffer may take; the factors take at most a quarter of it."""

COMPILED_FROM = 200_000_000
"""Person-times from which the compiled kernel pays: loading it takes a second, and it saves about
half of NumPy's tenth of a second for ten million."""

NEGATIVE = -1e-6
"""A level below this (ng/mL) is a fault. Rounding reaches 1e-9 where the poles of a chain are close."""


@dataclass(frozen=True, slots=True)
class Steps:
    """A protocol and the times asked for, as steps between instants.

    Step s lets ``spans_min[span[s]]`` pass at ``rate[s]`` mg/min, then adds ``bolus[s]`` mg, then
    stores the level in row ``row[s]`` where that is not negative. A level at the instant of a bolus
    is the level just after it.
    """

    spans_min: Floats
    span: Integers
    rate: Floats
    bolus: Floats
    row: Integers

    @property
    def times(self) -> int:
        """How many times are asked for."""
        return int(self.row.max(initial=-1)) + 1


def steps_of(log: PumpLog, times_min: ArrayLike) -> Steps:
    """Lay out the steps from the first entry or time to the last time asked for.

    times_min (T,) must rise. Raises ``PharmacokineticError`` where they do not.
    """
    times = np.atleast_1d(np.asarray(times_min, dtype=np.float64))
    if not times.size or not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        raise PharmacokineticError("Give times in minutes that rise, each once.")
    known = log.minutes <= times[-1]
    entries = log.minutes[known]
    instants = np.unique(np.concatenate([entries, times]))
    before = np.concatenate([instants[:1], instants[:-1]])
    spans, span = np.unique(instants - before, return_inverse=True)
    rate = np.zeros(instants.size)
    bolus = np.zeros(instants.size)
    if entries.size:
        held = np.searchsorted(entries, before, side="right") - 1
        rate = np.where(held >= 0, log.rates_mg_per_min[np.maximum(held, 0)], 0.0)
        bolus[np.searchsorted(instants, entries)] = log.boluses_mg[known]
    row = np.full(instants.size, -1, dtype=np.int64)
    row[np.searchsorted(instants, times)] = np.arange(times.size)
    return Steps(spans, span.astype(np.int64), rate, bolus, row)


def advance(
    state: Floats,
    residues: Floats,
    decay: Floats,
    gain: Floats,
    span: Integers,
    rate: Floats,
    bolus: Floats,
    row: Integers,
    used: Bools,
    signed: Bools,
    first: int,
    out: Floats,
) -> float:
    """Carry the modes through every step and write the levels; return the lowest, at most zero.

    Shapes: state (M, N) in mg, changed in place; residues (O, M, N) in ng/mL per mg; decay and gain
    (K, M, B) for the B people from ``first`` on; span, rate, bolus, row (S,); used (O, M) marks the
    modes of an output; signed (O,) marks outputs with residues below zero, which rounding may carry
    below zero: they are clamped at zero, and the caller checks what was met. out (T, O, N) in ng/mL.
    """
    people = slice(first, first + decay.shape[2])
    z = state[:, people]
    terms = [
        [(residues[o, m, people], z[m]) for m in np.flatnonzero(used[o])]
        for o in range(out.shape[1])
    ]
    term = np.empty(z.shape[1])
    low = 0.0
    for s in range(span.size):
        z *= decay[span[s]]
        if rate[s] or bolus[s]:
            z += rate[s] * gain[span[s]] + bolus[s]
        if row[s] < 0:
            continue
        for o, pairs in enumerate(terms):
            level = out[row[s], o, people]
            level[:] = 0.0
            for residue, mode in pairs:
                level += np.multiply(residue, mode, out=term)
            if signed[o]:
                low = min(low, float(level.min()))
                np.maximum(level, 0.0, out=level)
    return low


def blocks(
    poles_per_min: Floats,
    residues: Floats,
    plan: Steps,
    *,
    scale: Floats | float = 1.0,
    engine: Engine = "auto",
    memory_bytes: int = MEMORY_BYTES,
    buffer: Floats | None = None,
) -> Iterator[tuple[slice, Floats]]:
    """Yield the levels of everybody, some times after some others, in one buffer used again.

    Shapes: poles (N, M) per minute, residues (N, O, M) in ng/mL per mg, ``scale`` (N,) multiplies
    the amounts of ``plan`` for each person (the system is linear: a dose per kilogram is the weight).
    ``buffer`` (t, O, N) is used in place of one made here, t times in a turn.
    Yields (rows, levels (t, O, N) in ng/mL): copy what must outlive the next block.
    """
    if not (np.isfinite(poles_per_min).all() and (poles_per_min > 0).all()):
        raise PharmacokineticError("Check the rate constants: every pole must be above zero.")
    needed = (residues != 0.0).any(axis=(0, 1))
    poles = np.ascontiguousarray(poles_per_min[:, needed].T)
    factor = np.broadcast_to(np.asarray(scale, dtype=np.float64), poles.shape[1:])
    weights = np.ascontiguousarray(np.moveaxis(residues[:, :, needed], 0, -1) * factor)
    if not np.isfinite(weights).all():
        raise PharmacokineticError("Check the residues: every one must be a finite number.")
    outputs, _, people = weights.shape
    used = (weights != 0.0).any(axis=2)
    signed = (weights < 0.0).any(axis=(1, 2))
    move = choose(engine, people * plan.times)
    state = np.zeros(poles.shape)
    if buffer is None:
        rows = max(1, min(plan.times, memory_bytes // (8 * outputs * people)))
        buffer = np.empty((rows, outputs, people))
    rows = buffer.shape[0]
    done = 0
    for start in range(0, plan.times, rows):
        stop = min(start + rows, plan.times)
        end = int(np.searchsorted(np.maximum.accumulate(plan.row), stop - 1)) + 1
        part = slice(done, end)
        row = np.where(plan.row[part] >= 0, plan.row[part] - start, -1)
        kinds, span = np.unique(plan.span[part], return_inverse=True)
        levels = buffer[: stop - start]
        low = 0.0
        wide = max(1, memory_bytes // (64 * kinds.size * poles.shape[0]))
        for first in range(0, people, wide):
            turns = plan.spans_min[kinds][:, None, None] * poles[None, :, first : first + wide]
            gain = -np.expm1(-turns) / poles[None, :, first : first + wide]
            decay = np.exp(-turns)
            given = (plan.rate[part], plan.bolus[part], row, used, signed, first, levels)
            low = min(low, move(state, weights, decay, gain, span, *given))
        check(low)
        done = end
        yield slice(start, stop), levels


def levels(
    poles_per_min: Floats,
    residues: Floats,
    plan: Steps,
    *,
    scale: Floats | float = 1.0,
    engine: Engine = "auto",
) -> Floats:
    """Return the levels of everybody at once, (T, O, N) in ng/mL. See ``blocks``."""
    out = np.empty((plan.times, residues.shape[1], residues.shape[0]))
    for _ in blocks(poles_per_min, residues, plan, scale=scale, engine=engine, buffer=out):
        pass
    return out


def choose(engine: Engine, work: int) -> Advance:
    """Choose NumPy or the compiled kernel. ``auto`` falls back to NumPy where Numba is not there."""
    if engine == "numpy" or (engine == "auto" and work < COMPILED_FROM):
        return advance
    try:
        from pharmacokinetics import kernel
    except (ImportError, RuntimeError):
        if engine == "numba":
            raise PharmacokineticError(
                "Install serein[cohort] to use the compiled kernel: Numba is not there."
            ) from None
        return advance
    compiled: Advance = kernel.advance
    return compiled


def check(low: float) -> None:
    """Refuse a level below zero that rounding does not explain."""
    if low < NEGATIVE or np.isnan(low):
        raise PharmacokineticError(
            f"Check the model: a level of {low:.3g} ng/mL came out, and none can be below zero."
        )
