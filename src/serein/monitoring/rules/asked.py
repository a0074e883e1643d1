"""What a due set asks for beside the four numbers of the monitor. Source: clinical reference 4.3."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from serein.monitoring.rules.due import DueSet
from serein.monitoring.rules.ladder import CONTENT
from serein.monitoring.rules.readings import Phase

ASKED_WORDS: Mapping[str, str] = {"moaas": "MOAA/S", "nausea": "nausea", "distress": "distress"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which scores are asked at every set, at certain minutes, and in each phase."""

    version: str
    source: str
    every: tuple[str, ...]
    minutes: Mapping[str, tuple[str, ...]]
    phases: Mapping[Phase, tuple[str, ...]]


@cache
def asked() -> Asked:
    """The list that ships with the clinic defaults."""
    rows = tomllib.loads((CONTENT / "asked.toml").read_text(encoding="utf-8"))
    return Asked(
        version=rows["version"],
        source=rows["source"],
        every=tuple(rows["every"]),
        minutes={minute: tuple(names) for minute, names in rows["minutes"].items()},
        phases={Phase(phase): tuple(names) for phase, names in rows["phases"].items()},
    )


def asks_of(due: DueSet) -> tuple[str, ...]:
    """The scores that a due set asks for, each once, in the order of the form."""
    plan = asked()
    minute = due.code.removeprefix("during-")
    wanted = {*plan.every, *plan.minutes.get(minute, ()), *plan.phases[due.phase]}
    return tuple(name for name in ASKED_WORDS if name in wanted)
