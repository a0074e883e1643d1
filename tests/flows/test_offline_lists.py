"""Both checklists sent by a tablet that was without the server: their minutes are kept, judged anew."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from serein.infusions import queries
from tests.conftest import Personas
from tests.flows.infusion_steps import booked
from tests.flows.offline_steps import QUEUE, Chairside, Tablet

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from serein.accounts.models import Staff

pytestmark = pytest.mark.django_db

GOES_HOME = {
    **{f"aldrete_{item}": "2" for item in (
        "activity", "respiration", "circulation", "consciousness", "oxygen",
    )},
    **dict.fromkeys((
        "back_to_usual", "fluids_tolerated", "gait_steady", "oriented", "safety_reviewed", "iv_out",
        "escort_present", "instructions_given", "no_driving_acknowledged",
    ), "yes"),
    "nausea": "0", "escort_name": "Alex Reyes", "contact_date": "2026-03-11",
    "contact_clock": "10:00",
}  # fmt: skip


@pytest.fixture
def chair(personas: Personas, clock: Any, sign_in: Callable[[Staff], Client]) -> Chairside:
    return Chairside(booked(personas), clock, sign_in)


@pytest.fixture
def tablet(chair: Chairside) -> Tablet:
    return Tablet(chair, chair.clinic.people.sam)


class TestBothChecklists:
    def test_an_answer_before_the_start_keeps_its_minute(
        self, personas: Personas, clock: Any, sign_in: Callable[[Staff], Client]
    ) -> None:
        clinic = booked(personas)
        visit = clinic.check_in()
        asked = reverse("infusions:answer", args=[clinic.patient_id, visit.pk, "fasting"])
        entry = {
            "key_field": str(uuid.uuid4()), "value": "yes", "pressed_at": clinic.now.isoformat(),
        }  # fmt: skip
        clinic.wait(18)
        clock.move_to(clinic.now)
        answer = sign_in(personas.sam).post(asked, entry, headers=QUEUE)
        assert answer.json() == {"words": ["Answer saved."]}
        kept = queries.latest_answers(visit.pk)["fasting"]
        assert clinic.now - kept.at == timedelta(minutes=18)
        assert [stamp.kind for stamp in queries.stamps_of(visit.pk)] == ["answer"]

    def test_a_discharge_is_judged_for_the_minute_in_which_the_patient_left(
        self, chair: Chairside, tablet: Tablet
    ) -> None:
        chair.clinic.wait(40)
        chair.clinic.recovered(chair.visit)
        entry = tablet.writes(**GOES_HOME)
        chair.clinic.wait(25)
        assert tablet.sends("discharge", entry).status_code == 200
        kept = queries.session(chair.visit.site_id, chair.visit.pk).discharge
        assert kept is not None
        assert chair.clinic.now - kept.at == timedelta(minutes=25)

    def test_what_the_tablet_could_not_know_is_refused_on_arrival_in_words(
        self, chair: Chairside, tablet: Tablet
    ) -> None:
        """Kept too early by its own clock: the server's rules have the last word."""
        chair.clinic.wait(40)
        chair.clinic.stop(chair.visit)
        entry = tablet.writes(**GOES_HOME)
        chair.clinic.wait(90)
        answer = tablet.sends("discharge", entry)
        assert answer.status_code == 422
        assert "not met" in " ".join(answer.json()["words"])
        assert queries.session(chair.visit.site_id, chair.visit.pk).state == "recovering"

    def test_leaving_against_advice_is_taken_with_its_minute(
        self, chair: Chairside, tablet: Tablet
    ) -> None:
        chair.clinic.wait(40)
        chair.clinic.stop(chair.visit)
        chair.clinic.wait(5)
        entry = tablet.writes(reason="Wants to go home.", iv_out="on")
        chair.clinic.wait(30)
        assert tablet.sends("leave", entry).status_code == 200
        kept = queries.session(chair.visit.site_id, chair.visit.pk).discharge
        assert kept is not None
        assert chair.clinic.now - kept.at == timedelta(minutes=30)
