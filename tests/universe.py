"""A clinic in which things have happened, reached only through the actions people take.

::

    Stillwater (demo)                                Harbor
      Priya, Sam, Noor, Morgan, Dana, Lee, …           one person of every role
      Jo   asked → accepted → … → first infusion running, a flag, a side effect
      Kim  asked, not yet answered
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from serein.accounts import actions as accounts
from serein.accounts.permissions import Role
from serein.core.actors import Actor
from serein.demo import archetypes, people
from serein.demo.clinic import Clinic, open_clinic
from serein.demo.fate import Fate
from serein.demo.pathway import Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serein.accounts.models import Staff

NOW = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)
"""Wednesday 18 March 2026, 11:30 in the clinic's zone."""


@dataclass(frozen=True, slots=True)
class Universe:
    """What was made, and the moment at which it stands still."""

    clinic: Clinic
    jo: Way
    harbor: dict[Role, Staff]
    now: datetime


def make_universe(*, minutes_into_visit: int = 45, seed: int = 11) -> Universe:
    """Live until Jo's first infusion has been running for a while, and Kim has just asked."""
    chance = Random(seed)
    clinic = open_clinic(now=NOW, opened_at=NOW - timedelta(days=60), chance=chance)
    first = NOW - timedelta(minutes=minutes_into_visit)
    first -= timedelta(minutes=first.minute % 5)
    starts = tuple(first + timedelta(days=days) for days in (0, 5, 8, 13, 15, 20))
    jo = way(clinic, Fate(fixed_starts=(starts,), stays=True), Random(seed + 1), 1)
    kim = way(clinic, Fate(ends_at="asked", in_danger=True), Random(seed + 2), 2)
    live(jo.walk(NOW - timedelta(days=21)), until=NOW)
    live(kim.walk(NOW - timedelta(minutes=20)), until=NOW)
    return Universe(clinic=clinic, jo=jo, harbor=_harbor(), now=NOW)


def way(clinic: Clinic, fate: Fate, chance: Random, number: int) -> Way:
    """One invented person at the beginning of their way."""
    person = people.invent(number, chance, NOW.date())
    return Way(clinic, person, archetypes.imagine(chance), fate, chance)


def live(steps: Iterator[datetime], *, until: datetime) -> None:
    """Go along a way up to a moment."""
    for at in steps:
        if at > until:
            return


def _harbor() -> dict[Role, Staff]:
    site_id = uuid.uuid4()
    by, at = Actor.system(site_id), NOW - timedelta(days=300)
    accounts.open_site(
        key=uuid.uuid4(),
        by=by,
        at=at,
        site_id=site_id,
        name="Harbor Clinic",
        timezone="America/Chicago",
        phone="(312) 555-0188",
        is_demo=True,
    )
    return {
        role: accounts.add_staff(
            key=uuid.uuid4(),
            by=by,
            at=at,
            email=f"{role.value}@harbor.example",
            name=f"{role.words.title()} of Harbor",
            role=role,
            password="a-quiet-harbor-at-dawn-3",
        )
        for role in Role
    }
