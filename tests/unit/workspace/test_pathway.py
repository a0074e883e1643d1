from __future__ import annotations

import pytest

from serein.workspace.rules.pathway import Decision, Known, Stage, standing_of

BOTH = frozenset({"pcl5-month", "phq9"})


def known(**changed: object) -> Known:
    facts: dict[str, object] = {
        "scored": frozenset(),
        "decision": Decision.NONE,
        "has_consent": False,
        "has_signed_plan": False,
        "infusions": 6,
        "booked": 0,
        "done": 0,
        "is_finished": False,
    }
    return Known(**{**facts, **changed})  # type: ignore[arg-type]


READY: dict[str, object] = {
    "scored": BOTH,
    "decision": Decision.GOES_ON,
    "has_consent": True,
    "has_signed_plan": True,
}


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({}, Stage.ASSESS),
        ({"scored": BOTH}, Stage.DECIDE),
        ({"scored": BOTH, "decision": Decision.WAITS}, Stage.DECIDE),
        ({"scored": BOTH, "decision": Decision.ENDS}, Stage.NOT_GOING_ON),
        ({"scored": BOTH, "decision": Decision.GOES_ON}, Stage.CONSENT),
        ({**READY, "has_signed_plan": False}, Stage.PLAN),
        ({**READY}, Stage.BOOK),
        ({**READY, "booked": 5}, Stage.BOOK),
        ({**READY, "booked": 6}, Stage.INFUSE),
        ({**READY, "booked": 5, "done": 1}, Stage.INFUSE),
        ({**READY, "has_consent": False, "booked": 3, "done": 3}, Stage.INFUSE),
        ({**READY, "has_consent": False, "done": 6, "is_finished": True}, Stage.FOLLOW),
    ],
)
def test_the_stage_in_hand_is_the_first_that_is_not_complete(
    facts: dict[str, object], stage: Stage
) -> None:
    assert standing_of(known(**facts)).now is stage


def test_the_stages_behind_are_listed_in_order() -> None:
    assert standing_of(known(**READY)).behind == (
        Stage.ASSESS,
        Stage.DECIDE,
        Stage.CONSENT,
        Stage.PLAN,
    )
