"""Booking, moving and cancelling visits, and setting the hours, through the pages."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.urls import reverse

from serein.plans import queries as plan_queries
from serein.scheduling import queries
from serein.scheduling.models import Appointment
from serein.scheduling.rules import tick_of
from tests.conftest import Personas
from tests.flows.test_book_series import (
    book,
    enrol,
    moment,
    open_clinic,
    signed_plan,
    tuesdays_and_thursdays,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client


@pytest.fixture
def chairs(personas: Personas) -> tuple[UUID, ...]:
    return open_clinic(personas)


@pytest.fixture
def plan_id(personas: Personas, chairs: tuple[UUID, ...]) -> UUID:
    return signed_plan(personas, enrol(personas))


@pytest.mark.django_db
class TestThePages:
    @pytest.fixture
    def morgan(self, personas: Personas, sign_in: Callable[..., Client], clock: object) -> Client:
        return sign_in(personas.morgan)

    def test_from_proposals_to_a_booked_series(
        self, morgan: Client, plan_id: UUID, personas: Personas
    ) -> None:
        patient_id = plan_queries.plan_fact(plan_id).patient_id
        url = reverse("plans:book", args=[patient_id, plan_id])
        page = morgan.get(url, {"first": "2026-03-10", "at_time": "10:00"}).content.decode()
        assert "6 visits of 140 minutes (the first 200)" in page
        offers = re.findall(r"offer=([0-9,]+)", page)
        assert len(offers) >= 3
        confirm = morgan.get(url, {"offer": offers[0]}).content.decode()
        assert "Book all of them" in confirm
        booked = morgan.post(url, {"offer": offers[0]}, follow=True)
        assert "6 visits booked." in booked.content.decode()
        assert len(queries.standing_of_series(plan_id)) == 6

    def test_the_loser_of_a_race_is_told_and_offered_what_is_left(
        self, morgan: Client, plan_id: UUID, personas: Personas
    ) -> None:
        patient_id = plan_queries.plan_fact(plan_id).patient_id
        url = reverse("plans:book", args=[patient_id, plan_id])
        mine = ",".join(str(tick_of(at)) for at in tuesdays_and_thursdays())
        for name in ("Ada", "Bo"):
            other = signed_plan(personas, enrol(personas, name))
            book(personas, other, tuesdays_and_thursdays(8))
        answer = morgan.post(url, {"offer": mine})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "infusion 1, Tuesday 10 March at 10:00, is taken. Free that day:" in page
        assert "What is free now" in page
        assert f'value="{mine}"' in page

    @pytest.mark.parametrize("offer", ["", "abc", "1,2", "５９０００００", "5900000;", "9" * 300])
    def test_a_mangled_choice_books_nothing(
        self, morgan: Client, plan_id: UUID, offer: str
    ) -> None:
        patient_id = plan_queries.plan_fact(plan_id).patient_id
        answer = morgan.post(reverse("plans:book", args=[patient_id, plan_id]), {"offer": offer})
        assert answer.status_code == 422
        assert Appointment.objects.count() == 0

    def test_three_a_week_says_why_not_and_what_fits(
        self, morgan: Client, personas: Personas, chairs: tuple[UUID, ...]
    ) -> None:
        patient_id = enrol(personas, "Ada")
        url = reverse("plans:book", args=[patient_id, signed_plan(personas, patient_id, "A")])
        page = morgan.get(url).content.decode()
        assert "Three infusions in each of two weeks in a row do not fit the opening hours" in page
        assert "These keep every gap and come closest" in page
        offer = re.findall(r"offer=([0-9,]+)", page)[0]
        assert morgan.post(url, {"offer": offer}).status_code == 302

    def test_moving_and_cancelling_one_visit(
        self, morgan: Client, plan_id: UUID, personas: Personas
    ) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        patient_id = plan_queries.plan_fact(plan_id).patient_id
        third = queries.appointments_of_series(plan_id)[2]
        move = reverse("scheduling:move", args=[patient_id, third.appointment_id])
        page = morgan.get(move).content.decode()
        assert "Monday 16 March" in page
        assert "Wednesday 18 March" not in page
        wrong = morgan.post(move, {"starts_at": "soon", "reason": "Works on Tuesdays"})
        assert wrong.status_code == 422
        assert "Works on Tuesdays" in wrong.content.decode()
        monday = tick_of(moment(date(2026, 3, 16), 9))
        moved = morgan.post(move, {"starts_at": monday}, follow=True).content.decode()
        assert "Infusion 3 moved to Monday 16 March at 09:00." in moved
        now = queries.appointments_of_series(plan_id)[2]
        cancel = reverse("scheduling:cancel", args=[patient_id, now.appointment_id])
        assert morgan.post(cancel, {"reason": ""}).status_code == 422
        assert morgan.post(cancel, {"reason": "Travelling"}).status_code == 302
        other = enrol(personas, "Ada")
        foreign = reverse("scheduling:move", args=[other, now.appointment_id])
        assert morgan.get(foreign).status_code == 404

    def test_hours_closures_and_chairs(
        self, morgan: Client, plan_id: UUID, personas: Personas
    ) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        page = morgan.get(reverse("scheduling:hours")).content.decode()
        assert "Open Monday to Thursday 08:00–16:30 and every other Friday 08:00–16:30." in page
        assert "The next open Fridays are 13 March, 27 March and 10 April." in page
        close = reverse("scheduling:close")
        for sent, message in (
            ({"day": "2026-02-30", "reason": "Snow"}, "Choose a date that exists"),
            ({"day": "3/10/2026", "reason": "Snow"}, "Enter the date as year-month-day"),
            ({"day": "2026-03-08", "reason": "Snow"}, "Choose today or a later date"),
            ({"day": "2026-03-10", "reason": ""}, "Enter reason"),
        ):
            answer = morgan.post(close, sent)
            assert answer.status_code == 422
            assert message in answer.content.decode()
        morgan.post(close, {"day": "2026-03-10", "reason": "Snow"})
        page = morgan.get(reverse("scheduling:hours")).content.decode()
        assert "Booked while closed" in page
        assert "Jordan Reyes, Tuesday 10 March at 10:00" in page
        friday = reverse("scheduling:weekday", args=[4])
        sent = {"cycle": "2", "start_time": "16:00", "end_time": "9:00", "from_date": "2026-04-01"}
        answer = morgan.post(friday, sent | {"anchor_date": "2026-04-02"})
        assert answer.status_code == 422
        assert "Choose a closing time after the opening time" in answer.content.decode()
        assert morgan.get(reverse("scheduling:weekday", args=[7])).status_code == 404
        chair = queries.chairs_of(personas.morgan.site_id)[0]
        retire = reverse("scheduling:retire_chair", args=[chair.chair_id])
        assert "Move the visits booked in Chair 1 first" in morgan.post(retire).content.decode()

    def test_a_visit_is_held_in_place_and_the_rest_is_searched_again(
        self, morgan: Client, plan_id: UUID
    ) -> None:
        patient_id = plan_queries.plan_fact(plan_id).patient_id
        url = reverse("plans:book", args=[patient_id, plan_id])
        page = morgan.get(url, {"first": "2026-03-10"}).content.decode()
        assert re.search(r"[0-9,]+ sets of days allow the whole series", page)
        assert "The soonest complete series." in page
        wanted = tick_of(moment(date(2026, 3, 18), 13))
        held = morgan.get(url, {"first": "2026-03-10", "pin": f"3:{wanted}"}).content.decode()
        offers = re.findall(r"offer=([0-9,]+)", held)
        assert offers
        assert all(offer.split(",")[2] == str(wanted) for offer in offers)
        assert "Infusion 3 stays on Wed 18 March, 13:00" in held
        entered = {"pin_number": "2", "pin_day": "2026-03-13", "pin_time": ""}
        both = morgan.get(url, {"first": "2026-03-10", "pin": f"3:{wanted}", **entered})
        assert "Infusion 2 stays on Fri 13 March" in both.content.decode()

    def test_what_cannot_be_held_is_named(self, morgan: Client, plan_id: UUID) -> None:
        patient_id = plan_queries.plan_fact(plan_id).patient_id
        url = reverse("plans:book", args=[patient_id, plan_id])
        page = morgan.get(url, {"pin": ["1:2026-03-10", "2:2026-03-11"]}).content.decode()
        assert "The visits that are held in place leave no way to keep the gaps." in page
        mangled = morgan.get(url, {"pin": ["x", "99:2026-03-10", "1:2026-02-31"]})
        assert mangled.status_code == 200
        assert "held)" not in mangled.content.decode()

    def test_wishes_rank_and_never_forbid(self, morgan: Client, plan_id: UUID) -> None:
        patient_id = plan_queries.plan_fact(plan_id).patient_id
        url = reverse("plans:book", args=[patient_id, plan_id])
        wishes = {"at_time": "13:00", "weekdays": ["1", "3"], "same_chair": "on"}
        page = morgan.get(url, wishes).content.decode()
        assert "Tuesday and Thursday at 13:00" in page
        assert "Closest to the wishes" in page

    def test_the_patients_copy_comes_with_a_calendar_file(
        self, morgan: Client, plan_id: UUID, personas: Personas
    ) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        patient_id = plan_queries.plan_fact(plan_id).patient_id
        answer = morgan.get(reverse("plans:calendar", args=[patient_id, plan_id]))
        assert answer["Content-Type"].startswith("text/calendar")
        written = answer.content.decode()
        assert written.count("BEGIN:VEVENT") == 6
        assert "etamine" not in written
        assert "Reyes" not in written
