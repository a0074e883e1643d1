"""A finding is one reason for or against something, in words a clinician would say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How much a finding matters, gravest first."""

    STOPS = "stops"
    NEEDS_REVIEW = "needs_review"
    TO_NOTE = "to_note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason, with where it comes from.

    ``code`` is stable and machine-readable; ``because`` is the sentence for people; ``source`` is a
    citation, or "clinic default, review" where no source fixes the threshold.
    """

    code: str
    weight: Weight
    because: str
    source: str


_ORDER = {weight: place for place, weight in enumerate(Weight)}


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by weight, keeping the given order within one weight."""
    return tuple(sorted(findings, key=lambda finding: _ORDER[finding.weight]))


def stops(findings: Iterable[Finding]) -> bool:
    """Say whether any finding stops what was asked."""
    return any(finding.weight is Weight.STOPS for finding in findings)
