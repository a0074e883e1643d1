"""A patient answers by a personal link: on a phone, with pauses, and safely."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from serein.assessments import actions, queries, rules
from serein.assessments.models import Answer, Invitation, Response
from serein.core.actors import Actor
from serein.core.errors import NotFound, Refused
from serein.patients import actions as patients
from serein.safety import queries as safety
from tests.conftest import MONDAY_9, actor, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from serein.accounts.models import Staff
    from serein.patients.models import Patient
    from tests.conftest import Personas

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def jordan(personas: Personas) -> Patient:
    return patients.register_patient(
        key=new_key(), by=actor(personas.morgan), at=MONDAY_9, given_name="Jordan",
        family_name="Reyesson", birth_date=date(1985, 5, 4), sex="male", preferred_name="Jo",
    )  # fmt: skip


def invite(patient: Patient, by: Staff, code: str, days: int = 7) -> Invitation:
    return actions.invite(
        key=new_key(), by=actor(by), at=MONDAY_9, patient_id=patient.pk, instrument_code=code,
        expires_at=MONDAY_9 + timedelta(days=days),
    )  # fmt: skip


class Phone:
    """A browser with a personal link in it: opens pages and answers them as a person would."""

    def __init__(self, token: str) -> None:
        self.client, self.home = Client(enforce_csrf_checks=True), f"/q/{token}/"

    def open(self, page: str = "") -> Any:
        return self.client.get(self.home + page)

    def send(self, page: str, **data: str) -> Any:
        shown = self.open(page).content.decode()
        return self.client.post(self.home + page, {**self.hidden(shown), **data})

    def answer(self, step: int, value: int) -> Any:
        return self.send(f"{step}/", value=str(value))

    @staticmethod
    def hidden(shown: str) -> dict[str, str]:
        names = ("csrfmiddlewaretoken", "key_field")
        return {
            name: found[1]
            for name in names
            if (found := re.search(rf'name="{name}" value="([^"]+)"', shown))
        }


def test_a_whole_questionnaire(jordan: Patient, personas: Personas) -> None:
    phone = Phone(invite(jordan, personas.sam, "gad7").token)
    start = phone.open().content.decode()
    assert "Hello Jo" in start
    assert "7 questions, about 2 minutes." in start
    assert "Reyesson" not in start
    first = phone.open("1/").content.decode()
    assert "Question 1 of 7, about 2 minutes" in first
    assert "Feeling nervous, anxious or on edge" in first
    for step in range(1, 8):
        followed = phone.answer(step, 1)
        assert followed.status_code == 302
    assert followed.url == phone.home + "check/"
    check = phone.open("check/").content.decode()
    assert check.count("Several days") == 7
    assert "blank" not in check
    assert phone.send("check/").url == phone.home + "thanks/"
    thanks = phone.open("thanks/").content.decode()
    assert "What happens next" in thanks
    (fact,) = queries.scores_of(jordan.pk)
    assert (fact.total, fact.by_link, fact.respondent) == (7, True, "patient")


def test_each_answer_is_kept_at_once_and_another_device_goes_on(
    jordan: Patient, personas: Personas
) -> None:
    token = invite(jordan, personas.sam, "gad7").token
    phone, tablet = Phone(token), Phone(token)
    phone.answer(1, 2)
    phone.answer(2, 3)
    back = tablet.open().content.decode()
    assert "Your answers so far are kept: 2 of 7." in back
    assert f'href="{tablet.home}3/"' in back
    assert re.search(r'value="3"[^>]*checked', tablet.open("2/").content.decode())


def test_back_and_change(jordan: Patient, personas: Personas) -> None:
    phone = Phone(invite(jordan, personas.sam, "gad7").token)
    phone.answer(1, 2)
    assert f'href="{phone.home}1/"' in phone.open("2/").content.decode()
    phone.answer(1, 3)
    changed = phone.send("1/?from=check", value="0")
    assert changed.url == phone.home + "check/"
    response = Response.objects.get()
    assert queries.answers_of(response.pk) == {1: 0}
    assert [a.value for a in response.answers.order_by("sequence")] == [2, 3, 0]


def test_a_page_kept_by_the_browser_still_counts(jordan: Patient, personas: Personas) -> None:
    """The same old page, answered 2, then 3, then 2 again: the last answer counts."""
    phone = Phone(invite(jordan, personas.sam, "gad7").token)
    kept = phone.hidden(phone.open("1/").content.decode())
    for value in ("2", "3", "2"):
        phone.client.post(phone.home + "1/", {**kept, "value": value})
    assert queries.answers_of(Response.objects.get().pk) == {1: 2}


def test_a_press_that_arrives_twice_is_one_answer(jordan: Patient, personas: Personas) -> None:
    phone = Phone(invite(jordan, personas.sam, "gad7").token)
    data = {**phone.hidden(phone.open("1/").content.decode()), "value": "1"}
    assert phone.client.post(phone.home + "1/", data).status_code == 302
    assert phone.client.post(phone.home + "1/", data).status_code == 302
    assert Answer.objects.count() == 1


def test_leaving_a_question_blank_is_said_plainly(jordan: Patient, personas: Personas) -> None:
    phone = Phone(invite(jordan, personas.sam, "gad7").token)
    for step in range(1, 7):
        phone.answer(step, 1)
    assert phone.send("7/", go="skip").status_code == 302
    assert "You left this blank." in phone.open("7/").content.decode()
    check = phone.open("check/").content.decode()
    assert "Left blank" in check
    assert "1 question is blank. A blank question counts as missing" in check
    phone.send("check/")
    (fact,) = queries.scores_of(jordan.pk)
    assert (fact.total, fact.missing) == (None, (7,))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "Choose an answer, or choose “Leave blank”."),
        ({"value": ""}, "Choose an answer, or choose “Leave blank”."),
        ({"value": "4"}, "Choose one of the answers shown."),
        ({"value": "-1"}, "Choose one of the answers shown."),
        ({"value": "１"}, "Choose one of the answers shown."),
        ({"value": "<script>alert(1)</script>"}, "Choose one of the answers shown."),
        ({"value": "x" * 10_000}, "Choose one of the answers shown."),
        ({"value": "1\x00"}, "Choose one of the answers shown."),
    ],
)
def test_a_bad_answer_stores_nothing(
    jordan: Patient, personas: Personas, data: dict[str, str], says: str
) -> None:
    phone = Phone(invite(jordan, personas.sam, "gad7").token)
    answer = phone.send("1/", **data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert says in text
    assert "<script>alert" not in text
    assert "<title>\n" not in text
    assert not Response.objects.exists()


def test_nothing_answered_cannot_be_sent(jordan: Patient, personas: Personas) -> None:
    phone = Phone(invite(jordan, personas.sam, "gad7").token)
    refused = phone.send("check/")
    assert refused.status_code == 422
    assert "Answer at least one question before you send." in refused.content.decode()


def test_the_gate_ends_the_form(jordan: Patient, personas: Personas) -> None:
    phone = Phone(invite(jordan, personas.sam, "pc-ptsd-5").token)
    first = phone.open("1/").content.decode()
    assert "Question 1 of 6" in first
    assert "a serious accident or fire" in first
    assert phone.answer(1, 0).url == phone.home + "check/"
    phone.send("check/")
    (fact,) = queries.scores_of(jordan.pk)
    assert (fact.total, fact.missing, fact.inconsistent) == (0, (), False)


class TestItemNine:
    def test_help_comes_at_once_and_a_task_before_sending(
        self, jordan: Patient, personas: Personas
    ) -> None:
        phone = Phone(invite(jordan, personas.sam, "phq9").token)
        followed = phone.answer(9, 1)
        assert followed.url == phone.home + "safe/"
        (task,) = safety.open_tasks_of(jordan.pk)
        assert (task.level, task.assigned_to_name) == ("s1", "Dana Whitfield")
        assert "saved before the form is sent" in task.because
        shown = phone.open("safe/").content.decode()
        assert "Thank you for telling us" in shown
        for link in ("tel:988", "sms:988", "tel:911"):
            assert f'href="{link}"' in shown
        assert shown.index("tel:988") < shown.index("Are you safe right now?")
        assert "score" not in shown.lower()
        # The form is never sent, and the task stands.
        assert not queries.scores_of(jordan.pk)

    def test_help_stays_on_all_later_pages(self, jordan: Patient, personas: Personas) -> None:
        phone = Phone(invite(jordan, personas.sam, "phq9").token)
        phone.answer(9, 2)
        for page in ("", "1/", "8/", "9/", "check/", "safe/"):
            assert 'href="tel:988"' in phone.open(page).content.decode(), page
            assert "Help now" in phone.open(page).content.decode(), page
        phone.send("check/")
        assert 'href="tel:988"' in phone.open("thanks/").content.decode()

    @pytest.mark.parametrize(
        ("answer", "levels"),
        [
            ("yes", ["s1"]),
            ("no", ["s1", "s3"]),
            ("not_sure", ["s1", "s3"]),
            ("rather_not_say", ["s1", "s3"]),
        ],
    )
    def test_only_a_plain_yes_is_yes(
        self, jordan: Patient, personas: Personas, answer: str, levels: list[str]
    ) -> None:
        phone = Phone(invite(jordan, personas.sam, "phq9").token)
        phone.answer(9, 1)
        assert phone.send("safe/", answer=answer).url == phone.home + "check/"
        assert sorted(task.level for task in safety.open_tasks_of(jordan.pk)) == levels
        told = "The clinic has been told" in phone.open("check/").content.decode()
        assert told is (len(levels) == 2)

    def test_silence_is_not_taken_as_an_answer(self, jordan: Patient, personas: Personas) -> None:
        phone = Phone(invite(jordan, personas.sam, "phq9").token)
        phone.answer(9, 1)
        refused = phone.send("safe/")
        assert refused.status_code == 422
        assert "Choose an answer, or choose" in refused.content.decode()
        assert phone.send("safe/", answer="maybe").status_code == 422
        assert queries.progress_of(Invitation.objects.get().pk).safe_now is None

    def test_a_graver_answer_opens_a_further_task_a_milder_one_closes_none(
        self, jordan: Patient, personas: Personas
    ) -> None:
        phone = Phone(invite(jordan, personas.sam, "phq9").token)
        for value in (1, 3, 1, 3, 0):
            phone.answer(9, value)
        assert sorted(t.level for t in safety.open_tasks_of(jordan.pk)) == ["s1", "s3"]
        assert 'href="tel:988"' in phone.open("8/").content.decode()

    def test_the_follow_up_is_not_there_without_cause(
        self, jordan: Patient, personas: Personas
    ) -> None:
        phone = Phone(invite(jordan, personas.sam, "phq9").token)
        phone.answer(9, 0)
        assert phone.open("safe/").status_code == 302
        assert safety.open_tasks_of(jordan.pk) == ()

    def test_staff_see_what_was_said(
        self, jordan: Patient, personas: Personas, sign_in: Callable[[Staff], Client]
    ) -> None:
        phone = Phone(invite(jordan, personas.sam, "phq9").token)
        phone.answer(9, 2)
        phone.send("safe/", answer="not_sure")
        response = Response.objects.get()
        shown = sign_in(personas.priya).get(
            reverse("assessments:response", args=[jordan.pk, response.pk])
        )
        text = shown.content.decode()
        assert "I am not sure" in text
        assert "Begun, not sent" in text
        assert "Not reached" in text


class TestClosedLinks:
    @pytest.mark.parametrize("page", ["", "1/", "check/", "safe/", "thanks/", "new/"])
    @pytest.mark.parametrize(
        "token",
        ["wrong", "a" * 43, "é" * 43, "%00" * 43],
        ids=["short", "unknown", "not-ascii", "nul"],
    )
    def test_a_wrong_link_is_the_same_404_everywhere(
        self, jordan: Patient, personas: Personas, page: str, token: str
    ) -> None:
        invite(jordan, personas.sam, "phq9")
        shown = Client().get(f"/q/{token}/{page}")
        assert shown.status_code == 404
        assert "This link does not work" in shown.content.decode()

    def test_a_link_that_ran_out_says_nothing_of_the_person(
        self, jordan: Patient, personas: Personas, clock: Any
    ) -> None:
        phone = Phone(invite(jordan, personas.sam, "phq9", days=1).token)
        phone.answer(1, 1)
        clock.move_to(MONDAY_9 + timedelta(days=1))
        for page in ("", "1/", "check/", "safe/", "thanks/"):
            shown = phone.open(page)
            text = shown.content.decode()
            assert shown.status_code == 410, page
            assert "This link is closed" in text
            assert not re.search(r"Jo\b|Jordan|Reyesson|PHQ|depress", text)

    def test_asking_for_a_new_link_reaches_the_desk_once(
        self,
        jordan: Patient,
        personas: Personas,
        clock: Any,
        sign_in: Callable[[Staff], Client],
    ) -> None:
        phone = Phone(invite(jordan, personas.sam, "phq9", days=1).token)
        assert phone.open("new/").status_code == 302  # still works: nothing to ask for
        assert queries.links_asked_for(jordan.site_id) == ()
        clock.move_to(MONDAY_9 + timedelta(days=2))
        assert phone.send("new/").status_code == 302
        assert "We have told the clinic." in phone.open().content.decode()
        phone.client.post(phone.home + "new/", phone.hidden(phone.open("new/").content.decode()))
        (asked,) = queries.links_asked_for(jordan.site_id)
        assert asked.patient_id == jordan.pk
        desk = sign_in(personas.morgan)
        assert "Jordan Reyesson" in desk.get(reverse("assessments:links")).content.decode()
        made = desk.post(
            reverse("assessments:invite", args=[jordan.pk]),
            {"instrument_code": "phq9", "days": "7", "key_field": str(new_key())},
        )
        token = re.search(r"/q/([\w-]{43})/", made.content.decode())
        assert token is not None
        assert Phone(token[1]).open().status_code == 200
        assert queries.links_asked_for(jordan.site_id) == ()

    def test_a_sent_form_cannot_be_opened_or_answered_again(
        self, jordan: Patient, personas: Personas
    ) -> None:
        invitation = invite(jordan, personas.sam, "gad7")
        phone = Phone(invitation.token)
        data = {**phone.hidden(phone.open("1/").content.decode()), "value": "1"}
        phone.client.post(phone.home + "1/", data)
        phone.send("check/")
        later = {**data, "value": "3", "key_field": str(new_key())}
        assert phone.client.post(phone.home + "1/", later).status_code == 410
        assert "Several days" not in phone.open("check/").content.decode()
        with pytest.raises(Refused, match="Ask the clinic for a new link"):
            actions.answer_item(
                key=new_key(), by=Actor.patient(jordan.pk, jordan.site_id), at=MONDAY_9,
                invitation_id=invitation.pk, item_number=1, value=3,
            )  # fmt: skip
        assert queries.answers_of(Response.objects.get().pk) == {1: 1}

    def test_a_withdrawn_link_tells_nothing(
        self, jordan: Patient, personas: Personas, sign_in: Callable[[Staff], Client]
    ) -> None:
        invitation = invite(jordan, personas.sam, "gad7")
        phone = Phone(invitation.token)
        phone.answer(1, 1)
        desk = sign_in(personas.morgan)
        address = reverse("assessments:withdraw", args=[jordan.pk, invitation.pk])
        assert desk.post(address, {"key_field": str(new_key())}).status_code == 302
        assert phone.open().status_code == 404
        assert phone.open("new/").status_code == 404

    def test_striking_out_an_unsent_form_withdraws_its_link(
        self, jordan: Patient, personas: Personas
    ) -> None:
        phone = Phone(invite(jordan, personas.sam, "gad7").token)
        phone.answer(1, 1)
        actions.mark_response_in_error(
            key=new_key(), by=actor(personas.sam), at=MONDAY_9, patient_id=jordan.pk,
            response_id=Response.objects.get().pk, reason="Sent to another person.",
        )  # fmt: skip
        assert phone.open("1/").status_code == 404


class TestSecrets:
    def test_only_a_hash_is_kept(self, jordan: Patient, personas: Personas) -> None:
        invitation = invite(jordan, personas.sam, "gad7")
        kept = Invitation.objects.get()
        assert len(invitation.token) == rules.TOKEN_CHARACTERS
        assert kept.token == ""
        assert invitation.token not in str(kept.__dict__)
        assert kept.token_hash == rules.token_hash(invitation.token)

    def test_a_page_sent_twice_shows_the_same_link(
        self, jordan: Patient, personas: Personas, sign_in: Callable[[Staff], Client]
    ) -> None:
        desk = sign_in(personas.morgan)
        data = {"instrument_code": "gad7", "days": "3", "key_field": str(new_key())}
        address = reverse("assessments:invite", args=[jordan.pk])
        links = {
            re.search(r"/q/[\w-]{43}/", desk.post(address, data).content.decode())[0]  # type: ignore[index]
            for _ in range(2)
        }
        assert len(links) == 1
        assert Invitation.objects.count() == 1
        assert "See the answers" not in desk.get(address).content.decode()

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            ({"days": "7"}, "Choose a questionnaire."),
            ({"instrument_code": "pcl-c", "days": "7"}, "Choose one of the questionnaires."),
            ({"instrument_code": "gad7", "days": "400"}, "Choose how long the link works."),
            ({"instrument_code": "gad7", "days": "x"}, "Choose how long the link works."),
        ],
    )
    def test_a_bad_invitation(
        self,
        jordan: Patient,
        personas: Personas,
        sign_in: Callable[[Staff], Client],
        data: dict[str, str],
        says: str,
    ) -> None:
        answer = sign_in(personas.sam).post(reverse("assessments:invite", args=[jordan.pk]), data)
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize("days", [0, -1, 31])
    def test_an_end_that_cannot_be(self, jordan: Patient, personas: Personas, days: int) -> None:
        with pytest.raises(Refused, match=r"^Choose an end"):
            invite(jordan, personas.sam, "gad7", days=days)

    def test_pages_stay_out_of_caches_indexes_and_other_sites(
        self, jordan: Patient, personas: Personas
    ) -> None:
        phone = Phone(invite(jordan, personas.sam, "phq9").token)
        phone.answer(9, 1)
        pages = [phone.open(page) for page in ("", "1/", "safe/", "check/")]
        pages.append(Client().get("/q/wrong/"))
        for shown in pages:
            assert shown["Cache-Control"] == "no-store"
            assert "noindex" in shown["X-Robots-Tag"]
            assert shown["Referrer-Policy"] == "same-origin"
            text = shown.content.decode()
            assert '<meta name="robots" content="noindex, nofollow">' in text
            assert not re.search(r'(src|href)="(https?:)?//', text)
            assert " onclick" not in text
            assert "style=" not in text

    def test_one_patients_link_does_not_reach_anothers(
        self, jordan: Patient, personas: Personas
    ) -> None:
        other = patients.register_patient(
            key=new_key(), by=actor(personas.morgan), at=MONDAY_9, given_name="Ada",
            family_name="Other", birth_date=date(1990, 1, 1), sex="female",
        )  # fmt: skip
        invitation = invite(jordan, personas.sam, "gad7")
        stranger = Actor.patient(other.pk, other.site_id)
        with pytest.raises(NotFound):
            actions.answer_item(
                key=new_key(), by=stranger, at=MONDAY_9, invitation_id=invitation.pk,
                item_number=1, value=1,
            )  # fmt: skip
        assert not Response.objects.exists()
