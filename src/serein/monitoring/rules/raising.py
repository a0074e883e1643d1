"""Which flags a whole set of readings raises, and when each ends.

Nothing is remembered between calls: the flags are worked out from all readings in force, in the order
they were taken. So a late entry or a correction gives the same flags as if it had come in time.

One condition, read in time order:

- the first reading out of range raises a flag;
- a reading worse than the one before it raises a new flag;
- a reading as bad or milder is counted on the flag that stands;
- the first reading back in range ends them all;
- "not measured" changes nothing.

A limit that needs confirmation flags its first reading at once and asks for a repeat; readings are never
averaged away (clinical reference 4.4 and traps 21 to 24).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from serein.core.quantities import shown, spaced
from serein.monitoring.rules.ladder import (
    RANK_OF_RUNG,
    Comparison,
    Condition,
    Confirm,
    Ladder,
    Limit,
    Rank,
    Rung,
    Sign,
)
from serein.monitoring.rules.readings import (
    SIGNAL_WORDS,
    Baseline,
    Phase,
    Reading,
    Signal,
    Timeline,
    baseline_for,
    by_signal,
    in_order,
)

BASELINE_MISSING = "baseline"
"""The cause of the one flag that no reading raises."""

NO_SIGNAL_DO = "Look at the patient, check probe and cuff, measure by hand."


@dataclass(frozen=True, slots=True, order=True)
class Level:
    """How bad: the rung reached, and the higher rung that waits for a second reading."""

    reached: Rung
    to_confirm: Rung = Rung.NONE

    @property
    def code(self) -> str:
        """``hold``, or ``notify_confirm_hold`` while a repeat is awaited."""
        if self.to_confirm is Rung.NONE:
            return self.reached.name.lower()
        return f"{self.reached.name.lower()}_confirm_{self.to_confirm.name.lower()}"

    @property
    def rank(self) -> Rank:
        """The rank by what is certain, not by what may be."""
        return RANK_OF_RUNG[self.reached]


@dataclass(frozen=True, slots=True)
class Raised:
    """One flag as the readings have it.

    ``cause`` and ``roots`` name readings by their root; ``count`` is how many readings it stands on.
    """

    code: str
    condition: str
    rank: Rank
    word: str
    do: str
    value_text: str
    limit_text: str
    source: str
    cause: str
    raised_at: datetime
    roots: frozenset[str]
    count: int
    latest_at: datetime
    latest_text: str
    ended_at: datetime | None
    ended_because: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One reading held against one condition; ``level`` None is "in range"."""

    reading: Reading
    level: Level | None
    word: str = ""
    do: str = ""
    value_text: str = ""
    limit_text: str = ""
    source: str = ""


def raised_flags(
    *, readings: Sequence[Reading], timeline: Timeline, ladder: Ladder
) -> tuple[Raised, ...]:
    """Every flag that these readings raise, ended ones included, in the order they were raised."""
    ordered = in_order(readings)
    baseline = baseline_for(ordered, timeline, within_min=ladder.baseline_within_min)
    measured = by_signal(ordered)
    flags: list[Raised] = []
    for condition in ladder.conditions:
        judged = _judge_condition(condition, measured[condition.signal], baseline)
        ends_at = timeline.started_at if condition.phases == {Phase.PRE} else None
        flags += _flags(condition.code, judged, ends_at)
    for sign in ladder.signs:
        flags += _flags(f"sign_{sign.code}", _judge_sign(sign, ordered, ladder.source), None)
    for signal in Signal:
        if any(signal in reading.no_signal for reading in ordered):
            flags += _flags(f"no_signal_{signal}", _judge_no_signal(signal, ordered), None)
    if timeline.started_at is not None and baseline is None:
        flags.append(_baseline_missing(timeline.started_at, ladder))
    return tuple(sorted(flags, key=lambda f: (f.raised_at, f.code)))


def value_text(signal: Signal, reading: Reading) -> str:
    """The value of a signal as it is read aloud: ``182/104 mmHg``."""
    values = reading.values
    if signal is Signal.BP:
        return f"{values.sbp_mmhg}/{values.dbp_mmhg}\u202fmmHg"
    return {
        Signal.HR: f"{values.hr_bpm}\u202fbpm",
        Signal.SPO2: f"{values.spo2_percent}%",
        Signal.RR: f"{values.rr_per_min}\u202f/min",
        Signal.MOAAS: f"MOAA/S {values.moaas}",
        Signal.NAUSEA: f"{values.nausea} of 10",
        Signal.DISTRESS: f"{values.distress} of 10",
        Signal.TEMPERATURE: f"{values.temperature_c}\u202f°C",
    }[signal]


