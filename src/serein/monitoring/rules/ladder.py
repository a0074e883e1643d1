"""The threshold ladder, read from reviewed data. Source: clinical reference 4.4 (clinic default)."""

from __future__ import annotations

import operator
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from serein.core.quantities import spaced
from serein.monitoring.rules.readings import Baseline, Phase, Signal, Values

ValueOf = Callable[[str], Decimal | None]

CONTENT = Path(__file__).resolve().parent.parent / "content"


class Rank(StrEnum):
    """How a flag is shown: hexagon, triangle, square."""

    ACT_NOW = "act_now"
    LOOK = "look"
    NOTE = "note"


class Rung(IntEnum):
    """How far up the ladder a value stands."""

    NONE = 0
    NOTIFY = 1
    HOLD = 2
    STOP = 3


RANK_OF_RUNG = {
    Rung.NONE: Rank.NOTE,
    Rung.NOTIFY: Rank.LOOK,
    Rung.HOLD: Rank.ACT_NOW,
    Rung.STOP: Rank.ACT_NOW,
}


class Confirm(StrEnum):
    """What makes a limit hold."""

    NONE = "none"
    SECOND_READING = "second_reading"
    MEAN_OF_TWO = "mean_of_two"


class Comparison(StrEnum):
    """How a value is held against its limit."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    RISE_PERCENT = "rise_percent"
    FALL_PERCENT = "fall_percent"


_HOLDS: Mapping[Comparison, Callable[[Decimal, Decimal], bool]] = {
    Comparison.AT_LEAST: operator.ge,
    Comparison.MORE_THAN: operator.gt,
    Comparison.AT_MOST: operator.le,
    Comparison.LESS_THAN: operator.lt,
}


class LadderFault(ValueError):
    """The content file cannot be used as it stands."""


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison, for instance systolic at least 160."""

    __test__ = False

    of: str
    comparison: Comparison
    figure: Decimal

    @property
    def is_upward(self) -> bool:
        """Whether higher is worse."""
        return self.comparison in (
            Comparison.AT_LEAST,
            Comparison.MORE_THAN,
            Comparison.RISE_PERCENT,
        )

    def is_met(self, value_of: ValueOf, baseline: Baseline | None) -> bool:
        """Whether the value reaches the figure. A value not measured reaches nothing."""
        value = value_of(self.of)
        if value is None:
            return False
        holds = _HOLDS.get(self.comparison)
        if holds is None:
            return self._is_met_in_percent(value, baseline)
        return holds(value, self.figure)

    def _is_met_in_percent(self, value: Decimal, baseline: Baseline | None) -> bool:
        if baseline is None:
            return False
        base = Decimal(baseline.sbp_mmhg)
        if self.comparison is Comparison.RISE_PERCENT:
            return value * 100 >= base * (100 + self.figure)
        return value * 100 <= base * (100 - self.figure)


@dataclass(frozen=True, slots=True)
class Limit:
    """One rung of one condition."""

    rung: Rung
    act: str
    text: str
    tests: tuple[Test, ...]
    confirm: Confirm
    confirm_after_s: int
    do: str
    source: str

    def met(self, value_of: ValueOf, baseline: Baseline | None) -> Test | None:
        """The first comparison that is met; fixed figures come before percentages."""
        for test in self.tests:
            if test.is_met(value_of, baseline):
                return test
        return None


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that can be wrong, with its limits from the mildest up."""

    code: str
    signal: Signal
    words: str
    phases: frozenset[Phase]
    limits: tuple[Limit, ...]

    def limit(self, rung: Rung) -> Limit | None:
        """The limit at a rung, if this condition has one there."""
        return next((limit for limit in self.limits if limit.rung is rung), None)


@dataclass(frozen=True, slots=True)
class Sign:
    """Something seen at the chair that is no number."""

    code: str
    words: str
    rung: Rung
    do: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """All limits in force. ``set_by`` says who answers for them."""

    version: str
    title: str
    source: str
    set_by: str
    baseline_within_min: int
    moaas_version: str
    conditions: tuple[Condition, ...]
    signs: tuple[Sign, ...]

    def sign(self, code: str) -> Sign | None:
        """The sign with this code."""
        return next((sign for sign in self.signs if sign.code == code), None)


def _test(row: Mapping[str, Any]) -> Test:
    comparisons = [name for name in row if name != "of"]
    if len(comparisons) != 1 or row["of"] not in Values.__dataclass_fields__:
        raise LadderFault(f"A test needs one known value and one comparison: {dict(row)}")
    return Test(row["of"], Comparison(comparisons[0]), Decimal(str(row[comparisons[0]])))


def _limit(row: Mapping[str, Any]) -> Limit:
    confirm = Confirm(row["confirm"])
    after_s = int(row.get("confirm_after_s", 0))
    if (confirm is Confirm.NONE) != (after_s == 0):
        raise LadderFault(f"{row['text']}: give confirm_after_s with a confirmation, and only then")
    if not row["source"]:
        raise LadderFault(f"{row['text']}: name the source")
    return Limit(
        rung=Rung[row["rung"].upper()],
        act=row["act"] if row["rung"] != "notify" else "",
        text=spaced(row["text"]),
        tests=tuple(_test(test) for test in row["tests"]),
        confirm=confirm,
        confirm_after_s=after_s,
        do=spaced(row["do"]),
        source=row["source"],
    )


def _condition(row: Mapping[str, Any]) -> Condition:
    limits = tuple(_limit(limit) for limit in row["limit"])
    rungs = [limit.rung for limit in limits]
    if rungs != sorted(set(rungs)) or not rungs or rungs[0] is not Rung.NOTIFY:
        raise LadderFault(f"{row['code']}: list the limits upwards, notify first")
    if limits[0].confirm is not Confirm.NONE:
        raise LadderFault(f"{row['code']}: the first limit must speak at once")
    return Condition(
        code=row["code"],
        signal=Signal(row["signal"]),
        words=row["words"],
        phases=frozenset(Phase(phase) for phase in row["phases"]),
        limits=limits,
    )


def read_ladder(text: str) -> Ladder:
    """Read and check a ladder file.

    :raises LadderFault: if a rung, comparison, phase or source is missing or unknown
    """
    try:
        rows = tomllib.loads(text)
        ladder = Ladder(
            version=rows["version"],
            title=rows["title"],
            source=rows["source"],
            set_by=rows["set_by"],
            baseline_within_min=int(rows["baseline_within_min"]),
            moaas_version=rows["moaas_version"],
            conditions=tuple(_condition(row) for row in rows["condition"]),
            signs=tuple(
                Sign(row["code"], row["words"], Rung[row["rung"].upper()], row.get("do", ""))
                for row in rows["sign"]
            ),
        )
    except LadderFault:
        raise
    except (KeyError, TypeError, ValueError) as fault:
        raise LadderFault(f"The ladder file lacks or misnames {fault}") from fault
    if any((sign.rung is Rung.NOTIFY) != bool(sign.do) for sign in ladder.signs):
        raise LadderFault("A sign pauses or stops, or says itself what to do")
    codes = [c.code for c in ladder.conditions] + [s.code for s in ladder.signs]
    if len(codes) != len(set(codes)):
        raise LadderFault("Two conditions or signs share a code")
    return ladder


@cache
def ladder() -> Ladder:
    """The ladder that ships with the clinic defaults."""
    return read_ladder((CONTENT / "ladder.toml").read_text(encoding="utf-8"))
