"""The clinic of the journeys, its clock, and what people type there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse

from serein.consents import actions as consents
from serein.consents.rules import shipped_document
from serein.scheduling import actions as scheduling
from tests.conftest import MONDAY_9, Personas, actor, new_key
from tests.flows.pages import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from serein.accounts.models import Staff

EASTERN = ZoneInfo("America/New_York")
LINE = "Record with flags. Not a patient monitor. Do not rely on it for alarms."
CALM = {
    "sbp_mmhg": 126, "dbp_mmhg": 78, "hr_bpm": 72, "spo2_percent": 98, "rr_per_min": 16, "moaas": 5,
}  # fmt: skip
READ_FROM_THE_PUMP = {
    "drug": "ketamine", "vial_mg_per_ml": "50", "dose_mg": "40", "drug_ml": "0.8",
    "rate_ml_per_h": "60", "volume_ml": "40",
}  # fmt: skip
WELL = {
    "aldrete_activity": "2", "aldrete_respiration": "2", "aldrete_circulation": "2",
    "aldrete_consciousness": "2", "aldrete_oxygen": "2", "nausea": "0", "back_to_usual": "yes",
    "fluids_tolerated": "yes", "gait_steady": "yes", "oriented": "yes", "safety_reviewed": "yes",
    "iv_out": "yes", "escort_present": "yes", "instructions_given": "yes",
    "no_driving_acknowledged": "yes",
}  # fmt: skip


@dataclass(slots=True)
class Stillwater:
    """The clinic, its clock, and what is known of Jordan so far."""

    people: Personas
    clock: Any
    sign_in: Callable[[Staff], Client]
    patient: str = ""
    plan: str = ""
    visit: str = ""
    jordans_phone: Person = field(default_factory=lambda: Person(Client()))

    def at(self, day: int, clock: str, month: int = 3) -> None:
        """Go to a moment of 2026 by the clinic's clock."""
        hours, minutes = map(int, clock.split(":"))
        self.clock.move_to(datetime(2026, month, day, hours, minutes, tzinfo=EASTERN))

    def wait(self, minutes: float) -> None:
        """Let time pass."""
        self.clock.shift(timedelta(minutes=minutes))

    def now(self) -> datetime:
        """What the clock says, in UTC."""
        return datetime.now(UTC)

    def someone(self, who: Staff, address: str) -> Person:
        """Somebody signs in and opens a page."""
        return Person(self.sign_in(who)).opens(address)

    def page(self, name: str, *more: Any) -> str:
        """The address of one of Jordan's pages."""
        return reverse(name, args=[self.patient, *more])


def opened(personas: Personas, clock: Any, sign_in: Callable[[Staff], Client]) -> Stillwater:
    """Open Monday to Thursday and every other Friday, two chairs, one consent document."""
    shipped = shipped_document()
    fridays = {"friday_anchor_date": date(2026, 3, 13), "from_date": date(2026, 1, 5)}
    document = {"version": shipped.version, "title": shipped.title, "text": shipped.text}
    for act, facts in (
        (scheduling.set_usual_hours, fridays),
        (scheduling.add_chair, {"name": "Chair 1"}),
        (scheduling.add_chair, {"name": "Chair 2"}),
        (consents.publish_document, {**document, "issued_date": date(2026, 3, 2)}),
    ):
        act(key=new_key(), by=actor(personas.dana), at=MONDAY_9, **facts)
    return Stillwater(personas, clock, sign_in)


def pcl5(total: int) -> dict[str, int]:
    """Twenty answers that add up to a total."""
    each, rest = divmod(total, 20)
    return {f"q{number}": each + (number <= rest) for number in range(1, 21)}
