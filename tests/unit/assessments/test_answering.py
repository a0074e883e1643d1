"""Personal links and the follow-up question: what counts as what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from serein.assessments.rules import (
    RESPONDENT_WORDS,
    SAFE_NOW_WORDS,
    Respondent,
    SafeNow,
    cut_off_for,
    expiry_fault,
    instrument,
    link_is_open,
    needs_someone_now,
    token_hash,
)
from serein.assessments.states import (
    INVITATION,
    RESPONSE,
    InvitationMove,
    InvitationState,
    ResponseMove,
    ResponseState,
)
from serein.core.errors import MoveNotAllowed
from tests.conftest import MONDAY_9

WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("state", "after", "expected"),
    [
        ("open", timedelta(0), True),
        ("open", WEEK - timedelta(microseconds=1), True),
        ("open", WEEK, False),
        ("used", timedelta(0), False),
        ("withdrawn", timedelta(0), False),
    ],
)
def test_a_link_is_open_until_its_end(state: str, after: timedelta, expected: bool) -> None:
    at = MONDAY_9 + after
    assert link_is_open(state=state, expires_at=MONDAY_9 + WEEK, at=at) is expected


@pytest.mark.parametrize(
    ("ahead", "says"),
    [
        (timedelta(0), "Choose an end that is still ahead."),
        (timedelta(seconds=1), None),
        (timedelta(days=30), None),
        (timedelta(days=30, seconds=1), "Choose an end within 30 days."),
    ],
)
def test_when_a_link_may_end(ahead: timedelta, says: str | None) -> None:
    assert expiry_fault(expires_at=MONDAY_9 + ahead, at=MONDAY_9) == says


def test_only_yes_is_safe() -> None:
    assert [answer for answer in SafeNow if not needs_someone_now(answer)] == [SafeNow.YES]


def test_every_word_has_its_words() -> None:
    assert set(RESPONDENT_WORDS) == set(Respondent)
    assert set(SAFE_NOW_WORDS) == set(SafeNow)


def test_the_hash_is_that_of_the_secret_alone() -> None:
    assert token_hash("a") == token_hash("a") != token_hash("b")
    assert len(token_hash("a")) == 64


@pytest.mark.parametrize(
    ("code", "sex", "expected"),
    [
        ("pc-ptsd-5", "male", 4),
        ("pc-ptsd-5", "female", 3),
        ("pc-ptsd-5", "unknown", 3),
        ("pcl5-month", "female", 33),
        ("phq9", "unknown", 10),
        ("pcl5-week", "male", None),
    ],
)
def test_the_cut_off_by_recorded_sex(code: str, sex: str, expected: int | None) -> None:
    found = cut_off_for(instrument=instrument(code), sex=sex)
    assert (found.at_least if found else None) == expected


def test_a_sent_form_is_not_sent_again() -> None:
    assert RESPONSE.after(ResponseState.OPEN, ResponseMove.SEND) is ResponseState.SENT
    with pytest.raises(MoveNotAllowed):
        RESPONSE.after(ResponseState.SENT, ResponseMove.SEND)
    assert RESPONSE.moves_from(ResponseState.IN_ERROR) == ()


def test_a_withdrawn_link_stays_so() -> None:
    assert INVITATION.moves_from(InvitationState.WITHDRAWN) == ()
    assert INVITATION.moves_from(InvitationState.REPLACED) == ()
    with pytest.raises(MoveNotAllowed):
        INVITATION.after(InvitationState.USED, InvitationMove.USE)
