"""The reviewed tables: what codes and units mean. What they do not hold is set aside, never guessed.

Tables: `content/measures.toml`, `content/units.toml`, `content/devices.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"
UNIT_PARTITION = 4 << 16
"""MDC codes are partition × 65,536 + term; units stand in partition 4."""


class NotInTable(ValueError):
    """A code or unit we do not read; the words say which and why."""


@dataclass(frozen=True, slots=True)
class Coding:
    """One code as sent: identifier, name, system."""

    code: str
    name: str
    system: str

    def __str__(self) -> str:
        return f"{self.code}^{self.name}^{self.system}"


@dataclass(frozen=True, slots=True)
class Measure:
    """A value a monitor may send. `low` and `high` bound what is plausible, in `unit` (UCUM)."""

    code: str
    words: str
    unit: str
    zero: str
    low: Decimal
    high: Decimal
    is_charted: bool
    loinc: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value a pump may send; without a unit it is words."""

    code: str
    unit: str


@dataclass(frozen=True, slots=True)
class _Conversion:
    before: Decimal
    times: Decimal
    over: Decimal
    places: Decimal


def _load(name: str) -> dict[str, Any]:
    with (CONTENT / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def loinc_check_digit(code: str) -> bool:
    """Say whether the check digit of a LOINC code is right (mod 10, LOINC Users' Guide)."""
    body, _, check = code.partition("-")
    if not (code.isascii() and body.isdecimal() and len(check) == 1 and check.isdecimal()):
        return False
    total = 0
    for place, sign in enumerate(reversed(body)):
        doubled = int(sign) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return (10 - total % 10) % 10 == int(check)


class Tables:
    """The tables, loaded once; see `tables`."""

    def __init__(self) -> None:
        measures, units, devices = _load("measures"), _load("units"), _load("devices")
        self.measures = tuple(_measure(entry) for entry in measures["measure"])
        self._mdc: dict[str, tuple[int, Measure]] = {}
        self._numbers: set[int] = set()
        self._loinc: dict[str, tuple[Measure, tuple[str, ...]]] = {}
        for entry, measure in zip(measures["measure"], self.measures, strict=True):
            self._add(entry, measure)
        self.words = {entry["name"]: int(entry["number"]) for entry in measures["words"]}
        self.no_signal_texts = frozenset(measures["no_signal"]["texts"])
        self.no_signal_numbers = frozenset(map(Decimal, measures["no_signal"]["numbers"]))
        self.marks: dict[str, str] = {entry["code"]: entry["words"] for entry in measures["mark"]}
        self.gone = frozenset(entry["code"] for entry in measures["mark"] if entry.get("gone"))
        self._ucum: dict[str, str] = {}
        self._mdc_units: dict[str, tuple[int, str]] = {}
        for entry in units["unit"]:
            self._add_unit(entry)
        self._conversions = {
            (entry["from"], entry["to"]): _conversion(entry) for entry in units["conversion"]
        }
        self._parameters = {
            entry["name"]: (entry.get("number"), Parameter(entry["code"], entry.get("unit", "")))
            for entry in devices["parameter"]
        }
        self._events: dict[str, tuple[int | None, str]] = {
            entry["name"]: (entry.get("number"), entry["kind"]) for entry in devices["event"]
        }

    def _add(self, entry: dict[str, Any], measure: Measure) -> None:
        for code in entry["mdc"]:
            self._numbers.add(code["number"])
            for name in code["names"]:
                self._mdc[name] = (code["number"], measure)
        for loinc in measure.loinc:
            self._loinc[loinc] = (measure, tuple(entry["loinc_words"]))

    def _add_unit(self, entry: dict[str, Any]) -> None:
        for code in (entry["ucum"], *entry.get("also", ())):
            self._ucum[code] = entry["ucum"]
        for code in entry.get("mdc", ()):
            self._mdc_units[code["name"]] = (code["number"], entry["ucum"])

    def measure(self, coding: Coding) -> Measure:
        """Find a measure by an MDC or LOINC code. Raises `NotInTable`."""
        if coding.system == "LN":
            return self._by_loinc(coding)
        if coding.system != "MDC":
            raise NotInTable(f"Send MDC or LOINC codes, not {coding}")
        found = self._mdc.get(coding.name)
        if found is None:
            known = coding.code.isdecimal() and int(coding.code) in self._numbers
            raise NotInTable(
                f"Let the name agree with the number: {coding}"
                if known
                else f"Review this code before it is read: {coding}"
            )
        _agree(coding, found[0])
        return found[1]

    def _by_loinc(self, coding: Coding) -> Measure:
        if not loinc_check_digit(coding.code):
            raise NotInTable(f"Send a LOINC code with a true check digit: {coding}")
        found = self._loinc.get(coding.code)
        if found is None:
            raise NotInTable(f"Review this code before it is read: {coding}")
        name = coding.name.casefold()
        if name and not any(word in name for word in found[1]):
            raise NotInTable(f"Let the name agree with the LOINC code: {coding}")
        return found[0]

    def is_words(self, coding: Coding) -> bool:
        """Say whether this is a known text value that no flowsheet needs."""
        number = self.words.get(coding.name)
        return number is not None and coding.code in ("0", str(number))

    def parameter(self, coding: Coding) -> Parameter:
        """Find a parameter of a pump by number and name. Raises `NotInTable`."""
        found = self._parameters.get(coding.name)
        if found is None or coding.system != "MDC":
            raise NotInTable(f"Review this code before it is read: {coding}")
        _agree(coding, found[0])
        return found[1]

    def event(self, coding: Coding) -> str:
        """Name the kind of a pump's event. Raises `NotInTable`."""
        found = self._events.get(coding.name)
        if found is None or coding.system != "MDC":
            raise NotInTable(f"Review this event before it is read: {coding}")
        _agree(coding, found[0])
        return found[1]

    def unit(self, codings: tuple[Coding, ...]) -> str:
        """Give the UCUM code of a unit sent under one or more systems. Raises `NotInTable`.

        At least one must be known, and those known must agree.
        """
        found = {unit for coding in codings if (unit := self._one_unit(coding)) is not None}
        if len(found) == 1:
            return found.pop()
        sent = " = ".join(map(str, codings)) or "none"
        if found:
            raise NotInTable(f"Send one unit, not several that differ: {sent}")
        raise NotInTable(f"Send a unit that is in the table, not {sent}")

    def _one_unit(self, coding: Coding) -> str | None:
        if coding.system == "UCUM":
            return self._ucum.get(coding.code)
        if coding.system == "MDC":
            found = self._mdc_units.get(coding.name)
            if found is None:
                return None
            numbers = ("0", str(found[0]), str(found[0] - UNIT_PARTITION))
            if coding.code not in numbers:
                raise NotInTable(f"Let the name of the unit agree with its number: {coding}")
            return found[1]
        return None

    def convert(self, value: Decimal, unit: str, to: str) -> Decimal:
        """Convert between units (UCUM codes). Raises `NotInTable` where the table has no way."""
        if unit == to:
            return value
        way = self._conversions.get((unit, to))
        if way is None:
            raise NotInTable(f"Send this value in {to}, not in {unit}")
        exact = (value + way.before) * way.times / way.over
        return exact.quantize(way.places, ROUND_HALF_EVEN)


def _agree(coding: Coding, number: int | None) -> None:
    """Check the number beside a known name: equal, 0 (not yet assigned) or, unconfirmed, any."""
    if number is not None and coding.code not in ("0", str(number)):
        raise NotInTable(f"Let the number agree with the name: {coding}")


def _measure(entry: dict[str, Any]) -> Measure:
    return Measure(
        code=entry["code"],
        words=entry["words"],
        unit=entry["unit"],
        zero=entry["zero"],
        low=Decimal(entry["low"]),
        high=Decimal(entry["high"]),
        is_charted=entry.get("is_charted", True),
        loinc=tuple(entry.get("loinc", ())),
        source=entry["source"],
    )


def _conversion(entry: dict[str, Any]) -> _Conversion:
    return _Conversion(
        before=Decimal(entry.get("before", "0")),
        times=Decimal(entry["times"]),
        over=Decimal(entry["over"]),
        places=Decimal(1).scaleb(-entry["places"]),
    )


@cache
def tables() -> Tables:
    """Load the tables; every caller gets the same ones."""
    return Tables()
