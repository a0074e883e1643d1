"""The limits in force and where they come from, for everybody to read."""

from __future__ import annotations

from dataclasses import dataclass

from serein.monitoring import rules

RUNG_WORDS = {rules.Rung.NOTIFY: "Look", rules.Rung.HOLD: "Pause", rules.Rung.STOP: "Stop"}
TONES = {rules.Rung.NOTIFY: "look", rules.Rung.HOLD: "act", rules.Rung.STOP: "act"}
COMPARISONS = {
    "at_least": "{of} {figure} or more",
    "more_than": "{of} above {figure}",
    "at_most": "{of} {figure} or less",
    "less_than": "{of} below {figure}",
    "rise_percent": "{of} {figure}% or more above this visit's baseline",
    "fall_percent": "{of} {figure}% or more below this visit's baseline",
}
CONFIRMS = {
    rules.Confirm.NONE: "one reading",
    rules.Confirm.MEAN_OF_TWO: "mean of the last two, the first one is flagged at once",
}
WORDS = {
    "sbp_mmhg": "SBP",
    "dbp_mmhg": "DBP",
    "hr_bpm": "HR",
    "spo2_percent": "SpO₂",
    "rr_per_min": "RR",
    "moaas": "MOAA/S",
    "distress": "distress",
    "nausea": "nausea",
}


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit in words."""

    condition: str
    tone: str
    rung: str
    limit: str
    confirm: str
    do: str
    source: str


@dataclass(frozen=True, slots=True)
class LimitsPage:
    """All limits with their version."""

    title: str
    version: str
    source: str
    set_by: str
    rows: tuple[LimitRow, ...]
    signs: tuple[LimitRow, ...]


def limits_page() -> LimitsPage:
    """Put the ladder into words."""
    ladder = rules.ladder()
    return LimitsPage(
        title=ladder.title,
        version=ladder.version,
        source=ladder.source,
        set_by=ladder.set_by,
        rows=tuple(
            _row(condition, limit) for condition in ladder.conditions for limit in condition.limits
        ),
        signs=tuple(
            LimitRow(
                condition=sign.words,
                tone=TONES[sign.rung],
                rung=RUNG_WORDS[sign.rung],
                limit="seen",
                confirm="at once",
                do=sign.do,
                source=ladder.source,
            )
            for sign in ladder.signs
        ),
    )


def _row(condition: rules.Condition, limit: rules.Limit) -> LimitRow:
    tests = [
        COMPARISONS[test.comparison].format(of=WORDS[test.of], figure=test.figure)
        for test in limit.tests
    ]
    return LimitRow(
        condition=condition.words,
        tone=TONES[limit.rung],
        rung=limit.act.capitalize() or RUNG_WORDS[limit.rung],
        limit=", or ".join(tests),
        confirm=CONFIRMS.get(limit.confirm) or _second(limit),
        do=limit.do,
        source=limit.source,
    )


def _second(limit: rules.Limit) -> str:
    seconds = limit.confirm_after_s
    wait = f"{seconds}\u202fs" if seconds < 60 else f"{seconds // 60}\u202fmin"
    return f"a second reading at least {wait} later, the first one is flagged at once"
