"""Reads a case file: rows of model, person, pump log, time, output and the value expected.

Every column is understood or the row fails: an unknown column, unit, output, model or override
raises `NotUnderstood` with the row's number, and nothing is skipped. See cases.md.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from math import inf
from pathlib import Path

from pharmacokinetics import course, exposure, library, pump_log, units
from pharmacokinetics.disposition import Disposition, disposition
from pharmacokinetics.errors import ModelError, PharmacokineticError

HERE = Path(__file__).parent

RATES = "rate_events_min:mg_per_min"
BOLUSES = "bolus_events_min:mg"
COLUMNS = {
    "case_id", "model", "weight_kg", "age_y", RATES, BOLUSES, "time_min", "output", "unit",
    "expected", "overrides", "parameters", "note",
}  # fmt: skip

EXACT = 1e-9
COINCIDENT = 1e-6


class NotUnderstood(Exception):
    """A row says something that this adapter does not know."""


@dataclass(frozen=True)
class Case:
    """One row, with its number in the file (the header is row 1)."""

    row: int
    fields: dict[str, str]

    @property
    def name(self) -> str:
        one = self.fields
        return f"{self.row}-{one['case_id']}-{one['model']}-{one['output']}-{one['time_min']}"

    @property
    def expected(self) -> float:
        return float(self.fields["expected"])

    @property
    def tolerance(self) -> float:
        """1e-6 where the row is about coincident poles, else 1e-9, relative."""
        words = f"{self.fields['note']} {self.fields['parameters']}".lower()
        coincident = self.fields["case_id"].split("-")[0] == "C16" or "coincid" in words
        return COINCIDENT if coincident else EXACT

    def value(self) -> float:
        """What the engine says, in the unit of the row."""
        try:
            return self._value()
        except (PharmacokineticError, ValueError, KeyError) as error:
            raise NotUnderstood(f"row {self.row}: {error}") from error

    def _value(self) -> float:
        one = self.fields
        model = _model(one["model"])
        row = model.row(one["output"].strip().lower())
        person = disposition(
            model,
            weight_kg=float(one["weight_kg"]),
            age_years=float(one["age_y"]) if one["age_y"].strip() else None,
            overrides=_overrides(one["overrides"]),
        )
        log = pump_log.read(one[RATES], one[BOLUSES])
        return _measured(
            person, log, row, float(one["time_min"]), one["unit"], model.outputs[row].analyte
        )


def path() -> Path:
    """The file that PK_CASES names, else the copy beside this module."""
    return Path(os.environ.get("PK_CASES") or HERE / "cases.csv")


def read(source: Path) -> list[Case]:
    """Every row of a file. Raises NotUnderstood for columns missing, unknown or repeated."""
    with source.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(lines)
        names = [name.strip() for name in table.fieldnames or ()]
        if set(names) != COLUMNS or len(names) != len(COLUMNS):
            raise NotUnderstood(f"columns {sorted(set(names) ^ COLUMNS) or names} of {source.name}")
        table.fieldnames = names
        return [_case(number, fields) for number, fields in enumerate(table, start=2)]


def _case(number: int, fields: dict[str, str]) -> Case:
    if None in fields or any(value is None for value in fields.values()):
        raise NotUnderstood(f"row {number} has more or fewer fields than the header")
    return Case(number, fields)


def _model(name: str) -> library.Model:
    """A shipped model, or one kept beside the tests for comparison only."""
    try:
        return library.model(name.strip())
    except ModelError:
        kept = HERE / "models" / f"{name.strip()}.toml"
        if not kept.exists():
            raise
        return library.read(kept.read_text(encoding="utf-8"))


def _overrides(text: str) -> dict[str, float]:
    found = {}
    for part in text.replace(",", ";").split(";"):
        if not part.strip():
            continue
        name, equals, value = part.partition("=")
        if not equals or name.strip() in found:
            raise ValueError(f"override “{part.strip()}”")
        found[name.strip()] = float(value)
    return found


def _measured(
    person: Disposition,
    log: pump_log.PumpLog,
    row: int,
    time: float,
    unit: str,
    analyte: str,
) -> float:
    """A level or an integral, told apart and scaled by the unit."""
    words = unit.replace("·", "*").replace("µ", "u").replace("μ", "u").strip()
    quantity, _, limits = words.partition("(")
    quantity = quantity.strip()
    limits = limits.rstrip(") ").replace(" ", "")
    if quantity in _LEVELS and not limits:
        value = course.levels(person, log, [time]).levels_ng_per_ml[row, 0]
        return _scaled(float(value), _LEVELS[quantity], analyte)
    if quantity in _AREAS:
        per, turn = _AREAS[quantity]
        if limits == "integral0..inf" or (limits == "integral0..t" and time == inf):
            area = float(exposure.area_to_infinity(person, log)[row])
        elif limits == "integral0..t":
            area = float(exposure.areas(person, log, [time])[row, 0])
        else:
            raise ValueError(f"limits “{limits}” of unit “{unit}”")
        return _scaled(area, per, analyte) / turn
    raise ValueError(f"unit “{unit}”")


def _scaled(value_ng: float, per: str, analyte: str) -> float:
    if per == "nmol":
        return units.nmol_per_ml_from_ng_per_ml(value_ng, analyte)
    return value_ng / {"ng": 1.0, "ug": 1000.0}[per]


_LEVELS = {
    "ng/mL": "ng",
    "ug/L": "ng",
    "mg/L": "ug",
    "ug/mL": "ug",
    "nmol/mL": "nmol",
    "umol/L": "nmol",
}
_AREAS = {
    f"{mass}*{time}/{volume}": (per, turn)
    for unit, per in _LEVELS.items()
    for mass, volume in [unit.split("/")]
    for time, turn in (("min", 1.0), ("h", 60.0))
}
