from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from serein.fhir.rules.times import TimeUnclear, day_from, when_from


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2025-01-02", date(2025, 1, 2)),
        ("2025-01-02T10:00:00Z", datetime(2025, 1, 2, 10, tzinfo=UTC)),
        ("2025-01-02T10:00:00.722+00:00", datetime(2025, 1, 2, 10, tzinfo=UTC)),
        ("2025-01-02T23:30:00-05:00", datetime(2025, 1, 3, 4, 30, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_times(text: str, when: datetime | date) -> None:
    assert when_from(text) == when


@pytest.mark.parametrize(
    "text",
    [
        "", "2025", "2025-01", "2025-13-01", "2025-02-30", "02.01.2025", "2025-1-2",
        "2025-01-02T10:00", "2025-01-02T10:00:00", "2025-01-02T24:00:00Z", "2025-01-02T10:61:00Z",
        "2025-01-02T10:00:61Z", "2025-01-02T10:00:00+99:00", "0000-01-01", "２０２５-01-02", "now",
        "0001-01-01T00:00:00+14:00",
    ],
)  # fmt: skip
def test_what_says_too_little_or_cannot_be(text: str) -> None:
    with pytest.raises(TimeUnclear):
        when_from(text)


def test_a_day_is_never_filled_up() -> None:
    assert day_from("1984-02-29") == date(1984, 2, 29)
    with pytest.raises(TimeUnclear, match="1984 is not a full date"):
        day_from("1984")
    with pytest.raises(TimeUnclear):
        day_from("1984-02")
