"""The session note writes itself from facts. Reading it and signing it is the clinician's part.

Every sentence comes from a charted fact; what was not charted is said to be missing, never left
out in silence. Times are the clinic's wall clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from serein.core.clinic_time import clock
from serein.core.quantities import shown, spaced
from serein.infusions.rules.delivered import Delivered, EventKind, PumpEvent
from serein.infusions.rules.gate import YES, GateItem, Override, Reading

MG_PLACES = 1
EVENT_WORDS = {
    EventKind.START: "Infusion started",
    EventKind.RATE: "Rate changed",
    EventKind.PAUSE: "Paused",
    EventKind.RESUME: "Resumed",
    EventKind.STOP: "Stopped",
}


@dataclass(frozen=True, slots=True)
class EventLine:
    event: PumpEvent
    by_name: str
    reason: str = ""
    is_corrected: bool = False


@dataclass(frozen=True, slots=True)
class FlagLine:
    raised_at: datetime
    text: str
    acknowledged_by: str
    action: str


@dataclass(frozen=True, slots=True)
class EffectLine:
    onset_at: datetime
    name: str
    severity: str
    action: str
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Departure:
    """How the patient left: through the gate, or against advice."""

    at: datetime
    by_name: str
    is_against_advice: bool
    items: Sequence[GateItem]
    escort_name: str
    contact_at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NoteFacts:
    zone: tzinfo
    patient_name: str
    birth_date_text: str
    mrn: str
    number: int
    infusions: int
    ordered_mg: Decimal
    mg_per_kg: Decimal
    weight_kg: Decimal
    weight_basis: str
    minutes: int
    rate_ml_per_h: Decimal
    bag_mg_per_ml: Decimal
    checked_in_at: datetime
    prepared_by: str
    checked_by: str
    gate_overrides: Sequence[Override]
    delivered: Delivered
    events: Sequence[EventLine]
    baseline: Reading | None
    readings: Sequence[Reading]
    flags: Sequence[FlagLine]
    effects: Sequence[EffectLine]
    departure: Departure | None
    notes: Sequence[str] = ()
    drugs: Sequence[str] = ()
    scores: Sequence[str] = ()


def note(facts: NoteFacts) -> str:
    """Write the session note as plain text, one paragraph per subject."""
    paragraphs = (
        _heading(facts),
        _order(facts),
        _given(facts),
        _course(facts),
        _vitals(facts),
        _flags(facts),
        _effects(facts),
        _listed("Drugs given:", facts.drugs),
        _listed("Scores:", facts.scores),
        _listed("Charted notes:", facts.notes),
        _departure(facts),
        "Ketamine is not approved by the FDA for PTSD; this is off-label use with consent.",
    )
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _clock(facts: NoteFacts, at: datetime) -> str:
    return clock(at, facts.zone)


def _mg(value: Decimal) -> str:
    return shown(value, "mg", MG_PLACES)


def _heading(facts: NoteFacts) -> str:
    day = facts.checked_in_at.astimezone(facts.zone)
    return (
        f"IV ketamine infusion {facts.number} of {facts.infusions}, {day.day} {day:%B %Y}.\n"
        f"{facts.patient_name}, born {facts.birth_date_text}, record {facts.mrn}."
    )


def _order(facts: NoteFacts) -> str:
    order = (
        f"Order: {_mg(facts.ordered_mg)} ({shown(facts.mg_per_kg, 'mg/kg')} x "
        f"{shown(facts.weight_kg, 'kg', 1)} {facts.weight_basis} weight) over "
        f"{shown(facts.minutes, 'min')} at {shown(facts.rate_ml_per_h, 'mL/h')} from "
        f"{shown(facts.bag_mg_per_ml, 'mg/mL', 3)}."
    )
    prepared = (
        f"Checked in at {_clock(facts, facts.checked_in_at)}. Drug prepared by "
        f"{facts.prepared_by or 'not recorded'}, checked by {facts.checked_by or 'nobody'}."
    )
    lines = [order, prepared]
    lines += [
        f"Start condition overridden by {override.by_name}: {override.item_code}, "
        f"because {override.reason}."
        for override in facts.gate_overrides
    ]
    return "\n".join(lines)


def _given(facts: NoteFacts) -> str:
    if not facts.events:
        return "The infusion was not started; no ketamine was given."
    total = facts.delivered
    kg = facts.weight_kg
    text = (
        f"Given: {_mg(total.mg)} ({shown(total.mg / kg, 'mg/kg', 3)}), {shown(total.ml, 'mL', 1)}, "
        f"in {_minutes(total.running_seconds)} of running time"
    )
    if total.paused_seconds:
        text += f" with {_minutes(total.paused_seconds)} paused"
    text += f". Not given: {_mg(total.remaining_mg)} of the order."
    if total.is_above_order:
        text += f" More than ordered: {_mg(total.mg - facts.ordered_mg)} above the order."
    return text


def _minutes(seconds: int) -> str:
    whole, rest = divmod(seconds, 60)
    return spaced(f"{whole} min {rest} s" if rest else f"{whole} min")


def _course(facts: NoteFacts) -> str:
    lines = []
    for line in facts.events:
        event = line.event
        rate = f" at {shown(event.rate_ml_per_h, 'mL/h')}" if event.rate_ml_per_h else ""
        why = f" ({line.reason})" if line.reason else ""
        corrected = ", corrected entry" if line.is_corrected else ""
        lines.append(
            f"{_clock(facts, event.occurred_at)} {EVENT_WORDS[event.kind]}{rate}{why}, "
            f"{line.by_name}{corrected}."
        )
    return "\n".join(lines)


def _vitals(facts: NoteFacts) -> str:
    if not facts.readings:
        return "Vital signs: none charted."
    parts = [f"Vital signs: {len(facts.readings)} sets charted"]
    if facts.baseline and facts.baseline.sbp_mmhg and facts.baseline.dbp_mmhg:
        parts.append(f"baseline {facts.baseline.sbp_mmhg}/{shown(facts.baseline.dbp_mmhg, 'mmHg')}")
    peak = max(
        (reading for reading in facts.readings if reading.sbp_mmhg),
        key=lambda reading: reading.sbp_mmhg or 0,
        default=None,
    )
    if peak:
        parts.append(
            f"highest blood pressure {peak.sbp_mmhg}/{shown(peak.dbp_mmhg or 0, 'mmHg')} at "
            f"{_clock(facts, peak.occurred_at)}"
        )
    for field, word, unit in (
        ("hr_bpm", "heart rate", "/min"),
        ("spo2_percent", "oxygen saturation", "%"),
        ("rr_per_min", "breathing rate", "/min"),
        ("moaas", "sedation score", ""),
    ):
        found = (getattr(reading, field) for reading in facts.readings)
        values = [value for value in found if value is not None]
        if values:
            parts.append(f"{word} {_range(values)}{unit}")
    return ", ".join(parts) + "."


def _range(values: Sequence[int]) -> str:
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low} to {high}"


def _flags(facts: NoteFacts) -> str:
    if not facts.flags:
        return "Flags: none."
    lines = [f"Flags: {len(facts.flags)}."]
    for flag in facts.flags:
        seen = (
            f"acknowledged by {flag.acknowledged_by}: {flag.action}"
            if flag.acknowledged_by
            else "not acknowledged"
        )
        lines.append(f"{_clock(facts, flag.raised_at)} {flag.text}; {seen}.")
    return "\n".join(lines)


def _effects(facts: NoteFacts) -> str:
    if not facts.effects:
        return "Side effects: none charted."
    lines = ["Side effects:"]
    for effect in facts.effects:
        end = (
            f"resolved {_clock(facts, effect.resolved_at)}"
            if effect.resolved_at
            else "not resolved"
        )
        action = f", {effect.action}" if effect.action else ""
        lines.append(
            f"{_clock(facts, effect.onset_at)} {effect.name}, {effect.severity}{action}; {end}."
        )
    return "\n".join(lines)


def _listed(heading: str, lines: Sequence[str]) -> str:
    return "\n".join((heading, *lines)) if lines else ""


def _departure(facts: NoteFacts) -> str:
    left = facts.departure
    if left is None:
        return "The patient has not left yet."
    if left.is_against_advice:
        who = f", with {left.escort_name}" if left.escort_name else ", without an escort"
        return (
            f"Left against advice at {_clock(facts, left.at)}{who}. Reason given: {left.reason}. "
            f"Recorded by {left.by_name}."
        )
    lines = [f"Discharged at {_clock(facts, left.at)} by {left.by_name}.", *_conditions(left)]
    if left.escort_name:
        lines.append(f"Went home with {left.escort_name}.")
    if left.contact_at:
        day = left.contact_at.astimezone(facts.zone)
        lines.append(f"Call planned for {day.day} {day:%B %Y} at {clock(day)}.")
    return "\n".join(lines)


def _conditions(left: Departure) -> list[str]:
    plain = [item for item in left.items if item.because == YES and not item.override]
    lines = [_condition(item) for item in left.items if item not in plain]
    if plain:
        lines.append(f"Also met: {', '.join(item.name.lower() for item in plain)}.")
    return lines


def _condition(item: GateItem) -> str:
    if item.override is None:
        return f"{item.name}: {item.because}"
    return (
        f"{item.name}: not met ({item.because.rstrip('.')}); overridden by "
        f"{item.override.by_name}, because {item.override.reason}."
    )