def is_out_of_range(condition: Condition, reading: Reading, baseline: Baseline | None) -> bool:
    """Whether this reading alone reaches a limit of a condition."""
    return reading.phase in condition.phases and any(
        limit.met(reading.values.of, _for(reading, baseline)) for limit in condition.limits
    )


def _for(reading: Reading, baseline: Baseline | None) -> Baseline | None:
    """A percentage of the baseline means something only after the baseline."""
    return None if reading.phase is Phase.PRE else baseline


def _judge_condition(
    condition: Condition, measured: Sequence[Reading], baseline: Baseline | None
) -> list[Judgement]:
    seen = [r for r in measured if r.phase in condition.phases]
    is_alone = all(limit.confirm is not Confirm.MEAN_OF_TWO for limit in condition.limits)
    return [
        Judgement(reading, None)
        if is_alone and not is_out_of_range(condition, reading, baseline)
        else _judge(condition, seen[: n + 1], baseline)
        for n, reading in enumerate(seen)
    ]


def _judge(condition: Condition, up_to: Sequence[Reading], baseline: Baseline | None) -> Judgement:
    reading = up_to[-1]
    reached: Limit | None = None
    waiting: Limit | None = None
    for limit in condition.limits:
        is_met = limit.met(reading.values.of, _for(reading, baseline)) is not None
        if _holds(limit, up_to, baseline, is_met=is_met):
            reached, waiting = limit, None
        elif is_met:
            waiting = limit
    spoken = waiting or reached
    if spoken is None:
        return Judgement(reading, None)
    level = Level(reached.rung if reached else Rung.NONE, waiting.rung if waiting else Rung.NONE)
    return Judgement(
        reading=reading,
        level=level,
        word=_word(condition.words, reached, waiting),
        do=_do(reached, waiting),
        value_text=_shown_value(condition, spoken, up_to),
        limit_text=_shown_limit(spoken, reading, baseline),
        source=spoken.source,
    )


def _holds(
    limit: Limit, up_to: Sequence[Reading], baseline: Baseline | None, *, is_met: bool
) -> bool:
    """Whether a limit that the last reading meets, or not, is confirmed as it asks."""
    if limit.confirm is Confirm.MEAN_OF_TWO:
        return _mean_holds(limit, up_to, baseline)
    if not is_met or limit.confirm is Confirm.NONE:
        return is_met
    reading = up_to[-1]
    for earlier in reversed(up_to[:-1]):
        if not limit.met(earlier.values.of, _for(earlier, baseline)):
            return False
        if _seconds_between(earlier, reading) >= limit.confirm_after_s:
            return True
    return False


def _mean_holds(limit: Limit, up_to: Sequence[Reading], baseline: Baseline | None) -> bool:
    if len(up_to) < 2 or _seconds_between(up_to[-2], up_to[-1]) < limit.confirm_after_s:
        return False
    mean = _mean_of(up_to[-2], up_to[-1])
    return limit.met(mean, _for(up_to[-1], baseline)) is not None


def _mean_of(earlier: Reading, later: Reading) -> Callable[[str], Decimal | None]:
    def value_of(name: str) -> Decimal | None:
        first, second = earlier.values.of(name), later.values.of(name)
        return None if first is None or second is None else (first + second) / 2

    return value_of


def _seconds_between(earlier: Reading, later: Reading) -> float:
    return (later.occurred_at - earlier.occurred_at).total_seconds()


def _word(words: str, reached: Limit | None, waiting: Limit | None) -> str:
    acts = [reached.act] if reached and reached.act else []
    if waiting:
        acts.append("repeat to confirm")
    return f"{words}: {', '.join(acts)}" if acts else words


def _do(reached: Limit | None, waiting: Limit | None) -> str:
    is_mild = waiting is not None and reached is not None and reached.rung is Rung.NOTIFY
    parts = ["Look at the patient." if is_mild else reached.do] if reached else []
    if waiting:
        parts.append(f"Repeat {_repeat_when(waiting)} to confirm the limit {waiting.text}.")
    return spaced(" ".join(parts))


