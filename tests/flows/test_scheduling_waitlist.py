"""A freed time goes to one of those who wait: asked in order, first come first served, nothing broken."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.urls import reverse

from serein.core.errors import Refused
from serein.messaging import queries as messages
from serein.messaging.rules import Kind as MessageKind
from serein.scheduling import actions, queries
from serein.scheduling.models import Appointment
from serein.scheduling.states import OfferState
from tests.conftest import Personas
from tests.flows.pages import Person
from tests.flows.scheduling_desk import TUESDAY, Desk, moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from serein.accounts.models import Staff

WEDNESDAY = TUESDAY + timedelta(days=1)
GAP = moment(WEDNESDAY, 10)


@pytest.fixture
def desk(personas: Personas) -> Desk:
    return Desk.opened(personas)


def join(desk: Desk, patient_id: UUID, **more: Any) -> UUID:
    facts = {
        "type_code": "infusion", "first_date": TUESDAY, "last_date": date(2026, 3, 31),
    }  # fmt: skip
    made: UUID = desk.do(actions.join_waitlist, patient_id=patient_id, **(facts | more)).pk
    return made


def offered(desk: Desk) -> list[UUID]:
    return [one.entry_id for one in sorted(queries.offers_of(desk.site_id), key=lambda o: o.rank)]


@pytest.mark.django_db
class TestOffering:
    def test_asks_by_priority_and_then_by_how_long_they_waited(self, desk: Desk) -> None:
        first = join(desk, desk.patient("Ada"))
        desk.now += timedelta(minutes=1)
        second = join(desk, desk.patient("Bo"))
        urgent = join(desk, desk.patient("Cy"), priority=2)
        desk.do(actions.offer_gap, starts_at=GAP)
        assert offered(desk) == [urgent, first, second]
        with pytest.raises(Refused, match="suits nobody"):
            desk.do(actions.offer_gap, starts_at=GAP)

    def test_asks_those_first_who_use_more_of_the_gap_or_lost_an_offer_before(
        self, desk: Desk
    ) -> None:
        """Cy lost a time to Ed and is still there; the visit of Di is the longest."""
        bo, cy, ed = (join(desk, desk.patient(name)) for name in ("Bo", "Cy", "Ed"))
        desk.do(actions.offer_gap, starts_at=GAP)
        won = next(one for one in queries.offers_of(desk.site_id) if one.entry_id == ed)
        desk.do(actions.accept_offer, offer_id=won.offer_id)
        desk.do(actions.leave_waitlist, entry_id=bo)
        desk.now += timedelta(minutes=1)
        ada = join(desk, desk.patient("Ada"))
        desk.now += timedelta(minutes=1)
        bo = join(desk, desk.patient("Bo again"))
        di = join(desk, desk.patient("Di"), type_code="first")
        desk.do(actions.offer_gap, starts_at=moment(WEDNESDAY, 13))
        assert offered(desk) == [di, cy, ada, bo]

    def test_asks_only_those_whom_it_suits(self, desk: Desk) -> None:
        join(desk, desk.patient("Ada"), weekdays=[0, 1])
        join(desk, desk.patient("Bo"), until_time=time(9))
        join(desk, desk.patient("Cy"), notice_hours=50)
        join(desk, desk.patient("Di"), first_date=date(2026, 3, 20))
        busy = desk.patient("Ed")
        desk.book(moment(WEDNESDAY, 11), "consult", patient_id=busy)
        join(desk, busy)
        with pytest.raises(Refused, match="suits nobody"):
            desk.do(actions.offer_gap, starts_at=GAP)
        wanted = join(desk, desk.patient("Flo"), weekdays=[2], from_time=time(9))
        desk.do(actions.offer_gap, starts_at=GAP)
        assert offered(desk) == [wanted]

    def test_asks_more_people_the_less_time_is_left(self, desk: Desk) -> None:
        for number in range(8):
            join(desk, desk.patient(f"P{number}"), notice_hours=0)
        desk.do(actions.offer_gap, starts_at=moment(date(2026, 3, 16), 10))
        assert len(offered(desk)) == 3
        desk.do(actions.offer_gap, starts_at=moment(TUESDAY, 13))
        assert len(offered(desk)) == 3 + 6

    def test_tells_each_of_them_until_when(self, desk: Desk) -> None:
        join(desk, desk.patient())
        made = desk.do(actions.offer_gap, starts_at=GAP)
        assert made.expires_at == desk.now + timedelta(minutes=30)
        assert len(messages.messages_about(made.pk, 0, MessageKind.OFFER)) == 1

    def test_never_offers_a_move_that_breaks_a_series(self, desk: Desk) -> None:
        jordan = desk.patient()
        series_id = desk.series(jordan)
        third = next(fact for fact in queries.standing_of_series(series_id) if fact.number == 3)
        join(desk, jordan, visit_id=third.visit_id)
        with pytest.raises(Refused, match="suits nobody"):
            desk.do(actions.offer_gap, starts_at=moment(date(2026, 3, 13), 10))
        made = desk.do(actions.offer_gap, starts_at=moment(date(2026, 3, 16), 10))
        desk.do(actions.accept_offer, offer_id=made.pk)
        moved = queries.visit_standing(desk.site_id, third.visit_id)
        assert moved is not None
        assert moved.starts_at == moment(date(2026, 3, 16), 10)
        assert "09:00" in desk.starts(third.local_date)


@pytest.mark.django_db
class TestAnswering:
    def test_the_first_to_accept_gets_it_and_the_others_hear_that_it_is_taken(
        self, desk: Desk
    ) -> None:
        for name in ("Ada", "Bo", "Cy"):
            join(desk, desk.patient(name))
        desk.do(actions.offer_gap, starts_at=GAP)
        first, second, third = sorted(queries.offers_of(desk.site_id), key=lambda o: o.rank)
        won = desk.do(actions.accept_offer, offer_id=second.offer_id)
        assert (won.state, won.made.starts_at) == (OfferState.ACCEPTED, GAP)
        late = desk.do(actions.accept_offer, offer_id=first.offer_id)
        assert late.state == OfferState.TAKEN
        assert queries.offers_of(desk.site_id) == ()
        assert Appointment.objects.filter(starts_at=GAP).count() == 1
        assert {one.entry_id for one in queries.waiting_list(desk.site_id)} == {
            first.entry_id,
            third.entry_id,
        }

    def test_a_time_booked_at_the_desk_meanwhile_is_taken_and_the_old_one_stands(
        self, desk: Desk
    ) -> None:
        jordan = desk.patient()
        old = desk.book(moment(date(2026, 3, 17), 10), patient_id=jordan)
        join(desk, jordan, visit_id=old.visit_id)
        made = desk.do(actions.offer_gap, starts_at=GAP)
        desk.book(GAP)
        assert desk.do(actions.accept_offer, offer_id=made.pk).state == OfferState.TAKEN
        standing = queries.visit_standing(desk.site_id, old.visit_id)
        assert standing is not None
        assert standing.appointment_id == old.pk
        assert desk.is_sound(old.local_date)

    def test_an_offer_runs_out_and_the_next_are_asked(self, desk: Desk) -> None:
        for number in range(8):
            join(desk, desk.patient(f"P{number}"), notice_hours=0)
        made = desk.do(actions.offer_gap, starts_at=GAP)
        desk.now = made.expires_at
        with pytest.raises(Refused, match="has run out"):
            desk.do(actions.accept_offer, offer_id=made.pk)
        next_made = desk.do(actions.offer_gap, starts_at=GAP)
        assert next_made.entry_id not in {
            one.entry_id for one in queries.offers_of(desk.site_id) if one.batch_id == made.batch_id
        }

    def test_declining_keeps_the_place_and_leaving_gives_it_up(self, desk: Desk) -> None:
        entry = join(desk, desk.patient())
        with pytest.raises(Refused, match="wait for such a visit already"):
            join(desk, queries.waiting_list(desk.site_id)[0].patient_id)
        made = desk.do(actions.offer_gap, starts_at=GAP)
        desk.do(actions.decline_offer, offer_id=made.pk)
        assert len(queries.waiting_list(desk.site_id)) == 1
        desk.do(actions.leave_waitlist, entry_id=entry)
        assert queries.waiting_list(desk.site_id) == ()

    def test_an_offer_is_answered_once(self, desk: Desk) -> None:
        join(desk, desk.patient())
        made = desk.do(actions.offer_gap, starts_at=GAP)
        desk.do(actions.decline_offer, offer_id=made.pk)
        with pytest.raises(Refused):
            desk.do(actions.accept_offer, offer_id=made.pk)
        assert Appointment.objects.filter(starts_at=GAP).count() == 0
        other = desk.do(actions.offer_gap, starts_at=moment(WEDNESDAY, 13))
        desk.do(actions.accept_offer, offer_id=other.pk)
        with pytest.raises(Refused):
            desk.do(actions.accept_offer, offer_id=other.pk)
        assert Appointment.objects.filter(starts_at=moment(WEDNESDAY, 13)).count() == 1

    def test_a_series_booked_after_the_offer_keeps_its_gaps(self, desk: Desk) -> None:
        jordan = desk.patient()
        join(desk, jordan)
        made = desk.do(actions.offer_gap, starts_at=GAP)
        desk.book(moment(date(2026, 3, 12), 9), patient_id=jordan)
        assert desk.do(actions.accept_offer, offer_id=made.pk).state == OfferState.TAKEN
        assert len(queries.visits_of_patient(jordan)) == 1


@pytest.mark.django_db
class TestTheGapsOfASeries:
    def test_one_more_infusion_is_not_offered_too_close_to_those_on_the_book(
        self, desk: Desk
    ) -> None:
        jordan = desk.patient()
        desk.series(jordan)
        join(desk, jordan)
        taken = {fact.local_date for fact in queries.visits_of_patient(jordan)}
        free = [
            TUESDAY + timedelta(days=number)
            for number in range(14)
            if "13:00" in desk.starts(TUESDAY + timedelta(days=number))
        ]
        near = [day for day in free if any(abs((day - one).days) <= 1 for one in taken)]
        assert near
        for day in near:
            with pytest.raises(Refused, match="suits nobody"):
                desk.do(actions.offer_gap, starts_at=moment(day, 13))

    def test_the_desk_names_the_visit_that_is_to_come_earlier(
        self, desk: Desk, sign_in: Callable[[Staff], Client], clock: Any
    ) -> None:
        jordan = desk.patient()
        old = desk.book(moment(date(2026, 3, 17), 10), patient_id=jordan)
        morgan = Person(sign_in(desk.people.morgan))
        morgan.opens(reverse("scheduling:join_waiting", args=[jordan]))
        held = morgan.form_with("Save").controls["visit_id"].held
        assert held == [str(old.visit_id)]
        morgan.presses("Save").sees("On the waiting list.")
        made = desk.do(actions.offer_gap, starts_at=GAP)
        desk.do(actions.accept_offer, offer_id=made.pk)
        (fact,) = queries.visits_of_patient(jordan)
        assert (fact.visit_id, fact.starts_at) == (old.visit_id, GAP)

    def test_a_freed_time_on_a_day_that_was_closed_since_is_not_shown(
        self, desk: Desk, sign_in: Callable[[Staff], Client], clock: Any
    ) -> None:
        for at in (GAP, moment(date(2026, 3, 12), 10)):
            gone = desk.book(at, patient_id=desk.patient(f"P{at.day}"))
            desk.do(actions.cancel_appointment, appointment_id=gone.pk, reason="Ill")
        desk.do(actions.add_closure, desk.people.dana, day=GAP.date(), reason="Staff day")
        page = Person(sign_in(desk.people.morgan)).opens(reverse("scheduling:waiting"))
        page.sees("Thursday 12 March at 10:00").does_not_see("Wednesday 11 March at 10:00")
