"""After a hard session with no word for a day, the name appears with what to do about it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from serein.assessments import actions as assessments
from serein.infusions import actions as infusions
from tests.flows.infusion_steps import Clinic, booked

if TYPE_CHECKING:
    from collections.abc import Callable

    from serein.accounts.models import Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(personas: Any) -> Clinic:
    """Jordan's first infusion was given, with severe nausea, and Jordan went home."""
    made = booked(personas)
    visit = made.running()
    made.wait(20)
    made.do(
        infusions.record_side_effect,
        made.people.sam,
        session_id=visit.pk,
        code="nausea",
        severity=3,
        onset_at=made.now,
    )
    made.wait(20)
    made.recovered(visit)
    return made


@pytest.fixture
def listed(
    clinic: Clinic, sign_in: Callable[[Staff], Client], time_machine: Any
) -> Callable[..., str]:
    def open_list(who: Staff, after: timedelta) -> str:
        time_machine.move_to(clinic.now + after, tick=False)
        answer = sign_in(who).get("/drifting/")
        assert answer.status_code == 200
        return unescape(answer.content.decode())

    return open_list


def test_a_day_later_the_name_stands_there_with_two_things_to_do(
    clinic: Clinic, listed: Callable[..., str]
) -> None:
    therapist = clinic.people.theo
    assert "Infusion 1 was hard" not in listed(therapist, timedelta(hours=12))
    shown = listed(therapist, timedelta(hours=25))
    assert "Jordan Reyes" in shown
    assert "Infusion 1 was hard (nausea, severe) and nothing was heard since." in shown
    assert "Call and ask how the days since were." in shown
    assert "Offer to talk with the prescriber before the next infusion." in shown
    assert "1 of 6 infusions given" in shown


def test_the_front_desk_is_told_to_have_a_nurse_call_and_not_why(
    clinic: Clinic, listed: Callable[..., str]
) -> None:
    shown = listed(clinic.people.morgan, timedelta(hours=25))
    assert "Jordan Reyes" in shown
    assert "There is something a clinician should ask about." in shown
    assert "nausea" not in shown


def test_a_score_since_the_session_takes_the_reason_away(
    clinic: Clinic, listed: Callable[..., str]
) -> None:
    clinic.now += timedelta(hours=20)
    clinic.do(
        assessments.record_response,
        clinic.people.sam,
        patient_id=clinic.patient_id,
        instrument_code="phq9",
        answers=dict.fromkeys(range(1, 10), 0),
        occurred_at=clinic.now,
        respondent="patient",
    )
    assert "Infusion 1 was hard" not in listed(clinic.people.theo, timedelta(hours=6))


def test_no_name_of_another_site_stands_there(clinic: Clinic, listed: Callable[..., str]) -> None:
    assert "Jordan" not in listed(clinic.people.robin, timedelta(hours=25))


def test_it_is_reached_from_the_first_page(
    clinic: Clinic, sign_in: Callable[[Staff], Client], listed: Callable[..., str]
) -> None:
    client = sign_in(clinic.people.theo)
    assert 'href="/drifting/"' in client.get("/today/").content.decode()
    client.get("/drifting/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/drifting/")
    assert len(asked) <= 25
