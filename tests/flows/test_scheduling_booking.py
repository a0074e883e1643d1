"""Holding and booking one visit: never twice, never half, and against a rule only with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from serein.core.errors import NotFound, Refused
from serein.scheduling import actions, queries
from serein.scheduling.models import Appointment, ChairTick, PatientTick, ResourceTick
from serein.scheduling.rules import Kind
from serein.scheduling.states import AppointmentState
from tests.conftest import Personas, new_key
from tests.flows.scheduling_desk import TUESDAY, Desk, moment


@pytest.fixture
def desk(personas: Personas) -> Desk:
    return Desk.opened(personas)


def hold(desk: Desk, hour: int = 10, holder: str = "one", **more: object) -> Appointment:
    made: Appointment = desk.do(
        actions.hold, type_code="infusion", starts_at=moment(TUESDAY, hour), holder=holder, **more
    )
    return made


def book_held(desk: Desk, held: Appointment, holder: str = "one") -> Appointment:
    made: Appointment = desk.do(actions.book_held, appointment_id=held.pk, holder=holder)
    return made


@pytest.mark.django_db
class TestHolding:
    def test_a_held_time_is_taken_for_everybody_else(self, desk: Desk) -> None:
        hold(desk)
        assert "10:00" not in desk.starts(TUESDAY)
        with pytest.raises(Refused, match="is taken"):
            hold(desk, holder="two")
        with pytest.raises(Refused, match="is taken"):
            desk.book(moment(TUESDAY, 10))

    def test_at_exactly_its_age_a_hold_is_gone_and_somebody_else_books(self, desk: Desk) -> None:
        held = hold(desk)
        desk.now += timedelta(minutes=10)
        assert "10:00" in desk.starts(TUESDAY)
        made = desk.book(moment(TUESDAY, 10))
        held.refresh_from_db()
        assert held.state == AppointmentState.LAPSED
        assert not ChairTick.objects.filter(appointment=held).exists()
        with pytest.raises(Refused, match="is taken"):
            book_held(desk, held)
        assert made.state == AppointmentState.BOOKED
        assert desk.is_sound(TUESDAY)

    def test_a_hold_that_ran_out_still_books_while_nobody_took_the_time(self, desk: Desk) -> None:
        held = hold(desk)
        desk.now += timedelta(minutes=30)
        made = book_held(desk, held)
        assert (made.pk, made.state, made.held_until) == (held.pk, "booked", None)
        desk.now += timedelta(hours=1)
        with pytest.raises(Refused, match="is taken"):
            desk.book(moment(TUESDAY, 10))

    def test_holding_again_renews_and_another_time_gives_the_first_back(self, desk: Desk) -> None:
        held = hold(desk)
        desk.now += timedelta(minutes=8)
        assert hold(desk).pk == held.pk
        desk.now += timedelta(minutes=8)
        assert "10:00" not in desk.starts(TUESDAY)
        hold(desk, hour=13)
        assert "10:00" in desk.starts(TUESDAY)
        held.refresh_from_db()
        assert held.state == AppointmentState.LAPSED

    def test_only_the_holder_may_book_or_give_back(self, desk: Desk) -> None:
        held = hold(desk)
        with pytest.raises(Refused, match="not held for you"):
            book_held(desk, held, holder="two")
        with pytest.raises(Refused, match="not held for you"):
            desk.do(actions.let_go, appointment_id=held.pk, holder="two")
        desk.do(actions.let_go, appointment_id=held.pk, holder="one")
        assert ChairTick.objects.count() == 0

    def test_the_length_of_a_hold_is_a_setting(self, desk: Desk) -> None:
        desk.do(actions.set_book_settings, desk.people.dana, hold_minutes=3)
        held = hold(desk)
        assert held.held_until == desk.now + timedelta(minutes=3)
        with pytest.raises(Refused, match="Enter 1 to 120 minutes"):
            desk.do(actions.set_book_settings, desk.people.dana, hold_minutes=0)


@pytest.mark.django_db
class TestBookingOneVisit:
    def test_a_double_click_books_once(self, desk: Desk) -> None:
        key = new_key()
        first = desk.book(moment(TUESDAY, 10), key=key)
        second = desk.book(moment(TUESDAY, 10), key=key)
        assert first.pk == second.pk
        assert Appointment.objects.count() == 1

    def test_a_refused_booking_leaves_no_trace(self, desk: Desk) -> None:
        desk.book(moment(TUESDAY, 10))
        version = queries.book_version(desk.site_id, TUESDAY)
        with pytest.raises(Refused, match=r"Free that day: 12:15, 12:30 and 12:45"):
            desk.book(moment(TUESDAY, 11))
        assert queries.book_version(desk.site_id, TUESDAY) == version
        assert Appointment.objects.count() == 1

    def test_the_chair_is_chosen_inside_the_lock(self, personas: Personas) -> None:
        desk = Desk.opened(personas, chairs=2)
        first, second = (desk.book(moment(TUESDAY, 10)) for _ in range(2))
        assert {first.chair_id, second.chair_id} == set(desk.chairs)
        with pytest.raises(Refused, match="is taken"):
            desk.book(moment(TUESDAY, 10), units={Kind.CHAIR: desk.chairs[0]})

    def test_a_patient_is_never_in_two_places(self, personas: Personas) -> None:
        desk = Desk.opened(personas, chairs=2)
        jordan = desk.patient()
        desk.book(moment(TUESDAY, 10), patient_id=jordan)
        with pytest.raises(Refused, match=r"consultation.*is taken"):
            desk.book(moment(TUESDAY, 11), "consult", patient_id=jordan)
        desk.book(moment(TUESDAY, 12, 20), "consult", patient_id=jordan)
        assert desk.is_sound(TUESDAY)

    def test_a_consultation_takes_a_room_and_a_prescriber_but_no_chair(self, desk: Desk) -> None:
        desk.do(actions.add_resource, desk.people.dana, kind=Kind.ROOM, name="Room 1")
        priya = desk.do(actions.add_prescriber, desk.people.dana, staff_id=desk.people.priya.pk)
        made = desk.book(moment(TUESDAY, 10), "consult")
        assert (made.chair_id, made.prescriber_id) == (None, priya.pk)
        assert ResourceTick.objects.count() == 2 * 9
        assert queries.appointments_on(desk.site_id, TUESDAY) == ()
        visit = queries.visits_on(desk.site_id, TUESDAY, TUESDAY, desk.now)[0]
        assert [(unit.kind, unit.name) for unit in visit.units] == [
            (Kind.ROOM, "Room 1"),
            (Kind.PRESCRIBER, "Priya Raman"),
        ]
        with pytest.raises(Refused, match="is taken"):
            desk.book(moment(TUESDAY, 10, 30), "consult-long")

    def test_a_guest_is_named_later(self, desk: Desk) -> None:
        made = desk.book(moment(TUESDAY, 10), "consult")
        assert PatientTick.objects.count() == 0
        jordan = desk.patient()
        desk.do(actions.name_patient, appointment_id=made.pk, patient_id=jordan)
        assert PatientTick.objects.filter(patient_id=jordan).count() == 9
        assert desk.is_sound(TUESDAY)

    def test_what_another_site_offers_is_not_offered_here(self, desk: Desk) -> None:
        with pytest.raises(NotFound):
            desk.book(moment(TUESDAY, 10), "sleep-study")
        made = desk.book(moment(TUESDAY, 10))
        with pytest.raises(NotFound):
            desk.do(actions.confirm, desk.people.robin, appointment_id=made.pk)

    def test_the_database_refuses_a_device_twice(self, desk: Desk) -> None:
        desk.do(actions.add_resource, desk.people.dana, kind=Kind.PUMP, name="Pump 1")
        desk.book(moment(TUESDAY, 10))
        row = ResourceTick.objects.first()
        assert row is not None
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.django_db
class TestOverriding:
    def test_needs_a_role_and_is_kept_with_its_reason(self, desk: Desk) -> None:
        saturday = moment(date(2026, 3, 14), 10)
        with pytest.raises(Refused, match="not open"):
            desk.book(saturday)
        with pytest.raises(Refused, match="Ask a nurse"):
            desk.book(saturday, override_reason="Flies home on Sunday")
        made = desk.do(
            actions.book_visit, desk.people.dana, type_code="infusion", starts_at=saturday,
            guest_id=uuid4(), override_reason="Flies home on Sunday",
        )  # fmt: skip
        visit = queries.visit(desk.site_id, made.pk)
        assert (visit.override_reason, visit.overridden_by) == (
            "Flies home on Sunday",
            "Dana Whitfield",
        )
        assert queries.affected(desk.site_id, desk.now) == ()

    def test_never_gives_a_chair_twice(self, desk: Desk) -> None:
        desk.book(moment(TUESDAY, 10))
        with pytest.raises(Refused, match="is taken"):
            desk.do(
                actions.book_visit, desk.people.dana, type_code="infusion",
                starts_at=moment(TUESDAY, 11), guest_id=uuid4(), override_reason="Urgent",
            )  # fmt: skip

    def test_does_without_a_nurse_where_a_rule_wants_one(self, desk: Desk) -> None:
        desk.plan_staff(TUESDAY, nurses=0)
        with pytest.raises(Refused, match="is taken"):
            desk.book(moment(TUESDAY, 10))
        desk.do(
            actions.book_visit, desk.people.dana, type_code="infusion",
            starts_at=moment(TUESDAY, 10), guest_id=uuid4(), override_reason="I stay myself",
        )  # fmt: skip
        assert desk.is_sound(TUESDAY)
