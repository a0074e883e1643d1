"""Who of those whom a freed time suits is asked first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """What ranks one place on the waiting list for a time that suits it.

    ``minutes`` is how much of the gap the visit would use, ``missed`` how many offers of theirs
    somebody else took.
    """

    priority: int
    minutes: int
    missed: int
    joined_at: datetime


def asked_before(place: Place) -> tuple[int, int, int, datetime]:
    """Rank a place; the least is asked first (clinic default, review).

    By clinical priority; then the visit that leaves least of the gap unused; then whoever lost most
    offers to somebody quicker; then whoever has waited longest.
    """
    return (-place.priority, -place.minutes, -place.missed, place.joined_at)
