"""May the infusion start? Every condition of the start gate, from the facts of this moment.

Sources: pre-visit rules, dosing weight, pre-dose blood pressure ladder and monitoring cadence of
docs/science. The gate is asked again at every step and at the start itself; it is never stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from serein.core.clinic_time import days_ago
from serein.core.quantities import shown, spaced
from serein.infusions.rules.gate import (
    CLINIC_DEFAULT,
    GateItem,
    MayOverride,
    Override,
    Reading,
    Verdict,
    met,
    with_overrides,
)
from serein.infusions.rules.pre_vitals import pre_vitals

WEIGHT_MAX_AGE = timedelta(days=14)
WEIGHT_MAX_CHANGE_PERCENT = Decimal(5)
PREGNANCY_TEST_AGES = range(12, 56)
MEASURED_AWAY_FROM_CLINIC = frozenset({"self_reported", "reported", "stated", "estimated"})
IDENTITY_WAYS = 2
DRUG = "Ketamine"
# A pump takes its limit in whole millilitres or tenths; an infusion may be set 1 mL off the exact bag.
VOLUME_TOLERANCE_ML = Decimal(1)
WITHIN_HOURS_OF_TEST = timedelta(hours=24)

LABEL = "ketamine and esketamine labels"
TRUST = "clinic hard stop"


@dataclass(frozen=True, slots=True)
class Answer:
    """The latest answer to one question of the checklist."""

    value: str
    note: str
    by_id: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Weighing:
    weight_kg: Decimal
    method: str
    measured_at: datetime
    days_ago: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """Drug strength, dose, volume and rate as one person stated them."""

    vial_mg_per_ml: Decimal
    dose_mg: Decimal
    drug_ml: Decimal
    rate_ml_per_h: Decimal


@dataclass(frozen=True, slots=True)
class Stated:
    """What one person read: the drug, the figures of `Prepared`, and the pump's volume limit."""

    drug: str
    vial_mg_per_ml: Decimal
    dose_mg: Decimal
    drug_ml: Decimal
    rate_ml_per_h: Decimal
    volume_ml: Decimal

    @property
    def prepared(self) -> Prepared:
        """The figures that the order has too."""
        return Prepared(self.vial_mg_per_ml, self.dose_mg, self.drug_ml, self.rate_ml_per_h)


@dataclass(frozen=True, slots=True)
class Check:
    """A second person's check of what the first person prepared."""

    stated: Prepared
    prepared_by_id: str
    checked_by_id: str
    checked_by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """The signed order as this visit took it over, and what is in force now.

    ``weight_kg`` is what the scales said when the order was written, not the dosing weight.
    """

    prepared: Prepared
    weight_kg: Decimal
    ceiling_mg: Decimal
    version: str
    version_in_force: str | None
    number: int
    infusions: int


@dataclass(frozen=True, slots=True)
class Readiness:
    """Everything the start gate looks at."""

    at: datetime
    age_years: int
    recorded_sex: str
    answers: Mapping[str, Answer]
    weighing: Weighing | None
    has_consent: bool
    escort_name: str
    readings: Sequence[Reading]
    order: Order
    check: Check | None
    open_safety_tasks: int
    eligibility_outcome: str | None
    eligibility_stops: Sequence[str]
    overrides: Sequence[Override] = ()


def gate(facts: Readiness) -> tuple[GateItem, ...]:
    """Judge every condition of the start, in the order in which the page shows them."""
    items = (
        _identity(facts),
        _order(facts),
        _ceiling(facts),
        _consent(facts),
        _eligibility(facts),
        _safety(facts),
        _escort(facts),
        _weight(facts),
        _fasting(facts),
        _pregnancy(facts),
        pre_vitals(facts.readings, at=facts.at),
        _second_check(facts),
    )
    return with_overrides(items, facts.overrides)


def _identity(facts: Readiness) -> GateItem:
    name = "Identity, two ways"
    answer = facts.answers.get("identity")
    ways = answer.value.split() if answer else []
    if answer and len(set(ways)) >= IDENTITY_WAYS:
        return met("identity", name, f"Checked two ways by {answer.by_name}.", TRUST)
    because = "Ask for the name and date of birth, or check an identity card: two ways are needed."
    verdict = Verdict.NOT_MET if ways else Verdict.UNKNOWN
    return GateItem("identity", name, verdict, because, TRUST)


def _order(facts: Readiness) -> GateItem:
    order, name = facts.order, "Signed order"
    if order.version_in_force is None:
        because = "Ask the prescriber for a signed plan: none is in force."
    elif order.version_in_force != order.version:
        because = "Take over the changed order: the plan has a newer signed version."
    elif order.number > order.infusions:
        because = (
            f"Ask the prescriber for a new plan: this is infusion {order.number} of "
            f"{order.infusions}."
        )
    else:
        stated = order.prepared
        because = (
            f"{shown(stated.dose_mg, 'mg')}, {shown(stated.drug_ml, 'mL')} of drug, "
            f"{shown(stated.rate_ml_per_h, 'mL/h')}; infusion {order.number} of "
            f"{order.infusions}."
        )
        return met("order", name, because, TRUST)
    return GateItem("order", name, Verdict.NOT_MET, because, TRUST)


