"""Areas, peaks and time above a level, exactly and from the same recursion.

∫y is a sum over modes like y itself. Extremes inside a stretch of constant rate are the roots of
y' = Σ R·z', bracketed on a fine grid and narrowed; between two extremes a level is monotone, so
every crossing of a threshold is bracketed too. The highest ketamine level of an ordinary infusion
lies at its end; the effect site peaks where it meets the plasma level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pharmacokinetics import modes as recursion
from pharmacokinetics.course import State, Track, run, shown, track
from pharmacokinetics.disposition import Disposition
from pharmacokinetics.errors import PharmacokineticError
from pharmacokinetics.library import Output
from pharmacokinetics.pump_log import PumpLog

Array = NDArray[np.float64]

AREA_UNIT = "ng·min/mL"

_GRID = 160
_SLOWEST_TURNS = 12.0
_NARROWINGS = 11
_PARTS = 33


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The highest level of an output, when it is reached and whether that rests on assumptions."""

    output: Output
    minute: float
    level_ng_per_ml: float
    assumed: bool


def areas(
    disposition: Disposition,
    log: PumpLog,
    times_min: ArrayLike,
    *,
    state: State | None = None,
) -> Array:
    """∫ of every output up to each time, ng·min/mL, (O, T); from the state or from the beginning.

    times_min (T,). Raises PharmacokineticError for times before the state.
    """
    times = np.atleast_1d(np.asarray(times_min, dtype=np.float64))
    along = track(disposition, log, state)
    segment = along.segment(times)
    if not along.minutes.size:
        return np.zeros((len(disposition.outputs), times.size))
    spans = np.append(np.diff(along.minutes), 0.0)
    whole = _integrated(disposition, along.modes, along.rates, spans)
    before = np.vstack([np.zeros((1, whole.shape[1])), np.cumsum(whole, axis=0)])
    at = np.maximum(segment, 0)
    elapsed = np.maximum(times - along.minutes[at], 0.0)
    begun = _integrated(disposition, along.modes[at], along.rates[at], elapsed)
    total = np.where((segment < 0)[:, None], 0.0, before[at] + begun)
    return np.maximum(disposition.residues @ total.T, 0.0) + 0.0


def area_between(
    disposition: Disposition, log: PumpLog, *, from_min: float, to_min: float
) -> Array:
    """∫ of every output between two times, ng·min/mL, (O,): from the state at the first.

    Late stretches lose nothing, as they would as a difference of two long areas. Raises
    PharmacokineticError where the end lies before the beginning.
    """
    if to_min < from_min:
        raise PharmacokineticError("Enter an end after the beginning.")
    state = run(disposition, log, until_min=from_min)
    return areas(disposition, log, to_min, state=state)[:, 0]


def area_to_infinity(disposition: Disposition, log: PumpLog) -> Array:
    """AUC(0..∞) of every output, ng·min/mL, (O,). Raises PharmacokineticError for an open log."""
    if log.is_open:
        raise PharmacokineticError("Enter the stop of the pump; without it the area has no end.")
    return log.given_mg(np.inf) * disposition.area_per_mg


def peak(
    disposition: Disposition,
    log: PumpLog,
    output: str,
    *,
    from_min: float | None = None,
    until_min: float | None = None,
) -> Peak:
    """The highest level of an output, by default over the whole log and its tail.

    Raises PharmacokineticError where the model has no such output.
    """
    row = disposition.model.row(output)
    best = (0.0, -1.0)
    for piece in _stretches(disposition, log, row, from_min, until_min):
        values = piece.level(piece.offsets)
        index = int(np.argmax(values))
        if values[index] > best[1]:
            best = (piece.begins + float(piece.offsets[index]), float(values[index]))
    minute, level = best
    return Peak(
        output=disposition.model.outputs[row],
        minute=minute,
        level_ng_per_ml=max(level, 0.0),
        assumed=bool(log.assumed(np.array([minute]))[0]),
    )


def stretches_above(
    disposition: Disposition,
    log: PumpLog,
    output: str,
    level_ng_per_ml: float,
    *,
    from_min: float | None = None,
    until_min: float | None = None,
) -> tuple[tuple[float, float], ...]:
    """When the level is above a value, as (from, to) in minutes, in order.

    A stretch still above at the end of the time looked at ends there. Raises PharmacokineticError
    where the model has no such output or the value is below zero.
    """
    if not level_ng_per_ml >= 0.0:
        raise PharmacokineticError("Enter a level of 0 ng/mL or more.")
    row = disposition.model.row(output)
    found: list[tuple[float, float]] = []
    for piece in _stretches(disposition, log, row, from_min, until_min):
        for start, stop in _above(piece, level_ng_per_ml):
            if found and start <= found[-1][1]:
                start = found.pop()[0]  # noqa: PLW2901
            found.append((start, stop))
    return tuple(found)


