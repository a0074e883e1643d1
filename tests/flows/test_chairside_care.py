"""The session screen by its pages: drugs under orders, scales, the patient's signal, two readers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from serein.core.errors import Refused
from serein.infusions import actions, queries
from serein.infusions.rules.note import note
from tests.flows.infusion_steps import Clinic, booked
from tests.flows.pages import Person
from tests.flows.stillwater import READ_FROM_THE_PUMP

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from serein.accounts.models import Staff
    from serein.infusions.models import InfusionSession
    from tests.conftest import Personas

pytestmark = pytest.mark.django_db
READ: dict[str, Any] = dict(READ_FROM_THE_PUMP)
BEST: dict[str, Any] = {f"item_{place}": "2" for place in range(5)}


class Chair:
    """One visit, the clinic's clock and who stands at the chair."""

    def __init__(
        self, clinic: Clinic, clock: Any, sign_in: Callable[[Staff], Client], visit: InfusionSession
    ) -> None:
        self.clinic, self.clock, self.sign_in, self.visit = clinic, clock, sign_in, visit

    def page(self, name: str, *more: Any) -> str:
        return reverse(f"infusions:{name}", args=[self.clinic.patient_id, self.visit.pk, *more])

    def opens(self, who: Staff, name: str = "session", *more: Any, expect: int = 200) -> Person:
        self.clock.move_to(self.clinic.now)
        return Person(self.sign_in(who)).opens(self.page(name, *more), expect=expect)

    @property
    def note(self) -> str:
        facts = queries.note_facts(
            queries.session(self.visit.site_id, self.visit.pk), self.clinic.now
        )
        return note(facts).replace("\u202f", " ")


@pytest.fixture
def clinic(personas: Personas) -> Clinic:
    return booked(personas)


@pytest.fixture
def running(clinic: Clinic, clock: Any, sign_in: Callable[[Staff], Client]) -> Chair:
    """A first visit whose infusion has run for ten minutes."""
    visit = clinic.running()
    clinic.wait(10)
    return Chair(clinic, clock, sign_in, visit)


@pytest.fixture
def waiting(clinic: Clinic, clock: Any, sign_in: Callable[[Staff], Client]) -> Chair:
    """A visit that has only been checked in."""
    visit = clinic.check_in()
    clinic.wait(5)
    return Chair(clinic, clock, sign_in, visit)


class TestTheScreen:
    def test_it_is_dim_until_this_browser_chose_otherwise(self, running: Chair) -> None:
        sam = running.opens(running.clinic.people.sam)
        assert 'data-theme="dim"' in sam.html
        sam.client.cookies["theme"] = "light"
        assert 'data-theme="light"' in sam.opens(running.page("session")).html

    def test_it_names_the_patient_twice_and_what_must_not_be_forgotten(
        self, running: Chair
    ) -> None:
        sam = running.opens(running.clinic.people.sam)
        sam.sees(
            "Jordan Reyes", "4 May 1984", "MRN", "Allergies", "Weight", "80 kg", "Comfort card"
        )

    def test_five_buttons_stop_and_the_patients_own_signal_stand_on_it(
        self, running: Chair
    ) -> None:
        sam = running.opens(running.clinic.people.sam)
        for words in ("Vitals", "Rate", "Side effect", "Drug", "Note", "Pause", "Stop"):
            assert list(sam.links(words)), words
        assert sam.can_press("Patient asks for help")

    def test_it_says_what_is_given_and_left(self, running: Chair) -> None:
        sam = running.opens(running.clinic.people.sam)
        sam.sees("10 mg given", "30 mg left of 40 mg", "60 mL/h")

    def test_it_counts_down_to_the_next_set_and_says_what_that_asks(self, running: Chair) -> None:
        running.clinic.vitals(running.visit)
        sam = running.opens(running.clinic.people.sam)
        sam.sees("Next vitals 10:00", "20 min, 09:45; ask MOAA/S, nausea, distress")

    def test_the_limits_in_force_are_one_press_away_with_who_set_them(self, running: Chair) -> None:
        sam = running.opens(running.clinic.people.sam).follows("Limits in force")
        sam.sees(
            "Set by: Default of the product, for the medical director", "clinic default, review"
        )

    def test_no_name_stands_in_the_facts_for_the_timers(self, running: Chair) -> None:
        sam = running.opens(running.clinic.people.sam)
        facts = sam.html.split('id="session-facts"')[1].split("</script>")[0]
        assert "computed_at" in facts
        assert not any(word in facts for word in ("Jordan", "Reyes", "1984", "100001"))

    def test_an_entry_made_late_says_so(self, running: Chair) -> None:
        clinic = running.clinic
        earlier = clinic.now
        clinic.wait(12)
        clinic.do(
            actions.change_rate, clinic.people.sam, session_id=running.visit.pk,
            occurred_at=earlier, rate_ml_per_h=Decimal(30), reason="Asked to slow",
        )  # fmt: skip
        running.opens(clinic.people.sam).sees(
            "Rate changed 30 mL/h: Asked to slow Sam Ortiz, entered 09:47"
        )


