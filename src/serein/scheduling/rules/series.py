"""What a series must keep to, what is wished for, and the exact searches over legal starts.

Gaps count from start to start. Wishes are costs, in minutes of inconvenience: they rank what is
legal and never forbid anything.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import ceil, floor
from typing import TYPE_CHECKING

from serein.scheduling.rules.hours import monday_of
from serein.scheduling.rules.ladder import Ladder
from serein.scheduling.rules.phases import Id
from serein.scheduling.rules.rows import Done, Gaps, Row, week_of
from serein.scheduling.rules.ticks import TICK_MINUTES, local_day, moment_of, tick_of, wall_minute
from serein.scheduling.rules.visit import RECOVERY_MINUTES

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

TICKS_PER_HOUR = 60 // TICK_MINUTES


@dataclass(frozen=True, slots=True)
class Weights:
    """What it costs to miss a wish, in minutes (clinic default, review)."""

    weekday: int = 120
    day_later: int = 20
    day_off_spacing: int = 60
    chair_change: int = 60
    nurse_change: int = 60


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the patient and the clinic would like; each is a cost, none a limit."""

    time_of_day: time | None = None
    weekdays: frozenset[int] = frozenset()
    spacing_days: int | None = None
    same_chair: bool = False
    same_nurse: bool = False
    finish_early: bool = True
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True, slots=True)
class SeriesRules:
    """What a series of one plan must keep to.

    Gaps count from start to start: the ``_hours`` are elapsed, the ``_days`` local calendar days,
    limits included. ``max_per_week`` counts weeks from Monday to Sunday. ``calendar_weeks`` asks for
    all visits inside that many consecutive such weeks, ``span_days`` inside that many days from the
    first visit to the last. ``preferred_time`` and ``wishes`` only rank.
    """

    visits: int
    infusion_minutes: int
    min_gap_hours: float = 0
    min_gap_days: int = 1
    max_gap_days: int | None = None
    max_per_week: int | None = None
    weekdays: frozenset[int] | None = None
    calendar_weeks: int | None = None
    span_days: int | None = None
    preferred_time: time | None = None
    first_recovery_minutes: int = RECOVERY_MINUTES
    max_gap_hours: float | None = None
    wishes: Wishes = Wishes()

    @property
    def gaps(self) -> Gaps:
        """The limits in ticks and days."""
        most = self.max_gap_hours
        return Gaps(
            visits=self.visits,
            min_ticks=ceil(self.min_gap_hours * TICKS_PER_HOUR),
            max_ticks=None if most is None else floor(most * TICKS_PER_HOUR),
            min_days=self.min_gap_days,
            max_days=self.max_gap_days,
            max_per_week=self.max_per_week,
        )

    @property
    def wished_time(self) -> time | None:
        return self.wishes.time_of_day or self.preferred_time


@dataclass(frozen=True, slots=True)
class DayStarts:
    """The legal starts of one day, ascending; those of the longer first visit where they differ.

    ``chairs`` and ``nurses`` say for each start which are free for the whole visit; nurses are told
    where one keeps the patient throughout, not where all are a pool.
    """

    day: date
    ticks: tuple[int, ...]
    first_ticks: tuple[int, ...] | None = None
    chairs: Mapping[int, tuple[Id, ...]] = field(default_factory=dict)
    first_chairs: Mapping[int, tuple[Id, ...]] | None = None
    nurses: Mapping[int, tuple[Id, ...]] = field(default_factory=dict)
    first_nurses: Mapping[int, tuple[Id, ...]] | None = None

    def ticks_for(self, number: int) -> tuple[int, ...]:
        return self.ticks if number > 1 or self.first_ticks is None else self.first_ticks

    def chairs_for(self, number: int) -> Mapping[int, tuple[Id, ...]]:
        return self.chairs if number > 1 or self.first_chairs is None else self.first_chairs

    def nurses_for(self, number: int) -> Mapping[int, tuple[Id, ...]]:
        return self.nurses if number > 1 or self.first_nurses is None else self.first_nurses


@dataclass(frozen=True, slots=True)
class SeriesCount:
    """How many sets of days allow a series, and how many choices of starts there are in all."""

    patterns: int
    combinations: int


