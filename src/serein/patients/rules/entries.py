"""What kinds of entry a record holds, and how one stops counting."""

from __future__ import annotations

from enum import StrEnum


class EntryKind(StrEnum):
    """One kind of row in a patient's record."""

    CONTACT = "contact"
    ESCORT = "escort"
    ALLERGY = "allergy"
    ALLERGY_REVIEW = "allergy_review"
    CONDITION = "condition"
    MEDICATION = "medication"
    WEIGHT = "weight"
    HEIGHT = "height"
    BLOOD_PRESSURE = "blood_pressure"


class Mark(StrEnum):
    """Why an entry no longer counts. Entry and mark are both kept."""

    ENTERED_IN_ERROR = "entered_in_error"
    ENDED = "ended"


MAY_END = frozenset(
    {EntryKind.CONTACT, EntryKind.ESCORT, EntryKind.CONDITION, EntryKind.MEDICATION}
)
"""Kinds that can have been true and be over. A measurement cannot; it was right or it was not."""


class BodyMethod(StrEnum):
    """How a weight or height came to be known. Only a measured one may dose."""

    MEASURED = "measured"
    REPORTED = "reported"
    IMPORTED = "imported"


class AllergySeverity(StrEnum):
    """How bad the reaction was, as told."""

    UNKNOWN = "unknown"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


SNOMED = "http://snomed.info/sct"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
