"""Change rules at their edges: ties, forms that differ, missing answers, a baseline of zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.outcomes.rules import (
    CHANGE_RULES,
    Holds,
    Reading,
    baseline_of,
    definitions,
    judge,
    overlapping_recall,
    percent_fall,
    reliable_change,
    remission,
    response,
)

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def reading(
    total: str | int | None, *, day: float = 0, form: str = "pcl5-week", prorated: bool = False
) -> Reading:
    value = None if total is None else Decimal(total)
    return Reading(form, START + timedelta(days=day), value, prorated)


def says(rule: str, before: Reading, after: Reading) -> str:
    return CHANGE_RULES[rule](baseline=before, current=after).holds


@pytest.mark.parametrize(
    ("rule", "baseline", "score", "expected"),
    [
        ("PCL5_MEANINGFUL_10", 52, 42, "yes"),
        ("PCL5_MEANINGFUL_10", 52, 43, "no"),
        ("PCL5_MEANINGFUL_10", 42, 52, "no"),
        ("PCL5_RCI_15", 52, 37, "yes"),
        ("PCL5_RCI_15", 52, 38, "no"),
        ("PCL5_RCI_15", 40, 55, "yes"),
        ("PCL5_RCI_18", 52, 34, "yes"),
        ("PCL5_RCI_18", 52, 35, "no"),
        ("PCL5_CSC_28", 43, 28, "yes"),
        ("PCL5_CSC_28", 44, 29, "no"),
        ("PCL5_CSC_28", 42, 28, "no"),
        ("PCL5_CSC_28", 10, 28, "no"),
        ("PCT_30", 50, 35, "yes"),
        ("PCT_30", 50, 36, "no"),
        ("PCT_30", 71, 50, "no"),  # 29.58 %, displayed as 30 by rounding
        ("PCT_50", 51, 26, "no"),
        ("PCT_50", 52, 26, "yes"),
    ],
)
def test_pcl5_rules_at_their_edges(rule: str, baseline: int, score: int, expected: str) -> None:
    assert says(rule, reading(baseline), reading(score, day=14)) == expected


@pytest.mark.parametrize(
    ("rule", "baseline", "score", "expected"),
    [
        ("PHQ9_RESP", 18, 9, "yes"),
        ("PHQ9_RESP", 17, 9, "no"),
        ("PHQ9_REM", 18, 4, "yes"),
        ("PHQ9_REM", 18, 5, "no"),
        ("PHQ9_REM", 4, 2, "undefined"),
    ],
)
def test_phq9_rules_at_their_edges(rule: str, baseline: int, score: int, expected: str) -> None:
    before, after = reading(baseline, form="phq9"), reading(score, day=14, form="phq9")

    assert says(rule, before, after) == expected


def test_past_week_and_past_month_are_never_compared() -> None:
    result = reliable_change(
        baseline=reading(52, form="pcl5-month"), current=reading(20, day=14, form="pcl5-week")
    )

    assert result.holds is Holds.UNDEFINED
    assert "different forms" in result.because


def test_a_prorated_total_is_kept_out_of_reliable_change_only() -> None:
    before, after = reading(60), reading("30.5", day=14, prorated=True)

    assert says("PCL5_RCI_15", before, after) == "undefined"
    assert says("PCL5_CSC_28", before, after) == "undefined"
    assert says("PCT_30", before, after) == "yes"


def test_nothing_is_a_percentage_of_zero() -> None:
    assert says("PCT_30", reading(0), reading(0, day=7)) == "undefined"
    assert percent_fall(Decimal(0), Decimal(4)) is None


def test_a_score_before_or_at_the_baseline_is_no_change() -> None:
    assert says("PCL5_RCI_15", reading(52), reading(20)) == "undefined"


def test_a_percentage_is_cut_so_that_it_never_reads_as_a_tie() -> None:
    assert percent_fall(Decimal(71), Decimal(50)) == Decimal("29.5")


def test_a_result_names_its_rule_inputs_and_source() -> None:
    result = response(baseline=reading(52), current=reading(34, day=14))

    assert result.rule_id == "PCT_30"
    assert result.inputs == (("baseline", "52"), ("score", "34"))
    assert result.source == definitions()["PCT_30"].source
    assert result.because == "Fell 18 (34.6%), from 52 to 34."


def test_each_form_has_its_own_response_and_remission() -> None:
    week = {"baseline": reading(50), "current": reading(25, day=9)}
    phq9 = {"baseline": reading(18, form="phq9"), "current": reading(4, day=9, form="phq9")}
    gad7 = {"baseline": reading(14, form="gad7"), "current": reading(4, day=9, form="gad7")}

    assert [r.rule_id for r in (response(**week), remission(**week))] == ["PCT_30", "PCL5_CSC_28"]
    assert [r.rule_id for r in (response(**phq9), remission(**phq9))] == ["PHQ9_RESP", "PHQ9_REM"]
    assert remission(**gad7).holds is Holds.UNDEFINED


def test_the_baseline_is_the_last_score_of_the_form_before_the_first_infusion() -> None:
    readings = [
        reading(60, day=-20),
        reading(55, day=-1),
        reading(None, day=-0.5),
        reading(30, day=1),
        reading(50, day=-0.2, form="pcl5-month"),
    ]

    found = baseline_of(readings, form="pcl5-week", first_infusion_at=START)

    assert found is readings[1]
    assert baseline_of(readings, form="gad7", first_infusion_at=START) is None


def test_a_score_at_the_start_of_the_first_infusion_is_no_baseline() -> None:
    assert baseline_of([reading(40)], form="pcl5-week", first_infusion_at=START) is None


@pytest.mark.parametrize(("days", "overlaps"), [(6.99, True), (7, False), (8, False)])
def test_two_past_week_scores_closer_than_a_week_overlap(days: float, overlaps: bool) -> None:
    assert overlapping_recall(reading(50), reading(40, day=days)) is overlaps


totals = st.one_of(st.none(), st.integers(0, 80).map(Decimal))


@given(totals, totals)
def test_missing_never_counts_as_zero(before: Decimal | None, after: Decimal | None) -> None:
    first = Reading("pcl5-week", START, before)
    second = Reading("pcl5-week", START + timedelta(days=9), after)

    for result in judge(baseline=first, current=second):
        if before is None or after is None:
            assert result.holds is Holds.UNDEFINED
            assert result.fall is None


@given(st.integers(0, 80), st.integers(0, 80))
def test_the_stricter_rule_implies_the_milder(before: int, after: int) -> None:
    first, second = reading(before), reading(after, day=9)

    for strict, mild in (
        ("PCL5_RCI_18", "PCL5_RCI_15"),
        ("PCL5_CSC_28", "PCL5_RCI_15"),
        ("PCT_50", "PCT_30"),
    ):
        if says(strict, first, second) == "yes":
            assert says(mild, first, second) == "yes"


@given(st.integers(1, 80), st.integers(0, 80))
def test_the_percentage_shown_never_contradicts_the_rule(before: int, after: int) -> None:
    shown = percent_fall(Decimal(before), Decimal(after))

    assert shown is not None
    holds = says("PCT_30", reading(before), reading(after, day=9))
    assert (shown >= 30) is (holds == "yes")
