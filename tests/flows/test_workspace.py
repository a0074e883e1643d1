"""The pages a member of staff starts from: today, the day board, a patient's overview."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from serein.assessments import actions as assessments
from serein.consents import actions as consents
from serein.consents import queries as consent_queries
from serein.eligibility import actions as eligibility
from serein.eligibility.rules import QUESTIONS
from serein.infusions import actions as infusions
from serein.intake import actions as intake
from serein.patients import actions as patients
from serein.plans import actions as plans
from serein.scheduling import actions as scheduling
from tests.conftest import MONDAY_9, actor, new_key
from tests.flows.infusion_steps import DAY_1, Clinic, booked

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.test import Client

    from serein.accounts.models import Staff
    from tests.conftest import Personas

    SignIn = Callable[[Staff], Client]

BOARD, TODAY = "/board/", "/today/"


@pytest.fixture
def clinic(personas: Personas, clock: object) -> Clinic:
    """A patient whose series is booked; the clock stands at the morning of the first infusion."""
    found = booked(personas)
    clock.move_to(DAY_1)  # type: ignore[attr-defined]
    return found


def text_of(client: Client, url: str) -> str:
    """Open a page and return it with its spaces evened out."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def chart_of(clinic: Clinic) -> str:
    return reverse("workspace:chart", args=[clinic.patient_id])


def enrol_another(clinic: Clinic, name: str, day: int) -> UUID:
    """Take one more patient to a booked series in the other chair, starting some days later."""
    people, now = clinic.people, clinic.now
    clinic.now = MONDAY_9
    patient_id: UUID = clinic.do(
        patients.register_patient, people.morgan, given_name=name, family_name="Reyes",
        birth_date=date(1979, 1, day + 1), sex="male",
    ).pk  # fmt: skip
    whose = {"patient_id": patient_id}
    clinic.do(
        patients.record_weight, people.sam, weight_kg=Decimal(80), method="measured",
        measured_at=MONDAY_9, **whose,
    )  # fmt: skip
    answers = {question.code: question.safe for question in QUESTIONS}
    clinic.do(eligibility.answer_screening, people.priya, answers=answers, **whose)
    clinic.do(
        eligibility.determine, people.dana, outcome="eligible_with_conditions",
        reason="Benefit and risk weighed with the patient.", conditions="None beyond the usual.",
        override_reason="Every point was looked at in the case review.", **whose,
    )  # fmt: skip
    document = consent_queries.document_in_force(people.dana.site_id, MONDAY_9)
    assert document is not None
    clinic.do(
        consents.sign_consent, people.sam, document_id=document.document_id,
        signer_name=f"{name} Reyes", method="in_person", explained_by=people.sam.pk, **whose,
    )  # fmt: skip
    plan = clinic.do(
        plans.draft_plan, people.priya, protocol_code="C", mg_per_kg=Decimal("0.5"), minutes=40,
        bag_mg_per_ml=Decimal(1), **whose,
    )  # fmt: skip
    clinic.do(plans.sign_plan, people.priya, plan_id=plan.pk)
    first = DAY_1 + timedelta(hours=day)
    starts = [first + timedelta(days=days) for days in (0, 2, 7, 9, 14, 16)]
    clinic.do(plans.book_series, people.morgan, plan_id=plan.pk, starts=starts)
    clinic.now = now
    return patient_id


