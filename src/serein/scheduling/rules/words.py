"""Opening hours and series in words that staff and patients read alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.scheduling.rules.hours import (
    WEEKDAYS,
    Block,
    DayKind,
    Hours,
    Rule,
    explain_day,
    monday_of,
    open_days,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_EVERY = {2: "every other", 3: "every third", 4: "every fourth"}


@dataclass(frozen=True, slots=True)
class WeekPreview:
    """One week of the preview: its Monday, when it is open, and what is unusual about it."""

    monday: date
    open_words: str
    notes: tuple[str, ...]


def number_word(number: int) -> str:
    """Write a small number as a word, a larger one in figures."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: one, two and three."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def day_words(day: date) -> str:
    """Write a date as "Tuesday 3 March"."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {day:%B}"


def time_words(wall: time) -> str:
    """Write a time as "08:00"."""
    return clock(wall)


def start_words(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment as "Tuesday 3 March at 10:00", in the clinic's zone."""
    local = at.astimezone(zone)
    return f"{day_words(local.date())} at {time_words(local.time())}"


def block_words(block: Block) -> str:
    """Write a stretch of opening time as "08:00–16:30"."""
    return f"{time_words(block.start)}–{time_words(block.end)}"


def hours_sentence(rules: Iterable[Rule], on_date: date) -> str:
    """Say the weekly opening hours that hold on a date, in one or two sentences."""
    current = [rule for rule in rules if rule.is_current(on_date)]
    if not current:
        return "The opening hours are not set yet."
    parts: list[str] = []
    for interval in sorted({rule.interval_weeks for rule in current}):
        same = [rule for rule in current if rule.interval_weeks == interval]
        for blocks, weekdays in _by_blocks(same):
            names = weekday_words(weekdays)
            prefix = "" if interval == 1 else _EVERY.get(interval, f"every {interval} weeks on")
            times = listed([block_words(block) for block in blocks])
            parts.append(" ".join(word for word in (prefix, names, times) if word))
    closed = [day for day in range(7) if day not in {rule.weekday for rule in current}]
    sentence = f"Open {listed(parts)}."
    if closed == [5, 6]:
        return f"{sentence} Closed at weekends."
    return f"{sentence} Closed on {weekday_words(closed)}." if closed else sentence


def next_alternate_days(hours: Hours, on_date: date, limit: int = 3) -> tuple[date, ...]:
    """List the next open dates of the weekdays that do not open every week."""
    weekdays = {rule.weekday for rule in hours.rules if rule.interval_weeks > 1}
    days = open_days(hours, on_date, on_date + timedelta(weeks=16))
    return tuple(day for day in days if day.weekday() in weekdays)[:limit]


def preview(hours: Hours, first: date, weeks: int = 12) -> tuple[WeekPreview, ...]:
    """Say, week by week, when the clinic is open."""
    start = monday_of(first)
    return tuple(_week(hours, start + timedelta(weeks=n)) for n in range(weeks))


def _week(hours: Hours, monday: date) -> WeekPreview:
    days = [explain_day(hours, monday + timedelta(days=n)) for n in range(7)]
    open_now = [day for day in days if day.is_open]
    notes = [
        f"{day_words(day.day)}: {_special_words(day.blocks)}"
        if day.kind is DayKind.SPECIAL
        else f"{day_words(day.day)}: {day.because[0].lower()}{day.because[1:-1]}"
        for day in days
        if day.kind in {DayKind.SPECIAL, DayKind.CLOSURE, DayKind.HOLIDAY}
    ]
    words = weekday_words([day.day.weekday() for day in open_now])
    return WeekPreview(monday, f"Open {words}" if words else "Closed all week", tuple(notes))


def _special_words(blocks: Sequence[Block]) -> str:
    times = listed([block_words(block) for block in blocks])
    return f"opened specially {times}" if times else "closed specially"


def _by_blocks(rules: Sequence[Rule]) -> list[tuple[tuple[Block, ...], list[int]]]:
    """Group weekdays that have the same blocks, in order of the week."""
    of_day: dict[int, list[Block]] = {}
    for rule in rules:
        of_day.setdefault(rule.weekday, []).append(Block(rule.start, rule.end))
    groups: dict[tuple[Block, ...], list[int]] = {}
    for weekday in sorted(of_day):
        groups.setdefault(tuple(sorted(of_day[weekday])), []).append(weekday)
    return list(groups.items())


def weekday_words(weekdays: Sequence[int]) -> str:
    """Write weekdays with runs of three or more as "Monday to Thursday"."""
    words: list[str] = []
    rest = sorted(weekdays)
    while rest:
        length = next((n for n in range(1, len(rest)) if rest[n] != rest[0] + n), len(rest))
        run, rest = rest[:length], rest[length:]
        if length > 2:
            words.append(f"{WEEKDAYS[run[0]]} to {WEEKDAYS[run[-1]]}")
        else:
            words.extend(WEEKDAYS[weekday] for weekday in run)
    return listed(words)