Pins = Mapping[int, date | datetime]
"""For the number of a visit, from 1: the day or the moment at which it must stay."""

Days = Sequence[DayStarts]
CostOf = Callable[[int, int], int]
"""The cost of a visit's number and its tick, where the wishes are not what counts."""


def series_exists(
    rules: SeriesRules,
    days: Days,
    zone: ZoneInfo,
    *,
    pins: Pins | None = None,
    done: Sequence[datetime] = (),
) -> bool:
    """Say whether there is a legal series at all."""
    return any(ladder.exists() for ladder in ladders(rules, days, zone, pins=pins, done=done))


def earliest_series(
    rules: SeriesRules,
    days: Days,
    zone: ZoneInfo,
    *,
    pins: Pins | None = None,
    done: Sequence[datetime] = (),
) -> tuple[datetime, ...] | None:
    """Return the lexicographically earliest legal series, or None. Wishes do not count."""
    for ladder in ladders(rules, days, zone, pins=pins, done=done):
        found = ladder.earliest()
        if found is not None:
            return tuple(moment_of(tick) for tick in found)
    return None


def count_series(
    rules: SeriesRules,
    days: Days,
    zone: ZoneInfo,
    *,
    pins: Pins | None = None,
    done: Sequence[datetime] = (),
) -> SeriesCount:
    """Count all patterns of days, and all choices of starts, exactly."""
    found = list(ladders(rules, days, zone, pins=pins, done=done))
    return SeriesCount(
        sum(ladder.count_patterns() for ladder in found),
        sum(ladder.count_combinations() for ladder in found),
    )


def ladders(
    rules: SeriesRules,
    days: Days,
    zone: ZoneInfo,
    *,
    pins: Pins | None = None,
    done: Sequence[datetime] = (),
    cost_of: CostOf | None = None,
) -> Iterator[Ladder]:
    """Yield the searches that together cover all series, by first day where a span is asked for."""
    kept = [starts for starts in days if _is_allowed(rules, starts)]
    table = _Table(rules, kept, zone, pins or {}, cost_of)
    before = _done(done, zone)
    if rules.span_days is None and rules.calendar_weeks is None:
        yield table.ladder(kept, None, before)
    elif done:
        last = last_day(rules, local_day(tick_of(done[0]), zone))
        yield table.ladder([starts for starts in kept if starts.day <= last], None, before)
    else:
        for number, first in enumerate(kept):
            last = last_day(rules, first.day)
            inside = [starts for starts in kept[number:] if starts.day <= last]
            if len(inside) >= rules.visits:
                yield table.ladder(inside, first.day, None)


def last_day(rules: SeriesRules, first: date) -> date:
    """Return the last day that a series which begins on a day may use."""
    limits = [date.max]
    if rules.span_days is not None:
        limits.append(first + timedelta(days=rules.span_days - 1))
    if rules.calendar_weeks is not None:
        limits.append(monday_of(first) + timedelta(days=rules.calendar_weeks * 7 - 1))
    return min(limits)


