"""Relapse: a gain that was there is lost again, counted from the last induction infusion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from serein.core.quantities import shown
from serein.outcomes.rules.change import Holds, pct_30
from serein.outcomes.rules.readings import PCL5_FORMS, Reading, series

WORSE_THAN_BEST_POINTS = Decimal(10)
RELAPSE_FROM = Decimal(31)


@dataclass(frozen=True, slots=True)
class Relapse:
    """Whether and when a relapse was first seen.

    ``days`` counts from the last induction infusion. ``rule_ids`` names the rules that hold.
    ``stands`` says whether the latest complete score still meets one of them.
    """

    holds: Holds
    because: str
    rule_ids: tuple[str, ...] = ()
    at: datetime | None = None
    days: int | None = None
    score: Decimal | None = None
    best: Decimal | None = None
    stands: bool = False


def relapse(
    *,
    readings: Iterable[Reading],
    baseline: Reading | None,
    induction_ended_at: datetime | None,
) -> Relapse:
    """Find the first relapse of one course on the form of the baseline.

    Only complete scores count. Without a response there is nothing to lose: that is a no, not a
    relapse. While the induction runs, or without a complete baseline, the answer is undefined.
    """
    if baseline is None or not baseline.is_exact:
        return Relapse(Holds.UNDEFINED, "Not judged: there is no complete baseline.")
    if baseline.instrument_code not in PCL5_FORMS:
        return Relapse(Holds.UNDEFINED, "Not judged: the rules are for the PCL-5.")
    if induction_ended_at is None:
        return Relapse(Holds.UNDEFINED, "Not judged: the induction is not over.")
    after = [
        item
        for item in series(readings, baseline.instrument_code)
        if item.is_exact and item.occurred_at > baseline.occurred_at
    ]
    return _walk(baseline, after, induction_ended_at)


def _walk(baseline: Reading, after: list[Reading], ended_at: datetime) -> Relapse:
    best: Decimal | None = None
    responded = False
    first: Relapse | None = None
    now: tuple[str, ...] = ()
    followed, later = False, 0
    for item in after:
        if item.total is None:
            continue
        if item.occurred_at > ended_at:
            followed = True
            later += first is not None
            now = _rules_met(baseline, item, best) if responded and best is not None else ()
            if now and first is None and best is not None:
                first = _relapse(item, item.total, best, now, ended_at)
        responded = responded or pct_30(baseline=baseline, current=item).holds is Holds.YES
        best = item.total if best is None else min(best, item.total)
    if first is not None:
        return replace(first, because=f"{first.because} {_since(later, now)}", stands=bool(now))
    if not followed:
        return Relapse(Holds.UNDEFINED, "Not judged: no complete score since the last infusion.")
    if not responded:
        return Relapse(Holds.NO, "No response was reached, so there is none to lose.")
    return Relapse(Holds.NO, "The response has held in every complete score since.", best=best)


def _since(later: int, now: tuple[str, ...]) -> str:
    if not later:
        return "One score only: repeat it within 7 days to confirm."
    return f"The newest score {'still says so' if now else 'no longer says so'}."


def _rules_met(baseline: Reading, item: Reading, best: Decimal) -> tuple[str, ...]:
    met = []
    if pct_30(baseline=baseline, current=item).holds is Holds.NO:
        met.append("RELAPSE_LOST_30")
    if (
        item.total is not None
        and item.total - best >= WORSE_THAN_BEST_POINTS
        and item.total >= RELAPSE_FROM
    ):
        met.append("RELAPSE_10_31")
    return tuple(met)


def _relapse(
    item: Reading, score: Decimal, best: Decimal, rules: tuple[str, ...], ended_at: datetime
) -> Relapse:
    days = (item.occurred_at - ended_at).days
    return Relapse(
        Holds.YES,
        f"{shown(score)} on day {days} after the last induction infusion; the best was "
        f"{shown(best)}.",
        rules,
        item.occurred_at,
        days,
        score,
        best,
    )
