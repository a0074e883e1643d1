"""The protocols say what the clinic's reference says, and a faulty file does not load."""

from __future__ import annotations

from decimal import Decimal

import pytest

from serein.plans.rules import PROTOCOLS, FaultyProtocol, load_protocols
from serein.plans.rules.protocols import CONTENT


@pytest.mark.parametrize(
    ("code", "infusions", "per_week", "span_days"),
    [("A", 6, 3, 14), ("B", 8, 2, 28), ("C", 6, 2, 21)],
)
def test_a_b_and_c(code: str, infusions: int, per_week: int, span_days: int) -> None:
    protocol = PROTOCOLS[code]
    assert (protocol.infusions, protocol.per_week, protocol.span_days) == (
        infusions,
        per_week,
        span_days,
    )
    assert (protocol.mg_per_kg, protocol.minutes) == (Decimal("0.5"), 40)
    assert (protocol.min_gap_hours, protocol.max_gap_days) == (44, 7)
    assert protocol.sources


def test_only_a_asks_for_monday_wednesday_friday_of_two_whole_weeks() -> None:
    assert PROTOCOLS["A"].weekdays == frozenset({0, 2, 4})
    assert PROTOCOLS["A"].calendar_weeks == 2
    assert PROTOCOLS["B"].weekdays is None
    assert PROTOCOLS["C"].calendar_weeks is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('mg_per_kg = "0.5"', 'mg_per_kg = "5"', "mg/kg"),
        ("infusions = 6", "infusions = 0", "infusions"),
        ("minutes = 40", "minutes = 400", "minutes"),
        ("min_gap_hours = 44", "min_gap_hours = 200", "gaps"),
        ("weekdays = [0, 2, 4]", "weekdays = [0, 2, 7]", "weekdays"),
        ('code = "B"', 'code = "A"', "two of this code"),
        ("span_days = 14", "", "missing"),
    ],
)
def test_a_faulty_file_names_the_protocol_and_the_fault(old: str, new: str, message: str) -> None:
    text = CONTENT.read_text(encoding="utf-8").replace(old, new, 1)
    with pytest.raises(FaultyProtocol, match=message):
        load_protocols(text)
