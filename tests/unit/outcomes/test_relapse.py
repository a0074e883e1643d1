"""Relapse: a response that is lost, counted from the last induction infusion."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from serein.outcomes.rules import Holds, Reading, Relapse, relapse

FIRST = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
LAST = FIRST + timedelta(days=21)


def reading(day: float, total: int | None, *, prorated: bool = False) -> Reading:
    value = None if total is None else Decimal(total)
    return Reading("pcl5-week", FIRST + timedelta(days=day), value, prorated)


BASELINE = reading(-1, 50)


def found(*after: Reading, ended_at: datetime | None = LAST) -> Relapse:
    return relapse(readings=(BASELINE, *after), baseline=BASELINE, induction_ended_at=ended_at)


@pytest.mark.parametrize(
    ("scores", "rules"),
    [
        ([(20, 30), (28, 35)], ()),  # exactly 30 % below is still a response
        ([(20, 30), (28, 36)], ("RELAPSE_LOST_30",)),
        ([(20, 20), (28, 30)], ()),  # 10 worse than the best, but below 31
        ([(20, 20), (28, 31)], ("RELAPSE_10_31",)),
        ([(20, 22), (28, 31)], ()),  # 9 worse
        ([(20, 20), (28, 40)], ("RELAPSE_LOST_30", "RELAPSE_10_31")),
    ],
)
def test_each_rule_at_its_edge(scores: list[tuple[int, int]], rules: tuple[str, ...]) -> None:
    result = found(*(reading(day, total) for day, total in scores))

    assert result.rule_ids == rules
    assert result.holds is (Holds.YES if rules else Holds.NO)


def test_the_clock_starts_at_the_last_induction_infusion() -> None:
    result = found(reading(20, 20), reading(21 + 27.5, 45))

    assert result.days == 27
    assert result.best == Decimal(20)
    assert result.score == Decimal(45)


def test_a_rise_during_the_induction_is_no_relapse() -> None:
    result = found(reading(7, 20), reading(14, 48), reading(28, 22))

    assert result.holds is Holds.NO


def test_without_a_response_there_is_nothing_to_lose() -> None:
    result = found(reading(20, 44), reading(28, 55))

    assert result.holds is Holds.NO
    assert "none to lose" in result.because


def test_the_first_relapse_is_kept_and_the_latest_score_says_whether_it_stands() -> None:
    result = found(reading(20, 20), reading(28, 45), reading(35, 21))

    assert result.days == 7
    assert result.stands is False
    assert result.because.endswith("The newest score no longer says so.")
    again = found(reading(20, 20), reading(28, 45), reading(35, 44))
    assert again.stands is True
    assert again.because.endswith("The newest score still says so.")


def test_a_single_score_is_to_be_repeated() -> None:
    assert found(reading(20, 20), reading(28, 45)).because.endswith("within 7 days to confirm.")


def test_only_complete_scores_count() -> None:
    result = found(reading(20, 20), reading(28, 60, prorated=True), reading(35, None))

    assert result.holds is Holds.UNDEFINED


@pytest.mark.parametrize(
    ("baseline", "ended_at"),
    [(None, LAST), (reading(-1, 50, prorated=True), LAST), (BASELINE, None)],
)
def test_it_is_not_judged_without_a_complete_baseline_or_before_the_end(
    baseline: Reading | None, ended_at: datetime | None
) -> None:
    result = relapse(
        readings=(reading(20, 20), reading(28, 60)), baseline=baseline, induction_ended_at=ended_at
    )

    assert result.holds is Holds.UNDEFINED


def test_the_past_month_form_is_judged_by_itself_and_other_forms_never() -> None:
    phq9 = Reading("phq9", FIRST, Decimal(18))

    result = relapse(readings=(), baseline=phq9, induction_ended_at=LAST)

    assert result.holds is Holds.UNDEFINED
