"""Levels that others measured and published, each with where the number was read.

`observed_levels.csv` was compiled for this project from abstracts, tables quoted by reviews and
curves digitised by third parties; every row names its source and whether the number itself was
seen ("y") or only the design ("n", no number). Most primary full texts were not at hand.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from pharmacokinetics.errors import PharmacokineticError
from pharmacokinetics.pump_log import PumpLog, Rate, from_entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Observation:
    """One row: a mean or median level, or a range where the source gives no more."""

    study: str
    population: str
    dose: str
    minute: float | None
    analyte: str
    level: float | None
    spread: str
    unit: str
    blood: str
    source: str
    confirmed: bool
    note: str

    @property
    def limits(self) -> tuple[float, float]:
        """The published range. Raises ``PharmacokineticError`` where there is none."""
        low, dash, high = self.spread.partition("-")
        if not dash:
            raise PharmacokineticError(f"Choose a row with a range: {self.study} has none.")
        return float(low), float(high.split()[0])


@cache
def observations() -> tuple[Observation, ...]:
    """Every row of the file."""
    text = files("pharmacokinetics").joinpath("observed_levels.csv").read_text(encoding="utf-8")
    return tuple(_observation(row) for row in csv.DictReader(text.splitlines()))


def _observation(row: dict[str, str]) -> Observation:
    return Observation(
        study=row["study"],
        population=row["population"],
        dose=row["dose"],
        minute=_number(row["time_min"].partition(" ")[0]),
        analyte=row["analyte"],
        level=_number(row["mean"]),
        spread=row["sd_or_range"],
        unit=row["unit"],
        blood=row["matrix"],
        source=row["source"],
        confirmed=row["confirmed"] == "y",
        note=row["note"],
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def series(study: str, *analytes: str, exact: bool = True) -> tuple[Floats, Floats]:
    """Times (T,) and levels (T,) of one study; several analytes are added (S and R).

    ``exact`` leaves out rows whose time is only "the peak". Raises ``PharmacokineticError`` where
    nothing was found.
    """
    found = []
    for analyte in analytes:
        rows = {
            one.minute: one.level
            for one in observations()
            if one.study == study
            and one.analyte == analyte
            and one.minute is not None
            and one.level is not None
            and one.confirmed
            and one.unit == "ng/mL"
            and not (exact and one.spread)
        }
        found.append(rows)
    times = sorted(set.intersection(*map(set, found)))
    if not times:
        raise PharmacokineticError(f"Name a study with levels: {study} has none of {analytes}.")
    return np.array(times), np.array([sum(rows[time] for rows in found) for time in times])


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published series beside what was given, to one weight."""

    name: str
    analyte: str
    site: str
    times_min: Floats
    levels_ng_per_ml: Floats
    weight_kg: float
    log: PumpLog

    def errors(self, predicted: Floats) -> tuple[float, float]:
        """Median prediction error and median absolute prediction error, in per cent."""
        error = 100.0 * (predicted - self.levels_ng_per_ml) / self.levels_ng_per_ml
        return float(np.median(error)), float(np.median(np.abs(error)))


def stepped(*rates_mg_per_kg_per_h: float, weight_kg: float, each_min: float = 60.0) -> PumpLog:
    """The log of steps of one hour, then a stop."""
    entries = [
        Rate(each_min * i, rate * weight_kg / 60.0) for i, rate in enumerate(rates_mg_per_kg_per_h)
    ]
    return from_entries([*entries, Rate(each_min * len(rates_mg_per_kg_per_h), 0.0)])


def constant(dose_mg: float, minutes: float) -> PumpLog:
    """The log of one dose at one rate."""
    return from_entries([Rate(0.0, dose_mg / minutes), Rate(minutes, 0.0)])


def _compare(
    name: str,
    analyte: str,
    site: str,
    found: tuple[Floats, Floats],
    weight_kg: float,
    log: PumpLog,
    use: Callable[[Floats], NDArray[np.bool_]],
) -> Comparison:
    times, levels = found
    taken = use(times) & (levels > 0.0)
    return Comparison(name, analyte, site, times[taken], levels[taken], weight_kg, log)


def away_from_steps(times: Floats) -> NDArray[np.bool_]:
    """Whether a time of the Kamp arms lies more than 5 minutes after a step, or at its end.

    The digitised times near a step carry the reading error of the time axis.
    """
    since = np.min([np.where(times > step, times - step, np.inf) for step in STEPS_MIN], axis=0)
    return np.asarray(since > NEAR_STEP_MIN, dtype=np.bool_)


STEPS_MIN = (0.0, 60.0, 120.0, 180.0)
NEAR_STEP_MIN = 5.0
TWELVE_HOURS_MIN = 720.0


@cache
def kamp_ketamine() -> Comparison:
    """20 volunteers, arterial, racemate 0.28, 0.57, 1.14 mg/kg/h for 60 min each: S + R."""
    return _kamp("ketamine", "b", "c")


@cache
def kamp_norketamine() -> Comparison:
    """The norketamine of the same people: S + R."""
    return _kamp("norketamine", "e", "f")


def _kamp(analyte: str, panel_s: str, panel_r: str) -> Comparison:
    times, s = series(f"Kamp 2020 (panel {panel_s})", f"S-{analyte}")
    _, r = series(f"Kamp 2020 (panel {panel_r})", f"R-{analyte}")
    log = stepped(0.28, 0.57, 1.14, weight_kg=70.0)
    return _compare(
        "Kamp 2020, racemate",
        analyte,
        "arterial plasma",
        (times, s + r),
        70.0,
        log,
        away_from_steps,
    )


@cache
def hasan() -> Comparison:
    """15 volunteers, venous, 5 mg racemate over 30 min, to 12 hours: S + R."""
    found = series("Hasan 2021", "S-ketamine", "R-ketamine")
    return _compare(
        "Hasan 2021",
        "ketamine",
        "venous plasma",
        found,
        70.0,
        constant(5.0, 30.0),
        lambda times: times <= TWELVE_HOURS_MIN,
    )


@cache
def chdr1311(analyte: str) -> Comparison:
    """17 volunteers of 68 kg, venous, 10 mg S-ketamine over 30 min: medians. Otto's own data."""
    found = series("Otto 2021 (CHDR1311)", f"S-{analyte}")
    return _compare(
        "CHDR1311 in Otto 2021",
        analyte,
        "venous plasma",
        found,
        68.0,
        constant(10.0, 30.0),
        lambda times: times > 0.0,
    )


def zarate() -> Observation:
    """The one level of patients after 0.5 mg/kg over 40 min: 185 ng/mL."""
    return next(one for one in observations() if one.study == "Zarate 2006")


def krystal() -> Observation:
    """The range of volunteers after 0.5 mg/kg over 40 min: 100–250 ng/mL."""
    return next(one for one in observations() if one.study == "Krystal 1994")
