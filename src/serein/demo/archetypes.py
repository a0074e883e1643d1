"""How the demo's people answer treatment: invented, calibrated to published figures.

Three latent courses in the mix 20 / 40 / 40 so that analytics are stress-tested: strong (PCL-5
change about N(33, 18), as in Albott 2018), moderate (effect d about 1.1, as in Feder 2021) and
null (the size of placebo, as in Abdallah 2022). Arousal improves least (Feder 2021). About 8 %
worsen (McInnes 2022). Half stop before the sixth infusion and scores are missing more often in
those who do worse. All are assumptions of a demo, not findings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_AROUSAL = range(15, 21)
_PCL5_ITEMS = range(1, 21)
_LOSS_DAYS = 98.3
_LOSS_SHAPE = 1.195
"""Weibull of the loss of response, from S(28) = 0.80 and S(56) = 0.60 (McInnes 2022)."""


class Course(StrEnum):
    """How somebody answers the series."""

    STRONG = "strong"
    MODERATE = "moderate"
    NULL = "null"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Mind:
    """One person's hidden course: where they start, how far they go, when it is lost."""

    course: Course
    pcl5_start: float
    pcl5_change: float
    phq9_start: float
    gad7_start: float
    loses_after_days: float
    answers_share: float
    stays_share: float
    has_dark_thoughts: bool

    def gain(self, infusions: int) -> float:
        """The share of the whole change that is there after so many infusions."""
        return 0.0 if infusions == 0 else 1 - math.exp(-infusions / 1.8)

    def held(self, days_since_last: float) -> float:
        """The share of the gain that is still there so long after the last infusion."""
        over = days_since_last - self.loses_after_days
        return 1.0 if over <= 0 else max(0.15, math.exp(-over / 14))


def imagine(chance: Random) -> Mind:
    """Draw one hidden course."""
    course = chance.choices(
        (Course.STRONG, Course.MODERATE, Course.NULL, Course.WORSE), (20, 38, 34, 8)
    )[0]
    start = _within(chance.gauss(50, 12), 31, 76)
    change = {
        Course.STRONG: _within(chance.gauss(33, 12), 18, start - 4),
        Course.MODERATE: _within(chance.gauss(13, 5), 5, 24),
        Course.NULL: chance.gauss(3, 4),
        Course.WORSE: -_within(chance.gauss(10, 3), 5, 16),
    }[course]
    poor = course in {Course.NULL, Course.WORSE}
    return Mind(
        course=course,
        pcl5_start=start,
        pcl5_change=change,
        phq9_start=_within(chance.gauss(17.5, 4), 7, 26),
        gad7_start=_within(chance.gauss(13, 4), 4, 21),
        loses_after_days=chance.weibullvariate(_LOSS_DAYS, _LOSS_SHAPE),
        answers_share=chance.uniform(0.45, 0.8) if poor else chance.uniform(0.7, 1.0),
        stays_share=0.84 if poor else 0.92,
        has_dark_thoughts=chance.random() < 0.16,
    )


def pcl5(mind: Mind, infusions: int, days_since_last: float, chance: Random) -> dict[int, int]:
    """Answer the 20 items so that the total lies about where this course is now."""
    moved = mind.pcl5_change * mind.gain(infusions) * mind.held(days_since_last)
    level = (mind.pcl5_start - moved) / 20
    arousal_back = 0.35 * moved / 20 if moved > 0 else 0.0
    return {
        item: _item(
            level + (arousal_back if item in _AROUSAL else -arousal_back * 6 / 14), 4, chance
        )
        for item in _PCL5_ITEMS
    }


def phq9(mind: Mind, infusions: int, days_since_last: float, chance: Random) -> dict[int, int]:
    """Answer the nine items; the ninth only where the person has such thoughts."""
    share = mind.gain(infusions) * mind.held(days_since_last) * mind.pcl5_change / mind.pcl5_start
    level = mind.phq9_start * (1 - 0.9 * share) / 9
    answers = {item: _item(level, 3, chance) for item in range(1, 9)}
    dark = mind.has_dark_thoughts and level > 1.2 and chance.random() < 0.5
    return {**answers, 9: 1 if dark else 0}


def gad7(mind: Mind, infusions: int, days_since_last: float, chance: Random) -> dict[int, int]:
    """Answer the seven items."""
    share = mind.gain(infusions) * mind.held(days_since_last) * mind.pcl5_change / mind.pcl5_start
    level = mind.gad7_start * (1 - 0.8 * share) / 7
    return {item: _item(level, 3, chance) for item in range(1, 8)}


def pc_ptsd5(chance: Random) -> dict[int, int]:
    """Answer the five screening items: this is a person with PTSD."""
    return {item: int(chance.random() < 0.9) for item in range(1, 6)}


def _item(level: float, highest: int, chance: Random) -> int:
    return int(_within(round(chance.gauss(level, 0.55)), 0, highest))


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


@dataclass(frozen=True, slots=True)
class Body:
    """One person's vital signs through a visit: a rise that peaks near the end of the infusion."""

    sbp_mmhg: int
    dbp_mmhg: int
    hr_bpm: int
    peak_rise_mmhg: float
    drowsy: float

    def at(self, minute: float, stopped_at_min: float, chance: Random) -> dict[str, int]:
        """Give one set of vitals so many minutes after the start (negative is before)."""
        share = _share(minute, stopped_at_min)
        rise = self.peak_rise_mmhg * share + chance.gauss(0, 2)
        sleepy = share * self.drowsy > 0.75
        return {
            "sbp_mmhg": round(self.sbp_mmhg + rise),
            "dbp_mmhg": round(self.dbp_mmhg + 0.62 * rise),
            "hr_bpm": round(self.hr_bpm + 0.4 * rise + chance.gauss(0, 2)),
            "spo2_percent": round(_within(97.4 - 1.2 * share + chance.gauss(0, 0.5), 94, 100)),
            "rr_per_min": round(_within(15 - 1.5 * share + chance.gauss(0, 0.7), 12, 20)),
            "moaas": 4 if sleepy else 5,
        }


def body(sbp_mmhg: int, dbp_mmhg: int, chance: Random) -> Body:
    """Draw how a person's body answers the drug. Peaks rise far more than averages do."""
    return Body(
        sbp_mmhg=sbp_mmhg,
        dbp_mmhg=dbp_mmhg,
        hr_bpm=round(_within(chance.gauss(72, 8), 56, 92)),
        peak_rise_mmhg=_within(chance.gauss(18, 8), 2, 44),
        drowsy=chance.uniform(0.2, 1.0),
    )


def _share(minute: float, stopped_at_min: float) -> float:
    if minute <= 0:
        return 0.0
    if minute <= stopped_at_min:
        return minute / stopped_at_min
    return math.exp(-(minute - stopped_at_min) / 22)
