"""A patient for the simulator: vital signs as a function of a number, a script and the second.

The same number and script always give the same patient; any second may be asked for first. The
rise of blood pressure is the published mean of +3.3/+3.2 mmHg with its maximum at 30 minutes, back
within 90 (684 infusions, clinical.md 4.3 and 6.1 [S14, S15]); the scripts are stories, sized by the
clinic's default ladder (clinical.md 4.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

PEAK_S = 1800
GONE_S = 5400
CUFF_EVERY_S = 300


class Script(StrEnum):
    """What happens to the patient."""

    CALM = "calm"
    HYPERTENSION = "hypertension at minute 20"
    DESATURATION = "desaturation at minute 12"
    PROBE_OFF = "probe off from minute 8 to 10"
    ARTEFACT = "movement from minute 15 to 16"
    CLOCK_AHEAD = "clock eleven minutes ahead"


CLOCK_AHEAD_S = 660


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a monitor would show; 0 where a probe has no signal, as real monitors send it."""

    hr_per_min: int
    pulse_per_min: int
    spo2_percent: int
    rr_per_min: int
    temp_c: float
    is_moving: bool = False


@dataclass(frozen=True, slots=True)
class Pressure:
    """One measurement of the cuff, in mmHg."""

    sbp_mmhg: int
    dbp_mmhg: int
    map_mmhg: int


@dataclass(frozen=True, slots=True)
class _Base:
    hr: float
    spo2: float
    rr: float
    temp: float
    sbp: float
    dbp: float


def _base(number: int) -> _Base:
    chance = Random(f"{number}")  # noqa: S311 - a patient in a play
    return _Base(
        hr=chance.uniform(62, 78),
        spo2=chance.uniform(97, 99),
        rr=chance.uniform(13, 17),
        temp=chance.uniform(36.4, 36.9),
        sbp=chance.uniform(112, 128),
        dbp=chance.uniform(68, 80),
    )


def _ramp(second: int, start: int, end: int) -> float:
    return min(1.0, max(0.0, (second - start) / (end - start)))


def drug_effect(second: int) -> float:
    """From 0 at the start to 1 at 30 minutes and back to 0 at 90."""
    return _ramp(second, 0, PEAK_S) - _ramp(second, PEAK_S, GONE_S)


def vitals(number: int, script: Script, second: int) -> Vitals:
    """Give what the probes measure at a second of the visit."""
    base, chance = _base(number), Random(f"{number}/{second}")  # noqa: S311 - a patient in a play
    effect = drug_effect(second)
    hr = base.hr + 6 * effect + chance.gauss(0, 1.2)
    spo2 = min(100.0, base.spo2 + chance.gauss(0, 0.4))
    rr = base.rr + chance.gauss(0, 0.7)
    is_moving = False
    if script is Script.HYPERTENSION:
        hr += 12 * (_ramp(second, 1140, 1200) - _ramp(second, 1800, 2700))
    if script is Script.DESATURATION:
        depth = _ramp(second, 690, 750) - _ramp(second, 900, 960)
        spo2 -= (base.spo2 - 88) * depth
        rr -= 6 * depth
    pulse = hr
    if script is Script.PROBE_OFF and 480 <= second < 600:
        spo2 = pulse = 0
    if script is Script.ARTEFACT and 900 <= second < 960:
        hr, is_moving = 168 + chance.gauss(0, 4), True
    return Vitals(
        round(hr), round(pulse), round(spo2), max(4, round(rr)), round(base.temp, 1), is_moving
    )


def cuff(number: int, script: Script, second: int) -> tuple[int, Pressure]:
    """Give the last measurement of the cuff at a second, and the second it was taken."""
    taken = second - second % CUFF_EVERY_S
    base, chance = _base(number), Random(f"{number}/cuff/{taken}")  # noqa: S311 - a patient in a play
    effect = drug_effect(taken)
    sbp = base.sbp + 3.3 * effect + chance.gauss(0, 2.5)
    dbp = base.dbp + 3.2 * effect + chance.gauss(0, 2)
    if script is Script.HYPERTENSION:
        height = _ramp(taken, 900, 1200) - _ramp(taken, 1800, 2700)
        sbp += (188 - base.sbp) * height
        dbp += (112 - base.dbp) * height
    if script is Script.ARTEFACT and taken == 900:
        sbp, dbp = 61, 84
    return taken, Pressure(round(sbp), round(dbp), round(dbp + (sbp - dbp) / 3))
