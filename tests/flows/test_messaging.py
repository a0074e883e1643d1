"""Messages to patients: once, in time, by a wished way, and what fails is seen by people."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.db import connection, connections
from django.db.utils import load_backend
from django.test import Client
from icalendar import Calendar

from serein.core.errors import MoveNotAllowed, NotFound, Refused
from serein.messaging import actions, presenters, queries
from serein.messaging.actions import background, senders
from serein.messaging.actions.senders import MaybeDelivered, NotDelivered, Parcel
from serein.messaging.models import DeliveryAttempt, Message
from serein.messaging.rules import (
    Answer,
    Channel,
    Kind,
    Reader,
    VisitTime,
    clinical_words_in,
)
from serein.messaging.states import MessageMove, MessageState
from serein.patients import actions as patients
from tests.conftest import MONDAY_9, actor, new_key
from tests.flows.pages import Person
from tests.flows.patient_steps import register

if TYPE_CHECKING:
    from collections.abc import Callable

    from serein.accounts.models import Staff
    from serein.patients.models import Patient
    from tests.conftest import Personas

VISIT = uuid.UUID(int=42)
NEXT_TUESDAY = datetime(2026, 3, 17, 14, 0, tzinfo=UTC)


class Post:
    """A carrier that keeps what it is given, and fails as it is told."""

    carried: list[Parcel] = []
    faults: list[Exception] = []

    def send(self, parcel: Parcel) -> None:
        if Post.faults:
            raise Post.faults.pop(0)
        Post.carried.append(parcel)


@pytest.fixture(autouse=True)
def post(settings: Any) -> type[Post]:
    Post.carried.clear()
    Post.faults.clear()
    settings.SEREIN_SMS_SENDER = "tests.flows.test_messaging.Post"
    settings.SEREIN_ADDRESS = "https://stillwater.example"
    settings.DEFAULT_FROM_EMAIL = "Stillwater <clinic@stillwater.example>"
    return Post


@pytest.fixture
def jordan(personas: Personas) -> Patient:
    return reachable(personas.morgan)


def reachable(
    by: Staff, *, phone: str = "212 555 0123", email: str = "jo@example.org", **details: Any
) -> Patient:
    patient = register(actor(by), **details)
    for kind, value in (("phone", phone), ("email", email)):
        if value:
            patients.record_contact(
                key=new_key(), by=actor(by), at=MONDAY_9, patient_id=patient.pk, kind=kind,
                value=value,
            )  # fmt: skip
    return patient


def queue(patient: Patient, by: Staff, **more: Any) -> Message:
    given = {
        "kind": Kind.REMIND,
        "subject_id": VISIT,
        "revision": 1,
        "due_at": MONDAY_9,
        "not_after": NEXT_TUESDAY,
        "arguments": {"starts_at": NEXT_TUESDAY, "needs_driver": True},
        **more,
    }
    return actions.queue(key=new_key(), by=actor(by), at=MONDAY_9, patient_id=patient.pk, **given)


def void(patient: Patient, by: Staff, below: int) -> None:
    actions.void_messages(
        key=new_key(), by=actor(by), at=MONDAY_9, patient_id=patient.pk, subject_id=VISIT,
        below_revision=below,
    )  # fmt: skip


def deliver(at: datetime = MONDAY_9) -> actions.Tally:
    return actions.deliver_due(clock=lambda: at)


def state(kind: Kind = Kind.REMIND, revision: int = 1) -> MessageState | None:
    return queries.state_of(subject_id=VISIT, revision=revision, kind=kind)


def link_in(text: str, path: str) -> str:
    found = re.search(rf"https://stillwater\.example/{path}/([\w-]+)/", text)
    assert found, text
    return found.group(1)


def test_a_message_leaves_when_it_is_due_and_never_again(
    personas: Personas, jordan: Patient
) -> None:
    queue(jordan, personas.morgan, due_at=MONDAY_9 + timedelta(hours=1))
    assert deliver() == actions.Tally()
    assert deliver(MONDAY_9 + timedelta(hours=1)).sent == 1
    for hours in range(1, 7):
        assert deliver(MONDAY_9 + timedelta(hours=hours)).sent == 0
    (parcel,) = Post.carried
    assert parcel.address == "+12125550123"
    assert "Tuesday, March 17, 10:00 (New York time)" in parcel.text
    assert clinical_words_in(parcel.text) == ()
    assert state() is MessageState.SENT


def test_asking_twice_for_one_visit_and_window_makes_one_message(
    personas: Personas, jordan: Patient
) -> None:
    first = queue(jordan, personas.morgan)
    again = queue(jordan, personas.sam, due_at=MONDAY_9 + timedelta(hours=3))
    assert first.pk == again.pk
    assert deliver().sent == 1
    assert queue(jordan, personas.morgan).pk == first.pk
    assert deliver(MONDAY_9 + timedelta(hours=5)).sent == 0


def test_each_window_of_a_visit_has_its_own_message(personas: Personas, jordan: Patient) -> None:
    for kind in (Kind.PREPARE, Kind.CONFIRM, Kind.REMIND, Kind.TODAY):
        queue(jordan, personas.morgan, kind=kind)
    assert deliver().sent == 4


def test_a_cancelled_visit_is_not_reminded_of(personas: Personas, jordan: Patient) -> None:
    queue(jordan, personas.morgan)
    void(jordan, personas.morgan, below=2)
    assert deliver() == actions.Tally()
    assert state() is MessageState.VOID
    late = queue(jordan, personas.morgan, kind=Kind.TODAY)
    assert late.state == MessageState.VOID.value
    assert deliver() == actions.Tally()
    assert Post.carried == []


def test_a_moved_visit_is_reminded_of_at_its_new_time_only(
    personas: Personas, jordan: Patient
) -> None:
    queue(jordan, personas.morgan)
    void(jordan, personas.morgan, below=2)
    moved = NEXT_TUESDAY + timedelta(days=2)
    queue(jordan, personas.morgan, revision=2, arguments={"starts_at": moved})
    assert deliver().sent == 1
    (parcel,) = Post.carried
    assert "Thursday, March 19" in parcel.text
    assert (state(), state(revision=2)) == (MessageState.VOID, MessageState.SENT)


def test_nothing_leaves_in_the_quiet_hours(personas: Personas, jordan: Patient) -> None:
    evening = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # 21:00 in New York
    queue(jordan, personas.morgan, due_at=evening - timedelta(minutes=1))
    for hours in range(11):
        assert deliver(evening + timedelta(hours=hours)) == actions.Tally()
    assert deliver(evening + timedelta(hours=11)).sent == 1
    assert queries.waiting_since(personas.morgan.site_id, evening) is None


def test_a_slow_turn_does_not_carry_a_message_into_the_quiet_hours(
    personas: Personas, jordan: Patient
) -> None:
    for number in (1, 2):
        queue(jordan, personas.morgan, subject_id=uuid.UUID(int=number))
    quarter_to_nine = datetime(2026, 3, 10, 0, 45, tzinfo=UTC)
    moments = iter([quarter_to_nine] * 4 + [quarter_to_nine + timedelta(minutes=15)] * 9)
    assert actions.deliver_due(clock=lambda: next(moments)).sent == 1
    assert len(Post.carried) == 1


def test_a_message_whose_time_has_run_out_is_given_up_and_seen(
    personas: Personas, jordan: Patient
) -> None:
    queue(jordan, personas.morgan)
    deliver(NEXT_TUESDAY + timedelta(minutes=1))
    assert Post.carried == []
    (row,) = queries.failures(personas.morgan.site_id)
    assert row.because == "Too late to be of use"


def test_a_failing_carrier_is_tried_again_after_5_15_and_60_minutes(
    personas: Personas, jordan: Patient
) -> None:
    queue(jordan, personas.morgan)
    Post.faults[:] = [NotDelivered("The carrier is down")] * 4
    tried = [
        minutes
        for minutes in range(200)
        if deliver(MONDAY_9 + timedelta(minutes=minutes)) != actions.Tally()
    ]
    assert tried == [0, 5, 20, 80]
    assert state() is MessageState.FAILED
    (row,) = queries.failures(personas.morgan.site_id)
    assert [attempt.outcome for attempt in row.attempts] == ["wait", "wait", "wait", "give_up"]
    assert row.because == "The carrier is down"


def test_a_carrier_that_recovers_gets_the_message_once(personas: Personas, jordan: Patient) -> None:
    queue(jordan, personas.morgan)
    Post.faults[:] = [NotDelivered("busy")]
    assert deliver().waiting == 1
    assert deliver(MONDAY_9 + timedelta(minutes=5)).sent == 1
    assert len(Post.carried) == 1


def test_an_address_that_is_refused_for_good_is_not_tried_again(
    personas: Personas, jordan: Patient
) -> None:
    queue(jordan, personas.morgan)
    Post.faults[:] = [NotDelivered("No such number", is_final=True)]
    assert deliver().failed == 1
    assert deliver(MONDAY_9 + timedelta(hours=2)) == actions.Tally()


def test_a_worker_that_dies_while_sending_leaves_an_unsure_message_and_nothing_is_sent_twice(
    personas: Personas, jordan: Patient
) -> None:
    message = queue(jordan, personas.morgan)
    actions.claim(
        key=new_key(), by=actor(personas.morgan), at=MONDAY_9, message_id=message.pk
    )  # and then the power goes
    assert deliver(MONDAY_9 + timedelta(minutes=9)) == actions.Tally()
    assert deliver(MONDAY_9 + timedelta(minutes=11)).unsure == 1
    assert deliver(MONDAY_9 + timedelta(hours=2)) == actions.Tally()
    assert Post.carried == []
    (row,) = queries.failures(personas.morgan.site_id)
    assert row.state is MessageState.UNSURE


def test_a_line_that_breaks_after_the_handing_over_leaves_it_to_people(
    personas: Personas, jordan: Patient
) -> None:
    queue(jordan, personas.morgan)
    Post.faults[:] = [MaybeDelivered("TimeoutError")]
    assert deliver().unsure == 1
    assert deliver(MONDAY_9 + timedelta(hours=1)) == actions.Tally()


def test_an_answer_that_comes_late_still_counts(personas: Personas, jordan: Patient) -> None:
    message = queue(jordan, personas.morgan)
    by = actor(personas.morgan)
    actions.claim(key=new_key(), by=by, at=MONDAY_9, message_id=message.pk)
    deliver(MONDAY_9 + timedelta(minutes=11))
    actions.answer_for_attempt(
        key=new_key(), by=by, at=MONDAY_9 + timedelta(minutes=12), message_id=message.pk, number=1,
        outcome=MessageMove.DELIVER, because="", text="",
    )  # fmt: skip
    assert state() is MessageState.SENT


def test_a_stopped_channel_is_respected_also_for_what_waits_already(
    personas: Personas, jordan: Patient
) -> None:
    queue(jordan, personas.morgan)
    stop(jordan, personas.morgan, Channel.SMS)
    assert deliver().sent == 1
    assert Post.carried == []
    assert [sent.to for sent in mail.outbox] == [["jo@example.org"]]
    stop(jordan, personas.morgan, Channel.EMAIL)
    born = queue(jordan, personas.morgan, kind=Kind.TODAY)
    assert (born.state, born.channel) == ("failed", "none")
    assert queries.count_failures(personas.morgan.site_id) == 1


def stop(patient: Patient, by: Staff, channel: Channel) -> None:
    actions.choose_channel(
        key=new_key(), by=actor(by), at=MONDAY_9, patient_id=patient.pk, channel=channel,
        is_wanted=False,
    )  # fmt: skip


def test_nothing_goes_to_a_number_at_which_no_message_may_be_left(personas: Personas) -> None:
    patient = register(actor(personas.morgan))
    patients.record_contact(
        key=new_key(), by=actor(personas.morgan), at=MONDAY_9, patient_id=patient.pk,
        kind="phone", value="212 555 0123", may_leave_message=False,
    )  # fmt: skip
    assert queue(patient, personas.morgan).state == MessageState.FAILED.value


def test_nothing_goes_to_a_number_that_was_corrected_meanwhile(
    personas: Personas, jordan: Patient
) -> None:
    from serein.patients.rules.entries import EntryKind

    queue(jordan, personas.morgan)
    old = next(one for one in patients_contacts(jordan) if one.kind == "phone")
    by = actor(personas.morgan)
    patients.mark_entered_in_error(
        key=new_key(), by=by, at=MONDAY_9, patient_id=jordan.pk, entry_kind=EntryKind.CONTACT,
        entry_id=old.id, reason="One digit wrong",
    )  # fmt: skip
    patients.record_contact(
        key=new_key(), by=by, at=MONDAY_9, patient_id=jordan.pk, kind="phone", value="212 555 0177"
    )
    deliver()
    assert [parcel.address for parcel in Post.carried] == ["+12125550177"]


def patients_contacts(patient: Patient) -> Any:
    from serein.patients import queries as known

    return known.contacts_of(patient.pk)


def test_nothing_is_sent_about_somebody_who_has_died(personas: Personas) -> None:
    queue(reachable(personas.morgan, is_deceased=True), personas.morgan)
    deliver()
    assert Post.carried == []
    assert state() is MessageState.VOID


def test_what_was_said_is_kept_without_the_secrets_of_its_links(
    personas: Personas, jordan: Patient
) -> None:
    queue(jordan, personas.morgan)
    deliver()
    (parcel,) = Post.carried
    (attempt,) = DeliveryAttempt.objects.all()
    assert link_in(parcel.text, "a") not in attempt.text
    assert link_in(parcel.text, "stop") not in attempt.text
    assert "Tuesday, March 17" in attempt.text


def test_one_link_takes_one_answer(personas: Personas, jordan: Patient) -> None:
    queue(jordan, personas.morgan)
    deliver()
    token = link_in(Post.carried[0].text, "a")
    asked = queries.answer_for(token)
    assert (asked.subject_id, asked.revision, asked.arguments["starts_at"]) == (
        VISIT, 1, NEXT_TUESDAY,
    )  # fmt: skip
    answer(personas.morgan, token, Answer.CANNOT_COME)
    assert queries.answers_of([VISIT])[VISIT].answer is Answer.CANNOT_COME
    with pytest.raises(Refused, match="this link was used"):
        answer(personas.morgan, token, Answer.YES)
    assert queries.answers_of([VISIT])[VISIT].answer is Answer.CANNOT_COME
    with pytest.raises(NotFound):
        queries.answer_for("x" * 22)


def answer(by: Staff, token: str, said: Answer, at: datetime = MONDAY_9) -> None:
    actions.use_answer(key=new_key(), by=actor(by), at=at, token=token, answer=said)


def test_a_link_closes_when_the_visit_moves_or_its_time_has_come(
    personas: Personas, jordan: Patient
) -> None:
    queue(jordan, personas.morgan)
    deliver()
    token = link_in(Post.carried[0].text, "a")
    with pytest.raises(Refused, match="no longer open"):
        answer(personas.morgan, token, Answer.YES, at=NEXT_TUESDAY + timedelta(minutes=1))
    void(jordan, personas.morgan, below=2)
    with pytest.raises(Refused, match="no longer open"):
        answer(personas.morgan, token, Answer.YES)


def test_a_message_that_is_tried_again_carries_the_same_links(
    personas: Personas, jordan: Patient
) -> None:
    message = queue(jordan, personas.morgan)
    Post.faults[:] = [MaybeDelivered("broken")]
    deliver()
    before = set(message.links.values_list("token_hash", flat=True))
    actions.try_again(key=new_key(), by=actor(personas.morgan), at=MONDAY_9, message_id=message.pk)
    deliver()
    assert set(message.links.values_list("token_hash", flat=True)) == before
    assert queries.answer_for(link_in(Post.carried[0].text, "a")).message_id == message.pk


def invited(personas: Personas, patient: Patient, kind: Kind, revision: int, **more: Any) -> Any:
    return actions.send_invite(
        key=new_key(), by=actor(personas.morgan), at=MONDAY_9 + timedelta(minutes=revision),
        patient_id=patient.pk, kind=kind, subject_id=VISIT, revision=revision,
        starts_at=NEXT_TUESDAY, ends_at=NEXT_TUESDAY + timedelta(hours=2), due_at=MONDAY_9,
        not_after=NEXT_TUESDAY, **more,
    )  # fmt: skip


def calendar_part(message: Any) -> tuple[str, Any]:
    parsed = message_from_string(message.message().as_string(), policy=policy.default)
    (part,) = (p for p in parsed.walk() if p.get_content_type() == "text/calendar")
    return part.get_param("method"), Calendar.from_ical(part.get_content())


def test_booking_moving_and_cancelling_are_one_event_with_a_rising_sequence(
    personas: Personas, jordan: Patient
) -> None:
    invited(personas, jordan, Kind.BOOKED, 1)
    deliver(MONDAY_9 + timedelta(minutes=5))
    void(jordan, personas.morgan, below=2)
    invited(personas, jordan, Kind.MOVED, 2, was_at=NEXT_TUESDAY - timedelta(days=1))
    deliver(MONDAY_9 + timedelta(minutes=6))
    void(jordan, personas.morgan, below=3)
    invited(personas, jordan, Kind.CANCELLED, 3)
    deliver(MONDAY_9 + timedelta(minutes=7))
    read = [calendar_part(message) for message in mail.outbox]
    events = [next(iter(calendar.walk("VEVENT"))) for _, calendar in read]
    assert [method for method, _ in read] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [str(calendar["METHOD"]) for _, calendar in read] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [int(event["SEQUENCE"]) for event in events] == [0, 1, 2]
    assert len({str(event["UID"]) for event in events}) == 1
    assert len({event.decoded("DTSTAMP") for event in events}) == 3
    assert events[-1]["STATUS"] == "CANCELLED"
    assert {str(event["ATTENDEE"]) for event in events} == {"mailto:jo@example.org"}
    assert {str(event["ORGANIZER"]) for event in events} == {"mailto:clinic@stillwater.example"}
    assert all(clinical_words_in(str(message.message())) == () for message in mail.outbox)
    assert Post.carried == []


def test_without_an_e_mail_the_plain_text_goes_once(personas: Personas) -> None:
    patient = reachable(personas.morgan, email="")
    invited(personas, patient, Kind.BOOKED, 1)
    queue(patient, personas.morgan, kind=Kind.BOOKED, arguments={"starts_at": NEXT_TUESDAY})
    assert deliver().sent == 1
    assert "is booked for Tuesday, March 17" in Post.carried[0].text


def test_a_reminder_does_not_go_into_calendars(personas: Personas, jordan: Patient) -> None:
    with pytest.raises(Refused, match="only these go into calendars"):
        invited(personas, jordan, Kind.REMIND, 1)


def test_an_e_mail_names_the_page_that_stops_it(personas: Personas) -> None:
    queue(reachable(personas.morgan, phone=""), personas.morgan)
    deliver()
    (sent,) = mail.outbox
    token = link_in(str(sent.body), "stop")
    assert sent.extra_headers["List-Unsubscribe"] == f"<https://stillwater.example/stop/{token}/>"


def test_a_private_calendar_opens_by_its_secret_until_it_is_ended(
    personas: Personas, jordan: Patient
) -> None:
    by = actor(personas.morgan)
    first = actions.open_feed(key=new_key(), by=by, at=MONDAY_9, patient_id=jordan.pk)
    assert queries.feed_for(first.token).patient_id == jordan.pk
    assert first.token != first.token_hash
    second = actions.open_feed(key=new_key(), by=by, at=MONDAY_9, patient_id=jordan.pk)
    with pytest.raises(NotFound):
        queries.feed_for(first.token)
    content = queries.feed_bytes(
        site_id=personas.morgan.site_id,
        visits=[VisitTime(VISIT, NEXT_TUESDAY, NEXT_TUESDAY + timedelta(hours=2))],
        at=MONDAY_9,
    )
    assert b"Reyes" not in content
    assert len(list(Calendar.from_ical(content).walk("VEVENT"))) == 1
    actions.close_feed(key=new_key(), by=by, at=MONDAY_9, patient_id=jordan.pk)
    with pytest.raises(NotFound):
        queries.feed_for(second.token)


def test_failures_are_listed_and_sent_again_or_answered_by_a_call(
    personas: Personas, jordan: Patient, sign_in: Callable[[Staff], Client], clock: Any
) -> None:
    for number in (1, 2):
        queue(jordan, personas.morgan, subject_id=uuid.UUID(int=number))
    Post.faults[:] = [NotDelivered("No such number", is_final=True)] * 2
    deliver()
    morgan = Person(sign_in(personas.morgan)).opens("/messages/")
    morgan.sees("Jordan Reyes", "Not sent", "No such number")
    morgan.presses("Try again").sees("It will be sent within a minute.")
    assert deliver().sent == 1
    morgan.opens("/messages/").presses("Called instead").sees("Every message arrived")
    assert sorted(Message.objects.values_list("state", flat=True)) == ["called", "sent"]
    morgan.opens(f"/patients/{jordan.pk}/messages/").sees("Called instead", "Morgan Bell called")


def test_a_message_that_arrived_cannot_be_sent_again(personas: Personas, jordan: Patient) -> None:
    message = queue(jordan, personas.morgan)
    deliver()
    with pytest.raises(MoveNotAllowed):
        actions.try_again(
            key=new_key(), by=actor(personas.morgan), at=MONDAY_9, message_id=message.pk
        )


def test_the_patients_page_shows_what_was_said_and_stops_a_channel(
    personas: Personas, jordan: Patient, sign_in: Callable[[Staff], Client], clock: Any
) -> None:
    queue(jordan, personas.morgan)
    deliver()
    page = Person(sign_in(personas.morgan)).opens(f"/patients/{jordan.pk}/messages/")
    page.sees("Reminder, 1 day before", "Text message to (212) 555-0123", "Sent", "[link]")
    page.presses("Stop Text message").sees("by Morgan Bell")
    assert queries.unwanted_channels(Reader(jordan.pk)) == {Channel.SMS}
    page.presses("Make an address").sees("webcal", "It is shown this once")
    page.opens(f"/patients/{jordan.pk}/messages/").does_not_see("webcal")
    page.presses("End it").sees("No address is open.")


def test_a_patient_stops_messages_by_the_link_in_any_of_them(
    personas: Personas, jordan: Patient, clock: Any
) -> None:
    queue(jordan, personas.morgan)
    deliver()
    token = link_in(Post.carried[0].text, "stop")
    page = Person(Client()).opens(f"/stop/{token}/").sees("… 23", "j…@example.org")
    page.does_not_see("Jordan", "Reyes", "555-0123")
    page.presses("Stop text messages").sees("Stopped")
    assert queries.unwanted_channels(Reader(jordan.pk)) == {Channel.SMS}
    clock.shift(60)
    page.presses("Send these again")
    assert queries.unwanted_channels(Reader(jordan.pk)) == frozenset()
    Person(Client()).opens(f"/stop/{'x' * 22}/", expect=404)


def test_opening_the_stop_page_stops_nothing(
    personas: Personas, jordan: Patient, clock: Any
) -> None:
    """Mail programs open every link to look at it."""
    queue(jordan, personas.morgan)
    deliver()
    Client().get(f"/stop/{link_in(Post.carried[0].text, 'stop')}/")
    assert queries.unwanted_channels(Reader(jordan.pk)) == frozenset()


def test_texts_of_the_demo_lie_in_files(
    personas: Personas, jordan: Patient, settings: Any, tmp_path: Path
) -> None:
    settings.SEREIN_SMS_SENDER = "serein.messaging.actions.senders.FileSender"
    settings.SEREIN_SMS_FOLDER = tmp_path / "texts"
    queue(jordan, personas.morgan)
    assert deliver().sent == 1
    (file,) = (tmp_path / "texts").iterdir()
    assert json.loads(file.read_text())["to"] == "+12125550123"
    assert file.stat().st_mode & 0o077 == 0


def test_texts_of_developers_stand_on_the_console(capsys: pytest.CaptureFixture[str]) -> None:
    parcel = Parcel(uuid.uuid4(), 1, "+12125550123", "", "Hello")
    senders.ConsoleSender().send(parcel)
    assert "[text to +12125550123] Hello" in capsys.readouterr().out


def test_a_mail_server_that_is_down_is_certain_not_to_have_the_message(
    personas: Personas, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    queue(reachable(personas.morgan, phone=""), personas.morgan)
    assert deliver().waiting == 1


@pytest.fixture
def in_a_worker(tmp_path: Path, transactional_db: None) -> Callable[[Callable[[], Any]], Any]:
    """Run something in a thread with a connection of its own.

    SQLite gets a file, copied from the tests' own database, which lives in memory.
    """
    database = dict(connections.settings["default"])
    if connection.vendor == "sqlite":
        database["NAME"] = str(tmp_path / "clinic.sqlite3")
        connection.ensure_connection()
        file = connection.Database.connect(database["NAME"])
        connection.connection.backup(file)
        file.close()

    def run(work: Callable[[], Any]) -> Any:
        def alone() -> Any:
            own = load_backend(database["ENGINE"]).DatabaseWrapper(database, "default")
            connections["default"] = own
            try:
                return work()
            finally:
                own.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(alone).result()

    return run


@pytest.mark.django_db(transaction=True)
def test_a_minute_queues_one_task_and_a_worker_sends(
    in_a_worker: Callable[[Callable[[], Any]], Any], request: pytest.FixtureRequest, clock: Any
) -> None:
    def minutes() -> list[bool]:
        personas: Personas = request.getfixturevalue("personas")
        queue(reachable(personas.morgan), personas.morgan)
        queued = [background.enqueue_delivery(), background.enqueue_delivery()]
        background.new_worker(is_batch=True).run()
        return [*queued, background.enqueue_delivery()]

    assert in_a_worker(minutes) == [True, False, True]
    assert len(Post.carried) == 1
    assert in_a_worker(lambda: background.forget_tasks(MONDAY_9 + timedelta(days=3))) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_every_message_once(
    in_a_worker: Callable[[Callable[[], Any]], Any],
    request: pytest.FixtureRequest,
) -> None:
    def prepare() -> None:
        personas: Personas = request.getfixturevalue("personas")
        patient = reachable(personas.morgan)
        for number in range(20):
            queue(patient, personas.morgan, subject_id=uuid.UUID(int=number))

    in_a_worker(prepare)
    with ThreadPoolExecutor(2) as pool:
        turns = list(pool.map(lambda _: in_a_worker(deliver), range(2)))
    assert sum(turn.sent for turn in turns) == 20
    assert len({parcel.message_id for parcel in Post.carried}) == len(Post.carried) == 20


class PowerCut:
    """A carrier during whose work the process is killed."""

    def send(self, parcel: Parcel) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_claim_and_sending_never_makes_a_message_leave_twice(
    in_a_worker: Callable[[Callable[[], Any]], Any], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the killed process is given a database file")

    def prepare() -> None:
        personas: Personas = request.getfixturevalue("personas")
        queue(reachable(personas.morgan), personas.morgan)

    in_a_worker(prepare)
    died = subprocess.run(
        [sys.executable, "-c", _DELIVER],
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'clinic.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "serein.config.settings",
            "SEREIN_DATA_DIR": str(tmp_path),
            "SEREIN_SMS_SENDER": "tests.flows.test_messaging.PowerCut",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    assert in_a_worker(state) is MessageState.SENDING
    assert in_a_worker(lambda: deliver(MONDAY_9 + timedelta(minutes=11))).unsure == 1
    assert in_a_worker(lambda: deliver(MONDAY_9 + timedelta(hours=3))) == actions.Tally()
    assert Post.carried == []


_DELIVER = """
import django
django.setup()
from tests.flows.test_messaging import deliver
deliver()
"""


def test_a_failure_whose_time_is_over_never_hides_one_that_can_still_be_mended(
    personas: Personas, jordan: Patient, sign_in: Callable[[Staff], Client], clock: Any
) -> None:
    for number in range(1, 4):
        old = {"subject_id": uuid.UUID(int=number), "not_after": MONDAY_9 + timedelta(minutes=1)}
        queue(jordan, personas.morgan, **old)
    queue(jordan, personas.morgan, subject_id=uuid.UUID(int=9))
    Post.faults[:] = [NotDelivered("No such number", is_final=True)] * 4
    deliver()
    clock.shift(120)
    at = MONDAY_9 + timedelta(minutes=2)
    site_id = personas.morgan.site_id
    (useful,) = queries.failures(site_id, at=at, limit=1)
    assert useful.subject_id == uuid.UUID(int=9)
    assert len(queries.failures(site_id, at=at, is_over=True)) == 3
    morgan = Person(sign_in(personas.morgan)).opens("/messages/")
    morgan.sees("3 whose time is over", "Try again")
    assert (
        sum("Try again" in words for form in morgan.reader.forms for *_, words, _ in form.buttons)
        == 1
    )


@pytest.mark.parametrize(
    ("minutes", "said"), [(4, ""), (30, "30 min"), (240, "4 h"), (60 * 24 * 9, "9 days")]
)
def test_how_long_nothing_was_sent_is_said_in_units_that_people_use(
    minutes: int, said: str
) -> None:
    words = presenters.overdue_words(MONDAY_9, at=MONDAY_9 + timedelta(minutes=minutes))
    assert said in words
    assert bool(words) == bool(said)
