"""A decision in finished words, and the page on which it is signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from serein.eligibility import rules
from serein.eligibility.presenters.panel import PanelShown, panel_shown
from serein.eligibility.presenters.words import day_words

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.eligibility.models import Determination

_TONES = {
    rules.Outcome.ELIGIBLE: "done",
    rules.Outcome.ELIGIBLE_WITH_CONDITIONS: "look",
    rules.Outcome.HOLD: "wait",
    rules.Outcome.NOT_ELIGIBLE: "act",
}


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """One decision."""

    word: str
    tone: str
    signed: str
    conditions: tuple[str, ...]
    reason: str
    patient_reason: str
    recheck: str
    override: str
    overridden: str
    advised: str
    version: str


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """The page on which a decision is signed."""

    patient_id: UUID
    panel: PanelShown
    standing: DecisionShown | None
    may_override: bool


def decision_page(
    *,
    patient_id: UUID,
    facts: rules.Facts,
    standing: Determination | None,
    zone: ZoneInfo,
    may_override: bool,
) -> DecisionPage:
    """Put the page into words."""
    return DecisionPage(
        patient_id=patient_id,
        panel=panel_shown(rules.panel(facts), at=facts.at, zone=zone),
        standing=decision_shown(standing, zone=zone) if standing else None,
        may_override=may_override,
    )


def decision_shown(row: Any, *, zone: ZoneInfo) -> DecisionShown:
    """Put a decision into words."""
    outcome = rules.Outcome(row.outcome)
    names = {line["code"]: line["verdict"].replace("_", " ") for line in row.findings}
    overridden = [
        f"{_name(code)} ({names.get(code.removesuffix('.unknown'), 'unknown')})"
        for code in row.overridden
    ]
    recheck = row.recheck_date
    return DecisionShown(
        word=rules.OUTCOME_WORDS[outcome],
        tone=_TONES[outcome],
        signed=f"{row.by_name}, {day_words(row.determined_at, zone)}",
        conditions=tuple(text.strip() for text in row.conditions.splitlines() if text.strip()),
        reason="" if outcome is rules.Outcome.ELIGIBLE_WITH_CONDITIONS else row.reason,
        patient_reason=row.patient_reason,
        recheck=f"{recheck.day} {recheck:%B %Y}" if recheck else "",
        override=row.override_reason,
        overridden="; ".join(overridden),
        advised=_advised(row.advised),
        version=row.rule_set_version,
    )


def _name(code: str) -> str:
    plain = code.removesuffix(".unknown")
    known = {question.code: question.requires for question in rules.QUESTIONS}
    return known.get(plain, plain.replace("_", " ").capitalize())


def _advised(outcome: str) -> str:
    if not outcome:
        return "Rules could not say"
    return f"Rules said: {rules.OUTCOME_WORDS[rules.Outcome(outcome)].lower()}"
