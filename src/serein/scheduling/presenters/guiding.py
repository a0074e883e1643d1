"""Which starts each weekday offers, and what a search has found, in finished words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from serein.scheduling import rules
from serein.scheduling.presenters.searching import how_found, how_sure

if TYPE_CHECKING:
    from serein.scheduling.queries import TemplateFact, TypeFact
    from serein.scheduling.rules import DayPlan, GuideStart

FREE = "Every legal quarter hour"


@dataclass(frozen=True, slots=True)
class TypeStarts:
    """The starts of one visit type on a weekday."""

    name: str
    count: int
    starts: str


@dataclass(frozen=True, slots=True)
class WeekdayLine:
    """One weekday: what it offers, since when and by whose choice."""

    weekday: int
    name: str
    offers: str
    types: tuple[TypeStarts, ...]
    kept: str

    @property
    def is_guided(self) -> bool:
        return bool(self.types)


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What a search has found for a weekday, how, and how sure it is."""

    title: str
    sentence: str
    short: str
    method: str
    types: tuple[TypeStarts, ...]


def weekday_lines(
    weekdays: Sequence[int],
    templates: Mapping[int, TemplateFact],
    types: Sequence[TypeFact],
    names: Mapping[str, str],
) -> tuple[WeekdayLine, ...]:
    """Say for each weekday of the clinic what is offered on it."""
    return tuple(
        _guided(templates[weekday], types, names)
        if weekday in templates
        else WeekdayLine(weekday, rules.WEEKDAYS[weekday], FREE, (), "")
        for weekday in weekdays
    )


def found_page(
    plan: DayPlan,
    starts: Sequence[GuideStart],
    *,
    weekday: int,
    day_words: str,
    least: Mapping[str, int],
    types: Sequence[TypeFact],
) -> FoundPage:
    """Say what fits, that no plan holds more or how many one might, and what did not fit."""
    count = len(plan.placed)
    by_type = type_starts(starts, types)
    kinds = rules.listed([f"{line.count}\u00a0× {line.name.lower()}" for line in by_type])
    if not starts:
        sentence = f"Nothing fits on {day_words}. Enter chairs and shifts for that day first."
        return FoundPage(f"For {rules.WEEKDAYS[weekday]}s", sentence, "", "", ())
    placed = {line.name: line.count for line in by_type}
    named = {fact.code: fact.name for fact in types}
    missing = [
        f"{number - placed.get(named[code], 0)} × {named[code].lower()}"
        for code, number in least.items()
        if placed.get(named[code], 0) < number
    ]
    return FoundPage(
        title=f"For {rules.WEEKDAYS[weekday]}s",
        sentence=f"{count} visits fit on an empty day: {kinds}. {how_sure(plan)}",
        short=f"Not placed: {rules.listed(missing)}." if missing else "",
        method=(
            f"{how_found(plan)}, for {day_words} with the chairs, things and people of that day."
        ),
        types=by_type,
    )


def type_starts(starts: Sequence[GuideStart], types: Sequence[TypeFact]) -> tuple[TypeStarts, ...]:
    """List starts by visit type, in order of time."""
    named = {fact.code: fact.name for fact in types}
    found = []
    for code in dict.fromkeys(start.code for start in starts):
        own = sorted((s for s in starts if s.code == code), key=lambda start: start.minute)
        words = [
            f"{rules.time_words(time(*divmod(start.minute, 60)))}"
            + (f"\u00a0×\u00a0{start.count}" if start.count > 1 else "")
            for start in own
        ]
        total = sum(start.count for start in own)
        found.append(TypeStarts(named.get(code, code), total, ", ".join(words)))
    return tuple(found)


def _guided(fact: TemplateFact, types: Sequence[TypeFact], names: Mapping[str, str]) -> WeekdayLine:
    lines = type_starts(fact.guide.starts, types)
    total = sum(line.count for line in lines)
    return WeekdayLine(
        fact.weekday,
        rules.WEEKDAYS[fact.weekday],
        f"{total} guided starts",
        lines,
        f"Worked out for {rules.day_words(fact.worked_out_for)} ({fact.method}), chosen by "
        f"{names.get(fact.by_id, 'somebody who has left')}.",
    )
