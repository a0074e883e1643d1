"""A first exact search for a whole series under the gaps of its plan.

Visits are placed day by day with backtracking. Because the shortest gap is elapsed time and the
longest is counted in days, an earlier start on a day is never worse for what follows; so whether a
series can still be completed is asked for the earliest start of each day only, and remembered. The
answer is the lexicographically earliest series, or, with a preferred time, the earliest days and on
each of them the start nearest to that time.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from serein.scheduling.rules.hours import monday_of
from serein.scheduling.rules.starts import FreeDay
from serein.scheduling.rules.visit import RECOVERY_MINUTES

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Order = Callable[[Sequence[datetime]], Sequence[datetime]]


@dataclass(frozen=True, slots=True)
class SeriesRules:
    """What a series of one plan must keep to.

    Gaps count from start to start: ``min_gap_hours`` in elapsed hours, the ``_days`` in local
    calendar days, limits included. ``calendar_weeks`` asks for all visits inside that many
    consecutive weeks from Monday to Sunday, ``span_days`` inside that many days from the first
    visit to the last. ``weekdays`` (Monday = 0) and the weekly maximum are limits; the preferred
    time is a wish.
    """

    visits: int
    infusion_minutes: int
    min_gap_hours: int = 0
    min_gap_days: int = 1
    max_gap_days: int | None = None
    max_per_week: int | None = None
    weekdays: frozenset[int] | None = None
    calendar_weeks: int | None = None
    span_days: int | None = None
    preferred_time: time | None = None
    first_recovery_minutes: int = RECOVERY_MINUTES


def search(
    rules: SeriesRules, days: Sequence[FreeDay], zone: ZoneInfo
) -> tuple[datetime, ...] | None:
    """Return the first series in the order described above, or None when there is none."""
    kept = [day for day in days if day.chairs_at and _is_allowed(rules, day.day)]
    return _Search(rules, kept, _order(rules.preferred_time, zone)).run()


def search_same_time(
    rules: SeriesRules, days: Sequence[FreeDay], zone: ZoneInfo
) -> tuple[datetime, ...] | None:
    """Return the earliest series with one wall-clock time for all visits, nearest to the wish."""
    wish = rules.preferred_time or time(9, 0)
    by_wall = _by_wall_time([day for day in days if _is_allowed(rules, day.day)], zone)
    for wall in sorted(by_wall, key=lambda wall: (abs(_minutes(wall) - _minutes(wish)), wall)):
        found = search(rules, by_wall[wall], zone)
        if found is not None:
            return found
    return None


def gap_problem(
    rules: SeriesRules, starts: Sequence[datetime], zone: ZoneInfo
) -> tuple[int, str] | None:
    """Find the first visit that breaks a gap: its number, and the sentence that says how."""
    for number, (earlier, later) in enumerate(itertools.pairwise(starts), start=2):
        if later < earlier + timedelta(hours=rules.min_gap_hours):
            return number, (
                f"Choose a later time for infusion {number}: at least {rules.min_gap_hours} hours "
                f"must lie between the starts of two infusions."
            )
        days = (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days
        if days < rules.min_gap_days:
            return number, f"Choose a later day for infusion {number}."
        if rules.max_gap_days is not None and days > rules.max_gap_days:
            return number, (
                f"Choose an earlier day for infusion {number}: at most {rules.max_gap_days} days "
                f"may lie between two infusions."
            )
    return None


def move_options(
    rules: SeriesRules,
    days: Sequence[FreeDay],
    zone: ZoneInfo,
    *,
    previous: datetime | None,
    following: datetime | None,
) -> tuple[tuple[date, tuple[datetime, ...]], ...]:
    """List, by day, every start that keeps both gaps while the neighbours stay where they are."""
    found: list[tuple[date, tuple[datetime, ...]]] = []
    for free in days:
        starts = tuple(
            at
            for at in free.starts
            if gap_problem(rules, [x for x in (previous, at, following) if x is not None], zone)
            is None
            and (previous is None or at > previous)
            and (following is None or at < following)
        )
        if starts:
            found.append((free.day, starts))
    return tuple(found)


def without_pattern(rules: SeriesRules) -> SeriesRules:
    """Drop the wish for whole weeks and fixed weekdays, and allow two days more from end to end."""
    if rules.calendar_weeks is None:
        return replace(rules, weekdays=None)
    return replace(
        rules, weekdays=None, calendar_weeks=None, span_days=rules.calendar_weeks * 7 + 2
    )


def _is_allowed(rules: SeriesRules, day: date) -> bool:
    return rules.weekdays is None or day.weekday() in rules.weekdays


def _minutes(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _order(wish: time | None, zone: ZoneInfo) -> Order:
    if wish is None:
        return sorted

    def nearest_first(starts: Sequence[datetime]) -> Sequence[datetime]:
        def distance(at: datetime) -> tuple[int, datetime]:
            return abs(_minutes(at.astimezone(zone).time()) - _minutes(wish)), at

        return sorted(starts, key=distance)

    return nearest_first


def _by_wall_time(days: Sequence[FreeDay], zone: ZoneInfo) -> dict[time, list[FreeDay]]:
    """The days on which a visit may start at a wall-clock time, each with its starts at that time."""
    found: dict[time, list[FreeDay]] = {}
    for day in days:
        starts = _at_wall_times(day.chairs_at, zone)
        first = None if day.first_chairs_at is None else _at_wall_times(day.first_chairs_at, zone)
        for wall, chairs_at in starts.items():
            only = FreeDay(day.day, chairs_at, None if first is None else first.get(wall, {}))
            found.setdefault(wall, []).append(only)
    return found


def _at_wall_times(
    chairs_at: Mapping[datetime, tuple[UUID, ...]], zone: ZoneInfo
) -> dict[time, dict[datetime, tuple[UUID, ...]]]:
    found: dict[time, dict[datetime, tuple[UUID, ...]]] = {}
    for at, free in chairs_at.items():
        found.setdefault(at.astimezone(zone).time(), {})[at] = free
    return found


class _Search:
    """One run of the search: the days it may use, and what it has found impossible so far."""

    def __init__(self, rules: SeriesRules, days: Sequence[FreeDay], order: Order) -> None:
        self.rules = rules
        self.days = days
        self.order = order
        self.known: dict[tuple[int, int, int, date, datetime], bool] = {}

    def run(self) -> tuple[datetime, ...] | None:
        for index, free in enumerate(self.days):
            last = self._last_day(free.day)
            starts = tuple(free.chairs_for_first)
            for start in self.order(starts):
                if self._can(1, index, 1, last, start):
                    return self._build(index, last, start)
                if start == min(starts):
                    break
        return None

    def _last_day(self, first: date) -> date:
        limits = [date.max]
        if self.rules.span_days is not None:
            limits.append(first + timedelta(days=self.rules.span_days - 1))
        if self.rules.calendar_weeks is not None:
            limits.append(monday_of(first) + timedelta(days=self.rules.calendar_weeks * 7 - 1))
        return min(limits)

    def _build(self, index: int, last: date, start: datetime) -> tuple[datetime, ...]:
        chosen, in_week = [start], 1
        while len(chosen) < self.rules.visits:
            index, in_week, start = next(
                (day, week, at)
                for day, week, starts in self._following(index, in_week, last, chosen[-1])
                for at in self.order(starts)
                if self._can(len(chosen) + 1, day, week, last, at)
            )
            chosen.append(start)
        return tuple(chosen)

    def _can(self, placed: int, index: int, in_week: int, last: date, start: datetime) -> bool:
        """Say whether the series can be completed once ``placed`` visits end with this start."""
        if placed == self.rules.visits:
            return True
        state = (placed, index, in_week, last, start)
        if state not in self.known:
            self.known[state] = any(
                self._can(placed + 1, day, week, last, min(starts))
                for day, week, starts in self._following(index, in_week, last, start)
            )
        return self.known[state]

    def _following(
        self, index: int, in_week: int, last: date, start: datetime
    ) -> Sequence[tuple[int, int, list[datetime]]]:
        """List the days that may hold the next visit, each with its legal starts."""
        rules, today = self.rules, self.days[index].day
        ready = start.astimezone(UTC) + timedelta(hours=rules.min_gap_hours)
        found: list[tuple[int, int, list[datetime]]] = []
        for later in range(index + 1, len(self.days)):
            free = self.days[later]
            gap = (free.day - today).days
            if free.day > last or (rules.max_gap_days is not None and gap > rules.max_gap_days):
                break
            same_week = monday_of(free.day) == monday_of(today)
            week = in_week + 1 if same_week else 1
            if gap < rules.min_gap_days or week > (rules.max_per_week or week):
                continue
            starts = [at for at in free.starts if at >= ready]
            if starts:
                found.append((later, week, starts))
        return found
