"""Follow-up: what is due moves with the infusions, and the page says what the scores say."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from serein.assessments import actions as assessments
from serein.consents import actions as consents
from serein.consents import queries as consent_facts
from serein.outcomes import queries
from serein.outcomes.presenters.words import relapse_of
from serein.outcomes.rules import DueState, Holds
from serein.patients import actions as patients
from serein.plans import actions as plans
from serein.scheduling import actions as scheduling
from serein.scheduling import queries as schedule
from tests.conftest import MONDAY_9, Personas
from tests.flows.infusion_steps import DAY_1, Clinic, booked

if TYPE_CHECKING:
    from datetime import datetime

    from django.test import Client

    from serein.outcomes.rules import DueMeasure

DAY = timedelta(days=1)


@pytest.fixture
def clinic(personas: Personas) -> Clinic:
    """Jordan, whose six infusions are booked from Tuesday 10 March."""
    return booked(personas)


def score(clinic: Clinic, at: datetime, total: int, form: str = "pcl5-week") -> None:
    """Fill in a PCL-5 that adds up to ``total``."""
    each, rest = divmod(total, 20)
    answers = {number: each + (number <= rest) for number in range(1, 21)}
    before, clinic.now = clinic.now, at
    clinic.do(
        assessments.record_response,
        clinic.people.sam,
        patient_id=clinic.patient_id,
        instrument_code=form,
        answers=answers,
        occurred_at=at,
        respondent="patient",
    )
    clinic.now = before


def infuse(clinic: Clinic) -> datetime:
    """Give the first infusion and return its start."""
    visit = clinic.running()
    started = clinic.now
    clinic.wait(40)
    clinic.recovered(visit)
    return started


def due(clinic: Clinic, at: datetime) -> dict[str, DueMeasure]:
    return {item.code: item for item in queries.due_measures(clinic.patient_id, at)}


def open_page(client: Client, clinic: Clinic, **query: str) -> str:
    answer = client.get(reverse("outcomes:course", args=[clinic.patient_id]), query)
    assert answer.status_code == 200
    return answer.content.decode()


class TestWhatIsDue:
    def test_it_is_anchored_to_the_booked_visits(self, clinic: Clinic) -> None:
        found = due(clinic, MONDAY_9)

        assert found["pcl5-week-first"].state is DueState.DUE
        assert found["pcl5-week-first"].closes_at == DAY_1
        assert found["pcl5-week-fourth"].anchor_at == DAY_1 + 9 * DAY
        assert found["pcl5-week-plus-1"].anchor_at == DAY_1 + 23 * DAY

    def test_it_moves_when_a_visit_moves(self, clinic: Clinic) -> None:
        before = due(clinic, MONDAY_9)
        visit = schedule.appointments_of_series(clinic.plan_id)[5]
        clinic.do(
            scheduling.move_appointment,
            clinic.people.morgan,
            appointment_id=visit.appointment_id,
            starts_at=visit.starts_at + 5 * DAY,
            chair_id=visit.chair_id,
        )

        after = due(clinic, MONDAY_9)
        assert after["pcl5-week-plus-8"].opens_at == before["pcl5-week-plus-8"].opens_at + 5 * DAY
        assert after["pcl5-week-fourth"] == before["pcl5-week-fourth"]

    def test_the_true_start_wins_over_the_booked_one(self, clinic: Clinic) -> None:
        started = infuse(clinic)

        assert started > DAY_1
        assert due(clinic, clinic.now)["phq9-visit-1"].closes_at == started

    def test_a_score_before_the_infusion_is_received(self, clinic: Clinic) -> None:
        score(clinic, MONDAY_9, 52)

        found = due(clinic, MONDAY_9)["pcl5-week-first"]
        assert found.state is DueState.RECEIVED
        assert found.received_at == MONDAY_9

    def test_who_withdrew_is_not_asked(self, clinic: Clinic, sign_in: Any, clock: Any) -> None:
        infuse(clinic)
        consent = consent_facts.valid_consent(clinic.patient_id, clinic.now)
        assert consent is not None
        clinic.do(
            consents.withdraw_consent,
            clinic.people.sam,
            consent_id=consent.consent_id,
            reason="Changed their mind.",
        )

        assert queries.due_measures(clinic.patient_id, clinic.now + DAY) == ()
        clock.move_to(clinic.now + DAY)
        assert "Consent was withdrawn" in open_page(sign_in(clinic.people.priya), clinic)

    def test_a_visit_that_lapsed_asks_for_nothing(self, clinic: Clinic) -> None:
        infuse(clinic)

        found = due(clinic, DAY_1 + 30 * DAY)
        assert found["phq9-visit-2"].state is DueState.CANCELLED
        assert "pcl5-week-plus-1" not in found

    def test_a_stopped_plan_is_followed_from_its_last_infusion(self, clinic: Clinic) -> None:
        started = infuse(clinic)
        clinic.do(
            plans.stop_plan, clinic.people.priya, plan_id=clinic.plan_id, reason="Side effects."
        )

        found = due(clinic, clinic.now)
        assert found["pcl5-week-plus-1"].anchor_at == started + 7 * DAY
        assert found["pcl5-week-fourth"].state is DueState.CANCELLED

    def test_another_patient_without_a_plan_has_none(self, clinic: Clinic) -> None:
        other = clinic.do(
            patients.register_patient,
            clinic.people.morgan,
            given_name="Ola",
            family_name="Lund",
            birth_date=MONDAY_9.date() - 12_000 * DAY,
            sex="male",
        )

        assert queries.due_measures(other.pk, MONDAY_9) == ()


class TestThePage:
    def test_before_anything_it_says_so(self, clinic: Clinic, sign_in: Any, clock: Any) -> None:
        shown = open_page(sign_in(clinic.people.theo), clinic)

        assert "There is no PCL-5 (past week) score yet." in shown
        assert "not FDA-approved for PTSD" in shown
        assert "not a causal estimate" in shown

    def test_the_sentence_the_table_and_the_file_agree(
        self, clinic: Clinic, sign_in: Any, clock: Any
    ) -> None:
        score(clinic, MONDAY_9, 52)
        infuse(clinic)
        score(clinic, DAY_1 + 8 * DAY, 34)
        clock.move_to(DAY_1 + 10 * DAY)
        client = sign_in(clinic.people.priya)

        shown = open_page(client, clinic)
        table = client.get(reverse("outcomes:table", args=[clinic.patient_id]))

        assert (
            "PCL-5 (past week) fell 18 points since baseline, from 52 to 34: more than measurement "
            "error (PCL5_RCI_15). 2 of 2 expected scores received." in shown
        )
        assert "<svg" in shown
        assert "Infusion 1: 0.5" in shown
        assert table["Content-Type"].startswith("text/csv")
        assert str(clinic.patient_id) not in table["Content-Disposition"]
        rows = list(csv.DictReader(io.StringIO(table.content.decode())))
        values = [row["value"] for row in rows if row["what"] == "PCL-5 (past week)"]
        assert values == ["52", "34"]
        assert [row["change_from_baseline"] for row in rows if row["value"] == "34"] == ["-18"]

    def test_clusters_are_shown_without_a_script(
        self, clinic: Clinic, sign_in: Any, clock: Any
    ) -> None:
        score(clinic, MONDAY_9, 52)
        client = sign_in(clinic.people.priya)

        assert "Cluster B, intrusion" not in open_page(client, clinic)
        assert "Cluster B, intrusion" in open_page(client, clinic, show="clusters")

    def test_a_course_of_somebody_else_is_not_found(
        self, clinic: Clinic, sign_in: Any, clock: Any
    ) -> None:
        client = sign_in(clinic.people.priya)
        url = reverse("outcomes:course", args=[clinic.patient_id])

        for wrong in (str(clinic.patient_id), "x' OR 1=1", "", "\u202e"):
            assert client.get(url, {"course": wrong}).status_code == 404

    @pytest.mark.parametrize("name", ["outcomes:course", "outcomes:table"])
    def test_only_those_who_may_see_outcomes(
        self, name: str, clinic: Clinic, sign_in: Any, clock: Any
    ) -> None:
        url = reverse(name, args=[clinic.patient_id])

        assert sign_in(clinic.people.morgan).get(url).status_code == 403
        assert sign_in(clinic.people.robin).get(url).status_code == 404

    def test_the_sentence_is_the_same_for_every_reader_of_the_course(self, clinic: Clinic) -> None:
        score(clinic, MONDAY_9, 50)
        infuse(clinic)
        found = queries.course(clinic.patient_id, clinic.now)

        assert found.baseline("pcl5-week") is not None
        assert found.times.first_infusion_at is not None
        assert found.after("pcl5-week") == ()


class TestFromResponseToRelapse:
    def test_a_lost_response_is_a_relapse_counted_from_the_last_infusion(
        self, clinic: Clinic, sign_in: Any, clock: Any
    ) -> None:
        score(clinic, MONDAY_9, 50)
        started = infuse(clinic)
        score(clinic, started + 7 * DAY, 24)
        clinic.now = started + 8 * DAY
        clinic.do(plans.stop_plan, clinic.people.priya, plan_id=clinic.plan_id, reason="Response.")
        score(clinic, started + 30 * DAY, 46)
        clock.move_to(started + 31 * DAY)

        shown = open_page(sign_in(clinic.people.priya), clinic)

        assert "RELAPSE_LOST_30, RELAPSE_10_31" in shown
        assert "46 on day 30 after the last induction infusion; the best was 24." in shown

    def test_without_follow_up_nothing_is_claimed(self, clinic: Clinic) -> None:
        score(clinic, MONDAY_9, 50)
        infuse(clinic)

        assert relapse_of(queries.course(clinic.patient_id, clinic.now)).holds is Holds.UNDEFINED


class TestTheListOfTheClinic:
    def test_it_lists_who_began_with_n_of_n(self, clinic: Clinic, sign_in: Any, clock: Any) -> None:
        score(clinic, MONDAY_9, 52)
        infuse(clinic)
        clock.move_to(DAY_1 + 10 * DAY)
        client = sign_in(clinic.people.dana)

        shown = client.get(reverse("outcomes:overdue")).content.decode()
        only_late = client.get(reverse("outcomes:overdue"), {"show": "overdue"}).content.decode()

        assert "Jordan Reyes" in shown
        assert "1 of 1" in shown
        assert "PCL-5 (past week) before infusion 4" in only_late
        assert "0 of 0" in shown

    def test_another_site_sees_its_own(self, clinic: Clinic, sign_in: Any, clock: Any) -> None:
        infuse(clinic)
        clock.move_to(DAY_1 + 10 * DAY)

        shown = sign_in(clinic.people.robin).get(reverse("outcomes:overdue")).content.decode()

        assert "Jordan" not in shown
        assert "Nobody to show here." in shown

    def test_overdue_measures_put_the_longest_first(self, clinic: Clinic) -> None:
        infuse(clinic)

        late = queries.overdue_measures(clinic.people.dana.site_id, DAY_1 + 10 * DAY)

        assert [item.full_name for item in late] == ["Jordan Reyes"]
        closes = [measure.closes_at for measure in late[0].overdue]
        assert closes == sorted(closes)

    def test_the_front_desk_may_not_open_it(self, clinic: Clinic, sign_in: Any, clock: Any) -> None:
        assert sign_in(clinic.people.morgan).get(reverse("outcomes:overdue")).status_code == 403
