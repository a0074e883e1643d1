"""The course of an infusion, put together from a pump's events.

Events count by their own time; the order they arrive in changes nothing, and one that comes twice
counts once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bedside.pump import PumpEvent


class Step(StrEnum):
    """What happened to the infusion, in the words of the chart."""

    START = "start"
    RATE_CHANGE = "rate change"
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    KEEP_OPEN = "keep vein open"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the infusion."""

    step: Step
    at: datetime
    rate_ml_per_h: Decimal | None
    delivered_ml: Decimal | None
    """the pump's counter at that moment"""


@dataclass(frozen=True, slots=True)
class Course:
    """How an infusion went, as far as its events tell.

    `delivered_ml` adds the counter's values before each clearing and its last one; None where the
    pump never sent its counter. `gaps` says what does not fit, for a person to look at.
    """

    changes: tuple[Change, ...] = ()
    delivered_ml: Decimal | None = None
    is_running: bool = False
    gaps: tuple[str, ...] = ()


_ORDER = {
    "delivery_stop": 0,
    "delivery_complete": 0,
    "program_cleared": 1,
    "counters_cleared": 2,
    "delivery_start": 3,
}


@dataclass(slots=True)
class _Story:
    changes: list[Change] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    state: str = "idle"
    """idle, running, paused, between (a segment closed, the next is due)"""
    rate: Decimal | None = None
    before_ml: Decimal = Decimal(0)
    counter_ml: Decimal | None = None

    def note(self, step: Step, event: PumpEvent, rate: Decimal | None) -> None:
        self.changes.append(Change(step, event.observed_at, rate, event.delivered_ml))

    def count(self, event: PumpEvent) -> None:
        if event.delivered_ml is None:
            return
        if self.counter_ml is not None and event.delivered_ml < self.counter_ml:
            self.gaps.append(f"counter fell at {event.observed_at:%H:%M:%S} without being cleared")
            self.before_ml += self.counter_ml
        self.counter_ml = event.delivered_ml

    def start(self, event: PumpEvent) -> None:
        rate = event.flow_ml_per_h
        if event.is_keeping_open:
            self.note(Step.KEEP_OPEN, event, rate)
        elif self.state == "idle":
            self.note(Step.START, event, rate)
        elif self.state == "paused":
            self.note(Step.RESUME, event, rate)
        else:
            if self.state == "running":
                self.gaps.append(f"no stop before the start at {event.observed_at:%H:%M:%S}")
            if rate != self.rate:
                self.note(Step.RATE_CHANGE, event, rate)
        self.state, self.rate = "running", rate

    def stop(self, event: PumpEvent) -> None:
        if self.state not in ("running", "between"):
            self.gaps.append(f"no start before the stop at {event.observed_at:%H:%M:%S}")
        if event.is_transition:
            self.state = "between"
            return
        self.note(Step.PAUSE, event, Decimal(0))
        self.state = "paused"

    def complete(self, event: PumpEvent) -> None:
        self.note(Step.COMPLETE, event, event.flow_ml_per_h if event.is_transition else Decimal(0))
        self.state = "between" if event.is_transition else "paused"

    def clear_program(self, event: PumpEvent) -> None:
        if self.state != "idle":
            self.note(Step.STOP, event, Decimal(0))
        self.state, self.rate = "idle", None

    def clear_counter(self) -> None:
        self.before_ml += self.counter_ml or Decimal(0)
        self.counter_ml = None


def course(events: Iterable[PumpEvent]) -> Course:
    """Put the events of one pump and one source together."""
    unique = {event.key: event for event in events}
    story = _Story()
    steps = {
        "delivery_start": story.start,
        "delivery_stop": story.stop,
        "delivery_complete": story.complete,
        "program_cleared": story.clear_program,
    }
    ordered = sorted(
        unique.values(),
        key=lambda event: (event.observed_at, _ORDER.get(event.kind, 4), event.key),
    )
    seen = False
    for event in ordered:
        if event.kind == "counters_cleared":
            story.clear_counter()
            continue
        seen = seen or event.delivered_ml is not None
        story.count(event)
        if event.kind in steps:
            steps[event.kind](event)
    total = story.before_ml + (story.counter_ml or Decimal(0)) if seen else None
    return Course(
        tuple(story.changes), total, story.state in ("running", "between"), tuple(story.gaps)
    )
