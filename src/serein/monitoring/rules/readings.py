"""What was measured and when: the facts every rule of this app works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum


class Phase(StrEnum):
    """Where in the visit a set was taken."""

    PRE = "pre"
    DURING = "during"
    POST = "post"


class Signal(StrEnum):
    """What a person looks at. Blood pressure is one signal with two values."""

    BP = "bp"
    HR = "hr"
    SPO2 = "spo2"
    RR = "rr"
    MOAAS = "moaas"
    NAUSEA = "nausea"
    DISTRESS = "distress"
    TEMPERATURE = "temperature"


SIGNAL_WORDS = {
    Signal.BP: "BP",
    Signal.HR: "HR",
    Signal.SPO2: "SpO₂",
    Signal.RR: "RR",
    Signal.MOAAS: "MOAA/S",
    Signal.NAUSEA: "Nausea",
    Signal.DISTRESS: "Distress",
    Signal.TEMPERATURE: "Temperature",
}


_VALUE_OF = {
    Signal.BP: "sbp_mmhg",
    Signal.HR: "hr_bpm",
    Signal.SPO2: "spo2_percent",
    Signal.RR: "rr_per_min",
    Signal.MOAAS: "moaas",
    Signal.NAUSEA: "nausea",
    Signal.DISTRESS: "distress",
    Signal.TEMPERATURE: "temperature_c",
}
"""The value that says whether a signal was measured."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one set. ``None`` is "not measured" and is never a zero."""

    sbp_mmhg: int | None = None
    dbp_mmhg: int | None = None
    hr_bpm: int | None = None
    spo2_percent: int | None = None
    rr_per_min: int | None = None
    moaas: int | None = None
    nausea: int | None = None
    distress: int | None = None
    temperature_c: Decimal | None = None

    def of(self, name: str) -> Decimal | None:
        """One value by its name with unit, as an exact number."""
        value: int | Decimal | None = getattr(self, name)
        return None if value is None else Decimal(value)

    def measured(self) -> frozenset[Signal]:
        """The signals that have a value in this set."""
        return frozenset(
            signal for signal, name in _VALUE_OF.items() if getattr(self, name) is not None
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """One set of vitals in force (not corrected away).

    ``root`` names the set through all its corrections: a corrected set keeps the root of the first.
    """

    root: str
    occurred_at: datetime
    phase: Phase
    values: Values
    signs: frozenset[str] = frozenset()
    no_signal: frozenset[Signal] = frozenset()


@dataclass(frozen=True, slots=True)
class Pause:
    """The infusion stood still from one moment to another; ``None`` is "still"."""

    from_at: datetime
    to_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the watching clock knows of one visit. All moments aware, in UTC."""

    opened_at: datetime
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    closed_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    post_for_min: int | None = None

    @property
    def is_paused(self) -> bool:
        """Whether the infusion stands still now."""
        return any(pause.to_at is None for pause in self.pauses)


@dataclass(frozen=True, slots=True)
class Baseline:
    """Blood pressure of this visit before the drug."""

    sbp_mmhg: int
    dbp_mmhg: int
    measured_at: datetime


def phase_at(timeline: Timeline, occurred_at: datetime, said: Phase | None = None) -> Phase:
    """The phase of a moment. At the very minute of the start what was said decides."""
    started_at, stopped_at = timeline.started_at, timeline.stopped_at
    if started_at is None or occurred_at < started_at:
        return Phase.PRE
    if occurred_at == started_at and said is Phase.PRE:
        return Phase.PRE
    if stopped_at is None or occurred_at <= stopped_at:
        return Phase.DURING
    return Phase.POST


def in_order(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """By the time they were taken, whatever the order they were entered in."""
    return tuple(sorted(readings, key=lambda r: (r.occurred_at, r.root)))


def by_signal(ordered: Sequence[Reading]) -> dict[Signal, list[Reading]]:
    """The readings in which each signal was measured, in the order given."""
    return {
        signal: [r for r in ordered if getattr(r.values, name) is not None]
        for signal, name in _VALUE_OF.items()
    }


def baseline_for(
    readings: Sequence[Reading], timeline: Timeline, *, within_min: int
) -> Baseline | None:
    """The last blood pressure before the start, at most ``within_min`` old at the start.

    Before the start it is the last one taken. Never a clinic value, never one from during the infusion
    (clinical reference, trap 23).
    """
    taken = [r for r in in_order(readings) if r.phase is Phase.PRE]
    if timeline.started_at is not None:
        oldest = timeline.started_at - timedelta(minutes=within_min)
        taken = [r for r in taken if r.occurred_at >= oldest]
    for reading in reversed(taken):
        sbp, dbp = reading.values.sbp_mmhg, reading.values.dbp_mmhg
        if sbp is not None and dbp is not None:
            return Baseline(sbp, dbp, reading.occurred_at)
    return None