def _repeat_when(limit: Limit) -> str:
    if limit.confirm is Confirm.MEAN_OF_TWO:
        return "after 5 min of rest"
    if limit.confirm_after_s < 60:
        return f"after {limit.confirm_after_s} s"
    minutes = limit.confirm_after_s // 60
    return "in 3 to 5 min" if minutes == 3 else f"after {minutes} min"


def _shown_value(condition: Condition, limit: Limit, up_to: Sequence[Reading]) -> str:
    now = value_text(condition.signal, up_to[-1])
    if limit.confirm is Confirm.MEAN_OF_TWO and len(up_to) > 1:
        return f"{now} after {value_text(condition.signal, up_to[-2])}"
    return now


def _shown_limit(limit: Limit, reading: Reading, baseline: Baseline | None) -> str:
    test = limit.met(reading.values.of, _for(reading, baseline))
    if (
        test is None
        or baseline is None
        or test.comparison
        in (
            Comparison.AT_LEAST,
            Comparison.MORE_THAN,
            Comparison.AT_MOST,
            Comparison.LESS_THAN,
        )
    ):
        return limit.text
    way = "above" if test.is_upward else "below"
    return f"SBP {test.figure}% {way} baseline {baseline.sbp_mmhg}"


def _judge_sign(sign: Sign, ordered: Sequence[Reading], source: str) -> list[Judgement]:
    level = Level(sign.rung)
    word, do = {
        Rung.NOTIFY: (sign.words, sign.do),
        Rung.HOLD: (f"{sign.words}: pause", "Pause the infusion. Prescriber to the chairside."),
        Rung.STOP: (f"{sign.words}: stop", "Stop the infusion. Start the emergency pathway."),
    }[sign.rung]
    return [
        Judgement(r, level, word, do, source=source) if sign.code in r.signs else Judgement(r, None)
        for r in ordered
    ]


def _judge_no_signal(signal: Signal, ordered: Sequence[Reading]) -> list[Judgement]:
    word = f"{SIGNAL_WORDS[signal]}: no signal"
    judged = []
    for reading in ordered:
        if signal in reading.no_signal:
            judged.append(
                Judgement(reading, Level(Rung.NONE), word, NO_SIGNAL_DO, source="monitor")
            )
        elif signal in reading.values.measured():
            judged.append(Judgement(reading, None))
    return judged


def _baseline_missing(started_at: datetime, ladder: Ladder) -> Raised:
    return Raised(
        code="baseline.missing",
        condition="baseline",
        rank=Rank.NOTE,
        word="No baseline BP",
        do=(
            f"None was charted within {shown(ladder.baseline_within_min, 'min')} before the start: rises and "
            "falls in percent cannot be judged. Use the fixed limits."
        ),
        value_text="",
        limit_text="",
        source=ladder.source,
        cause=BASELINE_MISSING,
        raised_at=started_at,
        roots=frozenset({BASELINE_MISSING}),
        count=1,
        latest_at=started_at,
        latest_text="",
        ended_at=None,
        ended_because="",
    )


def _flags(condition: str, judged: Sequence[Judgement], ends_at: datetime | None) -> list[Raised]:
    """Cut the judged readings into episodes, and each episode into flags."""
    flags: list[Raised] = []
    episode: list[tuple[Level, list[Judgement]]] = []
    before: Level | None = None
    for judgement in judged:
        if judgement.level is None:
            flags += _close(condition, episode, judgement.reading.occurred_at, "in_range")
            episode = []
        elif before is None or judgement.level > before:
            episode.append((judgement.level, [judgement]))
        else:
            episode[-1][1].append(judgement)
        before = judgement.level
    if ends_at is not None:
        return flags + _close(condition, episode, ends_at, "phase_over")
    return flags + _close(condition, episode, None, "")


def _close(
    condition: str,
    episode: Sequence[tuple[Level, Sequence[Judgement]]],
    ended_at: datetime | None,
    because: str,
) -> list[Raised]:
    return [
        Raised(
            code=f"{condition}.{level.code}",
            condition=condition,
            rank=level.rank,
            word=run[0].word,
            do=run[0].do,
            value_text=run[0].value_text,
            limit_text=run[0].limit_text,
            source=run[0].source,
            cause=run[0].reading.root,
            raised_at=run[0].reading.occurred_at,
            roots=frozenset(judgement.reading.root for judgement in run),
            count=len(run),
            latest_at=run[-1].reading.occurred_at,
            latest_text=run[-1].value_text,
            ended_at=ended_at,
            ended_because=because,
        )
        for level, run in episode
    ]
