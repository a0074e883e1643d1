"""How much ketamine went in: the exact integral of what happened at the pump.

Delivered mg = sum over the running segments of rate (mL/h) x bag strength (mg/mL) x duration.
Never the ordered dose, never "start plus forty minutes". Arithmetic is exact (fractions over whole
microseconds) and is rounded once, for showing. Source: docs/science, dose and pump arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from serein.core.errors import Refused
from serein.core.quantities import shown

MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_PER_HOUR = 3_600_000_000
STORED_PLACES = 6
# A pump's rate is rounded to 0.1 mL/h, so a whole infusion may end up to 1 % off the exact order.
ABOVE_ORDER_FACTOR = Fraction(101, 100)


class EventKind(StrEnum):
    START = "start"
    RATE = "rate"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


CARRIES_RATE = frozenset({EventKind.START, EventKind.RATE, EventKind.RESUME})

# What may come after what at the pump; None is "nothing yet".
FOLLOWS: dict[EventKind | None, frozenset[EventKind]] = {
    None: frozenset({EventKind.START}),
    EventKind.START: frozenset({EventKind.RATE, EventKind.PAUSE, EventKind.STOP}),
    EventKind.RATE: frozenset({EventKind.RATE, EventKind.PAUSE, EventKind.STOP}),
    EventKind.PAUSE: frozenset({EventKind.RESUME, EventKind.STOP}),
    EventKind.RESUME: frozenset({EventKind.RATE, EventKind.PAUSE, EventKind.STOP}),
    EventKind.STOP: frozenset(),
}


@dataclass(frozen=True, slots=True)
class PumpEvent:
    """One thing done at the pump. ``rate_ml_per_h`` is set for start, rate and resume only."""

    kind: EventKind
    occurred_at: datetime
    rate_ml_per_h: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time in which the pump ran at one rate."""

    starts_at: datetime
    ends_at: datetime
    rate_ml_per_h: Decimal

    @property
    def microseconds(self) -> int:
        return (self.ends_at - self.starts_at) // MICROSECOND


@dataclass(frozen=True, slots=True)
class Delivered:
    """What had gone in at one moment, and what is left of the order."""

    at: datetime
    mg: Decimal
    ml: Decimal
    remaining_mg: Decimal
    is_above_order: bool
    rate_ml_per_h: Decimal
    running_seconds: int
    paused_seconds: int
    finish_at: datetime | None


class EventOutOfOrder(Refused):
    """The log of the pump does not hold together; ``position`` counts from 0."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message, field="occurred_at")
        self.position = position


def check_order(events: Sequence[PumpEvent]) -> None:
    """See that a log can have happened.

    :raises EventOutOfOrder: naming the first event that cannot stand where it is
    """
    before: PumpEvent | None = None
    for position, event in enumerate(events):
        label = f"event {position + 1} ({event.kind})"
        if event.kind not in FOLLOWS[before.kind if before else None]:
            after = f"after {before.kind}" if before else "first"
            raise EventOutOfOrder(position, f"Check {label}: it cannot come {after}.")
        if before and event.occurred_at < before.occurred_at:
            raise EventOutOfOrder(
                position, f"Check the time of {label}: it is before event {position}."
            )
        _check_rate(position, label, event)
        before = event


def _check_rate(position: int, label: str, event: PumpEvent) -> None:
    if event.kind not in CARRIES_RATE:
        if event.rate_ml_per_h is not None:
            raise EventOutOfOrder(position, f"Remove the rate of {label}: it has none.")
    elif event.rate_ml_per_h is None or event.rate_ml_per_h <= 0:
        raise EventOutOfOrder(position, f"Enter a rate above {shown(0, 'mL/h')} for {label}.")


def segments(events: Sequence[PumpEvent], *, at: datetime) -> tuple[Segment, ...]:
    """Cut the log, as far as it had happened by ``at``, into stretches of one rate.

    :raises EventOutOfOrder: see :func:`check_order`
    """
    check_order(events)
    happened = [event for event in events if event.occurred_at <= at]
    ends = [*(event.occurred_at for event in happened[1:]), at]
    return tuple(
        Segment(event.occurred_at, end, event.rate_ml_per_h)
        for event, end in zip(happened, ends, strict=False)
        if event.rate_ml_per_h is not None
    )


def exact_mg(stretches: Sequence[Segment], *, bag_mg_per_ml: Decimal) -> Fraction:
    """Sum the stretches without any rounding, in mg."""
    hours_times_rate = sum(
        (Fraction(stretch.rate_ml_per_h) * stretch.microseconds for stretch in stretches),
        start=Fraction(0),
    )
    return hours_times_rate * Fraction(bag_mg_per_ml) / MICROSECONDS_PER_HOUR


def pauses(events: Sequence[PumpEvent]) -> tuple[tuple[datetime, datetime | None], ...]:
    """List when the pump stood still, with None for "still"."""
    after = [*events[1:], None]
    return tuple(
        (event.occurred_at, following.occurred_at if following else None)
        for event, following in zip(events, after, strict=False)
        if event.kind is EventKind.PAUSE
    )


def delivered(
    events: Sequence[PumpEvent], *, bag_mg_per_ml: Decimal, ordered_mg: Decimal, at: datetime
) -> Delivered:
    """Say what had gone in by ``at``, exactly, to 0.000001 mg.

    The sum is not capped at the order: when the log says that more went in, that is a fact to be
    flagged, not to be hidden.

    :raises EventOutOfOrder: the log cannot have happened
    """
    stretches = segments(events, at=at)
    mg = exact_mg(stretches, bag_mg_per_ml=bag_mg_per_ml)
    happened = [event for event in events if event.occurred_at <= at]
    rate = (happened[-1].rate_ml_per_h or Decimal(0)) if happened else Decimal(0)
    left = max(Fraction(0), Fraction(ordered_mg) - mg)
    running = sum(stretch.microseconds for stretch in stretches)
    return Delivered(
        at=at,
        mg=_decimal(mg),
        ml=_decimal(mg / Fraction(bag_mg_per_ml)),
        remaining_mg=_decimal(left),
        is_above_order=mg > Fraction(ordered_mg) * ABOVE_ORDER_FACTOR,
        rate_ml_per_h=rate,
        running_seconds=running // 1_000_000,
        paused_seconds=(_elapsed(happened, at) - running) // 1_000_000,
        finish_at=_finish(left, rate=rate, bag_mg_per_ml=bag_mg_per_ml, at=at),
    )


def _elapsed(happened: Sequence[PumpEvent], at: datetime) -> int:
    if not happened:
        return 0
    end = happened[-1].occurred_at if happened[-1].kind is EventKind.STOP else at
    return (end - happened[0].occurred_at) // MICROSECOND


def _finish(
    left: Fraction, *, rate: Decimal, bag_mg_per_ml: Decimal, at: datetime
) -> datetime | None:
    if rate <= 0:
        return None
    hours = left / (Fraction(rate) * Fraction(bag_mg_per_ml))
    return at + timedelta(microseconds=round(hours * MICROSECONDS_PER_HOUR))


def _decimal(value: Fraction) -> Decimal:
    scaled = round(value * 10**STORED_PLACES)
    return Decimal(scaled).scaleb(-STORED_PLACES)
