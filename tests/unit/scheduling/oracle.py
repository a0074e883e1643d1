"""A plain oracle: minute by minute, person by person, with nothing clever and nothing shared.

It reads the same cases as the rules do and answers them from the definitions in ``cases.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, pairwise, product
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
USUAL = {
    "checkin": 15,
    "ivstart": 15,
    "infuse": 40,
    "recover": 60,
    "discharge": 10,
    "turnover": 10,
}
MINUTE = timedelta(minutes=1)


def moment(day: date, wall: str) -> datetime:
    """A wall-clock time in UTC; skipped ones move forward, repeated ones mean the first."""
    return datetime.combine(day, time.fromisoformat(wall), tzinfo=ZONE).astimezone(UTC)


def opening(case: dict[str, Any], day: date) -> list[tuple[datetime, datetime]]:
    """The blocks of a day."""
    name = day.isoformat()
    blocks = case.get("hours", [["08:00", "16:30"]])
    if name in case.get("special", {}):
        blocks = case["special"][name]
    elif name in case.get("closed", []) or day.weekday() > 4:
        return []
    elif day.weekday() == 4:
        anchor = case.get("friday_anchor")
        if not anchor or (day - date.fromisoformat(anchor)).days % 14:
            return []
    return [(moment(day, start), moment(day, end)) for start, end in blocks]


def demands(start: datetime, lengths: dict[str, int]) -> Iterator[tuple[datetime, bool, int, bool]]:
    """For each minute of a visit: whether it takes the chair, its quarter-nurses, and a prescriber."""
    at = start
    loads = {"ivstart": 4, "infuse": 2, "recover": 1, "discharge": 4}
    for phase in USUAL:
        for left in range(lengths[phase], 0, -1):
            yield at, phase != "checkin", loads.get(phase, 0), phase == "ivstart" and left <= 10
            at += MINUTE


def starts(case: dict[str, Any], day: date) -> list[datetime]:
    """Every legal start of a day."""
    lengths = {**USUAL, **case.get("visit", {})}
    stay = sum(lengths.values()) - lengths["turnover"]
    taken: set[tuple[int, datetime]] = set()
    nurses: dict[datetime, int] = {}
    prescribers: dict[datetime, int] = {}
    for chair, wall, *more in case.get("booked", {}).get(day.isoformat(), []):
        booked = {**USUAL, **(more[0] if more else {})}
        for at, holds, load, signs in demands(moment(day, wall), booked):
            if holds:
                taken.add((chair, at))
            nurses[at] = nurses.get(at, 0) + load
            prescribers[at] = prescribers.get(at, 0) + signs

    def fits(start: datetime) -> bool:
        wanted = list(demands(start, lengths))
        chairs = any(
            all((chair, at) not in taken for at, holds, _, _ in wanted if holds)
            for chair in range(case.get("chairs", 1))
        )
        carried = "nurses" not in case or all(
            nurses.get(at, 0) + load <= 4 * case["nurses"] for at, _, load, _ in wanted if load
        )
        signed = "prescribers" not in case or all(
            prescribers.get(at, 0) < case["prescribers"] for at, _, _, signs in wanted if signs
        )
        return chairs and carried and signed

    found = []
    for opens, closes in opening(case, day):
        at = opens
        while at + stay * MINUTE <= closes:
            local = at.astimezone(ZONE)
            on_grid = (local.hour * 60 + local.minute) % case.get("grid", 5) == 0
            if on_grid and within(case, day, at, stay) and fits(at):
                found.append(at)
            at += MINUTE
    return sorted(found)


def within(case: dict[str, Any], day: date, start: datetime, stay: int) -> bool:
    """The limits on the start and on the end."""
    for name, at in (("start_between", start), ("end_between", start + stay * MINUTE)):
        if name in case:
            low, high = (moment(day, wall) for wall in case[name])
            if not low <= at <= high:
                return False
    return True


def gap_is_legal(case: dict[str, Any], earlier: datetime, later: datetime) -> bool:
    """Whether two neighbours keep all gaps."""
    hours = (later - earlier).total_seconds() / 3600
    days = (later.astimezone(ZONE).date() - earlier.astimezone(ZONE).date()).days
    return max(case.get("min_days", 1), 1) <= days <= case.get("max_days", 10_000) and case.get(
        "min_hours", 0
    ) <= hours <= case.get("max_hours", 1_000_000)


def weeks_are_legal(case: dict[str, Any], series: tuple[datetime, ...]) -> bool:
    """Whether no ISO week holds too many."""
    weeks = [at.astimezone(ZONE).isocalendar()[:2] for at in series]
    return all(weeks.count(week) <= case.get("max_per_week", 100) for week in weeks)


def all_series(case: dict[str, Any], n: int) -> list[tuple[datetime, ...]]:
    """Every legal series, by trying all."""
    first, last = date.fromisoformat(case["from"]), date.fromisoformat(case["to"])
    by_day = [
        found
        for number in range((last - first).days + 1)
        if (found := starts(case, first + timedelta(days=number)))
    ]
    return [
        series
        for chosen in combinations(by_day, n)
        for series in product(*chosen)
        if weeks_are_legal(case, series)
        and all(gap_is_legal(case, *pair) for pair in pairwise(series))
    ]


def options(
    case: dict[str, Any], series: list[datetime], session: int
) -> dict[str, list[datetime]]:
    """The starts to which one session of a series can move, by day."""
    found: dict[str, list[datetime]] = {}
    day = series[session - 2].astimezone(ZONE).date()
    while day <= series[session].astimezone(ZONE).date():
        for at in starts(case, day):
            moved = (*series[: session - 1], at, *series[session:])
            legal = gap_is_legal(case, series[session - 2], at) and gap_is_legal(
                case, at, series[session]
            )
            if legal and weeks_are_legal(case, moved):
                found.setdefault(day.isoformat(), []).append(at)
        day += timedelta(days=1)
    return found
