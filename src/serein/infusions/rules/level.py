"""From the pump's log of a visit to what the model of levels needs, and the four "what if"s.

Rates become mg/min of ketamine base: mL/h x mg/mL / 60. What the log does not say yet is assumed
and called so: a running pump goes on until the order is given, a paused one stays paused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import ceil

from pharmacokinetics import units
from pharmacokinetics.pump_log import elapsed_min
from serein.core.quantities import shown
from serein.infusions.rules.delivered import EventKind, PumpEvent, delivered
from serein.plans.rules.level import Steps, order_steps

PAUSE_MIN = 5.0
FASTER, SLOWER = 1.25, 0.75
OVERRUN_STEP_MIN = 5.0


class Change(StrEnum):
    """What may be asked of the model: what if the pump had done, or did, this."""

    STOP = "stop"
    PAUSE = "pause"
    FASTER = "faster"
    SLOWER = "slower"

    @property
    def words(self) -> str:
        """The change as people say it."""
        return {
            Change.STOP: "Stop",
            Change.PAUSE: f"Pause for {shown(int(PAUSE_MIN), 'min')}",
            Change.FASTER: "Rate up by 25%",
            Change.SLOWER: "Rate down by 25%",
        }[self]


@dataclass(frozen=True, slots=True)
class Order:
    """What a visit's order says, as far as a level depends on it."""

    ordered_mg: Decimal
    minutes: int
    bag_mg_per_ml: Decimal


@dataclass(frozen=True, slots=True)
class Course:
    """What a pump did and will do. ``known_until_min`` is None when nothing is assumed."""

    steps: Steps
    known_until_min: float | None
    assumption: str


def course_of(log: Sequence[PumpEvent], order: Order, at: datetime) -> Course:
    """Say what the pump did by its log, and what is assumed from ``at`` on.

    An empty log is the order as written. :raises EventOutOfOrder: the log cannot have happened
    """
    if not log:
        steps = order_steps(dose_mg=float(order.ordered_mg), minutes=order.minutes)
        given = f"{shown(order.ordered_mg, 'mg', 1)} over {shown(order.minutes, 'min')}"
        return Course(steps, 0.0, f"Not started: assumes the order as written, {given}.")
    steps = logged_steps(log, order.bag_mg_per_ml)
    last, now = log[-1], max(0.0, elapsed_min(at, log[0].occurred_at))
    if last.kind is EventKind.STOP:
        return Course(steps, None, "")
    if last.kind is EventKind.PAUSE:
        return Course(steps, now, "Paused: from now on assumes that the pump stays paused.")
    finish = _finish_min(log, order)
    if finish > now:
        words = "From now on assumes that the rate stays until the ordered dose is given."
    else:
        finish = ceil((now + 1.0) / OVERRUN_STEP_MIN) * OVERRUN_STEP_MIN
        words = "The ordered dose is given and no stop is logged: assumes that the rate goes on."
    return Course((*steps, (finish, 0.0)), now, words)


def logged_steps(log: Sequence[PumpEvent], bag_mg_per_ml: Decimal) -> Steps:
    """Each entry as minutes after the first, and mg/min from there on."""
    begun = log[0].occurred_at
    strength = float(bag_mg_per_ml)
    return tuple(
        (
            elapsed_min(event.occurred_at, begun),
            units.mg_per_min_from_ml_per_h(float(event.rate_ml_per_h or 0), strength),
        )
        for event in log
    )


def _finish_min(log: Sequence[PumpEvent], order: Order) -> float:
    """When the order is given at the last rate; from the log alone, so that it stands still."""
    total = delivered(
        log,
        bag_mg_per_ml=order.bag_mg_per_ml,
        ordered_mg=order.ordered_mg,
        at=log[-1].occurred_at,
    )
    finish_at = total.finish_at or log[-1].occurred_at
    seconds = (finish_at - log[0].occurred_at) / timedelta(seconds=1)
    return round(seconds) / 60.0


def halfway_min(course: Course) -> float:
    """The middle of an infusion, to the whole minute: where a change is looked at first."""
    return float(int(course.steps[-1][0] // 2))


def changed(steps: Steps, change: Change, minute: float) -> Steps:
    """The same infusion with one change at a minute; every change but a stop gives the same dose.

    A pause moves what follows by five minutes. A faster pump is done sooner, a slower one later.
    """
    before = tuple(step for step in steps if step[0] < minute)
    after = tuple(step for step in steps if step[0] > minute)
    rate = next((step[1] for step in reversed(steps) if step[0] <= minute), 0.0)
    if change is Change.STOP:
        return (*before, (minute, 0.0))
    if change is Change.PAUSE:
        later = tuple((at + PAUSE_MIN, each) for at, each in after)
        return (*before, (minute, 0.0), (minute + PAUSE_MIN, rate), *later)
    factor = FASTER if change is Change.FASTER else SLOWER
    scaled = tuple((minute + (at - minute) / factor, each * factor) for at, each in after)
    return (*before, (minute, rate * factor), *scaled)