def queries_for(client: Client, url: str) -> int:
    """Count the queries of a page, after a first visit that fills the session."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# The day board


def test_the_board_shows_who_comes_where_and_what_is_missing(
    clinic: Clinic, sign_in: SignIn
) -> None:
    page = text_of(sign_in(clinic.people.sam), BOARD)

    assert "Tuesday 10 March" in page
    assert "Open 08:00 to 16:30. 1 visit." in page
    assert "Jordan Reyes" in page
    assert "Infusion 1 of 6" in page
    assert all(chip in page for chip in ("Consent", "Escort", "Weight", "Order"))
    assert "No consent" not in page


def test_the_forms_before_a_visit_are_asked_for_until_all_are_in(
    clinic: Clinic, sign_in: SignIn
) -> None:
    nurse, desk = sign_in(clinic.people.sam), sign_in(clinic.people.morgan)
    link = reverse("assessments:invite", args=[clinic.patient_id])
    assert "4 forms due" in text_of(nurse, BOARD)
    assert link in text_of(desk, BOARD)

    for form, items in (("pcl5-month", 20), ("pcl5-week", 20), ("phq9", 9), ("gad7", 7)):
        assert "Forms" not in text_of(nurse, BOARD)
        clinic.do(
            assessments.record_response, clinic.people.sam, patient_id=clinic.patient_id,
            instrument_code=form, answers=dict.fromkeys(range(1, items + 1), 0),
            occurred_at=DAY_1 - timedelta(hours=20), respondent="patient",
        )  # fmt: skip

    for page in (text_of(nurse, BOARD), text_of(desk, BOARD)):
        assert "Forms" in page
        assert "forms due" not in page
        assert link not in page


def test_forms_of_a_later_day_are_not_due_yet(clinic: Clinic, sign_in: SignIn) -> None:
    later = (DAY_1 + timedelta(days=7)).date().isoformat()
    assert "Forms not due yet" in text_of(sign_in(clinic.people.sam), f"{BOARD}?day={later}")


def test_a_visit_is_checked_in_from_the_board(clinic: Clinic, sign_in: SignIn) -> None:
    desk = sign_in(clinic.people.morgan)
    url = reverse("infusions:check_in", args=[clinic.patient_id, clinic.appointments[0]])
    assert url in text_of(desk, BOARD)

    clinic.check_in()

    page = text_of(sign_in(clinic.people.sam), BOARD)
    assert "Checked in" in page
    assert "Open session" in page
    assert url not in page


def test_a_chip_says_what_is_missing_and_opens_the_page_that_mends_it(
    clinic: Clinic, sign_in: SignIn
) -> None:
    other = enrol_another(clinic, "Ada", 3)

    page = text_of(sign_in(clinic.people.sam), BOARD)

    assert "No escort" in page
    assert reverse("patients:escort", args=[other]) in page


def test_the_desk_sees_no_clinical_readiness(clinic: Clinic, sign_in: SignIn) -> None:
    page = text_of(sign_in(clinic.people.morgan), BOARD)

    assert "Escort" in page
    assert "Consent" in page
    assert ">Weight<" not in page
    assert ">Order<" not in page


def test_somebody_who_has_not_come_is_called_late(
    clinic: Clinic, sign_in: SignIn, clock: object
) -> None:
    clock.move_to(DAY_1 + timedelta(minutes=25))  # type: ignore[attr-defined]

    assert "25 min late" in text_of(sign_in(clinic.people.sam), BOARD)


@pytest.mark.parametrize("asked", ["nonsense", "2026-13-01", "9999-12-31", "٢٠٢٦-٠٣-١٢", "'", ""])
def test_a_day_that_is_none_shows_today(clinic: Clinic, sign_in: SignIn, asked: str) -> None:
    assert "Tuesday 10 March" in text_of(sign_in(clinic.people.sam), f"{BOARD}?day={asked}")


def test_a_closed_day_says_why(clinic: Clinic, sign_in: SignIn) -> None:
    page = text_of(sign_in(clinic.people.sam), f"{BOARD}?day=2026-03-14")

    assert "Saturday 14 March" in page
    assert "Nobody is booked on this day." in page


def test_the_board_of_another_site_is_empty(clinic: Clinic, sign_in: SignIn) -> None:
    assert "Jordan" not in text_of(sign_in(clinic.people.robin), BOARD)


def test_a_cancelled_visit_leaves_the_chairs_and_is_listed_as_not_coming(
    clinic: Clinic, sign_in: SignIn
) -> None:
    clinic.do(
        scheduling.cancel_appointment, clinic.people.morgan,
        appointment_id=clinic.appointments[0], reason="Called in ill",
    )  # fmt: skip

    page = text_of(sign_in(clinic.people.sam), BOARD)

    assert "Not coming" in page
    assert "Nobody is booked on this day." in page


def test_the_board_asks_as_many_questions_for_many_visits_as_for_two(
    clinic: Clinic, sign_in: SignIn
) -> None:
    client = sign_in(clinic.people.sam)
    enrol_another(clinic, "Ada", 1)
    few = queries_for(client, BOARD)
    for number, name in enumerate(("Ben", "Cleo", "Dov"), start=3):
        clinic.do(scheduling.add_chair, clinic.people.dana, name=f"Chair {number}")
        enrol_another(clinic, name, 1)

    assert queries_for(client, BOARD) == few
    assert text_of(client, BOARD).count("Infusion 1 of 6") == 5


# Today


def test_today_shows_a_nurse_the_visits_and_who_is_in_the_chair(
    clinic: Clinic, sign_in: SignIn, clock: object
) -> None:
    clinic.running()
    clock.move_to(clinic.wait(10))  # type: ignore[attr-defined]

    page = text_of(sign_in(clinic.people.sam), TODAY)

    assert "Good morning, Sam" in page
    assert "In the chair now" in page
    assert "Infusing" in page
    assert "of 40 mg" in page


def test_today_shows_requests_and_puts_danger_first(clinic: Clinic, sign_in: SignIn) -> None:
    public = clinic.people.morgan
    intake.request_consult(
        key=new_key(), by=actor(public), at=MONDAY_9, name="Kim Ostrander", contact_kind="phone",
        contact_value="540 555 0111", may_leave_message=True, what_brings="Sleep",
    )  # fmt: skip

    page = text_of(sign_in(clinic.people.morgan), TODAY)

    assert "request to answer" in page
    assert "Kim Ostrander" in page


def test_a_safety_task_tells_the_desk_that_there_is_one_but_not_why(
    clinic: Clinic, sign_in: SignIn
) -> None:
    answers = dict.fromkeys(range(1, 10), 1)
    clinic.do(
        assessments.record_response, clinic.people.sam, patient_id=clinic.patient_id,
        instrument_code="phq9", answers=answers, occurred_at=clinic.now, respondent="patient",
    )  # fmt: skip

    desk = text_of(sign_in(clinic.people.morgan), TODAY)
    clinician = text_of(sign_in(clinic.people.dana), TODAY)

    assert "Safety tasks" in desk
    assert "PHQ-9" not in desk
    assert "PHQ-9" in clinician


@pytest.mark.parametrize("who", ["alex", "ash", "uma", "lee", "theo", "priya", "morgan"])
def test_today_opens_for_every_role(clinic: Clinic, sign_in: SignIn, who: str) -> None:
    page = text_of(sign_in(getattr(clinic.people, who)), TODAY)

    sees_visits = who not in {"alex", "lee"}
    assert ("Jordan Reyes" in page) is sees_visits


# A patient's overview


def test_the_overview_says_where_the_patient_stands_and_what_is_next(
    clinic: Clinic, sign_in: SignIn
) -> None:
    page = text_of(sign_in(clinic.people.priya), chart_of(clinic))

    assert "0 of 6 done." in page
    assert "Infusion 1: Tuesday 10 March, 09:00" in page
    assert "Eligible with conditions" in page
    assert "40 mg (0.5 mg/kg) over 40 min, 6 infusions" in page


def test_the_next_step_of_a_new_patient_is_to_ask(clinic: Clinic, sign_in: SignIn) -> None:
    patient_id = clinic.do(
        patients.register_patient, clinic.people.morgan, given_name="Noa", family_name="Vale",
        birth_date=date(1990, 2, 3), sex="unknown",
    ).pk  # fmt: skip

    page = text_of(sign_in(clinic.people.priya), reverse("workspace:chart", args=[patient_id]))

    assert "Ask for the questionnaires that are missing" in page


def test_during_the_infusion_the_overview_leads_to_the_session(
    clinic: Clinic, sign_in: SignIn
) -> None:
    visit = clinic.running()

    page = text_of(sign_in(clinic.people.priya), chart_of(clinic))

    assert "The patient is in the chair." in page
    assert reverse("infusions:session", args=[clinic.patient_id, visit.pk]) in page


def test_the_desk_sees_visits_but_nothing_clinical(clinic: Clinic, sign_in: SignIn) -> None:
    page = text_of(sign_in(clinic.people.morgan), chart_of(clinic))

    assert "0 of" in page
    assert "Consent" in page
    for word in ("Eligib", "mg/kg", "Last scores", "Sessions"):
        assert word not in page


def test_a_patient_of_another_site_is_not_here(clinic: Clinic, sign_in: SignIn) -> None:
    assert sign_in(clinic.people.robin).get(chart_of(clinic)).status_code == 404


@pytest.mark.parametrize("place", ["", "x", "-1", "999999999999", "٣", "5"])
def test_the_list_of_sessions_begins_somewhere_for_any_address(
    clinic: Clinic, sign_in: SignIn, place: str
) -> None:
    text_of(sign_in(clinic.people.sam), f"{chart_of(clinic)}?from={place}")


def test_the_overview_asks_as_many_questions_for_many_sessions_as_for_one(
    clinic: Clinic, sign_in: SignIn, clock: object
) -> None:
    _give(clinic, 1)
    clock.move_to(clinic.now)  # type: ignore[attr-defined]
    one = queries_for(sign_in(clinic.people.priya), chart_of(clinic))
    for number in (2, 3):
        _give(clinic, number)
    clock.move_to(clinic.now)  # type: ignore[attr-defined]
    client = sign_in(clinic.people.priya)

    assert queries_for(client, chart_of(clinic)) == one
    assert "3 of 6 done." in text_of(client, chart_of(clinic))


def _give(clinic: Clinic, number: int) -> None:
    """Give one whole infusion on its day."""
    days = (0, 2, 7)
    clinic.now = DAY_1 + timedelta(days=days[number - 1])
    visit = clinic.check_in(number)
    clinic.wait(20)
    clinic.prepare(visit)
    clinic.wait(5)
    clinic.start(visit)
    for _ in range(4):
        clinic.wait(10)
        clinic.vitals(visit)
    clinic.recovered(visit)
    clinic.do(
        infusions.discharge, clinic.people.sam, session_id=visit.pk, recovery=clinic.recovery()
    )
