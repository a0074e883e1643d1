"""What a decision must say, and what a decision against the rules needs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from serein.core.errors import Refused
from serein.eligibility.rules import (
    Facts,
    Outcome,
    check_override,
    check_parts,
    outcome_from,
    panel,
)

AT = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 12)


def parts(**given: Any) -> dict[str, Any]:
    return {
        "outcome": Outcome.ELIGIBLE,
        "reason": "",
        "conditions": "",
        "patient_reason": "",
        "recheck_date": None,
        "today": TODAY,
        **given,
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": Outcome.ELIGIBLE_WITH_CONDITIONS}, "conditions"),
        ({"outcome": Outcome.HOLD, "recheck_date": TODAY}, "reason"),
        ({"outcome": Outcome.HOLD, "reason": "BP"}, "recheck_date"),
        (
            {"outcome": Outcome.HOLD, "reason": "BP", "recheck_date": date(2026, 3, 11)},
            "recheck_date",
        ),
        ({"outcome": Outcome.NOT_ELIGIBLE, "patient_reason": "x"}, "reason"),
        ({"outcome": Outcome.NOT_ELIGIBLE, "reason": "x"}, "patient_reason"),
    ],
)
def test_a_decision_says_what_it_must(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_parts(**parts(**given))

    assert refusal.value.field == field
    assert refusal.value.message.split()[0] in {"List", "Write", "Enter", "Choose"}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"outcome": Outcome.ELIGIBLE_WITH_CONDITIONS, "conditions": "Repeat BP"},
        {"outcome": Outcome.ELIGIBLE_WITH_CONDITIONS, "reason": "Repeat BP"},
        {"outcome": Outcome.HOLD, "reason": "BP", "recheck_date": TODAY},
        {"outcome": Outcome.NOT_ELIGIBLE, "reason": "AAA", "patient_reason": "Your aorta."},
    ],
)
def test_a_whole_decision_is_accepted(given: dict[str, Any]) -> None:
    check_parts(**parts(**given))


def test_an_outcome_outside_the_four_is_refused() -> None:
    with pytest.raises(Refused, match="Choose one of the four"):
        outcome_from("approved")


@pytest.mark.parametrize("outcome", [Outcome.ELIGIBLE, Outcome.ELIGIBLE_WITH_CONDITIONS])
def test_going_on_against_the_rules_needs_role_and_reason(outcome: Outcome) -> None:
    lines = panel(Facts(at=AT))

    with pytest.raises(Refused, match="Ask the medical director") as refusal:
        check_override(outcome=outcome, lines=lines, may_override=False, override_reason="x" * 20)
    assert refusal.value.findings
    with pytest.raises(Refused, match="15 characters") as refusal:
        check_override(
            outcome=outcome, lines=lines, may_override=True, override_reason=f"{'x' * 14}   "
        )
    assert refusal.value.field == "override_reason"
    assert check_override(outcome=outcome, lines=lines, may_override=True, override_reason="x" * 15)


@pytest.mark.parametrize("outcome", [Outcome.HOLD, Outcome.NOT_ELIGIBLE])
def test_saying_no_needs_no_override(outcome: Outcome) -> None:
    lines = panel(Facts(at=AT))

    assert (
        check_override(outcome=outcome, lines=lines, may_override=False, override_reason="") == ()
    )
