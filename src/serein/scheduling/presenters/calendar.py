"""A week and a month of the book in finished words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.scheduling import rules
from serein.scheduling.rules import Kind
from serein.scheduling.rules.hours import DayKind
from serein.scheduling.states import STANDING, VisitKind

if TYPE_CHECKING:
    from serein.scheduling.queries import VisitFact
    from serein.scheduling.rules import DayExplanation, Hours

WEEK = 7
FULL_PERCENT = 85
"""From this share of chair time on a day is called nearly full (clinic default, review)."""


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day: whether it is open, who comes, and how much of the chairs' time is booked."""

    number: int
    name: str
    url: str
    is_open: bool
    hours: str
    infusions: int
    talks: int
    percent: int | None
    tone: str
    use: str
    is_today: bool
    is_other: bool


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """A week or a month."""

    title: str
    lead: str
    before_url: str
    after_url: str
    other_url: str
    days: tuple[DayCell, ...]
    weeks: tuple[tuple[DayCell, ...], ...]


def week_page(
    monday: date,
    hours: Hours,
    visits: Sequence[VisitFact],
    chairs: int,
    today: date,
) -> CalendarPage:
    """Write one week, Monday to Sunday."""
    cells = _cells([monday + timedelta(days=n) for n in range(WEEK)], hours, visits, chairs, today)
    sunday = monday + timedelta(days=6)
    return CalendarPage(
        title=f"{monday.day} {monday:%B} to {sunday.day} {sunday:%B %Y}",
        lead=_lead(cells),
        before_url=_url("week", monday - timedelta(days=WEEK)),
        after_url=_url("week", monday + timedelta(days=WEEK)),
        other_url=_url("month", monday),
        days=cells,
        weeks=(),
    )


def month_page(
    month: date,
    hours: Hours,
    visits: Sequence[VisitFact],
    chairs: int,
    today: date,
) -> CalendarPage:
    """Write one month in whole weeks; ``month`` is its first day."""
    days = days_of_month(month)
    cells = _cells(days, hours, visits, chairs, today, month.month)
    return CalendarPage(
        title=f"{month:%B %Y}",
        lead=_lead([cell for cell in cells if not cell.is_other]),
        before_url=_url("month", month - timedelta(days=1)),
        after_url=_url("month", month + timedelta(days=32)),
        other_url=_url("week", month),
        days=cells,
        weeks=tuple(cells[n : n + WEEK] for n in range(0, len(cells), WEEK)),
    )


def days_of_month(month: date) -> list[date]:
    """List the days of the weeks that a month touches; ``month`` is its first day."""
    first = rules.monday_of(month)
    last = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    until = rules.monday_of(last) + timedelta(days=WEEK)
    return [first + timedelta(days=n) for n in range((until - first).days)]


def _cells(
    days: Iterable[date],
    hours: Hours,
    visits: Sequence[VisitFact],
    chairs: int,
    today: date,
    month: int = 0,
) -> tuple[DayCell, ...]:
    of_day: dict[date, list[VisitFact]] = {}
    for visit in visits:
        if visit.state in STANDING:
            of_day.setdefault(visit.local_date, []).append(visit)
    return tuple(
        _cell(rules.explain_day(hours, day), of_day.get(day, []), chairs, today, month)
        for day in days
    )


def _cell(
    explained: DayExplanation, visits: Sequence[VisitFact], chairs: int, today: date, month: int
) -> DayCell:
    day = explained.day
    talks = sum(visit.kind is VisitKind.CONSULT for visit in visits)
    percent = _percent(explained, visits, chairs)
    tone, use = _use(percent)
    return DayCell(
        number=day.day,
        name=rules.day_words(day),
        url=f"{reverse('workspace:board')}?day={day.isoformat()}",
        is_open=explained.is_open,
        hours=rules.listed([rules.block_words(block) for block in explained.blocks])
        or _closed(explained),
        infusions=len(visits) - talks,
        talks=talks,
        percent=percent,
        tone=tone,
        use=use,
        is_today=day == today,
        is_other=bool(month) and day.month != month,
    )


def _closed(explained: DayExplanation) -> str:
    return "Closed" if explained.kind is DayKind.NEVER else explained.because


def _percent(explained: DayExplanation, visits: Iterable[VisitFact], chairs: int) -> int | None:
    """Booked chair minutes of the minutes in which chairs and hours are open; None while closed."""
    day = explained.day
    there = chairs * sum(
        (datetime.combine(day, block.end) - datetime.combine(day, block.start)).total_seconds()
        for block in explained.blocks
    )
    if not there:
        return None
    taken = sum(
        (phase.ends_at - phase.starts_at).total_seconds()
        for visit in visits
        if visit.unit(Kind.CHAIR) is not None
        for phase in visit.phases
        if phase.name != "check_in"
    )
    return round(100 * taken / there)


def _use(percent: int | None) -> tuple[str, str]:
    if percent is None:
        return "", ""
    if percent >= FULL_PERCENT:
        return "look", f"{percent}%, nearly full"
    return "plain", f"{percent}%"


def _lead(cells: Sequence[DayCell]) -> str:
    opened = sum(cell.is_open for cell in cells)
    infusions = sum(cell.infusions for cell in cells)
    talks = sum(cell.talks for cell in cells)
    words = [
        _count(opened, "open day"),
        _count(infusions, "infusion"),
        _count(talks, "consultation"),
    ]
    return f"{', '.join(words)}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _url(name: str, day: date) -> str:
    return f"{reverse(f'scheduling:{name}')}?day={day.isoformat()}"
