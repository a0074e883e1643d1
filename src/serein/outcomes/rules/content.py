"""The reviewed content of outcomes: definitions of the change rules, and when measures fall due."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from serein.outcomes.rules.readings import FORM_NAMES

_FOLDER = Path(__file__).parent.parent / "content"


class ContentError(ValueError):
    """The content is not well formed. The message names the entry."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A named, versioned rule in words, with its source."""

    id: str
    version: int
    name: str
    definition: str
    source: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that falls due at an anchor, open for a window around it."""

    code: str
    instrument: str
    name: str
    anchor: str
    infusion: str
    after: timedelta
    opens: timedelta
    closes: timedelta


@dataclass(frozen=True, slots=True)
class Schedule:
    """All measures of a course."""

    version: str
    source: str
    measures: tuple[Measure, ...]


def definitions_from(raw: Mapping[str, Any]) -> Mapping[str, Definition]:
    """Check and build the definitions.

    :raises ContentError: naming the first entry that is not well formed
    """
    found: dict[str, Definition] = {}
    for entry in raw.get("rule", ()):
        id_ = _text(entry, "id")
        if id_ in found:
            raise ContentError(f"rule {id_} is there twice")
        version = entry.get("version")
        if not isinstance(version, int) or version < 1:
            raise ContentError(f"rule {id_}: version must be a whole number from 1")
        found[id_] = Definition(
            id_, version, _text(entry, "name"), _text(entry, "definition"), _text(entry, "source")
        )
    return found


def schedule_from(raw: Mapping[str, Any]) -> Schedule:
    """Check and build the schedule.

    :raises ContentError: naming the first entry that is not well formed
    """
    measures = tuple(_measure(entry) for entry in raw.get("measure", ()))
    codes = [measure.code for measure in measures]
    for code in codes:
        if codes.count(code) > 1:
            raise ContentError(f"measure {code} is there twice")
    return Schedule(_text(raw, "version"), _text(raw, "source"), measures)


@cache
def definitions() -> Mapping[str, Definition]:
    """Return the change rules in use, by id."""
    return definitions_from(_read("change_rules.toml"))


@cache
def schedule() -> Schedule:
    """Return the schedule in use."""
    return schedule_from(_read("schedule.toml"))


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _measure(entry: Mapping[str, Any]) -> Measure:
    code = _text(entry, "code")
    instrument = _text(entry, "instrument")
    if instrument not in FORM_NAMES:
        raise ContentError(f"{code}: instrument {instrument!r} is not known")
    anchor = _text(entry, "anchor")
    infusion = str(entry.get("infusion", ""))
    if anchor not in {"infusion", "after_last"}:
        raise ContentError(f"{code}: anchor must be infusion or after_last")
    if anchor == "infusion" and not (infusion.isdecimal() or infusion in {"last", "each"}):
        raise ContentError(f"{code}: infusion must be a number, last or each")
    opens, closes = _days(entry, "opens"), _days(entry, "closes")
    if opens >= closes:
        raise ContentError(f"{code}: opens must come before closes")
    return Measure(
        code=code,
        instrument=instrument,
        name=_text(entry, "name"),
        anchor=anchor,
        infusion=infusion,
        after=_days(entry, "day") if anchor == "after_last" else timedelta(),
        opens=opens,
        closes=closes,
    )


def _days(entry: Mapping[str, Any], name: str) -> timedelta:
    value = entry.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ContentError(f"{entry.get('code')}: {name} must be a whole number of days")
    return timedelta(days=value)


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ContentError(
            f"{entry.get('id') or entry.get('code') or 'content'}: {name} is missing"
        )
    return value