class TestDrugs:
    def test_a_drug_under_its_order_stands_in_log_graph_and_note(self, running: Chair) -> None:
        sam = running.opens(running.clinic.people.sam, "drug")
        sam.sees(
            "Ondansetron IV", "Nausea or vomiting", "4 mg, at most 8 mg a visit, 240 min apart"
        )
        sam.does_not_see("Clonidine")
        sam.presses("Save the drug", order="ondansetron ODT", dose="4")
        sam.sees("Charted: Ondansetron 4 mg.", "Ondansetron 4 mg on the tongue: Nausea or vomiting")
        assert (
            "Drugs given:\n09:35 Ondansetron 4 mg on the tongue, Nausea or vomiting" in running.note
        )

    def test_outside_of_the_order_it_is_refused_with_the_reason(self, running: Chair) -> None:
        sam = running.opens(running.clinic.people.sam, "drug")
        sam.presses("Save the drug", expect=422, order="ondansetron IV", dose="8")
        sam.sees("Ask the prescriber for an order: 8 mg is outside the standing order")
        sam.presses("Save the drug", expect=422, order="midazolam IV", dose="1")
        sam.sees("Slow, pause or stop the infusion first.")
        assert queries.rescues_of(running.visit.pk) == ()

    def test_midazolam_after_a_pause_is_covered(self, running: Chair) -> None:
        clinic = running.clinic
        clinic.do(
            actions.pause, clinic.people.sam, session_id=running.visit.pk, occurred_at=clinic.now
        )
        clinic.wait(2)
        sam = running.opens(clinic.people.sam, "drug")
        sam.presses(
            "Save the drug", order="midazolam IV", dose="1", reason="Panic, grounding failed"
        )
        sam.sees("Midazolam 1 mg IV: Panic, grounding failed")

    def test_an_entry_by_mistake_is_taken_back_and_stays_readable(self, running: Chair) -> None:
        sam = running.opens(running.clinic.people.sam, "drug")
        sam.presses("Save the drug", order="ondansetron IV", dose="4")
        sam.follows("Take back: ").presses("Take it back", reason="Wrong patient")
        sam.sees("Ondansetron 4 mg IV: Nausea or vomiting (taken back: Wrong patient)")
        assert "Ondansetron" not in running.note
        sam.opens(running.page("drug")).presses("Save the drug", order="ondansetron IV", dose="4")
        sam.sees("Charted: Ondansetron 4 mg.")


class TestScales:
    def test_dissociation_is_asked_and_its_score_stands_with_its_time(self, waiting: Chair) -> None:
        sam = waiting.opens(waiting.clinic.people.sam)
        sam.sees("Ask now").follows("Score: Dissociation before the start")
        sam.sees("How far away or unreal do you feel right now?")
        sam.presses("Save the score", item_0="2").sees("Dissociation charted: 2.", "2 at 09:05")
        assert "Scores:\n09:05 Dissociation 2 (0 to 10" in waiting.note

    def test_the_recovery_score_names_its_version(self, running: Chair) -> None:
        clinic = running.clinic
        clinic.wait(30)
        clinic.stop(running.visit)
        clinic.wait(31)
        sam = running.opens(clinic.people.sam).follows("Score: Modified Aldrete 30")
        sam.presses("Save the score", **BEST)
        sam.sees("Modified Aldrete charted: 10.")
        assert "Modified Aldrete 10 (recovery score, circulation in %" in running.note

    def test_no_scale_of_another_name(self, running: Chair) -> None:
        running.opens(running.clinic.people.sam, "score", "phq9", expect=404)


class TestThePatientsOwnSignal:
    def test_one_press_raises_a_flag_that_stands_until_it_is_answered(self, running: Chair) -> None:
        sam = running.opens(running.clinic.people.sam).presses("Patient asks for help")
        sam.sees("Help asked for.", "Patient asks for help", "Go to the patient now and ask.")
        sam.follows("Answer: Patient asks for help")
        sam.presses("Save answer", action_code="prescriber_here").sees("Answered (1)")


class TestAnEmergency:
    def test_the_crash_card_says_what_a_helper_asks_for_first(self, running: Chair) -> None:
        card = running.opens(running.clinic.people.theo, "emergency")
        card.sees("10 mg of 40 mg since", "running at 60 mL/h", "BP 128/78", "Emergency 911")
        card.sees("80 kg", "Allergies", "911 called.", "clinic default, review")

    def test_a_call_is_a_flag_on_the_chair_and_on_the_page_of_all_chairs(
        self, running: Chair
    ) -> None:
        sam = running.opens(running.clinic.people.sam, "emergency").presses("Emergency called now")
        sam.sees("Emergency charted.", "Emergency called")
        priya = Person(running.sign_in(running.clinic.people.priya)).opens("/chairs/")
        priya.sees("Act now", "Emergency called")

    def test_a_pause_and_a_stop_are_said_on_it(self, running: Chair) -> None:
        who = running.clinic.people.sam
        running.clinic.do(
            actions.pause, who, session_id=running.visit.pk, occurred_at=running.clinic.now
        )
        running.opens(who, "emergency").sees("10 mg of 40 mg since", "paused")
        running.clinic.stop(running.visit)
        running.opens(who, "emergency").sees("stopped")


