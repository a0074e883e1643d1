"""One patient the whole way in Chromium; the first infusion by keyboard alone.

Jordan asks on Monday 9 March 2026, is infused from Tuesday 17 March, and relapses in May. Every page
on the way is looked at: accessibility, three widths, pictures for the tour.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from playwright.sync_api import expect
from time_machine import escape_hatch

from serein.eligibility.rules import QUESTIONS
from tests.browser.keyboard import Keyboard
from tests.browser.tablet import SHIFTED
from tests.conftest import PASSWORD
from tests.flows.course import give_an_infusion
from tests.flows.stillwater import CALM, LINE, READ_FROM_THE_PUMP, WELL, Stillwater, opened, pcl5

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from django.test import Client
    from playwright.sync_api import Page

    from serein.accounts.models import Staff
    from tests.browser.conftest import Eyes
    from tests.conftest import Personas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(slots=True)
class Desk:
    """One browser window at the clinic, used by one person after the other."""

    page: Page
    eyes: Eyes
    clinic: Stillwater
    keys: Keyboard

    def sign_in(self, who: Staff, address: str) -> None:
        """Sign in by the page, as whoever is next."""
        self.page.context.clear_cookies()
        self.page.goto(f"/sign-in/?next={address}")
        self.page.locator("[name=login]").fill(who.email)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"**{address}")

    def comes(self, who: Staff, address: str) -> None:
        """Somebody who signed in elsewhere comes to this window."""
        cookie = self.clinic.sign_in(who).cookies[settings.SESSION_COOKIE_NAME].value
        # The page in this window would reload itself once it finds that nobody is signed in.
        self.page.goto("about:blank")
        self.page.context.clear_cookies()
        self.page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": cookie,
                    "domain": "127.0.0.1",
                    "path": "/",
                }
            ]
        )
        self.page.goto(address)

    def sees(self, *words: str) -> None:
        """Wait until every sentence stands on the page."""
        for each in words:
            expect(self.page.get_by_text(each).locator("visible=true").first).to_be_visible()

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def follow(self, words: str, *, exact: bool = False) -> None:
        self.page.get_by_role("link", name=words, exact=exact).first.click()

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f'input[name="{name}"][value="{value}"]').check()

    def fill(self, **typed: Any) -> None:
        for name, value in typed.items():
            self.page.locator(f'[name="{name}"]').first.fill(str(value))

    def id_in_address(self, after: str) -> str:
        return self.page.url.split(f"/{after}/")[1].split("/")[0]


class BothClocks:
    """The clinic's clock and the window's: what moves one moves the other."""

    def __init__(self, clinic: Any, page: Page) -> None:
        self.clinic, self.page = clinic, page
        page.add_init_script(SHIFTED.replace("SHIFT", str(self._shift_ms())))

    def move_to(self, when: datetime) -> None:
        self.clinic.move_to(when)
        self._tell()

    def shift(self, by: timedelta) -> None:
        self.clinic.shift(by)
        self._tell()

    def _tell(self) -> None:
        if self.page.url.startswith("http"):
            self.page.evaluate(f"localStorage.setItem('test-shift', '{self._shift_ms()}')")

    @staticmethod
    def _shift_ms() -> int:
        return round((time.time() - escape_hatch.time.time()) * 1000)


@pytest.fixture
def desk(
    page: Page,
    eyes: Eyes,
    personas: Personas,
    clock: Any,
    sign_in: Callable[[Staff], Client],
) -> Desk:
    clinic = opened(personas, BothClocks(clock, page), sign_in)
    return Desk(page, eyes, clinic, Keyboard(page))


class TestOnePatient:
    """Jordan Reyes, 41, 80 kg."""

    def test_from_the_request_to_the_relapse(self, desk: Desk) -> None:
        self.given_jordan_asks_to_be_seen(desk)
        self.then_the_front_desk_accepts_jordan(desk)
        self.when_the_record_is_written(desk)
        self.when_jordan_answers_on_the_phone(desk)
        self.then_the_dark_answer_is_taken_up(desk)
        self.when_the_consult_is_held(desk)
        self.then_consent_is_signed(desk)
        self.when_protocol_a_cannot_be_booked(desk)
        self.then_protocol_c_is_booked_whole(desk)
        self.when_jordan_comes_and_the_gate_refuses(desk)
        self.then_the_gate_is_opened_by_keyboard(desk)
        self.when_the_infusion_is_run_by_keyboard(desk)
        self.then_jordan_is_discharged_by_keyboard(desk)
        self.then_the_note_is_signed(desk)
        self.when_the_other_five_are_given(desk)
        self.then_the_outcomes_page_says_relapse(desk)

    # Ask

    def given_jordan_asks_to_be_seen(self, desk: Desk) -> None:
        desk.clinic.at(9, "09:00")
        desk.page.goto("/")
        desk.eyes.look("home")
        desk.follow("Request a consultation")
        desk.eyes.look("ask", picture="ask", width="phone")
        desk.fill(name="Jordan Reyes", contact="12", what_brings="I cannot sleep since the fire.")
        desk.page.locator("form .form-actions").get_by_role("button", name="Send").click()
        desk.eyes.look("ask-refused")
        desk.fill(contact="(212) 555-0147", birth_date="1984-05-04")
        for question in ("heart", "psychosis", "pregnancy"):
            desk.choose(question, "no")
        desk.choose("escort", "yes")
        desk.page.locator("form .form-actions").get_by_role("button", name="Send").click()
        desk.page.wait_for_url("**/ask/received/")
        desk.eyes.look("ask-received")

    def then_the_front_desk_accepts_jordan(self, desk: Desk) -> None:
        desk.clinic.at(9, "09:40")
        desk.sign_in(desk.clinic.people.morgan, "/today/")
        desk.eyes.look("today-desk")
        desk.page.goto("/requests/")
        desk.eyes.look("requests")
        desk.follow("Jordan Reyes")
        desk.choose("outcome", "spoke")
        desk.press("Save contact")
        desk.sees("Contact saved.")
        desk.eyes.look("request", picture="request")
        desk.follow("Accept", exact=True)
        desk.eyes.look("accept")
        desk.choose("sex", "female")
        desk.press("Accept")
        desk.sees("This person is on record now.")
        desk.clinic.patient = desk.id_in_address("patients")

    def when_the_record_is_written(self, desk: Desk) -> None:
        clinic = desk.clinic
        desk.page.goto(clinic.page("patients:escort"))
        desk.fill(name="Alex Reyes", phone="540 555 0100", relation="brother")
        desk.press("Save escort")
        clinic.at(11, "10:00")
        desk.comes(clinic.people.sam, clinic.page("patients:weight"))
        desk.fill(weight="80,5")
        desk.press("Save")
        desk.sees("Use a point for decimals, such as 80.5.")
        desk.eyes.look("weight-refused")
        desk.fill(weight="80")
        desk.press("Save")
        for name, typed in (
            ("height", {"height": 172}),
            ("pressure", {"sbp_mmhg": 124, "dbp_mmhg": 76}),
        ):
            desk.page.goto(clinic.page(f"patients:{name}"))
            desk.fill(**typed)
            desk.press("Save")
        desk.page.goto(clinic.page("patients:no_allergies"))
        desk.press("Save “none known”")
        desk.page.goto(clinic.page("patients:record"))
        desk.eyes.look("record")

    # Assess

    def when_jordan_answers_on_the_phone(self, desk: Desk) -> None:
        self._answer(desk, "pcl5-month", list(pcl5(52).values()))
        self._answer(desk, "phq9", [1] * 9)
        desk.comes(desk.clinic.people.priya, desk.clinic.page("assessments:list"))
        desk.eyes.look("measures")

    def _answer(self, desk: Desk, form: str, values: list[int]) -> None:
        desk.comes(desk.clinic.people.sam, desk.clinic.page("assessments:invite"))
        desk.choose("instrument_code", form)
        desk.press("Make the link")
        link = desk.page.locator("#link").input_value()
        if form == "phq9":
            desk.eyes.look("link")
        desk.page.context.clear_cookies()
        desk.page.set_viewport_size({"width": 390, "height": 844})
        desk.page.goto(link)
        if form == "phq9":
            desk.eyes.look("answers-start")
        desk.follow("Start", exact=True)
        for number, value in enumerate(values, start=1):
            if number == 2 and form == "pcl5-month":
                desk.eyes.look("question", picture="question", width="phone")
            desk.choose("value", str(value))
            desk.press("Next")
        if form == "phq9":
            desk.sees("Thank you for telling us", "Call 988")
            desk.eyes.look("crisis-first", picture="crisis-first", width="phone")
            desk.choose("answer", "yes")
            desk.press("Next")
        desk.sees("Check your answers")
        if form == "phq9":
            desk.eyes.look("answers-check")
        desk.press("Send")
        desk.sees("Thank you. Your answers are sent.")
        desk.page.set_viewport_size({"width": 1440, "height": 1000})

    def then_the_dark_answer_is_taken_up(self, desk: Desk) -> None:
        desk.clinic.wait(20)
        desk.comes(desk.clinic.people.dana, "/safety/")
        desk.eyes.look("safety")
        desk.follow("Jordan Reyes")
        desk.eyes.look("safety-task")
        desk.press("I am taking this on")
        desk.follow("Close the task")
        desk.choose("reached", "person")
        desk.fill(finding_text="Passive thoughts, no plan, no intent.", next_step="Asked again.")
        desk.eyes.look("safety-close")
        desk.press("Close the task")
        desk.sees("Safety task closed.")

    # Decide, consent, plan, book

    def when_the_consult_is_held(self, desk: Desk) -> None:
        desk.clinic.at(12, "09:00")
        desk.comes(desk.clinic.people.priya, desk.clinic.page("eligibility:consult"))
        desk.eyes.look("consult-unknown")
        for question in QUESTIONS:
            desk.choose(f"answer_{question.code}", question.safe)
        desk.press("Save answers")
        desk.sees("Answers saved.", "Every requirement is met.")
        desk.page.goto(desk.clinic.page("eligibility:consult"))
        desk.eyes.look("consult", picture="consult")
        desk.follow("Go to the decision")
        desk.choose("outcome", "eligible")
        desk.fill(reason="Benefit and risk weighed.")
        desk.eyes.look("decision")
        desk.press("Sign decision")
        desk.sees("Decision signed: eligible.")

    def then_consent_is_signed(self, desk: Desk) -> None:
        desk.comes(desk.clinic.people.sam, desk.clinic.page("consents:list"))
        desk.eyes.look("consents")
        desk.follow("Read and sign")
        desk.choose("method", "in_person")
        desk.page.locator('[name="can_decide"]').check()
        desk.fill(signer_name="Jordan Reyes")
        desk.eyes.look("consent-sign")
        desk.press("Continue")
        desk.sees("Nothing is signed yet.")
        desk.eyes.look("consent-confirm")
        desk.press("Sign")
        desk.sees("Consent signed.")

    def when_protocol_a_cannot_be_booked(self, desk: Desk) -> None:
        clinic = desk.clinic
        desk.comes(clinic.people.priya, clinic.page("plans:choose"))
        desk.eyes.look("protocols")
        self._plan(desk, "A")
        desk.page.goto(clinic.page("plans:book", clinic.plan))
        desk.sees("do not fit the opening hours", "These keep every gap and come closest.")
        desk.eyes.look("booking-a", picture="booking")
        desk.page.goto(clinic.page("plans:list"))
        desk.eyes.look("plans")
        clinic.wait(5)
        desk.page.goto(clinic.page("plans:stop", clinic.plan))
        desk.fill(reason="The clinic's Fridays do not allow it.")
        desk.press("Stop the plan")
        desk.sees("Plan stopped")

    def _plan(self, desk: Desk, code: str) -> None:
        desk.page.goto(desk.clinic.page("plans:new", code))
        desk.press("Work out the dose")
        desk.sees("0.5 mg/kg on 80 kg, actual weight")
        if code == "C":
            desk.eyes.look("plan-new", picture="plan")
        desk.press("Save the draft")
        desk.sees("It is not in force until it is signed.")
        desk.follow("Sign", exact=True)
        if code == "C":
            desk.eyes.look("plan-sign")
        desk.press("Sign the plan")
        desk.sees("Plan signed. It is in force now.")
        desk.clinic.plan = desk.id_in_address("plans")

    def then_protocol_c_is_booked_whole(self, desk: Desk) -> None:
        clinic = desk.clinic
        clinic.wait(5)
        self._plan(desk, "C")
        desk.comes(clinic.people.morgan, clinic.page("plans:book", clinic.plan))
        desk.fill(first="2026-03-17", at_time="09:00")
        desk.press("Show what fits")
        desk.eyes.look("booking-c")
        choices = desk.page.get_by_role("link", name="Choose this")
        choices.filter(has_text="Tuesday and Thursday at 09:00").click()
        desk.sees("Confirm the visits", "Thu 2 April")
        desk.eyes.look("booking-confirm")
        desk.press("Book all of them")
        desk.sees("6 visits booked.")
        desk.eyes.look("visits")

    # Infuse, by keyboard alone

    def when_jordan_comes_and_the_gate_refuses(self, desk: Desk) -> None:
        clinic = desk.clinic
        clinic.at(17, "08:58")
        self._score(desk, 52)
        desk.comes(clinic.people.sam, "/board/")
        desk.eyes.look("board")
        desk.keys.follow("Check in")
        desk.sees("Jordan Reyes")
        desk.page.wait_for_url("**/check-in/**")
        desk.keys.follow("Check in")
        desk.sees("Checked in to Chair 1.", LINE)
        clinic.visit = desk.id_in_address("sessions")
        expect(desk.page.get_by_role("button", name="Clear to start")).to_be_disabled()
        desk.eyes.look("gate-closed", picture="gate")

    def then_the_gate_is_opened_by_keyboard(self, desk: Desk) -> None:
        clinic, keys = desk.clinic, desk.keys
        clinic.at(17, "09:15")
        keys.follow("Check identity")
        desk.sees("Check identity, two ways")
        keys.tick("ways", "name", "birth_date")
        keys.follow("Save")
        desk.sees("Checked two ways by Sam Ortiz.")
        keys.follow("Ask: Fasting")
        desk.sees("Ask about food and drink")
        keys.choose(value="yes")
        keys.follow("Save")
        desk.sees("asked by Sam Ortiz.")
        keys.follow("Record: Pregnancy")
        desk.sees("Record the pregnancy test")
        keys.choose(value="negative")
        keys.follow("Save")
        desk.sees("Test today negative")
        self._chart(desk)
        keys.follow("I prepared")
        desk.sees("I prepared the drug as ordered")
        keys.type(**READ_FROM_THE_PUMP)
        keys.follow("Save")
        desk.sees("Answer saved.")
        expect(desk.page.get_by_role("button", name="Clear to start")).to_be_disabled()
        desk.comes(clinic.people.noor, clinic.page("infusions:session", clinic.visit))
        keys.follow("Check")
        desk.sees("Read the vial, the order, the syringe and the pump yourself")
        desk.eyes.look("second-check")
        keys.type(**READ_FROM_THE_PUMP)
        keys.follow("Save my check")
        desk.sees("All 12 conditions are met.")
        desk.eyes.look("gate-open")

    def _chart(self, desk: Desk, **changed: int) -> None:
        desk.keys.follow("Vitals")
        expect(desk.page.locator("#entry-title")).to_have_text("Vitals")
        values = {name: str(value) for name, value in {**CALM, **changed}.items()}
        moaas = values.pop("moaas")
        desk.keys.type(**values)
        desk.keys.choose(moaas=moaas)
        desk.keys.follow("Save vitals")
        desk.sees("Saved: Vitals")

    @staticmethod
    def _stays_on_the_answer_while_the_page_follows(desk: Desk) -> None:
        desk.keys.to("Answer: ")
        with desk.page.expect_response(lambda answer: "/live/" in answer.url):
            desk.page.evaluate("document.body.dispatchEvent(new CustomEvent('serein:change'))")
        desk.page.wait_for_timeout(300)
        expect(desk.page.locator(":focus")).to_contain_text("Answer: ")

    def when_the_infusion_is_run_by_keyboard(self, desk: Desk) -> None:
        clinic, keys = desk.clinic, desk.keys
        clinic.at(17, "09:30")
        desk.comes(clinic.people.sam, clinic.page("infusions:session", clinic.visit))
        keys.follow("Clear to start")
        desk.sees("Ready to start.", "Rate on the pump")
        desk.eyes.look("start")
        keys.follow("Start now")
        desk.sees("Infusion started 60 mL/h")
        clinic.at(17, "09:35")
        self._chart(desk)
        clinic.at(17, "09:40")
        self._chart(desk, sbp_mmhg=168, dbp_mmhg=92)
        desk.sees("168/92 mmHg")
        self._stays_on_the_answer_while_the_page_follows(desk)
        keys.page.keyboard.press("Enter")
        desk.sees("What was done")
        desk.eyes.look("flag")
        keys.choose(action_code="repeated")
        keys.follow("Save answer")
        desk.sees("Flowsheet")
        keys.follow("Side effect")
        expect(desk.page.locator("#entry-title")).to_have_text("Side effect")
        keys.choose(code="dissociation", severity="1")
        keys.follow("Save the side effect")
        desk.sees("Saved: Side effect")
        clinic.at(17, "09:44")
        self._chart(desk, sbp_mmhg=146, dbp_mmhg=86, hr_bpm=81)
        clinic.at(17, "09:45")
        keys.follow("Rate")
        expect(desk.page.locator("#entry-title")).to_have_text("Change the rate")
        keys.type(rate_ml_per_h="30")
        keys.follow("Save the rate")
        desk.sees("Saved: Rate: 30")
        clinic.at(17, "09:50")
        self._chart(desk, sbp_mmhg=138, dbp_mmhg=84, spo2_percent=97)
        clinic.at(17, "09:55")
        keys.follow("Pause")
        expect(desk.page.locator("#entry-title")).to_have_text("Pause the infusion")
        keys.follow("Pause")
        desk.sees("Saved: Pause")
        expect(desk.page.locator("#open-resume")).to_be_visible()
        desk.eyes.look("session-paused")
        clinic.at(17, "10:00")
        keys.follow("Resume")
        expect(desk.page.locator("#entry-title")).to_have_text("Resume the infusion")
        keys.type(rate_ml_per_h="60")
        keys.follow("Resume")
        desk.sees("Saved: Resume")
        expect(desk.page.locator("a#open-rate")).to_be_visible()
        self._chart(desk, sbp_mmhg=134, dbp_mmhg=82)
        clinic.at(17, "10:10")
        self._chart(desk, sbp_mmhg=132, dbp_mmhg=80)
        clinic.at(17, "10:12")
        desk.page.goto(clinic.page("infusions:session", clinic.visit))
        desk.eyes.look("session-running", picture="session-running", width="tablet", tall=1920)
        clinic.at(17, "10:20")
        keys.follow("Stop")
        desk.sees("Press Stop again to stop the infusion")
        keys.page.keyboard.press("Enter")
        desk.sees("Saved: Stop", "Recovering")

    def then_jordan_is_discharged_by_keyboard(self, desk: Desk) -> None:
        clinic, keys = desk.clinic, desk.keys
        self._chart(desk)
        for _ in range(8):
            clinic.wait(15)
            desk.comes(clinic.people.sam, clinic.page("infusions:session", clinic.visit))
            self._chart(desk)
        desk.eyes.look("recovering")
        keys.follow("Discharge")
        expect(desk.page.locator("#entry-title")).to_have_text("Discharge")
        desk.eyes.look("discharge")
        scores = {name: value for name, value in WELL.items() if name.startswith("aldrete_")}
        asked = {name: value for name, value in WELL.items() if value == "yes"}
        keys.choose(**scores)
        keys.type(nausea="0")
        keys.choose(**asked)
        keys.follow("Discharge")
        desk.sees("Discharged. Read and sign the note.")

    def then_the_note_is_signed(self, desk: Desk) -> None:
        desk.eyes.look("note")
        desk.press("Read and sign")
        desk.sees("Signed by Sam Ortiz (nurse)")
        desk.clinic.at(18, "10:00")
        visit = desk.clinic.page("infusions:session", desk.clinic.visit)
        desk.comes(desk.clinic.people.noor, visit)
        desk.page.get_by_text("Add an addendum").click()
        desk.fill(text="Called: slept well.")
        desk.press("Sign the addendum")
        desk.sees("Called: slept well.")
        desk.page.goto(desk.clinic.page("infusions:record", desk.clinic.visit))
        desk.eyes.look("session-record", picture="session-record")

    # Follow

    def _score(self, desk: Desk, total: int) -> None:
        address = desk.clinic.page("assessments:record", "pcl5-week")
        desk.comes(desk.clinic.people.sam, address)
        for name, value in pcl5(total).items():
            desk.choose(name, str(value))
        desk.press("Save and score")
        desk.sees(f"saved: {total} of 80.")

    def when_the_other_five_are_given(self, desk: Desk) -> None:
        days = ((19, 3), (24, 3), (26, 3), (31, 3), (2, 4))
        totals = {4: 34, 6: 26}
        for number, (day, month) in enumerate(days, start=2):
            desk.clinic.at(day, "08:50", month)
            if number in totals:
                self._score(desk, totals[number])
            give_an_infusion(desk.clinic, number)

    def then_the_outcomes_page_says_relapse(self, desk: Desk) -> None:
        clinic = desk.clinic
        clinic.at(3, "09:00", 4)
        desk.comes(clinic.people.priya, clinic.page("plans:complete", clinic.plan))
        desk.press("Complete the plan")
        desk.sees("Plan completed.")
        desk.eyes.look("plan-completed")
        clinic.at(9, "10:00", 4)
        self._score(desk, 24)
        clinic.at(7, "10:00", 5)
        self._score(desk, 41)
        desk.comes(clinic.people.priya, clinic.page("outcomes:course"))
        desk.sees("fell 11 points since baseline, from 52 to 41: within measurement error")
        desk.sees("41 on day 35 after the last induction infusion; the best was 24.")
        desk.eyes.look("outcomes", picture="outcomes", tall=1500)
        for name in ("workspace:chart", "infusions:sessions", "assessments:list"):
            desk.page.goto(clinic.page(name))
            desk.eyes.look(name.replace(":", "-"), picture="chart" if "chart" in name else "")
