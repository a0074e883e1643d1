"""The recursion itself: mode amounts carried over an interval of constant rate, exactly.

    z ← z·e^(−pd) + r·φ1(pd)·d           φ1(x) = (1 − e^(−x))/x
    ∫z ← z·φ1(pd)·d + r·φ2(pd)·d²        φ2(x) = (1 − φ1(x))/x

Chains of coincident poles (z_1' = −p_1·z_1 + r, z_j' = −p_j·z_j + z_(j−1)) are carried by the
exponential of their small matrix. All its off-diagonal entries are non-negative, so that after a
shift of the diagonal every step only adds and multiplies non-negative numbers: each entry keeps
its relative accuracy at any distance of the poles and over any time.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_SMALL = 0.5
_TERMS = 16


def phi1(x: Array) -> Array:
    """(1 − e^(−x))/x for x ≥ 0, 1 at 0."""
    safe = np.where(x == 0.0, 1.0, x)
    return np.where(x == 0.0, 1.0, -np.expm1(-safe) / safe)


def phi2(x: Array) -> Array:
    """(1 − φ1(x))/x for x ≥ 0, ½ at 0; a series where the difference would cancel."""
    small = x < _SMALL
    safe = np.where(small, 1.0, x)
    near = np.where(small, x, 0.0)
    series = np.zeros_like(near)
    for k in range(_TERMS, 0, -1):
        series = (1.0 - near * series) / (k + 1)
    return np.where(small, series, (1.0 - phi1(safe)) / safe)


def carried(
    poles: Array, joined: NDArray[np.bool_], modes: Array, rate: Array, elapsed: Array
) -> Array:
    """Mode amounts after `elapsed` minutes at a constant rate.

    poles, joined (M,); modes (T, M); rate (T,) mg/min; elapsed (T,) min, not negative. → (T, M)
    """
    turns = elapsed[:, None] * poles
    result = modes * np.exp(-turns) + (rate * elapsed)[:, None] * phi1(turns)
    for chain in chains(joined):
        result[:, chain], _ = _chain(poles[chain], modes[:, chain], rate, elapsed)
    return result


def integrated(
    poles: Array, joined: NDArray[np.bool_], modes: Array, rate: Array, elapsed: Array
) -> Array:
    """∫ of every mode over the interval, in the shapes of `carried`; mg·min."""
    turns = elapsed[:, None] * poles
    since = elapsed[:, None]
    result = modes * since * phi1(turns) + rate[:, None] * since * since * phi2(turns)
    for chain in chains(joined):
        _, result[:, chain] = _chain(poles[chain], modes[:, chain], rate, elapsed)
    return result


def slopes(poles: Array, joined: NDArray[np.bool_], modes: Array, rate: Array) -> Array:
    """dz/dt of every mode, in the shapes of `carried`; mg/min."""
    fed = np.broadcast_to(rate[:, None], modes.shape).copy()
    fed[:, joined] = modes[:, np.flatnonzero(joined) - 1]
    return fed - poles * modes


def chains(joined: NDArray[np.bool_]) -> list[slice]:
    """The chains of at least two modes, as slices of the mode axis."""
    heads = [*np.flatnonzero(~joined).tolist(), joined.size]
    return [slice(start, stop) for start, stop in pairwise(heads) if stop - start > 1]


def _chain(poles: Array, modes: Array, rate: Array, elapsed: Array) -> tuple[Array, Array]:
    """Amounts and areas of one chain: one exponential of (rate, amounts, areas) for each time."""
    size = poles.size
    matrix = np.zeros((1 + 2 * size, 1 + 2 * size))
    for j in range(size):
        matrix[1 + j, 1 + j] = -poles[j]
        matrix[1 + j, j] = 1.0
        matrix[1 + size + j, 1 + j] = 1.0
    start = np.concatenate([rate[:, None], modes, np.zeros_like(modes)], axis=1)
    end = (exponential(matrix, elapsed) @ start[:, :, None])[:, :, 0]
    return end[:, 1 : 1 + size], end[:, 1 + size :]


def exponential(matrix: Array, elapsed: Array) -> Array:
    """e^(A·t) for each t, (T, n, n), for a matrix A without negative off-diagonal entries.

    Shifted Taylor series and squaring; every entry relatively accurate (Xue & Ye 2013 explain why).
    """
    size = matrix.shape[0]
    shift = float(np.max(-np.diag(matrix), initial=0.0))
    lifted = matrix + shift * np.eye(size)
    norm = float(np.abs(lifted).sum(axis=1).max()) * float(np.max(elapsed, initial=0.0))
    squarings = max(0, int(np.ceil(np.log2(norm))) + 1) if norm > 0.0 else 0
    step = (elapsed / 2.0**squarings)[:, None, None]
    result = np.broadcast_to(np.eye(size), (elapsed.size, size, size)).copy()
    term = result
    for k in range(1, _TERMS + 3):
        term = term @ (lifted * step) / k
        result = result + term
    result = result * np.exp(-shift * step)
    for _ in range(squarings):
        result = result @ result
    return result
