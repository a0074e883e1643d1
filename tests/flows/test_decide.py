"""The consult: what is asked is kept with its author, and what is decided stands beside the rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from serein.assessments import actions as assessments
from serein.core.errors import Refused, SomeoneActedFirst
from serein.eligibility import actions, queries
from serein.eligibility.rules import QUESTIONS, Verdict, findings_for, panel
from serein.patients import actions as patients
from serein.safety import queries as safety
from tests.conftest import MONDAY_9, actor, new_key

if TYPE_CHECKING:
    from uuid import UUID

    from serein.patients.models import Patient
    from tests.conftest import Personas

SNOMED = "http://snomed.info/sct"
CLEAR = {question.code: question.safe.value for question in QUESTIONS}


@pytest.fixture
def jordan(personas: Personas) -> Patient:
    """A patient with an escort and a blood pressure of today, not yet asked anything."""
    desk, nurse = actor(personas.morgan), actor(personas.sam)
    patient = patients.register_patient(
        key=new_key(),
        by=desk,
        at=MONDAY_9,
        given_name="Jordan",
        family_name="Reyes",
        birth_date=date(1985, 2, 28),
        sex="male",
    )
    patients.record_escort(
        key=new_key(),
        by=desk,
        at=MONDAY_9,
        patient_id=patient.pk,
        name="Jo Reyes",
        phone="540 555 0188",
        relation="partner",
    )
    press(patient.pk, nurse, 124, 78)
    return patient


def press(patient_id: UUID, by: Any, sbp: int, dbp: int) -> None:
    patients.record_blood_pressure(
        key=new_key(),
        by=by,
        at=MONDAY_9,
        patient_id=patient_id,
        sbp_mmhg=sbp,
        dbp_mmhg=dbp,
        measured_at=MONDAY_9,
        source="staff",
    )


def ask(patient: Patient, personas: Personas, **changed: str) -> Any:
    return actions.answer_screening(
        key=new_key(),
        by=actor(personas.priya),
        at=MONDAY_9,
        patient_id=patient.pk,
        answers={**CLEAR, **changed},
    )


def decide(patient: Patient, who: Any, outcome: str, **given: Any) -> Any:
    return actions.determine(
        key=new_key(),
        by=actor(who),
        at=MONDAY_9,
        patient_id=patient.pk,
        outcome=outcome,
        **given,
    )


def posted(patient: Patient, **changed: str) -> dict[str, str]:
    """What the screening form sends when every answer is the safe one."""
    data = {f"answer_{code}": value for code, value in CLEAR.items()}
    data |= {f"note_{code}": "" for code in CLEAR}
    return {"key_field": str(new_key()), "seen_round": "0", **data, **changed}


class TestAsking:
    def test_before_anything_is_asked_everything_is_unknown(
        self, personas: Personas, jordan: Patient, sign_in: Any, clock: Any
    ) -> None:
        answer = sign_in(personas.priya).get(reverse("eligibility:consult", args=[jordan.pk]))

        assert answer.status_code == 200
        assert "Rules cannot say yet" in answer.content.decode()
        assert all(
            line.verdict is Verdict.UNKNOWN
            for line in panel(queries.facts_for(jordan.pk, MONDAY_9))
            if line.code in CLEAR
        )

    def test_the_answers_are_saved_and_the_panel_follows(
        self, personas: Personas, jordan: Patient, sign_in: Any, clock: Any
    ) -> None:
        client, url = sign_in(personas.priya), reverse("eligibility:consult", args=[jordan.pk])

        answer = client.post(url, posted(jordan), follow=True)

        assert "Answers saved." in answer.content.decode()
        assert "Rules say: eligible" in answer.content.decode()

    def test_only_what_changed_is_stored_and_the_old_value_keeps_its_author(
        self, personas: Personas, jordan: Patient
    ) -> None:
        ask(jordan, personas)
        second = actions.answer_screening(
            key=new_key(),
            by=actor(personas.theo),
            at=MONDAY_9 + timedelta(days=3),
            patient_id=jordan.pk,
            answers={**CLEAR, "psychosis": "yes"},
            notes={"psychosis": "Voices last week."},
        )

        assert second.answers.count() == 1
        history = [f for f in queries.answer_history(jordan.pk) if f.question_code == "psychosis"]
        assert [(f.value, f.by_name) for f in history] == [
            ("no", "Priya Raman"),
            ("yes", "Theo Lind"),
        ]

    def test_an_old_answer_is_shown_with_its_date_and_can_be_confirmed(
        self, personas: Personas, jordan: Patient, sign_in: Any, clock: Any
    ) -> None:
        ask(jordan, personas)
        clock.shift(timedelta(days=3))
        client, url = sign_in(personas.priya), reverse("eligibility:consult", args=[jordan.pk])

        shown = client.get(url).content.decode()
        client.post(url, posted(jordan, seen_round="1", confirm_psychosis="on"))

        assert "From 9 March 2026, Priya Raman. Still right?" in shown
        newest = queries.answers_of(jordan.pk)["psychosis"]
        assert newest.is_confirmed
        assert newest.answered_at == MONDAY_9 + timedelta(days=3)
        assert queries.answers_of(jordan.pk)["mania"].answered_at == MONDAY_9

    def test_a_retry_with_the_same_key_saves_once(
        self, personas: Personas, jordan: Patient
    ) -> None:
        key = new_key()
        made = [
            actions.answer_screening(
                key=key,
                by=actor(personas.priya),
                at=MONDAY_9,
                patient_id=jordan.pk,
                answers=CLEAR,
            )
            for _ in range(2)
        ]

        assert made[0] == made[1]
        assert queries.last_round(jordan.pk) == 1

    def test_two_people_asking_at_once_do_not_overwrite_each_other(
        self, personas: Personas, jordan: Patient, sign_in: Any, clock: Any
    ) -> None:
        ask(jordan, personas)
        client, url = sign_in(personas.theo), reverse("eligibility:consult", args=[jordan.pk])

        answer = client.post(url, posted(jordan, answer_mania="yes", note_mania="Typed"))

        assert answer.status_code == 422
        assert "Reload the page" in answer.content.decode()
        assert "Typed" in answer.content.decode()
        assert queries.answers_of(jordan.pk)["mania"].value == "no"

    @pytest.mark.parametrize(
        ("changed", "says"),
        [
            ({"answer_psychosis": "maybe"}, "Choose one of the answers."),
            ({"answer_psychosis": "not_applicable"}, "Choose one of the answers."),
            ({"answer_pregnancy": "not_applicable"}, "Write why this does not apply."),
            ({"answer_mania": "", "note_mania": "hm"}, "Choose an answer to go with the note."),
            ({"note_mania": "x" * 10_000}, "Shorten note to 1000 characters or fewer."),
            ({"note_mania": "a\x00b"}, "Remove"),
            ({"seen_round": "one"}, "Reload the page"),
        ],
    )
    def test_bad_input_stores_nothing_and_loses_nothing(
        self,
        changed: dict[str, str],
        says: str,
        personas: Personas,
        jordan: Patient,
        sign_in: Any,
        clock: Any,
    ) -> None:
        client, url = sign_in(personas.priya), reverse("eligibility:consult", args=[jordan.pk])

        answer = client.post(url, posted(jordan, note_liver="ALT 31 in May", **changed))

        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert "ALT 31 in May" in answer.content.decode()
        assert queries.last_round(jordan.pk) == 0

    @pytest.mark.parametrize("text", ["<script>alert(1)</script>", "O'Brien", "ملاحظة", "Ｎｏ"])
    def test_any_text_of_a_note_is_shown_as_text(
        self, text: str, personas: Personas, jordan: Patient, sign_in: Any, clock: Any
    ) -> None:
        client, url = sign_in(personas.priya), reverse("eligibility:consult", args=[jordan.pk])

        client.post(url, posted(jordan, note_mania=text))

        assert queries.answers_of(jordan.pk)["mania"].note == text
        assert "<script>alert" not in client.get(url).content.decode()

    def test_a_suicide_risk_beyond_the_clinic_opens_a_task_to_be_answered_now(
        self, personas: Personas, jordan: Patient
    ) -> None:
        ask(jordan, personas, suicide_risk="yes")

        tasks = safety.open_tasks_of(jordan.pk)
        assert [(task.level, task.code) for task in tasks] == [("s3", "screening-suicide-risk")]

    def test_nothing_new_is_nothing_to_save(self, personas: Personas, jordan: Patient) -> None:
        ask(jordan, personas)

        with pytest.raises(Refused, match="Change an answer"):
            ask(jordan, personas)

    def test_a_nurse_reads_and_does_not_ask(
        self, personas: Personas, jordan: Patient, sign_in: Any, clock: Any
    ) -> None:
        client, url = sign_in(personas.sam), reverse("eligibility:consult", args=[jordan.pk])

        assert "Save answers" not in client.get(url).content.decode()
        assert client.post(url, posted(jordan)).status_code == 403

    def test_another_site_sees_nothing(
        self, personas: Personas, jordan: Patient, sign_in: Any, clock: Any
    ) -> None:
        url = reverse("eligibility:consult", args=[jordan.pk])

        assert sign_in(personas.robin).get(url).status_code == 404


class TestTheRecordCounts:
    def test_an_imported_pregnancy_contradicts_a_no(
        self, personas: Personas, jordan: Patient
    ) -> None:
        ask(jordan, personas)
        patients.record_condition(
            key=new_key(),
            by=actor(personas.sam),
            at=MONDAY_9,
            patient_id=jordan.pk,
            system=SNOMED,
            code="72892002",
            display="Normal pregnancy",
            onset_date=None,
            is_active=True,
            source="fhir",
        )

        line = {x.code: x for x in panel(queries.facts_for(jordan.pk, MONDAY_9))}["pregnancy"]

        assert line.verdict is Verdict.UNKNOWN
        assert "Answer: no. Record: Normal pregnancy" in line.fact
        with pytest.raises(Refused):
            decide(jordan, personas.priya, "eligible")

    def test_item_9_after_the_question_opens_it_again(
        self, personas: Personas, jordan: Patient
    ) -> None:
        ask(jordan, personas)
        later = MONDAY_9 + timedelta(hours=3)
        assessments.record_response(
            key=new_key(),
            by=actor(personas.sam),
            at=later,
            patient_id=jordan.pk,
            instrument_code="phq9",
            answers={**dict.fromkeys(range(1, 9), 1), 9: 1},
            occurred_at=later,
            respondent="patient",
        )

        codes = [finding.code for finding in findings_for(queries.facts_for(jordan.pk, later))]
        assert "suicide_risk.unknown" in codes


class TestDeciding:
    def test_eligible_stands_with_what_the_rules_said(
        self, personas: Personas, jordan: Patient, sign_in: Any, clock: Any
    ) -> None:
        ask(jordan, personas)
        client, url = sign_in(personas.priya), reverse("eligibility:determine", args=[jordan.pk])

        answer = client.post(
            url,
            {"key_field": str(new_key()), "seen_number": "0", "outcome": "eligible"},
            follow=True,
        )

        assert "Decision signed: eligible." in answer.content.decode()
        made = queries.standing(jordan.pk)
        assert made is not None
        assert (made.outcome, made.advised, made.by_name) == ("eligible", "eligible", "Priya Raman")
        assert {"code": "age", "verdict": "met", "weight": "stops"} in made.findings
        assert made.rule_set_version

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({}, "Choose one of the four results."),
            ({"outcome": "approved"}, "Choose one of the four results."),
            ({"outcome": "eligible"}, "these points stand in the way"),
            ({"outcome": "eligible_with_conditions"}, "List the conditions"),
            ({"outcome": "hold", "reason": "BP"}, "Enter the date to check again."),
            ({"outcome": "hold", "reason": "BP", "recheck_date": "2026-03-08"}, "from today on"),
            ({"outcome": "hold", "reason": "BP", "recheck_date": "12/03/2026"}, "Enter the date"),
            ({"outcome": "not_eligible", "reason": "AAA"}, "Write the reason in plain words"),
            ({"outcome": "hold", "reason": "x" * 10_000}, "Shorten reason"),
            ({"outcome": "hold", "reason": "BP", "seen_number": ""}, "Reload the page"),
        ],
    )
    def test_bad_input_stores_nothing_and_loses_nothing(
        self,
        given: dict[str, str],
        says: str,
        personas: Personas,
        jordan: Patient,
        sign_in: Any,
        clock: Any,
    ) -> None:
        client, url = sign_in(personas.priya), reverse("eligibility:determine", args=[jordan.pk])
        typed = {"key_field": str(new_key()), "seen_number": "0", "patient_reason": "", **given}

        answer = client.post(url, typed)

        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert queries.standing(jordan.pk) is None
        if "reason" in given:
            assert given["reason"] in answer.content.decode()

    def test_unknown_blocks_eligible_and_a_hold_needs_no_override(
        self, personas: Personas, jordan: Patient
    ) -> None:
        with pytest.raises(Refused) as refusal:
            decide(jordan, personas.priya, "eligible")
        assert refusal.value.findings

        held = decide(
            jordan,
            personas.priya,
            "hold",
            reason="History not complete.",
            recheck_date=date(2026, 3, 16),
        )
        assert held.recheck_date == date(2026, 3, 16)
        assert held.overridden == []

    def test_the_director_may_decide_against_the_rules_with_a_reason(
        self, personas: Personas, jordan: Patient
    ) -> None:
        ask(jordan, personas, liver="unknown")

        with pytest.raises(Refused, match="Ask the medical director"):
            decide(jordan, personas.priya, "eligible", override_reason="Labs came by telephone.")
        with pytest.raises(Refused, match="15 characters"):
            decide(jordan, personas.dana, "eligible", override_reason="Labs fine.")
        made = decide(
            jordan, personas.dana, "eligible", override_reason="Labs of 6 March came by telephone."
        )

        assert made.overridden == ["liver.unknown"]
        assert made.override_reason == "Labs of 6 March came by telephone."
        assert made.advised == ""

    def test_those_who_may_not_decide_are_told_who_may(
        self, personas: Personas, jordan: Patient, sign_in: Any, clock: Any
    ) -> None:
        ask(jordan, personas)

        with pytest.raises(Refused, match="Ask the medical director or the prescriber"):
            decide(jordan, personas.theo, "eligible")
        url = reverse("eligibility:determine", args=[jordan.pk])
        assert sign_in(personas.theo).get(url).status_code == 403

    def test_the_newest_decision_stands_and_the_earlier_is_kept(
        self, personas: Personas, jordan: Patient
    ) -> None:
        ask(jordan, personas)
        decide(jordan, personas.priya, "hold", reason="BP", recheck_date=date(2026, 3, 16))
        decide(jordan, personas.priya, "eligible")

        standing = queries.standing(jordan.pk)
        assert standing is not None
        assert standing.outcome == "eligible"
        assert [row.outcome for row in queries.determinations_of(jordan.pk)] == ["eligible", "hold"]

    def test_a_decision_made_meanwhile_is_noticed(
        self, personas: Personas, jordan: Patient
    ) -> None:
        ask(jordan, personas)
        decide(jordan, personas.priya, "eligible")

        with pytest.raises(SomeoneActedFirst):
            decide(jordan, personas.dana, "eligible", seen_number=0)

    def test_a_new_stop_speaks_against_a_standing_decision(
        self, personas: Personas, jordan: Patient
    ) -> None:
        ask(jordan, personas)
        decide(jordan, personas.priya, "eligible")
        assert queries.new_stops(jordan.pk, MONDAY_9) == ()

        patients.record_condition(
            key=new_key(),
            by=actor(personas.sam),
            at=MONDAY_9,
            patient_id=jordan.pk,
            system=SNOMED,
            code="233985008",
            display="Abdominal aortic aneurysm",
            onset_date=None,
            is_active=True,
            source="staff",
        )

        assert len(queries.new_stops(jordan.pk, MONDAY_9)) == 1
        much_later = MONDAY_9 + timedelta(days=200)
        assert len(queries.new_stops(jordan.pk, much_later)) == 1
