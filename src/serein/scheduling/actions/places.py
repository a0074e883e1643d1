"""Finding a place for visits inside the lock, and saying what was taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from serein.core.errors import Refused
from serein.scheduling import queries, rules
from serein.scheduling.models import COLUMN_OF, Appointment
from serein.scheduling.queries import ClinicFact, Span, TypeFact
from serein.scheduling.rules import (
    Choice,
    DayBook,
    Kind,
    PatientSide,
    VisitType,
    day_masks,
    find_starts,
    free_units,
    span_ticks,
    taken_by,
    tick_of,
    ticks_for,
)

if TYPE_CHECKING:
    from uuid import UUID

BENDABLE = frozenset({Kind.NURSE, Kind.PRESCRIBER, Kind.ROOM})
"""What a reasoned override may do without. Never a chair, a pump, a monitor or the patient."""

OFFER_GRID_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Wish:
    """One visit that somebody wants, with everything needed to judge it."""

    clinic: ClinicFact
    type: TypeFact
    starts_at: datetime
    at: datetime
    patient_id: UUID | None = None
    guest_id: UUID | None = None
    number: int = 1
    infusion_minutes: int = 0
    recovery_minutes: int = 0
    units: Mapping[Kind, UUID] = field(default_factory=dict)
    giving_up: tuple[UUID, ...] = ()
    may_be_past: bool = False
    bends: bool = False

    @classmethod
    def again(cls, row: Appointment, clinic: ClinicFact, at: datetime, **changes: Any) -> Wish:
        """Wish for what an appointment has, in its own chair and with its own things, but changed."""
        kept = {kind: getattr(row, column) for kind, column in COLUMN_OF.items()}
        wish = cls(
            clinic=clinic,
            type=queries.type_of(row),
            starts_at=row.starts_at,
            at=at,
            patient_id=row.patient_id,
            guest_id=row.guest_id,
            number=row.number,
            infusion_minutes=row.infusion_minutes,
            recovery_minutes=row.recovery_minutes,
            units={kind: unit for kind, unit in kept.items() if unit and kind is not Kind.NURSE},
            giving_up=(row.pk,),
        )
        return replace(wish, **changes)

    @property
    def zone(self) -> ZoneInfo:
        return self.clinic.zone

    @property
    def visit(self) -> VisitType:
        """Its phases, with the minutes of its order."""
        visit = queries.with_order(self.type, self.infusion_minutes, self.recovery_minutes)
        past = self.clinic.settings.is_turnover_past_closing
        return replace(visit, turnover_past_closing=past)

    @property
    def local_date(self) -> date:
        return self.starts_at.astimezone(self.zone).date()

    @property
    def ends_at(self) -> datetime:
        tick = tick_of(self.starts_at) + ticks_for(self.visit.patient_minutes)
        return rules.moment_of(tick)

    @property
    def words(self) -> str:
        return rules.start_words(self.starts_at, self.zone)

    @property
    def title(self) -> str:
        """What it is, in the middle of a sentence."""
        is_consult = self.type.kind == "consult"
        return self.type.name.lower() if is_consult else f"infusion {self.number}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a wish is seated."""

    units: Mapping[Kind, UUID]


