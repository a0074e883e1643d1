"""A flag to act on that nobody answers calls nurses, then prescribers, then everybody."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from serein.audit import actions as audit
from serein.audit.queries import LookingFact
from serein.monitoring import actions as monitoring
from serein.monitoring import queries
from serein.monitoring.rules import Answer
from tests.conftest import new_key
from tests.flows.infusion_steps import Clinic, booked

if TYPE_CHECKING:
    from collections.abc import Callable

    from serein.accounts.models import Staff
    from serein.infusions.models import InfusionSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(personas: Any) -> Clinic:
    return booked(personas)


@pytest.fixture
def visit(clinic: Clinic) -> InfusionSession:
    """Ten minutes in, with a saturation of 86 % that was just charted."""
    made = clinic.running()
    clinic.wait(10)
    clinic.vitals(made, spo2_percent=86)
    return made


@pytest.fixture
def heard(
    clinic: Clinic, sign_in: Callable[[Staff], Client], time_machine: Any
) -> Callable[..., str]:
    """Open the strip as somebody, so many seconds after the flag."""

    def open_strip(who: Staff, seconds: int, at: str = "") -> str:
        time_machine.move_to(clinic.now + timedelta(seconds=seconds), tick=False)
        answer = sign_in(who).get("/calls/", {"at": at} if at else {})
        assert answer.status_code == 200
        return unescape(answer.content.decode()).strip()

    return open_strip


def test_nurses_are_called_after_half_a_minute(
    clinic: Clinic, visit: InfusionSession, heard: Callable[..., str]
) -> None:
    assert heard(clinic.people.noor, 29) == ""
    strip = heard(clinic.people.noor, 31)
    assert visit.chair_name in strip
    assert "86" in strip
    assert f"/sessions/{visit.pk}/" in strip
    assert "called: nurses." in strip


def test_the_prescriber_is_called_after_a_minute_and_a_half(
    clinic: Clinic, visit: InfusionSession, heard: Callable[..., str]
) -> None:
    assert heard(clinic.people.priya, 89) == ""
    assert "called: nurses, prescribers." in heard(clinic.people.priya, 91)


def test_the_front_desk_is_told_whom_to_send_and_no_value(
    clinic: Clinic, visit: InfusionSession, heard: Callable[..., str]
) -> None:
    assert heard(clinic.people.morgan, 179) == ""
    strip = heard(clinic.people.morgan, 181)
    assert f"{visit.chair_name}: send a nurse now" in strip
    assert "86" not in strip
    assert str(visit.pk) not in strip


def test_an_answer_by_name_ends_the_call(
    clinic: Clinic, visit: InfusionSession, heard: Callable[..., str]
) -> None:
    assert heard(clinic.people.noor, 40)
    for flag in queries.standing_flags(visit.site_id):
        clinic.do(
            monitoring.acknowledge_flag,
            clinic.people.sam,
            flag_id=flag.flag_id,
            action_code=Answer.OXYGEN.value,
        )
    assert heard(clinic.people.noor, 60) == ""


def test_a_condition_that_is_over_calls_nobody(
    clinic: Clinic, visit: InfusionSession, heard: Callable[..., str]
) -> None:
    clinic.wait(1)
    clinic.vitals(visit, spo2_percent=97)
    assert heard(clinic.people.noor, 120) == ""


def test_the_chair_on_screen_shows_its_flags_itself(
    clinic: Clinic, visit: InfusionSession, heard: Callable[..., str]
) -> None:
    assert heard(clinic.people.noor, 40, at=f"session-{visit.pk}") == ""


def test_nothing_crosses_to_another_site(
    clinic: Clinic, visit: InfusionSession, heard: Callable[..., str]
) -> None:
    assert heard(clinic.people.robin, 600) == ""


def test_who_is_alone_is_told_to_call_out(
    clinic: Clinic, visit: InfusionSession, heard: Callable[..., str]
) -> None:
    assert "Nobody else has a chair on screen: call out." in heard(clinic.people.noor, 40)
    sam = clinic.people.sam
    seen = LookingFact(new_key(), visit.site_id, sam.pk, sam.name, f"session-{visit.pk}")
    audit.note_looking([seen], at=clinic.now + timedelta(seconds=50))
    assert "call out" not in heard(clinic.people.noor, 55)
