"""When an entry was made and when it reached us: two clocks, told apart and never hidden.

A tablet may be offline for an hour and its clock may be wrong. What counts is the clinic's clock: the
tablet measures how far the server's clock is from its own and says both with each entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from serein.core.clinic_time import clock
from serein.core.quantities import shown

MAX_AHEAD = timedelta(minutes=2)
"""A tablet that claims to be further ahead of the server than this is not believed."""

LATE_FROM = timedelta(minutes=1)
SKEWED_FROM = timedelta(seconds=30)
"""From here on a difference is said. Source: hazard HZ-14 (clinic default, review)."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a tablet says about one entry. Everything may be missing: pages work without scripts.

    ``pressed_at`` is the clinic's time as the tablet knew it, ``device_at`` what its own clock showed,
    ``offset_ms`` the server's clock minus the tablet's, ``person`` who typed it.
    """

    pressed_at: datetime | None = None
    device_at: datetime | None = None
    offset_ms: int | None = None
    device_id: UUID | None = None
    sequence: int | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One entry's two moments, as kept."""

    entered_at: datetime | None
    offset_ms: int | None
    received_at: datetime

    @property
    def skew(self) -> timedelta:
        """How far the tablet's clock was ahead of the server's; negative when it was slow."""
        return -timedelta(milliseconds=self.offset_ms or 0)

    @property
    def made_at(self) -> datetime:
        """When the entry was made, by the clinic's clock as far as the tablet knew it."""
        if self.entered_at is None:
            return self.received_at
        return self.entered_at - self.skew


def now_of(envelope: Envelope, *, received_at: datetime) -> datetime:
    """Return what "now" meant when an entry was made: never later than its arrival."""
    pressed_at = envelope.pressed_at
    if pressed_at is None or pressed_at > received_at + MAX_AHEAD:
        return received_at
    return min(pressed_at, received_at)


def arrival_words(arrival: Arrival, zone: tzinfo) -> str:
    """Say what was unusual about the way of an entry: late, or from a wrong clock. Else nothing."""
    parts = []
    if arrival.received_at - arrival.made_at >= LATE_FROM:
        parts.append(
            f"entered {clock(arrival.made_at, zone)}, arrived {clock(arrival.received_at, zone)}"
        )
    if abs(arrival.skew) >= SKEWED_FROM:
        way = "fast" if arrival.skew > timedelta() else "slow"
        parts.append(f"clock {_length(abs(arrival.skew))} {way}")
    if arrival.entered_at is not None and arrival.offset_ms is None:
        parts.append("clock not measured")
    return ", ".join(parts)


def _length(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    if seconds < 90:
        return shown(seconds, "s")
    minutes = round(seconds / 60)
    return shown(minutes, "min") if minutes < 120 else shown(round(minutes / 60), "h")
