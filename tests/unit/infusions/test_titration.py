"""What may be typed at the pump: times and rates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from serein.core.errors import Refused
from serein.infusions.rules.titration import (
    check_rate,
    check_start_rate,
    check_time,
    settled_stop,
)

NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
ORDERED = Decimal("46.9")


@pytest.mark.parametrize("minutes", [-5, -1, 0, 2])
def test_a_time_near_now_is_taken(minutes: int) -> None:
    check_time(
        NOW + timedelta(minutes=minutes),
        at=NOW,
        not_before=NOW - timedelta(minutes=5),
        after_what="the start",
        zone=ZONE,
    )


@pytest.mark.parametrize(
    ("seconds", "words"), [(121, "Enter the time"), (-301, "Enter a time not before 10:55:00")]
)
def test_a_time_that_cannot_be_is_refused(seconds: int, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        check_time(
            NOW + timedelta(seconds=seconds),
            at=NOW,
            not_before=NOW - timedelta(minutes=5),
            after_what="the start",
            zone=ZONE,
        )
    assert caught.value.field == "occurred_at"


@pytest.mark.parametrize(("minutes", "settled"), [(-20, -5), (-3, -3), (9, 0)])
def test_a_stop_is_mended_and_never_refused(minutes: int, settled: int) -> None:
    found = settled_stop(
        NOW + timedelta(minutes=minutes), at=NOW, not_before=NOW - timedelta(minutes=5)
    )
    assert found == NOW + timedelta(minutes=settled)


@pytest.mark.parametrize("rate", ["469", "47", "0.05"])
def test_a_start_at_another_rate_is_refused(rate: str) -> None:
    with pytest.raises(Refused):
        check_start_rate(Decimal(rate), ordered_ml_per_h=ORDERED)


def test_a_start_below_the_order_is_allowed() -> None:
    check_start_rate(Decimal(30), ordered_ml_per_h=ORDERED)


RATES = [
    ("30", False, "", ""),
    ("46.9", False, "", ""),
    ("50", False, "", "Ask the prescriber"),
    ("50", True, "", "Enter the reason"),
    ("50", True, "slow to settle", ""),
    ("93.8", True, "slow to settle", "below 93.8"),
    ("469", True, "slow to settle", "below 93.8"),
    ("0", True, "", "at least 0.1"),
]


@pytest.mark.parametrize(("rate", "is_prescriber", "reason", "refusal"), RATES)
def test_who_may_set_which_rate(rate: str, is_prescriber: bool, reason: str, refusal: str) -> None:
    if not refusal:
        check_rate(
            Decimal(rate), ordered_ml_per_h=ORDERED, is_prescriber=is_prescriber, reason=reason
        )
        return
    with pytest.raises(Refused, match=refusal):
        check_rate(
            Decimal(rate), ordered_ml_per_h=ORDERED, is_prescriber=is_prescriber, reason=reason
        )
