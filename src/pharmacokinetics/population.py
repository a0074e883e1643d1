"""Virtual people: random effects with the published covariance, and always the same ones.

A person's parameters are θ_i = θ·(W/70)^a·exp(η_i) with η ~ N(0, Ω). The random numbers behind η
are fixed: Sobol' points (Joe and Kuo 2008, first sixteen dimensions) with a digital shift, so that
1,024 draws place the limits of a band as well as many more pseudo-random ones, and a band that is
worked out again at the next tick does not move by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from pharmacokinetics.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pharmacokinetics.library import Model

    Floats = NDArray[np.float64]

DRAWS = 1024
"""People behind a live band. A power of two keeps Sobol' points balanced."""

BITS = 32
_DIRECTIONS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (0, (1,)),
    (1, (1, 3)),
    (1, (1, 3, 1)),
    (2, (1, 1, 1)),
    (1, (1, 1, 3, 3)),
    (4, (1, 3, 5, 13)),
    (2, (1, 1, 5, 5, 17)),
    (4, (1, 1, 5, 5, 5)),
    (7, (1, 1, 7, 11, 19)),
    (11, (1, 1, 5, 1, 1)),
    (13, (1, 1, 1, 3, 11)),
    (14, (1, 3, 5, 5, 31)),
    (1, (1, 3, 3, 9, 7, 49)),
    (13, (1, 1, 1, 15, 21, 21)),
    (16, (1, 3, 1, 13, 27, 49)),
)
"""For each dimension after the first: the coefficients of its polynomial and its first numbers."""

DIMENSIONS = len(_DIRECTIONS) + 1


@lru_cache(maxsize=16)
def normals(count: int, dimensions: int, seed: int = 0) -> Floats:
    """Return fixed standard normal numbers, shape (count, dimensions), read-only.

    The first columns do not depend on how many are asked for. Raises ``ModelError`` for more than
    sixteen dimensions or fewer than one draw.
    """
    if not 1 <= dimensions <= DIMENSIONS or not 1 <= count < 2**BITS:
        raise ModelError(f"Ask for one draw or more in 1 to {DIMENSIONS} dimensions.")
    points = sobol(count, dimensions) ^ _shift(dimensions, seed)
    uniform = (points + 0.5) / 2.0**BITS
    quantile = NormalDist().inv_cdf
    found = np.fromiter(map(quantile, uniform.ravel().tolist()), np.float64, uniform.size)
    found = found.reshape(uniform.shape)
    found.setflags(write=False)
    return found


def sobol(count: int, dimensions: int) -> NDArray[np.uint64]:
    """Return Sobol' points as whole numbers below 2^32, shape (count, dimensions), in Gray order."""
    index = np.arange(count, dtype=np.uint64)
    gray = index ^ (index >> np.uint64(1))
    points = np.zeros((count, dimensions), dtype=np.uint64)
    for dimension in range(dimensions):
        for bit, number in enumerate(_numbers(dimension)):
            if count >> bit:
                on = (gray >> np.uint64(bit)) & np.uint64(1)
                points[:, dimension] ^= on * np.uint64(number)
    return points


def _numbers(dimension: int) -> list[int]:
    """The direction numbers of one dimension, each below 2^32."""
    if dimension == 0:
        return [1 << (BITS - 1 - bit) for bit in range(BITS)]
    polynomial, first = _DIRECTIONS[dimension - 1]
    degree = len(first)
    numbers = [value << (BITS - 1 - bit) for bit, value in enumerate(first)]
    for bit in range(degree, BITS):
        value = numbers[bit - degree] ^ (numbers[bit - degree] >> degree)
        for back in range(1, degree):
            if polynomial >> (degree - 1 - back) & 1:
                value ^= numbers[bit - back]
        numbers.append(value)
    return numbers


def _shift(dimensions: int, seed: int) -> NDArray[np.uint64]:
    """A fixed digital shift: thirty-two well mixed bits for each dimension (splitmix64)."""
    mask = 2**64 - 1
    shifts = []
    for dimension in range(dimensions):
        word = (seed * 1_000_003 + dimension + 1) * 0x9E3779B97F4A7C15 & mask
        word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 & mask
        word = (word ^ word >> 27) * 0x94D049BB133111EB & mask
        shifts.append((word ^ word >> 31) >> 32)
    return np.array(shifts, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Effects:
    """Which parameters vary between people, and their covariance Ω on the log scale (D, D)."""

    names: tuple[str, ...]
    covariance: Floats

    @property
    def root(self) -> Floats:
        """The Cholesky factor L with L Lᵀ = Ω. Raises ``ModelError`` where Ω has none."""
        try:
            return np.asarray(np.linalg.cholesky(self.covariance), dtype=np.float64)
        except np.linalg.LinAlgError:
            raise ModelError(
                f"Correct the covariance of {', '.join(self.names)}: it is not positive definite."
            ) from None

    def draw(self, count: int, seed: int = 0) -> Floats:
        """Return η for virtual people, (count, D)."""
        return normals(count, len(self.names), seed) @ self.root.T


def effects_of(model: Model) -> Effects:
    """Join the model's blocks of parameters that vary together into one Ω; between blocks: zero.

    Raises ``ModelError`` for a model whose variability between people was not published.
    """
    if not model.variability:
        raise ModelError(
            f"Choose a model with published variability: that of {model.name} was not found."
        )
    names = tuple(name for block in model.variability for name in block.parameters)
    covariance = np.zeros((len(names), len(names)))
    start = 0
    for block in model.variability:
        stop = start + len(block.parameters)
        covariance[start:stop, start:stop] = block.covariance
        start = stop
    return Effects(names, covariance)
