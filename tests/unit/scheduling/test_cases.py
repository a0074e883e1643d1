"""Worked cases with exact answers, as ``cases.md`` defines them.

The file beside this one is run, or the one that ``SCHEDULING_CASES`` names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from serein.scheduling.rules import (
    USUAL_HOLIDAYS,
    ElapsedRule,
    Hold,
    InviteEvent,
    Kind,
    QuietHours,
    Taken,
    WallRule,
    affected,
    count_series,
    due_window,
    earliest_series,
    elapsed_hours,
    is_open,
    maintenance_days,
    may_book,
    may_hold,
    move_options,
    next_in_series,
    observed_holidays,
    open_days,
    revisions,
    send_at,
    tick_of,
    tick_windows,
    windows,
)
from tests.unit.scheduling.case_book import FAR_DAYS, Case

PATH = Path(os.environ.get("SCHEDULING_CASES") or Path(__file__).parent / "cases.jsonl")
CASES = [json.loads(line) for line in PATH.read_text(encoding="utf-8").splitlines() if line.strip()]


def _span(case: Case) -> tuple[date, date]:
    return date.fromisoformat(case.given["from"]), date.fromisoformat(case.given["to"])


def _open_days(case: Case) -> Any:
    return [day.isoformat() for day in open_days(case.hours, *_span(case))]


def _is_open(case: Case) -> Any:
    return {day: is_open(case.hours, date.fromisoformat(day)) for day in case.given["dates"]}


def _window_utc(case: Case) -> Any:
    return {
        day: [
            [f"{at:%Y-%m-%dT%H:%MZ}" for at in window]
            for window in windows(case.hours, date.fromisoformat(day), case.zone)
        ]
        for day in case.given["dates"]
    }


def _ticks(case: Case) -> Any:
    return {
        day: sum(
            end - start
            for start, end in tick_windows(case.hours, date.fromisoformat(day), case.zone)
        )
        for day in case.given["dates"]
    }


def _starts(case: Case) -> Any:
    day = date.fromisoformat(case.given["date"])
    return case.summary([start.at for start in case.starts(day)])


def _starts_list(case: Case) -> Any:
    day = date.fromisoformat(case.given["date"])
    return [start.at.astimezone(case.zone).strftime("%H:%M") for start in case.starts(day)]


def _earliest_next(case: Case) -> Any:
    after = case.at(case.given["after"])
    days = case.far(case.local_day(after) + timedelta(days=1))
    gaps_only = replace(case.series(2), max_per_week=None)
    found = next_in_series(gaps_only, days, case.zone, after=after)
    return found and case.shown(found)


def _first_start_after(case: Case) -> Any:
    ready = case.at(case.given["now"]) + timedelta(hours=case.given.get("notice_hours", 0))
    first = case.local_day(ready)
    days = (first + timedelta(days=number) for number in range(FAR_DAYS))
    found = (case.shown(start.at) for day in days for start in case.starts(day, ready))
    return next(found, None)


def _series_earliest(case: Case) -> Any:
    days = list(case.day_starts(*_span(case)))
    found = earliest_series(case.series(case.given["n"]), days, case.zone)
    return found and [case.shown(at) for at in found]


def _series_patterns(case: Case) -> Any:
    days = list(case.day_starts(*_span(case)))
    return count_series(case.series(case.given["n"]), days, case.zone).patterns


def _reschedule(case: Case) -> Any:
    given = case.given
    series = [case.at(text) for text in given["series"]]
    place = given["session"] - 1
    others = [at for number, at in enumerate(series) if number != place]
    previous = series[place - 1] if place else None
    following = series[place + 1] if place + 1 < len(series) else None
    reach = timedelta(days=given.get("max_days") or -(-(given.get("max_hours") or 1440) // 24))
    first = case.local_day(previous or series[place + 1] - reach - timedelta(days=1))
    last = case.local_day(following or series[place - 1] + reach + timedelta(days=1))
    if "from" in given:
        first, last = _span(case)
    options = move_options(
        case.series(len(series)),
        list(case.day_starts(first, last)),
        case.zone,
        previous=previous,
        following=following,
        others=others,
    )
    return {day.isoformat(): case.summary(list(starts)) for day, starts in options}


def _holidays(case: Case) -> Any:
    return [day.isoformat() for day in observed_holidays(USUAL_HOLIDAYS, [case.given["year"]])]


def _reminders(case: Case) -> Any:
    visit_at = case.at(case.given["appointment"])
    quiet = None
    if case.given.get("quiet"):
        quiet = QuietHours(*map(time.fromisoformat, case.given["quiet"]))
    rules = (
        ElapsedRule(rule["hours_before"])
        if "hours_before" in rule
        else WallRule(rule["days_before"], time.fromisoformat(rule["at"]))
        for rule in case.given["rules"]
    )
    return [f"{send_at(rule, visit_at, case.zone, quiet):%Y-%m-%dT%H:%MZ}" for rule in rules]


def _ics(case: Case) -> Any:
    lines = revisions(InviteEvent(event) for event in case.given["events"])
    return [[line.method, line.sequence, line.status] for line in lines]


def _maintenance(case: Case) -> Any:
    given = case.given
    window = due_window(
        date.fromisoformat(given["last"]), given["every_days"], given["window_days"]
    )
    return [day.isoformat() for day in maintenance_days(case.hours, window)]


def _elapsed_hours(case: Case) -> Any:
    return elapsed_hours(*map(case.at, case.given["between"]))


def _hold(case: Case) -> Any:
    hold: Hold | None = None
    booked_by: str | None = None
    answers = []
    for second, who, act in case.given["steps"]:
        at = datetime(2026, 10, 5, tzinfo=UTC) + timedelta(seconds=second)
        succeeds = (may_hold if act == "hold" else may_book)(hold, who, at, booked_by=booked_by)
        if succeeds and act == "hold":
            hold = Hold(who, at, case.given["ttl_seconds"])
        elif succeeds:
            booked_by = who
        answers.append(succeeds)
    return answers


def _show_in_tz(case: Case) -> Any:
    at = case.at(case.given["appointment"])
    return {
        zone: at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %Z")
        for zone in case.given["zones"]
    }


def _affected(case: Case) -> Any:
    day = date.fromisoformat(case.given["date"])
    outages = [
        Taken(Kind.CHAIR, *(tick_of(case.at(f"{day}T{wall}")) for wall in walls), chair)
        for chair, *walls in case.given["chair_off"]
    ]
    booked = case.booked(day)
    return [booked[number][1] for number in affected(case.taken(day), outages)]


OPERATIONS: dict[str, Callable[[Case], Any]] = {
    "affected": _affected,
    "earliest_next": _earliest_next,
    "elapsed_hours": _elapsed_hours,
    "first_start_after": _first_start_after,
    "hold": _hold,
    "holidays": _holidays,
    "ics": _ics,
    "is_open": _is_open,
    "maintenance": _maintenance,
    "open_days": _open_days,
    "reminders": _reminders,
    "reschedule": _reschedule,
    "series_earliest": _series_earliest,
    "series_patterns": _series_patterns,
    "show_in_tz": _show_in_tz,
    "starts": _starts,
    "starts_list": _starts_list,
    "ticks": _ticks,
    "window_utc": _window_utc,
}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_answers_the_case_exactly(case: dict[str, Any]) -> None:
    assert OPERATIONS[case["op"]](Case(case["given"])) == case["expect"]
