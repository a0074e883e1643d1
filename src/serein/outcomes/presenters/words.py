"""Sentences about a course that say exactly what the numbers say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.clinic_time import local_day
from serein.core.quantities import shown
from serein.outcomes import rules

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from serein.outcomes.queries import CourseFact

NOT_CAUSAL = (
    "One person's course over time. It is not a causal estimate: scores also change with time, "
    "with other treatment, and because people come when they feel worst. "
    "Ketamine is not FDA-approved for PTSD."
)


@dataclass(frozen=True, slots=True)
class RuleShown:
    """What one rule says, in words."""

    id: str
    name: str
    word: str
    tone: str
    because: str
    definition: str
    source: str


def primary_form(course: CourseFact) -> str:
    """Return the PCL-5 form by which the course is judged: past week, else past month."""
    if course.baseline(rules.PCL5_WEEK) is not None or course.after(rules.PCL5_WEEK):
        return rules.PCL5_WEEK
    has_month = any(item.instrument_code == rules.PCL5_MONTH for item in course.readings)
    return rules.PCL5_MONTH if has_month else rules.PCL5_WEEK


def latest(course: CourseFact, form: str) -> rules.Reading | None:
    """Return the newest score with a total since the first infusion."""
    scored = [item for item in course.after(form) if item.total is not None]
    return scored[-1] if scored else None


def headline(course: CourseFact) -> str:
    """Say in one or two sentences how the course went, with n of N always."""
    form = primary_form(course)
    return f"{_change(course, form)} {_received(course, form)}"


def _change(course: CourseFact, form: str) -> str:
    name, start, now = rules.FORM_NAMES[form], course.baseline(form), latest(course, form)
    if start is None and now is None:
        return f"There is no {name} score yet."
    if start is None or start.total is None:
        value = shown(now.total) if now is not None and now.total is not None else "unknown"
        return (
            f"There is no {name} from before the first infusion, so change cannot be judged; "
            f"the latest is {value}."
        )
    if now is None or now.total is None:
        since = "the first infusion" if course.times.first_infusion_at else "then"
        return f"{name} at baseline is {_total(start)}; there is no score since {since}."
    return f"{name} {_moved(start.total, now.total)}{_meaning(start, now)}"


def _moved(start: Decimal, now: Decimal) -> str:
    points = abs(start - now)
    if points == 0:
        return f"is unchanged since baseline, at {shown(now)}"
    verb = "fell" if now < start else "rose"
    unit = "point" if points == 1 else "points"
    return f"{verb} {shown(points)} {unit} since baseline, from {shown(start)} to {shown(now)}"


def _meaning(start: rules.Reading, now: rules.Reading) -> str:
    result = rules.reliable_change(baseline=start, current=now)
    if result.holds is rules.Holds.UNDEFINED:
        return ": answers are missing, so reliable change is not judged."
    overlap = "; the two overlap in recall" if rules.overlapping_recall(start, now) else ""
    if result.holds is rules.Holds.YES:
        return f": more than measurement error ({result.rule_id}){overlap}."
    return f": within measurement error ({result.rule_id}){overlap}."


def _received(course: CourseFact, form: str) -> str:
    count = rules.received_of(course.due, form)
    if count.expected == 0:
        return "No score is expected so far."
    noun = "score" if count.expected == 1 else "scores"
    return f"{count.words} expected {noun} received."


def _total(reading: rules.Reading) -> str:
    if reading.total is None:
        return "no total"
    return f"{shown(reading.total)} (prorated)" if reading.prorated else shown(reading.total)


def verdict_words(result: rules.RuleResult) -> tuple[str, str]:
    """Return word and tone of a rule's answer."""
    if result.holds is rules.Holds.UNDEFINED:
        return "Not judged", "wait"
    if result.holds is rules.Holds.NO:
        return "No", "plain"
    return ("Yes, worse", "look") if result.worsened else ("Yes", "done")


def rules_shown(course: CourseFact, form: str) -> tuple[RuleShown, ...]:
    """Ask every rule of a form about the newest score."""
    start, now = course.baseline(form), latest(course, form)
    if start is None or now is None:
        return ()
    return tuple(_rule(result) for result in rules.judge(baseline=start, current=now))


def _rule(result: rules.RuleResult) -> RuleShown:
    known = rules.definitions()[result.rule_id]
    word, tone = verdict_words(result)
    return RuleShown(
        id=result.rule_id,
        name=known.name,
        word=word,
        tone=tone,
        because=result.because,
        definition=known.definition,
        source=known.source,
    )


def relapse_of(course: CourseFact) -> rules.Relapse:
    """Ask the relapse rules about the primary form of the course."""
    form = primary_form(course)
    return rules.relapse(
        readings=course.readings,
        baseline=course.baseline(form),
        induction_ended_at=course.times.induction_ended_at,
    )


def relapse_shown(found: rules.Relapse) -> RuleShown:
    """Put relapse into words."""
    tones = {rules.Holds.YES: "look", rules.Holds.NO: "plain", rules.Holds.UNDEFINED: "wait"}
    words = {rules.Holds.YES: "Yes", rules.Holds.NO: "No", rules.Holds.UNDEFINED: "Not judged"}
    word = words[found.holds]
    if found.holds is rules.Holds.YES and not found.stands:
        word = "Yes, better since"
    named = [rules.definitions()[id_] for id_ in found.rule_ids]
    return RuleShown(
        id=", ".join(found.rule_ids),
        name="Relapse",
        word=word,
        tone=tones[found.holds],
        because=found.because,
        definition=" ".join(item.definition for item in named),
        source="; ".join(item.source for item in named),
    )


def day_words(moment: datetime, zone: ZoneInfo) -> str:
    """“12 March 2026”."""
    day = local_day(moment, zone)
    return f"{day.day} {day:%B %Y}"
