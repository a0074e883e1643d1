"""When a message may leave, by which way, and when it is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serein.messaging.rules import (
    BACKOFF_MINUTES,
    Channel,
    ContactWay,
    Way,
    is_quiet,
    next_try_at,
    token_hash,
    ways_to,
)

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "quiet"),
    [
        ("00:00", True), ("07:59", True), ("08:00", False), ("12:00", False),
        ("20:59", False), ("21:00", True), ("23:59", True),
    ],
)  # fmt: skip
def test_quiet_hours_run_from_nine_in_the_evening_to_eight(wall: str, quiet: bool) -> None:
    at = datetime.fromisoformat(f"2026-03-09T{wall}").replace(tzinfo=NEW_YORK)
    assert is_quiet(at.astimezone(UTC), NEW_YORK) is quiet


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
def test_quiet_hours_follow_the_wall_clock_on_the_nights_the_clocks_change(day: str) -> None:
    before = datetime.fromisoformat(f"{day}T07:59").replace(tzinfo=NEW_YORK)
    after = datetime.fromisoformat(f"{day}T08:00").replace(tzinfo=NEW_YORK)
    assert is_quiet(before.astimezone(UTC), NEW_YORK)
    assert not is_quiet(after.astimezone(UTC), NEW_YORK)


def test_another_try_comes_after_5_15_and_60_minutes_and_then_no_more() -> None:
    late = NOON + timedelta(days=1)
    waits = [next_try_at(tries=n, at=NOON, not_after=late) for n in range(1, 5)]
    assert waits == [*(NOON + timedelta(minutes=m) for m in (5, 15, 60)), None]
    assert BACKOFF_MINUTES == (5, 15, 60)


@given(minutes=st.integers(0, 70), tries=st.integers(1, 6))
@settings(max_examples=60)
def test_no_try_is_planned_after_the_message_has_lost_its_use(minutes: int, tries: int) -> None:
    not_after = NOON + timedelta(minutes=minutes)
    again = next_try_at(tries=tries, at=NOON, not_after=not_after)
    assert again is None or NOON < again <= not_after


PHONE = ContactWay(Channel.SMS, "+12125550123", None)
MAIL = ContactWay(Channel.EMAIL, "jo@example.org", True)


def test_a_text_goes_before_an_e_mail() -> None:
    assert ways_to([MAIL, PHONE], unwanted=()) == (
        Way(Channel.SMS, "+12125550123"),
        Way(Channel.EMAIL, "jo@example.org"),
    )


def test_a_number_at_which_no_message_may_be_left_is_not_used() -> None:
    home = ContactWay(Channel.SMS, "+12125550199", False)
    assert ways_to([home, PHONE], unwanted=()) == (Way(Channel.SMS, "+12125550123"),)
    assert ways_to([home], unwanted=()) == ()


def test_a_stopped_channel_is_not_used() -> None:
    assert ways_to([PHONE, MAIL], unwanted={Channel.SMS}) == (Way(Channel.EMAIL, "jo@example.org"),)
    assert ways_to([PHONE, MAIL], unwanted={Channel.SMS, Channel.EMAIL}) == ()


def test_a_number_with_an_extension_takes_no_texts() -> None:
    assert ways_to([ContactWay(Channel.SMS, "+12125550123;ext=4", True)], unwanted=()) == ()


def test_only_a_hash_of_a_secret_is_kept() -> None:
    assert len(token_hash("abc")) == 64
    assert "abc" not in token_hash("abc")
