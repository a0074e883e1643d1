"""What an order may be. No order above the ceiling is ever accepted; the rest asks for a reason."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from serein.core.findings import Finding, Weight, gravest_first
from serein.core.quantities import shown
from serein.plans.rules.dose import Dose, Preparation
from serein.plans.rules.protocols import Protocol
from serein.plans.rules.weight import DEFAULT_SOURCE, DosingWeight

MAX_MG_PER_KG = Decimal("1.0")
MAX_DOSE_MG = Decimal(100)
USUAL_MG_PER_KG = Decimal("0.5")
CHANGE_MG_PER_KG = Decimal("0.1")
MAX_CHANGE_MG_PER_KG = Decimal("0.25")
USUAL_MINUTES = (40, 60)
MINUTES = (20, 120)
USUAL_MG_PER_KG_PER_H = Decimal("1.0")
USUAL_BAG_MG_PER_ML = Decimal(2)
MAX_BAG_MG_PER_ML = Decimal(10)
MAX_RATE_ML_PER_H = Decimal(999)

_FAVA = "Fava 2020, Mol Psychiatry 25:1592 (1.0 mg/kg no better than 0.5, more dissociation)"
_TRIALS = "Feder 2021, Abdallah 2022 (0.5 mg/kg over 40 min)"
_LABEL = "Ketamine label: 100 mg/mL must be diluted; rapid IV use depresses breathing"


@dataclass(frozen=True, slots=True)
class Before:
    """The version that an order changes."""

    mg_per_kg: Decimal
    minutes: int


@dataclass(frozen=True, slots=True)
class Order:
    """One order to be judged: the dose as worked out, the plan's own ceiling, and its schedule."""

    dose: Dose | None
    weight: DosingWeight
    ceiling_mg: Decimal
    infusions: int
    min_gap_hours: int
    max_gap_days: int
    protocol: Protocol
    before: Before | None = None


def ceiling_for(ceiling_mg: Decimal) -> Decimal:
    """Return the dose that nothing may exceed: the clinic's 100 mg or the plan's own, if lower."""
    return min(MAX_DOSE_MG, ceiling_mg)


def findings_for_order(order: Order) -> tuple[Finding, ...]:
    """List everything that stops an order or asks for a reason, gravest first."""
    findings = list(order.weight.findings)
    if order.dose is not None:
        findings += _strength(order.dose)
        findings += _ceiling(order.dose, order.ceiling_mg)
        findings += _speed(order.dose)
        findings += _bag(order.dose)
        findings += _change(order.dose, order.before)
        findings += _rounding(order.dose)
    findings += _schedule(order)
    return gravest_first(findings)


def _stops(code: str, because: str, source: str = DEFAULT_SOURCE) -> Finding:
    return Finding(code, Weight.STOPS, because, source)


def _review(code: str, because: str, source: str = DEFAULT_SOURCE) -> Finding:
    return Finding(code, Weight.NEEDS_REVIEW, because, source)


def _ceiling(dose: Dose, ceiling_mg: Decimal) -> list[Finding]:
    limit = ceiling_for(ceiling_mg)
    if dose.dose_mg > limit:
        return [
            _stops(
                "above-ceiling",
                f"Lower the dose: {shown(dose.dose_mg, 'mg', 1)} is above the ceiling of "
                f"{shown(limit, 'mg')} for one infusion.",
            )
        ]
    drawn_mg = dose.prepared.drawn_mg
    if drawn_mg > limit:
        return [
            _stops(
                "drawn-above-ceiling",
                f"Choose a weaker vial or a lower dose: rounded for the syringe it is "
                f"{shown(drawn_mg, 'mg')}, above the ceiling of {shown(limit, 'mg')}.",
            )
        ]
    return []


def _strength(dose: Dose) -> list[Finding]:
    mg_per_kg = dose.inputs.mg_per_kg
    if mg_per_kg > MAX_MG_PER_KG:
        return [
            _stops(
                "mg-per-kg-too-high",
                f"Enter at most {shown(MAX_MG_PER_KG, 'mg/kg')}: {shown(mg_per_kg, 'mg/kg')} is "
                f"above what the clinic gives.",
                _FAVA,
            )
        ]
    if mg_per_kg > USUAL_MG_PER_KG:
        return [
            _review(
                "mg-per-kg-above-usual",
                f"{shown(mg_per_kg, 'mg/kg')} is above the usual {shown(USUAL_MG_PER_KG, 'mg/kg')}.",
                _FAVA,
            )
        ]
    return []


