"""Many days laid side by side in one whole number per resource.

A question about ninety days is then a few dozen shifts and ANDs: a run of d free ticks by doubling,
units of one kind ORed, kinds ANDed. The same questions can be asked of a single day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from serein.scheduling.rules.book import CoverMode
from serein.scheduling.rules.day import DayMasks, plane
from serein.scheduling.rules.masks import joined, run_starts, span_mask, spans_mask
from serein.scheduling.rules.phases import (
    FULL_LOAD,
    Footprint,
    Id,
    Kind,
    Load,
    Need,
    VisitType,
    footprints,
    needs_by_kind,
)
from serein.scheduling.rules.ticks import TICK_MINUTES, TickSpan, moment_of, wall_minute

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class PatientSide:
    """What the patient brings: other visits, when he can come, when he can be fetched.

    ``can_come`` must hold the whole stay; its end must fall inside ``driver``, limits included.
    """

    busy: tuple[TickSpan, ...] = ()
    can_come: tuple[TickSpan, ...] | None = None
    driver: tuple[TickSpan, ...] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Start:
    """One legal start."""

    tick: int
    day: date

    @property
    def at(self) -> datetime:
        """The UTC moment."""
        return moment_of(self.tick)


class Horizon:
    """Some days, each in a slice of its own, lowest first; a slice ends with a bit that is clear.

    Built from day masks; what it works out it keeps, so ask one horizon again while the versions of
    its days stand.
    """

    def __init__(self, days: Iterable[DayMasks]) -> None:
        self.days = tuple(day for day in days if day.length)
        longest = max((day.length for day in self.days), default=0)
        self.stride_bytes = longest // 8 + 1
        self.stride = self.stride_bytes * 8
        self._origins = [day.origin for day in self.days]
        self._modes = {day.cover for day in self.days}
        self._counted = {kind for day in self.days for kind in day.counts}
        self._unlimited = {kind for day in self.days for kind in day.unlimited}
        self._kept: dict[Hashable, int] = {}
        self._units: dict[Kind, tuple[tuple[Id, int], ...]] = {}

    def joined(self, key: Hashable, of: Callable[[DayMasks], int]) -> int:
        """Lay one mask of each day side by side, and keep the result under a key."""
        if key not in self._kept:
            self._kept[key] = joined([of(day) for day in self.days], self.stride_bytes)
        return self._kept[key]

    def units(self, kind: Kind) -> tuple[tuple[Id, int], ...]:
        """The units of a kind with the ticks of all days in which they are free."""
        if kind not in self._units:
            by_day = [dict(day.free.get(kind, ())) for day in self.days]
            ids = dict.fromkeys(unit for free in by_day for unit in free)
            self._units[kind] = tuple(
                (unit, joined([free.get(unit, 0) for free in by_day], self.stride_bytes))
                for unit in ids
            )
        return self._units[kind]

    def counted(self, kind: Kind, wanted: int) -> int:
        """The ticks in which at least so many of a pooled kind are free."""
        return self.joined(
            (kind, wanted), lambda day: plane(day.counts[kind], wanted) if kind in day.counts else 0
        )

    def relieved(self, wanted: int) -> int:
        """The ticks in which the float nurses have so much free."""
        return self.joined(("relief", wanted), lambda day: plane(day.relief, wanted))

    def carries(self, nurse: Id, wanted: int) -> int:
        """The ticks in which one nurse can carry so much more."""
        return self.joined(
            ("nurse", nurse, wanted),
            lambda day: next((plane(row, wanted) for who, row in day.nurses if who == nurse), 0),
        )

    def nurses(self) -> tuple[Id, ...]:
        return tuple(dict.fromkeys(nurse for day in self.days for nurse, _ in day.nurses))

    def begins(self, footprint: Footprint, visit_type: VisitType) -> int:
        """The starts for which the patient's time lies inside one opening block."""
        length = footprint.patient_ticks
        if not visit_type.turnover_past_closing:
            length = footprint.total_ticks
        key = ("begins", length, visit_type.straddles_gap)
        return self.joined(key, lambda day: begins_of(day, length, visit_type.straddles_gap))

    def grid(self, minutes: int, zone: ZoneInfo) -> int:
        """The ticks that the clinic's clock shows as a multiple of so many minutes."""
        return self.joined(("grid", minutes, zone.key), lambda day: _grid_of(day, minutes, zone))

    def open_in(self, key: Hashable, of: Callable[[DayMasks], bool]) -> int:
        """All ticks of the days for which something holds."""
        return self.joined(key, lambda day: span_mask(0, day.length) if of(day) else 0)

    def lay(self, spans: Iterable[TickSpan]) -> int:
        """Set the bits of spans of ticks on whichever days they touch."""
        mask = 0
        for start, end in spans:
            last = bisect_right(self._origins, end - 1)
            for number in range(last - 1, -1, -1):
                day = self.days[number]
                if day.origin + day.length <= start:
                    break
                part = span_mask(start - day.origin, min(end - day.origin, day.length))
                mask |= part << (number * self.stride)
        return mask

    def place_of(self, tick: int) -> int:
        """The bit of a tick; of one between the days, the first bit of the next day."""
        for number in range(max(bisect_right(self._origins, tick) - 1, 0), len(self.days)):
            day = self.days[number]
            if tick < day.origin + day.length:
                return number * self.stride + max(tick - day.origin, 0)
        return len(self.days) * self.stride

    def start_at(self, bit: int) -> Start:
        """The start that a bit stands for."""
        number, place = divmod(bit, self.stride)
        day = self.days[number]
        return Start(day.origin + place, day.day)

    def starts(self, visit_type: VisitType, patient: PatientSide | None = None) -> int:
        """Set the bit of each legal start of all days."""
        mask = 0
        for footprint in footprints(visit_type):
            mask |= self.seated(footprint, visit_type)
        if patient is not None and mask:
            mask &= self.suits(footprints(visit_type)[0].patient_ticks, patient)
        return mask

    def suits(self, patient_ticks: int, patient: PatientSide) -> int:
        """The starts that suit the patient."""
        everywhere = span_mask(0, len(self.days) * self.stride)
        free = everywhere
        if patient.can_come is not None:
            free = self.lay(patient.can_come)
        free &= ~self.lay(patient.busy)
        mask = run_starts(free, patient_ticks)
        if patient.driver is not None:
            mask &= self.lay(
                (start - patient_ticks, end - patient_ticks + 1) for start, end in patient.driver
            )
        return mask

    def seated(self, footprint: Footprint, visit_type: VisitType) -> int:
        """The starts for which one way to seat a visit finds everything it needs."""
        mask = self.begins(footprint, visit_type)
        for kind, needs in needs_by_kind(footprint):
            if not mask:
                return 0
            mask &= self.has_kind(kind, needs)
        if footprint.loads and mask:
            mask &= self.has_nurses(footprint.loads)
        if footprint.on_site is not None and mask:
            mask &= self.has_on_site(*footprint.on_site)
        return mask

    def has_kind(self, kind: Kind, needs: Sequence[Need]) -> int:
        """The starts for which one unit of a kind is free for all these needs."""
        free = 0
        for _, mask in self.units(kind):
            free |= all_runs(needs, mask)
        if kind in self._counted:
            free |= all_runs(needs, self.counted(kind, 1))
        return free | self._unasked(kind)

    def has_nurses(self, loads: Sequence[Load]) -> int:
        """The starts for which the nurses can carry a visit, each day in its own mode."""
        found = self._unasked(Kind.NURSE)
        if CoverMode.POOL in self._modes:
            pooled = self._loads(loads, partial(self.counted, Kind.NURSE))
            found |= pooled & self._in_mode(CoverMode.POOL)
        if self._modes != {CoverMode.POOL}:
            found |= self._kept_by_one(loads)
        return found

    def _kept_by_one(self, loads: Sequence[Load]) -> int:
        """The starts for which one nurse can keep the patient, alone or relieved by the floats."""
        relief = [load for load in loads if load.units >= FULL_LOAD]
        between = [load for load in loads if load.units < FULL_LOAD]
        named = kept = 0
        for nurse in self.nurses():
            carries = partial(self.carries, nurse)
            keeps = self._loads(between, carries)
            kept |= keeps
            named |= keeps & self._loads(relief, carries)
        floated = kept & self._loads(relief, self.relieved)
        return named & self._in_mode(CoverMode.NAMED) | floated & self._in_mode(CoverMode.FLOAT)

    def has_on_site(self, start: int, end: int) -> int:
        """The starts for which a prescriber is in the house throughout a stretch of the visit."""
        there = self.joined("on site", lambda day: day.on_site)
        return run_starts(there, end - start) >> start | self.open_in(
            "on site unasked", _leaves_prescribers_open
        )

    def _unasked(self, kind: Kind) -> int:
        """All ticks of the days on which the site does not keep track of a kind."""
        if kind not in self._unlimited:
            return 0
        return self.open_in(("unlimited", kind), lambda day: kind in day.unlimited)

    def _in_mode(self, mode: CoverMode) -> int:
        return self.open_in(("mode", mode), lambda day: day.cover is mode)

    def _loads(self, loads: Sequence[Load], free: Callable[[int], int]) -> int:
        mask = -1
        for load in loads:
            mask &= run_starts(free(load.units), load.ticks) >> load.start
        return mask if loads else span_mask(0, len(self.days) * self.stride)


