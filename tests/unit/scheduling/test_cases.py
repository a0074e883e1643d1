"""Worked cases for opening hours, starts and gaps, with exact answers (``cases.jsonl``).

Unless a case says otherwise: America/New_York; open Monday to Thursday and every other Friday from
``friday_anchor`` 08:00–16:30; a five-minute grid; the standard visit of 140 minutes; one chair.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from serein.scheduling.rules import (
    Block,
    Book,
    FreeDay,
    Hours,
    Rule,
    SeriesRules,
    VisitShape,
    earliest_next,
    elapsed_hours,
    free_day,
    instant,
    is_open,
    move_options,
    open_days,
    search,
    ticks_between,
    windows,
)

ZONE = ZoneInfo("America/New_York")
CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases.jsonl").read_text(encoding="utf-8").splitlines()
]


def _wall(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return instant(moment.date(), moment.time(), ZONE)


def _local(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def _blocks(pairs: list[list[str]]) -> tuple[Block, ...]:
    return tuple(Block(time.fromisoformat(a), time.fromisoformat(b)) for a, b in pairs)


def _hours(given: dict[str, Any]) -> Hours:
    blocks = _blocks(given.get("hours", [["08:00", "16:30"]]))
    rules = [Rule(day, block.start, block.end) for day in range(4) for block in blocks]
    if "friday_anchor" in given:
        anchor = date.fromisoformat(given["friday_anchor"])
        rules += [Rule(4, block.start, block.end, 2, anchor) for block in blocks]
    return Hours(
        rules=tuple(rules),
        closures={date.fromisoformat(day): "holiday" for day in given.get("closed", [])},
        specials={
            date.fromisoformat(day): _blocks(pairs)
            for day, pairs in given.get("special", {}).items()
        },
    )


def _shape(overrides: dict[str, int]) -> VisitShape:
    names = {"checkin": "check_in", "ivstart": "iv_start", "infuse": "infusion"}
    names |= {"recover": "recovery"}
    return VisitShape(**{names.get(name, name): value for name, value in overrides.items()})


def _free_days(given: dict[str, Any], first: date, last: date) -> Iterator[FreeDay]:
    hours, shape = _hours(given), _shape(given.get("visit", {}))
    day = first
    while day <= last:
        chairs: dict[UUID, list[tuple[datetime, datetime]]] = {
            UUID(int=number): [] for number in range(given.get("chairs", 1))
        }
        for chair, wall, *overrides in given.get("booked", {}).get(day.isoformat(), []):
            taken = _shape(overrides[0] if overrides else {})
            start = instant(day, time.fromisoformat(wall), ZONE)
            chairs[UUID(int=chair)].append(taken.chair_span(start))
        yield free_day(hours=hours, day=day, zone=ZONE, shape=shape, book=Book(chairs))
        day += timedelta(days=1)


def _span(given: dict[str, Any]) -> tuple[date, date]:
    return date.fromisoformat(given["from"]), date.fromisoformat(given["to"])


def _summary(starts: list[datetime]) -> dict[str, Any]:
    walls = [at.astimezone(ZONE).strftime("%H:%M") for at in starts]
    return {"count": len(walls), "first": walls[0], "last": walls[-1]}


def _open_days(given: dict[str, Any]) -> Any:
    return [day.isoformat() for day in open_days(_hours(given), *_span(given))]


def _is_open(given: dict[str, Any]) -> Any:
    return {day: is_open(_hours(given), date.fromisoformat(day)) for day in given["dates"]}


def _window_utc(given: dict[str, Any]) -> Any:
    return {
        day: [
            [f"{at:%Y-%m-%dT%H:%MZ}" for at in window]
            for window in windows(_hours(given), date.fromisoformat(day), ZONE)
        ]
        for day in given["dates"]
    }


def _ticks(given: dict[str, Any]) -> Any:
    return {
        day: sum(
            len(ticks_between(*window))
            for window in windows(_hours(given), date.fromisoformat(day), ZONE)
        )
        for day in given["dates"]
    }


def _starts(given: dict[str, Any]) -> Any:
    day = date.fromisoformat(given["date"])
    (free,) = _free_days(given, day, day)
    starts = list(free.starts)
    if "end_between" in given:
        low, high = (instant(day, time.fromisoformat(t), ZONE) for t in given["end_between"])
        shape = _shape(given.get("visit", {}))
        starts = [at for at in starts if low <= shape.ends_at(at) <= high]
    return _summary(starts)


def _earliest_next(given: dict[str, Any]) -> Any:
    after = _wall(given["after"])
    first = after.astimezone(ZONE).date()
    found = earliest_next(
        _free_days(given, first, first + timedelta(days=60)),
        after=after,
        zone=ZONE,
        min_hours=given.get("min_hours", 0),
        min_days=given.get("min_days", 1),
    )
    return found and _local(found)


def _first_start_after(given: dict[str, Any]) -> Any:
    ready = _wall(given["now"]) + timedelta(hours=given["notice_hours"])
    first = ready.astimezone(ZONE).date()
    days = _free_days(given, first, first + timedelta(days=30))
    return next(_local(at) for day in days for at in day.starts if at >= ready)


def _rules(given: dict[str, Any], visits: int) -> SeriesRules:
    return SeriesRules(
        visits=visits,
        infusion_minutes=40,
        min_gap_hours=given.get("min_hours", 0),
        min_gap_days=given.get("min_days", 1),
        max_gap_days=given.get("max_days"),
    )


def _series_earliest(given: dict[str, Any]) -> Any:
    found = search(_rules(given, given["n"]), list(_free_days(given, *_span(given))), ZONE)
    return found and [_local(at) for at in found]


def _reschedule(given: dict[str, Any]) -> Any:
    series = [_wall(text) for text in given["series"]]
    place = given["session"] - 1
    previous, following = series[place - 1], series[place + 1]
    days = list(_free_days(given, previous.date(), following.date()))
    options = move_options(
        _rules(given, len(series)), days, ZONE, previous=previous, following=following
    )
    return {day.isoformat(): _summary(list(starts)) for day, starts in options}


def _elapsed_hours(given: dict[str, Any]) -> Any:
    earlier, later = (datetime.fromisoformat(t).replace(tzinfo=ZONE) for t in given["between"])
    return elapsed_hours(earlier, later)


OPERATIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "open_days": _open_days,
    "is_open": _is_open,
    "window_utc": _window_utc,
    "ticks": _ticks,
    "starts": _starts,
    "earliest_next": _earliest_next,
    "first_start_after": _first_start_after,
    "series_earliest": _series_earliest,
    "reschedule": _reschedule,
    "elapsed_hours": _elapsed_hours,
}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_answers_the_case_exactly(case: dict[str, Any]) -> None:
    assert OPERATIONS[case["op"]](case["given"]) == case["expect"]


def test_python_would_have_subtracted_the_wall_clock() -> None:
    before = datetime(2026, 10, 30, 10, tzinfo=ZONE)
    after = datetime(2026, 11, 2, 10, tzinfo=ZONE)
    assert (after - before).total_seconds() / 3600 == 72
    assert elapsed_hours(before, after) == 73
    assert elapsed_hours(before.astimezone(UTC), after.astimezone(UTC)) == 73
