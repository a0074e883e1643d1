"""What a patient reads on each page of a personal link."""

from __future__ import annotations

import pytest

from serein.assessments.rules import instrument
from serein.portal.presenters import check_page, question_page, start_page

PCL5 = instrument("pcl5-month")
SCREEN = instrument("pc-ptsd-5")


@pytest.mark.parametrize(
    ("step", "progress"),
    [
        (1, "Question 1 of 20, about 5 minutes"),
        (7, "Question 7 of 20, about 4 minutes"),
        (20, "Question 20 of 20, about 1 minute"),
    ],
)
def test_how_far_and_how_long(step: int, progress: str) -> None:
    page = question_page(instrument=PCL5, step=step, answers={})
    assert page.progress == progress
    assert (page.done, page.count, page.previous) == (step - 1, 20, step - 1)
    assert page.text == PCL5.items[step - 1].text


def test_the_first_visit_and_the_next() -> None:
    first = start_page(instrument=PCL5, answers={}, called="Jo")
    assert (first.greeting, first.length) == ("Hello Jo", "20 questions, about 5 minutes.")
    assert (first.begun, first.button, first.step) == ("", "Start", 1)
    again = start_page(instrument=PCL5, answers={1: 2, 2: None, 4: 0}, called="Jo")
    assert again.begun == "Welcome back. Your answers so far are kept: 3 of 20."
    assert (again.length, again.button, again.step) == (
        "17 questions left, about 5 minutes.",
        "Go on",
        3,
    )


def test_all_answered_leads_to_the_check() -> None:
    answers: dict[int, int | None] = dict.fromkeys(range(1, 21), 1)
    assert start_page(instrument=PCL5, answers=answers, called="Jo").step == 0


def test_the_gate_comes_with_its_examples_and_ends_the_list() -> None:
    page = question_page(instrument=SCREEN, step=1, answers={})
    assert page.gate is not None
    assert page.stem == ""
    assert len(page.gate.examples) == 6
    assert question_page(instrument=SCREEN, step=2, answers={}).gate is None
    assert len(check_page(instrument=SCREEN, answers={0: 0}).lines) == 1
    assert len(check_page(instrument=SCREEN, answers={0: 1}).lines) == 6


def test_blank_and_not_reached_are_told_apart_and_both_said() -> None:
    answers: dict[int, int | None] = dict.fromkeys(range(1, 19), 1)
    page = check_page(instrument=PCL5, answers={**answers, 19: None})
    assert [line.answer for line in page.lines[-3:]] == [
        "A little bit",
        "Left blank",
        "Not answered yet",
    ]
    assert page.blank.startswith("2 questions are blank. A blank question counts as missing")
    assert question_page(instrument=PCL5, step=19, answers={19: None}).was_blank
    assert check_page(instrument=PCL5, answers=dict.fromkeys(range(1, 21), 0)).blank == ""
