"""A visit as phases at fixed offsets, each naming the people and things it needs.

The phases follow each other without a wait, so one start decides everything. A visit type is written
in steps of five minutes; the minutes of an order are rounded up to whole ticks. Defaults of lengths and loads are clinic defaults, review.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from serein.scheduling.rules.ticks import ticks_for

Id = Hashable
"""What names a resource: a UUID in the clinic, anything comparable in a test."""

FULL_LOAD = 12
"""One nurse for one patient, in twelfths of a nurse: 1:2 is 6, 1:3 is 4, 1:4 is 3."""


class Kind(StrEnum):
    """What a visit can need besides the patient."""

    CHAIR = "chair"
    RECOVERY = "recovery"
    ROOM = "room"
    PRESCRIBER = "prescriber"
    NURSE = "nurse"
    PUMP = "pump"
    MONITOR = "monitor"


class Seat(StrEnum):
    """Where the patient is during a phase."""

    NONE = "none"
    CHAIR = "chair"
    CHAIR_OR_RECOVERY = "chair_or_recovery"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a visit.

    ``nurse_load`` counts twelfths of a nurse. ``prescriber_last_minutes`` takes a prescriber
    exclusively for the end of the phase; ``prescriber_on_site`` only wants one to be in the house.
    """

    name: str
    minutes: int
    seat: Seat = Seat.NONE
    nurse_load: int = 0
    monitor: bool = False
    pump: bool = False
    prescriber_last_minutes: int = 0
    prescriber_on_site: bool = False
    with_patient: bool = True


@dataclass(frozen=True, slots=True)
class VisitType:
    """A kind of visit. The phases with the patient come first, then those without."""

    name: str
    phases: tuple[Phase, ...]
    straddles_gap: bool = False
    turnover_past_closing: bool = True

    @property
    def patient_minutes(self) -> int:
        """From arrival to leaving: what the patient is told."""
        return sum(phase.minutes for phase in self.phases if phase.with_patient)

    def with_minutes(self, minutes: Mapping[str, int]) -> VisitType:
        """Return this visit with other lengths for the phases named."""
        phases = (
            replace(phase, minutes=minutes.get(phase.name, phase.minutes)) for phase in self.phases
        )
        return replace(self, phases=tuple(phases))


@dataclass(frozen=True, slots=True)
class Need:
    """One unit of a kind, the same one throughout, ``start`` ticks after the visit begins."""

    kind: Kind
    start: int
    ticks: int


@dataclass(frozen=True, slots=True)
class Load:
    """So many twelfths of a nurse over a stretch of the visit."""

    start: int
    ticks: int
    units: int


