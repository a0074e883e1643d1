from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from serein.core.findings import Weight
from serein.intake import rules
from serein.intake.rules import SAFETY_QUESTIONS, Outcome

TODAY = date(2026, 3, 12)
ALL_FINE = {
    "heart": "no",
    "psychosis": "no",
    "pregnancy": "no",
    "substances": "no",
    "escort": "yes",
}


def test_five_questions_are_asked() -> None:
    assert len(SAFETY_QUESTIONS) == 5


def test_answers_without_concern_give_no_findings() -> None:
    assert rules.answer_findings(ALL_FINE) == ()


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("heart", "yes"),
        ("psychosis", "yes"),
        ("pregnancy", "yes"),
        ("substances", "yes"),
        ("escort", "no"),
    ],
)
def test_a_concern_is_for_a_clinician_to_review(code: str, answer: str) -> None:
    (found,) = rules.answer_findings({**ALL_FINE, code: answer})
    assert (found.code, found.weight) == (code, Weight.NEEDS_REVIEW)
    assert found.source


@pytest.mark.parametrize("answer", ["", "rather_not"])
def test_silence_is_not_no(answer: str) -> None:
    (found,) = rules.answer_findings({**ALL_FINE, "pregnancy": answer})
    assert (found.code, found.weight) == ("pregnancy-unknown", Weight.TO_NOTE)


def test_unknown_codes_and_answers_are_named() -> None:
    assert rules.unknown_answers(ALL_FINE) == ()
    assert rules.unknown_answers({"heart": "maybe", "liver": "yes"}) == ("heart", "liver")


@pytest.mark.parametrize(
    ("reason", "on", "codes"),
    [
        ("Moves away until summer", TODAY + timedelta(days=90), []),
        ("", TODAY + timedelta(days=1), ["reason-missing"]),
        (" \n", None, ["reason-missing", "date-missing"]),
        ("Wait", TODAY, ["date-past"]),
        ("Wait", TODAY - timedelta(days=1), ["date-past"]),
        ("Wait", TODAY + timedelta(days=731), ["date-far"]),
    ],
)
def test_not_now_needs_a_reason_and_a_date(reason: str, on: date | None, codes: list[str]) -> None:
    found = rules.not_now_findings(reason=reason, ask_again_on=on, today=TODAY)
    assert [finding.code for finding in found] == codes


@pytest.mark.parametrize(
    ("born", "codes"),
    [
        (None, []),
        (date(1984, 2, 29), []),
        (TODAY, []),
        (TODAY + timedelta(days=1), ["birth-ahead"]),
        (date(1899, 1, 1), ["birth-far"]),
    ],
)
def test_birth_dates_must_be_possible(born: date | None, codes: list[str]) -> None:
    found = rules.birth_date_findings(birth_date=born, today=TODAY)
    assert [finding.code for finding in found] == codes


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Jordan Reyes", ("Jordan", "Reyes")),
        ("Ana María  Núñez", ("Ana María", "Núñez")),
        ("Cher", ("Cher", "")),
        ("", ("", "")),
        ("Siobhan O'Brien", ("Siobhan", "O'Brien")),
    ],
)
def test_a_name_is_split_as_a_suggestion(name: str, parts: tuple[str, str]) -> None:
    assert rules.split_name(name) == parts


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        (Outcome.SPOKE, True),
        (Outcome.LEFT_MESSAGE, True),
        (Outcome.WROTE, True),
        (Outcome.NO_ANSWER, False),
        (Outcome.WRONG_NUMBER, False),
    ],
)
def test_only_a_word_left_counts_as_contact(outcome: Outcome, counts: bool) -> None:
    assert rules.counts_as_contact(outcome) is counts


def test_danger_sorts_before_everything() -> None:
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    danger = rules.queue_place(is_danger=True, is_due=False, state="new", submitted_at=new)
    due = rules.queue_place(is_danger=False, is_due=True, state="not_now", submitted_at=old)
    fresh = rules.queue_place(is_danger=False, is_due=False, state="new", submitted_at=old)
    known = rules.queue_place(is_danger=False, is_due=False, state="contacted", submitted_at=old)
    assert sorted([known, fresh, due, danger]) == [danger, due, fresh, known]


def test_a_call_for_help_is_allowed_more_often() -> None:
    assert not rules.too_many(sent=7, is_danger=False)
    assert rules.too_many(sent=8, is_danger=False)
    assert not rules.too_many(sent=8, is_danger=True)
    assert rules.too_many(sent=60, is_danger=True)
