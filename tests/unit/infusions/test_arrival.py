"""What is said of an entry's way from the tablet to the record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.infusions.rules.arrival import MAX_AHEAD, Arrival, Envelope, arrival_words, now_of

AT = datetime(2026, 3, 10, 14, 21, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def words(entered: timedelta, *, offset_ms: int | None, is_known: bool = True) -> str:
    """An entry that was made so long before its arrival, on a tablet with such an offset."""
    made = AT - entered - timedelta(milliseconds=offset_ms or 0) if is_known else None
    return arrival_words(Arrival(made, offset_ms, AT), UTC)


@pytest.mark.parametrize(
    ("entered", "offset_ms", "said"),
    [
        (timedelta(seconds=2), 0, ""),
        (timedelta(seconds=59), 29_999, ""),
        (18 * MINUTE, 0, "entered 14:03, arrived 14:21"),
        (timedelta(), -660_000, "clock 11\u202fmin fast"),
        (timedelta(), 45_000, "clock 45\u202fs slow"),
        (timedelta(), -3 * 3_600_000, "clock 3\u202fh fast"),
        (18 * MINUTE, -660_000, "entered 14:03, arrived 14:21, clock 11\u202fmin fast"),
        (timedelta(), None, "clock not measured"),
    ],
)
def test_lateness_and_skew_are_said(entered: timedelta, offset_ms: int | None, said: str) -> None:
    assert words(entered, offset_ms=offset_ms) == said


def test_a_page_without_scripts_has_nothing_to_say() -> None:
    assert words(timedelta(), offset_ms=None, is_known=False) == ""


@given(ahead_ms=st.integers(-100_000_000, 100_000_000), offset_ms=st.integers(-(10**9), 10**9))
def test_now_is_never_after_the_arrival_and_never_invented(ahead_ms: int, offset_ms: int) -> None:
    pressed_at = AT + timedelta(milliseconds=ahead_ms)
    found = now_of(Envelope(pressed_at=pressed_at, offset_ms=offset_ms), received_at=AT)
    assert found in (pressed_at, AT)
    assert found <= AT
    if timedelta() <= AT - pressed_at:
        assert found == pressed_at
    if pressed_at > AT + MAX_AHEAD:
        assert found == AT


def test_without_an_envelope_now_is_the_arrival() -> None:
    assert now_of(Envelope(), received_at=AT) == AT
