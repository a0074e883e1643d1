"""The front desk answers those who asked to be seen."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from serein.intake import queries
from serein.intake.models import ConsultRequest
from serein.intake.states import RequestState
from serein.patients import queries as patients
from serein.safety import queries as safety

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from serein.accounts.models import Site, Staff
    from tests.conftest import Personas

    SignIn = Callable[[Staff], Client]

pytestmark = pytest.mark.django_db

WHOLE = {
    "name": "Jordan Reyes",
    "contact": "(212) 555-0123",
    "may_leave_message": "no",
    "what_brings": "Nights are bad since the fire.",
    "heart": "yes",
    "pregnancy": "rather_not",
    "birth_date": "1985-04-12",
}
VERBS = ("Enter", "Choose", "Shorten", "Remove", "Check")


def send(**changes: str) -> None:
    Client().post("/ask/", {**WHOLE, "key_field": str(uuid.uuid4()), **changes})


def text_of(response: Response) -> str:
    return response.content.decode()


def only_request() -> ConsultRequest:
    return ConsultRequest.objects.get()


class TestTheDesk:
    def test_danger_sorts_first_and_all_answers_show(
        self, site: Site, personas: Personas, sign_in: SignIn
    ) -> None:
        send(name="First Asked")
        send(name="In Danger", danger="now")
        desk = sign_in(personas.morgan)
        shown = text_of(desk.get(reverse("intake:queue")))
        assert shown.index("In Danger") < shown.index("First Asked")
        asked = ConsultRequest.objects.get(name="In Danger")
        page = text_of(desk.get(reverse("intake:request", args=[asked.pk])))
        for words in (
            "Nights are bad since the fire.",
            "(212) 555-0123",
            "High blood pressure or heart trouble",
            "Rather not say",
            "12 April 1985",
            "Call Dana Whitfield now.",
        ):
            assert words in page

    def test_a_contact_moves_the_request_and_stays_in_the_log(
        self, site: Site, personas: Personas, sign_in: SignIn
    ) -> None:
        send()
        asked = only_request()
        desk = sign_in(personas.morgan)
        address = reverse("intake:contact", args=[asked.pk])
        desk.post(address, {"outcome": "no_answer", "note": "rang out"})
        assert only_request().state == RequestState.NEW
        desk.post(address, {"outcome": "spoke", "note": "prefers mornings"})
        assert only_request().state == RequestState.CONTACTED
        page = text_of(desk.get(reverse("intake:request", args=[asked.pk])))
        assert page.index("prefers mornings") < page.index("rang out")
        assert "Morgan Bell" in page

    @pytest.mark.parametrize(
        "data", [{}, {"outcome": "gone"}, {"outcome": "spoke", "note": "x" * 1_001}]
    )
    def test_a_wrong_contact_is_not_kept(
        self, site: Site, personas: Personas, sign_in: SignIn, data: dict[str, str]
    ) -> None:
        send()
        asked = only_request()
        desk = sign_in(personas.morgan)
        response = desk.post(reverse("intake:contact", args=[asked.pk]), data)
        assert response.status_code == 422
        assert queries.attempts_of(site.pk, asked.pk) == ()
        for errors in response.context["form"].errors.values():
            assert all(str(error).startswith(VERBS) for error in errors)

    def test_not_now_comes_back_when_asked_again(
        self, site: Site, personas: Personas, sign_in: SignIn
    ) -> None:
        send()
        asked = only_request()
        desk = sign_in(personas.morgan)
        address = reverse("intake:not_now", args=[asked.pk])
        assert desk.post(address, {"reason": "", "ask_again_on": "2020-01-01"}).status_code == 422
        past = desk.post(address, {"reason": "Moves", "ask_again_on": "2020-01-01"})
        assert past.status_code == 422
        assert "Choose a date after today." in text_of(past)
        soon = date.today() + timedelta(days=30)  # noqa: DTZ011
        assert desk.post(address, {"reason": "Moves", "ask_again_on": str(soon)}).status_code == 302
        assert queries.queue(site.pk, today=soon - timedelta(days=1)) == ()
        assert [line.is_due for line in queries.queue(site.pk, today=soon)] == [True]
        later = text_of(desk.get(reverse("intake:queue"), {"show": "later"}))
        assert "Jordan Reyes" in later
        desk.post(reverse("intake:ask_again", args=[asked.pk]), {})
        assert only_request().state == RequestState.NEW
        assert only_request().ask_again_date is None

    def test_a_person_in_danger_is_not_put_off(
        self, site: Site, personas: Personas, sign_in: SignIn
    ) -> None:
        send(danger="now")
        soon = date.today() + timedelta(days=30)  # noqa: DTZ011
        response = sign_in(personas.morgan).post(
            reverse("intake:not_now", args=[only_request().pk]),
            {"reason": "Moves", "ask_again_on": str(soon)},
        )
        assert response.status_code == 422
        assert "Wait for the clinician" in text_of(response)


ACCEPT = {
    "given_name": "Jordan",
    "family_name": "Reyes",
    "birth_date": "1985-04-12",
    "sex": "unknown",
}


class TestAccepting:
    def accept(self, client: Client, **changes: str) -> Response:
        address = reverse("intake:accept", args=[ConsultRequest.objects.latest("submitted_at").pk])
        return client.post(address, {**ACCEPT, "key_field": str(uuid.uuid4()), **changes})

    def test_every_answer_is_carried_over(
        self, site: Site, personas: Personas, sign_in: SignIn
    ) -> None:
        send()
        desk = sign_in(personas.morgan)
        shown = desk.get(reverse("intake:accept", args=[only_request().pk]))
        assert shown.context["form"]["given_name"].value() == "Jordan"
        assert self.accept(desk).status_code == 302
        asked = only_request()
        assert asked.state == RequestState.ACCEPTED
        assert asked.patient_id is not None
        patient = patients.patient_for(site.pk, asked.patient_id)
        assert (patient.given_name, patient.family_name) == ("Jordan", "Reyes")
        assert patient.may_leave_message is False
        (contact,) = patients.contacts_of(patient.pk)
        assert contact.value == "+12125550123"
        carried = queries.request_of_patient(patient.pk)
        assert carried is not None
        assert carried.what_brings.startswith("Nights are bad")
        assert carried.answers["heart"] == "yes"
        page = text_of(
            sign_in(personas.sam).get(reverse("intake:patient_request", args=[patient.pk]))
        )
        assert "Nights are bad since the fire." in page

    def test_a_safety_task_follows_the_person(
        self, site: Site, personas: Personas, sign_in: SignIn
    ) -> None:
        send(danger="now")
        self.accept(sign_in(personas.morgan))
        patient_id = only_request().patient_id
        assert patient_id is not None
        (task,) = safety.open_tasks_of(patient_id)
        assert task.patient_name == "Jordan Reyes"

    def test_a_possible_duplicate_must_be_decided(
        self, site: Site, personas: Personas, sign_in: SignIn
    ) -> None:
        desk = sign_in(personas.morgan)
        send()
        self.accept(desk)
        first = only_request().patient_id
        send(name="Jordan Reyez", contact="jordan@example.org")
        warned = self.accept(desk, family_name="Reyez")
        assert warned.status_code == 422
        assert "Choose whether this is the same person." in text_of(warned)
        assert "Jordan Reyes, born 12 April 1985" in text_of(warned)
        assert self.accept(desk, family_name="Reyez", same_as=str(first)).status_code == 302
        assert patients.count_found(site.pk) == 1
        assert first is not None
        assert {contact.kind for contact in patients.contacts_of(first)} == {"phone", "email"}

    def test_somebody_else_gets_a_record_of_their_own(
        self, site: Site, personas: Personas, sign_in: SignIn
    ) -> None:
        desk = sign_in(personas.morgan)
        for _ in range(2):
            send()
            self.accept(desk, same_as="someone_else")
        assert patients.count_found(site.pk) == 2

    @pytest.mark.parametrize(
        "changes",
        [
            {"family_name": ""},
            {"family_name": "x" * 10_000},
            {"given_name": "J\u202eo"},
            {"birth_date": ""},
            {"birth_date": "12.04.1985"},
            {"birth_date": "2999-01-01"},
            {"sex": ""},
            {"sex": "robot"},
        ],
    )
    def test_bad_input_registers_nobody(
        self, site: Site, personas: Personas, sign_in: SignIn, changes: dict[str, str]
    ) -> None:
        send()
        response = self.accept(sign_in(personas.morgan), **changes)
        assert response.status_code == 422
        assert patients.count_found(site.pk) == 0
        assert only_request().state == RequestState.NEW
        for errors in response.context["form"].errors.values():
            assert all(str(error).startswith(VERBS) for error in errors), errors

    def test_a_retry_registers_once(self, site: Site, personas: Personas, sign_in: SignIn) -> None:
        send()
        desk = sign_in(personas.morgan)
        key = str(uuid.uuid4())
        self.accept(desk, key_field=key)
        assert self.accept(desk, key_field=key).status_code == 302
        assert patients.count_found(site.pk) == 1

    def test_a_second_person_accepting_is_told(
        self, site: Site, personas: Personas, sign_in: SignIn
    ) -> None:
        send()
        self.accept(sign_in(personas.morgan))
        late = self.accept(sign_in(personas.sam))
        assert late.status_code == 422
        assert "Reload the page" in text_of(late)
        assert patients.count_found(site.pk) == 1


class TestStrangers:
    NAMES = ("request", "contact", "not_now", "ask_again", "accept")

    @pytest.mark.parametrize("name", NAMES)
    def test_another_site_sees_nothing(
        self, site: Site, personas: Personas, sign_in: SignIn, name: str
    ) -> None:
        send()
        address = reverse(f"intake:{name}", args=[only_request().pk])
        stranger = sign_in(personas.robin)
        answer = stranger.post(address, {}) if name in ("contact", "ask_again") else None
        answer = answer or stranger.get(address)
        assert answer.status_code == 404
        assert only_request().state == RequestState.NEW

    @pytest.mark.parametrize("who", ["ash", "alex", "lee", "uma"])
    def test_others_may_not_open_the_queue(
        self, site: Site, personas: Personas, sign_in: SignIn, who: str
    ) -> None:
        client = sign_in(getattr(personas, who))
        assert client.get(reverse("intake:queue")).status_code == 403
