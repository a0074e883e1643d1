"""A safety signal is answered by a clinician, and a side effect is followed until it is gone."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from serein.core.errors import MoveNotAllowed, NotFound, Refused, SomeoneActedFirst
from serein.patients import actions as patients
from serein.safety import actions, queries
from serein.safety.models import SafetyTask
from serein.safety.rules import Level
from serein.safety.states import EffectState, TaskState
from tests.conftest import MONDAY_9, actor, new_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.test import Client

    from serein.accounts.models import Site, Staff
    from serein.patients.models import Patient
    from tests.conftest import Personas

    SignIn = Callable[[Staff], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(personas: Personas) -> Patient:
    return patients.register_patient(
        key=new_key(),
        by=actor(personas.morgan),
        at=MONDAY_9,
        given_name="Siobhan",
        family_name="O'Brien",
        birth_date=date(1984, 2, 29),
        sex="female",
    )


def open_task(personas: Personas, patient: Patient, level: str = "s3") -> SafetyTask:
    return actions.open_task(
        key=new_key(),
        by=actor(personas.sam),
        at=MONDAY_9,
        patient_id=patient.pk,
        level=level,
        code="phq9-item-9",
        because="PHQ-9 item 9 answered 3.",
    )


def closing(**changes: str) -> dict[str, str]:
    return {
        "reached": "person",
        "finding_text": "Spoke for 20 minutes. Safe tonight, sister is there.",
        "next_step": "Priya calls tomorrow at 9.",
        "key_field": str(uuid.uuid4()),
        **changes,
    }


class TestATask:
    @pytest.mark.parametrize(
        ("level", "due"),
        [
            ("s3", MONDAY_9 + timedelta(minutes=5)),
            ("s2", MONDAY_9 + timedelta(minutes=60)),
            ("s1", MONDAY_9 + timedelta(hours=25)),
        ],
    )
    def test_it_has_a_deadline_and_a_named_clinician(
        self, site: Site, personas: Personas, patient: Patient, level: str, due: datetime
    ) -> None:
        open_task(personas, patient, level)
        (task,) = queries.open_tasks(site.pk)
        assert (task.level, task.due_at) == (Level(level), due)
        assert task.assigned_to_name == "Dana Whitfield"
        assert queries.open_tasks_of(patient.pk) == (task,)

    def test_it_may_be_given_to_somebody_of_this_site_only(
        self, personas: Personas, patient: Patient
    ) -> None:
        with pytest.raises(NotFound):
            actions.open_task(
                key=new_key(),
                by=actor(personas.sam),
                at=MONDAY_9,
                patient_id=patient.pk,
                level="s1",
                code="lexicon",
                because="Words to read.",
                assigned_to=personas.robin.pk,
            )

    def test_it_cannot_be_opened_for_a_patient_of_another_site(
        self, personas: Personas, patient: Patient
    ) -> None:
        with pytest.raises(NotFound):
            actions.open_task(
                key=new_key(),
                by=actor(personas.robin),
                at=MONDAY_9,
                patient_id=patient.pk,
                level="s3",
                code="staff",
                because="Worried.",
            )

    def test_two_clinicians_one_owner(
        self, site: Site, personas: Personas, patient: Patient
    ) -> None:
        task = open_task(personas, patient)
        for who in (personas.sam, personas.priya):
            try:
                actions.acknowledge_task(key=new_key(), by=actor(who), at=MONDAY_9, task_id=task.pk)
            except (MoveNotAllowed, SomeoneActedFirst):
                assert who is personas.priya
        assert queries.task(site.pk, task.pk).acknowledged_by_name == "Sam Ortiz"

    def test_taken_on_is_not_closed(
        self, site: Site, personas: Personas, patient: Patient, sign_in: SignIn
    ) -> None:
        task = open_task(personas, patient)
        nurse = sign_in(personas.sam)
        assert nurse.post(reverse("safety:acknowledge", args=[task.pk]), {}).status_code == 302
        assert [one.state for one in queries.open_tasks(site.pk)] == [TaskState.ACKNOWLEDGED]
        assert nurse.get(reverse("safety:close", args=[task.pk])).status_code == 403

    def test_a_clinician_closes_it_with_what_was_found(
        self, site: Site, personas: Personas, patient: Patient, sign_in: SignIn
    ) -> None:
        task = open_task(personas, patient)
        prescriber = sign_in(personas.priya)
        address = reverse("safety:close", args=[task.pk])
        assert prescriber.post(address, closing()).status_code == 302
        assert queries.open_tasks(site.pk) == ()
        shown = prescriber.get(reverse("safety:task", args=[task.pk])).content.decode()
        for words in ("Safe tonight, sister is there.", "Priya calls tomorrow", "Priya Raman"):
            assert words in shown
        again = prescriber.post(address, closing())
        assert again.status_code == 422

    @pytest.mark.parametrize(
        "changes",
        [
            {"reached": ""},
            {"reached": "yes"},
            {"finding_text": "  "},
            {"next_step": ""},
            {"finding_text": "x" * 10_000},
            {"next_step": "a\x07b"},
        ],
    )
    def test_an_unfinished_closing_keeps_it_open_and_what_was_typed(
        self,
        site: Site,
        personas: Personas,
        patient: Patient,
        sign_in: SignIn,
        changes: dict[str, str],
    ) -> None:
        task = open_task(personas, patient)
        sent = closing(**changes)
        response = sign_in(personas.priya).post(reverse("safety:close", args=[task.pk]), sent)
        assert response.status_code == 422
        assert len(queries.open_tasks(site.pk)) == 1
        form = response.context["form"]
        for name in ("reached", "finding_text", "next_step"):
            assert form[name].value() == sent[name]
        for errors in form.errors.values():
            assert all(str(one).split()[0] in VERBS for one in errors), errors

    def test_nobody_reached_needs_a_prescriber(
        self, site: Site, personas: Personas, patient: Patient, sign_in: SignIn
    ) -> None:
        task = open_task(personas, patient)
        address = reverse("safety:close", args=[task.pk])
        response = sign_in(personas.theo).post(address, closing(reached="nobody"))
        assert response.status_code == 422
        assert "Ask a prescriber to decide" in response.content.decode()
        decided = sign_in(personas.priya).post(address, closing(reached="nobody"))
        assert decided.status_code == 302

    def test_tries_to_reach_them_are_kept(
        self, personas: Personas, patient: Patient, sign_in: SignIn
    ) -> None:
        task = open_task(personas, patient)
        nurse = sign_in(personas.sam)
        address = reverse("safety:attempt", args=[task.pk])
        nurse.post(address, {"outcome": "no_answer", "note": "<b>rang</b> out"})
        assert nurse.post(address, {"outcome": "perhaps"}).status_code == 422
        (attempt,) = queries.attempts_of(task.pk)
        assert (attempt.outcome, attempt.by_name) == ("no_answer", "Sam Ortiz")
        shown = nurse.get(reverse("safety:task", args=[task.pk])).content.decode()
        assert "&lt;b&gt;rang&lt;/b&gt; out" in shown

    def test_the_database_refuses_a_closing_without_structure(
        self, personas: Personas, patient: Patient
    ) -> None:
        task = open_task(personas, patient)
        with pytest.raises(IntegrityError), transaction.atomic():
            SafetyTask.objects.filter(pk=task.pk).update(state="closed")


VERBS = {"Enter", "Choose", "Shorten", "Remove", "Ask", "Reload"}


class TestTheList:
    def test_overdue_comes_first_with_its_age(
        self, personas: Personas, patient: Patient, sign_in: SignIn, clock: object
    ) -> None:
        actions.open_task(
            key=new_key(),
            by=actor(personas.sam),
            at=MONDAY_9 - timedelta(hours=2),
            patient_id=patient.pk,
            level="s2",
            code="staff",
            because="Asked at eleven.",
        )
        open_task(personas, patient, "s3")
        shown = sign_in(personas.priya).get(reverse("safety:tasks")).content.decode()
        assert "Overdue by 1\u202fh 0\u202fmin" in shown
        assert "Due in 5\u202fmin" in shown
        assert shown.index("Asked at eleven.") < shown.index("PHQ-9 item 9 answered 3.")

    def test_the_desk_is_told_whom_to_call_and_nothing_else(
        self, personas: Personas, patient: Patient, sign_in: SignIn, clock: object
    ) -> None:
        task = open_task(personas, patient)
        desk = sign_in(personas.morgan)
        shown = desk.get(reverse("safety:tasks")).content.decode()
        assert "Call Dana Whitfield now." in shown
        for secret in ("PHQ-9", "O&#x27;Brien", "Siobhan", str(patient.pk)):
            assert secret not in shown
        assert desk.get(reverse("safety:task", args=[task.pk])).status_code == 403

    @pytest.mark.parametrize("name", ["task", "acknowledge", "attempt"])
    def test_another_site_sees_nothing(
        self, personas: Personas, patient: Patient, sign_in: SignIn, name: str
    ) -> None:
        task = open_task(personas, patient)
        stranger = sign_in(personas.robin)
        address = reverse(f"safety:{name}", args=[task.pk])
        answer = stranger.get(address) if name == "task" else stranger.post(address, {})
        assert answer.status_code == 404
        listed = stranger.get(reverse("safety:tasks")).content.decode()
        assert "PHQ-9" not in listed


def record(personas: Personas, patient: Patient, **changes: object) -> uuid.UUID:
    facts: dict[str, object] = {
        "session_id": None,
        "code": "nausea",
        "severity": 2,
        "onset_at": MONDAY_9 - timedelta(minutes=10),
        "action_taken": "Slowed the rate.",
    }
    effect = actions.record_side_effect(
        key=new_key(),
        by=actor(personas.sam),
        at=MONDAY_9,
        patient_id=patient.pk,
        **{**facts, **changes},  # type: ignore[arg-type]
    )
    return effect.pk


class TestSideEffects:
    def test_it_is_asked_about_until_it_is_gone(self, personas: Personas, patient: Patient) -> None:
        session_id = uuid.uuid4()
        effect_id = record(personas, patient, session_id=session_id)
        (effect,) = queries.side_effects_of_session(session_id)
        assert effect.ask_again_at == MONDAY_9 + timedelta(minutes=10)
        for minutes, severity in ((10, 3), (15, 1)):
            actions.ask_again(
                key=new_key(),
                by=actor(personas.noor),
                at=MONDAY_9 + timedelta(minutes=minutes),
                patient_id=patient.pk,
                effect_id=effect_id,
                severity=severity,
            )
        effect = queries.side_effect(patient.pk, effect_id)
        assert (effect.severity, effect.severity_now, effect.worst) == (2, 1, 3)
        assert effect.ask_again_at == MONDAY_9 + timedelta(minutes=30)
        actions.ask_again(
            key=new_key(),
            by=actor(personas.noor),
            at=MONDAY_9 + timedelta(minutes=30),
            patient_id=patient.pk,
            effect_id=effect_id,
            severity=0,
        )
        effect = queries.side_effect(patient.pk, effect_id)
        assert effect.state is EffectState.RESOLVED
        assert effect.resolved_at == MONDAY_9 + timedelta(minutes=30)
        assert effect.ask_again_at is None

    def test_asked_and_not_there_is_kept(self, personas: Personas, patient: Patient) -> None:
        effect = queries.side_effect(patient.pk, record(personas, patient, severity=0))
        assert effect.state is EffectState.RESOLVED
        assert effect.worst == 0

    @pytest.mark.parametrize("minutes", [-11, 1])
    def test_it_cannot_end_before_it_began_or_ahead_of_time(
        self, personas: Personas, patient: Patient, minutes: int
    ) -> None:
        effect_id = record(personas, patient)
        with pytest.raises(Refused, match=r"^Enter an end"):
            actions.resolve_side_effect(
                key=new_key(),
                by=actor(personas.sam),
                at=MONDAY_9,
                effect_id=effect_id,
                resolved_at=MONDAY_9 + timedelta(minutes=minutes),
            )

    def test_a_wrong_entry_is_struck_and_stays_readable(
        self, personas: Personas, patient: Patient, sign_in: SignIn
    ) -> None:
        effect_id = record(personas, patient)
        nurse = sign_in(personas.sam)
        address = reverse("safety:side_effect", args=[patient.pk, effect_id])
        assert nurse.post(address, {"form": "wrong", "reason": " "}).status_code == 422
        wrong = nurse.post(address, {"form": "wrong", "reason": "Other patient"})
        assert wrong.status_code == 302
        shown = nurse.get(reverse("safety:side_effects", args=[patient.pk])).content.decode()
        assert "Entered in error" in shown
        assert "Nausea" in shown

    def test_the_page_saves_one(
        self, personas: Personas, patient: Patient, sign_in: SignIn, clock: object
    ) -> None:
        address = reverse("safety:side_effects", args=[patient.pk])
        sent = {
            "code": "dizziness",
            "severity": "1",
            "on_date": "2026-03-09",
            "on_time": "08:50",
            "action_taken": "Walked with help.",
        }
        assert sign_in(personas.sam).post(address, sent).status_code == 302
        (effect,) = queries.side_effects_of(patient.pk)
        assert effect.onset_at == MONDAY_9 - timedelta(minutes=10)

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("code", "hiccup"),
            ("code", ""),
            ("severity", "4"),
            ("severity", "2,5"),
            ("severity", "２"),
            ("severity", ""),
            ("on_date", "09/03/2026"),
            ("on_date", "2026-03-10"),
            ("on_time", "9 o'clock"),
            ("on_time", "25:00"),
            ("action_taken", "x" * 10_000),
        ],
    )
    def test_bad_input_saves_nothing_and_loses_nothing(
        self,
        personas: Personas,
        patient: Patient,
        sign_in: SignIn,
        clock: object,
        field: str,
        typed: str,
    ) -> None:
        sent = {
            "code": "dizziness",
            "severity": "1",
            "on_date": "2026-03-09",
            "on_time": "08:50",
            "action_taken": "Walked <script>with</script> O'Brien.",
            field: typed,
        }
        response = sign_in(personas.sam).post(
            reverse("safety:side_effects", args=[patient.pk]), sent
        )
        assert response.status_code == 422
        assert queries.side_effects_of(patient.pk) == ()
        form = response.context["form"]
        assert {name: form[name].value() for name in sent} == sent
        for errors in form.errors.values():
            assert all(str(one).split()[0] in VERBS for one in errors), errors

    def test_an_id_of_another_patient_finds_nothing(
        self, personas: Personas, patient: Patient, sign_in: SignIn
    ) -> None:
        other = patients.register_patient(
            key=new_key(),
            by=actor(personas.morgan),
            at=MONDAY_9,
            given_name="Ada",
            family_name="Else",
            birth_date=date(1990, 1, 1),
            sex="female",
        )
        effect_id = record(personas, patient)
        swapped = reverse("safety:side_effect", args=[other.pk, effect_id])
        assert sign_in(personas.sam).get(swapped).status_code == 404
        sent = {"form": "again", "severity": "0"}
        assert sign_in(personas.sam).post(swapped, sent).status_code == 404
        own = reverse("safety:side_effect", args=[patient.pk, effect_id])
        assert sign_in(personas.robin).get(own).status_code == 404
        assert queries.side_effect(patient.pk, effect_id).state is EffectState.PRESENT