def _speed(dose: Dose) -> list[Finding]:
    minutes, (low, high), (usual_low, usual_high) = dose.inputs.minutes, MINUTES, USUAL_MINUTES
    speed = shown(dose.mg_per_kg_per_h, "mg/kg/h", 2)
    findings: list[Finding] = []
    if not low <= minutes <= high:
        findings.append(
            _stops("minutes-out-of-range", f"Enter from {low} to {high} minutes.", _LABEL)
        )
    elif not usual_low <= minutes <= usual_high:
        findings.append(
            _review(
                "minutes-unusual",
                f"{minutes} minutes is outside the usual {usual_low} to {usual_high}; the rate is "
                f"{speed}.",
                _TRIALS,
            )
        )
    if dose.mg_per_kg_per_h > USUAL_MG_PER_KG_PER_H:
        findings.append(
            _review("fast", f"{speed} is faster than the usual {shown(1, 'mg/kg/h')}.", _LABEL)
        )
    if dose.rate_ml_per_h > MAX_RATE_ML_PER_H:
        findings.append(
            _stops(
                "rate-out-of-range",
                f"Choose a stronger bag: {shown(dose.rate_ml_per_h, 'mL/h', 1)} is more than the "
                f"pump can run.",
            )
        )
    return findings


def _bag(dose: Dose) -> list[Finding]:
    inputs, strength = dose.inputs, dose.bag_mg_per_ml
    words = shown(strength, "mg/mL", 2)
    if inputs.preparation is Preparation.WITHDRAWN and dose.drug_ml >= dose.volume_ml:
        return [_stops("bag-too-small", "Choose a larger bag: the drug alone would fill this one.")]
    if strength >= inputs.vial_mg_per_ml or strength > MAX_BAG_MG_PER_ML:
        return [
            _stops(
                "not-diluted",
                f"Dilute further: {words} is above the clinic's limit of "
                f"{shown(MAX_BAG_MG_PER_ML, 'mg/mL')}.",
                _LABEL,
            )
        ]
    if strength > USUAL_BAG_MG_PER_ML:
        usual = shown(USUAL_BAG_MG_PER_ML, "mg/mL")
        return [_review("bag-strong", f"{words} is stronger than the usual {usual}.", _LABEL)]
    return []


def _change(dose: Dose, before: Before | None) -> list[Finding]:
    if before is None:
        return []
    findings: list[Finding] = []
    change = abs(dose.inputs.mg_per_kg - before.mg_per_kg)
    words = f"from {shown(before.mg_per_kg)} to {shown(dose.inputs.mg_per_kg, 'mg/kg')}"
    if change > MAX_CHANGE_MG_PER_KG:
        limit = shown(MAX_CHANGE_MG_PER_KG, "mg/kg")
        findings.append(
            _stops(
                "change-too-large", f"Take a smaller step: {words} is more than {limit} at once."
            )
        )
    elif change > CHANGE_MG_PER_KG:
        limit = shown(CHANGE_MG_PER_KG, "mg/kg")
        findings.append(_review("change-large", f"{words} is more than {limit} at once."))
    if change and dose.inputs.minutes != before.minutes:
        findings.append(
            _review(
                "dose-and-minutes-changed",
                f"The dose and the minutes both change ({words}, from {before.minutes} to "
                f"{dose.inputs.minutes} minutes): the rate becomes "
                f"{shown(dose.mg_per_kg_per_h, 'mg/kg/h', 2)}.",
            )
        )
    return findings


def _rounding(dose: Dose) -> list[Finding]:
    prepared = dose.prepared
    if not prepared.is_error_shown:
        return []
    drawn, ordered = shown(prepared.drawn_mg, "mg"), shown(dose.dose_mg, "mg", 2)
    return [
        Finding(
            "rounding",
            Weight.TO_NOTE,
            f"Rounded for syringe and pump the dose is {drawn} instead of {ordered} "
            f"({shown(prepared.dose_error_percent, '%', 1)}), the volume differs by "
            f"{shown(prepared.rate_error_percent, '%', 1)}.",
            DEFAULT_SOURCE,
        )
    ]


def _schedule(order: Order) -> list[Finding]:
    findings: list[Finding] = []
    usual = order.protocol
    if order.infusions != usual.infusions:
        findings.append(
            _review(
                "infusions-unusual",
                f"{order.infusions} infusions instead of the {usual.infusions} of protocol "
                f"{usual.code}.",
            )
        )
    if order.min_gap_hours < usual.min_gap_hours:
        findings.append(
            _review(
                "gap-short",
                f"{order.min_gap_hours} hours between infusions is less than the protocol's "
                f"{usual.min_gap_hours}.",
            )
        )
    if order.max_gap_days > usual.max_gap_days:
        findings.append(
            _review(
                "gap-long",
                f"{order.max_gap_days} days between infusions is more than the protocol's "
                f"{usual.max_gap_days}.",
            )
        )
    return findings
