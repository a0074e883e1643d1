"""The list of flags: gravest first, one line per condition, each with word, value, limit and age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from serein.core.clinic_time import clock, span
from serein.monitoring import rules

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.monitoring.queries import FlagFact

TONES = {rules.Rank.ACT_NOW: "act", rules.Rank.LOOK: "look", rules.Rank.NOTE: "note"}
RANK_WORDS = {rules.Rank.ACT_NOW: "Act now", rules.Rank.LOOK: "Look", rules.Rank.NOTE: "Note"}


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One flag in finished words. ``answer_url`` is empty when there is nothing to answer.

    ``answer_id`` names the link of this flag for good, so that a page fetched again keeps the focus.
    """

    code: str
    tone: str
    rank: str
    word: str
    value: str
    limit: str
    limit_source: str
    raised_at: str
    age: str
    times: str
    state: str
    do: str
    milder: str
    answered: str
    answer_url: str
    answer_id: str = ""


@dataclass(frozen=True, slots=True)
class FlagList:
    """What waits for a person, what is over but was never answered, and what was answered."""

    summary: str
    standing: tuple[FlagLine, ...]
    over: tuple[FlagLine, ...]
    answered: tuple[FlagLine, ...]
    limits_url: str

    @property
    def tone(self) -> str:
        """The gravest tone that stands, or done."""
        return self.standing[0].tone if self.standing else "done"


def flag_list(
    *,
    flags: Sequence[FlagFact],
    at: datetime,
    zone: ZoneInfo,
    due: Sequence[rules.DueSet] = (),
    silence: rules.Silence | None = None,
    back: str = "",
    may_answer: bool = True,
) -> FlagList:
    """Make the list. Late and missing sets are said at once, whether or not they are kept yet.

    ``back`` is the page to return to after an answer; without ``may_answer`` the lines offer none.
    """
    spoken = rules.time_flags(due=due, silence=silence, at=at)
    is_silent = any(flag.code == rules.STALE for flag in spoken)
    waiting = [
        flag
        for flag in flags
        if flag.is_standing and not (is_silent and flag.is_in_force and flag.code == rules.OVERDUE)
    ]
    lead, milder = _one_per_condition(_gravest_first(waiting))
    urgent = [flag for flag in lead if flag.is_in_force or flag.rank is rules.Rank.ACT_NOW]
    over = [flag for flag in lead if flag not in urgent]
    lines = [_line(flag, milder.get(flag.condition, ()), at, zone, back) for flag in urgent]
    kept = {flag.code for flag in flags if flag.is_in_force}
    lines += [_spoken(flag, at) for flag in spoken if flag.code not in kept]
    order = ["act", "stale", "look", "note"]
    lines.sort(key=lambda line: order.index(line.tone))
    answered = sorted(
        (flag for flag in flags if not flag.is_standing),
        key=lambda flag: flag.raised_at,
        reverse=True,
    )
    past = [_line(flag, milder.get(flag.condition, ()), at, zone, back) for flag in over]
    done = [_line(flag, (), at, zone, "") for flag in answered]
    if not may_answer:
        lines, past, done = (
            [replace(line, answer_url="") for line in some] for some in (lines, past, done)
        )
    return FlagList(
        summary=_summary(lines, len(past)),
        standing=tuple(lines),
        over=tuple(past),
        answered=tuple(done),
        limits_url=_returning(reverse("monitoring:limits"), back),
    )


def _returning(url: str, back: str) -> str:
    return f"{url}?{urlencode({'back': back})}" if back else url


def _gravest_first(flags: Sequence[FlagFact]) -> list[FlagFact]:
    order = list(rules.Rank)
    newest = sorted(flags, key=lambda flag: flag.raised_at, reverse=True)
    return sorted(newest, key=lambda flag: (order.index(flag.rank), not flag.is_in_force))


