"""Staff record questionnaires: what is kept, scored, struck out, and told to a clinician."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from serein.assessments import actions, queries, rules
from serein.assessments.models import Answer, Response, Score
from serein.audit.models import AuditEntry
from serein.core.actors import Actor
from serein.core.errors import NotFound, Refused
from serein.core.models import CannotChange
from serein.patients import actions as patients
from serein.safety import queries as safety
from tests.conftest import MONDAY_9, actor, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from serein.accounts.models import Staff
    from serein.patients.models import Patient
    from tests.conftest import Personas


@pytest.fixture
def jordan(personas: Personas) -> Patient:
    return register(personas.morgan, "Jordan", "O'Brien")


def register(by: Staff, given: str, family: str) -> Patient:
    return patients.register_patient(
        key=new_key(), by=actor(by), at=MONDAY_9, given_name=given, family_name=family,
        birth_date=date(1985, 5, 4), sex="female", preferred_name="Jo",
    )  # fmt: skip


def record(patient: Patient, by: Staff, code: str, value: int = 1, **more: Any) -> Response:
    form = rules.instrument(code)
    answers: dict[int, int | None] = {item.number: value for item in form.items}
    answers.update(more.pop("answers", {}))
    facts = {"occurred_at": MONDAY_9, "respondent": "patient", "at": MONDAY_9, "key": new_key()}
    return actions.record_response(
        by=actor(by), patient_id=patient.pk, instrument_code=code, answers=answers,
        **{**facts, **more},
    )  # fmt: skip


class TestRecording:
    def test_a_complete_pcl5_is_scored(self, jordan: Patient, personas: Personas) -> None:
        record(jordan, personas.sam, "pcl5-month", 2)
        (fact,) = queries.scores_of(jordan.pk)
        assert (fact.total, fact.prorated, fact.provisional) == (Decimal(40), False, "yes")
        assert fact.clusters == {"b": 10, "c": 4, "d": 14, "e": 12}
        assert fact.may_enter_change
        assert fact.answers[20] == 2

    def test_a_prorated_total_is_kept_apart(self, jordan: Patient, personas: Personas) -> None:
        record(jordan, personas.sam, "pcl5-week", 2, answers={20: None})
        (fact,) = queries.scores_of(jordan.pk, "pcl5-week")
        assert (str(fact.total), fact.prorated, fact.missing) == ("40.0", True, (20,))
        assert fact.clusters["e"] is None
        assert fact.provisional is None
        assert not fact.may_enter_change

    def test_the_two_pcl5_forms_are_two_series(self, jordan: Patient, personas: Personas) -> None:
        record(jordan, personas.sam, "pcl5-month", 2)
        record(jordan, personas.sam, "pcl5-week", 3, occurred_at=MONDAY_9 - timedelta(days=1))
        assert [f.instrument_code for f in queries.scores_of(jordan.pk)] == [
            "pcl5-week",
            "pcl5-month",
        ]
        assert len(queries.scores_of(jordan.pk, "pcl5-week")) == 1
        assert queries.latest_scores(jordan.pk)["pcl5-month"].total == 40

    def test_many_patients_cost_as_much_as_one(
        self, personas: Personas, django_assert_num_queries: Callable[[int], Any]
    ) -> None:
        people = [register(personas.morgan, f"Pat {n}", "Example") for n in range(3)]
        for person in people:
            record(person, personas.sam, "phq9", 0)
            record(person, personas.sam, "gad7", 1)
        with django_assert_num_queries(2):
            found = queries.scores_of_patients([person.pk for person in people])
        assert {len(facts) for facts in found.values()} == {2}

    def test_a_retry_changes_nothing(self, jordan: Patient, personas: Personas) -> None:
        key = new_key()
        first = record(jordan, personas.sam, "phq9", 3, key=key)
        rows = AuditEntry.objects.count()
        assert record(jordan, personas.sam, "phq9", 3, key=key).pk == first.pk
        assert AuditEntry.objects.count() == rows
        assert len(safety.open_tasks_of(jordan.pk)) == 1

    @pytest.mark.parametrize(
        ("more", "says"),
        [
            ({"answers": {3: 4}}, "Correct question 3: 4 is not one of 0, 1, 2, 3"),
            ({"answers": {10: 1}}, "Leave out question 10"),
            ({"answers": dict.fromkeys(range(1, 10))}, "Answer at least one question"),
            ({"respondent": "dog"}, "Choose who filled in the form"),
            ({"occurred_at": MONDAY_9 + timedelta(minutes=1)}, "Enter a day that is not in"),
        ],
    )
    def test_what_cannot_be_is_refused_whole(
        self, jordan: Patient, personas: Personas, more: dict[str, Any], says: str
    ) -> None:
        with pytest.raises(Refused, match=says):
            record(jordan, personas.sam, "phq9", 0, **more)
        assert not Response.objects.exists()

    def test_the_patient_of_another_site(self, jordan: Patient, personas: Personas) -> None:
        with pytest.raises(NotFound):
            record(jordan, personas.robin, "phq9", 0)

    def test_answers_and_scores_are_written_once(self, jordan: Patient, personas: Personas) -> None:
        record(jordan, personas.sam, "gad7", 1)
        answer, score = Answer.objects.all()[0], Score.objects.get()
        answer.value = 0
        with pytest.raises(CannotChange):
            answer.save()
        with pytest.raises(CannotChange):
            Score.objects.update(total=0)
        with pytest.raises(CannotChange):
            score.delete()

    def test_the_audit_holds_no_answer(self, jordan: Patient, personas: Personas) -> None:
        record(jordan, personas.sam, "phq9", 3)
        details = " ".join(AuditEntry.objects.values_list("details", flat=True))
        assert "27" not in details
        assert "O'Brien" not in details


class TestItemNine:
    @pytest.mark.parametrize(
        ("value", "level", "minutes"), [(1, "s1", None), (2, "s2", 60), (3, "s3", 5)]
    )
    def test_above_zero_opens_a_task_for_a_named_clinician(
        self, jordan: Patient, personas: Personas, value: int, level: str, minutes: int | None
    ) -> None:
        record(jordan, personas.sam, "phq9", 0, answers={9: value})
        (task,) = safety.open_tasks_of(jordan.pk)
        assert (task.level, task.code) == (level, "phq9-item-9")
        assert task.assigned_to_name == "Dana Whitfield"
        assert task.because.startswith(f"PHQ-9 item 9 answered {value} (")
        if minutes is not None:
            assert task.due_at == MONDAY_9 + timedelta(minutes=minutes)

    def test_whatever_the_total_and_however_many_are_missing(
        self, jordan: Patient, personas: Personas
    ) -> None:
        blank = dict.fromkeys(range(1, 9))
        record(jordan, personas.sam, "phq9", 0, answers={**blank, 9: 1})
        (fact,) = queries.scores_of(jordan.pk)
        assert fact.total is None
        assert len(safety.open_tasks_of(jordan.pk)) == 1

    @pytest.mark.parametrize("value", [0, None])
    def test_zero_or_blank_opens_none(
        self, jordan: Patient, personas: Personas, value: int | None
    ) -> None:
        record(jordan, personas.sam, "phq9", 3, answers={9: value})
        assert safety.open_tasks_of(jordan.pk) == ()


class TestStrikingOut:
    def test_it_counts_no_more_and_stays_readable(
        self, jordan: Patient, personas: Personas, sign_in: Callable[[Staff], Client]
    ) -> None:
        made = record(jordan, personas.sam, "phq9", 3)
        client = sign_in(personas.sam)
        address = reverse("assessments:in_error", args=[jordan.pk, made.pk])
        assert client.post(address, {"reason": ""}).status_code == 422
        assert client.post(address, {"reason": "Another person's form"}).status_code == 302
        assert queries.scores_of(jordan.pk) == ()
        shown = client.get(reverse("assessments:response", args=[jordan.pk, made.pk]))
        assert "Another person&#x27;s form" in shown.content.decode()
        assert len(safety.open_tasks_of(jordan.pk)) == 1  # somebody did answer so
        again = client.post(address, {"reason": "Twice"})
        assert again.status_code == 422
        assert "Reload the page" in again.content.decode()


def posted(code: str, value: str = "1", **more: str) -> dict[str, str]:
    form = rules.instrument(code)
    answers = {f"q{number}": value for number in form.numbers}
    facts = {"occurred_date": "2026-03-09", "respondent": "patient"}
    return {**facts, **answers, "key_field": str(new_key()), **more}


@pytest.mark.usefixtures("clock")
class TestPages:
    def page(self, patient: Patient, code: str) -> str:
        return reverse("assessments:record", args=[patient.pk, code])

    @pytest.mark.parametrize("code", rules.INSTRUMENTS)
    def test_every_form_is_recorded_and_read_back(
        self, jordan: Patient, personas: Personas, sign_in: Callable[[Staff], Client], code: str
    ) -> None:
        client = sign_in(personas.sam)
        assert client.get(self.page(jordan, code)).status_code == 200
        answer = client.post(self.page(jordan, code), posted(code), follow=True)
        assert answer.status_code == 200
        assert "saved:" in answer.content.decode()
        listed = client.get(reverse("assessments:list", args=[jordan.pk])).content.decode()
        assert f"{queries.scores_of(jordan.pk)[0].total} of" in listed

    def test_a_blank_question_is_missing(
        self, jordan: Patient, personas: Personas, sign_in: Callable[[Staff], Client]
    ) -> None:
        client = sign_in(personas.theo)
        shown = client.post(self.page(jordan, "gad7"), posted("gad7", q3=""), follow=True)
        text = shown.content.decode()
        assert "6 of 7 answered. Missing: 3." in text
        assert "No total" in text
        assert queries.scores_of(jordan.pk)[0].answers[3] is None

    def test_item_nine_is_said_on_the_page_that_follows(
        self, jordan: Patient, personas: Personas, sign_in: Callable[[Staff], Client]
    ) -> None:
        client = sign_in(personas.sam)
        shown = client.post(self.page(jordan, "phq9"), posted("phq9"), follow=True)
        assert "A safety task is open for a clinician." in shown.content.decode()

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"q3": "5"}, "Choose one of the answers shown."),
            ({"q3": "３"}, "Choose one of the answers shown."),
            ({"q3": "1.0"}, "Choose one of the answers shown."),
            ({"q3": "<script>alert(1)</script>"}, "Choose one of the answers shown."),
            ({"q3": "9" * 10_000}, "Choose one of the answers shown."),
            ({"respondent": "dog"}, "Choose who filled in the form."),
            ({"occurred_date": "2026-03-10"}, "Enter a day that is not in the future."),
            ({"occurred_date": "10.03.2026"}, "Enter the date as year-month-day"),
            ({"occurred_date": ""}, "Enter day it was filled in."),
            ({"occurred_time": "9:30"}, "Enter a time that is not in the future."),
            ({"occurred_time": "25:00"}, "Enter a time from 00:00 to 23:59."),
        ],
    )
    def test_bad_input_stores_nothing_and_loses_nothing(
        self,
        jordan: Patient,
        personas: Personas,
        sign_in: Callable[[Staff], Client],
        wrong: dict[str, str],
        says: str,
    ) -> None:
        client = sign_in(personas.sam)
        answer = client.post(self.page(jordan, "pcl5-month"), posted("pcl5-month", "2", **wrong))
        text = answer.content.decode()
        assert answer.status_code == 422
        assert says in text
        assert "<script>alert" not in text
        assert not Response.objects.exists()
        kept = re.findall(r'name="q(\d+)" value="2"[^>]*checked', text)
        assert len(kept) == 20 - ("q3" in wrong)

    def test_nothing_answered(
        self, jordan: Patient, personas: Personas, sign_in: Callable[[Staff], Client]
    ) -> None:
        answer = sign_in(personas.sam).post(self.page(jordan, "gad7"), posted("gad7", ""))
        assert answer.status_code == 422
        assert "Answer at least one question." in answer.content.decode()

    def test_a_form_of_an_earlier_day(
        self, jordan: Patient, personas: Personas, sign_in: Callable[[Staff], Client]
    ) -> None:
        data = posted("gad7", occurred_date="2026-03-05", occurred_time="16:20")
        sign_in(personas.sam).post(self.page(jordan, "gad7"), data)
        (fact,) = queries.scores_of(jordan.pk)
        assert fact.occurred_at.isoformat() == "2026-03-05T21:20:00+00:00"
        assert fact.recorded_at == MONDAY_9

    def test_an_unknown_form(
        self, jordan: Patient, personas: Personas, sign_in: Callable[[Staff], Client]
    ) -> None:
        assert sign_in(personas.sam).get(self.page(jordan, "pcl-c")).status_code == 404

    def test_others_are_kept_out(
        self, jordan: Patient, personas: Personas, sign_in: Callable[[Staff], Client]
    ) -> None:
        made = record(jordan, personas.sam, "phq9", 0)
        other = register(personas.morgan, "Ada", "Other")
        listed = reverse("assessments:list", args=[jordan.pk])
        one = reverse("assessments:response", args=[jordan.pk, made.pk])
        misplaced = reverse("assessments:response", args=[other.pk, made.pk])
        for staff, address, status in [
            (personas.robin, listed, 404),
            (personas.robin, one, 404),
            (personas.robin, self.page(jordan, "phq9"), 404),
            (personas.morgan, listed, 403),
            (personas.morgan, one, 403),
            (personas.dana, self.page(jordan, "phq9"), 403),
            (personas.sam, misplaced, 404),
        ]:
            assert sign_in(staff).get(address).status_code == status, (staff.name, address)

    def test_a_public_actor_cannot_find_the_patient(
        self, jordan: Patient, personas: Personas
    ) -> None:
        stranger = Actor.public(personas.robin.site_id)
        with pytest.raises(NotFound):
            actions.record_response(
                key=new_key(), by=stranger, at=MONDAY_9, patient_id=jordan.pk,
                instrument_code="gad7", answers={1: 1}, occurred_at=MONDAY_9, respondent="staff",
            )  # fmt: skip
