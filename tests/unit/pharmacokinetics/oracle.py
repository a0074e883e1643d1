"""A second, slower way to the same numbers: compartments, flows and a matrix exponential.

Nothing here shares code with the engine. A system is a square matrix A (1/min) with input b and
output rows C; over an interval of constant rate the state and its integrals follow the exponential
of the augmented matrix of Van Loan (1978), by SciPy in double precision or by mpmath in 40 digits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import mpmath
import numpy as np
import scipy.linalg

DIGITS = 40


@dataclass
class System:
    """Compartments by name with flows between them; concentrations are read off by volume."""

    names: list[str] = field(default_factory=list)
    flows: list[tuple[str, str | None, Any]] = field(default_factory=list)
    copies: list[tuple[str, str, Any]] = field(default_factory=list)
    outputs: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def flow(self, source: str, target: str | None, rate: Any) -> System:
        """Drug leaves `source` at rate (1/min) and arrives in `target`, or leaves the body."""
        for name in (source, target):
            if name is not None and name not in self.names:
                self.names.append(name)
        self.flows.append((source, target, rate))
        return self

    def copy_of(self, source: str, target: str, rate: Any) -> System:
        """What flows from source into target without leaving source: a metabolite or a delay."""
        if target not in self.names:
            self.names.append(target)
        self.copies.append((source, target, rate))
        return self

    def matrix(self) -> list[list[Any]]:
        size = len(self.names)
        place = {name: index for index, name in enumerate(self.names)}
        rows: list[list[Any]] = [[0] * size for _ in range(size)]
        for source, target, rate in self.flows:
            rows[place[source]][place[source]] -= rate
            if target is not None:
                rows[place[target]][place[source]] += rate
        for source, target, rate in self.copies:
            rows[place[target]][place[source]] += rate
        return rows


def mammillary(
    system: System, name: str, out: Any, pairs: list[tuple[Any, Any]], volume: Any, output: str
) -> System:
    """A central compartment with peripherals (outward, inward), read as ng/mL."""
    system.flow(name, None, out)
    for number, (outward, inward) in enumerate(pairs, start=2):
        system.flow(name, f"{name}{number}", outward)
        system.flow(f"{name}{number}", name, inward)
    system.outputs[output] = (name, 1000 / volume)
    return system


def levels_and_areas(
    system: System,
    rates: list[tuple[float, float]],
    boluses: list[tuple[float, float]],
    times: list[float],
    *,
    exact: bool = False,
) -> tuple[dict[str, list[Any]], dict[str, list[Any]], list[list[Any]]]:
    """Levels and areas of every output at every time, and the amounts in every compartment.

    rates and boluses as (minute, amount); of two rates at one minute the last holds. exact: mpmath.
    """
    engine = _Exact(system) if exact else _Double(system)
    held = dict(rates)
    doses: dict[float, float] = {}
    for minute, dose in boluses:
        doses[minute] = doses.get(minute, 0.0) + dose
    levels: dict[str, list[Any]] = {name: [None] * len(times) for name in system.outputs}
    areas: dict[str, list[Any]] = {name: [None] * len(times) for name in system.outputs}
    amounts: list[list[Any]] = [[] for _ in times]
    instants = sorted({*held, *doses, *times})
    rate, before = 0.0, instants[0]
    for now in instants:
        engine.pass_time(before, now, rate)
        engine.give(doses.get(now, 0.0))
        rate = held.get(now, rate)
        before = now
        for index, time in enumerate(times):
            if time == now:
                amounts[index] = engine.amounts()
                for name, (place, scale) in system.outputs.items():
                    levels[name][index] = engine.amount(place) * scale
                    areas[name][index] = engine.area(place) * scale
    return levels, areas, amounts


class _Double:
    def __init__(self, system: System) -> None:
        self.names = system.names
        size = len(self.names)
        self.augmented = np.zeros((2 * size + 1, 2 * size + 1))
        self.augmented[:size, :size] = np.array(system.matrix(), dtype=float)
        self.augmented[size : 2 * size, :size] = np.eye(size)
        self.augmented[0, -1] = 1.0
        self.state = np.zeros(2 * size + 1)

    def pass_time(self, since: float, until: float, rate: float) -> None:
        self.state[-1] = rate
        self.state = scipy.linalg.expm(self.augmented * (until - since)) @ self.state

    def give(self, dose: float) -> None:
        self.state[0] += dose

    def amounts(self) -> list[Any]:
        return list(self.state[: len(self.names)])

    def amount(self, name: str) -> Any:
        return self.state[self.names.index(name)]

    def area(self, name: str) -> Any:
        return self.state[len(self.names) + self.names.index(name)]


class _Exact:
    def __init__(self, system: System) -> None:
        self.names = system.names
        self.context = mpmath.mp.clone()
        self.context.dps = DIGITS
        mp = self.context
        size = len(self.names)
        self.augmented = mp.zeros(2 * size + 1)
        for i, row in enumerate(system.matrix()):
            for j, value in enumerate(row):
                self.augmented[i, j] = mp.mpf(value)
            self.augmented[size + i, i] = 1
        self.augmented[0, 2 * size] = 1
        self.state = mp.zeros(2 * size + 1, 1)

    def pass_time(self, since: float, until: float, rate: float) -> None:
        mp = self.context
        self.state[2 * len(self.names)] = mp.mpf(rate)
        span = mp.mpf(until) - mp.mpf(since)
        if span:
            self.state = mp.expm(self.augmented * span, method="taylor") * self.state

    def give(self, dose: float) -> None:
        self.state[0] += self.context.mpf(dose)

    def amounts(self) -> list[Any]:
        return [self.state[index] for index in range(len(self.names))]

    def amount(self, name: str) -> Any:
        return self.state[self.names.index(name)]

    def area(self, name: str) -> Any:
        return self.state[len(self.names) + self.names.index(name)]
