"""Reads a case of ``cases.jsonl`` into the terms of the rules; every answer is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from serein.scheduling.rules import (
    Block,
    Cover,
    CoverMode,
    DayBook,
    DayStarts,
    Hours,
    Kind,
    Rule,
    SeriesRules,
    Start,
    Taken,
    Unit,
    VisitType,
    day_masks,
    find_starts,
    footprints,
    infusion_type,
    instant,
    moment_of,
    taken_by,
    tick_of,
    tick_windows,
    ticks_for,
)

NAMES = {
    "checkin": "check_in",
    "ivstart": "iv_start",
    "infuse": "infusion",
    "recover": "recovery",
}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FAR_DAYS = 400
"""How far the questions for "the next" look before they answer that there is none."""


class Case:
    """What a case gives, in the terms of the rules."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.zone = ZoneInfo(given.get("zone", given.get("tz", "America/New_York")))
        self.hours = _hours(given)
        self.visit = _visit(given.get("visit", {}))
        self.grid = given.get("grid", 5)

    def at(self, text: str) -> datetime:
        """The UTC moment of a local date and time."""
        moment = datetime.fromisoformat(text.replace(" ", "T"))
        return instant(moment.date(), moment.time(), self.zone)

    def shown(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def local_day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def book(self, day: date) -> DayBook:
        """Everything about one day."""
        given = self.given
        pools = {
            kind: given[name]
            for name, kind in (("nurses", Kind.NURSE), ("prescribers", Kind.PRESCRIBER))
            if given.get(name) is not None
        }
        longest = max(
            footprint.total_ticks
            for visit in (self.visit, *(booked for _, _, booked in self.booked(day)))
            for footprint in footprints(visit)
        )
        return DayBook(
            day=day,
            windows=tick_windows(self.hours, day, self.zone),
            units=tuple(Unit(n, Kind.CHAIR) for n in range(given.get("chairs", 1))),
            taken=self.taken(day),
            pools=pools,
            cover=Cover(CoverMode.POOL),
            unlimited=frozenset(Kind) - {Kind.CHAIR} - set(pools),
            tail_ticks=longest,
        )

    def booked(self, day: date) -> list[tuple[int, str, VisitType]]:
        """The visits that stand on a day: chair, time, kind of visit."""
        entries = self.given.get("booked", {}).get(day.isoformat(), [])
        return [
            (chair, wall, _visit(overrides[0] if overrides and overrides[0] else {}))
            for chair, wall, *overrides in entries
        ]

    def taken(self, day: date) -> tuple[Taken, ...]:
        """What those visits hold; the visit is named by its place in the list."""
        return tuple(
            held
            for number, (chair, wall, visit) in enumerate(self.booked(day))
            for held in taken_by(
                footprints(visit)[0],
                tick_of(instant(day, time.fromisoformat(wall), self.zone)),
                {Kind.CHAIR: chair},
                visit_id=number,
            )
        )

    def starts(self, day: date, not_before: datetime | None = None) -> tuple[Start, ...]:
        """The legal starts of a day, inside the limits of the case."""
        low, high = self._limits(day)
        if not_before is not None:
            low = max(low, _tick_from(not_before))
        return find_starts(
            self.visit,
            [day_masks(self.book(day))],
            zone=self.zone,
            not_before=low,
            not_after=high,
            grid_minutes=self.grid,
        )

    def _limits(self, day: date) -> tuple[int, int]:
        stay = ticks_for(self.visit.patient_minutes)
        low, high = 0, 1 << 40
        for name, length in (("start_between", 0), ("end_between", stay)):
            if self.given.get(name):
                first, last = (
                    instant(day, time.fromisoformat(wall), self.zone) for wall in self.given[name]
                )
                low, high = max(low, _tick_from(first) - length), min(high, tick_of(last) - length)
        return low, high

    def day_starts(self, first: date, last: date) -> Iterator[DayStarts]:
        """The legal starts of each day from first to last."""
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            yield DayStarts(day, tuple(start.tick for start in self.starts(day)))

    def far(self, first: date) -> Iterator[DayStarts]:
        return self.day_starts(first, first + timedelta(days=FAR_DAYS))

    def series(self, visits: int) -> SeriesRules:
        """What a series of the case must keep to."""
        given = self.given
        weekdays = given.get("allowed_weekdays", given.get("weekdays"))
        return SeriesRules(
            visits=visits,
            infusion_minutes=40,
            min_gap_hours=given.get("min_hours") or 0,
            max_gap_hours=given.get("max_hours"),
            min_gap_days=1 if given.get("min_days") is None else given["min_days"],
            max_gap_days=given.get("max_days"),
            max_per_week=given.get("max_per_week"),
            weekdays=None if weekdays is None else frozenset(map(_weekday, weekdays)),
        )

    def summary(self, starts: list[datetime]) -> dict[str, Any]:
        walls = [at.astimezone(self.zone).strftime("%H:%M") for at in starts]
        ends = {"first": walls[0], "last": walls[-1]} if walls else {"first": None, "last": None}
        return {"count": len(walls), **ends}


def blocks(pairs: list[list[str]]) -> tuple[Block, ...]:
    return tuple(Block(_wall(start), _wall(end)) for start, end in pairs)


def _hours(given: dict[str, Any]) -> Hours:
    usual = blocks(given.get("hours", [["08:00", "16:30"]]))
    rules = [Rule(day, block.start, block.end) for day in range(4) for block in usual]
    if given.get("friday_anchor"):
        anchor = date.fromisoformat(given["friday_anchor"])
        rules += [Rule(4, block.start, block.end, 2, anchor) for block in usual]
    return Hours(
        rules=tuple(rules),
        closures={date.fromisoformat(day): "holiday" for day in given.get("closed", [])},
        specials={
            date.fromisoformat(day): blocks(pairs)
            for day, pairs in given.get("special", {}).items()
        },
    )


def _visit(overrides: dict[str, int]) -> VisitType:
    return infusion_type().with_minutes(
        {NAMES.get(name, name): minutes for name, minutes in overrides.items()}
    )


def _weekday(name: int | str) -> int:
    return name if isinstance(name, int) else WEEKDAYS.index(name[:3].lower())


def _wall(text: str) -> time:
    return time(0) if text == "24:00" else time.fromisoformat(text)


def _tick_from(at: datetime) -> int:
    """The first tick that begins at or after a moment."""
    tick = tick_of(at)
    return tick if moment_of(tick) >= at.astimezone(UTC) else tick + 1
