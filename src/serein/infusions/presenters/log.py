"""What was done during a visit, line by line, in the order of the events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.core.clinic_time import clock
from serein.infusions import queries
from serein.infusions.presenters.drugs import drug_words
from serein.infusions.presenters.words import event, exact_clock, rate
from serein.infusions.rules.scales import SCALES

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from serein.infusions.models import InfusionSession
    from serein.infusions.queries import EventFact

LATE_ENTRY = timedelta(minutes=2)
"""An entry made this much after its moment says so."""


@dataclass(frozen=True, slots=True)
class LogLine:
    at: str
    text: str
    by_name: str
    entered: str
    is_superseded: bool
    correct_url: str


def pump_lines(visit: InfusionSession, zone: ZoneInfo, *, may_correct: bool) -> tuple[LogLine, ...]:
    """List what was done at the pump; corrected rows stay, struck through."""
    return tuple(
        _pump_line(visit, fact, zone, may_correct=may_correct)
        for fact in queries.events_of(visit.pk)
    )


def _pump_line(
    visit: InfusionSession, fact: EventFact, zone: ZoneInfo, *, may_correct: bool
) -> LogLine:
    speed = f" {rate(fact.event.rate_ml_per_h)}" if fact.event.rate_ml_per_h else ""
    why = f": {fact.reason}" if fact.reason else ""
    word = "Corrected: " if fact.is_correction else ""
    can = may_correct and not fact.is_superseded
    return LogLine(
        at=exact_clock(fact.event.occurred_at, zone),
        text=f"{word}{event(fact.event.kind)}{speed}{why}",
        by_name=fact.by_name,
        entered=entered_words(fact.event.occurred_at, fact.recorded_at, zone),
        is_superseded=fact.is_superseded,
        correct_url=reverse("infusions:correct", args=[visit.patient_id, visit.pk, fact.event_id])
        if can
        else "",
    )


def entered_words(occurred_at: datetime, recorded_at: datetime, zone: ZoneInfo) -> str:
    """Say when a late entry was made; nothing for one made at its moment."""
    if recorded_at - occurred_at < LATE_ENTRY:
        return ""
    return f"entered {clock(recorded_at, zone)}"


def care_lines(visit: InfusionSession, zone: ZoneInfo, *, may_correct: bool) -> tuple[LogLine, ...]:
    """List the drugs given and the scores, by time; a drug taken back stays, struck through."""
    ids = [visit.patient_id, visit.pk]
    given = [
        (
            fact.occurred_at,
            LogLine(
                at=exact_clock(fact.occurred_at, zone),
                text=f"{drug_words(fact)} (taken back: {fact.taken_back_because})"
                if fact.is_taken_back
                else drug_words(fact),
                by_name=fact.by_name,
                entered=entered_words(fact.occurred_at, fact.recorded_at, zone),
                is_superseded=fact.is_taken_back,
                correct_url=reverse("infusions:rescue", args=[*ids, fact.rescue_id])
                if may_correct and not fact.is_taken_back
                else "",
            ),
        )
        for fact in queries.rescues_of(visit.pk)
    ]
    scored = [
        (
            fact.occurred_at,
            LogLine(
                at=exact_clock(fact.occurred_at, zone),
                text=f"{SCALES[fact.scale].name}: {fact.total}",
                by_name=fact.by_name,
                entered=entered_words(fact.occurred_at, fact.recorded_at, zone),
                is_superseded=False,
                correct_url="",
            ),
        )
        for fact in queries.scores_of(visit.pk)
    ]
    return tuple(line for _, line in sorted(given + scored, key=lambda pair: pair[0]))
