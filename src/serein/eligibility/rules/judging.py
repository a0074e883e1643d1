"""The eligibility panel: every requirement in one list, and what it adds up to.

The result is advice. The prescriber determines, and both are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from serein.core.findings import Finding, Weight, gravest_first
from serein.eligibility.rules.asked import screening_lines
from serein.eligibility.rules.content import medicine_classes, screening
from serein.eligibility.rules.facts import Facts
from serein.eligibility.rules.lines import RuleLine, Verdict
from serein.eligibility.rules.measured import (
    age_line,
    blood_pressure_line,
    escort_line,
    ptsd_measure_line,
)
from serein.eligibility.rules.medicines import medicine_lines


@dataclass(frozen=True, slots=True)
class Advice:
    """What the rules add up to, in one sentence. ``outcome`` is empty while something is unknown."""

    outcome: str
    because: str


def panel(facts: Facts) -> tuple[RuleLine, ...]:
    """Judge every requirement, in the order of the page."""
    return (
        age_line(facts),
        ptsd_measure_line(facts),
        escort_line(facts),
        blood_pressure_line(facts),
        *screening_lines(facts, screening()),
        *medicine_lines(facts, medicine_classes()),
    )


def findings_for(facts: Facts) -> tuple[Finding, ...]:
    """List every finding, gravest first. What is not known is a finding too, and stops."""
    return gravest_first(
        finding for line in panel(facts) if (finding := line.finding()) is not None
    )


def blocking(lines: Iterable[RuleLine]) -> tuple[RuleLine, ...]:
    """List the lines that stand in the way of “eligible”."""
    return tuple(line for line in lines if line.blocks)


def advice(lines: Iterable[RuleLine]) -> Advice:
    """Say what the rules add up to."""
    lines = tuple(lines)
    stopping = [line for line in blocking(lines) if line.verdict is Verdict.NOT_MET]
    unknown = [line for line in blocking(lines) if line.verdict is Verdict.UNKNOWN]
    review = [
        line
        for line in lines
        if line.verdict is Verdict.NOT_MET and line.weight is Weight.NEEDS_REVIEW
    ]
    if stopping:
        one = len(stopping) == 1
        verb, stops = ("is", "stops") if one else ("are", "stop")
        rest = f"; {len(unknown)} more not known yet" if unknown else ""
        return Advice(
            "not_eligible",
            f"{_count(len(stopping), 'requirement')} {verb} not met and {stops}{rest}.",
        )
    if unknown:
        return Advice(
            "", f"{_count(len(unknown), 'requirement')} not known yet. Ask before deciding."
        )
    if review:
        return Advice(
            "eligible_with_conditions",
            f"Nothing stops. {_count(len(review), 'point')} to weigh and to write as conditions.",
        )
    return Advice("eligible", "Every requirement is met.")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