def _one_per_condition(
    flags: Sequence[FlagFact],
) -> tuple[list[FlagFact], dict[str, list[FlagFact]]]:
    """The gravest of each condition; what was raised earlier and milder is told beneath it."""
    lead: list[FlagFact] = []
    milder: dict[str, list[FlagFact]] = {}
    for flag in flags:
        first = next((one for one in lead if one.condition == flag.condition), None)
        if first is None or flag.raised_at > first.raised_at:
            lead.append(flag)
        else:
            milder.setdefault(flag.condition, []).append(flag)
    return lead, milder


def _line(
    flag: FlagFact, milder: Sequence[FlagFact], at: datetime, zone: ZoneInfo, back: str
) -> FlagLine:
    answer_url = ""
    if flag.is_standing:
        answer_url = _returning(
            reverse("monitoring:answer", args=[flag.patient_id, flag.flag_id]), back
        )
    return FlagLine(
        code=flag.code,
        tone=TONES[flag.rank],
        rank=RANK_WORDS[flag.rank],
        word=flag.word,
        value=flag.value_text,
        limit=f"limit {flag.limit_text}" if flag.limit_text else "",
        limit_source=flag.limit_source,
        raised_at=flag.raised_at.isoformat(),
        age=f"{clock(flag.raised_at, zone)}, {_ago(flag.raised_at, at)}",
        times=f"{flag.count} readings, last {flag.latest_text}" if flag.count > 1 else "",
        state=_state(flag, zone),
        do=flag.do,
        milder=_milder(milder, zone),
        answered=_answered(flag, zone),
        answer_url=answer_url,
        answer_id=f"answer-{flag.flag_id}",
    )


def _ago(moment: datetime, at: datetime) -> str:
    text = span(at - moment)
    return text if text == "now" else f"{text} ago"


def _state(flag: FlagFact, zone: ZoneInfo) -> str:
    if flag.withdrawn_at is not None:
        return "Withdrawn: a later entry or correction shows that it did not hold"
    if flag.ended_at is None:
        return ""
    words = {
        "in_range": "Back in range",
        "phase_over": "Infusion started",
        "charted": "Set charted",
        "closed": "Visit ended",
    }
    return f"{words[flag.ended_because]} {clock(flag.ended_at, zone)}"


def _milder(flags: Sequence[FlagFact], zone: ZoneInfo) -> str:
    if not flags:
        return ""
    told = [f"{clock(f.raised_at, zone)} {f.value_text}" for f in reversed(flags)]
    return f"Before it: {', '.join(told)}"


def _answered(flag: FlagFact, zone: ZoneInfo) -> str:
    if flag.acknowledged_at is None:
        return ""
    done = rules.ANSWER_WORDS[rules.Answer(flag.answer)]
    note = f" \u201c{flag.note}\u201d" if flag.note else ""
    return f"{done}{note} · {flag.acknowledged_by_name}, {clock(flag.acknowledged_at, zone)}"


def _spoken(flag: rules.TimeFlag, at: datetime) -> FlagLine:
    return FlagLine(
        code=flag.code,
        tone="stale" if flag.code == rules.STALE else TONES[flag.rank],
        rank=RANK_WORDS[flag.rank],
        word=flag.word,
        value=flag.value_text if flag.code != rules.STALE else "",
        limit=f"limit {flag.limit_text}" if flag.limit_text else "",
        limit_source=flag.source,
        raised_at=flag.raised_at.isoformat(),
        age=_ago(flag.raised_at, at),
        times="",
        state="",
        do=flag.do,
        milder="",
        answered="",
        answer_url="",
    )


def _summary(lines: Sequence[FlagLine], over: int) -> str:
    act = sum(line.tone == "act" for line in lines)
    rest = len(lines) - act
    parts = []
    if act:
        parts.append(f"{act} to act on now")
    if rest:
        parts.append(f"{rest} to look at")
    if over:
        parts.append(f"{over} back in range and not answered")
    return f"{', '.join(parts)}." if parts else "No flag waits for an answer."
