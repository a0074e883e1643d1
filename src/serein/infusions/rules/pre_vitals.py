"""Vital signs before the dose: complete, within 30 minutes, and on the safe side of the ladder.

Pre-dose blood pressure: from 140/90 rest, correct cuff, repeat, and use the mean of the last two;
a mean from 160/100 needs the prescriber; any reading from 180/110 means no treatment today. A high
reading is looked at by itself before anything is averaged. Source: threshold ladder of
docs/science (clinic default, anchored in the esketamine label).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from serein.infusions.rules.gate import CLINIC_DEFAULT, GateItem, MayOverride, Reading, Verdict, met

MAX_AGE = timedelta(minutes=30)
REPEAT_SBP_MMHG, REPEAT_DBP_MMHG = 140, 90
PRESCRIBER_SBP_MMHG, PRESCRIBER_DBP_MMHG = 160, 100
NO_TREATMENT_SBP_MMHG, NO_TREATMENT_DBP_MMHG = 180, 110

# field, word, unit, no treatment below/above, prescriber below/above
LIMITS: tuple[tuple[str, str, str, int, int, int, int], ...] = (
    ("sbp_mmhg", "Systolic pressure", "mmHg", 80, 999, 100, 999),
    ("hr_bpm", "Heart rate", "/min", 40, 150, 50, 110),
    ("spo2_percent", "Oxygen saturation", "%", 90, 100, 94, 100),
    ("rr_per_min", "Breathing rate", "/min", 8, 99, 12, 99),
    ("moaas", "Sedation score", "", 3, 5, 5, 5),
)
NEEDED = {
    "sbp_mmhg": "blood pressure",
    "dbp_mmhg": "blood pressure",
    "hr_bpm": "heart rate",
    "spo2_percent": "oxygen saturation",
    "rr_per_min": "breathing rate",
    "moaas": "sedation score",
}
CODE, NAME = "vitals", "Vital signs before the dose"


def pre_vitals(readings: Sequence[Reading], *, at: datetime) -> GateItem:
    """Judge the sets charted before the dose; ``readings`` in any order."""
    recent = sorted(
        (reading for reading in readings if timedelta(0) <= at - reading.occurred_at <= MAX_AGE),
        key=lambda reading: reading.occurred_at,
    )
    if not recent:
        return _unknown("Chart a full set of vital signs: none is from the last 30 minutes.")
    latest = recent[-1]
    missing = dict.fromkeys(word for field, word in NEEDED.items() if _value(latest, field) is None)
    if missing:
        return _unknown(f"Chart {', '.join(missing)}: the last set is not complete.")
    with_bp = [reading for reading in recent if reading.sbp_mmhg and reading.dbp_mmhg]
    return _other_signs(latest) or _blood_pressure(with_bp)


def _value(reading: Reading, field: str) -> int | None:
    value: int | None = getattr(reading, field)
    return value


def _unknown(because: str) -> GateItem:
    return GateItem(CODE, NAME, Verdict.UNKNOWN, because)


def _not_met(because: str, *, basis: str = "") -> GateItem:
    may = MayOverride.PRESCRIBER if basis else MayOverride.NOBODY
    return GateItem(CODE, NAME, Verdict.NOT_MET, because, CLINIC_DEFAULT, may, basis)


def _other_signs(latest: Reading) -> GateItem | None:
    soft = []
    for field, word, unit, stop_low, stop_high, low, high in LIMITS:
        value = _value(latest, field)
        if value is None or low <= value <= high:
            continue
        said = f"{word.lower()} {value} {unit}".strip()
        if value < stop_low or value > stop_high:
            return _not_met(f"Do not treat today; call the prescriber: {said}.")
        soft.append(said)
    if not soft:
        return None
    return _not_met(
        f"Repeat, or ask the prescriber to decide: {', '.join(soft)}.", basis="; ".join(soft)
    )


def _blood_pressure(recent: Sequence[Reading]) -> GateItem:
    pairs = [(reading.sbp_mmhg or 0, reading.dbp_mmhg or 0) for reading in recent]
    latest = pairs[-1]
    if _reaches(latest, NO_TREATMENT_SBP_MMHG, NO_TREATMENT_DBP_MMHG):
        return _not_met(
            f"Do not treat today; call the prescriber: blood pressure {_said(latest)} "
            "(limit 180/110)."
        )
    highest = max(pairs)
    if any(_reaches(pair, NO_TREATMENT_SBP_MMHG, NO_TREATMENT_DBP_MMHG) for pair in pairs):
        return _not_met(
            f"Ask the prescriber to decide: blood pressure was {_said(highest)} within the last 30 "
            f"minutes and is now {_said(latest)}.",
            basis=f"{_said(highest)} {_said(latest)}",
        )
    if not _reaches(latest, REPEAT_SBP_MMHG, REPEAT_DBP_MMHG):
        return met(CODE, NAME, f"Blood pressure {_said(latest)}, all in range.")
    if len(pairs) == 1:
        return _not_met(
            f"Repeat after 5 minutes of rest with the right cuff: blood pressure {_said(latest)} "
            "(limit 140/90)."
        )
    mean = tuple(sum(pair[side] for pair in pairs[-2:]) / 2 for side in (0, 1))
    said = f"mean of the last two {mean[0]:.0f}/{mean[1]:.0f}"
    if _reaches(mean, PRESCRIBER_SBP_MMHG, PRESCRIBER_DBP_MMHG):
        return _not_met(
            f"Ask the prescriber to decide: blood pressure {said} (limit 160/100).",
            basis=f"{_said(pairs[-2])} {_said(latest)}",
        )
    return met(CODE, NAME, f"Blood pressure {said}: tell the prescriber (140/90 or above).")


def _reaches(pair: Sequence[float], sbp_mmhg: int, dbp_mmhg: int) -> bool:
    return pair[0] >= sbp_mmhg or pair[1] >= dbp_mmhg


def _said(pair: tuple[int, int]) -> str:
    return f"{pair[0]}/{pair[1]}"