def begins_of(day: DayMasks, length: int, straddles_gap: bool) -> int:
    """Set the starts on one day for which so many ticks lie inside one block of its hours."""
    if straddles_gap:
        within = spans_mask(day.blocks, day.origin, day.length)
        ends = within << 1 >> length
        return within & ends if length else within
    mask = 0
    for opens, closes in day.blocks:
        mask |= span_mask(opens - day.origin, closes - day.origin - length + 1)
    return mask


def run(mask: int, need: Need | Load) -> int:
    """The starts for which a need finds its ticks set."""
    return run_starts(mask, need.ticks) >> need.start


def all_runs(needs: Sequence[Need], mask: int) -> int:
    """The starts for which all needs find their ticks set, by one unit."""
    found = -1
    for need in needs:
        found &= run(mask, need)
    return found


def _leaves_prescribers_open(day: DayMasks) -> bool:
    only_counted = Kind.PRESCRIBER in day.counts and not day.on_site
    return only_counted or Kind.PRESCRIBER in day.unlimited


def _grid_of(day: DayMasks, minutes: int, zone: ZoneInfo) -> int:
    first, last = (wall_minute(day.origin + bit, zone) for bit in (0, day.length - 1))
    step = minutes // TICK_MINUTES
    if minutes % TICK_MINUTES == 0 and last - first == (day.length - 1) * TICK_MINUTES:
        skipped = -(first // TICK_MINUTES) % step
        return sum(1 << bit for bit in range(skipped, day.length, step))
    return sum(
        1 << bit for bit in range(day.length) if wall_minute(day.origin + bit, zone) % minutes == 0
    )
