"""Condition: a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.fhir.mappers.parts import (
    Malformed,
    NotTaken,
    best_coding,
    code_in,
    known_day,
    part_of,
    words_of,
)
from serein.fhir.mappers.references import source_of
from serein.fhir.rules.facts import ConditionTaken
from serein.patients.rules.entries import ICD_10_CM, SNOMED

if TYPE_CHECKING:
    from serein.fhir.mappers.references import Index
    from serein.fhir.rules.reading import Entry

_ACTIVE = frozenset({"active", "recurrence", "relapse"})
_PAST = frozenset({"inactive", "remission", "resolved"})
_SUSPECTED = frozenset({"unconfirmed", "provisional", "differential"})


def condition(entry: Entry, index: Index) -> ConditionTaken:
    """Read a problem. A suspected one is taken and says so; a refuted one is not.

    :raises NotTaken: refuted or entered in error
    :raises Malformed: no patient, no words, or an unclear status
    """
    resource = entry.resource
    certainty = code_in(resource, "verificationStatus")
    if certainty in {"refuted", "entered-in-error"}:
        raise NotTaken(f"it is marked {certainty}")
    ended = known_day(resource, "abatementDateTime")
    status = code_in(resource, "clinicalStatus")
    if status and status not in _ACTIVE | _PAST:
        raise Malformed(f"clinicalStatus {status[:40]} is not known")
    concept = part_of(resource, "code")
    coding = best_coding(concept, (SNOMED, ICD_10_CM))
    subject = index.subject(resource, "subject")
    return ConditionTaken(
        source=source_of(entry, within=subject.key),
        subject=subject,
        system=coding.system,
        code=coding.code,
        display=words_of(concept, coding),
        onset_date=known_day(resource, "onsetDateTime"),
        ended_date=ended,
        is_active=status in _ACTIVE if status else ended is None,
        is_confirmed=certainty not in _SUSPECTED,
    )
