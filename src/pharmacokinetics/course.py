"""Levels over time: the mode amounts carried along a pump log.

A `State` is everything about a person's past that the future needs: a handful of mode amounts. A
live tick is one `advance`; a “what if” is the same state with another log. Nothing is stepped or
superposed, so neither a pause nor two weeks cost accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pharmacokinetics import modes as recursion
from pharmacokinetics.disposition import Disposition
from pharmacokinetics.errors import PharmacokineticError, SiteError
from pharmacokinetics.library import Output
from pharmacokinetics.pump_log import PumpLog

Array = NDArray[np.float64]

UNIT = "ng/mL"
NOTICE = "Model of published volunteers, not a measurement."

TOLERATED_NG_PER_ML = 1e-9
"""How far below zero rounding may carry a level, relative to the highest (at least 1 ng/mL)."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class State:
    """The modes (M,) of one person at one minute; boluses up to and with that minute are in."""

    minute: float
    modes: Array


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Curve:
    """One output over time: levels_ng_per_ml (T,) at times_min (T,), with its blood and caveats."""

    output: Output
    model: str
    times_min: Array
    levels_ng_per_ml: Array
    assumed: NDArray[np.bool_]
    unit: str = UNIT
    notice: str = NOTICE

    @property
    def label(self) -> str:
        """Substance, blood, unit and model, for an axis or a legend."""
        return f"{self.output.label} ({self.model})"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Levels:
    """Every output over time: levels_ng_per_ml (O, T), rows as outputs; assumed (T,)."""

    outputs: tuple[Output, ...]
    model: str
    times_min: Array
    levels_ng_per_ml: Array
    assumed: NDArray[np.bool_]
    assumption: str | None

    def of(self, name: str) -> Curve:
        """The curve of one output. Raises PharmacokineticError where there is none."""
        for row, output in enumerate(self.outputs):
            if output.name == name:
                return Curve(
                    output=output,
                    model=self.model,
                    times_min=self.times_min,
                    levels_ng_per_ml=self.levels_ng_per_ml[row],
                    assumed=self.assumed,
                )
        known = ", ".join(one.name for one in self.outputs)
        raise PharmacokineticError(f"Ask for one of {known}; there is no “{name}”.")


def together(*curves: Curve, labelled: bool = False) -> tuple[Curve, ...]:
    """Curves that shall share an axis.

    Raises SiteError where they come from different blood, unless the caller says that every one
    carries its own label there.
    """
    sites = list(dict.fromkeys(one.output.site.value for one in curves))
    if len(sites) > 1 and not labelled:
        raise SiteError(f"Label every curve with its blood: {' and '.join(sites)} differ.")
    return curves


def start(disposition: Disposition, minute: float = 0.0) -> State:
    """A person without drug at this minute."""
    return State(minute=minute, modes=np.zeros_like(disposition.poles_per_min))


def advance(
    disposition: Disposition, state: State, *, minutes: float, rate_mg_per_min: float
) -> State:
    """The state after some minutes at one rate: the recursion once. Raises PharmacokineticError."""
    if not minutes >= 0.0:
        raise PharmacokineticError("Enter 0 minutes or more; a state only goes forward.")
    carried = recursion.carried(
        disposition.poles_per_min,
        disposition.joined,
        _fitting(disposition, state)[None, :],
        np.array([rate_mg_per_min]),
        np.array([minutes]),
    )
    return State(minute=state.minute + minutes, modes=carried[0])


def bolus(disposition: Disposition, state: State, dose_mg: float) -> State:
    """The state just after a dose is given at once."""
    return replace(state, modes=_fitting(disposition, state) + dose_mg * ~disposition.joined)


def now(disposition: Disposition, state: State) -> Array:
    """The levels at this state, (O,) ng/mL."""
    return shown(disposition, _fitting(disposition, state)[None, :])[:, 0]


def run(
    disposition: Disposition, log: PumpLog, *, until_min: float, state: State | None = None
) -> State:
    """The state at `until_min`, after every entry up to and with it.

    Without a state it begins before the first entry, free of drug. With one, only what the log
    says after its minute is added.
    """
    found = _modes_at(disposition, track(disposition, log, state), np.array([until_min]))
    return State(minute=float(until_min), modes=found[0])


