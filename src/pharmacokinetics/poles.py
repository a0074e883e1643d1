"""Poles of a central compartment with peripherals, in closed form and for many people at once.

The denominator is D(s) = s + k10 + Σ_j k1j − Σ_j k1j·kj1/(s + kj1 + lj), multiplied through by
Π_j (s + kj1 + lj), with lj what leaves peripheral j for good. Scaled by √(Vj/V1) the system is a
symmetric negative matrix, so its poles are real and simple, and they interlace kj1 + lj.

All arrays have shape (N,) or (); poles are positive decay rates p in 1/min (s = −p).
Source: Jacobs JR, IEEE Trans Biomed Eng 1990 (10.1109/10.43622) for the mammillary form.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NEWTON_STEPS = 2


def mammillary(
    leaving: Array, outward: Sequence[Array], inward: Sequence[Array], loss: Sequence[Array]
) -> list[Array]:
    """The poles of one central compartment with any number of peripherals, fastest first.

    leaving: k10; outward: k1j; inward: kj1; loss: lj. One, two and three compartments without
    losses follow closed forms, any other the eigenvalues of the symmetric matrix.
    """
    plain = not any(np.any(one) for one in loss)
    if not outward:
        return [leaving]
    if len(outward) == 1 and plain:
        return _two(leaving, outward[0], inward[0])
    if len(outward) == 2 and plain:
        return _three(leaving, outward, inward)
    return _many(leaving, outward, inward, loss)


def _two(k10: Array, k12: Array, k21: Array) -> list[Array]:
    """The larger root by its formula, the smaller as product/larger: nothing cancels."""
    root = np.sqrt((k10 + k12 - k21) ** 2 + 4.0 * k12 * k21)
    larger = 0.5 * (k10 + k12 + k21 + root)
    return [larger, k10 * k21 / larger]


def _three(k10: Array, outward: Sequence[Array], inward: Sequence[Array]) -> list[Array]:
    """The trigonometric roots of p³ − a2·p² + a1·p − a0, mended by two Newton steps."""
    (k12, k13), (k21, k31) = outward, inward
    a2 = k10 + k12 + k13 + k21 + k31
    a1 = k10 * k21 + k10 * k31 + k21 * k31 + k12 * k31 + k13 * k21
    a0 = k10 * k21 * k31
    third = a2 / 3.0
    spread = np.sqrt(np.maximum(third * third - a1 / 3.0, 0.0))
    safe = np.where(spread > 0.0, spread, 1.0)
    offset = third**3 - third * a1 / 2.0 + a0 / 2.0
    angle = np.arccos(np.clip(offset / safe**3, -1.0, 1.0)) / 3.0
    roots = []
    for turn in range(3):
        root = third + 2.0 * spread * np.cos(angle - turn * 2.0 * np.pi / 3.0)
        for _ in range(NEWTON_STEPS):
            value = ((root - a2) * root + a1) * root - a0
            slope = (3.0 * root - 2.0 * a2) * root + a1
            root = root - np.divide(value, slope, out=np.zeros_like(value), where=slope != 0.0)
        roots.append(root)
    ordered = np.sort(np.stack(roots), axis=0)
    return [ordered[2], ordered[1], np.where(a0 == 0.0, 0.0, ordered[0])]


def _many(
    k10: Array, outward: Sequence[Array], inward: Sequence[Array], loss: Sequence[Array]
) -> list[Array]:
    size = len(outward) + 1
    shape = np.broadcast_shapes(k10.shape, *(one.shape for one in (*outward, *inward, *loss)))
    matrix = np.zeros((*shape, size, size))
    matrix[..., 0, 0] = k10 + sum(outward)
    for j, (out, back, gone) in enumerate(zip(outward, inward, loss, strict=True), start=1):
        matrix[..., j, j] = back + gone
        matrix[..., 0, j] = matrix[..., j, 0] = -np.sqrt(out * back)
    found = np.linalg.eigvalsh(matrix)
    return [found[..., index] for index in reversed(range(size))]
