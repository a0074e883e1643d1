"""When the clinic is open: in words for people and as structured data for search engines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from serein.scheduling.rules import (
    WEEKDAYS,
    Block,
    DayKind,
    Hours,
    Rule,
    block_words,
    day_words,
    explain_day,
    listed,
    monday_of,
)

if TYPE_CHECKING:
    from serein.accounts.models import Site
    from serein.scheduling.rules import WeekPreview

STRUCTURED_WEEKS = 53
"""How far dates that differ from the weekly hours are written out."""

_UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of this week."""

    name: str
    words: str
    is_open: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class HoursWords:
    """Today and this week in words."""

    today: str
    days: tuple[DayLine, ...]


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One of the weeks to come."""

    monday: date
    name: str
    words: str
    notes: tuple[str, ...]


def hours_words(hours: Hours, today: date) -> HoursWords:
    """Say when the clinic is open today and on each day of this week."""
    monday = monday_of(today)
    week = [monday + timedelta(days=number) for number in range(7)]
    open_today = explain_day(hours, today).blocks
    return HoursWords(
        today=_("Open today %(times)s.") % {"times": _times(open_today)}
        if open_today
        else _("Closed today."),
        days=tuple(_day(hours, day, today) for day in week),
    )


def coming_weeks(weeks: Sequence[WeekPreview]) -> dict[str, Any]:
    """List the weeks to come, and where to go on."""
    return {
        "weeks": tuple(
            WeekLine(
                week.monday,
                _("Week of %(day)s") % {"day": f"{week.monday.day} {week.monday:%B %Y}"},
                week.open_words,
                week.notes,
            )
            for week in weeks
        ),
        "later": weeks[-1].monday + timedelta(weeks=1),
    }


def structured_data(site: Site, hours: Hours, today: date) -> SafeString:
    """Write the clinic and its hours as JSON-LD (schema.org MedicalClinic).

    Rules of every week are written as such; every date on which something else holds (the open
    weeks of an alternate rule, holidays, closures, special openings) is written out for a year.
    """
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalClinic",
        "name": site.name,
        "telephone": site.phone,
        "openingHoursSpecification": [
            _weekly(rule)
            for rule in hours.rules
            if rule.interval_weeks == 1
            and (rule.valid_until_date is None or rule.valid_until_date > monday_of(today))
        ],
        "specialOpeningHoursSpecification": list(_specials(hours, today)),
    }
    if site.address:
        data["address"] = site.address
    # Nothing a person wrote can end the script element: its signs are escaped.
    return mark_safe(json.dumps(data, sort_keys=True).translate(_UNSAFE))  # noqa: S308


def _day(hours: Hours, day: date, today: date) -> DayLine:
    explained = explain_day(hours, day)
    words = _times(explained.blocks) if explained.blocks else _closed(hours, day)
    return DayLine(day_words(day), words, explained.is_open, day == today)


def _closed(hours: Hours, day: date) -> str:
    explained = explain_day(hours, day)
    if explained.kind is DayKind.OFF_WEEK:
        following = _next_open(hours, day)
        if following:
            return _("Closed this week; next open %(day)s") % {"day": day_words(following)}
    if explained.kind in (DayKind.CLOSURE, DayKind.HOLIDAY):
        return explained.because.removesuffix(".")
    return _("Closed")


def _next_open(hours: Hours, day: date) -> date | None:
    later = (day + timedelta(weeks=weeks) for weeks in range(1, 12))
    return next((each for each in later if explain_day(hours, each).is_open), None)


def _times(blocks: Sequence[Block]) -> str:
    return listed([block_words(block) for block in blocks])


def _weekly(rule: Rule) -> dict[str, str]:
    written = {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": f"https://schema.org/{WEEKDAYS[rule.weekday]}",
        "opens": _clock(rule.start),
        "closes": _clock(rule.end),
    }
    if rule.valid_from_date:
        written["validFrom"] = rule.valid_from_date.isoformat()
    if rule.valid_until_date:
        last = rule.valid_until_date - timedelta(days=1)
        written["validThrough"] = last.isoformat()
    return written


def _specials(hours: Hours, today: date) -> Iterator[dict[str, str]]:
    """Write each date that differs from the rules of every week; closed is 00:00 to 00:00."""
    weekly = Hours(tuple(rule for rule in hours.rules if rule.interval_weeks == 1))
    first = monday_of(today)
    for number in range(STRUCTURED_WEEKS * 7):
        day = first + timedelta(days=number)
        blocks = explain_day(hours, day).blocks
        if blocks != explain_day(weekly, day).blocks:
            for opens, closes in [(each.start, each.end) for each in blocks] or [(time(), time())]:
                yield {
                    "@type": "OpeningHoursSpecification",
                    "validFrom": day.isoformat(),
                    "validThrough": day.isoformat(),
                    "opens": _clock(opens),
                    "closes": _clock(closes),
                }


def _clock(wall: time) -> str:
    return f"{wall:%H:%M}"
