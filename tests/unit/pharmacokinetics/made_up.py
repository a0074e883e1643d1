"""Made-up models for property tests: the file the engine reads, and the oracle's compartments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from pharmacokinetics import library
from pharmacokinetics.disposition import Disposition, disposition
from tests.unit.pharmacokinetics.oracle import System, mammillary

WEIGHT_KG = 70.0

HEAD = """
name = "MADEUP"
title = "Made up"
citation = "nobody"
address = "nowhere"
population = "nobody"
sampling_site = "arterial plasma"
dosed_as = "racemic ketamine base"
status = "made up"
"""


@dataclass(frozen=True)
class MadeUp:
    """Rate constants of a parent, perhaps a metabolite behind a chain, perhaps an effect site."""

    volume: float
    leaving: float
    pairs: tuple[tuple[float, float], ...]
    metabolite: tuple[float, float, tuple[tuple[float, float], ...]] | None = None
    transit: tuple[float, int] | None = None
    delay: float | None = None

    def text(self) -> str:
        """The model as its file."""
        numbers: dict[str, tuple[float, str]] = {}
        parts = [_block("ketamine", "k", self.volume, self.leaving, self.pairs, numbers)]
        if self.metabolite is not None:
            parts.append(_block("norketamine", "kn", *self.metabolite, numbers))
            parts.append('formed_from = "ketamine"')
            if self.transit is not None:
                mean, stages = self.transit
                numbers["mtt"] = (mean, "min")
                parts.append(
                    f'mean_transit = "mtt"\ntransit_stages = {stages}\n'
                    'transit_rate_constant = "ktr"'
                )
        if self.delay is not None:
            numbers["half"] = (float(np.log(2.0) / self.delay), "min")
            parts.append(
                '[[links]]\noutput = "effect"\nanalyte = "ketamine"\nrate_constant = "ke0"\n'
                'half_life = "half"\nsite = "effect site, driven by arterial plasma"'
            )
        parameters = [
            f'[[parameters]]\nname = "{name}"\nvalue = {value!r}\nunit = "{unit}"\n'
            'status = "made up"\nsource = "nobody"'
            for name, (value, unit) in numbers.items()
        ]
        return "\n".join([HEAD, *parameters, *parts])

    def disposition(self) -> Disposition:
        return disposition(library.read(self.text()), weight_kg=WEIGHT_KG)

    def system(self) -> System:
        """The same compartments, written down a second time."""
        made = System()
        mammillary(made, "k", self.leaving, list(self.pairs), self.volume, "ketamine")
        if self.metabolite is not None:
            volume, leaving, pairs = self.metabolite
            source, rate = "k", self.leaving
            mean, stages = self.transit or (1.0, 0)
            for number in range(stages):
                made.copy_of(source, f"t{number}", rate) if number == 0 else made.flow(
                    source, f"t{number}", rate
                )
                source, rate = f"t{number}", stages / mean
            made.copy_of(source, "n", rate) if source == "k" else made.flow(source, "n", rate)
            mammillary(made, "n", leaving, list(pairs), volume, "norketamine")
        if self.delay is not None:
            made.copy_of("k", "e", self.delay)
            made.flow("e", None, self.delay)
            made.outputs["effect"] = ("e", 1000 / self.volume)
        return made


def _block(
    analyte: str,
    prefix: str,
    volume: float,
    leaving: float,
    pairs: tuple[tuple[float, float], ...],
    numbers: dict[str, tuple[float, str]],
) -> str:
    numbers[f"v_{prefix}"] = (volume, "L")
    numbers[f"{prefix}10"] = (leaving, "1/min")
    rows = []
    for number, (outward, inward) in enumerate(pairs, start=2):
        numbers[f"{prefix}1{number}"] = (outward, "1/min")
        numbers[f"{prefix}{number}1"] = (inward, "1/min")
        rows.append(f'{{ outward = "{prefix}1{number}", inward = "{prefix}{number}1" }}')
    return (
        f'[[compartments]]\nanalyte = "{analyte}"\nprefix = "{prefix}"\n'
        f'volume = "v_{prefix}"\nelimination = "{prefix}10"\nperipherals = [{", ".join(rows)}]'
    )


def _rates(least: float = 0.002, most: float = 1.5) -> st.SearchStrategy[float]:
    return st.floats(np.log(least), np.log(most)).map(lambda power: float(np.exp(power)))


def _pairs(most: int) -> st.SearchStrategy[tuple[tuple[float, float], ...]]:
    return st.lists(st.tuples(_rates(), _rates()), max_size=most).map(tuple)


models = st.builds(
    MadeUp,
    volume=st.floats(2.0, 300.0),
    leaving=_rates(),
    pairs=_pairs(3),
    metabolite=st.none() | st.tuples(st.floats(2.0, 300.0), _rates(), _pairs(1)),
    transit=st.none() | st.tuples(st.floats(1.0, 60.0), st.integers(1, 3)),
    delay=st.none() | _rates(),
)
"""Models of one to four compartments with any of the parts."""


@dataclass(frozen=True)
class Protocol:
    """Rates and boluses as (minute, amount), and times to look at."""

    rates: tuple[tuple[float, float], ...]
    boluses: tuple[tuple[float, float], ...]
    times: tuple[float, ...]

    @property
    def written(self) -> tuple[str, str]:
        """As a case file writes them."""
        return _written(self.rates), _written(self.boluses)


def _written(pairs: tuple[tuple[float, float], ...]) -> str:
    return "; ".join(f"{minute!r}:{amount!r}" for minute, amount in pairs)


_minutes = st.integers(0, 4 * 300).map(lambda quarter: quarter / 4)


def _events(
    most: float, least: int, many: int
) -> st.SearchStrategy[tuple[tuple[float, float], ...]]:
    return st.lists(
        st.tuples(_minutes, st.just(0.0) | st.floats(0.01, most)),
        min_size=least,
        max_size=many,
        unique_by=lambda pair: pair[0],
    ).map(lambda found: tuple(sorted(found)))


protocols = st.builds(
    Protocol,
    rates=_events(5.0, 1, 5),
    boluses=_events(50.0, 0, 2),
    times=st.lists(_minutes, min_size=1, max_size=6, unique=True).map(lambda t: tuple(sorted(t))),
)
"""Pump logs within five hours, with times in and after them."""
