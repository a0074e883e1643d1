"""Somebody asks to be seen, and the front desk answers."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from serein.audit import queries as audit
from serein.intake import queries
from serein.intake.models import ConsultRequest, Sending
from serein.intake.states import RequestState
from serein.safety import actions as safety_actions
from serein.safety import queries as safety
from serein.safety.rules import Level
from tests.conftest import MONDAY_9, actor, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from serein.accounts.models import Site, Staff
    from tests.conftest import Personas

    SignIn = Callable[[Staff], Client]

pytestmark = pytest.mark.django_db

ASK = "/ask/"
WHOLE = {
    "name": "Jordan Reyes",
    "contact": "(212) 555-0123",
    "may_leave_message": "no",
    "what_brings": "Nights are bad since the fire.\nI want to sleep.",
    "heart": "yes",
    "psychosis": "no",
    "pregnancy": "rather_not",
    "substances": "no",
    "escort": "yes",
    "birth_date": "1985-04-12",
}


def send(client: Client | None = None, **changes: str) -> Response:
    data = {**WHOLE, "key_field": str(uuid.uuid4()), **changes}
    return (client or Client()).post(ASK, data)


def text_of(response: Response) -> str:
    return response.content.decode()


def only_request() -> ConsultRequest:
    return ConsultRequest.objects.get()


class TestThePublicForm:
    def test_the_first_page_is_honest(self, site: Site) -> None:
        shown = text_of(Client().get("/"))
        assert "not approved by the FDA for PTSD" in shown
        assert "No clear help for PTSD" in shown
        assert site.name in shown

    def test_danger_is_the_first_control(self, site: Site) -> None:
        form = text_of(Client().get(ASK)).split('id="ask"')[1]
        controls = re.findall(r"<(?:button|input|textarea|select)[^>]*>", form)
        seen = [one for one in controls if "hidden" not in one]
        assert 'name="danger"' in seen[0]
        assert "formnovalidate" in seen[0]

    def test_it_needs_no_cookie_and_no_script(self, site: Site) -> None:
        strict = Client(enforce_csrf_checks=True)
        response = strict.post(ASK, {**WHOLE, "key_field": str(uuid.uuid4())})
        assert response.status_code == 302

    def test_a_whole_request_is_kept(self, site: Site) -> None:
        response = send()
        assert response.status_code == 302
        assert response["Location"] == "/ask/received/"
        assert Client().get(response["Location"]).status_code == 200
        asked = queries.request(site.pk, only_request().pk)
        assert asked.state is RequestState.NEW
        assert (asked.name, asked.contact_kind) == ("Jordan Reyes", "phone")
        assert asked.contact_value == "+12125550123"
        assert asked.may_leave_message is False
        assert asked.what_brings == "Nights are bad since the fire.\nI want to sleep."
        assert asked.answers["pregnancy"] == "rather_not"
        assert asked.birth_date == date(1985, 4, 12)
        assert asked.is_complete

    def test_name_and_one_contact_are_enough(self, site: Site) -> None:
        empty = dict.fromkeys(WHOLE, "")
        response = send(**{**empty, "name": "Cher", "contact": "cher@example.org"})
        assert response.status_code == 302
        assert only_request().contact_kind == "email"
        assert only_request().may_leave_message is None

    def test_the_same_press_twice_is_one_request(self, site: Site) -> None:
        key = str(uuid.uuid4())
        send(key_field=key)
        send(key_field=key)
        assert ConsultRequest.objects.count() == 1
        assert Sending.objects.count() == 1

    def test_going_back_and_mending_completes_the_same_request(self, site: Site) -> None:
        key = str(uuid.uuid4())
        send(key_field=key)
        send(key_field=key, name="Jordan A. Reyes")
        assert only_request().name == "Jordan A. Reyes"
        assert Sending.objects.count() == 2


BAD = [
    ("name", ""),
    ("name", "   "),
    ("name", "x" * 10_000),
    ("name", "Jordan\u202eseyeR"),
    ("name", "Jordan\nReyes"),
    ("name", "Jordan\x00Reyes"),
    ("contact", ""),
    ("contact", "12"),
    ("contact", "call me"),
    ("contact", "555 01,23 ask for Jo"),
    ("contact", "jordan@"),
    ("contact", "@example.org"),
    ("contact", "x" * 10_000),
    ("may_leave_message", "perhaps"),
    ("what_brings", "x" * 4_001),
    ("heart", "maybe"),
    ("heart", "<script>alert(1)</script>"),
    ("birth_date", "12/04/1985"),
    ("birth_date", "１９８５-04-12"),
    ("birth_date", "1985-02-30"),
    ("birth_date", "1,985"),
    ("birth_date", "2999-01-01"),
    ("birth_date", "1799-01-01"),
    ("company", "Acme"),
]
VERBS = (
    "Enter", "Choose", "Shorten", "Remove", "Write", "Check", "Clear", "Use", "Null",
)  # fmt: skip


class TestBadInput:
    @pytest.mark.parametrize(("field", "typed"), BAD)
    def test_a_wrong_field_is_named_and_nothing_is_stored_or_lost(
        self, site: Site, field: str, typed: str
    ) -> None:
        response = send(**{field: typed})
        assert response.status_code == 422
        assert ConsultRequest.objects.count() == 0
        form = response.context["form"]
        assert set(form.errors) == {field}
        for message in form.errors[field]:
            assert str(message).startswith(VERBS), message
        for name, kept in {**WHOLE, field: typed}.items():
            assert form[name].value() == kept

    @pytest.mark.parametrize(
        "name",
        [
            "Siobhán O'Brien",
            "<script>alert('x')</script>",
            "Ana “Nina” Núñez",
            "محمد علي",
            "李小龍",
            "Robert'); DROP TABLE--",
            "Null",
        ],
    )
    def test_every_real_name_is_welcome_and_shown_as_typed(
        self, site: Site, personas: Personas, sign_in: SignIn, name: str
    ) -> None:
        assert send(name=name).status_code == 302
        assert only_request().name == name
        shown = text_of(sign_in(personas.morgan).get(reverse("intake:queue")))
        assert "<script>alert('x')" not in shown

    def test_full_width_digits_of_a_phone_number_are_understood(self, site: Site) -> None:
        assert send(contact="２１２ ５５５ ０１２３").status_code == 302
        assert only_request().contact_value == "+12125550123"


class TestDanger:
    def test_help_comes_first_and_everything_typed_stays(
        self, site: Site, personas: Personas
    ) -> None:
        response = send(name="", contact="not sure", birth_date="in May", danger="now")
        assert response.status_code == 200
        shown = text_of(response)
        assert shown.index('href="tel:988"') < shown.index('id="ask"')
        assert shown.index('href="tel:911"') < shown.index('id="ask"')
        for words in ("sms:988", "988lifeline.org", "Veterans can press 1", "Nights are bad"):
            assert words in shown
        form = response.context["form"]
        assert not form.errors
        assert form["contact"].value() == "not sure"
        assert form["birth_date"].value() == "in May"
        assert form["heart"].value() == "yes"

    def test_it_is_stored_and_a_clinician_is_called_at_once(
        self, site: Site, personas: Personas
    ) -> None:
        send(name="", contact="not sure", danger="now")
        asked = only_request()
        assert not asked.is_complete
        assert asked.danger_at is not None
        assert asked.what_brings == WHOLE["what_brings"].replace("\r", "")
        assert queries.sendings_of(asked.pk)[0].typed["contact"] == "not sure"
        (task,) = safety.open_tasks(site.pk)
        assert task.level is Level.S3
        assert task.request_id == asked.pk
        assert task.due_at - task.opened_at == timedelta(minutes=5)
        assert task.assigned_to_name == personas.dana.name

    def test_the_task_carries_the_name_if_one_was_given(
        self, site: Site, personas: Personas
    ) -> None:
        send(danger="now")
        assert safety.open_tasks(site.pk)[0].patient_name == "Jordan Reyes"

    def test_an_empty_form_is_enough(self, site: Site, personas: Personas) -> None:
        response = Client().post(ASK, {"danger": "now"})
        assert response.status_code == 200
        assert response.context["is_kept"] is True
        assert len(safety.open_tasks(site.pk)) == 1

    def test_it_works_without_cookies(self, site: Site, personas: Personas) -> None:
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(ASK, {"danger": "now"}).context["is_kept"] is True

    @pytest.mark.parametrize("field", sorted(WHOLE))
    def test_even_unreadable_input_reaches_somebody(
        self, site: Site, personas: Personas, field: str
    ) -> None:
        response = send(**{field: "\x00\u202e" + "x" * 10_000, "danger": "now"})
        assert response.status_code == 200
        assert response.context["is_kept"] is True
        kept = queries.sendings_of(only_request().pk)[0].typed[field]
        assert kept == "\u202e" + "x" * 10_000

    def test_pressing_again_does_not_call_twice_but_keeps_what_is_new(
        self, site: Site, personas: Personas, clock: object
    ) -> None:
        key = str(uuid.uuid4())
        for words in ("help", "help", "help me please"):
            send(key_field=key, what_brings=words, danger="now")
        assert ConsultRequest.objects.count() == 1
        assert Sending.objects.count() == 2
        assert len(safety.open_tasks(site.pk)) == 1

    def test_the_same_words_after_the_task_was_closed_call_again(
        self, site: Site, personas: Personas, clock: Any
    ) -> None:
        key = str(uuid.uuid4())
        send(key_field=key, danger="now")
        (task,) = safety.open_tasks(site.pk)
        safety_actions.close_task(
            key=new_key(),
            by=actor(personas.priya),
            at=MONDAY_9,
            task_id=task.task_id,
            reached="person",
            finding_text="Safe with her sister.",
            next_step="Call tomorrow.",
        )
        clock.shift(timedelta(minutes=30))
        send(key_field=key, danger="now")
        (second,) = safety.open_tasks(site.pk)
        assert second.task_id != task.task_id

    def test_the_page_that_follows_completes_the_same_request(
        self, site: Site, personas: Personas
    ) -> None:
        first = send(name="", danger="now")
        key = str(first.context["form"]["key_field"].value())
        assert send(key_field=key).status_code == 302
        asked = only_request()
        assert asked.is_complete
        assert asked.danger_at is not None
        assert asked.name == "Jordan Reyes"

    def test_a_full_box_of_spam_does_not_close_the_door(
        self, site: Site, personas: Personas
    ) -> None:
        for _ in range(8):
            send()
        assert send().status_code == 429
        assert send(danger="now").context["is_kept"] is True

    def test_help_shows_even_when_nothing_can_be_stored(
        self, site: Site, personas: Personas, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from django.db import OperationalError

        from serein.website.views import asking

        def broken(**_: object) -> None:
            raise OperationalError("disk full")

        monkeypatch.setattr(asking.actions, "call_for_help", broken)
        response = send(danger="now")
        assert response.status_code == 200
        assert "We could not pass this on" in text_of(response)
        assert "tel:988" in text_of(response)
        assert response.context["form"]["name"].value() == "Jordan Reyes"


class TestTheLimit:
    def test_the_ninth_request_waits_and_loses_nothing(self, site: Site) -> None:
        for _ in range(8):
            assert send().status_code == 302
        response = send()
        assert response.status_code == 429
        assert "Wait fifteen minutes" in text_of(response)
        assert response.context["form"]["what_brings"].value() == WHOLE["what_brings"]
        assert ConsultRequest.objects.count() == 8

    def test_the_address_itself_is_not_kept(self, site: Site) -> None:
        send()
        assert "127.0.0.1" not in Sending.objects.get().address_digest

    def test_the_audit_holds_no_words_of_the_person(self, site: Site) -> None:
        send()
        entry, *_ = [row for row, _, _ in audit.chain() if row.verb == "request_consult"]
        assert "Jordan" not in entry.details
        assert "fire" not in entry.details