@dataclass(frozen=True, slots=True)
class Footprint:
    """One way to seat a visit, in ticks from its start."""

    patient_ticks: int
    total_ticks: int
    needs: tuple[Need, ...]
    loads: tuple[Load, ...]
    on_site: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Something in use over a half-open stretch of ticks.

    Without a unit it counts against what there is of its kind. Of a nurse, ``units`` are twelfths.
    """

    kind: Kind
    start: int
    end: int
    unit_id: Id | None = None
    units: int = 1
    visit_id: Id | None = None


CHECK_IN, IV_START, INFUSION, RECOVERY = "check_in", "iv_start", "infusion", "recovery"
DISCHARGE, TURNOVER = "discharge", "turnover"


def infusion_type(
    infusion_minutes: int = 40,
    recovery_minutes: int = 60,
    *,
    name: str = "Infusion",
    seat_in_recovery: Seat = Seat.CHAIR,
) -> VisitType:
    """Return the usual infusion visit; ``CHAIR_OR_RECOVERY`` lets it free the chair early."""
    chair = Seat.CHAIR
    return VisitType(
        name,
        (
            Phase(CHECK_IN, 15),
            Phase(IV_START, 15, chair, FULL_LOAD, monitor=True, prescriber_last_minutes=10),
            Phase(
                INFUSION,
                infusion_minutes,
                chair,
                6,
                monitor=True,
                pump=True,
                prescriber_on_site=True,
            ),
            Phase(RECOVERY, recovery_minutes, seat_in_recovery, 3),
            Phase(DISCHARGE, 10, seat_in_recovery, FULL_LOAD),
            Phase(TURNOVER, 10, seat_in_recovery, with_patient=False),
        ),
    )


def consult_type(minutes: int = 45, *, name: str = "Consultation") -> VisitType:
    """Return a talk with a prescriber in a room."""
    phase = Phase("consult", minutes, Seat.ROOM, prescriber_last_minutes=minutes)
    return VisitType(name, (phase,))


@lru_cache(maxsize=500)
def footprints(visit_type: VisitType) -> tuple[Footprint, ...]:
    """Return each way to seat a visit: in one chair throughout, and with a recovery chair.

    The chair that a patient leaves for a recovery chair is turned over as long as the other.
    """
    ways = [_footprint(visit_type, moves=False)]
    if any(phase.seat is Seat.CHAIR_OR_RECOVERY for phase in visit_type.phases):
        ways.append(_footprint(visit_type, moves=True))
    return tuple(ways)


@lru_cache(maxsize=500)
def needs_by_kind(footprint: Footprint) -> tuple[tuple[Kind, tuple[Need, ...]], ...]:
    """Group the needs of a visit by kind; one unit must serve all needs of a kind."""
    kinds = dict.fromkeys(need.kind for need in footprint.needs)
    return tuple(
        (kind, tuple(need for need in footprint.needs if need.kind is kind)) for kind in kinds
    )


def taken_by(
    footprint: Footprint,
    start: int,
    units: Mapping[Kind, Id],
    *,
    visit_id: Id | None = None,
) -> tuple[Taken, ...]:
    """List what a visit takes that starts at a tick, with the units chosen for it.

    Kinds without a chosen unit are counted against what there is. All loads carry the nurse who
    keeps the patient; where nurses float, the 1:1 loads are theirs all the same.
    """
    needs = [
        Taken(
            need.kind,
            start + need.start,
            start + need.start + need.ticks,
            units.get(need.kind),
            visit_id=visit_id,
        )
        for need in footprint.needs
    ]
    for load in footprint.loads:
        begin, nurse = start + load.start, units.get(Kind.NURSE)
        needs.append(Taken(Kind.NURSE, begin, begin + load.ticks, nurse, load.units, visit_id))
    return tuple(needs)


def _footprint(visit_type: VisitType, *, moves: bool) -> Footprint:
    spans: dict[Kind, list[tuple[int, int]]] = {kind: [] for kind in Kind}
    loads: list[Load] = []
    on_site: list[int] = []
    at = patient_end = 0
    left_chair: int | None = None
    for phase in visit_type.phases:
        end = at + ticks_for(phase.minutes)
        seat = seat_kind(phase.seat, moves=moves)
        if seat is Kind.RECOVERY and left_chair is None:
            left_chair = at
        for kind, begin in _kinds(phase, seat, at, end):
            spans[kind].append((begin, end))
        if phase.nurse_load and end > at:
            _add_load(loads, Load(at, end - at, phase.nurse_load))
        if phase.prescriber_on_site and end > at:
            on_site += [at, end]
        at = end
        patient_end = end if phase.with_patient else patient_end
    if left_chair is not None:
        turnover = at - patient_end
        spans[Kind.CHAIR].append((left_chair, left_chair + turnover))
    needs = [
        Need(kind, begin, end - begin)
        for kind, found in spans.items()
        for begin, end in _merged(found)
    ]
    around = (min(on_site), max(on_site)) if on_site else None
    return Footprint(patient_end, at, tuple(needs), tuple(loads), around)


def _kinds(phase: Phase, seat: Kind | None, at: int, end: int) -> list[tuple[Kind, int]]:
    """The kinds that a phase takes, each with the tick from which it does."""
    found = [(seat, at)] if seat else []
    if phase.monitor:
        found.append((Kind.MONITOR, at))
    if phase.pump:
        found.append((Kind.PUMP, at))
    if phase.prescriber_last_minutes:
        found.append((Kind.PRESCRIBER, max(at, end - ticks_for(phase.prescriber_last_minutes))))
    return [(kind, begin) for kind, begin in found if begin < end]


def seat_kind(seat: Seat, *, moves: bool) -> Kind | None:
    """The kind of place of a phase, for a visit that moves to a recovery chair or stays."""
    if seat is Seat.CHAIR_OR_RECOVERY:
        return Kind.RECOVERY if moves else Kind.CHAIR
    return {Seat.CHAIR: Kind.CHAIR, Seat.ROOM: Kind.ROOM}.get(seat)


def _add_load(loads: list[Load], load: Load) -> None:
    """Append a load, joined to the one before where that is equal and touches."""
    if loads and loads[-1].units == load.units and _end(loads[-1]) == load.start:
        load = Load(loads[-1].start, loads.pop().ticks + load.ticks, load.units)
    loads.append(load)


def _end(load: Load) -> int:
    return load.start + load.ticks


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > begin:
            merged.append((begin, end))
    return merged
