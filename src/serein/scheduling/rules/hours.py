"""When the clinic is open: weekly rules with an anchor, closures, special openings.

A rule that holds every second week names a date on which it holds (the anchor) and counts whole
weeks from it, backwards too. Parity of ISO weeks would flip after a year of 53 weeks (2026 is one).
Precedence on one date: special opening, then closure, then holiday, then rule. A closed day never
shifts the cycle. A block that ends at or before its start ends on the next local day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from serein.scheduling.rules.ticks import TickSpan, inner_ticks, instant

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """One stretch of opening time on one day, wall clock, half-open."""

    start: time
    end: time

    @property
    def is_overnight(self) -> bool:
        return self.end <= self.start


@dataclass(frozen=True, slots=True)
class Rule:
    """Open on one weekday between two wall-clock times, each week or every n-th from an anchor.

    ``weekday`` counts from Monday = 0. ``valid_until_date`` is the first day on which the rule no
    longer holds, so that a new rule never rewrites the past.
    """

    weekday: int
    start: time
    end: time
    interval_weeks: int = 1
    anchor_date: date | None = None
    valid_from_date: date | None = None
    valid_until_date: date | None = None

    def is_current(self, day: date) -> bool:
        """Say whether this rule is in force on a date, whatever weekday that is."""
        begun = self.valid_from_date is None or day >= self.valid_from_date
        return begun and (self.valid_until_date is None or day < self.valid_until_date)

    def holds_on(self, day: date) -> bool:
        """Say whether this rule opens the clinic on that date."""
        if day.weekday() != self.weekday or not self.is_current(day):
            return False
        if self.interval_weeks == 1 or self.anchor_date is None:
            return True
        weeks = (monday_of(day) - monday_of(self.anchor_date)).days // 7
        return weeks % self.interval_weeks == 0


@dataclass(frozen=True, slots=True)
class Hours:
    """Everything that decides whether the clinic is open on a date."""

    rules: tuple[Rule, ...]
    closures: Mapping[date, str] = field(default_factory=dict)
    specials: Mapping[date, tuple[Block, ...]] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)


class DayKind(StrEnum):
    """Which rule decided about a date."""

    SPECIAL = "special"
    CLOSURE = "closure"
    HOLIDAY = "holiday"
    RULE = "rule"
    OFF_WEEK = "off_week"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class DayExplanation:
    """Whether a date is open, when, and why, in a sentence."""

    day: date
    kind: DayKind
    blocks: tuple[Block, ...]
    because: str

    @property
    def is_open(self) -> bool:
        return bool(self.blocks)


def monday_of(day: date) -> date:
    """Return the Monday of the week that a date is in."""
    return day - timedelta(days=day.weekday())


def explain_day(hours: Hours, day: date) -> DayExplanation:
    """Say whether the clinic is open on a date, and which rule decided."""
    if day in hours.specials:
        blocks = _joined(hours.specials[day])
        return DayExplanation(day, DayKind.SPECIAL, blocks, "Opened specially on this date.")
    if day in hours.closures:
        reason = hours.closures[day]
        return DayExplanation(
            day, DayKind.CLOSURE, (), f"Closed: {reason}." if reason else "Closed."
        )
    if day in hours.holidays:
        return DayExplanation(day, DayKind.HOLIDAY, (), f"Closed for {hours.holidays[day]}.")
    blocks = _joined(Block(rule.start, rule.end) for rule in hours.rules if rule.holds_on(day))
    name = WEEKDAYS[day.weekday()]
    if blocks:
        return DayExplanation(day, DayKind.RULE, blocks, f"Open by the rule for {name}s.")
    if any(rule.weekday == day.weekday() and rule.interval_weeks > 1 for rule in hours.rules):
        return DayExplanation(
            day, DayKind.OFF_WEEK, (), f"Closed: {name}s are not open in this week of the cycle."
        )
    return DayExplanation(day, DayKind.NEVER, (), f"Closed: the clinic does not open on {name}s.")


def is_open(hours: Hours, day: date) -> bool:
    """Say whether the clinic opens at all on a date."""
    return explain_day(hours, day).is_open


def open_days(hours: Hours, first: date, last: date) -> tuple[date, ...]:
    """List the open dates from first to last, both included."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if is_open(hours, day))


def windows(hours: Hours, day: date, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
    """Return the opening blocks of a date as half-open UTC spans."""
    return tuple(
        (instant(day, block.start, zone), instant(_last_day(day, block), block.end, zone))
        for block in explain_day(hours, day).blocks
    )


def tick_windows(hours: Hours, day: date, zone: ZoneInfo) -> tuple[TickSpan, ...]:
    """Return the opening blocks of a date as half-open spans of whole ticks."""
    return tuple(inner_ticks(opens, closes) for opens, closes in windows(hours, day, zone))


def preview_rule(rule: Rule, first: date, last: date) -> tuple[date, ...]:
    """List the dates from first to last, both included, on which a rule opens the clinic."""
    return open_days(Hours((rule,)), first, last)


def rrule_text(rule: Rule, zone: ZoneInfo, on_or_after: date) -> str:
    """Write a rule as RFC 5545 for calendars elsewhere; it is never read back.

    DTSTART is the first date on or after ``on_or_after`` on which the rule holds, so that INTERVAL
    counts from it. One weekday to a rule: with two, INTERVAL=2 would depend on WKST.

    :raises ValueError: the rule never holds after that date
    """
    reach = timedelta(weeks=rule.interval_weeks)
    begin = max(on_or_after, rule.valid_from_date or on_or_after)
    first = next(iter(preview_rule(rule, begin, begin + reach)), None)
    if first is None:
        raise ValueError("Choose an earlier date: the rule does not hold after it.")
    parts = ["FREQ=WEEKLY"]
    if rule.interval_weeks > 1:
        parts.append(f"INTERVAL={rule.interval_weeks}")
    parts.append(f"BYDAY={WEEKDAYS[rule.weekday][:2].upper()}")
    if rule.valid_until_date is not None:
        until = instant(rule.valid_until_date, time(0), zone) - timedelta(seconds=1)
        parts.append(f"UNTIL={until:%Y%m%dT%H%M%SZ}")
    return f"DTSTART;TZID={zone.key}:{first:%Y%m%d}T{rule.start:%H%M%S}\nRRULE:{';'.join(parts)}"


def _last_day(day: date, block: Block) -> date:
    return day if block.end > block.start else day + timedelta(days=1)


def _joined(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Sort blocks and join those that touch or overlap; one over midnight is the day's last."""
    joined: list[Block] = []
    for block in sorted(blocks):
        if joined and (joined[-1].is_overnight or block.start <= joined[-1].end):
            joined[-1] = max(joined[-1], Block(joined[-1].start, block.end), key=_closing)
        else:
            joined.append(block)
    return tuple(joined)


def _closing(block: Block) -> tuple[bool, time]:
    return block.is_overnight, block.end
