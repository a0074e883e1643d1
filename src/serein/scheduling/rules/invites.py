"""What each revision of a calendar invite says, after RFC 5546.

The UID of a visit stays for life. Every revision that is sent raises SEQUENCE by one; a cancelled
visit is sent as CANCEL, never as REQUEST, or calendars would keep it and go on reminding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class InviteEvent(StrEnum):
    """Why an invite is sent."""

    CREATE = "create"
    RESCHEDULE = "reschedule"
    NOTE = "note"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class InviteLine:
    """METHOD, SEQUENCE and STATUS of one revision."""

    method: str
    sequence: int
    status: str


def invite_line(event: InviteEvent, sequence: int) -> InviteLine:
    """Return what the revision with that SEQUENCE says."""
    if event is InviteEvent.CANCEL:
        return InviteLine("CANCEL", sequence, "CANCELLED")
    return InviteLine("REQUEST", sequence, "CONFIRMED")


def revisions(events: Iterable[InviteEvent]) -> tuple[InviteLine, ...]:
    """Return one revision for each event of a visit's life, in order."""
    return tuple(invite_line(event, sequence) for sequence, event in enumerate(events))