def gap_problem(
    rules: SeriesRules, starts: Sequence[datetime], zone: ZoneInfo
) -> tuple[int, str] | None:
    """Find the first visit that breaks a gap: its number, and the sentence that says how."""
    for number, (earlier, later) in enumerate(itertools.pairwise(starts), start=2):
        if later < earlier + timedelta(hours=rules.min_gap_hours):
            return number, (
                f"Choose a later time for infusion {number}: at least {rules.min_gap_hours:g} "
                f"hours must lie between the starts of two infusions."
            )
        days = (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days
        if days < rules.min_gap_days:
            return number, f"Choose a later day for infusion {number}."
        if rules.max_gap_days is not None and days > rules.max_gap_days:
            return number, (
                f"Choose an earlier day for infusion {number}: at most {rules.max_gap_days} days "
                f"may lie between two infusions."
            )
        longest = rules.max_gap_hours
        if longest is not None and later > earlier + timedelta(hours=longest):
            return number, (
                f"Choose an earlier time for infusion {number}: at most {longest:g} hours may lie "
                f"between the starts of two infusions."
            )
    return None


def _is_allowed(rules: SeriesRules, starts: DayStarts) -> bool:
    has_starts = bool(starts.ticks or starts.first_ticks)
    return has_starts and (rules.weekdays is None or starts.day.weekday() in rules.weekdays)


def _done(done: Sequence[datetime], zone: ZoneInfo) -> Done | None:
    if not done:
        return None
    days = [local_day(tick_of(at), zone).toordinal() for at in done]
    in_week = sum(1 for day in days if week_of(day) == week_of(days[-1]))
    return Done(tick_of(done[-1]), days[-1], in_week)


class _Table:
    """The rows of a search, each worked out once and shared by all visits that have the same."""

    def __init__(
        self,
        rules: SeriesRules,
        days: Sequence[DayStarts],
        zone: ZoneInfo,
        pins: Pins,
        cost_of: CostOf | None,
    ) -> None:
        self.rules, self.zone, self.pins, self.cost_of = rules, zone, pins, cost_of
        self.begin = days[0].day.toordinal() if days else 0
        self._rows: dict[object, Row] = {}
        self._minutes: dict[tuple[int, ...], list[int]] = {}

    def ladder(self, days: Sequence[DayStarts], first: date | None, done: Done | None) -> Ladder:
        levels = [
            [
                Row()
                if number == 1 and first not in {None, starts.day}
                else self._row(number, starts)
                for starts in days
            ]
            for number in range(1, self.rules.visits + 1)
        ]
        ordinals = [starts.day.toordinal() for starts in days]
        return Ladder(self.rules.gaps, ordinals, levels, done=done, link=self._link())

    def _link(self) -> Callable[[int], int] | None:
        wanted = self.rules.wishes.spacing_days
        if wanted is None or self.cost_of is not None:
            return None
        price = self.rules.wishes.weights.day_off_spacing
        return lambda gap: price * abs(gap - wanted)

    def _row(self, number: int, starts: DayStarts) -> Row:
        ticks, pin = starts.ticks_for(number), self.pins.get(number)
        is_last = number == self.rules.visits
        own = self.cost_of is not None or pin is not None
        key = (starts.day, number if own else (id(ticks), is_last))
        if key not in self._rows:
            legal = ticks if pin is None else tuple(t for t in ticks if self._is_pinned(t, pin))
            self._rows[key] = Row(legal, self._costs(number, starts, legal))
        return self._rows[key]

    def _is_pinned(self, tick: int, pin: date | datetime) -> bool:
        if isinstance(pin, datetime):
            return tick == tick_of(pin)
        return local_day(tick, self.zone) == pin

    def _costs(self, number: int, starts: DayStarts, ticks: tuple[int, ...]) -> tuple[int, ...]:
        if self.cost_of is not None:
            return tuple(self.cost_of(number, tick) for tick in ticks)
        wishes, flat = self.rules.wishes, 0
        if wishes.weekdays and starts.day.weekday() not in wishes.weekdays:
            flat += wishes.weights.weekday
        if wishes.finish_early and number == self.rules.visits:
            flat += wishes.weights.day_later * (starts.day.toordinal() - self.begin)
        missed = self._missed(ticks)
        return tuple([flat + minutes for minutes in missed] if flat else missed)

    def _missed(self, ticks: tuple[int, ...]) -> Sequence[int]:
        """By how many minutes of the clock each start misses the wished time of day."""
        wish = self.rules.wished_time
        if wish is None:
            return [0] * len(ticks)
        if ticks not in self._minutes:
            wanted = wish.hour * 60 + wish.minute
            self._minutes[ticks] = [abs(m - wanted) for m in _wall_minutes(ticks, self.zone)]
        return self._minutes[ticks]


def _wall_minutes(ticks: Sequence[int], zone: ZoneInfo) -> list[int]:
    """The wall-clock minutes of starts of one day; one conversion where the clocks stand still."""
    if not ticks:
        return []
    first, last = wall_minute(ticks[0], zone), wall_minute(ticks[-1], zone)
    if last - first == (ticks[-1] - ticks[0]) * TICK_MINUTES:
        return [first + (tick - ticks[0]) * TICK_MINUTES for tick in ticks]
    return [wall_minute(tick, zone) for tick in ticks]
