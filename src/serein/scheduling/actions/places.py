"""Finding a place for one visit inside the lock, and saying what was taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from serein.core.errors import Refused
from serein.scheduling import queries, rules
from serein.scheduling.rules import RECOVERY_MINUTES

if TYPE_CHECKING:
    from uuid import UUID

    from serein.scheduling.queries import Calendar
    from serein.scheduling.rules import FreeDay, Hours, Visit, VisitShape


@dataclass(frozen=True, slots=True)
class Wish:
    """One visit that somebody wants, with everything needed to judge it."""

    site_id: UUID
    patient_id: UUID
    number: int
    visit: Visit
    infusion_minutes: int
    zone: ZoneInfo
    at: datetime
    giving_up: tuple[UUID, ...] = ()

    recovery_minutes: int = RECOVERY_MINUTES

    @property
    def shape(self) -> VisitShape:
        return rules.shape_for(self.infusion_minutes, self.recovery_minutes)

    @property
    def local_date(self) -> date:
        return self.visit.starts_at.astimezone(self.zone).date()

    @property
    def words(self) -> str:
        return rules.start_words(self.visit.starts_at, self.zone)


def place(wish: Wish, known: Calendar | None = None) -> tuple[UUID, ...]:
    """Return the chairs for a wish: the one asked for, or all that are free, by name.

    ``known`` is the calendar of its day, where the caller has read it inside the lock.

    :raises Refused: in the past, off the grid, outside the hours, or taken; names what is free
    """
    starts_at = wish.visit.starts_at
    if starts_at <= wish.at:
        raise Refused(f"Choose a time in the future: {wish.words} has passed.", field="starts_at")
    known = known or _calendar(wish, wish)
    chairs = _free(wish, known).chairs_at.get(starts_at, ())
    if chairs and wish.visit.chair_id is None:
        return chairs
    if wish.visit.chair_id in chairs:
        return (wish.visit.chair_id,)
    _check_hours(wish, known.hours)
    raise taken(wish, known)


def place_all(wishes: Sequence[Wish]) -> tuple[UUID, ...]:
    """Return one chair for each wish of one patient, the same for all where one is free for all.

    The wishes stand in order of time and give up the same appointments.

    :raises Refused: as `place`, for the first wish that cannot be had
    """
    known = _calendar(wishes[0], wishes[-1])
    free = [place(wish, known) for wish in wishes]
    shared = [chair for chair in free[0] if all(chair in chairs for chairs in free)]
    return tuple(shared[0] if shared else chairs[0] for chairs in free)


def taken(wish: Wish, known: Calendar | None = None) -> Refused:
    """Make the refusal for a visit whose chair, or whose patient, is taken; offer what is left."""
    what = f"infusion {wish.number}, {wish.words},"
    near = rules.nearest_to(
        _quarters(_free(wish, known or _calendar(wish, wish)), wish.zone), wish.visit.starts_at
    )
    times = [rules.time_words(at.astimezone(wish.zone).time()) for at in near]
    offer = f"Free that day: {rules.listed(times)}." if times else "Nothing else is free that day."
    return Refused(f"Choose another time: {what} is taken. {offer}", field="starts_at")


def _check_hours(wish: Wish, hours: Hours) -> None:
    shape = wish.shape
    day = wish.local_date
    if wish.visit.starts_at in rules.starts_in_hours(hours, day, wish.zone, shape):
        return
    explained = rules.explain_day(hours, day)
    if not explained.is_open:
        raise Refused(
            f"Choose another day: {rules.day_words(day)} is not open. {explained.because}",
            field="starts_at",
        )
    if not rules.is_on_grid(wish.visit.starts_at):
        raise Refused("Choose a time on a full five minutes.", field="starts_at")
    blocks = rules.listed([rules.block_words(block) for block in explained.blocks])
    raise Refused(
        f"Choose another time: a visit of {shape.patient_minutes} minutes from {wish.words} does "
        f"not fit into the hours {blocks}.",
        field="starts_at",
    )


def _calendar(first: Wish, last: Wish) -> Calendar:
    return queries.calendar(
        first.site_id,
        first=first.local_date,
        last=last.local_date,
        patient_id=first.patient_id,
        ignoring=first.giving_up,
    )


def _free(wish: Wish, known: Calendar) -> FreeDay:
    return known.free_day(
        wish.local_date, wish.shape, not_before=wish.at, grid_minutes=rules.TICK_MINUTES
    )


def _quarters(free: FreeDay, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Prefer quarter hours, as the proposals do; take what there is if no quarter is left."""
    quarters = tuple(at for at in free.starts if at.astimezone(zone).minute % 15 == 0)
    return quarters or free.starts
