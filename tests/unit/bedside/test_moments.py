"""HL7 times: which instant, and how we know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.moments import BadTime, OffsetFrom, offset_of, read_moment

FIRST, LAST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1990, 2090))
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("20260309080000-0400", datetime(2026, 3, 9, 12, 0, tzinfo=UTC), "second"),
        ("20260309080000.125-0400", datetime(2026, 3, 9, 12, 0, 0, 125000, UTC), "fraction"),
        ("20260309080000.1234567+0000", datetime(2026, 3, 9, 8, 0, 0, 123456, UTC), "fraction"),
        ("202603090800-0400", datetime(2026, 3, 9, 12, 0, tzinfo=UTC), "minute"),
        ("2026030908-0400", datetime(2026, 3, 9, 12, 0, tzinfo=UTC), "hour"),
        ("20161231235960+0000", datetime(2017, 1, 1, 0, 0, tzinfo=UTC), "second"),
        ("20260309240000+0000", datetime(2026, 3, 10, 0, 0, tzinfo=UTC), "second"),
        ("20260309000000+1400", datetime(2026, 3, 8, 10, 0, tzinfo=UTC), "second"),
    ],
)
def test_a_time_with_its_offset_names_an_instant(text: str, at: datetime, precision: str) -> None:
    read = read_moment(text)
    assert (read.at, read.precision, read.offset_from) == (at, precision, OffsetFrom.OWN)
    assert read.text == text


def test_minus_zero_means_utc_with_the_local_offset_unknown() -> None:
    read = read_moment("20260309120000-0000")
    assert read.at == datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
    assert read.offset_from is OffsetFrom.UTC_ONLY


def test_without_an_offset_the_message_comes_before_the_device_s_zone() -> None:
    five = timezone(timedelta(hours=-5))
    text = "20260309080000"
    both = read_moment(text, message_zone=five, device_zone=NEW_YORK)
    assert (both.at, both.offset_from) == (
        datetime(2026, 3, 9, 13, tzinfo=UTC),
        OffsetFrom.MESSAGE,
    )
    zone = read_moment(text, device_zone=NEW_YORK)
    assert (zone.at, zone.offset_from) == (
        datetime(2026, 3, 9, 12, tzinfo=UTC),
        OffsetFrom.DEVICE_ZONE,
    )
    none = read_moment(text)
    assert (none.at, none.offset_from) == (None, OffsetFrom.UNKNOWN)


@pytest.mark.parametrize("text", ["20261101013000", "20260308023000"])
def test_an_hour_shown_twice_or_never_is_marked(text: str) -> None:
    assert read_moment(text, device_zone=NEW_YORK).is_ambiguous
    assert not read_moment("20260309080000", device_zone=NEW_YORK).is_ambiguous


@pytest.mark.parametrize(
    ("text", "precision"), [("2026", "year"), ("198002", "month"), ("20260309", "day")]
)
def test_a_date_alone_is_no_instant_and_is_not_padded(text: str, precision: str) -> None:
    read = read_moment(text, device_zone=NEW_YORK)
    assert (read.at, read.precision, read.text) == (None, precision, text)


@pytest.mark.parametrize(
    "text",
    ["", "now", "٢٠٢٦", "20260230", "20261301", "202603092501", "20260309086100", "20260309080061",
     "20260309240001+0000", "20260309080000 -0400", "20260309080000+1500", "00000101"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadTime, match=r"^Send a"):
        read_moment(text)


def test_an_offset_is_borrowed_only_where_one_stands() -> None:
    assert offset_of("20260309080000-0400") == timezone(timedelta(hours=-4))
    assert offset_of("20260309080000") is None
    assert offset_of("nothing") is None


@given(st.datetimes(min_value=FIRST, max_value=LAST), st.integers(-12 * 60, 14 * 60))
@settings(max_examples=100)
def test_a_written_time_is_read_back(wall: datetime, minutes: int) -> None:
    local = wall.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    text = local.strftime("%Y%m%d%H%M%S.%f%z")
    assert read_moment(text).at == local


@given(st.text(max_size=30))
@settings(max_examples=100)
def test_any_text_is_a_time_or_is_refused(text: str) -> None:
    try:
        read = read_moment(text, device_zone=NEW_YORK)
    except BadTime:
        return
    assert read.text == text
