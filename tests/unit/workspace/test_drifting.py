from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.workspace.rules.drifting import Drift, Series, reasons

LAST = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WELL = Series(
    given=1,
    left=5,
    max_gap_days=7,
    last_at=LAST,
    next_at=LAST + 2 * DAY,
    is_unconfirmed=False,
    worst=0,
    worst_words="",
    heard_at=None,
    overdue=(),
)
HARD = replace(WELL, worst=3, worst_words="nausea, severe")


def why(series: Series, after: timedelta = DAY) -> list[Drift]:
    return [reason.drift for reason in reasons(series, at=LAST + after)]


def test_who_is_on_the_way_is_not_named() -> None:
    assert why(WELL) == []


def test_a_hard_first_session_without_a_word_for_a_day_brings_two_things_to_do() -> None:
    assert why(HARD, timedelta(hours=23)) == []
    (reason,) = reasons(HARD, at=LAST + timedelta(hours=24))
    assert reason.drift is Drift.HARD_SESSION
    assert "Infusion 1 was hard (nausea, severe)" in reason.because
    assert len(reason.do) == 2


def test_a_score_since_then_is_a_word() -> None:
    assert why(replace(HARD, heard_at=LAST + DAY), 2 * DAY) == []


def test_a_mild_side_effect_makes_no_hard_session() -> None:
    assert why(replace(HARD, worst=1)) == []


@pytest.mark.parametrize(
    ("next_after", "expected"),
    [(None, [Drift.NOTHING_BOOKED]), (8 * DAY, [Drift.LONG_GAP]), (7 * DAY, [])],
)
def test_a_gap_is_judged_by_the_plan(next_after: timedelta | None, expected: list[Drift]) -> None:
    next_at = None if next_after is None else LAST + next_after
    assert why(replace(WELL, next_at=next_at)) == expected


def test_a_series_that_was_given_in_full_has_no_gap() -> None:
    assert why(replace(WELL, left=0, next_at=None)) == []


@given(
    worst=st.integers(0, 3),
    hours=st.integers(0, 24 * 30),
    left=st.integers(0, 6),
    is_unconfirmed=st.booleans(),
    overdue=st.sampled_from([(), ("PCL-5, past week",)]),
)
def test_each_reason_stands_once_with_something_to_do(
    worst: int, hours: int, left: int, is_unconfirmed: bool, overdue: tuple[str, ...]
) -> None:
    series = replace(
        HARD, worst=worst, left=left, is_unconfirmed=is_unconfirmed, overdue=overdue, next_at=None
    )
    found = reasons(series, at=LAST + timedelta(hours=hours))
    drifts = [reason.drift for reason in found]
    assert drifts == sorted(set(drifts), key=list(Drift).index)
    assert all(reason.because and reason.do for reason in found)
