"""One patient the whole way through the pages: from the request to the relapse.

Jordan asks on Monday 9 March 2026, is infused six times from Tuesday 17 March, responds, and
relapses five weeks after the last infusion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from serein.consents import actions as consents
from serein.consents.rules import shipped_document
from serein.eligibility.rules import QUESTIONS
from serein.scheduling import actions as scheduling
from tests.conftest import MONDAY_9, Personas, actor, new_key
from tests.flows.pages import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from serein.accounts.models import Staff

EASTERN = ZoneInfo("America/New_York")
LINE = "Record with flags. Not a patient monitor. Do not rely on it for alarms."
CALM = {
    "sbp_mmhg": 126, "dbp_mmhg": 78, "hr_bpm": 72, "spo2_percent": 98, "rr_per_min": 16, "moaas": 5,
}  # fmt: skip
READ_FROM_THE_PUMP = {
    "vial_mg_per_ml": "50", "dose_mg": "40", "drug_ml": "0.8", "rate_ml_per_h": "60",
}  # fmt: skip
WELL = {
    "aldrete_activity": "2", "aldrete_respiration": "2", "aldrete_circulation": "2",
    "aldrete_consciousness": "2", "aldrete_oxygen": "2", "nausea": "0", "back_to_usual": "yes",
    "fluids_tolerated": "yes", "gait_steady": "yes", "oriented": "yes", "safety_reviewed": "yes",
    "iv_out": "yes", "escort_present": "yes", "instructions_given": "yes",
    "no_driving_acknowledged": "yes",
}  # fmt: skip


@dataclass(slots=True)
class Stillwater:
    """The clinic, its clock, and what is known of Jordan so far."""

    people: Personas
    clock: Any
    sign_in: Callable[[Staff], Client]
    patient: str = ""
    visit: str = ""
    jordans_phone: Person = field(default_factory=lambda: Person(Client()))

    def at(self, day: int, clock: str, month: int = 3) -> None:
        """Go to a moment of 2026 by the clinic's clock."""
        hours, minutes = map(int, clock.split(":"))
        self.clock.move_to(datetime(2026, month, day, hours, minutes, tzinfo=EASTERN))

    def wait(self, minutes: float) -> None:
        """Let time pass."""
        self.clock.shift(timedelta(minutes=minutes))

    def someone(self, who: Staff, address: str) -> Person:
        """Somebody signs in and opens a page."""
        return Person(self.sign_in(who)).opens(address)

    def page(self, name: str, *more: Any) -> str:
        """The address of one of Jordan's pages."""
        return reverse(name, args=[self.patient, *more])


@pytest.fixture
def clinic(
    personas: Personas, clock: Any, sign_in: Callable[[Staff], Client]
) -> Stillwater:
    """Open Monday to Thursday and every other Friday, two chairs, one consent document."""
    for act, facts in (
        (scheduling.set_usual_hours, {"friday_anchor_date": date(2026, 3, 13), "from_date": date(2026, 1, 5)}),
        (scheduling.add_chair, {"name": "Chair 1"}),
        (scheduling.add_chair, {"name": "Chair 2"}),
        (consents.publish_document, {**_document(), "issued_date": date(2026, 3, 2)}),
    ):  # fmt: skip
        act(key=new_key(), by=actor(personas.dana), at=MONDAY_9, **facts)
    return Stillwater(personas, clock, sign_in)


def _document() -> dict[str, Any]:
    shipped = shipped_document()
    return {"version": shipped.version, "title": shipped.title, "text": shipped.text}


def pcl5(total: int) -> dict[str, int]:
    """Twenty answers that add up to a total."""
    each, rest = divmod(total, 20)
    return {f"q{number}": each + (number <= rest) for number in range(1, 21)}


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
        morgan.presses("Accept", sex="female").sees("Jordan Reyes is on record now.")
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

    def _fill_in(
        self, clinic: Stillwater, form: str, answers: dict[str, int], total: str
    ) -> None:
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
        clinic.wait(5)
        morgan = clinic.someone(clinic.people.morgan, clinic.page("plans:visits"))
        print(morgan.text)
        morgan.follows("Book")
        print(morgan.text)
        clinic.wait(5)
        priya = clinic.someone(clinic.people.priya, clinic.page("plans:plan", plan))
        priya.follows("Stop").presses("Stop", reason="The clinic's Fridays do not allow it.")
        print(priya.text)

    def _plan(self, clinic: Stillwater, code: str) -> str:
        priya = clinic.someone(clinic.people.priya, clinic.page("plans:choose"))
        print(priya.text)
        priya.follows(f"Start from {code}")
        priya.presses("Work out the dose", mg_per_kg="0.5", minutes="40")
        print(priya.text)
        priya.presses("Save the draft").sees("Draft saved. It is not in force until it is signed.")
        plan = re.findall(r"/plans/([0-9a-f-]{36})/", priya.address)[0]
        priya.follows("Sign").presses("Sign the plan").sees("Plan signed. It is in force now.")
        return plan

    def then_protocol_c_is_planned_and_booked_whole(self, clinic: Stillwater) -> None:
        self._plan(clinic, "C")
        morgan = clinic.someone(clinic.people.morgan, clinic.page("plans:visits"))
        morgan.follows("Book").presses("Show what fits", first="2026-03-17", at_time="09:00")
        print(morgan.text)
        morgan.follows("Choose this")
        print(morgan.text)
        morgan.presses("Book all of them")
        print(morgan.text)
