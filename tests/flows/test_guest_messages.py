"""Who books before they are a patient is written to like a patient: told, reminded, left in peace."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from email import message_from_string, policy
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from serein.core.actors import Actor
from serein.intake import actions as intake_actions
from serein.intake import queries as intake
from serein.messaging import actions as messaging
from serein.messaging import queries as messages
from serein.messaging.actions.senders import NotDelivered, Parcel
from serein.messaging.rules import Channel, Reader, clinical_words_in, is_quiet
from serein.scheduling import actions, queries
from serein.scheduling.states import AppointmentState
from tests.flows.pages import Person
from tests.flows.public_steps import bookable, consultations
from tests.flows.scheduling_desk import ZONE, Desk, moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from serein.accounts.models import Staff
    from serein.scheduling.queries import VisitFact
    from tests.conftest import Personas

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 18)
VISIT = moment(DAY, 10)
KIM: dict[str, Any] = {"name": "Kim O'Hara", "contact": "kim@example.org"}
JO: dict[str, Any] = {"name": "Jo Lee", "contact": "(212) 555-0123"}


class Texts:
    """A carrier of texts that keeps what it is given, and fails as it is told."""

    carried: list[Parcel] = []
    faults: list[Exception] = []

    def send(self, parcel: Parcel) -> None:
        if Texts.faults:
            raise Texts.faults.pop(0)
        Texts.carried.append(parcel)


@pytest.fixture
def desk(personas: Personas, clock: Any, settings: Any) -> Desk:
    Texts.carried.clear()
    Texts.faults.clear()
    settings.SEREIN_SMS_SENDER = "tests.flows.test_guest_messages.Texts"
    settings.SEREIN_ADDRESS = "https://stillwater.example"
    return bookable(personas)


def books(**who: Any) -> Person:
    """Somebody books Wednesday of next week at ten."""
    kim = Person(Client()).opens(f"/book/?from={DAY}").presses("Wednesday 18 March, 10:00")
    return kim.presses("Book", **who).sees("Your visit is booked")


def visit(desk: Desk) -> VisitFact:
    (found,) = consultations(desk, DAY - timedelta(days=7), DAY + timedelta(days=20))
    return found


def passes(desk: Desk, clock: Any, until: datetime, step: timedelta = timedelta(hours=3)) -> None:
    """Let the time pass as on a server: look, queue, send, again and again."""
    while desk.now < until:
        desk.now = min(desk.now + step, until)
        clock.move_to(desk.now)
        actions.queue_reminders(desk.site_id, Actor.system(desk.site_id), desk.now)
        messaging.deliver_due(clock=lambda: desk.now)


def books_first_thing(**who: Any) -> Person:
    """Somebody books the first time of that day."""
    kim = Person(Client()).opens(f"/book/?from={DAY}").presses("Wednesday 18 March, 08:00")
    return kim.presses("Book", **who).sees("Your visit is booked")


def soon(desk: Desk, clock: Any) -> None:
    passes(desk, clock, desk.now + timedelta(minutes=1))


def kinds(desk: Desk, reader: Reader) -> list[tuple[str, str]]:
    """What was said, oldest first, with what became of it."""
    said = sorted(messages.messages_of(reader), key=lambda one: (one.due_at, one.kind))
    return [(one.kind.value, one.state.value) for one in said]


def guest(desk: Desk) -> Reader:
    return Reader(guest_id=visit(desk).guest_id)


def event_in(sent: Any) -> tuple[Any, Any]:
    """The calendar part of a mail: its method, and its one event."""
    parsed = message_from_string(sent.message().as_string(), policy=policy.default)
    (part,) = (each for each in parsed.walk() if each.get_content_type() == "text/calendar")
    (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    return part.get_param("method"), event


def link_in(text: str, path: str) -> str:
    found = re.search(rf"https://stillwater\.example(/{path}/[\w-]+/)", text)
    assert found is not None, text
    return found.group(1)


class TestTelling:
    def test_a_booking_is_confirmed_by_e_mail_with_an_entry_for_the_calendar(
        self, desk: Desk, clock: Any
    ) -> None:
        page = books(may_leave_message="yes", **KIM)
        page.sees("We send a confirmation and reminders by e-mail to k…@example.org.")
        soon(desk, clock)
        (sent,) = mail.outbox
        assert sent.to == ["kim@example.org"]
        assert "is booked for Wednesday, March 18, 10:00 (New York time)" in sent.body
        method, event = event_in(sent)
        assert (method, int(event["SEQUENCE"]), str(event["STATUS"])) == ("REQUEST", 0, "CONFIRMED")
        assert event.decoded("DTSTART") == VISIT
        assert str(event["ATTENDEE"]) == "mailto:kim@example.org"
        whole = str(sent.message())
        assert clinical_words_in(sent.body + str(event["SUMMARY"])) == ()
        assert "Kim" not in whole

    def test_the_file_of_the_page_and_the_entry_of_the_mail_are_one_event(
        self, desk: Desk, clock: Any
    ) -> None:
        page = books(**KIM)
        soon(desk, clock)
        (address,) = page.links("Add to your calendar")
        (kept,) = Calendar.from_ical(page.client.get(address).content).walk("VEVENT")
        _, sent = event_in(mail.outbox[0])
        assert (str(kept["UID"]), kept["SEQUENCE"]) == (str(sent["UID"]), sent["SEQUENCE"])

    def test_who_leaves_a_number_gets_texts(self, desk: Desk, clock: Any) -> None:
        books(**JO).sees("reminders as text messages to … 23.")
        soon(desk, clock)
        (parcel,) = Texts.carried
        assert parcel.address == "+12125550123"
        assert "is booked for Wednesday, March 18, 10:00" in parcel.text
        assert mail.outbox == []

    def test_the_contact_of_an_earlier_request_is_used(self, desk: Desk, clock: Any) -> None:
        kim = Person(Client()).opens("/ask/").presses("Send", **KIM).follows("Choose a time")
        kim.follows("Further days").presses("Wednesday 18 March, 10:00").presses("Book")
        kim.sees("Your visit is booked", "k…@example.org")
        soon(desk, clock)
        assert [sent.to for sent in mail.outbox] == [["kim@example.org"]]

    def test_who_wants_no_message_gets_none_and_the_desk_sees_that_a_call_is_needed(
        self, desk: Desk, clock: Any, sign_in: Callable[[Staff], Client]
    ) -> None:
        books(may_leave_message="no", **KIM).sees("We do not write to you about it.")
        soon(desk, clock)
        assert mail.outbox == []
        morgan = Person(sign_in(desk.people.morgan)).opens("/messages/")
        morgan.sees("Kim O'Hara", "Not registered yet", "No phone or e-mail that may be used")
        morgan.presses("Called instead").sees("Every message arrived")


class TestReminding:
    def test_four_reminders_come_once_each_in_the_day_and_none_asks_for_a_driver(
        self, desk: Desk, clock: Any
    ) -> None:
        books(**KIM)
        passes(desk, clock, VISIT + timedelta(hours=3), timedelta(minutes=75))
        assert kinds(desk, guest(desk)) == [
            (kind, "sent") for kind in ("booked", "prepare", "confirm", "remind", "today")
        ]
        assert len(mail.outbox) == 5
        for sent in mail.outbox:
            assert clinical_words_in(f"{sent.subject} {sent.body}") == ()
            assert "takes you home" not in sent.body
            assert "take you home" not in sent.body
            assert "sheet" not in sent.body
        when = [one.state_at for one in messages.messages_of(guest(desk))]
        assert not any(is_quiet(at, ZONE) for at in when)
        days = sorted((DAY - at.astimezone(ZONE).date()).days for at in when)
        assert days == [0, 1, 3, 7, 9]

    def test_whoever_comes_first_thing_has_the_checklist_on_the_evening_before(
        self, desk: Desk, clock: Any
    ) -> None:
        books_first_thing(**KIM)
        passes(desk, clock, moment(DAY, 9), timedelta(minutes=30))
        told = {
            one.kind.value: one.state_at.astimezone(ZONE)
            for one in messages.messages_of(guest(desk))
        }
        assert told["today"] == moment(DAY - timedelta(days=1), 20)
        assert told["remind"] < told["today"]
        assert "is on Wednesday, March 18, 08:00" in mail.outbox[-1].body

    def test_a_booking_late_in_the_evening_is_told_in_the_morning(
        self, desk: Desk, clock: Any
    ) -> None:
        desk.now = moment(date(2026, 3, 9), 22)
        clock.move_to(desk.now)
        books(**KIM)
        passes(desk, clock, moment(date(2026, 3, 10), 7, 59))
        assert mail.outbox == []
        passes(desk, clock, moment(date(2026, 3, 10), 8, 1))
        assert len(mail.outbox) == 1

    def test_a_moved_visit_is_reminded_of_at_its_new_time_only(
        self, desk: Desk, clock: Any
    ) -> None:
        page = books(**KIM)
        passes(desk, clock, moment(date(2026, 3, 12), 9))
        new = moment(date(2026, 3, 19), 11)
        desk.do(
            actions.move_appointment, appointment_id=visit(desk).appointment_id, starts_at=new,
            reason="The prescriber is away",
        )  # fmt: skip
        passes(desk, clock, new + timedelta(hours=1))
        assert [sent.subject for sent in mail.outbox[2:]] == [
            "Your visit has a new time", "How to get ready for your visit",
            "Please confirm your visit", "Reminder of your visit", "Checklist for your visit",
        ]  # fmt: skip
        assert all("Thursday, March 19, 11:00" in sent.body for sent in mail.outbox[2:])
        (_, first), (method, moved) = event_in(mail.outbox[0]), event_in(mail.outbox[2])
        assert (method, moved["UID"], int(moved["SEQUENCE"])) == ("REQUEST", first["UID"], 1)
        page.opens(page.address).sees("Your visit is booked", "Thursday 19 March at 11:00")
        page.sees("This is a new time. It was Wednesday 18 March at 10:00.")
        (address,) = page.links("Add to your calendar")
        assert b"20260319T110000" in page.client.get(address).content

    def test_a_cancelled_visit_is_told_once_and_never_reminded_of(
        self, desk: Desk, clock: Any
    ) -> None:
        page = books(**KIM)
        passes(desk, clock, moment(date(2026, 3, 12), 9))
        fact = visit(desk)
        desk.do(
            actions.cancel_appointment, appointment_id=fact.appointment_id, reason="Snow",
        )  # fmt: skip
        passes(desk, clock, VISIT + timedelta(hours=1))
        assert [sent.subject for sent in mail.outbox][2:] == ["Your visit is cancelled"]
        method, event = event_in(mail.outbox[-1])
        assert (method, str(event["STATUS"]), int(event["SEQUENCE"])) == ("CANCEL", "CANCELLED", 1)
        assert event["UID"] == event_in(mail.outbox[0])[1]["UID"]
        page.opens(page.address, expect=410).sees("This visit is cancelled", "988")

    def test_a_carrier_that_fails_is_tried_again_and_then_the_desk_hears_of_it(
        self, desk: Desk, clock: Any, sign_in: Callable[[Staff], Client]
    ) -> None:
        Texts.faults[:] = [NotDelivered("The carrier is down")] * 4
        books(**JO)
        passes(desk, clock, desk.now + timedelta(minutes=90), timedelta(minutes=1))
        (failed,) = messages.failures(desk.site_id)
        assert (failed.name, len(failed.attempts)) == ("Jo Lee", 4)
        morgan = Person(sign_in(desk.people.morgan)).opens("/messages/")
        morgan.sees("Jo Lee", "The carrier is down").presses("Try again")
        soon(desk, clock)
        assert len(Texts.carried) == 1


class TestAnswering:
    @pytest.fixture
    def asked(self, desk: Desk, clock: Any) -> str:
        """The answer link in what came three days before."""
        books(**KIM)
        passes(desk, clock, moment(date(2026, 3, 15), 12))
        return link_in(str(mail.outbox[-1].body), "a")

    def test_yes_confirms_the_visit_and_no_driver_is_asked_for(
        self, desk: Desk, asked: str
    ) -> None:
        page = Person(Client()).opens(asked).sees("Wednesday 18 March at 10:00", "New York time")
        page.does_not_see("Who takes you home?")
        page.presses("Send", answer="yes").sees("Thank you. We expect you.")
        assert visit(desk).state is AppointmentState.CONFIRMED
        assert queries.unconfirmed(desk.site_id, desk.now) == ()

    def test_cannot_come_frees_the_time_and_gives_the_desk_a_task(
        self, desk: Desk, asked: str, sign_in: Callable[[Staff], Client]
    ) -> None:
        Person(Client()).opens(asked).presses("Send", answer="cannot_come").sees("Thank you")
        assert consultations(desk, DAY, DAY) == []
        (task,) = queries.rebook_tasks(desk.site_id, desk.now.date())
        assert task.owner_name == desk.people.morgan.name
        morgan = Person(sign_in(desk.people.morgan)).opens(reverse("scheduling:rebook"))
        morgan.follows("Kim O'Hara").sees("kim@example.org", "Answered: cannot come")

    def test_please_call_me_keeps_the_time(self, desk: Desk, asked: str) -> None:
        Person(Client()).opens(asked).presses("Send", answer="call_me").sees("We will call you")
        assert visit(desk).state is AppointmentState.BOOKED
        (task,) = queries.rebook_tasks(desk.site_id, desk.now.date())
        assert task.because == "call_me"

    def test_who_stops_the_messages_hears_no_more_and_the_desk_sees_it(
        self, desk: Desk, clock: Any, asked: str
    ) -> None:
        page = Person(Client()).opens(link_in(str(mail.outbox[-1].body), "stop"))
        page.sees("k…@example.org").does_not_see("Kim").presses("Stop e-mails").sees("Stopped")
        before = len(mail.outbox)
        passes(desk, clock, VISIT)
        assert len(mail.outbox) == before
        assert {one.name for one in messages.failures(desk.site_id)} == {"Kim O'Hara"}

    def test_the_desk_sees_what_was_said_to_a_guest_and_stops_it_for_them(
        self, desk: Desk, clock: Any, sign_in: Callable[[Staff], Client]
    ) -> None:
        books(**KIM)
        soon(desk, clock)
        address = reverse("messaging:guest", args=[visit(desk).guest_id])
        morgan = Person(sign_in(desk.people.morgan)).opens(address)
        morgan.sees("Kim O'Hara", "E-mail to kim@example.org", "Booked, with calendar entry")
        morgan.presses("Stop E-mail").sees("Stopped", "by Morgan Bell")
        nobody = reverse("messaging:guest", args=[visit(desk).visit_id])
        morgan.opens(nobody, expect=404)
        passes(desk, clock, VISIT)
        assert len(mail.outbox) == 1


class TestBecomingAPatient:
    def accepted(self, desk: Desk) -> UUID:
        (line,) = intake.queue(desk.site_id, today=desk.now.date())
        made = desk.do(
            intake_actions.accept_request, request_id=line.request.request_id,
            birth_date=date(1985, 4, 12), sex="female",
        )  # fmt: skip
        found: UUID = made.patient_id
        return found

    def test_nothing_is_said_twice_and_the_record_shows_what_was_said_before(
        self, desk: Desk, clock: Any, sign_in: Callable[[Staff], Client]
    ) -> None:
        books(**KIM)
        passes(desk, clock, moment(date(2026, 3, 12), 9))
        patient_id = self.accepted(desk)
        passes(desk, clock, VISIT)
        assert kinds(desk, Reader(patient_id)) == [
            (kind, "sent") for kind in ("booked", "prepare", "confirm", "remind", "today")
        ]
        assert {tuple(sent.to) for sent in mail.outbox} == {("kim@example.org",)}
        page = Person(sign_in(desk.people.morgan)).opens(f"/patients/{patient_id}/messages/")
        page.sees("Preparation, 7 days before", "Reminder, 1 day before")
        address = reverse("messaging:guest", args=[visit(desk).guest_id])
        assert page.client.get(address)["Location"] == f"/patients/{patient_id}/messages/"

    def test_a_channel_that_the_guest_stopped_stays_stopped(self, desk: Desk, clock: Any) -> None:
        books(**KIM)
        soon(desk, clock)
        stop = link_in(str(mail.outbox[-1].body), "stop")
        Person(Client()).opens(stop).presses("Stop e-mails")
        patient_id = self.accepted(desk)
        assert messages.unwanted_channels(Reader(patient_id)) == {Channel.EMAIL}
        assert messages.ways_of(Reader(patient_id)) == ()

    def test_a_link_that_the_guest_was_sent_still_answers(self, desk: Desk, clock: Any) -> None:
        books(**KIM)
        passes(desk, clock, moment(date(2026, 3, 15), 12))
        link = link_in(str(mail.outbox[-1].body), "a")
        patient_id = self.accepted(desk)
        Person(Client()).opens(link).presses("Send", answer="yes").sees("We expect you")
        assert visit(desk).patient_id == patient_id
        assert visit(desk).state is AppointmentState.CONFIRMED

    def test_what_a_guest_stopped_is_kept_also_when_the_visit_is_over(
        self, desk: Desk, clock: Any
    ) -> None:
        books(**KIM)
        soon(desk, clock)
        Person(Client()).opens(link_in(str(mail.outbox[-1].body), "stop")).presses("Stop e-mails")
        desk.now = VISIT + timedelta(hours=2)
        clock.move_to(desk.now)
        patient_id = self.accepted(desk)
        assert messages.unwanted_channels(Reader(patient_id)) == {Channel.EMAIL}
