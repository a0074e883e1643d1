"""At which ticks a visit can start, and with whom and what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from serein.scheduling.rules.book import CoverMode
from serein.scheduling.rules.day import DayMasks, plane
from serein.scheduling.rules.horizon import Horizon, PatientSide, Start, all_runs, run
from serein.scheduling.rules.masks import bits, nearest_bit, span_mask
from serein.scheduling.rules.phases import (
    FULL_LOAD,
    Footprint,
    Id,
    Kind,
    Load,
    VisitType,
    footprints,
    needs_by_kind,
)
from serein.scheduling.rules.ticks import TICK_MINUTES

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to seat a visit at a tick, with the units that are free for all of it."""

    footprint: Footprint
    free: Mapping[Kind, tuple[Id, ...]]

    def pick(self, wished: Mapping[Kind, Id] | None = None) -> dict[Kind, Id]:
        """Choose one unit of each kind: the wished one where it is free, else the first."""
        wishes = wished or {}
        return {
            kind: wishes[kind] if wishes.get(kind) in units else units[0]
            for kind, units in self.free.items()
            if units
        }


def find_starts(
    visit_type: VisitType,
    days: Horizon | Sequence[DayMasks],
    *,
    zone: ZoneInfo,
    patient: PatientSide | None = None,
    not_before: int | None = None,
    not_after: int | None = None,
    grid_minutes: int = TICK_MINUTES,
    near: int | None = None,
    limit: int | None = None,
) -> tuple[Start, ...]:
    """List legal starts in order of time, or those nearest to the tick ``near``, nearest first.

    ``not_before`` and ``not_after`` are ticks, both included.
    """
    horizon = days if isinstance(days, Horizon) else Horizon(days)
    mask = horizon.starts(visit_type, patient)
    if grid_minutes != TICK_MINUTES:
        mask &= horizon.grid(grid_minutes, zone)
    if not_before is not None:
        place = horizon.place_of(not_before)
        mask = mask >> place << place
    if not_after is not None:
        mask &= span_mask(0, horizon.place_of(not_after + 1))
    if near is None:
        return tuple(horizon.start_at(bit) for bit in islice(bits(mask), limit))
    found = [horizon.start_at(bit) for bit in bits(mask)]
    return tuple(sorted(found, key=lambda start: (abs(start.tick - near), start))[:limit])


def next_available(
    visit_type: VisitType,
    days: Iterable[DayMasks],
    *,
    after: int,
    zone: ZoneInfo,
    patient: PatientSide | None = None,
    grid_minutes: int = TICK_MINUTES,
) -> Start | None:
    """Return the first legal start at or after a tick; days are read only until one has it."""
    for day in days:
        found = find_starts(
            visit_type,
            [day],
            zone=zone,
            patient=patient,
            not_before=after,
            grid_minutes=grid_minutes,
            limit=1,
        )
        if found:
            return found[0]
    return None


def nearest_start(mask: int, horizon: Horizon, tick: int) -> Start | None:
    """Return the start of a mask that is nearest to a tick on the same horizon."""
    bit = nearest_bit(mask, horizon.place_of(tick))
    return None if bit is None else horizon.start_at(bit)


def free_units(visit_type: VisitType, day: DayMasks, tick: int) -> tuple[Choice, ...]:
    """Return each way to seat a visit at a tick, with the units free for it, or nothing.

    Units stand in the order of the day's book. Ask inside the lock.
    """
    horizon = Horizon([day])
    if not horizon.days or not day.origin <= tick < day.origin + day.length:
        return ()
    place = 1 << (tick - day.origin)
    found = []
    for footprint in footprints(visit_type):
        if horizon.begins(footprint, visit_type) & place:
            choice = _choice(horizon, day, footprint, place)
            if choice is not None:
                found.append(choice)
    return tuple(found)


def _choice(horizon: Horizon, day: DayMasks, footprint: Footprint, place: int) -> Choice | None:
    free: dict[Kind, tuple[Id, ...]] = {}
    for kind, needs in needs_by_kind(footprint):
        if not horizon.has_kind(kind, needs) & place:
            return None
        free[kind] = tuple(
            unit for unit, mask in horizon.units(kind) if all_runs(needs, mask) & place
        )
    if footprint.loads and not horizon.has_nurses(footprint.loads) & place:
        return None
    if footprint.on_site and not horizon.has_on_site(*footprint.on_site) & place:
        return None
    free[Kind.NURSE] = _nurses(day, footprint, place)
    return Choice(footprint, free)


def _nurses(day: DayMasks, footprint: Footprint, place: int) -> tuple[Id, ...]:
    return tuple(nurse for nurse, mask in keepers(day, footprint) if mask & place)


def kept_loads(footprint: Footprint, mode: CoverMode) -> tuple[Load, ...]:
    """What of a visit is its own nurse's: all of it, or what the float nurses do not do."""
    floats = mode is CoverMode.FLOAT
    return tuple(load for load in footprint.loads if not floats or load.units < FULL_LOAD)


def keepers(day: DayMasks, footprint: Footprint) -> Iterator[tuple[Id, int]]:
    """The nurses who could keep a patient, each with the starts for which she could.

    Where nurses float, the float nurses do the rest; where they are a pool, nobody is named.
    """
    own = kept_loads(footprint, day.cover)
    for nurse, row in day.nurses:
        mask = span_mask(0, day.length)
        for load in own:
            mask &= run(plane(row, load.units), load)
        yield nurse, mask
