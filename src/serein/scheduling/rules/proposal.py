"""Whole series to choose from, each with a reason, or the limit that leaves none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations
from typing import TYPE_CHECKING
from uuid import UUID

from serein.scheduling.rules.hours import WEEKDAYS, monday_of
from serein.scheduling.rules.series import (
    SeriesRules,
    search,
    search_same_time,
    without_pattern,
)
from serein.scheduling.rules.starts import FreeDay
from serein.scheduling.rules.words import day_words, listed, number_word, time_words, weekday_words

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Offer:
    """One complete legal series: when, in which chairs, and what speaks for it."""

    starts: tuple[datetime, ...]
    chair_ids: tuple[UUID, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What fits. ``because`` is empty when the plan fits as it is, else it names what binds."""

    offers: tuple[Offer, ...]
    fits_as_planned: bool
    because: str = ""


def propose(
    rules: SeriesRules,
    *,
    free: Sequence[FreeDay],
    unbooked: Sequence[FreeDay],
    zone: ZoneInfo,
    limit: int = 4,
) -> Proposal:
    """Propose series for the free starts; ``unbooked`` are the starts if nothing were booked."""
    offers = _offers(rules, free, zone, limit)
    if offers:
        return Proposal(offers, fits_as_planned=True)
    because = binding(rules, free=free, unbooked=unbooked, zone=zone)
    return Proposal(_nearest_offers(rules, free, zone, limit), False, because)


def binding(
    rules: SeriesRules, *, free: Sequence[FreeDay], unbooked: Sequence[FreeDay], zone: ZoneInfo
) -> str:
    """Name, in a sentence, the limit without which a series would exist."""
    if not unbooked:
        return "The clinic is not open in these weeks."
    if search(rules, unbooked, zone) is not None:
        first, last = day_words(unbooked[0].day), day_words(unbooked[-1].day)
        return (
            f"Every series that would keep the gaps between {first} and {last} meets a chair that "
            f"is already taken."
        )
    for loosened, sentence in _loosenings(rules, unbooked, zone):
        if search(loosened, unbooked, zone) is not None:
            return sentence
    return "There are not enough open days in these weeks for the whole series."


def _loosenings(
    rules: SeriesRules, days: Sequence[FreeDay], zone: ZoneInfo
) -> list[tuple[SeriesRules, str]]:
    """Pair each limit, taken away, with the sentence that names it."""
    pairs: list[tuple[SeriesRules, str]] = []
    if rules.calendar_weeks is not None:
        pairs.append((replace(rules, calendar_weeks=None), _weeks_sentence(rules, days, zone)))
        pairs.append((without_pattern(rules), _weeks_sentence(rules, days, zone)))
    if rules.weekdays is not None:
        names = listed([WEEKDAYS[day] for day in sorted(rules.weekdays)])
        text = f"The clinic does not open often enough on {names} alone."
        pairs.append((replace(rules, weekdays=None), text))
    if rules.max_gap_days is not None:
        text = (
            f"At most {rules.max_gap_days} days may lie between two infusions, and the clinic is "
            f"closed for longer than that."
        )
        pairs.append((replace(rules, max_gap_days=None), text))
    if rules.span_days is not None:
        text = f"The series does not fit into {rules.span_days} days."
        pairs.append((replace(rules, span_days=None), text))
    if rules.max_per_week is not None:
        count = number_word(rules.max_per_week)
        text = f"More than {count} infusions would be needed in one week."
        pairs.append((replace(rules, max_per_week=None), text))
    return pairs


