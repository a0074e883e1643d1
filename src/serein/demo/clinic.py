"""The demo clinic as its people know it: who acts, what time it is there, and the next free hour."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from serein.accounts import actions as accounts
from serein.accounts.permissions import Role
from serein.audit.actions import derived_key
from serein.consents import actions as consents
from serein.consents.rules import shipped_document
from serein.core.actors import Actor
from serein.core.clinic_time import local_day, moment
from serein.demo.people import PASSWORD, STAFF
from serein.scheduling import actions as scheduling
from serein.scheduling.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random
    from uuid import UUID

ZONE = ZoneInfo("America/New_York")
CHAIRS = ("Chair 1", "Chair 2", "Chair 3", "Chair 4")
OFFICE_DAYS = range(4)
HOLIDAYS = ("New Year's Day", "Thanksgiving Day", "Christmas Day")


@dataclass(slots=True)
class Clinic:
    """Everything a story needs to act at the clinic."""

    site_id: UUID
    staff: dict[str, Actor]
    staff_ids: dict[str, UUID]
    document_id: UUID
    zone: ZoneInfo
    now: datetime
    chance: Random

    def key(self) -> UUID:
        """Make the next client key; the same story makes the same keys."""
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    def office_hour(self, after: datetime, chance: Random) -> datetime:
        """Return a moment on the next office day after a moment, between 9 and 16 o'clock."""
        day = local_day(after, self.zone) + timedelta(days=1)
        while day.weekday() not in OFFICE_DAYS:
            day += timedelta(days=1)
        return moment(day, time(9 + chance.randrange(7), chance.randrange(12) * 5), self.zone)


def open_clinic(*, now: datetime, opened_at: datetime, chance: Random) -> Clinic:
    """Open the clinic: site, staff, hours, chairs and the consent document in force."""
    site_id = uuid.UUID(int=chance.getrandbits(128), version=4)
    by = Actor.system(site_id, "Demo")

    def key() -> UUID:
        return uuid.UUID(int=chance.getrandbits(128), version=4)

    accounts.open_site(
        key=key(),
        by=by,
        at=opened_at,
        site_id=site_id,
        name="Stillwater Clinic",
        timezone=ZONE.key,
        phone="(540) 555-0142",
        address="12 Mill Road, Warrenton, Virginia",
        is_demo=True,
    )
    staff, ids = {}, {}
    for short, name, role in STAFF:
        made = accounts.add_staff(
            key=key(),
            by=by,
            at=opened_at,
            email=f"{short}@demo.example",
            name=name,
            role=role,
            password=PASSWORD,
        )
        staff[short] = Actor(str(made.pk), name, Role(role).value, site_id)
        ids[short] = made.pk
    accounts.name_safety_clinician(key=key(), by=staff["alex"], at=opened_at, staff_id=ids["theo"])
    _open_book(staff["alex"], opened_at, key)
    day = local_day(opened_at, ZONE)
    text = shipped_document()
    document = consents.publish_document(
        key=key(),
        by=staff["dana"],
        at=opened_at,
        version=text.version,
        title=text.title,
        text=text.text,
        issued_date=day,
    )
    return Clinic(
        site_id=site_id,
        staff=staff,
        staff_ids=ids,
        document_id=document.pk,
        zone=ZONE,
        now=now.astimezone(UTC),
        chance=chance,
    )


def _open_book(by: Actor, opened_at: datetime, key: Callable[[], UUID]) -> None:
    """Enter chairs, a room for first visits, the holidays that are kept, and the hours."""
    for name in CHAIRS:
        scheduling.add_chair(key=key(), by=by, at=opened_at, name=name)
    # These keys are not drawn from the story's chance, so that its people stay who they are.
    room, kept = (derived_key(by.site_id, label) for label in ("room", "holidays"))
    scheduling.add_resource(key=room, by=by, at=opened_at, kind=Kind.ROOM, name="Consulting room")
    scheduling.choose_holidays(key=kept, by=by, at=opened_at, names=HOLIDAYS)
    day = local_day(opened_at, ZONE)
    friday = day + timedelta(days=(4 - day.weekday()) % 7)
    scheduling.set_usual_hours(
        key=key(), by=by, at=opened_at, friday_anchor_date=friday, from_date=day
    )
