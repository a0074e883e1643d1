"""The requirements that numbers and names decide: age, blood pressure, escort, PTSD measure.

Thresholds of blood pressure are the ladder before a dose: 140/90 weigh the risk (esketamine label),
160/100 and 180/110 clinic default, review.
"""

from __future__ import annotations

from datetime import timedelta

from serein.core.findings import Weight
from serein.core.quantities import shown
from serein.eligibility.rules.facts import Facts
from serein.eligibility.rules.lines import RuleLine, Verdict

CLINIC_DEFAULT = "clinic default, review"

YOUNGEST_YEARS = 18
REVIEW_FROM_YEARS = 65

PRESSURE_VALID_DAYS = 30
"""How old a blood pressure may be for a decision. Clinic default, review."""

WEIGH_MMHG = (140, 90)
DECIDE_MMHG = (160, 100)
STOP_MMHG = (180, 110)

PTSD_MEASURES = ("pcl5-month", "pc-ptsd-5")
_MEASURE_NAMES = {"pcl5-month": "PCL-5 (past month)", "pc-ptsd-5": "PC-PTSD-5"}


def age_line(facts: Facts) -> RuleLine:
    """Under 18 stops; from 65 a clinician reviews."""
    years = facts.age_years
    weight = Weight.STOPS
    if years is None:
        verdict, because = Verdict.UNKNOWN, "Enter the date of birth."
    elif years < YOUNGEST_YEARS:
        verdict, because = Verdict.NOT_MET, f"Aged {years}: this clinic treats adults."
    elif years >= REVIEW_FROM_YEARS:
        verdict, weight = Verdict.NOT_MET, Weight.NEEDS_REVIEW
        because = f"Aged {years}: review frailty, blood pressure and medicines; observe for longer."
    else:
        verdict, because = Verdict.MET, f"Aged {years}."
    return RuleLine(
        code="age",
        name="Aged 18 to 64",
        verdict=verdict,
        fact="Not known" if years is None else f"{years} years",
        fact_at=None,
        source=CLINIC_DEFAULT,
        because=because,
        weight=weight,
        fact_source="" if years is None else "date of birth",
        section="person",
    )


def _mmhg(value: tuple[int, int]) -> str:
    return f"{value[0]}/{shown(value[1], 'mmHg')}"


def blood_pressure_line(facts: Facts) -> RuleLine:
    """Judge the latest blood pressure by the ladder before a dose; an old one does not count."""
    pressure = facts.blood_pressure
    if pressure is None:
        return _pressure(Verdict.UNKNOWN, Weight.STOPS, "Take the blood pressure.", facts)
    if facts.at - pressure.measured_at > timedelta(days=PRESSURE_VALID_DAYS):
        because = (
            f"Take the blood pressure again: this one is older than {PRESSURE_VALID_DAYS} days."
        )
        return _pressure(Verdict.UNKNOWN, Weight.STOPS, because, facts)
    value = (pressure.sbp_mmhg, pressure.dbp_mmhg)
    if _reaches(value, STOP_MMHG):
        because = (
            f"At or above {_mmhg(STOP_MMHG)}: no treatment; look for symptoms and treat the "
            "pressure first."
        )
        return _pressure(Verdict.NOT_MET, Weight.STOPS, because, facts)
    if _reaches(value, DECIDE_MMHG):
        because = (
            f"At or above {_mmhg(DECIDE_MMHG)}: rest, repeat twice with the right cuff, "
            "and do not start without the prescriber's decision."
        )
        return _pressure(Verdict.NOT_MET, Weight.NEEDS_REVIEW, because, facts)
    if _reaches(value, WEIGH_MMHG):
        because = (
            f"At or above {_mmhg(WEIGH_MMHG)}: repeat after 5 minutes of rest and weigh the risk."
        )
        return _pressure(Verdict.NOT_MET, Weight.NEEDS_REVIEW, because, facts)
    return _pressure(Verdict.MET, Weight.STOPS, f"Below {_mmhg(WEIGH_MMHG)}.", facts)


def escort_line(facts: Facts) -> RuleLine:
    """An adult who takes the person home must be named. Without one, a visit is put off."""
    named = ", ".join(facts.escorts)
    return RuleLine(
        code="escort",
        name="An escort is named",
        verdict=Verdict.MET if named else Verdict.NOT_MET,
        fact=named or "No escort on record",
        fact_at=None,
        source="Ketamine label: released with a responsible adult",
        because=(
            "An adult to go home with is on record."
            if named
            else "Ask who will take this person home. No infusion starts without a named escort."
        ),
        weight=Weight.NEEDS_REVIEW,
        fact_source="contacts" if named else "",
        section="person",
    )


def ptsd_measure_line(facts: Facts) -> RuleLine:
    """Note whether a PTSD measure is there. It informs the diagnosis and never makes it."""
    newest = max(
        (item for item in facts.measures if item.instrument_code in PTSD_MEASURES),
        key=lambda item: item.occurred_at,
        default=None,
    )
    return RuleLine(
        code="ptsd_measure",
        name="A PTSD measure is on record",
        verdict=Verdict.MET if newest else Verdict.UNKNOWN,
        fact=f"{_MEASURE_NAMES[newest.instrument_code]}: {newest.total}" if newest else "None",
        fact_at=newest.occurred_at if newest else None,
        source="VA/DoD guideline 2023: PC-PTSD-5 to screen, PCL-5 to track change",
        because=(
            "A score is no diagnosis: exposure, duration and distress are judged by a clinician."
            if newest
            else "Ask for a PCL-5 (past month) or PC-PTSD-5, so that change can be judged later."
        ),
        weight=Weight.TO_NOTE,
        fact_source="questionnaire" if newest else "",
        section="person",
    )


def _reaches(value: tuple[int, int], limit: tuple[int, int]) -> bool:
    return value[0] >= limit[0] or value[1] >= limit[1]


def _pressure(verdict: Verdict, weight: Weight, because: str, facts: Facts) -> RuleLine:
    pressure = facts.blood_pressure
    return RuleLine(
        code="blood_pressure",
        name=f"Blood pressure below {_mmhg(WEIGH_MMHG)}",
        verdict=verdict,
        fact=_mmhg((pressure.sbp_mmhg, pressure.dbp_mmhg)) if pressure else "None on record",
        fact_at=pressure.measured_at if pressure else None,
        source=f"Esketamine label for 140/90; {CLINIC_DEFAULT}",
        because=because,
        weight=weight,
        fact_source=pressure.source if pressure else "",
        section="circulation",
    )
