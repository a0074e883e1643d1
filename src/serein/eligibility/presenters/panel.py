"""The eligibility panel in finished words: what stands in the way first, what is met last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.accounts.permissions import MAY, Act
from serein.core.findings import Weight
from serein.eligibility import rules
from serein.eligibility.presenters.words import age_words, day_words

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

_TONES = {Weight.STOPS: "act", Weight.NEEDS_REVIEW: "look", Weight.TO_NOTE: "note"}
_WEIGHTS = {Weight.STOPS: "stops", Weight.NEEDS_REVIEW: "to weigh", Weight.TO_NOTE: "to note"}


@dataclass(frozen=True, slots=True)
class LineShown:
    """One requirement as the panel shows it."""

    code: str
    name: str
    word: str
    tone: str
    fact: str
    when: str
    because: str
    source: str


@dataclass(frozen=True, slots=True)
class PanelShown:
    """The panel: three groups and one sentence."""

    advice: str
    advice_tone: str
    advice_word: str
    blocking: tuple[LineShown, ...]
    to_weigh: tuple[LineShown, ...]
    met: tuple[LineShown, ...]
    version: str
    who_may: str

    @property
    def counts(self) -> str:
        """“1 to weigh, 17 met”."""
        return f"{len(self.to_weigh)} to weigh, {len(self.met)} met"


def panel_shown(lines: Iterable[rules.RuleLine], *, at: datetime, zone: ZoneInfo) -> PanelShown:
    """Say what the rules found."""
    lines = tuple(lines)
    advised = rules.advice(lines)
    met = [line for line in lines if line.verdict is rules.Verdict.MET]
    blocking = [line for line in lines if line.blocks]
    to_weigh = [line for line in lines if line not in met and line not in blocking]
    word, tone = _advice(advised)
    return PanelShown(
        advice=advised.because,
        advice_tone=tone,
        advice_word=word,
        blocking=tuple(_line(line, at, zone) for line in _stops_first(blocking)),
        to_weigh=tuple(_line(line, at, zone) for line in to_weigh),
        met=tuple(_line(line, at, zone) for line in met),
        version=rules.rule_set_version(),
        who_may=" or ".join(sorted(role.words for role in MAY[Act.OVERRIDE_ELIGIBILITY])),
    )


def _advice(advised: rules.Advice) -> tuple[str, str]:
    if not advised.outcome:
        return "Rules cannot say yet", "wait"
    tone = {"eligible": "done", "eligible_with_conditions": "look"}.get(advised.outcome, "act")
    return f"Rules say: {rules.OUTCOME_WORDS[rules.Outcome(advised.outcome)].lower()}", tone


def _stops_first(lines: Iterable[rules.RuleLine]) -> list[rules.RuleLine]:
    return sorted(lines, key=lambda line: line.verdict is rules.Verdict.UNKNOWN)


def _line(line: rules.RuleLine, at: datetime, zone: ZoneInfo) -> LineShown:
    word, tone = _verdict(line)
    when = ""
    if line.fact_at is not None:
        when = f"{day_words(line.fact_at, zone)}, {age_words(line.fact_at, at, zone)}"
    return LineShown(
        code=line.code,
        name=line.name,
        word=word,
        tone=tone,
        fact=line.fact,
        when=", ".join(part for part in (line.fact_source, when) if part),
        because=line.because,
        source=line.source,
    )


def _verdict(line: rules.RuleLine) -> tuple[str, str]:
    if line.verdict is rules.Verdict.MET:
        return "Met", "done"
    if line.verdict is rules.Verdict.UNKNOWN:
        tone = "note" if line.weight is Weight.TO_NOTE else "wait"
        disagrees = line.is_conflict and line.fact_at is not None
        return ("Conflict" if disagrees else "Unknown"), tone
    return f"Not met, {_WEIGHTS[line.weight]}", _TONES[line.weight]