def _ceiling(facts: Readiness) -> GateItem:
    dose, ceiling = facts.order.prepared.dose_mg, facts.order.ceiling_mg
    name = "Dose within the ceiling"
    if dose <= ceiling:
        return met("ceiling", name, f"{shown(dose, 'mg')} of at most {shown(ceiling, 'mg')}.")
    because = (
        f"Ask the prescriber for a new order: {shown(dose, 'mg')} is above the ceiling of "
        f"{shown(ceiling, 'mg')}."
    )
    return GateItem("ceiling", name, Verdict.NOT_MET, because, TRUST)


def _consent(facts: Readiness) -> GateItem:
    if facts.has_consent:
        return met("consent", "Consent", "A valid signed consent is on file.", TRUST)
    because = "Ask the patient to read and sign the consent: no valid one is on file."
    return GateItem("consent", "Consent", Verdict.NOT_MET, because, TRUST)


def _eligibility(facts: Readiness) -> GateItem:
    name = "Eligibility stands"
    if facts.eligibility_outcome is None:
        because = "Ask the prescriber to decide on eligibility: no decision is on file."
        return GateItem("eligibility", name, Verdict.UNKNOWN, because, TRUST)
    if facts.eligibility_outcome not in {"eligible", "eligible_with_conditions"}:
        because = "Ask the prescriber: the standing decision is not “eligible”."
        return GateItem("eligibility", name, Verdict.NOT_MET, because, TRUST)
    if facts.eligibility_stops:
        because = "Ask the prescriber to decide again: " + " ".join(facts.eligibility_stops)
        basis = "|".join(sorted(facts.eligibility_stops))
        return GateItem(
            "eligibility", name, Verdict.NOT_MET, because, TRUST, MayOverride.PRESCRIBER, basis
        )
    return met("eligibility", name, "Decided, and today's facts do not speak against it.", TRUST)


def _safety(facts: Readiness) -> GateItem:
    name = "No open safety task"
    if not facts.open_safety_tasks:
        return met("safety", name, "None of level S2 or S3 is open.")
    because = (
        f"Ask the assigned clinician to close the open safety task ({facts.open_safety_tasks} of "
        "level S2 or S3) before the infusion."
    )
    return GateItem("safety", name, Verdict.NOT_MET, because)


def _escort(facts: Readiness) -> GateItem:
    if facts.escort_name:
        return met("escort", "Escort named", f"{facts.escort_name} takes the patient home.", LABEL)
    because = "Ask who takes the patient home and record the escort."
    return GateItem("escort", "Escort named", Verdict.NOT_MET, because, LABEL)


def _weight(facts: Readiness) -> GateItem:
    name, weighing, ordered = "Weight in date", facts.weighing, facts.order.weight_kg
    if weighing is None:
        because = "Weigh the patient: no weight is on file."
        return GateItem("weight", name, Verdict.UNKNOWN, because)
    ago = days_ago(weighing.days_ago)
    change = (weighing.weight_kg - ordered) * 100 / ordered
    said = f"{shown(weighing.weight_kg, 'kg')}, weighed {ago}, {shown(round(change, 1), '%')} from "
    said += f"the order's {shown(ordered, 'kg')}."
    problem = ""
    if weighing.method in MEASURED_AWAY_FROM_CLINIC:
        problem = "Weigh the patient here: the last weight was told, not measured."
    elif facts.at - weighing.measured_at > WEIGHT_MAX_AGE:
        problem = f"Weigh the patient: the last weight is from {ago} (limit 14 days)."
    elif abs(change) > WEIGHT_MAX_CHANGE_PERCENT:
        problem = f"Ask the prescriber for a new dose: {said}"
    if not problem:
        return met("weight", name, said)
    basis = f"{weighing.weight_kg.normalize()} {weighing.measured_at.isoformat()}"
    return GateItem(
        "weight", name, Verdict.NOT_MET, problem, CLINIC_DEFAULT, MayOverride.PRESCRIBER, basis
    )


def _fasting(facts: Readiness) -> GateItem:
    name, answer = "Fasting", facts.answers.get("fasting")
    if answer and answer.value == "yes":
        return met(
            "fasting", name, spaced(f"Solids 6 h, clear drinks 2 h, asked by {answer.by_name}.")
        )
    verdict = Verdict.NOT_MET if answer and answer.value == "no" else Verdict.UNKNOWN
    because = (
        spaced("Wait until 6 h after solids and 2 h after clear drinks, or ask the prescriber.")
        if verdict is Verdict.NOT_MET
        else "Ask when the patient last ate and drank."
    )
    return GateItem(
        "fasting", name, verdict, because, CLINIC_DEFAULT, MayOverride.PRESCRIBER, str(verdict)
    )


