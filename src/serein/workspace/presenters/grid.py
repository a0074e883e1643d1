"""The board as a grid: seats by time in steps of five minutes, and how full each half hour is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock, moment
from serein.core.quantities import shown
from serein.scheduling.rules import FULL_LOAD, Kind, tick_of
from serein.scheduling.states import OCCUPYING
from serein.workspace.presenters.phases import look_of, seated
from serein.workspace.rules import Stay, lay_out

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.scheduling.queries import PhaseFact, Use, VisitFact
    from serein.workspace.presenters.visits import Visit
    from serein.workspace.queries.board import BoardFacts, SeatFact
    from serein.workspace.rules import Cell, Grid, Lane

HOUR = 60
STEP = 5
NO_ROOM = "No room yet"


@dataclass(frozen=True, slots=True)
class Place:
    """From where and how far on the time axis: full hours, and steps of five minutes beyond."""

    hours: int
    steps: int
    for_hours: int
    for_steps: int

    @property
    def classes(self) -> str:
        """The classes of `axis.css` that put something there; a security policy allows no styles."""
        return f"at-{self.hours}h at-{self.steps}s for-{self.for_hours}h for-{self.for_steps}s"


@dataclass(frozen=True, slots=True)
class PhaseBar:
    """One phase inside a block."""

    word: str
    short: str
    pattern: str
    place: Place


@dataclass(frozen=True, slots=True)
class Block:
    """One visit in one seat, with the stretch before it is seated."""

    visit: Visit
    place: Place
    lead: Place | None
    in_seat: str
    phases: tuple[PhaseBar, ...]


@dataclass(frozen=True, slots=True)
class BoardLane:
    """One line of a row: blocks, and the stretches in which the clinic is closed."""

    blocks: tuple[Block, ...]
    closed: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One seat. ``unit_id`` is empty where visits without a seat are gathered."""

    name: str
    kind: str
    unit_id: str
    lanes: tuple[BoardLane, ...]


@dataclass(frozen=True, slots=True)
class HalfHourCell:
    """How full one thing is in one half hour."""

    place: Place
    time: str
    text: str
    is_full: bool


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """One thing over the day."""

    name: str
    cells: tuple[HalfHourCell, ...]


@dataclass(frozen=True, slots=True)
class NowLine:
    """Where the line of the present moment stands, and the span it moves over."""

    place: int
    width: int
    start_at: str
    end_at: str


@dataclass(frozen=True, slots=True)
class BoardGrid:
    """Everything that is drawn over the time axis of one day."""

    hours: int
    first_tick: int
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    capacity: tuple[CapacityRow, ...]
    now: NowLine | None

    @property
    def capacity_lines(self) -> tuple[tuple[HalfHourCell, ...], ...]:
        """The same by half hour, for a screen too narrow for the grid."""
        return tuple(zip(*(row.cells for row in self.capacity), strict=True))


