"""A gate: a list of conditions, each met, not met or unknown, each with its reason.

Unknown never passes. An override belongs to the fact it was given for: when the fact changes, the
override no longer counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from serein.core.findings import Finding, Weight

CLINIC_DEFAULT = "clinic default, review"
YES = "Yes."


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class MayOverride(StrEnum):
    NOBODY = "nobody"
    PRESCRIBER = "prescriber"


@dataclass(frozen=True, slots=True)
class Override:
    """A prescriber's decision to go on although one condition is not met."""

    item_code: str
    basis: str
    reason: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GateItem:
    """One condition. ``basis`` names the fact behind the verdict, without its age."""

    code: str
    name: str
    verdict: Verdict
    because: str
    source: str = CLINIC_DEFAULT
    may_override: MayOverride = MayOverride.NOBODY
    basis: str = ""
    override: Override | None = None

    @property
    def is_open(self) -> bool:
        return self.verdict is not Verdict.MET and self.override is None


@dataclass(frozen=True, slots=True)
class Reading:
    """One charted set of vital signs; what was not measured is None."""

    occurred_at: datetime
    sbp_mmhg: int | None = None
    dbp_mmhg: int | None = None
    hr_bpm: int | None = None
    spo2_percent: int | None = None
    rr_per_min: int | None = None
    moaas: int | None = None
    nausea: int | None = None


def with_overrides(
    items: Sequence[GateItem], overrides: Sequence[Override]
) -> tuple[GateItem, ...]:
    """Lay the newest fitting override on each item that allows one."""
    newest = sorted(overrides, key=lambda override: override.at)
    found = {(override.item_code, override.basis): override for override in newest}
    return tuple(
        replace(item, override=found.get((item.code, item.basis)))
        if item.may_override is MayOverride.PRESCRIBER and item.verdict is not Verdict.MET
        else item
        for item in items
    )


def open_items(items: Sequence[GateItem]) -> tuple[GateItem, ...]:
    """List the conditions that still stand in the way."""
    return tuple(item for item in items if item.is_open)


def as_findings(items: Sequence[GateItem]) -> tuple[Finding, ...]:
    """Say the open items as findings, so that page, audit and refusal use the same words."""
    return tuple(
        Finding(code=item.code, weight=Weight.STOPS, because=item.because, source=item.source)
        for item in open_items(items)
    )


def met(code: str, name: str, because: str, source: str = CLINIC_DEFAULT) -> GateItem:
    """Make a condition that is met, with its reason."""
    return GateItem(code, name, Verdict.MET, because, source)
