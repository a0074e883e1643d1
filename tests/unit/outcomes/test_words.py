"""The sentence on top says exactly what the numbers say."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serein.outcomes import rules
from serein.outcomes.presenters import csv_of, headline, rows_of
from serein.outcomes.presenters.words import primary_form, relapse_of, relapse_shown, rules_shown
from tests.unit.outcomes.courses import course, reading

ZONE = ZoneInfo("America/New_York")


def test_a_fall_beyond_measurement_error() -> None:
    found = course(
        reading(-1, 52), reading(10, 45), reading(17, 40), reading(24, 38), reading(32, 34),
        at_day=36,
    )  # fmt: skip

    assert headline(found) == (
        "PCL-5 (past week) fell 18 points since baseline, from 52 to 34: more than measurement "
        "error (PCL5_RCI_15). 5 of 5 expected scores received."
    )


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        ([(-1, 52), (10, 43)], "fell 9 points since baseline, from 52 to 43: within measurement"),
        ([(-1, 40), (10, 56)], "rose 16 points since baseline, from 40 to 56: more than"),
        ([(-1, 40), (10, 41)], "rose 1 point since baseline, from 40 to 41: within"),
        ([(-1, 40), (10, 40)], "is unchanged since baseline, at 40: within"),
        ([(-1, 40)], "at baseline is 40; there is no score since the first infusion."),
        ([(10, 40)], "so change cannot be judged; the latest is 40."),
        ([], "There is no PCL-5 (past week) score yet."),
    ],
)
def test_each_way_a_course_can_stand(scores: list[tuple[int, int]], says: str) -> None:
    assert says in headline(course(*(reading(*score) for score in scores)))


def test_missing_answers_are_said_and_not_judged() -> None:
    found = course(reading(-1, 52), reading(10, "30.5", prorated=True))

    assert "from 52 to 30.5: answers are missing, so reliable change is not judged." in headline(
        found
    )


def test_recall_that_overlaps_is_said() -> None:
    assert "the two overlap in recall" in headline(course(reading(-1, 52), reading(3, 30)))


def test_the_past_month_stands_in_only_where_there_is_no_past_week() -> None:
    month = course(reading(-9, 55, "pcl5-month"), reading(40, 30, "pcl5-month"))
    both = course(reading(-9, 55, "pcl5-month"), reading(-1, 52))

    assert primary_form(month) == rules.PCL5_MONTH
    assert headline(month).startswith("PCL-5 (past month) fell 25 points")
    assert primary_form(both) == rules.PCL5_WEEK


def test_before_anything_is_expected_the_sentence_says_so() -> None:
    found = course(reading(-20, 52), given=0, at_day=-19)

    assert headline(found).endswith("No score is expected so far.")


def test_relapse_names_its_rules_and_its_day() -> None:
    found = relapse_shown(
        relapse_of(course(reading(-1, 50), reading(17, 20), reading(31.5, 45), at_day=32))
    )

    assert found.word == "Yes"
    assert found.id == "RELAPSE_LOST_30, RELAPSE_10_31"
    assert "on day 14 after the last induction infusion" in found.because


def test_every_rule_of_a_form_is_shown_with_definition_and_source() -> None:
    found = rules_shown(course(reading(-1, 52), reading(10, 30)), rules.PCL5_WEEK)

    assert [item.id for item in found] == [
        "PCL5_RCI_15",
        "PCL5_RCI_18",
        "PCL5_MEANINGFUL_10",
        "PCT_30",
        "PCT_50",
        "PCL5_CSC_28",
    ]
    assert all(item.definition and item.source for item in found)


def test_the_table_holds_infusions_scores_and_what_is_missing() -> None:
    found = course(
        reading(-1, 52, clusters={"b": 12, "c": 4, "d": 18, "e": 18}), reading(10, 34), at_day=60
    )
    rows = rows_of(found, zone=ZONE)

    assert sum(row.is_infusion for row in rows) == 6
    assert [row.value for row in rows if row.what == "PCL-5 (past week)"] == ["52", "34"]
    assert rows[0].note == "course baseline"
    assert rows[0].cluster_words == "B 12 · C 4 · D 18 · E 18"
    assert any(row.is_missing and row.value == "" for row in rows)
    assert [row.at for row in rows] == sorted(row.at for row in rows)


def test_the_file_holds_the_same_rows_as_the_table() -> None:
    rows = rows_of(course(reading(-1, 52), reading(10, None)), zone=ZONE)
    lines = csv_of(rows).splitlines()

    assert len(lines) == len(rows) + 1
    assert lines[0].startswith("day,date,what,value,unit,cluster_b")
    unscored = [line for line in lines if "too many answers missing" in line]
    assert len(unscored) == 1
    assert ",PCL-5 (past week),,points," in unscored[0]


def test_a_table_without_anything_is_empty() -> None:
    assert rows_of(course(given=0, planned=0), zone=ZONE) == ()


def numbers_in(sentence: str) -> list[int]:
    plain = re.sub(r"PCL-5|PCL5_\w+", "", sentence)
    return [int(found) for found in re.findall(r"\d+", plain)]


@settings(max_examples=60)
@given(
    st.integers(0, 80),
    st.lists(st.tuples(st.integers(1, 80), st.integers(0, 80)), min_size=1, max_size=9),
)
def test_the_numbers_of_the_sentence_are_those_of_the_data(
    start: int, later: list[tuple[int, int]]
) -> None:
    later = sorted(dict(later).items())
    found = course(reading(-1, start), *(reading(day, total) for day, total in later), at_day=90)
    now = later[-1][1]
    count = rules.received_of(found.due, rules.PCL5_WEEK)

    expected = [now] if now == start else [abs(start - now), start, now]
    assert numbers_in(headline(found)) == [*expected, count.received, count.expected]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 80), st.none() | st.integers(1, 80)), max_size=9))
def test_a_missing_total_is_never_written_as_zero(later: list[tuple[int, int | None]]) -> None:
    found = course(reading(-1, 50), *(reading(day, total) for day, total in dict(later).items()))

    for row in rows_of(found, zone=ZONE):
        assert row.value != "0"
        if row.note.startswith("too many answers missing"):
            assert row.value == row.change == row.reliable == ""
