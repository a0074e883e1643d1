"""Words from outside: pump files with their unit in the header, protocols, and lists of times."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pharmacokinetics import units
from pharmacokinetics.errors import PharmacokineticError, PumpLogError
from pharmacokinetics.pump_log import Bolus, Infusion, Rate, from_entries, from_infusions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from pharmacokinetics.pump_log import Entry, PumpLog

    Floats = NDArray[np.float64]

MAX_RATE_MG_PER_MIN = 10.0
"""A rate above this is taken for a slip of unit (clinic default, review): 0.5 mg/kg over 40 min is
1.5 mg/min at 120 kg, and the same number typed in mg/h and read as mg/min is 90."""

MOST_TIMES = 1_000_000
MINUTES_PER_DAY = 1440.0


@dataclass(frozen=True, slots=True)
class Pump:
    """What a pump file needs besides its rows: weight, and the bag's strength as base."""

    weight_kg: float
    strength_mg_per_ml: float | None = None
    max_rate_mg_per_min: float = MAX_RATE_MG_PER_MIN

    def of_volume(self, rate_ml_per_h: float) -> float:
        """mL/h as mg/min. Raises ``PumpLogError`` without the strength of the bag."""
        if self.strength_mg_per_ml is None or not self.strength_mg_per_ml > 0.0:
            raise PumpLogError("Enter the strength of the bag in mg/mL: the file states mL/h.")
        return units.mg_per_min_from_ml_per_h(rate_ml_per_h, self.strength_mg_per_ml)

    @property
    def conversions(self) -> dict[str, Callable[[float], float]]:
        """Header of the rate column → the rate in mg of base per minute."""
        weight = self.weight_kg
        return {
            "rate_mg_per_min": float,
            "rate_mg_per_h": units.mg_per_min_from_mg_per_h,
            "rate_mg_per_kg_per_h": lambda r: units.mg_per_min_from_mg_per_kg_per_h(r, weight),
            "rate_ug_per_kg_per_min": lambda r: units.mg_per_min_from_ug_per_kg_per_min(r, weight),
            "rate_ml_per_h": self.of_volume,
        }


def read_pump(lines: Iterable[str], pump: Pump) -> PumpLog:
    """Read a pump file: columns ``minute``, one ``rate_…`` with its unit, if need be ``bolus_mg``.

    Rows may stand in any order; a rate holds until the next row; an empty cell says nothing. Raises
    ``PumpLogError`` naming the line.
    """
    rows = csv.DictReader(lines)
    columns = [name.strip() for name in rows.fieldnames or ()]
    rates = [name for name in columns if name in pump.conversions]
    extra = set(columns) - {"minute", "bolus_mg", *rates}
    if "minute" not in columns or len(rates) != 1 or extra:
        raise PumpLogError(
            "Head the pump file with “minute” and one rate with its unit "
            f"({', '.join(pump.conversions)}), and if need be “bolus_mg”; it says "
            f"“{','.join(columns)}”."
        )
    rows.fieldnames = columns
    convert = pump.conversions[rates[0]]
    entries: list[Entry] = []
    for row in rows:
        minute = _number(row["minute"], rows.line_num)
        if (row[rates[0]] or "").strip():
            rate = _number(row[rates[0]], rows.line_num)
            entries.append(Rate(minute, convert(rate), sequence=rows.line_num))
        if (row.get("bolus_mg") or "").strip():
            dose = _number(row["bolus_mg"], rows.line_num)
            entries.append(Bolus(minute, dose, sequence=rows.line_num))
    if not entries:
        raise PumpLogError("Enter at least one row below the header of the pump file.")
    return from_entries(entries, max_rate_mg_per_min=pump.max_rate_mg_per_min)


def _number(text: str | None, line: int) -> float:
    try:
        return float(text or "")
    except ValueError:
        raise PumpLogError(f"Enter a number in line {line}; it says “{text or ''}”.") from None


def read_times(text: str) -> Floats:
    """Read minutes as ``first:last:step`` or as a list with commas.

    Raises ``PharmacokineticError`` where it is neither, or more than a million times.
    """
    try:
        if ":" in text:
            first, last, step = (float(part) for part in text.split(":"))
            if not (step > 0.0 and last >= first) or (last - first) / step >= MOST_TIMES:
                raise ValueError
            count = int((last - first) / step + 1e-9) + 1
            return np.asarray(first + step * np.arange(count), dtype=np.float64)
        times = np.array([float(part) for part in text.split(",")])
    except ValueError:
        raise PharmacokineticError(
            f"Enter times as first:last:step or as minutes with commas; it says “{text}”."
        ) from None
    return times


@dataclass(frozen=True, slots=True)
class Protocol:
    """A dose per kilogram over some minutes, begun at minute 0 of some days."""

    dose_mg_per_kg: float
    minutes: float
    days: tuple[float, ...] = (0.0,)

    @property
    def words(self) -> str:
        """The protocol in a line."""
        times = f" on days {', '.join(f'{day:g}' for day in self.days)}" if self.days[1:] else ""
        return f"{self.dose_mg_per_kg:g} mg/kg over {self.minutes:g} min{times}"

    def log_per_kg(self) -> PumpLog:
        """The pump log for one kilogram of body weight. Raises ``PumpLogError``."""
        if not (self.dose_mg_per_kg > 0.0 and self.minutes > 0.0):
            raise PumpLogError("Enter a dose and a duration above zero.")
        rate = self.dose_mg_per_kg / self.minutes
        starts = [day * MINUTES_PER_DAY for day in self.days]
        return from_infusions(Infusion(start, start + self.minutes, rate) for start in starts)

    def sensible_times(self) -> Floats:
        """Every 2 minutes for 4 hours after each start, every hour between."""
        starts = np.array(self.days) * MINUTES_PER_DAY
        near = (starts[:, None] + np.arange(0.0, 241.0, 2.0)).ravel()
        far = np.arange(starts.min(), starts.max() + MINUTES_PER_DAY + 1.0, 60.0)
        return np.unique(np.concatenate([near, far]))
