"""When measures fall due. Computed from the infusions as given or booked, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from serein.outcomes.rules.content import Measure, Schedule
from serein.outcomes.rules.readings import Reading


class InfusionState(StrEnum):
    """An infusion as the schedule sees it."""

    PLANNED = "planned"
    GIVEN = "given"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class InfusionTime:
    """When infusion ``number`` starts: the true start once given, the booked start before."""

    number: int
    at: datetime
    state: InfusionState


@dataclass(frozen=True, slots=True)
class Course:
    """The infusions of one plan. ``is_over`` says that no further infusion will be given.

    ``stopped_following_at`` is the moment the patient withdrew; nothing falls due after it.
    """

    infusions: tuple[InfusionTime, ...]
    planned: int
    is_over: bool = False
    stopped_following_at: datetime | None = None

    @property
    def given(self) -> tuple[InfusionTime, ...]:
        """The infusions that were started, in order of time."""
        return tuple(
            sorted(
                (item for item in self.infusions if item.state is InfusionState.GIVEN),
                key=lambda item: item.at,
            )
        )

    @property
    def first_infusion_at(self) -> datetime | None:
        """The start of the first infusion that was given."""
        return self.given[0].at if self.given else None

    @property
    def induction_ended_at(self) -> datetime | None:
        """The start of the last induction infusion, once the course is over."""
        return self.given[-1].at if self.is_over and self.given else None


class DueState(StrEnum):
    """Where a measure stands."""

    EXPECTED = "expected"
    DUE = "due"
    RECEIVED = "received"
    OVERDUE = "overdue"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DueMeasure:
    """One expected score. The window is half-open: from ``opens_at`` until just before ``closes_at``.

    ``is_made_up`` says that a later score of the form has come after a window that was missed.
    """

    code: str
    instrument_code: str
    name: str
    anchor_at: datetime
    opens_at: datetime
    closes_at: datetime
    state: DueState
    response_id: UUID | None = None
    received_at: datetime | None = None
    is_made_up: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many scores were received of those expected so far."""

    received: int
    expected: int

    @property
    def words(self) -> str:
        """“4 of 5”."""
        return f"{self.received} of {self.expected}"


def due_measures(
    *, schedule: Schedule, course: Course, readings: Iterable[Reading], at: datetime
) -> tuple[DueMeasure, ...]:
    """List every expected score of a course with its state at a moment, in order of time.

    One response counts for one expected score only: the earliest open window of its form.
    """
    items = _without_doubles(
        item for measure in schedule.measures for item in _items(measure, course)
    )
    ordered = sorted(items, key=lambda item: (item.closes_at, item.instrument_code, item.code))
    return tuple(_placed(ordered, tuple(readings), course, at))


def received_of(items: Iterable[DueMeasure], instrument_code: str | None = None) -> Count:
    """Count received scores among those expected so far, of one form or of all.

    A window that is still open and has no score does not count against anyone yet.
    """
    mine = [
        item for item in items if instrument_code is None or item.instrument_code == instrument_code
    ]
    received = sum(item.state is DueState.RECEIVED for item in mine)
    missed = sum(item.state is DueState.OVERDUE for item in mine)
    return Count(received, received + missed)


def is_followed(items: Sequence[DueMeasure], course: Course, *, at: datetime) -> bool:
    """Say whether anyone should still be asked: not withdrawn, and not past the last window."""
    if course.stopped_following_at is not None and course.stopped_following_at <= at:
        return False
    live = [item for item in items if item.state is not DueState.CANCELLED]
    if not live:
        return False
    return not course.is_over or any(item.closes_at > at for item in live)


def to_chase(
    items: Sequence[DueMeasure], course: Course, *, at: datetime
) -> tuple[DueMeasure, ...]:
    """List what to ask for now, in order of time.

    A window that was missed is left out once a later score of its form has come: it cannot be filled
    any more. Nothing is asked of those who withdrew or whose follow-up is past.
    """
    if not is_followed(items, course, at=at):
        return ()
    return tuple(
        item
        for item in items
        if item.state is DueState.DUE or (item.state is DueState.OVERDUE and not item.is_made_up)
    )