class TestTakingOver:
    def test_who_started_is_in_charge_until_somebody_takes_over(self, running: Chair) -> None:
        people = running.clinic.people
        sam = running.opens(people.sam)
        sam.sees("In charge", "Sam Ortiz, since")
        sam.does_not_see("Take over")
        running.clinic.wait(1)
        noor = running.opens(people.noor).presses("Take over")
        noor.sees("You are in charge of this chair.", "Noor Haddad, since")
        noor.does_not_see("Take over")
        running.opens(people.sam).sees("Take over")
        tile = Person(running.sign_in(people.priya)).opens("/chairs/")
        tile.sees("In charge Noor Haddad")

    def test_nobody_takes_over_twice_or_after_the_patient_has_gone(self, running: Chair) -> None:
        clinic, people = running.clinic, running.clinic.people
        with pytest.raises(Refused, match="you are in charge"):
            clinic.do(actions.take_over, people.sam, session_id=running.visit.pk)
        clinic.stop(running.visit)
        clinic.do(
            actions.leave_against_advice, people.sam, session_id=running.visit.pk,
            reason="Wants to go.", risks_explained=True, iv_out=True,
        )  # fmt: skip
        with pytest.raises(Refused, match="gone home"):
            clinic.do(actions.take_over, people.noor, session_id=running.visit.pk)


class TestTwoReaders:
    def test_the_second_sees_neither_the_order_nor_what_the_first_typed(
        self, waiting: Chair
    ) -> None:
        people = waiting.clinic.people
        waiting.opens(people.sam, "answer", "second_check").presses("Save", **READ)
        noor = waiting.opens(people.noor, "second_check")
        noor.sees("You do not see what the first person typed.")
        noor.does_not_see("0.8 mL", "60 mL/h", "40 mg")

    def test_a_difference_is_named_and_blocks(self, waiting: Chair) -> None:
        people = waiting.clinic.people
        waiting.opens(people.sam, "answer", "second_check").presses("Save", **READ)
        noor = waiting.opens(people.noor, "second_check")
        noor.presses("Save my check", expect=422, **(READ | {"volume_ml": "400"}))
        noor.sees("the two of you differ: volume limit 40 mL and 400 mL")
        noor.presses("Save my check", **READ).sees("the drug and the pump agree")

    def test_the_first_cannot_state_what_is_not_ordered(self, waiting: Chair) -> None:
        sam = waiting.opens(waiting.clinic.people.sam, "answer", "second_check")
        sam.presses("Save", expect=422, **(READ | {"drug": "ketorolac"}))
        sam.sees("drug ketorolac is not as ordered")


# What is done at which minute; by hand: mg = sum of mL/h x 1 mg/mL x hours.
SCRIPTS = {
    "as ordered": ([(0, "start", 60), (40, "stop", None)], "40.0"),
    "slowed": ([(0, "start", 60), (15, "rate", 30), (45, "stop", None)], "30.0"),
    "paused": ([(0, "start", 60), (12, "pause", None), (18, "resume", 60), (40, "stop", None)], "34.0"),
    "stopped early": ([(0, "start", 60), (7, "stop", None)], "7.0"),
    "everything": (
        [
            (0, "start", 45), (10, "rate", 60), (14, "pause", None), (21, "resume", 20),
            (33, "rate", 50), (40, "stop", None),
        ],
        "21.333",
    ),
}  # fmt: skip
DO: dict[str, Any] = {
    "rate": actions.change_rate, "pause": actions.pause, "resume": actions.resume,
    "stop": actions.stop,
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_five_infusions_give_what_the_hand_computes(clinic: Clinic, name: str) -> None:
    steps, by_hand = SCRIPTS[name]
    visit = clinic.check_in()
    clinic.wait(20)
    clinic.prepare(visit)
    clinic.wait(5)
    begin = clinic.now
    for minute, kind, rate in steps:
        clinic.wait(minute - (clinic.now - begin).total_seconds() / 60)
        if kind == "start":
            clinic.start(visit, str(rate))
            continue
        facts: dict[str, Any] = {"session_id": visit.pk, "occurred_at": clinic.now}
        clinic.do(
            DO[kind],
            clinic.people.sam,
            **facts,
            **({"rate_ml_per_h": Decimal(rate)} if rate else {}),
        )
    given = queries.delivered_mg(visit.pk, clinic.wait(60))
    assert abs(given - Decimal(by_hand)) < Decimal("0.1")
