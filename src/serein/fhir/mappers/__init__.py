"""FHIR R4 resources read into the clinic's facts. A whole file is read before anything is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.fhir.mappers.allergy import allergy
from serein.fhir.mappers.condition import condition
from serein.fhir.mappers.medication import medication
from serein.fhir.mappers.observation import observation
from serein.fhir.mappers.parts import Malformed, NotTaken
from serein.fhir.mappers.patient import patient
from serein.fhir.mappers.references import Index
from serein.fhir.rules.facts import LeftOut, Reading
from serein.fhir.rules.reading import BadFile, read_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from serein.fhir.rules.facts import EntryTaken, PatientTaken
    from serein.fhir.rules.reading import Document, Entry

_MAPPERS: dict[str, Callable[[Entry, Index], EntryTaken]] = {
    "Condition": condition,
    "MedicationRequest": medication,
    "MedicationStatement": medication,
    "AllergyIntolerance": allergy,
    "Observation": observation,
}

__all__ = ["read_bundle", "read_file"]


def read_file(raw: bytes) -> Reading:
    """Read the bytes of a FHIR R4 JSON file.

    :raises BadFile: the file as a whole cannot be used; a patient who cannot be registered too
    """
    return read_bundle(read_document(raw))


def read_bundle(document: Document) -> Reading:
    """Read every resource: patients first, since everything else speaks of one.

    :raises BadFile: a patient cannot be registered
    """
    index = Index(document)
    patients = _patients(document, index)
    entries: list[EntryTaken] = []
    left_out = [LeftOut("Entry", place, why, is_malformed=True) for place, why in document.broken]
    for entry in document.entries:
        kind = entry.resource["resourceType"]
        if kind == "Patient":
            continue
        try:
            entries.append(_taken(entry, index))
        except NotTaken as reason:
            left_out.append(LeftOut(kind[:60], entry.where, str(reason)))
        except Malformed as fault:
            left_out.append(LeftOut(kind[:60], entry.where, str(fault), is_malformed=True))
    return Reading(tuple(patients), tuple(entries), tuple(left_out), document.notes)


def _patients(document: Document, index: Index) -> list[PatientTaken]:
    patients = []
    for entry in document.entries:
        if entry.resource["resourceType"] != "Patient":
            continue
        try:
            _check_modifiers(entry)
            taken = patient(entry)
        except (Malformed, NotTaken) as fault:
            raise BadFile(f"Check the patient in {entry.where}: {fault}.") from None
        index.patient_keys[id(entry)] = taken.source.key
        patients.append(taken)
    return patients


def _taken(entry: Entry, index: Index) -> EntryTaken:
    mapper = _MAPPERS.get(entry.resource["resourceType"])
    if mapper is None:
        raise NotTaken("not part of the record kept here")
    _check_modifiers(entry)
    return mapper(entry, index)


def _check_modifiers(entry: Entry) -> None:
    """Refuse what says that its meaning is changed by rules that are not known here."""
    if entry.resource.get("modifierExtension") or entry.resource.get("implicitRules"):
        raise Malformed("it carries a modifier that may change its meaning")
