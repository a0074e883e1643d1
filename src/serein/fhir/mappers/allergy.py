"""AllergyIntolerance: what must not be given without thought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.fhir.mappers.parts import (
    NotTaken,
    best_coding,
    code_in,
    codings_of,
    part_of,
    parts_of,
    text_of,
    words_of,
)
from serein.fhir.mappers.references import source_of
from serein.fhir.rules.facts import AllergyTaken
from serein.patients.rules.entries import RXNORM, SNOMED

if TYPE_CHECKING:
    from serein.fhir.mappers.references import Index
    from serein.fhir.rules.reading import Entry, Resource

NO_KNOWN_ALLERGY = "716186003"
"""SNOMED CT: no known allergy. Narrower ones (no known drug allergy) leave other things open."""

_SEVERITY = {"mild": "mild", "moderate": "moderate", "severe": "severe"}
_ORDER = ("severe", "moderate", "mild")


def allergy(entry: Entry, index: Index) -> AllergyTaken:
    """Read an allergy, or the statement that there is none.

    :raises NotTaken: refuted, entered in error, or no longer present
    :raises Malformed: no patient or no substance
    """
    resource = entry.resource
    certainty = code_in(resource, "verificationStatus")
    if certainty in {"refuted", "entered-in-error"}:
        raise NotTaken(f"it is marked {certainty}")
    status = code_in(resource, "clinicalStatus")
    if status in {"inactive", "resolved"}:
        raise NotTaken(f"it is marked {status}")
    concept = part_of(resource, "code")
    coding = best_coding(concept, (SNOMED, RXNORM))
    subject = index.subject(resource, "patient")
    reaction, severity = _reaction(resource)
    is_none_known = any(
        one.system == SNOMED and one.code == NO_KNOWN_ALLERGY for one in codings_of(concept)
    )
    return AllergyTaken(
        source=source_of(entry, within=subject.key),
        subject=subject,
        substance=words_of(concept, coding)[:200],
        reaction=reaction,
        severity=severity,
        system=coding.system,
        code=coding.code,
        is_none_known=is_none_known,
    )


def _reaction(resource: Resource) -> tuple[str, str]:
    """Return every manifestation in words, and the worst severity told."""
    words: dict[str, None] = {}
    worst = "unknown"
    for reaction in parts_of(resource, "reaction"):
        severity = _SEVERITY.get(text_of(reaction, "severity", at_most=20), "unknown")
        if severity != "unknown" and (
            worst == "unknown" or _ORDER.index(severity) < _ORDER.index(worst)
        ):
            worst = severity
        for manifestation in parts_of(reaction, "manifestation"):
            coding = best_coding(manifestation, (SNOMED,))
            if text := text_of(manifestation, "text") or coding.display:
                words.setdefault(text)
    return ", ".join(words)[:300], worst
