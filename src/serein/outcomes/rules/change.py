"""Named, versioned rules that judge a change of score against the course baseline.

Every rule answers yes, no or undefined, never a guess: two forms are not compared, a missing total is
not a zero, a prorated total cannot show reliable change, and nothing is a percentage of zero. Ties
count (30.0 % is “30 % or more”) and are judged on exact numbers, not on what is displayed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from serein.core.quantities import shown
from serein.outcomes.rules.content import definitions
from serein.outcomes.rules.readings import FORM_NAMES, GAD7, PCL5_FORMS, PHQ9, Reading

MEANINGFUL_POINTS = Decimal(10)
RELIABLE_POINTS = Decimal(15)
RELIABLE_POINTS_STRICT = Decimal(18)
REMISSION_PCL5 = Decimal(28)
REMISSION_PHQ9_BELOW = Decimal(5)

ANY_FORM = frozenset(FORM_NAMES)


class Holds(StrEnum):
    """Whether a rule holds."""

    YES = "yes"
    NO = "no"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What a rule says, about which numbers, and why. ``fall`` is negative when the score rose."""

    rule_id: str
    version: int
    holds: Holds
    because: str
    source: str
    inputs: tuple[tuple[str, str], ...] = ()
    fall: Decimal | None = None

    @property
    def improved(self) -> bool:
        """Say whether the rule holds and the score fell."""
        return self.holds is Holds.YES and self.fall is not None and self.fall > 0

    @property
    def worsened(self) -> bool:
        """Say whether the rule holds and the score rose."""
        return self.holds is Holds.YES and self.fall is not None and self.fall < 0


ChangeRule = Callable[..., RuleResult]


def pcl5_meaningful_10(*, baseline: Reading, current: Reading) -> RuleResult:
    """Fell by 10 points or more."""

    def decide(start: Decimal, now: Decimal) -> bool:
        return start - now >= MEANINGFUL_POINTS

    return _judge("PCL5_MEANINGFUL_10", baseline, current, decide, forms=PCL5_FORMS)


def pcl5_rci_15(*, baseline: Reading, current: Reading) -> RuleResult:
    """Differs by 15 points or more, in either direction."""

    def decide(start: Decimal, now: Decimal) -> bool:
        return abs(start - now) >= RELIABLE_POINTS

    return _judge("PCL5_RCI_15", baseline, current, decide, forms=PCL5_FORMS, exact=True)


def pcl5_rci_18(*, baseline: Reading, current: Reading) -> RuleResult:
    """Differs by 18 points or more, in either direction."""

    def decide(start: Decimal, now: Decimal) -> bool:
        return abs(start - now) >= RELIABLE_POINTS_STRICT

    return _judge("PCL5_RCI_18", baseline, current, decide, forms=PCL5_FORMS, exact=True)


def pcl5_csc_28(*, baseline: Reading, current: Reading) -> RuleResult:
    """Fell reliably and is now 28 or lower."""

    def decide(start: Decimal, now: Decimal) -> bool:
        return start - now >= RELIABLE_POINTS and now <= REMISSION_PCL5

    return _judge("PCL5_CSC_28", baseline, current, decide, forms=PCL5_FORMS, exact=True)


def pct_30(*, baseline: Reading, current: Reading) -> RuleResult:
    """Fell by 30 % or more of the baseline."""
    return _fell_by("PCT_30", 30, baseline, current, ANY_FORM)


def pct_50(*, baseline: Reading, current: Reading) -> RuleResult:
    """Fell by 50 % or more of the baseline."""
    return _fell_by("PCT_50", 50, baseline, current, ANY_FORM)


def phq9_resp(*, baseline: Reading, current: Reading) -> RuleResult:
    """PHQ-9 fell by 50 % or more of the baseline."""
    return _fell_by("PHQ9_RESP", 50, baseline, current, frozenset({PHQ9}))


def phq9_rem(*, baseline: Reading, current: Reading) -> RuleResult:
    """PHQ-9 is below 5 and was not at baseline."""
    if baseline.total is not None and baseline.total < REMISSION_PHQ9_BELOW:
        return _undefined("PHQ9_REM", baseline, current, "the baseline was already below 5")

    def decide(_start: Decimal, now: Decimal) -> bool:
        return now < REMISSION_PHQ9_BELOW

    return _judge("PHQ9_REM", baseline, current, decide, forms=frozenset({PHQ9}))


CHANGE_RULES: Mapping[str, ChangeRule] = {
    "PCL5_MEANINGFUL_10": pcl5_meaningful_10,
    "PCL5_RCI_15": pcl5_rci_15,
    "PCL5_RCI_18": pcl5_rci_18,
    "PCL5_CSC_28": pcl5_csc_28,
    "PCT_30": pct_30,
    "PCT_50": pct_50,
    "PHQ9_RESP": phq9_resp,
    "PHQ9_REM": phq9_rem,
}

