"""What a change of the hours would mean, before it is saved: twelve weeks in words, and who is hit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import TYPE_CHECKING

from serein.scheduling import rules
from serein.scheduling.rules import Block, Hours, Rule, public_holidays
from serein.scheduling.states import WAITING

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.patients.models import Patient
    from serein.scheduling.queries import VisitFact

PREVIEW_WEEKS = 12


@dataclass(frozen=True, slots=True)
class PreviewWeek:
    """One week as it would be, and whether that is new."""

    week_of: str
    words: str
    notes: tuple[str, ...]
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would mean."""

    weeks: tuple[PreviewWeek, ...]
    hit: tuple[str, ...]
    rrule: str


def with_weekday(
    hours: Hours,
    weekday: int,
    from_date: date,
    *,
    cycle: str,
    start_time: time | None,
    end_time: time | None,
    anchor_date: date | None,
) -> Hours:
    """The hours as they would be with other hours on one weekday; ``cycle`` "closed" ends it."""
    kept = [
        replace(rule, valid_until_date=max(rule.valid_from_date or from_date, from_date))
        if rule.weekday == weekday
        and (rule.valid_until_date is None or rule.valid_until_date > from_date)
        else rule
        for rule in hours.rules
    ]
    if cycle != "closed" and start_time and end_time:
        interval = int(cycle)
        kept.append(
            Rule(
                weekday=weekday,
                start=start_time,
                end=end_time,
                interval_weeks=interval,
                anchor_date=anchor_date if interval > 1 else None,
                valid_from_date=from_date,
            )
        )
    return replace(hours, rules=tuple(kept))


def with_closure(hours: Hours, day: date, reason: str) -> Hours:
    """The hours as they would be with a closure more."""
    return replace(hours, closures={**hours.closures, day: reason})


def with_opening(hours: Hours, day: date, start_time: time, end_time: time) -> Hours:
    """The hours as they would be with a special opening more."""
    blocks = (*hours.specials.get(day, ()), Block(start_time, end_time))
    return replace(hours, specials={**hours.specials, day: blocks})


def with_holidays(hours: Hours, names: Iterable[str], today: date) -> Hours:
    """The hours as they would be if these holidays were kept."""
    years = range(today.year, today.year + 2)
    return replace(hours, holidays=public_holidays.observed_holidays(frozenset(names), years))


def preview_of(
    now: Hours,
    then: Hours,
    visits: Sequence[VisitFact],
    people: Mapping[UUID, Patient],
    today: date,
    zone: ZoneInfo,
) -> Preview:
    """Say what a change from the hours now to those then would mean."""
    before = rules.preview(now, today, PREVIEW_WEEKS)
    after = rules.preview(then, today, PREVIEW_WEEKS)
    hit = [
        visit
        for visit in visits
        if visit.state in WAITING and _fits(now, visit, zone) and not _fits(then, visit, zone)
    ]
    fresh = [rule for rule in then.rules if rule not in now.rules and rule.valid_until_date is None]
    return Preview(
        weeks=tuple(
            PreviewWeek(
                f"{week.monday.day} {week.monday:%B}", week.open_words, week.notes, week != old
            )
            for week, old in zip(after, before, strict=True)
        ),
        hit=tuple(
            f"{_name(visit, people)}, {rules.start_words(visit.starts_at, zone)}" for visit in hit
        ),
        rrule=rules.rrule_text(fresh[0], zone, on_or_after=today) if fresh else "",
    )


def _fits(hours: Hours, visit: VisitFact, zone: ZoneInfo) -> bool:
    start, end = rules.span_ticks(visit.starts_at, visit.ends_at)
    windows = rules.tick_windows(hours, visit.local_date, zone)
    return any(opens <= start and end <= closes for opens, closes in windows)


def _name(visit: VisitFact, people: Mapping[UUID, Patient]) -> str:
    known = people.get(visit.patient_id) if visit.patient_id else None
    return known.full_name if known else "A guest"
