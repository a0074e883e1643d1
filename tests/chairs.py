"""A clinic in which several infusions run at this very moment, reached through people's actions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from serein.core.clinic_time import local_day
from serein.demo import archetypes, people
from serein.demo.clinic import Clinic, open_clinic
from serein.demo.fate import Fate
from serein.demo.pathway import Way
from serein.infusions import queries as infusions
from serein.monitoring import actions as monitoring
from serein.scheduling import actions as scheduling
from tests.universe import live

if TYPE_CHECKING:
    from serein.infusions.queries import SessionFact

APART = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Chairs:
    """The clinic, the moment it was made, and the visits under way by chair."""

    clinic: Clinic
    now: datetime

    def sessions(self) -> tuple[SessionFact, ...]:
        """The visits under way."""
        return infusions.open_sessions(self.clinic.site_id, at=self.now)

    def chart(self, session: SessionFact, at: datetime, **values: int) -> None:
        """Let Sam chart a set of vitals."""
        usual: dict[str, Any] = {"sbp_mmhg": 124, "dbp_mmhg": 76, "hr_bpm": 70, "spo2_percent": 98}
        monitoring.record_vitals(
            key=uuid.uuid4(),
            by=self.clinic.staff["sam"],
            at=at,
            period_id=session.period_id,
            occurred_at=at,
            is_confirmed=True,
            **{**usual, **values},
        )


def open_chairs(now: datetime, *, running: int, seed: int = 3) -> Chairs:
    """Let people live until so many infusions run, the first since about 25 minutes."""
    chance = Random(seed)
    clinic = open_clinic(now=now, opened_at=now - timedelta(days=60), chance=chance)
    _open_all_day(clinic, now, running)
    first = now - timedelta(minutes=25)
    first = first.replace(minute=first.minute - first.minute % 5, second=0, microsecond=0)
    for number in range(running):
        start = first - APART * number
        person = people.invent(number + 1, Random(seed + number), now.date())
        fate = Fate(fixed_starts=((start,),), stays=True)
        chances = Random(seed + 100 + number)
        someone = Way(clinic, person, archetypes.imagine(chances), fate, chances)
        live(someone.walk(now - timedelta(days=21)), until=now)
    return Chairs(clinic, now)


def _open_all_day(clinic: Clinic, now: datetime, running: int) -> None:
    """Open today and yesterday around the clock, with a chair for everybody."""
    by = clinic.staff["alex"]
    opened_at = now - timedelta(days=59)
    for number in range(5, running + 1):
        scheduling.add_chair(key=uuid.uuid4(), by=by, at=opened_at, name=f"Chair {number}")
    today = local_day(now, clinic.zone)
    for day in (today - timedelta(days=1), today):
        scheduling.add_special_opening(
            key=uuid.uuid4(),
            by=by,
            at=opened_at,
            day=day,
            start_time=time(0, 0),
            end_time=time(23, 59),
        )
