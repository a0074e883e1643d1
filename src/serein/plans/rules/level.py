"""The ketamine level that a model of published volunteers gives: numbers only, in venous plasma.

The model is OTTO2021, the only one for adults whose ketamine, norketamine, covariance and residual
error were all published, and that speaks of the blood a clinic can draw. It says nothing about
blood pressure, benefit or receptors, and nothing here is advice to change a pump.
Source: ``docs/science``, pharmacokinetics; the engine is the package ``pharmacokinetics``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log

import numpy as np
from numpy.typing import NDArray

from pharmacokinetics import bands, course, exposure, library, units
from pharmacokinetics.bands import Band, BandName, People
from pharmacokinetics.disposition import Disposition, disposition
from pharmacokinetics.library import Model
from pharmacokinetics.pump_log import PumpLog, Rate, from_entries

Steps = tuple[tuple[float, float], ...]
"""What a pump does: from each minute on, mg/min of ketamine base; the last is the stop, 0."""

ANALYTE = "ketamine"
GRID_MIN = 2.5
TAIL_MIN, ROUND_MIN = 120.0, 30.0
AFTER_STOP_MIN = (15.0, 30.0, 60.0, 120.0)
SHARES = (0.25, 0.5, 0.75)
MOST_POINTS = 120


@dataclass(frozen=True, slots=True)
class Interval:
    """The lower and upper limit at each time, ng/mL."""

    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """Levels in ng/mL at rising minutes: the typical volunteer of this weight, and two bands.

    ``patients`` holds the middle 90 % of people, ``measured`` the middle 90 % of measured levels.
    """

    times_min: tuple[float, ...]
    typical: tuple[float, ...]
    patients: Interval
    measured: Interval

    def at(self, minute: float) -> int:
        """The place of a minute that is one of the times.

        :raises ValueError: it is not
        """
        return self.times_min.index(minute)


def model() -> Model:
    """The model behind every curve of the clinic's pages."""
    return library.default()


def order_steps(*, dose_mg: float, minutes: float) -> Steps:
    """What the pump does when an order is given as written."""
    return ((0.0, dose_mg / minutes), (float(minutes), 0.0))


def last_minute(steps: Steps) -> float:
    """The minute of the last change, in an infusion that is over: its stop."""
    return steps[-1][0] if steps else 0.0


def horizon_min(steps: Steps) -> float:
    """How far a curve is drawn: two hours beyond the stop, to the next half hour."""
    return ceil((last_minute(steps) + TAIL_MIN) / ROUND_MIN) * ROUND_MIN


def table_minutes(steps: Steps) -> tuple[float, ...]:
    """The minutes that stand in the table: three on the way, the stop, and four after it."""
    stop = last_minute(steps)
    on_the_way = {float(round(stop * share)) for share in SHARES if stop * share >= 1.0}
    after = {float(round(stop + more)) for more in AFTER_STOP_MIN}
    return tuple(sorted(on_the_way | {stop} | after))


@lru_cache(maxsize=128)
def predicted(steps: Steps, weight_kg: float, until_min: float = 0.0) -> Prediction:
    """Work out the levels of one person of this weight: curve, band of people, band of levels.

    Goes as far as the steps themselves ask for, and at least to ``until_min``.

    The same arguments give the same numbers, so a band that is asked for again never moves; they
    are also the whole key under which an answer is kept in this process.
    """
    times = np.array(_times(steps, until_min))
    done = pump_log_of(steps)
    curve = course.levels(_disposition(weight_kg), done, times).of(ANALYTE)
    group = _people(weight_kg)
    return Prediction(
        times_min=_floats(times),
        typical=_floats(curve.levels_ng_per_ml),
        patients=_interval(bands.bands(group, done, times, name=BandName.PATIENTS)),
        measured=_interval(bands.bands(group, done, times, name=BandName.MEASURED)),
    )


def typical_at(steps: Steps, weight_kg: float, minute: float) -> float:
    """The level of the typical volunteer of this weight at one minute, ng/mL."""
    curve = course.levels(_disposition(weight_kg), pump_log_of(steps), [minute]).of(ANALYTE)
    return float(curve.levels_ng_per_ml[0])


def area_ng_h_per_ml(steps: Steps, weight_kg: float, until_min: float) -> float:
    """The area under the typical curve from the beginning to a minute, ng·h/mL, exactly."""
    response = _disposition(weight_kg)
    found = exposure.areas(response, pump_log_of(steps), [until_min])
    return float(units.ng_h_per_ml(found[response.model.row(ANALYTE), 0]))


def whole_area_ng_h_per_ml(mg: float, weight_kg: float) -> float:
    """The area under the typical curve of an infusion that is long over, ng·h/mL: dose by clearance.

    Exact, because the model is linear: what of the area still lies ahead after `washed_out_min` is
    less than one part in 10¹².
    """
    response = _disposition(weight_kg)
    return mg * float(units.ng_h_per_ml(_area_per_mg(weight_kg)[response.model.row(ANALYTE)]))


def washed_out_min(weight_kg: float) -> float:
    """The minutes after the stop of a pump from which on nothing is left that counts."""
    return log(1e12) / float(_disposition(weight_kg).poles_per_min.min())


@lru_cache(maxsize=512)
def _area_per_mg(weight_kg: float) -> NDArray[np.float64]:
    return _disposition(weight_kg).area_per_mg


def pump_log_of(steps: Steps) -> PumpLog:
    """The engine's log of the same steps; of two at one minute the later one wins."""
    return from_entries(Rate(minute, rate, place) for place, (minute, rate) in enumerate(steps))


def _times(steps: Steps, until_min: float) -> list[float]:
    """A grid that does not depend on now, with every change of rate and every row of the table."""
    end = max(horizon_min(steps), until_min)
    every = GRID_MIN * ceil(end / GRID_MIN / MOST_POINTS)
    grid = {every * place for place in range(int(end // every) + 1)}
    return sorted(grid | {minute for minute, _ in steps} | set(table_minutes(steps)))


@lru_cache(maxsize=64)
def _people(weight_kg: float) -> People:
    return bands.people(model(), weight_kg=weight_kg)


@lru_cache(maxsize=512)
def _disposition(weight_kg: float) -> Disposition:
    return disposition(model(), weight_kg=weight_kg)


def _interval(found: tuple[Band, ...]) -> Interval:
    band = next(one for one in found if one.output.name == ANALYTE)
    return Interval(_floats(band.low), _floats(band.high))


def _floats(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, ...]:
    return tuple(values.tolist())
