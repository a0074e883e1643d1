"""Nine months of the demo clinic: who asked when, how far each got, and who is in a chair now."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from serein.core.clinic_time import day_bounds, local_day, moment
from serein.core.errors import Refused
from serein.demo import archetypes, people
from serein.demo.clinic import ZONE, open_clinic
from serein.demo.fate import Fate
from serein.demo.pathway import Way
from serein.scheduling import actions as scheduling
from serein.scheduling import queries as schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from serein.demo.clinic import Clinic

HISTORY_DAYS = 275
REQUESTS = 61
_EARLY_ENDS = (
    ("", 62), ("unreached", 3), ("not_now", 4), ("assessed", 3), ("screened", 3),
    ("not_eligible", 5), ("hold", 3), ("undecided", 4), ("consented", 3), ("drafted", 3),
    ("planned", 4),
)  # fmt: skip
_IN_CHAIR_MINUTES = (-64, -37, -8, 45, 130)
"""When today's known visits begin, in minutes from now: recovering, running, preparing, coming."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the story came to."""

    patients_asked: int
    steps: int
    refused: int


def tell(
    *, now: datetime, number: int, progress: Callable[[float], None], requests: int = REQUESTS
) -> Told:
    """Live through the nine months up to now. The same number and moment tell the same story.

    ``progress`` is called with the share of the time that has passed.
    """
    now = now.replace(second=0, microsecond=0)
    chance = Random(number)  # noqa: S311 - a story, not a secret
    opened_at = now - timedelta(days=HISTORY_DAYS)
    clinic = open_clinic(now=now, opened_at=opened_at - timedelta(days=1), chance=chance)
    ways = [*_everybody(clinic, chance, opened_at, requests), *_today(clinic, chance)]
    return _live(clinic, ways, opened_at, progress)


def _live(
    clinic: Clinic,
    ways: list[tuple[datetime, Iterator[datetime]]],
    opened_at: datetime,
    progress: Callable[[float], None],
) -> Told:
    waiting = [(at, place, way) for place, (at, way) in enumerate(ways)]
    heapq.heapify(waiting)
    steps, refused = 0, 0
    while waiting and waiting[0][0] <= clinic.now:
        at, place, way = heapq.heappop(waiting)
        try:
            heapq.heappush(waiting, (next(way), place, way))
        except StopIteration:
            pass
        except Refused:
            refused += 1
        steps += 1
        progress((at - opened_at) / (clinic.now - opened_at))
    progress(1.0)
    return Told(len(ways), steps, refused)


def _started(way: Way, at: datetime) -> tuple[datetime, Iterator[datetime]]:
    steps = way.walk(at)
    return next(steps), steps


def _dealt(requests: int, chance: Random) -> list[str]:
    """Deal out where ways end, in their shares, so that no end is left out by chance."""
    total = sum(weight for _, weight in _EARLY_ENDS)
    deck = [name for name, weight in _EARLY_ENDS[1:] for _ in range(weight * requests // total)]
    deck += [""] * (requests - len(deck))
    chance.shuffle(deck)
    return deck


def _everybody(
    clinic: Clinic, chance: Random, opened_at: datetime, requests: int
) -> list[tuple[datetime, Iterator[datetime]]]:
    ways = []
    ends = _dealt(requests, chance)
    span = HISTORY_DAYS - 2
    for number in range(requests):
        own = Random(chance.getrandbits(64))  # noqa: S311 - a story, not a secret
        days = span * (number + own.random()) / requests
        at = opened_at + timedelta(days=days, hours=own.uniform(-4, 4))
        fate = Fate(
            ends_at=ends[number],
            protocol=own.choices(("B", "C"), (5, 2))[0],
        )
        ways.append(_started(_way(clinic, number, fate, own), at))
    recent = (Fate(ends_at="asked"), Fate(ends_at="asked"), Fate(ends_at="asked", in_danger=True))
    for extra, fate in enumerate(recent):
        own = Random(chance.getrandbits(64))  # noqa: S311 - a story, not a secret
        at = clinic.now - timedelta(hours=26 / (extra + 1) ** 2, minutes=own.randrange(30))
        ways.append(_started(_way(clinic, requests + extra, fate, own), at))
    return ways


def _way(clinic: Clinic, number: int, fate: Fate, chance: Random) -> Way:
    person = people.invent(number, chance, local_day(clinic.now, ZONE))
    return Way(clinic, person, archetypes.imagine(chance), fate, chance)


def _today(clinic: Clinic, chance: Random) -> list[tuple[datetime, Iterator[datetime]]]:
    """People whose next visit is set around this very moment, so that a session runs now."""
    _open_today(clinic)
    ways = []
    for place, minutes in enumerate(_IN_CHAIR_MINUTES):
        own = Random(chance.getrandbits(64))  # noqa: S311 - a story, not a secret
        starts = _series_around(clinic, clinic.now + timedelta(minutes=minutes), place)
        if not starts:
            continue
        fate = Fate(protocol="B", fixed_starts=starts, stays=True)
        way = _way(clinic, 90 + place, fate, own)
        ways.append(_started(way, starts[0][0] - timedelta(days=9, hours=place)))
    return ways


def _open_today(clinic: Clinic) -> None:
    """Open the clinic around the present moment, also at night, in a zone where it is day."""
    today = local_day(clinic.now, clinic.zone)
    start, end = day_bounds(today, clinic.zone)
    first = max(start, _grid(clinic.now + timedelta(minutes=_IN_CHAIR_MINUTES[0])))
    last = min(end - timedelta(minutes=5), first + timedelta(hours=7))
    usual = schedule.explain_day(clinic.site_id, today)
    early = min([first.astimezone(clinic.zone).time(), *(block.start for block in usual.blocks)])
    late = max([last.astimezone(clinic.zone).time(), *(block.end for block in usual.blocks)])
    scheduling.add_special_opening(
        key=clinic.key(),
        by=clinic.staff["alex"],
        at=clinic.now - timedelta(days=HISTORY_DAYS),
        day=today,
        start_time=early,
        end_time=late,
    )


def _series_around(
    clinic: Clinic, today_at: datetime, place: int
) -> tuple[tuple[datetime, ...], ...]:
    """Place series with one visit today at about that moment, at several hours of the others."""
    begin = _grid(today_at)
    if local_day(begin, clinic.zone) != local_day(clinic.now, clinic.zone):
        return ()
    before = _days(clinic, local_day(begin, clinic.zone), -1, 1 + place % 4)
    after = _days(clinic, local_day(begin, clinic.zone), +1, 3)
    walls = [time(8 + minutes // 60, minutes % 60) for minutes in range(0, 270, 15)]
    return tuple(
        (
            *(moment(day, wall, clinic.zone) for day in reversed(before)),
            begin,
            *(moment(day, wall, clinic.zone) for day in after),
        )
        for wall in walls[place * 3 :] + walls[: place * 3]
    )


def _days(clinic: Clinic, today: date, step: int, count: int) -> list[date]:
    found: list[date] = []
    day = today + timedelta(days=3 * step)
    while len(found) < count:
        if schedule.is_open(clinic.site_id, day):
            found.append(day)
            day += timedelta(days=3 * step)
        else:
            day += timedelta(days=step)
    return found


def _grid(at: datetime) -> datetime:
    return at - timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)