def levels(
    disposition: Disposition, log: PumpLog, times_min: ArrayLike, *, state: State | None = None
) -> Levels:
    """Every output at every time, exactly.

    times_min (T,) in any order; a level at the instant of a bolus is the one just after it. With a
    state the past is taken from there and the log counts from its minute on (“what if”). Raises
    PharmacokineticError for times before the state or not finite.
    """
    times = np.atleast_1d(np.asarray(times_min, dtype=np.float64))
    modes = _modes_at(disposition, track(disposition, log, state), times)
    return Levels(
        outputs=disposition.outputs,
        model=disposition.model.name,
        times_min=times,
        levels_ng_per_ml=shown(disposition, modes),
        assumed=log.assumed(times),
        assumption=log.assumption,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Mode amounts (B, M) just after each breakpoint (B,), and the rate (B,) from there on."""

    minutes: Array
    rates: Array
    modes: Array
    begins: float

    def segment(self, times: Array) -> NDArray[np.intp]:
        """The breakpoint before each time, −1 before the first. Raises PharmacokineticError."""
        if not np.all(np.isfinite(times)):
            raise PharmacokineticError("Ask for times in minutes; one of them is not a number.")
        if times.size and float(times.min()) < self.begins:
            raise PharmacokineticError(
                f"Ask for minute {self.begins:g} or later; the state begins there."
            )
        return np.searchsorted(self.minutes, times, side="right") - 1


def track(disposition: Disposition, log: PumpLog, state: State | None = None) -> Track:
    """The mode amounts at every breakpoint of a log, from a state or from nothing."""
    if state is None:
        minutes, rates, boluses = log.minutes, log.rates_mg_per_min, log.boluses_mg
        held = np.zeros_like(disposition.poles_per_min)
        begins = -np.inf
    else:
        later = log.minutes > state.minute
        minutes = np.append(state.minute, log.minutes[later])
        rates = np.append(log.rate_at(state.minute), log.rates_mg_per_min[later])
        boluses = np.append(0.0, log.boluses_mg[later])
        held = _fitting(disposition, state)
        begins = state.minute
    found = np.zeros((minutes.size, held.size))
    direct = ~disposition.joined
    for index in range(minutes.size):
        if index:
            held = recursion.carried(
                disposition.poles_per_min,
                disposition.joined,
                held[None, :],
                rates[index - 1 : index],
                minutes[index : index + 1] - minutes[index - 1],
            )[0]
        held = held + boluses[index] * direct
        found[index] = held
    return Track(minutes, rates, found, begins)


def _modes_at(disposition: Disposition, along: Track, times: Array) -> Array:
    """Mode amounts (T, M) at times (T,)."""
    segment = along.segment(times)
    if not along.minutes.size:
        return np.zeros((times.size, disposition.poles_per_min.size))
    before = segment < 0
    at = np.where(before, 0, segment)
    elapsed = np.where(before, 0.0, times - along.minutes[at])
    rate = np.where(before, 0.0, along.rates[at])
    modes = np.where(before[:, None], 0.0, along.modes[at])
    return recursion.carried(disposition.poles_per_min, disposition.joined, modes, rate, elapsed)


def shown(disposition: Disposition, modes: Array) -> Array:
    """Levels (O, T) of mode amounts (T, M): never below zero, checked before they are clamped."""
    raw = disposition.residues @ modes.T
    if raw.size:
        floor = -TOLERATED_NG_PER_ML * max(1.0, float(raw.max()))
        if not float(raw.min()) >= floor:
            raise PharmacokineticError(
                f"Report this model and log: a level of {float(raw.min()):g} ng/mL came out."
            )
    return np.maximum(raw, 0.0) + 0.0


def _fitting(disposition: Disposition, state: State) -> Array:
    if state.modes.shape != disposition.poles_per_min.shape:
        raise PharmacokineticError("Use the state with the model and weight it was made with.")
    return state.modes
