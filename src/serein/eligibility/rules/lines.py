"""One line of the eligibility panel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from serein.core.findings import Finding, Weight


class Verdict(StrEnum):
    """Whether a requirement is met: fulfilled, not fulfilled, or not known."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A requirement, whether it is met, and the fact that says so.

    ``fact`` is the value used, ``fact_at`` when it was true, ``fact_source`` where it was written
    down; ``source`` is the citation of the rule itself. ``weight`` is what it means when the
    requirement is not met.
    """

    code: str
    name: str
    verdict: Verdict
    fact: str
    fact_at: datetime | None
    source: str
    because: str
    weight: Weight
    fact_source: str = ""
    section: str = ""
    is_conflict: bool = False

    @property
    def blocks(self) -> bool:
        """Say whether this line stands in the way of “eligible”: a stop, or something unknown."""
        if self.weight is Weight.TO_NOTE:
            return False
        if self.verdict is Verdict.UNKNOWN:
            return True
        return self.verdict is Verdict.NOT_MET and self.weight is Weight.STOPS

    def finding(self) -> Finding | None:
        """Return this line as a finding, or None when the requirement is met.

        Something unknown stops, except where the rule is only a note.
        """
        if self.verdict is Verdict.MET:
            return None
        if self.verdict is Verdict.UNKNOWN and self.weight is not Weight.TO_NOTE:
            return Finding(f"{self.code}.unknown", Weight.STOPS, self.because, self.source)
        return Finding(self.code, self.weight, self.because, self.source)
