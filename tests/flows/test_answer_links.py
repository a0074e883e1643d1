"""A patient answers a message by its link: once, without signing in, without a word about why."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from serein.core.actors import Actor
from serein.messaging import actions as messaging
from serein.messaging import queries as messages
from serein.messaging.rules import Answer, clinical_words_in
from serein.patients import actions as patients
from serein.patients import queries as patient_queries
from serein.scheduling import actions, queries
from serein.scheduling.states import AppointmentState, OfferState
from tests.flows.pages import Person
from tests.flows.scheduling_desk import Desk, moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from serein.accounts.models import Staff
    from serein.scheduling.models import Appointment
    from serein.scheduling.queries import VisitFact
    from tests.conftest import Personas

pytestmark = pytest.mark.django_db

NEXT_TUESDAY = date(2026, 3, 17)
VISIT = moment(NEXT_TUESDAY, 10)
THREE_DAYS_BEFORE = moment(date(2026, 3, 14), 10)
DAY_BEFORE = moment(date(2026, 3, 16), 10)
GAP = moment(date(2026, 3, 12), 10)
CLOSED = "This link is closed"


@pytest.fixture
def desk(personas: Personas, clock: Any) -> Desk:
    return Desk.opened(personas)


@pytest.fixture
def jordan(desk: Desk) -> UUID:
    return reachable(desk, "Jordan")


@pytest.fixture
def visit(desk: Desk, jordan: UUID) -> Appointment:
    return desk.book(VISIT, patient_id=jordan)


def reachable(desk: Desk, name: str) -> UUID:
    """Register somebody who reads e-mail."""
    patient_id = desk.patient(name)
    desk.do(
        patients.record_contact, patient_id=patient_id, kind="email",
        value=f"{name.lower()}@example.org",
    )  # fmt: skip
    return patient_id


def goes_to(desk: Desk, clock: Any, at: datetime) -> None:
    """Let the time pass, and everything leave that is due then."""
    desk.now = at
    clock.move_to(at)
    actions.queue_reminders(desk.site_id, Actor.system(desk.site_id), at)
    messaging.deliver_due(clock=lambda: at)


def link_to(name: str, place: int = -1) -> str:
    """The answer link in the last mail to somebody that has one."""
    found: list[str] = [
        address
        for sent in mail.outbox
        if sent.to == [f"{name.lower()}@example.org"]
        for address in re.findall(r"/a/[\w-]+/", str(sent.body))[:1]
    ]
    return found[place]


def stop_link(name: str) -> str:
    """The link in the last mail to somebody that stops the mails."""
    sent = [each for each in mail.outbox if each.to == [f"{name.lower()}@example.org"]]
    found = re.search(r"/stop/[\w-]+/", str(sent[-1].body))
    assert found is not None
    return found.group()


def standing(desk: Desk, visit: Appointment) -> VisitFact | None:
    return queries.visit_standing(desk.site_id, visit.visit_id)


def events(file: bytes) -> list[Any]:
    """The events of a calendar file."""
    return list(Calendar.from_ical(file).walk("VEVENT"))


class TestAVisit:
    @pytest.fixture
    def link(self, desk: Desk, visit: Appointment, clock: Any) -> str:
        goes_to(desk, clock, THREE_DAYS_BEFORE)
        return link_to("Jordan")

    def test_opening_the_link_changes_nothing(
        self, desk: Desk, visit: Appointment, link: str
    ) -> None:
        page = Person(Client())
        for _ in range(2):
            page.opens(link).sees("Tuesday 17 March at 10:00", "New York time", "Yes, I am coming")
        page.opens(f"{link}?answer=cannot_come")
        assert page.form_with("Send").controls["answer"].held == ["cannot_come"]
        now = standing(desk, visit)
        assert now is not None
        assert now.state is AppointmentState.BOOKED
        assert messages.answers_of([visit.visit_id]) == {}

    def test_yes_confirms_the_visit_and_names_the_driver(
        self, desk: Desk, visit: Appointment, jordan: UUID, link: str
    ) -> None:
        page = Person(Client()).opens(link).sees("Who takes you home?")
        page.presses("Send", answer="yes", driver_name="Ada Reyes", driver_phone="212 555 0123")
        page.sees("Thank you. We expect you.", "Tuesday 17 March at 10:00")
        now = standing(desk, visit)
        assert now is not None
        assert now.state is AppointmentState.CONFIRMED
        (driver,) = patient_queries.escorts_of(jordan)
        assert (driver.name, driver.phone) == ("Ada Reyes", "+12125550123")
        assert queries.unconfirmed(desk.site_id, desk.now) == ()

    def test_yes_without_a_driver_is_a_yes(
        self, desk: Desk, visit: Appointment, jordan: UUID, link: str
    ) -> None:
        Person(Client()).opens(link).presses("Send", answer="yes").sees("We expect you")
        assert patient_queries.escorts_of(jordan) == ()

    @pytest.mark.parametrize(
        ("name", "phone", "said"),
        [("Ada", "12", "Enter a"), ("", "212 555 0123", "Enter the name that belongs")],
    )
    def test_a_wrong_number_is_mended_and_nothing_is_answered_yet(
        self, desk: Desk, visit: Appointment, link: str, name: str, phone: str, said: str
    ) -> None:
        page = Person(Client()).opens(link)
        page.presses("Send", expect=422, answer="yes", driver_name=name, driver_phone=phone)
        page.sees(said)
        assert messages.answers_of([visit.visit_id]) == {}
        now = standing(desk, visit)
        assert now is not None
        assert now.state is AppointmentState.BOOKED
        page.presses("Send", answer="yes", driver_name="Ada", driver_phone="").sees("We expect you")

    def test_cannot_come_frees_the_time_and_asks_the_desk_for_another(
        self, desk: Desk, visit: Appointment, link: str
    ) -> None:
        page = Person(Client()).opens(link).presses("Send", answer="cannot_come")
        page.sees("Thank you for telling us", "We call you to find another.")
        assert standing(desk, visit) is None
        assert "10:00" in desk.starts(NEXT_TUESDAY)
        (task,) = queries.rebook_tasks(desk.site_id, desk.now.date())
        assert task.owner_name == desk.people.morgan.name
        assert task.visit.visit_id == visit.visit_id

    def test_please_call_me_keeps_the_time_and_the_wish(
        self, desk: Desk, visit: Appointment, link: str
    ) -> None:
        page = Person(Client()).opens(link).presses("Send", answer="call_me")
        page.sees("We will call you", "Your time on Tuesday 17 March at 10:00 stands")
        assert messages.answers_of([visit.visit_id])[visit.visit_id].answer is Answer.CALL_ME
        (task,) = queries.rebook_tasks(desk.site_id, desk.now.date())
        assert (task.because, task.visit.visit_id) == ("call_me", visit.visit_id)
        now = standing(desk, visit)
        assert now is not None
        assert now.state is AppointmentState.BOOKED

    def test_a_link_takes_one_answer(self, desk: Desk, visit: Appointment, link: str) -> None:
        first, second = Person(Client()).opens(link), Person(Client()).opens(link)
        first.presses("Send", answer="yes")
        second.presses("Send", answer="cannot_come").sees("We expect you")
        second.opens(link).sees("We expect you")
        assert standing(desk, visit) is not None

    def test_an_answer_that_nobody_offers_is_refused(self, visit: Appointment, link: str) -> None:
        answer = Client().post(link, {"answer": "maybe"})
        assert answer.status_code == 422
        assert messages.answers_of([visit.visit_id]) == {}

    def test_a_second_reminder_of_a_confirmed_visit_may_be_answered_too(
        self, desk: Desk, visit: Appointment, link: str, clock: Any
    ) -> None:
        Person(Client()).opens(link).presses("Send", answer="yes")
        goes_to(desk, clock, DAY_BEFORE)
        assert link_to("Jordan") != link
        Person(Client()).opens(link_to("Jordan")).presses("Send", answer="yes").sees("We expect")
        Person(Client()).opens(link).sees("We expect you")

    def test_a_moved_visit_closes_the_link_and_the_new_message_opens_another(
        self, desk: Desk, visit: Appointment, link: str, clock: Any
    ) -> None:
        desk.do(
            actions.move_appointment, appointment_id=visit.pk,
            starts_at=moment(date(2026, 3, 19), 10),
        )  # fmt: skip
        Person(Client()).opens(link, expect=410).sees(CLOSED, "A newer message from us counts.")
        goes_to(desk, clock, moment(date(2026, 3, 16), 11))
        Person(Client()).opens(link_to("Jordan")).sees("Thursday 19 March at 10:00")

    def test_a_cancelled_visit_closes_the_link(
        self, desk: Desk, visit: Appointment, link: str
    ) -> None:
        desk.do(actions.cancel_appointment, appointment_id=visit.pk, reason="Ill")
        Person(Client()).opens(link, expect=410).sees(CLOSED, "(540) 555-0142")

    def test_after_the_visit_has_begun_the_link_is_closed(self, link: str, clock: Any) -> None:
        clock.move_to(VISIT + timedelta(minutes=1))
        Person(Client()).opens(link, expect=410).sees(CLOSED)

    def test_no_page_says_why_somebody_comes_or_who(self, link: str) -> None:
        page = Person(Client()).opens(link)
        seen = [page.html]
        seen.append(page.presses("Send", answer="call_me").html)
        for html in seen:
            main = html.split("<main")[1].split("</main>")[0]
            words = re.sub(r"<[^>]+>", " ", main)
            assert clinical_words_in(words) == ()
            assert "Jordan" not in html
            assert "Reyes" not in html

    def test_no_cache_and_no_index_keeps_the_page(self, link: str) -> None:
        answer = Client().get(link)
        assert answer["Cache-Control"] == "no-store"
        assert "noindex" in answer["X-Robots-Tag"]

    def test_the_file_for_a_calendar_holds_the_visit(self, visit: Appointment, link: str) -> None:
        page = Person(Client()).opens(link)
        (address,) = page.links("Add to your calendar")
        (event,) = events(page.client.get(address).content)
        assert event["dtstart"].dt == VISIT
        assert str(event["summary"]) == "Visit at the clinic"

    @pytest.mark.parametrize("token", ["x", "A" * 22, "é" * 22])
    def test_a_guessed_link_opens_nothing(self, desk: Desk, token: str) -> None:
        for name in ("portal:answer", "portal:visit_file", "portal:feed"):
            address = reverse(name, args=[token])
            Person(Client()).opens(address, expect=404).sees("This link does not work")


class TestAnOffer:
    @pytest.fixture
    def offered(self, desk: Desk, visit: Appointment, jordan: UUID, clock: Any) -> UUID:
        """Jordan would come earlier, and so would Ada; both are asked."""
        for patient_id, visit_id in ((jordan, visit.visit_id), (reachable(desk, "Ada"), None)):
            desk.do(
                actions.join_waitlist, patient_id=patient_id, type_code="infusion",
                first_date=desk.now.date(), last_date=date(2026, 3, 31), visit_id=visit_id,
            )  # fmt: skip
        desk.do(actions.offer_gap, starts_at=GAP)
        goes_to(desk, clock, desk.now)
        return jordan

    def test_who_answers_first_has_it_and_the_other_keeps_the_old_time(
        self, desk: Desk, visit: Appointment, offered: UUID
    ) -> None:
        jordan, ada = (Person(Client()).opens(link_to(name)) for name in ("Jordan", "Ada"))
        jordan.sees("Thursday 12 March at 10:00", "your time on Tuesday 17 March at 10:00 goes to")
        ada.presses("Send", answer="yes").sees("It is yours", "Thursday 12 March at 10:00")
        jordan.presses("Send", answer="yes")
        jordan.sees("That time is taken", "Your time on Tuesday 17 March at 10:00 stands.")
        now = standing(desk, visit)
        assert now is not None
        assert now.starts_at == VISIT
        assert desk.is_sound(GAP.date())

    def test_the_winner_s_old_time_is_free_again(
        self, desk: Desk, visit: Appointment, offered: UUID
    ) -> None:
        page = Person(Client()).opens(link_to("Jordan")).presses("Send", answer="yes")
        page.sees("It is yours")
        now = standing(desk, visit)
        assert now is not None
        assert now.starts_at == GAP
        assert "10:00" in desk.starts(NEXT_TUESDAY)
        (address,) = page.links("Add to your calendar")
        assert b"20260312T100000" in page.client.get(address).content

    def test_a_time_taken_at_the_desk_meanwhile_is_told_and_the_old_one_stands(
        self, desk: Desk, visit: Appointment, offered: UUID
    ) -> None:
        page = Person(Client()).opens(link_to("Jordan"))
        desk.book(GAP)
        page.presses("Send", answer="yes").sees("That time is taken", "17 March at 10:00 stands")

    def test_no_thank_you_keeps_everything(
        self, desk: Desk, visit: Appointment, offered: UUID
    ) -> None:
        page = Person(Client()).opens(link_to("Jordan")).presses("Send", answer="cannot_come")
        page.sees("Thank you for telling us", "Your time on Tuesday 17 March at 10:00 stands.")
        states = {one.state for one in queries.offers_of(desk.site_id, only_open=False)}
        assert states == {OfferState.OPEN, OfferState.DECLINED}

    def test_an_offer_runs_out(self, desk: Desk, offered: UUID, clock: Any) -> None:
        page = Person(Client()).opens(link_to("Jordan"))
        clock.move_to(desk.now + timedelta(minutes=31))
        page.presses("Send", answer="yes").sees("This offer has run out", "stands")

    def test_no_word_of_an_offer_says_why(self, offered: UUID) -> None:
        page = Person(Client()).opens(link_to("Jordan"))
        main = page.html.split("<main")[1].split("</main>")[0]
        assert clinical_words_in(re.sub(r"<[^>]+>", " ", main)) == ()
        page.does_not_see("call me").sees("Open Monday to Friday this week.")


class TestThePrivateCalendar:
    def test_it_holds_what_is_to_come_without_names_until_it_is_ended(
        self,
        desk: Desk,
        visit: Appointment,
        jordan: UUID,
        sign_in: Callable[[Staff], Client],
    ) -> None:
        gone = desk.book(moment(date(2026, 3, 24), 10), patient_id=jordan)
        desk.do(actions.cancel_appointment, appointment_id=gone.pk, reason="Ill")
        feed = desk.do(messaging.open_feed, patient_id=jordan)
        address = f"/calendar/{feed.token}.ics"
        answer = Client().get(address)
        assert answer["Content-Type"].startswith("text/calendar")
        assert answer["Cache-Control"] == "no-store"
        assert [event["dtstart"].dt for event in events(answer.content)] == [VISIT]
        assert b"Jordan" not in answer.content
        assert b"Reyes" not in answer.content
        desk.do(messaging.close_feed, patient_id=jordan)
        assert Client().get(address).status_code == 404

    def test_it_follows_a_move_under_the_same_name(
        self, desk: Desk, visit: Appointment, jordan: UUID
    ) -> None:
        feed = desk.do(messaging.open_feed, patient_id=jordan)
        before, later = (self.event(feed.token), moment(date(2026, 3, 18), 9))
        desk.do(actions.move_appointment, appointment_id=visit.pk, starts_at=later)
        after = self.event(feed.token)
        assert str(after["uid"]) == str(before["uid"])
        assert after["dtstart"].dt == later

    @staticmethod
    def event(token: str) -> Any:
        (found,) = events(Client().get(f"/calendar/{token}.ics").content)
        return found
