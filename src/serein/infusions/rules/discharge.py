"""May the patient go home? The discharge gate (clinic default, review).

All conditions must be met. A prescriber may override most of them with a reason; nobody overrides
an IV still in, a safety question not asked, or an open same-day safety task. Leaving against
advice is another path, with its own record, and is never blocked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from serein.core.quantities import spaced
from serein.infusions.rules.gate import (
    CLINIC_DEFAULT,
    YES,
    GateItem,
    MayOverride,
    Override,
    Reading,
    Verdict,
    met,
    with_overrides,
)

USUAL_WATCH = timedelta(minutes=60)
LONG_WATCH = timedelta(minutes=120)
LONG_WATCH_FROM_AGE_YEARS = 65
ALDRETE_PASS = 9
ALDRETE_VERSION = "recovery score, circulation in % of this visit's baseline, version 1"
BP_BAND_PERCENT = 20
BP_LIMIT_SBP_MMHG, BP_LIMIT_DBP_MMHG = 160, 100
# "Below 160/100" alone would pass a collapse; the low side of the ladder still applies.
BP_FLOOR_SBP_MMHG = 90
FULLY_AWAKE = 5
NAUSEA_MAX = 3
CONTACT_WITHIN = timedelta(hours=36)
FDA_LABEL = "ketamine label: only with a responsible adult"


@dataclass(frozen=True, slots=True)
class AldreteItem:
    code: str
    name: str
    words: tuple[str, str, str]


ALDRETE = (
    AldreteItem(
        "activity",
        "Movement",
        ("moves no limb when asked", "moves two limbs when asked", "moves all limbs when asked"),
    ),
    AldreteItem(
        "respiration",
        "Breathing",
        ("needs help to breathe", "short of breath or shallow", "breathes deeply, coughs freely"),
    ),
    AldreteItem(
        "circulation",
        "Blood pressure",
        (
            "more than 50 % from baseline",
            "20 to 50 % from baseline",
            "within 20 % of this visit's baseline",
        ),
    ),
    AldreteItem(
        "consciousness",
        "Wakefulness",
        ("does not respond", "wakes when spoken to", "fully awake"),
    ),
    AldreteItem(
        "oxygen",
        "Oxygen saturation",
        (
            "below 90 % even with oxygen",
            "needs oxygen to stay above 90 %",
            "above 92 % without oxygen",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the discharge form says; None is "not answered"."""

    aldrete: tuple[int | None, int | None, int | None, int | None, int | None] = (None,) * 5
    back_to_usual: bool | None = None
    nausea: int | None = None
    fluids_tolerated: bool | None = None
    gait_steady: bool | None = None
    oriented: bool | None = None
    safety_reviewed: bool | None = None
    iv_out: bool | None = None
    escort_present: bool | None = None
    escort_name: str = ""
    instructions_given: bool | None = None
    no_driving_acknowledged: bool | None = None
    contact_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DischargeFacts:
    at: datetime
    stopped_at: datetime
    long_watch_because: Sequence[str]
    baseline: Reading | None
    readings: Sequence[Reading]
    recovery: Recovery
    open_urgent_tasks: int
    overrides: Sequence[Override] = ()


def long_watch_because(
    *, is_first_infusion: bool, is_dose_increased: bool, age_years: int
) -> tuple[str, ...]:
    """Say why this patient is watched for 120 minutes, or nothing when 60 are enough."""
    reasons = (
        (is_first_infusion, "first infusion"),
        (is_dose_increased, "dose increased"),
        (age_years >= LONG_WATCH_FROM_AGE_YEARS, "65 years or older"),
    )
    return tuple(word for applies, word in reasons if applies)


def watch_for(because: Sequence[str]) -> timedelta:
    """Say how long a patient is watched after the stop at the least."""
    return LONG_WATCH if because else USUAL_WATCH


def gate(facts: DischargeFacts) -> tuple[GateItem, ...]:
    """Judge every condition of going home, in the order in which the page shows them."""
    after = sorted(
        (reading for reading in facts.readings if reading.occurred_at >= facts.stopped_at),
        key=lambda reading: reading.occurred_at,
    )
    said = facts.recovery
    items = (
        _minimum_time(facts),
        _aldrete(said.aldrete),
        _pressure(after, facts.baseline),
        _awake(after),
        _told("usual", "Back to usual", said.back_to_usual, "Ask whether the patient feels back "
              "to usual, and wait until so."),
        _nausea(said.nausea),
        _told("fluids", "Drinks kept down", said.fluids_tolerated, "Offer a drink and see that it "
              "stays down."),
        _told("gait", "Steady walk", said.gait_steady, "Walk with the patient until the gait is "
              "steady."),
        _told("oriented", "Oriented", said.oriented, "Ask for person, place, time and situation."),
        _safety(said, facts.open_urgent_tasks),
        _told("iv", "Infusion line out", said.iv_out, "Remove the infusion line.", may=MayOverride.NOBODY),
        _escort(said),
        _told("instructions", "Written instructions", said.instructions_given,
              "Give the written instructions."),
        _told("driving", "No driving", said.no_driving_acknowledged, "Ask the patient to "
              "acknowledge: no driving until tomorrow, after a night's sleep."),
        _contact(said, facts.at),
    )  # fmt: skip
    return with_overrides(items, facts.overrides)


def _open(code: str, name: str, because: str, *, basis: str, unknown: bool = False) -> GateItem:
    verdict = Verdict.UNKNOWN if unknown else Verdict.NOT_MET
    return GateItem(
        code, name, verdict, because, CLINIC_DEFAULT, MayOverride.PRESCRIBER, basis or verdict
    )


