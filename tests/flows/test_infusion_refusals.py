"""What a visit refuses: bad input on every form, a start without its gate, impossible rows."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from serein.core.errors import NotFound, Refused, SomeoneActedFirst
from serein.infusions import actions, queries
from serein.infusions.models import (
    Addendum,
    ChecklistAnswer,
    InfusionSession,
    Remark,
    SecondCheck,
    SessionEvent,
)
from serein.infusions.states import SessionState
from serein.safety import actions as safety
from serein.safety.queries import side_effects_of_session
from tests.conftest import Personas, actor, new_key
from tests.flows.infusion_steps import Clinic, booked

if TYPE_CHECKING:
    from django.test import Client

    from serein.accounts.models import Staff


@pytest.fixture
def clinic(personas: Personas) -> Clinic:
    return booked(personas)


RATES = ["60,5", "６０", "1e2", "sixty", "-5", "0", "99999", "60.55", "6" * 10_000, "<b>60</b>"]
TIMES = ["25:00", "noon", "１０:００", "10h", "9.30"]
LONG = "x" * 10_000
BIDI = "abc\u202edef"


def _post(
    clinic: Clinic, clock: Any, browser: Client, name: str, visit: Any, /, *more: Any, **typed: str
) -> tuple[int, str]:
    clock.move_to(clinic.now)
    address = reverse(f"infusions:{name}", args=[clinic.patient_id, visit.pk, *more])
    answer = browser.post(address, {"key_field": str(uuid.uuid4()), **typed})
    return answer.status_code, html.unescape(answer.content.decode())


def _counts(visit: Any) -> tuple[int, ...]:
    return (
        SessionEvent.objects.filter(session=visit).count(),
        Remark.objects.filter(session=visit).count(),
        ChecklistAnswer.objects.filter(session=visit).count(),
        SecondCheck.objects.filter(session=visit).count(),
        len(side_effects_of_session(visit.pk)),
        InfusionSession.objects.get(pk=visit.pk).transitions.count(),
    )


def test_rates_and_times_that_cannot_be_are_refused_and_kept_on_the_form(
    clinic: Clinic, clock: Any, sign_in: Callable[[Staff], Client]
) -> None:
    visit = clinic.running()
    clinic.wait(10)
    clock.move_to(clinic.now)
    browser, before = sign_in(clinic.people.sam), _counts(visit)
    for rate in RATES:
        code, page = _post(
            clinic, clock, browser, "rate", visit, when="0", rate_ml_per_h=rate, reason="O'Brien"
        )
        assert code == 422, (rate[:20], _said(page))
        assert f'value="{rate}"' in page
        assert 'value="O\'Brien"' in page
    for time in TIMES:
        code, page = _post(
            clinic, clock, browser, "rate", visit, when="at", clock=time, rate_ml_per_h="30"
        )
        assert code == 422, time
        assert "Enter" in page
        assert 'value="30"' in page
    assert _counts(visit) == before


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("rate", {"when": "0", "rate_ml_per_h": "600"}, "Enter a rate below 120"),
    ("rate", {"when": "0", "rate_ml_per_h": "80"}, "Ask the prescriber to set a rate above"),
    (
        "rate",
        {"when": "at", "clock": "12:00", "rate_ml_per_h": "30"},
        "Enter the time at which it happened: it is only 09:35 now.",
    ),
    (
        "rate",
        {"when": "at", "clock": "09:01", "rate_ml_per_h": "30"},
        "Enter a time not before 09:25:00, the time of the start.",
    ),
    ("rate", {"when": "at", "rate_ml_per_h": "30"}, "Enter the time, or choose Now."),
    ("rate", {"when": "7", "rate_ml_per_h": "30"}, "Select a valid choice"),
    ("pause", {"when": "at", "clock": "18:00"}, "Enter the time at which it happened"),
    ("pause", {"when": "0", "reason": LONG}, "Shorten reason to 300 characters"),
    ("pause", {"when": "0", "reason": BIDI}, "Remove the hidden characters"),
    ("resume", {"when": "0", "rate_ml_per_h": "60"}, "the infusion is not paused"),
    ("start", {"when": "0", "rate_ml_per_h": "60"}, "Clear the visit first"),
    ("remark", {"when": "0", "text": " "}, "Enter note."),
    ("remark", {"when": "0", "text": LONG}, "Shorten note to 2000"),
    ("effect", {"when": "0", "severity": "1"}, "Choose a side effect."),
    ("effect", {"when": "0", "code": "nausea"}, "Choose how bad it is."),
    ("effect", {"when": "0", "code": "nausea", "severity": "4"}, "Choose a severity"),
    ("effect", {"when": "0", "code": "joy", "severity": "1"}, "from the list"),
    ("vitals", {"when": "0", "sbp_mmhg": "128,5", "dbp_mmhg": "78"}, "Use a point"),
    ("cancel", {"reason": "Has a cold"}, "Stop the infusion and discharge the patient"),
    ("discharge", {}, "Stop the infusion first"),
    ("leave", {"reason": ""}, "Enter what the patient said."),
    ("sign", {}, "Discharge the patient first"),
    ("addend", {"text": "Called."}, "Sign the note first"),
    ("renew_order", {}, "the infusion has started already"),
    ("clear", {}, "Reload the page"),
]


TYPED = {"rate_ml_per_h", "clock", "reason", "text", "sbp_mmhg", "dbp_mmhg"}


def test_each_form_says_what_to_do_and_stores_nothing(
    clinic: Clinic, clock: Any, sign_in: Callable[[Staff], Client]
) -> None:
    visit = clinic.running()
    clinic.wait(10)
    before = _counts(visit)
    clock.move_to(clinic.now)
    browser = sign_in(clinic.people.sam)
    for name, typed, message in WRONG:
        code, page = _post(clinic, clock, browser, name, visit, **typed)
        assert (code, message in page) == (422, True), (name, typed, code, _said(page))
        assert _counts(visit) == before, (name, typed)
        for field in TYPED & typed.keys():
            assert typed[field].strip()[:100] in page


def _said(page: str) -> list[str]:
    return re.findall(r"error-summary.*?</ul>", page, re.DOTALL)


WRONG_ANSWERS: list[tuple[str, dict[str, str], str]] = [
    ("identity", {"ways": "name"}, "Choose two ways"),
    ("identity", {}, "Choose two ways"),
    ("identity", {"ways": "guess"}, "Choose two of the ways offered"),
    ("fasting", {"value": "maybe"}, "Choose yes or no."),
    ("pregnancy", {"value": "not_applicable"}, "Enter why a pregnancy test does not apply."),
    ("escort", {"note": "<script>alert(1)</script>" * 9}, "Shorten"),
    ("escort", {"note": ""}, "Enter the name of the escort."),
]


def test_the_checklist_refuses_what_is_no_answer(
    clinic: Clinic, clock: Any, sign_in: Callable[[Staff], Client]
) -> None:
    visit = clinic.check_in()
    clock.move_to(clinic.now)
    browser = sign_in(clinic.people.sam)
    for code, typed, message in WRONG_ANSWERS:
        status, page = _post(clinic, clock, browser, "answer", visit, code, **typed)
        assert (status, message in page) == (422, True), (code, typed, _said(page))
    assert ChecklistAnswer.objects.count() == 0


def test_no_start_without_the_gate(clinic: Clinic) -> None:
    sam, visit = clinic.people.sam, clinic.check_in()
    start = {
        "session_id": visit.pk,
        "occurred_at": clinic.now,
        "rate_ml_per_h": visit.rate_ml_per_h,
    }
    with pytest.raises(Refused, match="Clear the visit first"):
        clinic.do(actions.start_infusion, sam, **start)
    with pytest.raises(Refused, match="5 conditions are not met") as refused:
        clinic.do(actions.clear_session, sam, session_id=visit.pk)
    assert {finding.code for finding in refused.value.findings} == {
        "identity", "fasting", "pregnancy", "vitals", "second_check",
    }  # fmt: skip
    clinic.wait(10)
    clinic.prepare(visit)
    clinic.do(actions.clear_session, sam, session_id=visit.pk)
    clinic.wait(31)
    with pytest.raises(Refused, match="one condition is not met") as stale:
        clinic.do(actions.start_infusion, sam, **{**start, "occurred_at": clinic.now})
    assert [finding.code for finding in stale.value.findings] == ["vitals"]
    clinic.vitals(visit)
    with pytest.raises(Refused, match="Set the pump to 60"):
        clinic.do(
            actions.start_infusion, sam,
            **{**start, "occurred_at": clinic.now, "rate_ml_per_h": Decimal(600)},
        )  # fmt: skip
    clinic.do(actions.start_infusion, sam, **{**start, "occurred_at": clinic.now})


def test_a_safety_task_opened_after_clearing_closes_the_gate_again(clinic: Clinic) -> None:
    visit = clinic.check_in()
    clinic.wait(10)
    clinic.prepare(visit)
    clinic.do(actions.clear_session, clinic.people.sam, session_id=visit.pk)
    clinic.do(
        safety.open_task, clinic.people.sam, patient_id=clinic.patient_id, level="s2",
        code="item_9", because="Item 9 was answered with 2.",
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        clinic.do(
            actions.start_infusion, clinic.people.sam, session_id=visit.pk,
            occurred_at=clinic.now, rate_ml_per_h=visit.rate_ml_per_h,
        )  # fmt: skip
    assert [finding.code for finding in refused.value.findings] == ["safety"]


def test_the_second_check_is_another_persons_and_agrees_with_the_order(clinic: Clinic) -> None:
    visit = clinic.check_in()
    with pytest.raises(Refused, match="Ask the first person"):
        clinic.second_check(visit)
    clinic.answer(visit, clinic.people.sam, prepared="yes")
    with pytest.raises(Refused, match="you prepared the drug yourself"):
        clinic.second_check(visit, clinic.people.sam)
    for wrong in (
        {"vial_mg_per_ml": Decimal(10)}, {"dose_mg": Decimal(400)}, {"drug_ml": Decimal(8)},
        {"rate_ml_per_h": Decimal(600)},
    ):  # fmt: skip
        with pytest.raises(Refused, match="Check the drug, the order and the pump again"):
            clinic.second_check(visit, **wrong)
    assert SecondCheck.objects.count() == 0
    clinic.second_check(visit, clinic.people.lee)
    assert SecondCheck.objects.count() == 1


def test_only_a_prescriber_overrides_and_only_what_may_be(clinic: Clinic) -> None:
    visit = clinic.check_in()
    clinic.wait(10)
    clinic.prepare(visit)
    clinic.answer(visit, clinic.people.sam, fasting="no")
    facts = {"session_id": visit.pk, "item_code": "fasting", "reason": "Only clear broth"}
    with pytest.raises(Refused, match="only a prescriber may override"):
        clinic.do(actions.override_item, clinic.people.sam, **facts)
    with pytest.raises(Refused, match="Enter the reason"):
        clinic.do(actions.override_item, clinic.people.priya, **{**facts, "reason": " "})
    with pytest.raises(Refused, match="not open any more"):
        clinic.do(actions.override_item, clinic.people.priya, **{**facts, "item_code": "consent"})
    clinic.do(actions.override_item, clinic.people.priya, **facts)
    clinic.do(actions.clear_session, clinic.people.sam, session_id=visit.pk)


def test_a_rate_above_the_order_is_the_prescribers_and_has_a_reason(clinic: Clinic) -> None:
    visit = clinic.running()
    clinic.wait(5)
    facts = {"session_id": visit.pk, "occurred_at": clinic.now, "rate_ml_per_h": Decimal(70)}
    with pytest.raises(Refused, match="Enter the reason"):
        clinic.do(actions.change_rate, clinic.people.priya, **facts)
    clinic.do(actions.change_rate, clinic.people.priya, **facts, reason="Pump ran slow")


def test_discharge_is_the_prescribers_to_override(clinic: Clinic) -> None:
    visit = clinic.running()
    clinic.wait(40)
    clinic.stop(visit)
    for _ in range(2):
        clinic.wait(15)
        clinic.vitals(visit)
    facts = {"session_id": visit.pk, "recovery": clinic.recovery(), "override_reason": "Snow"}
    with pytest.raises(Refused, match="only a prescriber may override"):
        clinic.do(actions.discharge, clinic.people.sam, **facts)
    alone = {**facts, "recovery": clinic.recovery(iv_out=False)}
    with pytest.raises(Refused) as refused:
        clinic.do(actions.discharge, clinic.people.priya, **alone)
    assert [finding.code for finding in refused.value.findings] == ["iv"]
    done = clinic.do(actions.discharge, clinic.people.priya, **facts)
    assert done.state == SessionState.DISCHARGED
    assert "because Snow" in queries_note(clinic, visit)


def queries_note(clinic: Clinic, visit: InfusionSession) -> str:
    signed = clinic.do(actions.sign_note, clinic.people.priya, session_id=visit.pk)
    return str(signed.text)


def test_a_signed_note_is_locked(clinic: Clinic) -> None:
    visit = clinic.running()
    clinic.wait(40)
    clinic.recovered(visit)
    clinic.do(actions.discharge, clinic.people.sam, session_id=visit.pk, recovery=clinic.recovery())
    queries_note(clinic, visit)
    with pytest.raises(Refused, match="Add an addendum"):
        clinic.do(actions.sign_note, clinic.people.noor, session_id=visit.pk)
    signed = queries.note_of(visit.pk)
    assert signed is not None
    clinic.do(actions.addend_note, clinic.people.noor, session_id=visit.pk, text="Slept well.")
    with pytest.raises(TypeError):
        Addendum.objects.update(text="")
    after = queries.note_of(visit.pk)
    assert after is not None
    assert after.text == signed.text
    assert [each.text for each in after.addenda] == ["Slept well."]


def test_corrections_hold_the_log_together(clinic: Clinic) -> None:
    visit = clinic.running()
    clinic.wait(10)
    sam, priya = clinic.people.sam, clinic.people.priya
    clinic.do(actions.pause, sam, session_id=visit.pk, occurred_at=clinic.now)
    start, pause = queries.events_of(visit.pk)
    whole = {"session_id": visit.pk, "reason": "Read the wrong clock"}
    late = clinic.now + timedelta(minutes=1)
    for event, moment in ((start, late), (pause, start.event.occurred_at - timedelta(minutes=1))):
        with pytest.raises(Refused):
            clinic.do(
                actions.correct_event, sam, event_id=event.event_id, occurred_at=moment, **whole
            )
    with pytest.raises(Refused, match="Enter the reason"):
        clinic.do(
            actions.correct_event, sam, event_id=pause.event_id, occurred_at=clinic.now,
            session_id=visit.pk, reason="",
        )  # fmt: skip
    earlier = clinic.now - timedelta(minutes=4)
    clinic.do(actions.correct_event, sam, event_id=pause.event_id, occurred_at=earlier, **whole)
    assert queries.delivered_mg(visit.pk, clinic.now) == 6
    with pytest.raises(Refused, match="someone else corrected"):
        clinic.do(
            actions.correct_event, priya, event_id=pause.event_id, occurred_at=clinic.now, **whole
        )


def test_foreign_ids_are_nobodys(clinic: Clinic) -> None:
    visit = clinic.running()
    robin = actor(clinic.people.robin)
    for act, facts in (
        (actions.stop, {"occurred_at": clinic.now}),
        (actions.clear_session, {}),
        (actions.chart_remark, {"occurred_at": clinic.now, "text": "x"}),
    ):
        with pytest.raises(NotFound):
            act(key=new_key(), by=robin, at=clinic.now, session_id=visit.pk, **facts)


def test_the_database_refuses_the_impossible(clinic: Clinic) -> None:
    visit = clinic.running()
    rows = InfusionSession.objects.filter(pk=visit.pk)
    for columns in (
        {"state": "asleep"},
        {"state": SessionState.CHECKED_IN.value},
        {"state": SessionState.RECOVERING.value},
        {"state": SessionState.DISCHARGED.value, "stopped_at": clinic.now},
        {"started_at": visit.checked_in_at - timedelta(minutes=1)},
        {"rate_ml_per_h": 0},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**columns)
    for kind, rate in (
        ("start", Decimal(60)),
        ("rate", None),
        ("pause", Decimal(60)),
        ("nap", None),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionEvent.objects.create(
                session=visit, place=9, kind=kind, occurred_at=clinic.now,
                recorded_at=clinic.now, rate_ml_per_h=rate, by_id="x", by_name="x",
            )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondCheck.objects.create(
            session=visit, vial_mg_per_ml=50, dose_mg=40, drug_ml=1, rate_ml_per_h=60,
            prepared_by_id="same", checked_by_id="same", checked_by_name="x", at=clinic.now,
        )  # fmt: skip


def test_two_visits_cannot_share_a_chair_or_an_appointment(clinic: Clinic) -> None:
    clinic.check_in()
    with pytest.raises(Refused, match="one is open already"):
        clinic.check_in(2)
    with pytest.raises(Refused):
        clinic.check_in(1)


def test_two_moves_at_once_only_one_wins(clinic: Clinic) -> None:
    visit = clinic.running()
    clinic.wait(5)
    facts = {"session_id": visit.pk, "occurred_at": clinic.now}
    clinic.do(actions.pause, clinic.people.sam, **facts)
    with pytest.raises((Refused, SomeoneActedFirst)):
        clinic.do(actions.pause, clinic.people.noor, **facts)
    assert [event.kind for event in queries.log_of(visit.pk)] == ["start", "pause"]
