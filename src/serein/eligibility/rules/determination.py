"""What the prescriber decides, and what a decision against the rules needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from serein.core.errors import Refused
from serein.core.findings import Finding
from serein.eligibility.rules.judging import blocking
from serein.eligibility.rules.lines import RuleLine

LEAST_OVERRIDE_CHARACTERS = 15
"""An override reason shorter than this says nothing. Clinic default, review."""


class Outcome(StrEnum):
    """The four results of a consult."""

    ELIGIBLE = "eligible"
    ELIGIBLE_WITH_CONDITIONS = "eligible_with_conditions"
    HOLD = "hold"
    NOT_ELIGIBLE = "not_eligible"


OUTCOME_WORDS = {
    Outcome.ELIGIBLE: "Eligible",
    Outcome.ELIGIBLE_WITH_CONDITIONS: "Eligible with conditions",
    Outcome.HOLD: "Hold today",
    Outcome.NOT_ELIGIBLE: "Not eligible",
}

GOES_ON = frozenset({Outcome.ELIGIBLE, Outcome.ELIGIBLE_WITH_CONDITIONS})


def outcome_from(value: str) -> Outcome:
    """Read an outcome.

    :raises Refused: when it is none of the four
    """
    try:
        return Outcome(value)
    except ValueError:
        raise Refused("Choose one of the four results.", field="outcome") from None


def check_parts(
    *,
    outcome: Outcome,
    reason: str,
    conditions: str,
    patient_reason: str,
    recheck_date: date | None,
    today: date,
) -> None:
    """Check that a decision says what it must say.

    :raises Refused: naming the field that is missing
    """
    if outcome is Outcome.ELIGIBLE_WITH_CONDITIONS and not (conditions.strip() or reason.strip()):
        raise Refused("List the conditions, one on each line.", field="conditions")
    if outcome is Outcome.HOLD:
        _check_hold(reason, recheck_date, today)
    if outcome is Outcome.NOT_ELIGIBLE:
        if not reason.strip():
            raise Refused("Write the reason for “not eligible”.", field="reason")
        if not patient_reason.strip():
            raise Refused(
                "Write the reason in plain words for the patient.", field="patient_reason"
            )


def _check_hold(reason: str, recheck_date: date | None, today: date) -> None:
    if not reason.strip():
        raise Refused("Write the reason for the hold.", field="reason")
    if recheck_date is None:
        raise Refused("Enter the date to check again.", field="recheck_date")
    if recheck_date < today:
        raise Refused("Choose a recheck date from today on.", field="recheck_date")


def check_override(
    *,
    outcome: Outcome,
    lines: Iterable[RuleLine],
    may_override: bool,
    override_reason: str,
    who_may: str = "the medical director",
) -> tuple[Finding, ...]:
    """Check a positive decision against what stands in its way, and return what is overridden.

    :raises Refused: with the findings, when the role or the reason is missing
    """
    against = tuple(finding for line in blocking(lines) if (finding := line.finding()) is not None)
    if outcome not in GOES_ON or not against:
        return ()
    if not may_override:
        raise Refused(
            f"Ask {who_may}, or choose another result: these points stand in the way.",
            findings=against,
        )
    if len(override_reason.strip()) < LEAST_OVERRIDE_CHARACTERS:
        raise Refused(
            f"Write why this goes ahead, in {LEAST_OVERRIDE_CHARACTERS} characters or more: "
            "these points stand in the way.",
            findings=against,
            field="override_reason",
        )
    return against