def board_grid(
    facts: BoardFacts, visits: Mapping[UUID, Visit], at: datetime, zone: ZoneInfo
) -> BoardGrid:
    """Lay a day out on the time axis; ``visits`` are the words of each visit."""
    standing = [visit for visit in facts.book if visit.state in OCCUPYING]
    seats = _seats(facts.seats, standing)
    stays = [_stays(seat, standing, facts.day.day, zone) for seat in seats]
    spans = [(_minutes(block.start), _minutes(block.end)) for block in facts.day.hours.blocks]
    grid = lay_out(chairs=stays, open_spans=spans)
    by_key = {
        str(visit.appointment_id): (visit, visits[visit.appointment_id]) for visit in standing
    }
    first = moment(facts.day.day, time(grid.start // HOUR), zone)
    return BoardGrid(
        hours=(grid.end - grid.start) // HOUR,
        first_tick=tick_of(first),
        heads=tuple(f"{hour:02}:00" for hour in grid.hours),
        rows=tuple(
            _row(seat, lanes, grid, by_key, zone)
            for seat, lanes in zip(seats, grid.lanes, strict=True)
        ),
        capacity=_capacity(facts, standing, grid, zone),
        now=_now(facts.day.day, grid, first, at, zone),
    )


Seat = tuple["SeatFact | None", Kind]


def _seats(seats: Sequence[SeatFact], standing: Sequence[VisitFact]) -> list[Seat]:
    """Every seat, and a row for talks that have no room."""
    found: list[Seat] = [(seat, seat.kind) for seat in seats]
    if any(_seat_of(visit, kind) is None for visit in standing for kind in seated(visit)):
        found.append((None, Kind.ROOM))
    return found


def _seat_of(visit: VisitFact, kind: Kind) -> UUID | None:
    unit = visit.unit(kind)
    return unit.unit_id if unit else None


def _stays(seat: Seat, standing: Iterable[VisitFact], day: date, zone: ZoneInfo) -> list[Stay]:
    fact, kind = seat
    wanted = fact.unit_id if fact else None
    found = []
    for visit in standing:
        phases = seated(visit).get(kind, ())
        if phases and _seat_of(visit, kind) == wanted:
            start, end = _span(phases, day, zone)
            found.append(Stay(str(visit.appointment_id), start, end))
    return found


def _row(
    seat: Seat,
    lanes: Sequence[Lane],
    grid: Grid,
    by_key: Mapping[str, tuple[VisitFact, Visit]],
    zone: ZoneInfo,
) -> Row:
    fact, kind = seat
    return Row(
        fact.name if fact else NO_ROOM,
        kind.value,
        str(fact.unit_id) if fact else "",
        tuple(
            BoardLane(
                tuple(
                    _block(*by_key[cell.key], kind, cell, grid, zone)
                    for cell in lane.cells
                    if cell.key
                ),
                tuple(
                    place_of(cell.start, cell.end, grid)
                    for cell in lane.cells
                    if not cell.key and not cell.is_open
                ),
            )
            for lane in lanes
        ),
    )


def _block(
    visit: VisitFact, words: Visit, kind: Kind, cell: Cell, grid: Grid, zone: ZoneInfo
) -> Block:
    phases = seated(visit)[kind]
    day = visit.local_date
    lead = None
    if kind is Kind.CHAIR:
        arrives, _ = _span(visit.phases, day, zone)
        arrives = max(arrives, grid.start)
        lead = place_of(arrives, cell.start, grid) if arrives < cell.start else None
    leaves = max((one.ends_at for one in phases if one.is_with_patient), default=visit.ends_at)
    return Block(
        visit=words,
        place=place_of(cell.start, cell.end, grid),
        lead=lead,
        in_seat=f"{clock(phases[0].starts_at, zone)} to {clock(leaves, zone)}",
        phases=tuple(_bar(phase, day, zone) for phase in phases),
    )


def _bar(phase: PhaseFact, day: date, zone: ZoneInfo) -> PhaseBar:
    look = look_of(phase.name)
    start, end = _span([phase], day, zone)
    return PhaseBar(look.word, look.short, look.pattern, _place(0, end - start))


def _span(phases: Sequence[PhaseFact], day: date, zone: ZoneInfo) -> tuple[int, int]:
    """From the first phase to the last, in minutes after midnight of the day."""
    start = phases[0].starts_at.astimezone(zone)
    end = phases[-1].ends_at.astimezone(zone)
    last = _minutes(end.time()) if end.date() == day else 24 * HOUR
    return _minutes(start.time()) if start.date() == day else 0, last


def place_of(start: int, end: int, grid: Grid) -> Place:
    """Return where a stretch lies on the time axis of a grid."""
    return _place(start - grid.start, end - start)


def _place(offset: int, length: int) -> Place:
    hours, steps = divmod(offset // STEP, HOUR // STEP)
    for_hours, for_steps = divmod(-(-length // STEP), HOUR // STEP)
    return Place(hours, steps, for_hours, for_steps)


def _capacity(
    facts: BoardFacts, standing: Sequence[VisitFact], grid: Grid, zone: ZoneInfo
) -> tuple[CapacityRow, ...]:
    if not facts.capacity:
        return ()
    has_recovery = any(seat.kind is Kind.RECOVERY for seat in facts.seats)
    is_planned = facts.capacity[0].nurses.of is not None
    chairs, nurses, recovery = [], [], []
    for half in facts.capacity:
        local = half.starts_at.astimezone(zone)
        start = _minutes(local.time())
        place = place_of(start, min(start + HOUR // 2, grid.end), grid)
        chairs.append(_cell(place, clock(local), half.chairs))
        nurses.append(_cell(place, clock(local), half.nurses, FULL_LOAD))
        if has_recovery:
            recovery.append(_cell(place, clock(local), half.recovery))
        else:
            count = _recovering(standing, half.starts_at)
            recovery.append(HalfHourCell(place, clock(local), str(count) if count else "", False))
    return (
        CapacityRow("Chairs", tuple(chairs)),
        CapacityRow("Nurses" if is_planned else "Nurses needed", tuple(nurses)),
        CapacityRow("Recovery" if has_recovery else "Recovering", tuple(recovery)),
    )


def _cell(place: Place, begins: str, use: Use, share: int = 1) -> HalfHourCell:
    used = shown(Decimal(use.used) / share, places=1)
    if use.of is None:
        return HalfHourCell(place, begins, used if use.used else "", False)
    there = shown(Decimal(use.of) / share, places=1)
    is_full = bool(use.used) and use.used >= use.of
    return HalfHourCell(place, begins, f"{used} of {there}", is_full)


def _recovering(standing: Sequence[VisitFact], starts_at: datetime) -> int:
    """How many recover in their chairs at some moment of a half hour."""
    ends_at = starts_at + timedelta(minutes=HOUR // 2)
    return sum(
        phase.starts_at < ends_at and starts_at < phase.ends_at
        for visit in standing
        for phase in visit.phases
        if phase.name == "recovery"
    )


def _now(day: date, grid: Grid, first: datetime, at: datetime, zone: ZoneInfo) -> NowLine | None:
    local = at.astimezone(zone)
    place, width = _minutes(local.time()) - grid.start, grid.end - grid.start
    if local.date() != day or not 0 <= place <= width:
        return None
    return NowLine(place, width, first.isoformat(), (first + timedelta(minutes=width)).isoformat())


def _minutes(wall: time) -> int:
    return wall.hour * HOUR + wall.minute