def _items(measure: Measure, course: Course) -> tuple[DueMeasure, ...]:
    if measure.anchor == "after_last":
        last = _last(course)
        return (_item(measure, last, measure.after),) if last else ()
    return tuple(
        _item(measure, infusion, timedelta(), each=measure.infusion == "each")
        for infusion in _anchors(measure, course)
    )


def _anchors(measure: Measure, course: Course) -> tuple[InfusionTime, ...]:
    if measure.infusion == "each":
        return course.infusions
    if measure.infusion == "last":
        last = _last(course)
        return (last,) if last else ()
    return tuple(item for item in course.infusions if item.number == int(measure.infusion))


def _last(course: Course) -> InfusionTime | None:
    """Return the last infusion of the course, once it is known which one that is."""
    if course.is_over:
        return course.given[-1] if course.given else None
    standing = [item for item in course.infusions if item.state is not InfusionState.CANCELLED]
    last = max(standing, key=lambda item: item.number, default=None)
    return last if last is not None and last.number >= course.planned else None


def _item(
    measure: Measure, infusion: InfusionTime, after: timedelta, *, each: bool = False
) -> DueMeasure:
    anchor = infusion.at + after
    cancelled = infusion.state is InfusionState.CANCELLED
    return DueMeasure(
        code=f"{measure.code}-{infusion.number}" if each else measure.code,
        instrument_code=measure.instrument,
        name=f"{measure.name} {infusion.number}" if each else measure.name,
        anchor_at=anchor,
        opens_at=anchor + measure.opens,
        closes_at=anchor + measure.closes,
        state=DueState.CANCELLED if cancelled else DueState.EXPECTED,
    )


def _without_doubles(items: Iterable[DueMeasure]) -> tuple[DueMeasure, ...]:
    """Keep one of two measures that ask the same form at the same infusion (4 may be the last)."""
    kept: dict[tuple[str, datetime, datetime], DueMeasure] = {}
    for item in items:
        kept.setdefault((item.instrument_code, item.opens_at, item.closes_at), item)
    seen: dict[tuple[str, datetime], DueMeasure] = {}
    for item in kept.values():
        seen.setdefault((item.instrument_code, item.closes_at), item)
    return tuple(seen.values())


def _placed(
    items: Sequence[DueMeasure], readings: Sequence[Reading], course: Course, at: datetime
) -> Iterable[DueMeasure]:
    scored = sorted(
        (item for item in readings if item.total is not None and item.occurred_at <= at),
        key=lambda item: item.occurred_at,
    )
    free = list(scored)
    for item in items:
        if item.state is DueState.CANCELLED:
            yield item
            continue
        match = next((reading for reading in free if _fits(reading, item)), None)
        if match is not None:
            free.remove(match)
            yield replace(
                item,
                state=DueState.RECEIVED,
                response_id=match.response_id,
                received_at=match.occurred_at,
            )
        else:
            ended = _ended_before(item, course)
            yield replace(
                item,
                state=DueState.CANCELLED if ended else _waiting(item, at),
                is_made_up=any(_comes_after(reading, item) for reading in scored),
            )


def _ended_before(item: DueMeasure, course: Course) -> bool:
    ended_at = course.stopped_following_at
    return ended_at is not None and item.closes_at > ended_at


def _fits(reading: Reading, item: DueMeasure) -> bool:
    return (
        reading.instrument_code == item.instrument_code
        and item.opens_at <= reading.occurred_at < item.closes_at
    )


def _comes_after(reading: Reading, item: DueMeasure) -> bool:
    return reading.instrument_code == item.instrument_code and reading.occurred_at >= item.closes_at


def _waiting(item: DueMeasure, at: datetime) -> DueState:
    if at < item.opens_at:
        return DueState.EXPECTED
    return DueState.DUE if at < item.closes_at else DueState.OVERDUE
