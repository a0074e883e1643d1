"""How long a time stays held for somebody, and who may have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from serein.scheduling.rules.phases import Id

HOLD_SECONDS = 600
"""How long a time stays held while a form is filled in (clinic default, review)."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody holds a time since a moment. A further hold of theirs begins anew."""

    who: Id
    held_at: datetime
    ttl_seconds: int = HOLD_SECONDS

    @property
    def ends_at(self) -> datetime:
        """The moment at which it is gone."""
        return self.held_at + timedelta(seconds=self.ttl_seconds)

    def is_alive(self, at: datetime) -> bool:
        """Say whether it still holds; at exactly its age it does not."""
        return at < self.ends_at


def may_hold(hold: Hold | None, who: Id, at: datetime, *, booked_by: Id | None = None) -> bool:
    """Say whether somebody may hold a time: not once it is booked, nor while another holds it."""
    return booked_by is None and not _is_held_by_another(hold, who, at)


def may_book(hold: Hold | None, who: Id, at: datetime, *, booked_by: Id | None = None) -> bool:
    """Say whether somebody may book a time; a hold of theirs that has ended does not stand in
    the way while nobody else has taken it."""
    return booked_by is None and not _is_held_by_another(hold, who, at)


def _is_held_by_another(hold: Hold | None, who: Id, at: datetime) -> bool:
    return hold is not None and hold.who != who and hold.is_alive(at)
