"""Moving what is booked: inside the gaps of its neighbours, or with what follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from serein.scheduling.rules.hours import Hours, monday_of, open_days
from serein.scheduling.rules.phases import Id, Taken
from serein.scheduling.rules.ranking import Ranked, ranked_series
from serein.scheduling.rules.series import Days, DayStarts, SeriesRules, last_day
from serein.scheduling.rules.ticks import (
    TICK_MINUTES,
    local_day,
    moment_of,
    tick_of,
    wall_minute,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MOVED = 100_000
"""The price of moving a visit at all, above any number of days: fewest changes come first."""

TICKS_A_DAY = 24 * 60 // TICK_MINUTES

DayOptions = tuple[date, tuple[datetime, ...]]


@dataclass(frozen=True, slots=True)
class DueWindow:
    """When a maintenance visit is due, and the days around it that will do."""

    due: date
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """What becomes of a visit whose patient is late: ``starts_at`` where it still fits today."""

    fits: bool
    starts_at: datetime | None
    because: str
    later: tuple[datetime, ...] = ()


def move_options(
    rules: SeriesRules,
    days: Days,
    zone: ZoneInfo,
    *,
    previous: datetime | None,
    following: datetime | None,
    others: Sequence[datetime] = (),
) -> tuple[DayOptions, ...]:
    """List, by day, every start that keeps both gaps while the neighbours stay where they are.

    ``others`` are all other visits of the series, for the most that one week may hold and for the
    span of the whole.
    """
    around = {at for at in (*others, previous, following) if at is not None}
    found: list[DayOptions] = []
    for starts in days:
        if not _day_suits(rules, starts.day, sorted(around), zone):
            continue
        low, high = gap_reach(rules, starts.day, previous, following, zone)
        ticks = [tick for tick in starts.ticks if low <= tick and (high is None or tick <= high)]
        if ticks:
            found.append((starts.day, tuple(moment_of(tick) for tick in ticks)))
    return tuple(found)


def next_in_series(
    rules: SeriesRules, days: Iterable[DayStarts], zone: ZoneInfo, *, after: datetime
) -> datetime | None:
    """Return the earliest start on a later day than ``after`` that keeps the gaps from it, or None.

    Days are read only until one has it.
    """
    for day in days:
        options = move_options(rules, [day], zone, previous=after, following=None)
        if options:
            return options[0][1][0]
    return None


def cascade(
    rules: SeriesRules,
    days: Days,
    zone: ZoneInfo,
    *,
    series: Sequence[datetime],
    session: int,
    done: int = 0,
    limit: int = 3,
) -> tuple[Ranked, ...]:
    """Move a visit together with others: the series nearest to the times it has now.

    ``series`` are all visits in order, ``session`` the number of the one that must go (from 1), and
    the first ``done`` of them stay where they are. The fewest visits move, then the fewest days,
    then the clock times change least (`distance`). The day and time that ``session`` has now are
    not in ``days`` unless it may stay.

    :raises ValueError: the visit is done already
    """
    if not done < session <= len(series):
        raise ValueError("Choose a visit that has not been given yet.")
    current = [tick_of(at) for at in series[done:]]
    rest = replace(rules, visits=len(current))
    found = ranked_series(
        rest,
        days,
        zone,
        done=series[:done],
        cost_of=lambda number, tick: distance(current[number - 1], tick, zone),
    )
    return tuple(islice(found, limit))


def distance(now: int, then: int, zone: ZoneInfo) -> int:
    """Price a visit that moves from one tick to another: that it moves, days, clock time."""
    if now == then:
        return 0
    days = abs((local_day(then, zone) - local_day(now, zone)).days)
    clock = abs(wall_minute(then, zone) - wall_minute(now, zone)) // TICK_MINUTES
    return MOVED + days * TICKS_A_DAY + clock


def due_window(last: date, every_days: int, window_days: int) -> DueWindow:
    """Return when the next maintenance visit is due after the last one."""
    due = last + timedelta(days=every_days)
    return DueWindow(due, due - timedelta(days=window_days), due + timedelta(days=window_days))


def maintenance_days(hours: Hours, window: DueWindow) -> tuple[date, ...]:
    """List the open days of a window, nearest to the due day first, of two as near the earlier."""
    days = open_days(hours, window.first, window.last)
    return tuple(sorted(days, key=lambda day: (abs((day - window.due).days), day)))


def late_options(
    rules: SeriesRules,
    today: DayStarts,
    later: Sequence[DayStarts],
    zone: ZoneInfo,
    *,
    planned: datetime,
    arrives: datetime,
    previous: datetime | None = None,
    following: datetime | None = None,
    others: Sequence[datetime] = (),
    limit: int = 3,
) -> LateAnswer:
    """Say whether the whole visit still fits when its patient comes late, else what does.

    ``today`` holds the starts of the day as if this visit were not booked; the answer is the first
    at or after the arrival that keeps the gaps.
    """
    options = move_options(
        rules, [today, *later], zone, previous=previous, following=following, others=others
    )
    same_day = [at for day, starts in options if day == today.day for at in starts]
    first = next((at for at in same_day if at >= arrives), None)
    minutes = round((arrives - planned).total_seconds() / 60)
    if first is not None:
        wait = round((first - arrives).total_seconds() / 60)
        text = f"{minutes} minutes late: the whole visit still fits today"
        return LateAnswer(True, first, f"{text}, after {wait} minutes." if wait else f"{text}.")
    elsewhere = [at for day, starts in options if day > today.day for at in starts]
    because = f"{minutes} minutes late: the whole visit no longer fits today."
    return LateAnswer(False, None, because, tuple(elsewhere[:limit]))


def affected(visits: Iterable[Taken], outages: Iterable[Taken]) -> tuple[Id, ...]:
    """Name the visits that hold a unit while it is out, each once, in order of time."""
    out = list(outages)
    hit = [
        held
        for held in visits
        if any(
            held.kind is gone.kind
            and held.unit_id == gone.unit_id
            and held.start < gone.end
            and gone.start < held.end
            for gone in out
        )
    ]
    return tuple(dict.fromkeys(held.visit_id for held in sorted(hit, key=lambda held: held.start)))


def gap_reach(
    rules: SeriesRules,
    day: date,
    previous: datetime | None,
    following: datetime | None,
    zone: ZoneInfo,
) -> tuple[int, int | None]:
    """Return the first and the last tick on a day that keep both gaps; (1, 0) if none does."""
    gaps, nothing = rules.gaps, (1, 0)
    low, high = 0, None
    for neighbour, sign in ((previous, 1), (following, -1)):
        if neighbour is None:
            continue
        tick = tick_of(neighbour)
        between = sign * (day - local_day(tick, zone)).days
        if between < gaps.min_days or between > _at_most(gaps.max_days, between):
            return nothing
        if sign > 0:
            low = max(low, tick + max(gaps.min_ticks, 1))
            high = None if gaps.max_ticks is None else tick + gaps.max_ticks
        else:
            top = tick - max(gaps.min_ticks, 1)
            high = top if high is None else min(high, top)
            low = low if gaps.max_ticks is None else max(low, tick - gaps.max_ticks)
    return low, high


def _at_most(limit: int | None, value: int) -> int:
    return value if limit is None else limit


def _day_suits(rules: SeriesRules, day: date, others: Sequence[datetime], zone: ZoneInfo) -> bool:
    """Say whether a visit on a day keeps the weekdays, the week's maximum and the span."""
    days = [local_day(tick_of(at), zone) for at in others]
    if rules.weekdays is not None and day.weekday() not in rules.weekdays:
        return False
    in_week = sum(1 for other in days if monday_of(other) == monday_of(day))
    if rules.max_per_week is not None and in_week >= rules.max_per_week:
        return False
    first, last = min([day, *days]), max([day, *days])
    return last <= last_day(rules, first)
