"""The list of the whole clinic: who is followed, what is overdue, how they respond."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.quantities import shown
from serein.outcomes import rules
from serein.outcomes.presenters import words

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.outcomes.queries import FollowFact


@dataclass(frozen=True, slots=True)
class PatientLine:
    """One patient."""

    patient_id: UUID
    name: str
    mrn: str
    infusions: str
    latest: str
    latest_day: str
    response: str
    tone: str
    received: str
    overdue: tuple[str, ...]
    is_late: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its denominator."""

    count: str
    label: str


@dataclass(frozen=True, slots=True)
class OverduePage:
    """The whole page."""

    figures: tuple[Figure, ...]
    lines: tuple[PatientLine, ...]
    caution: str
    only_late: bool
    shown_words: str


def overdue_page(
    *, followed: Iterable[FollowFact], at: datetime, zone: ZoneInfo, only_late: bool
) -> OverduePage:
    """Put the list into words; those with something overdue stand first, the longest first."""
    everyone = tuple(followed)
    late = sorted((item for item in everyone if item.overdue), key=_since)
    rest = [item for item in everyone if not item.overdue]
    lines = late if only_late else [*late, *rest]
    return OverduePage(
        figures=_figures(everyone, len(late)),
        lines=tuple(_line(item, at, zone) for item in lines),
        caution=words.NOT_CAUSAL.replace("One person's course", "Courses of single people"),
        only_late=only_late,
        shown_words=f"{len(lines)} of {len(everyone)} patients shown.",
    )


def _since(item: FollowFact) -> datetime:
    return item.overdue[0].closes_at


def _figures(everyone: tuple[FollowFact, ...], late: int) -> tuple[Figure, ...]:
    received = [rules.received_of(item.course.due) for item in everyone]
    got, expected = sum(n.received for n in received), sum(n.expected for n in received)
    judged = [found for item in everyone if (found := _response(item)) is not None]
    decided = [found for found in judged if found.holds is not rules.Holds.UNDEFINED]
    responded = sum(found.holds is rules.Holds.YES for found in decided)
    return (
        Figure(f"{late} of {len(everyone)}", "patients with an overdue score"),
        Figure(f"{got} of {expected}", "expected scores received"),
        Figure(
            f"{responded} of {len(decided)}",
            f"respond by PCT_30, of {len(everyone)} who began; "
            f"{len(everyone) - len(decided)} cannot be judged",
        ),
    )


def _response(item: FollowFact) -> rules.RuleResult | None:
    form = words.primary_form(item.course)
    start, now = item.course.baseline(form), words.latest(item.course, form)
    if start is None or now is None:
        return None
    return rules.response(baseline=start, current=now)


def _line(item: FollowFact, at: datetime, zone: ZoneInfo) -> PatientLine:
    form = words.primary_form(item.course)
    now = words.latest(item.course, form)
    word, tone = _response_words(item)
    score = None if now is None else now.total
    given = len(item.course.times.given)
    return PatientLine(
        patient_id=item.patient_id,
        name=item.full_name,
        mrn=item.mrn,
        infusions=f"{given} of {item.course.times.planned}",
        latest="" if score is None else f"{rules.FORM_NAMES[form]} {shown(score)}",
        latest_day="" if now is None else words.day_words(now.occurred_at, zone),
        response=word,
        tone=tone,
        received=rules.received_of(item.course.due).words,
        overdue=tuple(_late(measure, at) for measure in item.overdue),
        is_late=bool(item.overdue),
    )


def _response_words(item: FollowFact) -> tuple[str, str]:
    relapse = words.relapse_of(item.course)
    if relapse.holds is rules.Holds.YES and relapse.stands:
        return f"Relapse, day {relapse.days}", "look"
    found = _response(item)
    if found is None or found.holds is rules.Holds.UNDEFINED:
        return "Not judged", "wait"
    if found.holds is rules.Holds.YES:
        return "Response (PCT_30)", "done"
    return "No response (PCT_30)", "plain"


def _late(measure: rules.DueMeasure, at: datetime) -> str:
    days = (at - measure.closes_at).days
    late = "since today" if days < 1 else "1 day late" if days == 1 else f"{days} days late"
    return f"{measure.name}: {late}"
