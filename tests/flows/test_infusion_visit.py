"""One infusion visit through the pages that people use, from the day board to the signed note."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from serein.infusions import actions, queries
from serein.infusions.states import SessionState
from tests.conftest import Personas
from tests.flows.infusion_steps import Clinic, booked

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from serein.accounts.models import Staff

LINE = "Record with flags. Not a patient monitor. Do not rely on it for alarms."


@pytest.fixture
def clinic(personas: Personas) -> Clinic:
    return booked(personas)


class Pages:
    """Browsers of several people, and the clock they share."""

    def __init__(self, clinic: Clinic, clock: Any, sign_in: Callable[[Staff], Client]) -> None:
        self.clinic, self.clock, self.sign_in = clinic, clock, sign_in
        self.visit_id: Any = None

    def address(self, name: str, *more: Any) -> str:
        return reverse(f"infusions:{name}", args=[self.clinic.patient_id, self.visit_id, *more])

    def see(self, who: Staff, address: str) -> str:
        self.clock.move_to(self.clinic.now)
        answer = self.sign_in(who).get(address)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def send(self, who: Staff, address: str, expect: int = 302, **typed: Any) -> str:
        """Send a form with a key of its own; follow the redirect and return the page."""
        self.clock.move_to(self.clinic.now)
        browser = self.sign_in(who)
        answer = browser.post(address, {"key_field": str(uuid.uuid4()), **typed})
        assert answer.status_code == expect, (answer.status_code, _errors(answer.content.decode()))
        if expect != 302:
            return answer.content.decode()
        return browser.get(answer["Location"]).content.decode()


def _errors(page: str) -> list[str]:
    return re.findall(r"error-summary.*?</ul>", page, re.DOTALL)


@pytest.fixture
def pages(clinic: Clinic, clock: Any, sign_in: Callable[[Staff], Client]) -> Pages:
    return Pages(clinic, clock, sign_in)


VITALS = {
    "when": "0", "sbp_mmhg": "128", "dbp_mmhg": "78", "hr_bpm": "72", "spo2_percent": "98",
    "rr_per_min": "16", "moaas": "5",
}  # fmt: skip
WELL = {
    "aldrete_activity": "2", "aldrete_respiration": "2", "aldrete_circulation": "2",
    "aldrete_consciousness": "2", "aldrete_oxygen": "2", "nausea": "0", "back_to_usual": "yes",
    "fluids_tolerated": "yes", "gait_steady": "yes", "oriented": "yes", "safety_reviewed": "yes",
    "iv_out": "yes", "escort_present": "yes", "escort_name": "Alex Reyes",
    "instructions_given": "yes", "no_driving_acknowledged": "yes",
    "contact_date": "2026-03-11", "contact_clock": "10:00",
}  # fmt: skip


def test_a_whole_visit(pages: Pages) -> None:
    clinic, people = pages.clinic, pages.clinic.people
    check_in = reverse("infusions:check_in", args=[clinic.patient_id, clinic.appointments[0]])
    pages.send(people.sam, check_in)
    visit = queries.open_sessions(people.sam.site_id)[0]
    pages.visit_id = visit.session_id

    page = pages.see(people.sam, pages.address("session"))
    assert LINE in page
    assert "Clear to start" in page
    assert "disabled" in page
    assert "second person&#x27;s check" in page

    clinic.wait(10)
    answer = pages.address("answer", "identity")
    pages.send(people.sam, answer, ways=["name", "birth_date"])
    pages.send(people.sam, pages.address("answer", "fasting"), value="yes")
    pages.send(people.sam, pages.address("answer", "pregnancy"), value="negative")
    pages.send(people.sam, pages.address("vitals"), **VITALS)
    stated = {
        "drug": "Ketamine", "vial_mg_per_ml": "50", "dose_mg": "40", "drug_ml": "0.8",
        "rate_ml_per_h": "60", "volume_ml": "40",
    }  # fmt: skip
    pages.send(people.sam, pages.address("answer", "second_check"), **stated)
    refused = pages.send(people.sam, pages.address("second_check"), 422, **stated)
    assert "Ask someone else to check: you prepared the drug yourself." in refused
    page = pages.send(people.noor, pages.address("second_check"), **stated)
    assert "All 12 conditions are met." in page

    clinic.wait(5)
    page = pages.send(people.sam, pages.address("clear"))
    assert "Start now" in page
    page = pages.send(people.sam, pages.address("start"), when="0", rate_ml_per_h="60")
    assert "Running" in page
    assert "data-elapsed" in page

    clinic.wait(10)
    pages.send(people.sam, pages.address("vitals"), **{**VITALS, "sbp_mmhg": "162"})
    page = pages.send(
        people.sam, pages.address("effect"), when="1", code="nausea", severity="1",
        action_taken="Cool cloth",
    )  # fmt: skip
    assert "Nausea" in page
    assert "162/78" in page
    pages.send(people.sam, pages.address("rate"), when="0", rate_ml_per_h="30")
    clinic.wait(10)
    pages.send(people.sam, pages.address("pause"), when="0", reason="Patient asks for a moment")
    page = pages.see(people.sam, pages.address("session"))
    assert "15\u202fmg" in page
    assert "Resume" in page
    clinic.wait(5)
    page = pages.see(people.sam, pages.address("resume"))
    assert "The rate before the pause. Enter what the pump shows." in page
    assert 'value="30"' in page
    pages.send(people.sam, pages.address("resume"), when="0", rate_ml_per_h="60")
    pages.send(people.noor, pages.address("remark"), when="0", text="Patient is calm.")
    clinic.wait(20)
    page = pages.see(people.sam, pages.address("stop"))
    assert "Stop the infusion?" in page
    page = pages.send(people.sam, pages.address("stop"), when="0", reason="Tired")
    assert "Recovering" in page
    assert "35\u202fmg" in page

    refused = pages.send(people.sam, pages.address("discharge"), 422, **WELL)
    assert "Wait: 0\u202fmin of 120\u202fmin have passed (first infusion)." in refused
    assert 'value="Alex Reyes"' in refused
    for _ in range(8):
        clinic.wait(15)
        pages.send(people.sam, pages.address("vitals"), **VITALS)
    page = pages.send(people.sam, pages.address("discharge"), **WELL)
    assert "Discharged" in page
    assert "Read and sign" in page

    clinic.wait(10)
    page = pages.send(people.sam, pages.address("sign"), comment="Went well.")
    assert "Signed by Sam Ortiz (nurse)" in page
    assert "Given: 35\u202fmg" in page
    page = pages.send(people.noor, pages.address("addend"), text="Called: slept well.")
    assert "Called: slept well." in page
    record = pages.see(people.sam, pages.address("record"))
    assert "; 1 addendum" in record
    assert "Comment: Went well." in record
    assert LINE in record
    lines = pages.see(people.sam, reverse("infusions:sessions", args=[clinic.patient_id]))
    assert "35\u202fmg" in lines


def test_stop_is_never_held_up_by_what_is_typed(pages: Pages) -> None:
    clinic, people = pages.clinic, pages.clinic.people
    pages.visit_id = clinic.running().pk
    clinic.wait(10)
    page = pages.send(
        people.sam, pages.address("stop"), when="at", clock="25:99", reason="x" * 5000
    )
    assert "Part of the form could not be read" in page
    visit = queries.session(people.sam.site_id, pages.visit_id)
    assert visit.state == SessionState.RECOVERING
    assert visit.stopped_at == clinic.now


@pytest.mark.parametrize("who", ["morgan", "priya", "theo", "lee", "noor"])
def test_every_clinical_role_can_stop(pages: Pages, who: str) -> None:
    clinic = pages.clinic
    pages.visit_id = clinic.running().pk
    clinic.wait(3)
    person = getattr(clinic.people, who)
    assert "Stop the infusion" in pages.see(person, pages.address("stop"))
    pages.clock.move_to(clinic.now)
    browser = pages.sign_in(person)
    assert browser.post(pages.address("stop"), {}).status_code == 302
    visit = queries.session(person.site_id, pages.visit_id)
    assert visit.state == SessionState.RECOVERING
    assert queries.delivered_at(visit, clinic.now).mg == 3


def test_a_second_press_of_stop_changes_nothing(pages: Pages) -> None:
    clinic, people = pages.clinic, pages.clinic.people
    visit = clinic.running()
    clinic.wait(10)
    first = clinic.stop(visit)
    clinic.wait(1)
    second = clinic.stop(visit, people.noor)
    assert second.stopped_at == first.stopped_at
    assert len(queries.log_of(visit.pk)) == 2


def test_the_live_part_is_made_anew(pages: Pages) -> None:
    clinic, people = pages.clinic, pages.clinic.people
    pages.visit_id = clinic.running().pk
    clinic.wait(6)
    live = pages.see(people.sam, pages.address("live"))
    assert "6\u202fmg" in live
    assert "<html" not in live
    clinic.wait(6)
    assert "12\u202fmg" in pages.see(people.sam, pages.address("live"))


def test_the_live_part_asks_for_the_whole_page_when_the_phase_changed(pages: Pages) -> None:
    clinic = pages.clinic
    visit = clinic.running()
    pages.visit_id = visit.pk
    clinic.wait(6)
    clinic.stop(visit)
    pages.clock.move_to(clinic.now)
    answer = pages.sign_in(clinic.people.sam).get(pages.address("live") + "?state=running")
    assert answer["HX-Refresh"] == "true"


def test_two_people_chart_at_once_and_both_are_kept(pages: Pages) -> None:
    clinic, people = pages.clinic, pages.clinic.people
    pages.visit_id = clinic.running().pk
    clinic.wait(10)
    pages.send(people.sam, pages.address("rate"), when="0", rate_ml_per_h="45")
    page = pages.send(people.noor, pages.address("rate"), when="0", rate_ml_per_h="30")
    assert "45\u202fmL/h" in page
    assert "30\u202fmL/h" in page
    names = {fact.by_name for fact in queries.events_of(pages.visit_id)}
    assert names == {"Sam Ortiz", "Noor Haddad"}


def test_a_full_chart_costs_no_more_questions_than_a_short_one(pages: Pages) -> None:
    clinic, sam = pages.clinic, pages.clinic.people.sam
    visit = clinic.running()
    pages.visit_id = visit.pk

    def questions() -> int:
        pages.clock.move_to(clinic.now)
        browser = pages.sign_in(sam)
        browser.get(pages.address("session"))
        with CaptureQueriesContext(connection) as asked:
            browser.get(pages.address("session"))
        return len(asked)

    before, whole = 0, {"session_id": visit.pk}
    for step in range(6):
        clinic.wait(1)
        clinic.vitals(visit, sbp_mmhg=170 + step)
        clinic.do(
            actions.change_rate,
            sam,
            occurred_at=clinic.now,
            rate_ml_per_h=visit.rate_ml_per_h - step,
            **whole,
        )
        clinic.do(
            actions.record_side_effect, sam, code="nausea", severity=1, onset_at=clinic.now, **whole
        )
        clinic.do(actions.chart_remark, sam, occurred_at=clinic.now, text="Calm.", **whole)
        before = before or questions()
    assert questions() == before


def test_a_retry_with_the_same_key_counts_once(pages: Pages) -> None:
    clinic, people = pages.clinic, pages.clinic.people
    pages.visit_id = clinic.running().pk
    clinic.wait(10)
    typed = {"key_field": str(uuid.uuid4()), "when": "0", "rate_ml_per_h": "30"}
    for _ in range(2):
        pages.send(people.sam, pages.address("rate"), **typed)
    assert len(queries.log_of(pages.visit_id)) == 2


def test_a_correction_keeps_both_entries(pages: Pages) -> None:
    clinic, people = pages.clinic, pages.clinic.people
    pages.visit_id = clinic.running().pk
    clinic.wait(20)
    pages.send(people.sam, pages.address("rate"), when="0", rate_ml_per_h="30")
    wrong = queries.events_of(pages.visit_id)[-1]
    clinic.wait(10)
    page = pages.send(
        people.sam, pages.address("correct", wrong.event_id), clock="09:35", seconds="0",
        rate_ml_per_h="30", reason="Charted late",
    )  # fmt: skip
    assert "<s>Rate changed" in page
    assert "Corrected: Rate changed" in page
    # 10 min at 60 mL/h, then 20 min at 30 mL/h
    assert queries.delivered_mg(pages.visit_id, clinic.now) == 20
    again = pages.sign_in(people.sam).get(pages.address("correct", wrong.event_id))
    assert again.status_code == 302


def test_leaving_against_advice_has_its_own_path(pages: Pages) -> None:
    clinic, people = pages.clinic, pages.clinic.people
    visit = clinic.running()
    pages.visit_id = visit.pk
    clinic.wait(10)
    refused = pages.send(people.sam, pages.address("leave"), 422, reason="Wants to go")
    assert "Stop the infusion first" in refused
    clinic.stop(visit)
    clinic.wait(5)
    page = pages.send(
        people.sam, pages.address("leave"), reason="Has to fetch the children",
        risks_explained="on", iv_out="on",
    )  # fmt: skip
    assert "Left against advice" in page
    assert "Reason given: Has to fetch the children." in page


def test_cancelling_frees_the_chair(pages: Pages) -> None:
    clinic, people = pages.clinic, pages.clinic.people
    visit = clinic.check_in()
    pages.visit_id = visit.pk
    page = pages.send(people.sam, pages.address("cancel"), reason="Has a cold")
    assert "Cancelled" in page
    assert queries.open_sessions(people.sam.site_id) == ()


def test_another_sites_nurse_and_another_patient_get_nothing(pages: Pages) -> None:
    clinic, people = pages.clinic, pages.clinic.people
    pages.visit_id = clinic.running().pk
    pages.clock.move_to(clinic.now)
    for name in ("session", "live", "stop", "record", "vitals", "rate"):
        assert pages.sign_in(people.robin).get(pages.address(name)).status_code == 404
        assert pages.sign_in(people.robin).post(pages.address(name)).status_code in {404, 405}
    other = reverse("infusions:session", args=[clinic.patient_id, uuid.uuid4()])
    assert pages.sign_in(people.sam).get(other).status_code == 404
    stranger = reverse("infusions:check_in", args=[clinic.patient_id, uuid.uuid4()])
    assert pages.sign_in(people.sam).get(stranger).status_code == 404


def test_the_next_session_waits_for_its_own_gate(pages: Pages) -> None:
    clinic, people = pages.clinic, pages.clinic.people
    first = clinic.running()
    clinic.wait(40)
    clinic.recovered(first)
    clinic.do(actions.discharge, people.sam, session_id=first.pk, recovery=clinic.recovery())
    clinic.now = clinic.now.replace(hour=13, minute=0) + timedelta(days=2)
    second = clinic.check_in(2)
    assert queries.watch_for(second, clinic.now) == timedelta(minutes=60)
    codes = {item.code for item in queries.start_gate(second, clinic.now) if item.is_open}
    assert codes == {"identity", "fasting", "pregnancy", "vitals", "second_check"}
