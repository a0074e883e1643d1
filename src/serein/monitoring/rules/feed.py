"""Whose reading is it? A device, its chair, the time and the patient's identifiers must agree.

Anything else waits in the tray for a person. Source: interop reference, traps 27 and 29; trust
reference, HZ-14. Plain data in, plain data out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

CLOCK_TOLERANCE_S = 30
"""A clock ahead of ours by more than this is corrected (HZ-14; clinic default, review)."""

_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


class DeviceKind(StrEnum):
    """What stands at the chair."""

    MONITOR = "monitor"
    PUMP = "pump"


class MessageVerdict(StrEnum):
    """What became of a message."""

    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


class Decision(StrEnum):
    """What became of a reading. One without a decision is pending."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class TrayState(StrEnum):
    """How far people are with an item of the tray."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    DISMISSED = "dismissed"


class Why(StrEnum):
    """Why a message is in the tray and in nobody's chart."""

    FEED_OFF = "feed_off"
    NOT_UNDERSTOOD = "not_understood"
    SAME_ID = "same_id"
    NOT_FILED = "not_filed"
    UNKNOWN_DEVICE = "unknown_device"
    NO_CHAIR = "no_chair"
    NOBODY_IN_CHAIR = "nobody_in_chair"
    TWO_IN_CHAIR = "two_in_chair"
    OTHER_PATIENT = "other_patient"
    OTHER_CHAIR = "other_chair"
    OUTSIDE_TIME = "outside_time"


WHY_WORDS = {
    Why.FEED_OFF: "The feed is off",
    Why.NOT_UNDERSTOOD: "Not understood",
    Why.SAME_ID: "Same message id, other content",
    Why.NOT_FILED: "Could not be filed",
    Why.UNKNOWN_DEVICE: "Unknown device",
    Why.NO_CHAIR: "The device stands at no chair",
    Why.NOBODY_IN_CHAIR: "Nobody was in this chair",
    Why.TWO_IN_CHAIR: "Two visits are open at this chair",
    Why.OTHER_PATIENT: "The device names another patient",
    Why.OTHER_CHAIR: "The device names another chair",
    Why.OUTSIDE_TIME: "Measured outside the visit",
}
WHY_DO = {
    Why.FEED_OFF: "Turn the feed on, or unplug the device from it.",
    Why.NOT_UNDERSTOOD: "Show this to whoever looks after the devices.",
    Why.SAME_ID: "Show this to whoever looks after the devices: two messages share one id.",
    Why.NOT_FILED: "Show this to whoever looks after Serein.",
    Why.UNKNOWN_DEVICE: "Add the device and its chair.",
    Why.NO_CHAIR: "Say at which chair the device stands.",
    Why.NOBODY_IN_CHAIR: "Check the patient in, or dismiss this.",
    Why.TWO_IN_CHAIR: "Finish the visit that is over.",
    Why.OTHER_PATIENT: "Look at the monitor: it may still be admitted to the patient before.",
    Why.OTHER_CHAIR: "Look where the device stands, and correct its chair here or on the device.",
    Why.OUTSIDE_TIME: "Look at the device's clock, and at whose value this is.",
}


REJECTED_BECAUSE = (
    "Movement or artefact",
    "Loose or wrong probe",
    "Measured by hand instead",
    "Not this patient",
)
"""Why a proposed set is not used, one tap each."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Whom and where a device says it is. Every part may be missing."""

    identifiers: tuple[str, ...] = ()
    birth_date: str = ""
    location: str = ""

    @property
    def words(self) -> str:
        """The claim in one line, as sent."""
        return ", ".join(
            part for part in (" / ".join(self.identifiers), self.birth_date, self.location) if part
        )


@dataclass(frozen=True, slots=True)
class Seat:
    """A visit at a chair. ``closed_at`` None is open still."""

    period_id: UUID
    patient_id: UUID
    mrn: str
    birth_date: date
    chair_id: UUID
    opened_at: datetime
    closed_at: datetime | None

    def holds(self, moment: datetime, *, at: datetime) -> bool:
        """Whether a moment lies in the visit, and not ahead of now."""
        ends_at = self.closed_at or at
        return self.opened_at <= moment <= ends_at + timedelta(seconds=CLOCK_TOLERANCE_S)


@dataclass(frozen=True, slots=True)
class Match:
    """The visit that a message belongs to, or why to none."""

    seat: Seat | None
    why: Why | None = None


def match(
    *,
    chair_id: UUID | None,
    is_known: bool,
    claim: Claim,
    seats: Sequence[Seat],
    moments: Sequence[datetime],
    at: datetime,
    other_chairs: Sequence[str] = (),
) -> Match:
    """Say to which visit a message belongs.

    ``seats`` are the visits at the chairs, ``moments`` the corrected times of the values,
    ``other_chairs`` the names of chairs at which the device does not stand.
    Each identifier that the device names must agree with the patient; one that is missing does not
    disagree. The visit is found by the newest of the values; older ones are judged one by one.
    """
    if not is_known:
        return Match(None, Why.UNKNOWN_DEVICE)
    if chair_id is None:
        return Match(None, Why.NO_CHAIR)
    if any(names_chair(claim.location, name) for name in other_chairs):
        return Match(None, Why.OTHER_CHAIR)
    here = [seat for seat in seats if seat.chair_id == chair_id]
    newest = max(moments, default=at)
    holding = [seat for seat in here if seat.holds(newest, at=at)]
    if len(holding) > 1:
        return Match(None, Why.TWO_IN_CHAIR)
    if not holding:
        is_open = any(seat.closed_at is None for seat in here)
        return Match(None, Why.OUTSIDE_TIME if is_open else Why.NOBODY_IN_CHAIR)
    if not agrees(claim, holding[0]):
        return Match(None, Why.OTHER_PATIENT)
    return Match(holding[0])


def agrees(claim: Claim, seat: Seat) -> bool:
    """Whether nothing that the device says of the patient contradicts the visit."""
    named = {text.strip().casefold() for text in claim.identifiers if text.strip()}
    if named and seat.mrn.strip().casefold() not in named:
        return False
    born = _DAY.match(claim.birth_date)
    return born is None or "".join(born.groups()) == f"{seat.birth_date:%Y%m%d}"


def names_chair(location: str, chair_name: str) -> bool:
    """Whether a place as sent ends in the name of a chair."""
    said, word = location.strip().casefold(), chair_name.strip().casefold()
    return bool(word) and (said == word or said.endswith(f" {word}"))


def corrected(observed_at: datetime, offset_s: float | None) -> datetime:
    """The moment by our clock. Only a clock ahead is certain; behind may also mean late."""
    if offset_s is None or offset_s <= CLOCK_TOLERANCE_S:
        return observed_at
    return observed_at - timedelta(seconds=offset_s)


def clock_words(offset_s: float | None) -> str:
    """What the device's clock said against ours, where it matters."""
    if offset_s is None or abs(offset_s) <= CLOCK_TOLERANCE_S:
        return ""
    minutes, seconds = divmod(round(abs(offset_s)), 60)
    length = f"{minutes}\u202fmin {seconds}\u202fs" if minutes else f"{seconds}\u202fs"
    if offset_s > 0:
        return f"device clock {length} ahead, corrected"
    return f"{length} late, or device clock behind"
