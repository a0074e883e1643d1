"""One patient the whole way through the pages: from the request to the relapse.

Jordan asks on Monday 9 March 2026, is infused six times from Tuesday 17 March, responds, and
relapses five weeks after the last infusion.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from serein.eligibility.rules import QUESTIONS
from tests.conftest import Personas
from tests.flows.course import give_an_infusion
from tests.flows.pages import Person
from tests.flows.stillwater import CALM, LINE, READ_FROM_THE_PUMP, WELL, Stillwater, opened, pcl5

if TYPE_CHECKING:
    from collections.abc import Callable

    from serein.accounts.models import Staff


@pytest.fixture
def clinic(personas: Personas, clock: Any, sign_in: Callable[[Staff], Client]) -> Stillwater:
    """A clinic that opens Monday to Thursday and every other Friday."""
    return opened(personas, clock, sign_in)


class TestOnePatient:
    """Jordan Reyes, 41, 80 kg."""

    def test_from_the_request_to_the_relapse(self, clinic: Stillwater) -> None:
        self.given_jordan_asks_to_be_seen(clinic)
        self.then_the_front_desk_reaches_and_accepts_jordan(clinic)
        self.when_the_record_is_written(clinic)
        self.when_jordan_answers_by_personal_links(clinic)
        self.then_the_dark_answer_is_taken_up_by_a_named_clinician(clinic)
        self.when_staff_fill_in_the_other_forms(clinic)
        self.when_the_consult_is_held(clinic)
        self.then_the_prescriber_finds_jordan_eligible(clinic)
        self.when_jordan_signs_the_consent(clinic)
        self.when_protocol_a_is_planned_it_cannot_be_booked(clinic)
        self.then_protocol_c_is_planned_and_booked_whole(clinic)
        self.when_jordan_comes_for_the_first_infusion(clinic)
        self.then_the_gate_refuses_until_everything_is_there(clinic)
        self.when_the_infusion_runs(clinic)
        self.then_a_flag_is_raised_and_answered_by_name(clinic)
        self.when_it_is_slowed_paused_and_stopped(clinic)
        self.then_jordan_recovers_and_is_discharged(clinic)
        self.then_the_note_is_signed_and_addended(clinic)
        self.when_the_other_five_are_given(clinic)
        self.then_the_outcomes_page_says_response(clinic)
        self.then_five_weeks_later_it_says_relapse_by_the_named_rules(clinic)

    # Ask

    def given_jordan_asks_to_be_seen(self, clinic: Stillwater) -> None:
        clinic.at(9, "09:00")
        jordan = clinic.jordans_phone.opens("/").follows("Request a consultation")
        jordan.sees("I am in danger now", "Five questions about safety", "Call or text 988")
        jordan.presses("Send", expect=422, what_brings="I cannot sleep.")
        jordan.sees("Enter your name.", "Enter a phone number or an e-mail address.")
        assert "I cannot sleep." in jordan.html
        jordan.presses(
            "Send", name="Jordan Reyes", contact="(212) 555-0147", may_leave_message="yes",
            what_brings="I cannot sleep since the fire.", heart="no", psychosis="no",
            pregnancy="no", substances="rather_not", escort="yes", birth_date="1984-05-04",
        )  # fmt: skip
        assert jordan.address.endswith("/ask/received/")

    def then_the_front_desk_reaches_and_accepts_jordan(self, clinic: Stillwater) -> None:
        clinic.at(9, "09:40")
        morgan = clinic.someone(clinic.people.morgan, "/today/").opens("/requests/")
        morgan.sees("Jordan Reyes", "(212) 555-0147").follows("Jordan Reyes")
        morgan.sees("I cannot sleep since the fire.", "Rather not say", "Nobody has tried yet.")
        morgan.presses("Save contact", outcome="no_answer").sees("Contact saved.")
        clinic.wait(90)
        morgan = clinic.someone(clinic.people.morgan, morgan.address)
        morgan.presses("Save contact", outcome="spoke", note="Would like to come this week.")
        morgan.sees("Would like to come this week.", "Morgan Bell").follows("Accept")
        morgan.presses("Accept", expect=422).sees("Choose the recorded sex.")
        morgan.presses("Accept", sex="female").sees("This person is on record now.")
        clinic.patient = re.findall(r"/patients/([0-9a-f-]{36})/", morgan.address)[0]
        morgan.sees("I cannot sleep since the fire.")
        morgan.opens("/requests/").does_not_see("Jordan Reyes").follows("Accepted")
        morgan.sees("Jordan Reyes")

    # The record

    def when_the_record_is_written(self, clinic: Stillwater) -> None:
        morgan = clinic.someone(clinic.people.morgan, clinic.page("patients:record"))
        morgan.sees("(212) 555-0147").does_not_see("Allergies\nNot asked")
        morgan.opens(clinic.page("patients:escort"))
        morgan.presses("Save escort", name="Alex Reyes", phone="540 555 0100", relation="brother")
        morgan.sees("Alex Reyes")

        clinic.at(11, "10:00")
        sam = clinic.someone(clinic.people.sam, clinic.page("patients:record"))
        sam.sees("Not asked")
        sam.opens(clinic.page("patients:weight"))
        sam.presses("Save", expect=422, weight="80,5").sees("Use a point for decimals")
        sam.presses("Save", weight="80").sees("80 kg")
        sam.opens(clinic.page("patients:height")).presses("Save", height="172").sees("172 cm")
        sam.opens(clinic.page("patients:pressure"))
        sam.presses("Save", sbp_mmhg="124", dbp_mmhg="76").sees("124/76")
        sam.opens(clinic.page("patients:no_allergies")).presses("Save “none known”")
        sam.does_not_see("Not asked")

    # Assess

    def when_jordan_answers_by_personal_links(self, clinic: Stillwater) -> None:
        clinic.wait(10)
        phone = clinic.jordans_phone
        phone.opens(self._link(clinic, "pcl5-month")).sees("Hello Jordan", "20 questions")
        phone.follows("Start")
        for number, value in enumerate(pcl5(52).values(), start=1):
            phone.sees(f"Question {number} of 20")
            phone.presses("Next", value=value)
        phone.sees("Check your answers", "Nothing is final until you send.").presses("Send")
        phone.sees("Thank you. Your answers are sent.").does_not_see("52")

        phone.opens(self._link(clinic, "phq9")).follows("Start")
        for _ in range(8):
            phone.presses("Next", value=1)
        phone.presses("Next", value=1)
        phone.sees("Thank you for telling us", "Call 988", "Call 911", "Are you safe right now?")
        phone.presses("Next", answer="yes").presses("Send").sees("Thank you.")

    def _link(self, clinic: Stillwater, form: str) -> str:
        sam = clinic.someone(clinic.people.sam, clinic.page("assessments:list"))
        sam.follows("Make a personal link").presses("Make the link", instrument_code=form)
        sam.sees("it is shown only here and only once")
        return re.findall(r'value="http://[^/]+(/q/[^"]+)"', sam.html)[0]

    def then_the_dark_answer_is_taken_up_by_a_named_clinician(self, clinic: Stillwater) -> None:
        clinic.wait(15)
        morgan = clinic.someone(clinic.people.morgan, "/safety/")
        morgan.sees("Tell Dana Whitfield before the day's first visit.")
        morgan.does_not_see("Jordan")
        dana = clinic.someone(clinic.people.dana, "/safety/").sees("Jordan Reyes", "Dana Whitfield")
        dana.follows("Jordan Reyes").presses("I am taking this on")
        dana.sees("You have taken this on.").follows("Close the task")
        dana.presses("Close the task", expect=422).sees("Enter what you found.")
        dana.presses(
            "Close the task", reached="person", finding_text="Passive thoughts, no plan, no intent.",
            next_step="Asked again on the day of the consult.",
        ).sees("Safety task closed.", "Nothing waits for an answer.")  # fmt: skip

    def when_staff_fill_in_the_other_forms(self, clinic: Stillwater) -> None:
        clinic.wait(10)
        self._fill_in(clinic, "gad7", {f"q{n}": 2 for n in range(1, 8)}, "14")
        self._fill_in(clinic, "pc-ptsd-5", {f"q{n}": 1 for n in range(6)}, "5")
        scores = clinic.someone(clinic.people.priya, clinic.page("assessments:list"))
        scores.sees("52", "9")

    def _fill_in(self, clinic: Stillwater, form: str, answers: dict[str, int], total: str) -> None:
        sam = clinic.someone(clinic.people.sam, clinic.page("assessments:record", form))
        sam.presses("Save and score", respondent="staff", **answers)
        sam.sees(total)

    # Decide, consent

    def when_the_consult_is_held(self, clinic: Stillwater) -> None:
        clinic.at(12, "09:00")
        priya = clinic.someone(clinic.people.priya, clinic.page("eligibility:consult"))
        priya.sees("Rules cannot say yet", "I cannot sleep since the fire.")
        answers = {f"answer_{one.code}": one.safe for one in QUESTIONS}
        priya.presses("Save answers", **answers).sees("Answers saved.")

    def then_the_prescriber_finds_jordan_eligible(self, clinic: Stillwater) -> None:
        priya = clinic.someone(clinic.people.priya, clinic.page("eligibility:consult"))
        priya.follows("Go to the decision")
        priya.presses("Sign decision", expect=422).sees("Choose one of the four results.")
        priya.presses("Sign decision", outcome="eligible", reason="Benefit and risk weighed.")
        priya.sees("Decision signed: eligible.", "Decision in force")

    def when_jordan_signs_the_consent(self, clinic: Stillwater) -> None:
        clinic.wait(20)
        sam = clinic.someone(clinic.people.sam, clinic.page("consents:list"))
        sam.sees("Nothing has been signed yet.").follows("Read and sign")
        sam.sees("not approved")
        sam.presses(
            "Continue", method="in_person", can_decide="on", signer_name="Sam Ortiz", expect=422
        ).sees("Ask the patient to type their own name: the record says Jordan Reyes.")  # fmt: skip
        sam.presses("Continue", signer_name="Jordan Reyes").sees("Nothing is signed yet.")
        sam.presses("Sign").sees("Consent signed.")

    # Plan, book

    def when_protocol_a_is_planned_it_cannot_be_booked(self, clinic: Stillwater) -> None:
        clinic.wait(20)
        plan = self._plan(clinic, "A")
        morgan = clinic.someone(clinic.people.morgan, clinic.page("plans:visits"))
        morgan.sees("6 infusions without a visit").follows("Book 6 visits")
        morgan.sees(
            "Three infusions in each of two weeks in a row do not fit the opening hours: the week "
            "of 16 March opens Monday to Thursday and holds two with 44 hours between them.",
            "These keep every gap and come closest.",
            "protocol B (eight in four weeks) or protocol C (six in three weeks) would fit as it is.",
        )
        assert len(list(morgan.links("Choose this"))) >= 2
        clinic.wait(5)
        priya = clinic.someone(clinic.people.priya, clinic.page("plans:plan", plan))
        priya.follows("Stop").presses("Stop", reason="The clinic's Fridays do not allow it.")
        priya.sees("Stopped", "No visit is booked.")

    def _plan(self, clinic: Stillwater, code: str) -> str:
        priya = clinic.someone(clinic.people.priya, clinic.page("plans:choose"))
        priya.sees("Ketamine is approved as an anaesthetic only; its use for PTSD is off-label.")
        priya.follows(f"Start from {code}").presses("Work out the dose", mg_per_kg="0.5")
        priya.sees("40 mg", "0.5 mg/kg × 80 kg", "0.8 mL", "40 mg ÷ 50 mg/mL", "60 mL/h", "40 min")
        priya.presses("Save the draft").sees("Draft saved. It is not in force until it is signed.")
        plan = re.findall(r"/plans/([0-9a-f-]{36})/", priya.address)[0]
        priya.follows("Sign").presses("Sign the plan").sees("Plan signed. It is in force now.")
        return plan

    def then_protocol_c_is_planned_and_booked_whole(self, clinic: Stillwater) -> None:
        clinic.plan = self._plan(clinic, "C")
        morgan = clinic.someone(clinic.people.morgan, clinic.page("plans:visits"))
        morgan.follows("Book 6 visits")
        morgan.presses("Show what fits", first="2026-03-17", at_time="09:00")
        morgan.sees("Tuesday and Thursday at 09:00", "at least 44 hours and at most 7 days apart")
        morgan.follows("Choose this: Tuesday and Thursday at 09:00")
        morgan.sees("Confirm the visits", "Tue 17 March", "Thu 2 April")
        morgan.presses("Book all of them").sees("6 visits booked.", "09:00–12:20", "Chair 1")
        assert len(list(morgan.links("Move infusion"))) == 6

    # Infuse

    def when_jordan_comes_for_the_first_infusion(self, clinic: Stillwater) -> None:
        clinic.at(17, "08:58")
        self._score(clinic, "pcl5-week", pcl5(52))
        board = clinic.someone(clinic.people.sam, "/board/")
        board.sees("Jordan Reyes", "Chair 1").follows("Check in")
        board.presses("Check in").sees("Checked in to Chair 1.", "Infusion 1 of 6", LINE)
        clinic.visit = re.findall(r"/sessions/([0-9a-f-]{36})/", board.address)[0]

    def then_the_gate_refuses_until_everything_is_there(self, clinic: Stillwater) -> None:
        sam = clinic.someone(clinic.people.sam, self._visit(clinic))
        sam.sees("conditions open", "identity, two ways", "second person's check")
        assert not sam.can_press("Clear to start")
        for way_in in ("clear", "start"):
            refused = sam.client.post(self._visit(clinic, way_in), {"rate_ml_per_h": "60"})
            assert refused.status_code == 422
        clinic.wait(10)
        sam.opens(self._visit(clinic)).follows("Check identity")
        sam.presses("Save", expect=422, ways=["name"]).sees("one alone is not enough")
        sam.presses("Save", ways=["name", "birth_date"]).sees("Checked two ways by Sam Ortiz.")
        sam.follows("Ask: ").presses("Save", value="yes")
        sam.follows("Record: ").presses("Save", value="negative")
        sam.follows("Vitals").presses("Save vitals", **CALM).sees("Vitals saved.")
        sam.opens(self._visit(clinic, "answer", "second_check"))
        sam.presses("Save", **READ_FROM_THE_PUMP)
        assert not sam.can_press("Clear to start")
        sam.opens(self._visit(clinic, "second_check"))
        sam.presses("Save my check", expect=422, **READ_FROM_THE_PUMP)
        sam.sees("Ask someone else to check: you prepared the drug yourself.")

        noor = clinic.someone(clinic.people.noor, self._visit(clinic, "second_check"))
        wrong = {**READ_FROM_THE_PUMP, "rate_ml_per_h": "600"}
        noor.presses("Save my check", expect=422, **wrong)
        noor.presses("Save my check", **READ_FROM_THE_PUMP)
        noor.sees("Checked: the drug and the pump agree.", "All 12 conditions are met.")

    def when_the_infusion_runs(self, clinic: Stillwater) -> None:
        clinic.at(17, "09:30")
        sam = clinic.someone(clinic.people.sam, self._visit(clinic)).presses("Clear to start")
        sam.sees("Ready to start.", "0.5 mg/kg × 80 kg").presses("Start now")
        sam.sees("Infusion started.", "Running", "Since start", "done about 10:10")
        clinic.at(17, "09:40")
        sam.opens(self._visit(clinic)).sees("10 mg").follows("Vitals")
        sam.presses("Save vitals", **{**CALM, "sbp_mmhg": 168, "dbp_mmhg": 92, "nausea": 2})

    def then_a_flag_is_raised_and_answered_by_name(self, clinic: Stillwater) -> None:
        clinic.wait(1)
        sam = clinic.someone(clinic.people.sam, self._visit(clinic))
        sam.sees("BP high", "168/92", "160/100", "Look at the patient and repeat in 3 to 5 min.")
        sam.follows("Answer").presses("Save answer", expect=422).sees("Choose what was done.")
        sam.presses("Save answer", action_code="repeated")
        sam.sees("Repeated the reading", "Sam Ortiz")

    def when_it_is_slowed_paused_and_stopped(self, clinic: Stillwater) -> None:
        clinic.wait(1)
        sam = clinic.someone(clinic.people.sam, self._visit(clinic))
        sam.follows("Side effect")
        sam.presses(
            "Save the side effect", code="dissociation", severity="1", action_taken="Stayed close"
        ).sees("Side effect charted.", "Feeling far away or unreal, 1, mild")  # fmt: skip
        clinic.at(17, "09:45")
        sam.follows("Rate").presses("Save the rate", rate_ml_per_h="30").sees("15 mg", "30 mL/h")
        sam.follows("Rate").presses("Save the rate", expect=422, rate_ml_per_h="120")
        clinic.at(17, "09:55")
        sam.opens(self._visit(clinic)).follows("Pause").presses("Pause", reason="Patient asks")
        sam.sees("Paused", "20 mg")
        clinic.at(17, "10:00")
        sam.opens(self._visit(clinic)).sees("20 mg").follows("Resume")
        sam.presses("Resume", rate_ml_per_h="60").sees("Running again.", "done about 10:20")
        sam.follows("Vitals").presses("Save vitals", **CALM)
        clinic.at(17, "10:20")
        sam = clinic.someone(clinic.people.sam, self._visit(clinic))
        sam.follows("Stop").sees("Stop the infusion?").presses("Stop the infusion")
        sam.sees("Infusion stopped.", "Recovering", "40 mg")

    def then_jordan_recovers_and_is_discharged(self, clinic: Stillwater) -> None:
        sam = clinic.someone(clinic.people.sam, self._visit(clinic, "discharge"))
        sam.presses("Discharge", expect=422, **WELL)
        sam.sees("Wait: 0 min of 120 min have passed (first infusion).")
        for _ in range(8):
            clinic.wait(15)
            sam = clinic.someone(clinic.people.sam, self._visit(clinic, "vitals"))
            sam.presses("Save vitals", **CALM)
        sam.follows("Discharge").presses("Discharge", expect=422, **{**WELL, "iv_out": "no"})
        sam.presses("Discharge", iv_out="yes").sees("Discharged", "Alex Reyes")

    def then_the_note_is_signed_and_addended(self, clinic: Stillwater) -> None:
        clinic.wait(10)
        sam = clinic.someone(clinic.people.sam, self._visit(clinic))
        sam.sees("Session note", "Given: 40 mg", "Feeling far away or unreal")
        sam.presses("Read and sign", comment="Went well.").sees("Signed by Sam Ortiz (nurse)")
        clinic.at(18, "10:00")
        noor = clinic.someone(clinic.people.noor, self._visit(clinic))
        noor.presses("Sign the addendum", text="Called: slept well.")
        noor.sees("Addendum signed.", "Called: slept well.", "Noor Haddad")
        assert not noor.can_press("Read and sign")

    def _visit(self, clinic: Stillwater, name: str = "session", *more: str) -> str:
        return clinic.page(f"infusions:{name}", clinic.visit, *more)

    def _score(self, clinic: Stillwater, form: str, answers: dict[str, int]) -> None:
        sam = clinic.someone(clinic.people.sam, clinic.page("assessments:record", form))
        sam.presses("Save and score", respondent="patient", **answers)

    def when_the_other_five_are_given(self, clinic: Stillwater) -> None:
        days = ((19, 3), (24, 3), (26, 3), (31, 3), (2, 4))
        for number, (day, month) in enumerate(days, start=2):
            clinic.at(day, "08:50", month)
            if number == 4:
                self._score(clinic, "pcl5-week", pcl5(34))
            if number == 6:
                self._score(clinic, "pcl5-week", pcl5(26))
            give_an_infusion(clinic, number)

    # Follow

    def then_the_outcomes_page_says_response(self, clinic: Stillwater) -> None:
        clinic.at(3, "09:00", 4)
        priya = clinic.someone(clinic.people.priya, clinic.page("plans:plan", clinic.plan))
        priya.follows("Complete").sees("6 of 6 infusions are done.")
        priya.presses("Complete the plan").sees("Plan completed.")
        clinic.at(9, "10:00", 4)
        self._score(clinic, "pcl5-week", pcl5(24))
        self._outcomes(clinic).sees(
            "PCL-5 (past week) fell 28 points since baseline, from 52 to 24: more than measurement "
            "error (PCL5_RCI_15). 4 of 4 expected scores received.",
            "Response, 30%\nYes\nFell 28 (53.8%), from 52 to 24.\nPCT_30",
            "Remission (clinically significant change)\nYes",
            "Relapse\nNo\nThe response has held in every complete score since.",
            "It is not a causal estimate",
            "Ketamine is not FDA-approved for PTSD.",
        )

    def then_five_weeks_later_it_says_relapse_by_the_named_rules(self, clinic: Stillwater) -> None:
        clinic.at(7, "10:00", 5)
        self._score(clinic, "pcl5-week", pcl5(41))
        self._outcomes(clinic).sees(
            "PCL-5 (past week) fell 11 points since baseline, from 52 to 41: within measurement "
            "error (PCL5_RCI_15). 5 of 8 expected scores received.",
            "Response, 30%\nNo\nFell 11 (21.1%), from 52 to 41.\nPCT_30",
            "Relapse\nYes\n41 on day 35 after the last induction infusion; the best was 24.",
            "RELAPSE_LOST_30, RELAPSE_10_31",
            "One score only: repeat it within 7 days to confirm.",
        )

    def _outcomes(self, clinic: Stillwater) -> Person:
        """Open the outcomes, whose sentence must say what the rows of the file say."""
        priya = clinic.someone(clinic.people.priya, clinic.page("outcomes:course"))
        file = priya.client.get(next(priya.links("Download as CSV"))).content.decode()
        rows = list(csv.DictReader(io.StringIO(file)))
        weekly = [int(row["value"]) for row in rows if row["what"] == "PCL-5 (past week)"]
        given = [row for row in rows if re.fullmatch("Infusion [1-6]", row["what"])]
        fell = weekly[0] - weekly[-1]
        assert len(given) == 6
        return priya.sees(
            f"fell {fell} points since baseline, from {weekly[0]} to {weekly[-1]}",
            f"{len(weekly)} of ",
        )
