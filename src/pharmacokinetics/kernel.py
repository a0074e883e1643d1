"""The compiled recursion of large cohorts. Only a cohort loads it; NumPy gives the same without it.

People lie last in memory, so that neighbours in memory are neighbours in the vector unit. A block
of people is carried through all steps before the next block starts: its mode state, decay factors
and residues then stay in the cache, and only the levels travel to memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

if TYPE_CHECKING:
    from pharmacokinetics.march import Bools, Floats, Integers

BLOCK = 1024
"""People carried together: 8 KiB for each of state, decay, gain and residue of a mode."""

compiled = njit(nogil=True, cache=True, error_model="numpy", fastmath={"nnan"})
"""Every product and sum is rounded as NumPy rounds it, so both engines give the same bits. That
nothing is “not a number” the caller has made sure of."""


@compiled
def pass_time(z: Floats, decay: Floats, gain: Floats, rate: float, bolus: float) -> None:
    """Let one span pass for one mode of a block: z ← z·decay + rate·gain + bolus. All (B,)."""
    if rate == 0.0 and bolus == 0.0:
        for i in range(z.size):
            z[i] *= decay[i]
    else:
        for i in range(z.size):
            z[i] = z[i] * decay[i] + (rate * gain[i] + bolus)


@compiled
def add_term(level: Floats, residue: Floats, z: Floats, fresh: bool) -> None:
    """Add one mode to a level, or begin the level with it. All (B,)."""
    if fresh:
        for i in range(level.size):
            level[i] = residue[i] * z[i]
    else:
        for i in range(level.size):
            level[i] += residue[i] * z[i]


@compiled
def clamp(level: Floats, low: float) -> float:
    """Lift what is below zero to zero; return the lowest value met so far."""
    for i in range(level.size):
        low = min(low, level[i])
        level[i] = max(level[i], 0.0)
    return low


@compiled
def write_levels(
    state: Floats,
    residues: Floats,
    used: Bools,
    signed: Bools,
    levels: Floats,
    a: int,
    b: int,
    low: float,
) -> float:
    """Write every output of the people a to b at one time; return the lowest value met so far."""
    for o in range(levels.shape[0]):
        level = levels[o, a:b]
        fresh = True
        for m in range(state.shape[0]):
            if used[o, m]:
                add_term(level, residues[o, m, a:b], state[m, a:b], fresh)
                fresh = False
        if signed[o]:
            low = clamp(level, low)
    return low


@compiled
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
    """Carry the modes through every step and write the levels; see ``march.advance``."""
    low = 0.0
    width = decay.shape[2]
    for start in range(0, width, BLOCK):
        stop = min(start + BLOCK, width)
        a, b = first + start, first + stop
        for s in range(span.size):
            k = span[s]
            for m in range(state.shape[0]):
                e, g = decay[k, m, start:stop], gain[k, m, start:stop]
                pass_time(state[m, a:b], e, g, rate[s], bolus[s])
            if row[s] >= 0:
                low = write_levels(state, residues, used, signed, out[row[s]], a, b, low)
    return low