def _told(
    code: str,
    name: str,
    answer: bool | None,
    mend: str,
    *,
    may: MayOverride = MayOverride.PRESCRIBER,
) -> GateItem:
    if answer:
        return met(code, name, YES)
    verdict = Verdict.UNKNOWN if answer is None else Verdict.NOT_MET
    return GateItem(code, name, verdict, mend, CLINIC_DEFAULT, may, verdict)


def _minimum_time(facts: DischargeFacts) -> GateItem:
    least, since = watch_for(facts.long_watch_because), facts.at - facts.stopped_at
    needed = int(least.total_seconds() // 60)
    passed = int(since.total_seconds() // 60)
    why = f" ({', '.join(facts.long_watch_because)})" if facts.long_watch_because else ""
    name = "Minimum time after the stop"
    if since >= least:
        return met("time", name, spaced(f"{passed} min of {needed} min{why}."))
    return _open(
        "time",
        name,
        spaced(f"Wait: {passed} min of {needed} min have passed{why}."),
        basis=str(needed),
    )


def _aldrete(items: Sequence[int | None]) -> GateItem:
    name = "Recovery score"
    given = [value for value in items if value is not None]
    if len(given) < len(ALDRETE):
        return _open("aldrete", name, "Score all five recovery items.", basis="", unknown=True)
    total, basis = sum(given), " ".join(str(value) for value in given)
    if 0 in given:
        because = f"Wait and score again: {total} of 10 with an item at 0."
    elif given[-1] < 2:
        because = f"Wait and score again: {total} of 10, oxygen item {given[-1]} of 2."
    elif total < ALDRETE_PASS:
        because = f"Wait and score again: {total} of 10 (at least {ALDRETE_PASS})."
    else:
        return met("aldrete", name, f"{total} of 10, no item at 0 ({ALDRETE_VERSION}).")
    return _open("aldrete", name, because, basis=basis)


def _pressure(after: Sequence[Reading], baseline: Reading | None) -> GateItem:
    name = "Blood pressure settled"
    pairs = [
        (reading.sbp_mmhg, reading.dbp_mmhg)
        for reading in after
        if reading.sbp_mmhg is not None and reading.dbp_mmhg is not None
    ][-2:]
    if len(pairs) < 2:
        because = "Chart two blood pressures after the stop, one after the other."
        return _open("pressure", name, because, basis="", unknown=True)
    said = " and ".join(f"{sbp}/{dbp}" for sbp, dbp in pairs)
    if all(_settled(pair, baseline) for pair in pairs):
        return met("pressure", name, f"Last two: {said}.")
    because = (
        f"Repeat the blood pressure: last two {said}; needed within 20 % of this visit's baseline "
        "or below 160/100, twice."
    )
    return _open("pressure", name, because, basis=said)


def _settled(pair: tuple[int, int], baseline: Reading | None) -> bool:
    sbp, dbp = pair
    if BP_FLOOR_SBP_MMHG <= sbp < BP_LIMIT_SBP_MMHG and dbp < BP_LIMIT_DBP_MMHG:
        return True
    if baseline is None or not baseline.sbp_mmhg or not baseline.dbp_mmhg:
        return False
    return all(
        abs(value - base) * 100 <= base * BP_BAND_PERCENT
        for value, base in ((sbp, baseline.sbp_mmhg), (dbp, baseline.dbp_mmhg))
    )


def _awake(after: Sequence[Reading]) -> GateItem:
    name = "Fully awake"
    scores = [reading.moaas for reading in after if reading.moaas is not None]
    if not scores:
        because = "Chart the sedation score after the stop."
        return _open("awake", name, because, basis="", unknown=True)
    if scores[-1] == FULLY_AWAKE:
        return met("awake", name, "Sedation score 5.")
    return _open(
        "awake", name, f"Wait: sedation score {scores[-1]} (5 needed).", basis=str(scores[-1])
    )


def _nausea(nausea: int | None) -> GateItem:
    if nausea is None:
        return _open("nausea", "Nausea", "Ask for nausea, 0 to 10.", basis="", unknown=True)
    if nausea <= NAUSEA_MAX:
        return met("nausea", "Nausea", f"{nausea} of 10.")
    return _open(
        "nausea", "Nausea", f"Treat or wait: nausea {nausea} of 10 (at most 3).", basis=str(nausea)
    )


def _safety(said: Recovery, open_urgent_tasks: int) -> GateItem:
    name = "Safety question"
    if open_urgent_tasks:
        because = "Ask the clinician to see the patient first: a same-day safety task is open."
        return GateItem("safety", name, Verdict.NOT_MET, because)
    mend = "Ask the safety question and look at the answer."
    return _told("safety", name, said.safety_reviewed, mend, may=MayOverride.NOBODY)


def _escort(said: Recovery) -> GateItem:
    name = "Escort here and named"
    if said.escort_present and said.escort_name:
        return met("escort", name, f"{said.escort_name} is here.", FDA_LABEL)
    because = "Wait for the escort and write the name: the patient does not go home alone."
    unknown = said.escort_present is None
    return _open("escort", name, because, basis="not here", unknown=unknown)


def _contact(said: Recovery, at: datetime) -> GateItem:
    name = "Contact within a day"
    if said.contact_at is not None and at < said.contact_at <= at + CONTACT_WITHIN:
        return met("contact", name, "A time for the call is set.")
    because = "Set a time for the call tomorrow (within 36 hours)."
    return _open("contact", name, because, basis="", unknown=said.contact_at is None)