RULES_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        sorted(PCL5_FORMS),
        ("PCL5_RCI_15", "PCL5_RCI_18", "PCL5_MEANINGFUL_10", "PCT_30", "PCT_50", "PCL5_CSC_28"),
    ),
    PHQ9: ("PHQ9_RESP", "PHQ9_REM"),
    GAD7: ("PCT_30", "PCT_50"),
}
"""Which rules are asked for which form, in the order of the page."""


def judge(*, baseline: Reading, current: Reading) -> tuple[RuleResult, ...]:
    """Ask every rule of the form."""
    rules = RULES_OF.get(current.instrument_code, ())
    return tuple(CHANGE_RULES[id_](baseline=baseline, current=current) for id_ in rules)


def reliable_change(*, baseline: Reading, current: Reading) -> RuleResult:
    """Say whether a PCL-5 changed by more than measurement error (PCL5_RCI_15)."""
    return pcl5_rci_15(baseline=baseline, current=current)


def response(*, baseline: Reading, current: Reading) -> RuleResult:
    """Say whether a score responded: PHQ9_RESP for the PHQ-9, PCT_30 for the PCL-5 and GAD-7."""
    rule = phq9_resp if current.instrument_code == PHQ9 else pct_30
    return rule(baseline=baseline, current=current)


def remission(*, baseline: Reading, current: Reading) -> RuleResult:
    """Say whether a score remitted: PHQ9_REM for the PHQ-9, PCL5_CSC_28 for the PCL-5.

    There is no rule for other forms: the answer is undefined.
    """
    rule = phq9_rem if current.instrument_code == PHQ9 else pcl5_csc_28
    return rule(baseline=baseline, current=current)


def percent_fall(baseline: Decimal, current: Decimal) -> Decimal | None:
    """Return the fall in per cent with one decimal, cut and not rounded; None from a zero baseline.

    Cutting keeps 29.96 % from being shown as 30.0 % next to a rule that says no.
    """
    if baseline == 0:
        return None
    exact = (baseline - current) * 100 / baseline
    return exact.quantize(Decimal("0.1"), rounding=ROUND_DOWN)


def _fell_by(
    id_: str, percent: int, baseline: Reading, current: Reading, forms: frozenset[str]
) -> RuleResult:
    if baseline.total is not None and baseline.total == 0:
        return _undefined(id_, baseline, current, "nothing is a percentage of a baseline of 0")

    def decide(start: Decimal, now: Decimal) -> bool:
        return (start - now) * 100 >= percent * start

    return _judge(id_, baseline, current, decide, forms=forms)


def _judge(
    id_: str,
    baseline: Reading,
    current: Reading,
    decide: Callable[[Decimal, Decimal], bool],
    *,
    forms: frozenset[str],
    exact: bool = False,
) -> RuleResult:
    why = _why_undefined(baseline, current, forms, exact=exact)
    if why or baseline.total is None or current.total is None:
        return _undefined(id_, baseline, current, why)
    holds = Holds.YES if decide(baseline.total, current.total) else Holds.NO
    fall = baseline.total - current.total
    return RuleResult(
        rule_id=id_,
        version=definitions()[id_].version,
        holds=holds,
        because=_because(baseline.total, current.total),
        source=definitions()[id_].source,
        inputs=_inputs(baseline, current),
        fall=fall,
    )


def _why_undefined(
    baseline: Reading, current: Reading, forms: frozenset[str], *, exact: bool
) -> str:
    if current.instrument_code not in forms:
        return f"this rule is not for {FORM_NAMES.get(current.instrument_code, 'this form')}"
    if baseline.instrument_code != current.instrument_code:
        return "the two scores are from different forms"
    if current.occurred_at <= baseline.occurred_at:
        return "the score is not later than the baseline"
    if baseline.total is None or current.total is None:
        return "too many answers are missing to give a total"
    if exact and not (baseline.is_exact and current.is_exact):
        return "a total with missing answers is an estimate and cannot show reliable change"
    return ""


def _undefined(id_: str, baseline: Reading, current: Reading, why: str) -> RuleResult:
    return RuleResult(
        rule_id=id_,
        version=definitions()[id_].version,
        holds=Holds.UNDEFINED,
        because=f"Not judged: {why}.",
        source=definitions()[id_].source,
        inputs=_inputs(baseline, current),
    )


def _because(start: Decimal, now: Decimal) -> str:
    fall = start - now
    percent = percent_fall(start, now)
    share = "" if percent is None else f" ({shown(abs(percent), '%')})"
    if fall == 0:
        return f"Unchanged at {shown(now)}."
    word = "Fell" if fall > 0 else "Rose"
    return f"{word} {shown(abs(fall))}{share}, from {shown(start)} to {shown(now)}."


def _inputs(baseline: Reading, current: Reading) -> tuple[tuple[str, str], ...]:
    return (("baseline", _total(baseline)), ("score", _total(current)))


def _total(reading: Reading) -> str:
    if reading.total is None:
        return "no total"
    return f"{shown(reading.total)} (prorated)" if reading.prorated else shown(reading.total)
