"""MedicationRequest and MedicationStatement: a medicine the patient takes or took."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from serein.core.quantities import shown
from serein.fhir.mappers.parts import (
    Malformed,
    NotTaken,
    best_coding,
    known_day,
    part_of,
    parts_of,
    text_of,
    words_of,
)
from serein.fhir.mappers.references import source_of
from serein.fhir.rules.facts import MedicationTaken
from serein.patients.rules.entries import RXNORM

if TYPE_CHECKING:
    from serein.fhir.mappers.references import Index
    from serein.fhir.rules.reading import Entry, Resource

_ACTIVE = frozenset({"active", "on-hold", "intended"})
_PAST = frozenset({"completed", "stopped", "cancelled"})
_PERIODS = {"h": "hour", "d": "day", "wk": "week", "mo": "month"}


def medication(entry: Entry, index: Index) -> MedicationTaken:
    """Read a medicine that was ordered or reported.

    :raises NotTaken: a proposal, a draft, not taken, or entered in error
    :raises Malformed: no patient, no medicine in words, or an unknown status
    """
    resource = entry.resource
    if text_of(resource, "intent", at_most=40) in {"proposal", "plan"}:
        raise NotTaken("it was only proposed")
    if resource.get("doNotPerform") is True:
        raise NotTaken("it says that the medicine is not to be given")
    status = text_of(resource, "status", at_most=40)
    if status in {"entered-in-error", "draft", "not-taken", "unknown"}:
        raise NotTaken(f"its status is {status}")
    if status not in _ACTIVE | _PAST:
        raise Malformed(f"status {status[:40] or '(none)'} is not known")
    concept = _concept(resource, index)
    coding = best_coding(concept, (RXNORM,))
    subject = index.subject(resource, "subject")
    started = known_day(resource, "authoredOn") or known_day(resource, "effectiveDateTime")
    return MedicationTaken(
        source=source_of(entry, within=subject.key),
        subject=subject,
        name=words_of(concept, coding),
        system=coding.system,
        code=coding.code,
        dose_text=_dose(resource),
        started_on=started or known_day(part_of(resource, "effectivePeriod"), "start"),
        is_active=status in _ACTIVE,
    )


def _concept(resource: Resource, index: Index) -> Resource:
    """Return the medicine, whether it stands here, is contained, or is another entry."""
    if concept := part_of(resource, "medicationCodeableConcept"):
        return concept
    reference = text_of(part_of(resource, "medicationReference"), "reference", at_most=400)
    if reference.startswith("#"):
        for inner in parts_of(resource, "contained"):
            if inner.get("id") == reference[1:]:
                return part_of(inner, "code")
    entry = index.found(reference) if reference else None
    if entry is not None and entry.resource["resourceType"] == "Medication":
        return part_of(entry.resource, "code")
    raise Malformed("it does not say which medicine")


def _dose(resource: Resource) -> str:
    """Say the first dosage in words; nothing is worked out and nothing is filled in."""
    dosages = parts_of(resource, "dosageInstruction") or parts_of(resource, "dosage")
    if not dosages:
        return ""
    first = dosages[0]
    if text := text_of(first, "text"):
        return text
    parts = [_amount(first), _how_often(first)]
    if first.get("asNeededBoolean") is True:
        parts.append("as needed")
    return ", ".join(part for part in parts if part)[:300]


def _amount(dosage: Resource) -> str:
    for rate in parts_of(dosage, "doseAndRate"):
        quantity = part_of(rate, "doseQuantity")
        value = quantity.get("value")
        if isinstance(value, Decimal) and abs(value) < 1_000_000:
            unit = text_of(quantity, "unit", at_most=40)
            return shown(value, unit) if unit else f"{shown(value)} (unit not given)"
    return ""


def _how_often(dosage: Resource) -> str:
    repeat = part_of(part_of(dosage, "timing"), "repeat")
    times, period = repeat.get("frequency"), repeat.get("period")
    unit = _PERIODS.get(text_of(repeat, "periodUnit", at_most=5), "")
    if not isinstance(times, Decimal) or not isinstance(period, Decimal) or not unit:
        return ""
    if not 0 < times < 1000 or not 0 < period < 1000:
        return ""
    every = f"every {unit}" if period == 1 else f"every {shown(period)} {unit}s"
    return f"{'once' if times == 1 else f'{shown(times)} times'} {every}"