def needs_pregnancy_test(*, recorded_sex: str, age_years: int) -> bool:
    """Say whether the pregnancy item applies: recorded sex for clinical use, and age today."""
    return recorded_sex != "male" and age_years in PREGNANCY_TEST_AGES


def _pregnancy(facts: Readiness) -> GateItem:
    name, answer = "Pregnancy", facts.answers.get("pregnancy")
    if not needs_pregnancy_test(recorded_sex=facts.recorded_sex, age_years=facts.age_years):
        return met("pregnancy", name, "Not needed: recorded sex or age.")
    if answer and answer.value == "positive":
        because = "Ask the prescriber to see the patient: the pregnancy test is positive."
        return GateItem("pregnancy", name, Verdict.NOT_MET, because)
    if answer and answer.value == "not_applicable" and answer.note:
        return met("pregnancy", name, f"Not applicable: {answer.note}.")
    fresh = answer is not None and facts.at - answer.at <= WITHIN_HOURS_OF_TEST
    if answer and answer.value == "negative" and fresh:
        return met("pregnancy", name, f"Test today negative, read by {answer.by_name}.")
    because = "Test today, or record why a test does not apply."
    return GateItem("pregnancy", name, Verdict.UNKNOWN, because)


def _second_check(facts: Readiness) -> GateItem:
    name, check, order = "Second person's check", facts.check, facts.order.prepared
    prepared = facts.answers.get("prepared")
    if prepared is None or prepared.value != "yes":
        because = "Prepare the drug and say so; then ask a second person to check it."
        return GateItem("second_check", name, Verdict.UNKNOWN, because, TRUST)
    if check is None or check.at < prepared.at:
        because = "Ask a second person to check strength, mg, mL and rate."
        return GateItem("second_check", name, Verdict.UNKNOWN, because, TRUST)
    if check.checked_by_id == prepared.by_id:
        because = "Ask someone else: the person who prepared the drug cannot check it."
        return GateItem("second_check", name, Verdict.NOT_MET, because, TRUST)
    wrong = differences(check.stated, order)
    if wrong:
        because = "Check the drug and the pump again: " + "; ".join(wrong) + "."
        return GateItem("second_check", name, Verdict.NOT_MET, because, TRUST)
    because = f"Strength, mg, mL and rate agree with the order, checked by {check.checked_by_name}."
    return met("second_check", name, because, TRUST)


def differences(stated: Prepared, order: Prepared) -> tuple[str, ...]:
    """Name each value that a checker stated and the order does not say.

    The ordered value is not told, so that the check stays a reading and not a copy.
    """
    pairs = (
        ("strength", "mg/mL", stated.vial_mg_per_ml, order.vial_mg_per_ml),
        ("dose", "mg", stated.dose_mg, order.dose_mg),
        ("drug volume", "mL", stated.drug_ml, order.drug_ml),
        ("rate", "mL/h", stated.rate_ml_per_h, order.rate_ml_per_h),
    )
    return tuple(
        f"{name} {shown(value, unit)} is not as ordered"
        for name, unit, value, ordered in pairs
        if value != ordered
    )


def unlike(first: Stated, second: Stated) -> tuple[str, ...]:
    """Name each value that two people read differently, with both readings.

    Neither saw the other's; now that both are kept, the difference may be shown.
    """
    pairs = (
        ("strength", "mg/mL", first.vial_mg_per_ml, second.vial_mg_per_ml),
        ("dose", "mg", first.dose_mg, second.dose_mg),
        ("drug volume", "mL", first.drug_ml, second.drug_ml),
        ("rate", "mL/h", first.rate_ml_per_h, second.rate_ml_per_h),
        ("volume limit", "mL", first.volume_ml, second.volume_ml),
    )
    found = [
        f"{name} {shown(one, unit)} and {shown(other, unit)}"
        for name, unit, one, other in pairs
        if one != other
    ]
    if first.drug.casefold() != second.drug.casefold():
        found.insert(0, f"drug {first.drug} and {second.drug}")
    return tuple(found)


def beyond(stated: Stated, *, drug: str, volume_ml: Decimal) -> tuple[str, ...]:
    """Name the drug and the volume limit where they are not as ordered; the order is not told."""
    found = []
    if stated.drug.casefold() != drug.casefold():
        found.append(f"drug {stated.drug} is not as ordered")
    if abs(stated.volume_ml - volume_ml) > VOLUME_TOLERANCE_ML:
        found.append(f"volume limit {shown(stated.volume_ml, 'mL')} is not as ordered")
    return tuple(found)
