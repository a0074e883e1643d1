"""A desk at a small clinic, from which tests book as people do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from serein.patients import actions as patients
from serein.scheduling import actions, queries
from serein.scheduling.rules import CoverMode, Visit, instant
from serein.scheduling.states import ShiftRole
from tests.conftest import MONDAY_9, Personas, actor, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from serein.accounts.models import Staff
    from serein.scheduling.models import Appointment

ZONE = ZoneInfo("America/New_York")
TUESDAY = date(2026, 3, 10)
FRIDAY = date(2026, 3, 13)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A wall-clock time of the clinic."""
    return instant(day, time(hour, minute), ZONE)


@dataclass
class Desk:
    """The clinic: open Monday to Thursday and every other Friday, with some chairs."""

    people: Personas
    now: datetime = MONDAY_9
    chairs: list[UUID] = field(default_factory=list)

    @classmethod
    def opened(cls, people: Personas, chairs: int = 1) -> Desk:
        """Set the hours and the chairs."""
        desk = cls(people)
        desk.do(
            actions.set_usual_hours, people.dana,
            friday_anchor_date=FRIDAY, from_date=date(2026, 1, 5),
        )  # fmt: skip
        for number in range(chairs):
            desk.chairs.append(
                desk.do(actions.add_chair, people.dana, name=f"Chair {number + 1}").pk
            )
        return desk

    @property
    def site_id(self) -> UUID:
        return self.people.dana.site_id

    def do(self, action: Callable[..., Any], by: Staff | None = None, **facts: Any) -> Any:
        """Act as somebody, the front desk if nobody is named."""
        facts.setdefault("key", new_key())
        return action(by=actor(by or self.people.morgan), at=self.now, **facts)

    def patient(self, name: str = "Jordan") -> UUID:
        """Register somebody."""
        made = self.do(
            patients.register_patient, given_name=name, family_name="Reyes",
            birth_date=date(1987, 5, 4), sex="female",
        )  # fmt: skip
        found: UUID = made.pk
        return found

    def book(self, at: datetime, code: str = "infusion", **more: Any) -> Appointment:
        """Book one visit, for a guest unless somebody is named."""
        if "patient_id" not in more:
            more["guest_id"] = uuid4()
        made: Appointment = self.do(actions.book_visit, type_code=code, starts_at=at, **more)
        return made

    def series(self, patient_id: UUID, hour: int = 9, visits: int = 4) -> UUID:
        """Book visits on Tuesdays and Thursdays; returns the series."""
        series_id = uuid4()
        days = [
            TUESDAY + timedelta(weeks=number // 2, days=number % 2 * 2) for number in range(visits)
        ]
        self.do(
            actions.book_series, patient_id=patient_id, series_id=series_id,
            visits=[Visit(moment(day, hour)) for day in days],
        )  # fmt: skip
        return series_id

    def plan_staff(self, day: date, nurses: int = 1, cover: CoverMode = CoverMode.POOL) -> None:
        """Count nurses from now on, and put some on shift on a date."""
        self.do(
            actions.set_book_settings, self.people.dana, is_staff_planned=True, nurse_cover=cover
        )
        for who in (self.people.sam, self.people.noor)[:nurses]:
            self.shift(who, day)

    def shift(self, who: Staff, day: date, role: ShiftRole = ShiftRole.NURSE) -> Any:
        """Put somebody on shift for the whole day."""
        return self.do(
            actions.set_shift, self.people.dana, staff_id=who.pk, role=role, local_date=day,
            start_time=time(7, 30), end_time=time(17),
        )  # fmt: skip

    def starts(self, day: date, code: str = "infusion", **more: Any) -> list[str]:
        """The free quarter hours of a date, on the clinic's clock."""
        found = queries.find_starts(
            self.site_id, queries.Wanted(code, **more), first=day, last=day, at=self.now
        )
        return [start.at.astimezone(ZONE).strftime("%H:%M") for start in found]

    def is_sound(self, day: date) -> bool:
        """Whether an independent look at a date finds nothing wrong."""
        return queries.verify_day(self.site_id, day, self.now) == ()
