"""When a message may leave, by which way, and what follows when it does not arrive."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from serein.messaging.rules.kinds import Channel

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""Nothing leaves from 21:00 to 8:00 by the clinic's clock (clinic default, review).

Whoever plans a message plans it for an earlier evening hour, so that it can be tried again.
"""

BACKOFF_MINUTES = (5, 15, 60)
"""Minutes from a failed attempt to the next one; after the last the message has failed."""

LOST_AFTER = timedelta(minutes=10)
"""A message handed over this long ago without an answer is unsure. Mail servers get 20 seconds."""

TOKEN_CHARACTERS = 22


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is written to: a patient, or a guest who booked a visit before they were registered.

    :raises ValueError: it is nobody
    """

    patient_id: UUID | None = None
    guest_id: UUID | None = None

    def __post_init__(self) -> None:
        if self.patient_id is None and self.guest_id is None:
            raise ValueError("a message is for a patient or a guest")


@dataclass(frozen=True, slots=True)
class Way:
    """A channel with the address to use on it."""

    channel: Channel
    address: str


@dataclass(frozen=True, slots=True)
class ContactWay:
    """An address on record. ``may_use`` is None when nobody asked."""

    channel: Channel
    address: str
    may_use: bool | None


def is_quiet(at: datetime, zone: ZoneInfo) -> bool:
    """Say whether a moment lies in the quiet hours: from 21:00 on, and before 8:00."""
    wall = at.astimezone(zone).time()
    return wall >= QUIET_FROM or wall < QUIET_UNTIL


def next_try_at(*, tries: int, at: datetime, not_after: datetime) -> datetime | None:
    """Return when to try again after so many failed attempts, or None when it is time to give up."""
    if tries > len(BACKOFF_MINUTES):
        return None
    again = at + timedelta(minutes=BACKOFF_MINUTES[tries - 1])
    return again if again <= not_after else None


def ways_to(contacts: Iterable[ContactWay], *, unwanted: Collection[Channel]) -> tuple[Way, ...]:
    """List how a patient may be written to, best first: text, then e-mail; the first contact of each.

    A contact at which no message may be left is not used, nor a channel that the patient has
    stopped, nor a number with an extension, which takes no texts.
    """
    found: dict[Channel, Way] = {}
    for contact in contacts:
        usable = contact.may_use is not False and contact.channel not in unwanted
        if usable and ";ext=" not in contact.address:
            found.setdefault(contact.channel, Way(contact.channel, contact.address))
    return tuple(found[channel] for channel in (Channel.SMS, Channel.EMAIL) if channel in found)


def token_hash(token: str) -> str:
    """Return what is kept of a link's secret: SHA-256, from which it cannot be had back."""
    return hashlib.sha256(token.encode()).hexdigest()
