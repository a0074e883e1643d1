"""Steps of the device feed: a monitor at the chair sends, for the tests of the feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bedside.physiology import Script
from bedside.simulator import Monitor, Person, Place
from serein.accounts import actions as accounts
from serein.accounts.rules import Switch
from serein.core.actors import Actor
from serein.monitoring import actions, queries
from serein.monitoring.queries import devices as tray
from serein.monitoring.queries import feed
from serein.monitoring.rules.incoming import take_in
from serein.patients import queries as patients
from serein.scheduling import queries as schedule
from tests.conftest import actor, new_key
from tests.flows.infusion_steps import booked

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.test import Client

    from serein.accounts.models import Staff
    from serein.infusions.models import InfusionSession
    from serein.monitoring.models import Device, RawMessage
    from serein.monitoring.queries.feed import FeedFact
    from serein.monitoring.rules.feed import Why
    from tests.conftest import Personas
    from tests.flows.infusion_steps import Clinic

EUI = "00A0C9FFFE000001"
ZONE = ZoneInfo("America/New_York")


@dataclass(slots=True)
class Bedside:
    """A clinic with the feed on, a patient in the chair, and a monitor there."""

    clinic: Clinic
    visit: InfusionSession
    monitor: Monitor
    device: Device

    def send(self, *messages: bytes, at: datetime | None = None) -> RawMessage:
        """Let messages arrive, one batch."""
        return file(self.clinic, messages, at or self.clinic.now)

    def now(self) -> bytes:
        """What the monitor says at this moment."""
        return self.monitor.message(self.second)

    @property
    def second(self) -> int:
        """Seconds since the script began."""
        return int((self.clinic.now - self.monitor.started_at).total_seconds())


def file(clinic: Clinic, messages: Sequence[bytes], at: datetime) -> RawMessage:
    """File messages as the listener does."""
    return actions.file_messages(
        key=new_key(),
        by=Actor.system(clinic.people.dana.site_id, "Device feed"),
        at=at,
        incoming=[
            take_in(data, received_at=at, peer="127.0.0.1:9", zone=ZONE) for data in messages
        ],
    )


def turn_feed(clinic: Clinic, *, is_on: bool) -> None:
    """Let the medical director turn the feed on or off."""
    clinic.do(
        accounts.turn_switch,
        clinic.people.dana,
        switch=Switch.DEVICE_FEED,
        is_on=is_on,
        is_acknowledged=is_on,
    )


def at_the_chair(
    clinic: Clinic, script: Script = Script.CALM, *, is_running: bool = False, **changed: Any
) -> Bedside:
    """Turn the feed on, add the monitor of the chair, check the patient in or start the infusion."""
    turn_feed(clinic, is_on=True)
    appointment = schedule.appointment(clinic.appointments[0], clinic.people.dana.site_id)
    device = clinic.do(
        actions.add_device,
        clinic.people.alex,
        kind="monitor",
        name="Monitor 1",
        identifier=EUI,
        chair_id=appointment.chair_id,
    )
    visit = clinic.running() if is_running else clinic.check_in()
    patient = patients.patient_for(clinic.people.dana.site_id, clinic.patient_id)
    monitor = Monitor(
        7,
        script,
        clinic.now,
        Person(
            patient.mrn, patient.family_name, patient.given_name, f"{patient.birth_date:%Y%m%d}"
        ),
        identifier=EUI,
        place=Place(chair=appointment.chair_name),
    )
    clinic.now += timedelta(seconds=60)
    return Bedside(clinic, visit, replace(monitor, **changed), device)


@pytest.fixture
def clinic(personas: Personas) -> Clinic:
    return booked(personas)


@pytest.fixture
def bed(clinic: Clinic) -> Bedside:
    return at_the_chair(clinic)


@pytest.fixture
def see(clock: Any, sign_in: Callable[[Staff], Client]) -> Callable[..., Any]:
    """Open an address as somebody at the clinic's moment, or send to it."""

    def seen(clinic: Clinic, who: Staff, url: str, data: dict[str, Any] | None = None) -> Any:
        clock.move_to(clinic.now)
        client = sign_in(who)
        return client.get(url) if data is None else client.post(url, data)

    return seen


OTHER = Person("999999-9", "Other", "Ann", "19500101")
"""Somebody else, as a monitor may still name them."""


def offered(bed: Bedside) -> FeedFact:
    """What is on offer at the chair now."""
    period_id = bed.visit.period_id
    due = [one for one in queries.due_sets(period_id, bed.clinic.now) if one.is_open]
    return feed.feed_of(
        period_id,
        timeline=queries.period(period_id).timeline,
        due=min(due, key=lambda one: one.due_at, default=None),
        at=bed.clinic.now,
    )


def why(bed: Bedside) -> list[Why]:
    """The reasons in the tray."""
    return [fact.why for fact in tray.tray_of(bed.device.site_id)]


def accept(bed: Bedside, ids: Any, *, key: Any = None, **more: Any) -> Any:
    return actions.accept_proposed(
        key=key or new_key(),
        by=actor(bed.clinic.people.sam),
        at=bed.clinic.now,
        period_id=bed.visit.period_id,
        reading_ids=ids,
        **more,
    )


def counted(bed: Bedside) -> dict[str, int]:
    return feed.counts(bed.device.site_id)
