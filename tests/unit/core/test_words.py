"""Times, ages and figures are written one way."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from serein.core.clinic_time import clock, days_ago
from serein.core.quantities import shown, spaced

NEW_YORK = ZoneInfo("America/New_York")


def test_a_time_has_two_digits_for_the_hour() -> None:
    assert clock(time(8, 5)) == "08:05"
    assert clock(datetime(2026, 3, 10, 12, 0, tzinfo=UTC), NEW_YORK) == "08:00"


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "today"), (0, "today"), (1, "1 day ago"), (5, "5 days ago")]
)
def test_an_age_is_said_in_days(days: int, words: str) -> None:
    assert days_ago(days) == words


@pytest.mark.parametrize(
    ("plain", "set_"),
    [
        ("Repeat in 3 to 5 min.", f"Repeat in 3 to {shown(5, 'min')}."),
        ("2 min 5 s", f"{shown(2, 'min')} {shown(5, 's')}"),
        ("1 mg/kg over 40 min", f"{shown(1, 'mg/kg')} over {shown(40, 'min')}"),
        ("180/110 mmHg", f"180/{shown(110, 'mmHg')}"),
        ("6 hours, 3 minutes, 2 sets", "6 hours, 3 minutes, 2 sets"),
    ],
)
def test_a_unit_stands_a_narrow_space_after_its_figure(plain: str, set_: str) -> None:
    assert spaced(plain) == set_
    assert spaced(set_) == set_
