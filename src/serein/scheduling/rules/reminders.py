"""When a message about a visit goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from serein.scheduling.rules.ticks import instant

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class WallRule:
    """So many local days before the visit, at a time of the clinic's clock."""

    days_before: int
    at: time


@dataclass(frozen=True, slots=True)
class ElapsedRule:
    """So many hours before the visit, as time really passes."""

    hours_before: float


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The half-open stretch of the clinic's clock in which nobody is disturbed.

    It may run over midnight. With one time for both ends there is none.
    """

    start: time
    end: time

    def holds(self, wall: time) -> bool:
        """Say whether a wall-clock time is quiet."""
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end


def send_at(
    rule: WallRule | ElapsedRule,
    visit_at: datetime,
    zone: ZoneInfo,
    quiet: QuietHours | None = None,
) -> datetime:
    """Return the UTC moment of a message; one in the quiet hours moves to before their start."""
    if isinstance(rule, WallRule):
        day = visit_at.astimezone(zone).date() - timedelta(days=rule.days_before)
        at = instant(day, rule.at, zone)
    else:
        at = visit_at.astimezone(UTC) - timedelta(hours=rule.hours_before)
    local = at.astimezone(zone)
    if quiet is None or not quiet.holds(local.time()):
        return at
    began = local.date()
    if local.time() < quiet.start:
        began -= timedelta(days=1)
    return instant(began, quiet.start, zone)