def _weeks_sentence(rules: SeriesRules, days: Sequence[FreeDay], zone: ZoneInfo) -> str:
    weeks = rules.calendar_weeks or 1
    wanted = -(-rules.visits // weeks)
    text = (
        f"{number_word(wanted).capitalize()} infusions in each of {number_word(weeks)} weeks in a "
        f"row do not fit the opening hours"
    )
    opened = [day for day in days if day.chairs_at]
    for monday in sorted({monday_of(day.day) for day in opened})[1:]:
        inside = [day for day in opened if monday_of(day.day) == monday]
        holds = most_in_one_week(rules, inside, zone)
        if holds < wanted:
            names = weekday_words([day.day.weekday() for day in inside])
            return (
                f"{text}: the week of {monday.day} {monday:%B} opens {names} and holds "
                f"{number_word(holds)} with {rules.min_gap_hours} hours between them."
            )
    return f"{text}."


def most_in_one_week(rules: SeriesRules, days: Sequence[FreeDay], zone: ZoneInfo) -> int:
    """Count how many visits of a series one week can hold under the gaps."""
    single = replace(rules, calendar_weeks=1, span_days=None, weekdays=None)
    for count in range(min(rules.visits, len(days)), 0, -1):
        if search(replace(single, visits=count), days, zone) is not None:
            return count
    return 0


def _nearest_offers(
    rules: SeriesRules, free: Sequence[FreeDay], zone: ZoneInfo, limit: int
) -> tuple[Offer, ...]:
    """Offer the tightest series that keep the gaps though not the pattern of the plan."""
    if rules.calendar_weeks is None and rules.weekdays is None:
        return ()
    loose = without_pattern(rules)
    found: dict[tuple[date, ...], tuple[datetime, ...]] = {}
    widest = loose.span_days or rules.visits * 7
    for span in range(max(widest - 2, 1), widest + 1):
        starts = search(replace(loose, span_days=span), free, zone)
        if starts is not None:
            found.setdefault(_days_of(starts, zone), starts)
    for starts in _fixed_weekdays(loose, free, zone):
        found.setdefault(_days_of(starts, zone), starts)
    ranked = sorted(found.values(), key=lambda starts: (starts[-1] - starts[0], starts[0]))
    return tuple(_offer(starts, free, zone) for starts in ranked[:limit])


def _offers(
    rules: SeriesRules, free: Sequence[FreeDay], zone: ZoneInfo, limit: int
) -> tuple[Offer, ...]:
    soonest = search(rules, free, zone)
    if soonest is None:
        return ()
    found = {_days_of(soonest, zone): soonest}
    for starts in _fixed_weekdays(rules, free, zone):
        found.setdefault(_days_of(starts, zone), starts)
    first, *others = found.values()
    ranked = sorted(others, key=lambda starts: (starts[-1], starts[0]))
    return tuple(_offer(starts, free, zone) for starts in [first, *ranked][:limit])


def _fixed_weekdays(
    rules: SeriesRules, free: Sequence[FreeDay], zone: ZoneInfo
) -> list[tuple[datetime, ...]]:
    """Find series on the same weekdays and at the same time each week."""
    open_on = {day.day.weekday() for day in free if day.chairs_at}
    if rules.weekdays is not None:
        open_on &= rules.weekdays
    size = min(rules.max_per_week or 2, 3)
    found: list[tuple[datetime, ...]] = []
    for chosen in combinations(sorted(open_on), size):
        narrowed = replace(rules, weekdays=frozenset(chosen))
        if search(narrowed, free, zone) is None:
            continue
        starts = search_same_time(narrowed, free, zone)
        if starts is not None:
            found.append(starts)
    return found


def _days_of(starts: Sequence[datetime], zone: ZoneInfo) -> tuple[date, ...]:
    return tuple(at.astimezone(zone).date() for at in starts)


def _offer(starts: tuple[datetime, ...], free: Sequence[FreeDay], zone: ZoneInfo) -> Offer:
    first = {at: chairs for day in free for at, chairs in day.chairs_for_first.items()}
    later = {at: chairs for day in free for at, chairs in day.chairs_at.items()}
    free_at = [first[starts[0]], *(later[at] for at in starts[1:])]
    shared = [chair for chair in free_at[0] if all(chair in chairs for chairs in free_at)]
    chosen = tuple(shared[0] if shared else chairs[0] for chairs in free_at)
    because = f"{offer_title(starts, zone)}, {offer_words(starts, zone)}"
    return Offer(starts, chosen, because)


def offer_title(starts: Sequence[datetime], zone: ZoneInfo) -> str:
    """Say on which weekdays a series lies and at what time."""
    days = _days_of(starts, zone)
    weekdays = weekday_words(sorted({day.weekday() for day in days}))
    times = sorted({at.astimezone(zone).time() for at in starts})
    return f"{weekdays} {f'at {time_words(times[0])}' if len(times) == 1 else 'at different times'}"


def offer_words(starts: Sequence[datetime], zone: ZoneInfo) -> str:
    """Say how long a series takes and when it ends."""
    days = _days_of(starts, zone)
    length = (days[-1] - days[0]).days + 1
    return f"{length} days from first to last, ends {day_words(days[-1])}"