class Desk:
    """The book of the locked days, on which wishes are seated one after the other."""

    def __init__(self, wishes: Sequence[Wish]) -> None:
        first = wishes[0]
        days = [wish.local_date for wish in wishes]
        giving_up = [row for wish in wishes for row in wish.giving_up]
        self.books: dict[date, DayBook] = queries.day_books(first.clinic, days, first.at, giving_up)
        span = Span(min(days), max(days), first.at)
        self.patient = queries.patient_side(first.patient_id, span, ignoring=giving_up)

    def choices(self, wish: Wish) -> tuple[Choice, ...]:
        """Return the ways in which a wish can be seated now; none if it cannot."""
        book, tick = self.books[wish.local_date], tick_of(wish.starts_at)
        if not rules.is_on_grid(wish.starts_at) or self._is_busy(wish):
            return ()
        found = free_units(wish.visit, day_masks(book), tick)
        if not found and wish.bends:
            found = free_units(wish.visit, day_masks(_bent(book, wish)), tick)
        return tuple(choice for choice in found if _has(choice, wish.units))

    def seat(self, wish: Wish, preferred: Mapping[Kind, UUID] | None = None) -> Place:
        """Choose the units of a wish and take them off the book.

        :raises Refused: in the past, off the grid, outside the hours, or taken; names what is free
        """
        if wish.starts_at <= wish.at and not wish.may_be_past:
            raise Refused(
                f"Choose a time in the future: {wish.words} has passed.", field="starts_at"
            )
        found = self.choices(wish)
        if not found:
            self._check_hours(wish)
            raise self.taken(wish)
        choice = found[-1]
        units = choice.pick({**(preferred or {}), **wish.units})
        book = self.books[wish.local_date]
        rows = taken_by(choice.footprint, tick_of(wish.starts_at), units)
        self.books[wish.local_date] = replace(book, taken=[*book.taken, *rows])
        own = span_ticks(wish.starts_at, wish.ends_at)
        self.patient = replace(self.patient, busy=(*self.patient.busy, own))
        return Place(units)  # type: ignore[arg-type]

    def seat_all(self, wishes: Sequence[Wish]) -> tuple[Place, ...]:
        """Seat the wishes of one patient, with as few changes of chair and of nurse as can be.

        :raises Refused: as `seat`, for the first wish that cannot be had
        """
        choices = [self.choices(wish) for wish in wishes]
        kept = {kind: _fewest_changes(kind, choices) for kind in (Kind.CHAIR, Kind.NURSE)}
        return tuple(
            self.seat(wish, {kind: units[n] for kind, units in kept.items() if units})
            for n, wish in enumerate(wishes)
        )

    def taken(self, wish: Wish) -> Refused:
        """Make the refusal for a visit that cannot be seated; offer what is left that day."""
        what = f"{wish.title}, {wish.words},"
        near = rules.nearest_to(self._left(wish), wish.starts_at)
        times = [rules.time_words(at.astimezone(wish.zone).time()) for at in near]
        offer = (
            f"Free that day: {rules.listed(times)}." if times else "Nothing else is free that day."
        )
        return Refused(f"Choose another time: {what} is taken. {offer}", field="starts_at")

    def _is_busy(self, wish: Wish) -> bool:
        begins, ends = span_ticks(wish.starts_at, wish.ends_at)
        return any(start < ends and begins < end for start, end in self.patient.busy)

    def _left(self, wish: Wish) -> tuple[datetime, ...]:
        """Prefer quarter hours, as the proposals do; take what there is if no quarter is left."""
        masks = [day_masks(self.books[wish.local_date])]
        for grid in (OFFER_GRID_MINUTES, rules.TICK_MINUTES):
            found = find_starts(
                wish.visit,
                masks,
                zone=wish.zone,
                patient=PatientSide(self.patient.busy),
                not_before=tick_of(wish.at) + 1,
                grid_minutes=grid,
            )
            if found:
                return tuple(start.at for start in found)
        return ()

    def _check_hours(self, wish: Wish) -> None:
        day, visit = wish.local_date, wish.visit
        explained = rules.explain_day(wish.clinic.hours, day)
        if not explained.is_open:
            raise Refused(
                f"Choose another day: {rules.day_words(day)} is not open. {explained.because}",
                field="starts_at",
            )
        if not rules.is_on_grid(wish.starts_at):
            raise Refused("Choose a time on a full five minutes.", field="starts_at")
        begins, ends = span_ticks(wish.starts_at, wish.ends_at)
        windows = self.books[day].windows
        if not any(opens <= begins and ends <= closes for opens, closes in windows):
            blocks = rules.listed([rules.block_words(block) for block in explained.blocks])
            raise Refused(
                f"Choose another time: a visit of {visit.patient_minutes} minutes from "
                f"{wish.words} does not fit into the hours {blocks}.",
                field="starts_at",
            )


def seat(wish: Wish) -> tuple[Place, Desk]:
    """Seat a single wish on its locked day.

    :raises Refused: as `Desk.seat`
    """
    desk = Desk([wish])
    return desk.seat(wish), desk


def _fewest_changes(kind: Kind, of_wishes: Sequence[Sequence[Choice]]) -> tuple[UUID, ...]:
    """One unit of a kind for each wish, changing as seldom as can be; none if a wish has none."""
    free = [
        tuple(dict.fromkeys(unit for choice in choices for unit in choice.free.get(kind, ())))
        for choices in of_wishes
    ]
    return rules.fewest_changes(free) if all(free) else ()  # type: ignore[return-value]


def _has(choice: Choice, wished: Mapping[Kind, UUID]) -> bool:
    return all(unit in choice.free.get(kind, ()) for kind, unit in wished.items())


def _bent(book: DayBook, wish: Wish) -> DayBook:
    """The same day as if it were open then and nobody were needed but the patient and the things."""
    begins, ends = span_ticks(wish.starts_at, wish.ends_at)
    return replace(
        book, windows=(*book.windows, (begins, ends)), unlimited=book.unlimited | BENDABLE
    )