def time_above_min(
    disposition: Disposition,
    log: PumpLog,
    output: str,
    level_ng_per_ml: float,
    *,
    from_min: float | None = None,
    until_min: float | None = None,
) -> float:
    """Minutes above a value in all. Raises as `stretches_above`."""
    found = stretches_above(
        disposition, log, output, level_ng_per_ml, from_min=from_min, until_min=until_min
    )
    return sum(stop - start for start, stop in found)


def falls_below_min(
    disposition: Disposition, log: PumpLog, output: str, level_ng_per_ml: float
) -> float | None:
    """The minute from which the level stays below a value; None where it never rises above.

    Raises PharmacokineticError for an open log (the pump may never stop), for a value that is not
    above zero (an exponential never gets there) and for an output that the model does not have.
    """
    if log.is_open:
        raise PharmacokineticError("Enter the stop of the pump to know when the level falls.")
    if not level_ng_per_ml > 0.0:
        raise PharmacokineticError("Enter a level above 0 ng/mL.")
    horizon = _tail(disposition, log)
    while True:
        found = stretches_above(disposition, log, output, level_ng_per_ml, until_min=horizon)
        if not found:
            return None
        if found[-1][1] < horizon:
            return found[-1][1]
        horizon = log.minutes[-1] + 2.0 * (horizon - log.minutes[-1])


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Constant rate from `begins`: between neighbouring offsets (min) the level is monotone."""

    begins: float
    offsets: Array
    level: Callable[[Array], Array]


def _stretches(
    disposition: Disposition,
    log: PumpLog,
    row: int,
    from_min: float | None,
    until_min: float | None,
) -> Iterator[_Stretch]:
    if not log.minutes.size:
        return
    begin = float(log.minutes[0]) if from_min is None else from_min
    end = _tail(disposition, log) if until_min is None else until_min
    along = track(disposition, log, run(disposition, log, until_min=begin))
    stops = np.append(along.minutes[1:], np.inf)
    for index, minute in enumerate(along.minutes):
        length = min(float(stops[index]), end) - float(minute)
        if length > 0.0:
            yield _stretch(disposition, along, index, row, length)


def _stretch(
    disposition: Disposition, along: Track, index: int, row: int, length: float
) -> _Stretch:
    modes, rate = along.modes[index : index + 1], along.rates[index : index + 1]
    poles, joined = disposition.poles_per_min, disposition.joined

    def carried(offsets: Array) -> Array:
        count = (offsets.size, 1)
        return recursion.carried(
            poles, joined, np.tile(modes, count), np.repeat(rate, offsets.size), offsets
        )

    def level(offsets: Array) -> Array:
        levels: Array = shown(disposition, carried(offsets))[row]
        return levels

    def slope(offsets: Array) -> Array:
        rates = np.repeat(rate, offsets.size)
        rising = recursion.slopes(poles, joined, carried(offsets), rates)
        result: Array = rising @ disposition.residues[row]
        return result

    grid = np.unique(
        np.concatenate(
            [np.linspace(0.0, length, _GRID), np.geomspace(length * 1e-6, length, _GRID)]
        )
    )
    turning = _roots(slope, grid)
    return _Stretch(float(along.minutes[index]), np.array([0.0, *turning, length]), level)


def _above(piece: _Stretch, threshold: float) -> Iterator[tuple[float, float]]:
    """The parts of one stretch with a level above the threshold."""

    def beyond(offsets: Array) -> Array:
        return piece.level(offsets) - threshold

    ends = np.array([piece.offsets[0], *_roots(beyond, piece.offsets), piece.offsets[-1]])
    middles = beyond(0.5 * (ends[1:] + ends[:-1]))
    for start, stop, middle in zip(ends[:-1], ends[1:], middles, strict=True):
        if middle > 0.0 and stop > start:
            yield piece.begins + float(start), piece.begins + float(stop)


def _roots(function: Callable[[Array], Array], grid: Array) -> list[float]:
    """Where a function changes sign between points of a grid, narrowed to the last digits."""
    values = function(grid)
    roots = []
    for index in np.flatnonzero(values[:-1] * values[1:] < 0.0):
        low, high = float(grid[index]), float(grid[index + 1])
        sign = np.sign(values[index])
        for _ in range(_NARROWINGS):
            points = np.linspace(low, high, _PARTS)
            same = function(points) * sign > 0.0
            last = int(np.argmin(same)) if not same.all() else _PARTS - 1
            low, high = float(points[max(last - 1, 0)]), float(points[last])
        roots.append(0.5 * (low + high))
    return roots


def _tail(disposition: Disposition, log: PumpLog) -> float:
    """A minute by which everything that will happen after the last entry has begun to fade."""
    poles = disposition.poles_per_min
    slowest = float(poles[poles > 0.0].min(initial=np.inf))
    return float(log.minutes[-1]) + _SLOWEST_TURNS / slowest


def _integrated(disposition: Disposition, modes: Array, rates: Array, spans: Array) -> Array:
    return recursion.integrated(disposition.poles_per_min, disposition.joined, modes, rates, spans)
