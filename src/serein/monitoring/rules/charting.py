"""What may be charted: refused when impossible, asked about once when unlikely.

Source: clinical reference, traps 16, 22 and 24. A monitor's 0 means that it has no signal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from serein.core.errors import Refused
from serein.monitoring.rules.readings import SIGNAL_WORDS, Signal, Timeline, Values


class Source(StrEnum):
    """Who read the value."""

    MANUAL = "manual"
    DEVICE = "device"


FUTURE_TOLERANCE = timedelta(minutes=2)
"""How far a time may lie ahead of the server's clock (a tablet's clock is never exact)."""

BOUNDS: Mapping[str, tuple[Decimal, Decimal]] = {
    "sbp_mmhg": (Decimal(30), Decimal(300)),
    "dbp_mmhg": (Decimal(5), Decimal(220)),
    "hr_bpm": (Decimal(10), Decimal(300)),
    "spo2_percent": (Decimal(20), Decimal(100)),
    "rr_per_min": (Decimal(1), Decimal(99)),
    "moaas": (Decimal(0), Decimal(5)),
    "nausea": (Decimal(0), Decimal(10)),
    "distress": (Decimal(0), Decimal(10)),
    "temperature_c": (Decimal(25), Decimal(45)),
}
"""What a living adult can show, inclusive; also the check constraints of the table."""

LIKELY: Mapping[str, tuple[Decimal, Decimal]] = {
    "sbp_mmhg": (Decimal(60), Decimal(240)),
    "hr_bpm": (Decimal(30), Decimal(200)),
    "spo2_percent": (Decimal(70), Decimal(100)),
    "rr_per_min": (Decimal(4), Decimal(50)),
    "temperature_c": (Decimal(34), Decimal(41)),
}
"""Outside of these a digit is more likely to have slipped: ask once (clinic default, review)."""

PULSE_PRESSURE_MMHG = (15, 120)

WORDS = {
    "sbp_mmhg": "systolic pressure",
    "dbp_mmhg": "diastolic pressure",
    "hr_bpm": "heart rate",
    "spo2_percent": "SpO₂",
    "rr_per_min": "breathing rate",
    "moaas": "MOAA/S",
    "nausea": "nausea",
    "distress": "distress",
    "temperature_c": "temperature",
}

_MONITORED = {
    "hr_bpm": Signal.HR,
    "spo2_percent": Signal.SPO2,
    "rr_per_min": Signal.RR,
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Values fit to be kept: no zero stands for "no signal" any more."""

    values: Values
    no_signal: frozenset[Signal]


def without_zeros(values: Values) -> Cleaned:
    """Turn a monitor's zeros into "no signal". MOAA/S, nausea and distress may truly be 0."""
    gone: dict[str, None] = {}
    lost: set[Signal] = set()
    for name, signal in _MONITORED.items():
        if getattr(values, name) == 0:
            gone[name] = None
            lost.add(signal)
    if values.sbp_mmhg == 0 or values.dbp_mmhg == 0:
        gone |= {"sbp_mmhg": None, "dbp_mmhg": None}
        lost.add(Signal.BP)
    return Cleaned(replace(values, **gone), frozenset(lost))


def check_values(cleaned: Cleaned, *, has_signs: bool = False) -> None:
    """Refuse what cannot be.

    :raises Refused: no value at all, half a blood pressure, or a value outside its bounds
    """
    values = cleaned.values
    _check_pressure(values)
    if not values.measured() and not cleaned.no_signal and not has_signs:
        raise Refused("Enter at least one value.", field="sbp_mmhg")
    for field in fields(values):
        value = values.of(field.name)
        low, high = BOUNDS[field.name]
        if value is not None and not low <= value <= high:
            raise Refused(
                f"Check the {WORDS[field.name]}: {value} is outside {low} to {high}.",
                field=field.name,
            )


def _check_pressure(values: Values) -> None:
    sbp, dbp = values.sbp_mmhg, values.dbp_mmhg
    if (sbp is None) != (dbp is None):
        missing = "sbp_mmhg" if sbp is None else "dbp_mmhg"
        raise Refused(f"Enter the {WORDS[missing]} too.", field=missing)
    if sbp is not None and dbp is not None and sbp <= dbp:
        raise Refused(
            f"Check the blood pressure: in {sbp}/{dbp} the first number must be the higher one. "
            "A digit may be missing, or the two changed places.",
            field="sbp_mmhg",
        )


def doubts(values: Values) -> tuple[str, ...]:
    """What is possible but unlikely, each as a sentence that asks."""
    found = []
    sbp, dbp = values.sbp_mmhg, values.dbp_mmhg
    narrow, wide = PULSE_PRESSURE_MMHG
    if sbp is not None and dbp is not None and not narrow <= sbp - dbp <= wide:
        found.append(
            f"Check the blood pressure {sbp}/{dbp}: the two numbers are {sbp - dbp} apart."
        )
    for name, (low, high) in LIKELY.items():
        value = values.of(name)
        if value is not None and not low <= value <= high:
            found.append(f"Check the {WORDS[name]} {value}: a digit may have slipped.")
    return tuple(found)


def check_confirmed(values: Values, *, is_confirmed: bool) -> None:
    """Ask once about unlikely values.

    :raises Refused: unlikely, and not confirmed yet
    """
    asked = doubts(values)
    if asked and not is_confirmed:
        raise Refused(
            f"{' '.join(asked)} If it is right, tick \u201cThe values are right\u201d and save again.",
            field="is_confirmed",
        )


def check_time(*, occurred_at: datetime, at: datetime, timeline: Timeline) -> None:
    """Refuse a time outside the visit. Entering late is allowed, entering ahead is not.

    :raises Refused: after now, before the watching began, or after it ended
    """
    if occurred_at > at + FUTURE_TOLERANCE:
        raise Refused("Choose a time that is not in the future.", field="occurred_time")
    if occurred_at < timeline.opened_at.replace(second=0, microsecond=0):
        raise Refused("Choose a time after the patient was checked in.", field="occurred_time")
    if timeline.closed_at is not None and occurred_at > timeline.closed_at:
        raise Refused("Choose a time before the visit ended.", field="occurred_time")


def no_signal_words(signals: frozenset[Signal]) -> str:
    """The signals that a monitor showed without a value, in words: ``no signal: HR, SpO₂``."""
    words = [SIGNAL_WORDS[signal] for signal in Signal if signal in signals]
    return f"no signal: {', '.join(words)}" if words else ""
