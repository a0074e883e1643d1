"""The session screen in Chromium: gloves, keyboard, dim room, and what it weighs."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from serein.infusions import queries
from serein.monitoring import queries as monitored
from serein.patients.actions import change_details
from tests.browser.conftest import box_of
from tests.browser.keyboard import Keyboard
from tests.browser.tablet import LEAST_PX, TOO_SMALL
from tests.flows.infusion_steps import Clinic, booked

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from playwright.sync_api import Page

    from serein.accounts.models import Staff
    from serein.infusions.models import InfusionSession
    from tests.browser.conftest import Eyes
    from tests.conftest import Personas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET: Any = {"width": 1180, "height": 820}
UPRIGHT: Any = {"width": 820, "height": 1180}
DESK: Any = {"width": 1440, "height": 925}
MOST_BYTES = 150_000

FIRST_SIGHT = """() => {
  const edges = (selector) => document.querySelector(selector).getBoundingClientRect();
  const [sheet, pump, bar] = [".flow__sheet", "#pump", ".chair-bar"].map(edges);
  return { sheet: sheet.bottom, pump: [pump.top, pump.bottom], bar: bar.top, high: sheet.height };
}"""


class Tablet:
    """A tablet at the chair, tapped with a finger that is counted."""

    def __init__(self, page: Page, clinic: Clinic, visit: InfusionSession) -> None:
        self.page, self.clinic, self.visit = page, clinic, visit
        self.taps = 0

    def tap(self, selector: str) -> None:
        self.taps += 1
        self.page.locator(selector).first.click()

    def digits(self, typed: str) -> None:
        """Digits of the keypad are not counted."""
        for key in typed:
            self.page.locator(f'.pad [data-key="{key}"]').click()

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).locator("visible=true").first).to_be_visible()

    def home(self) -> None:
        self.taps = 0
        self.page.goto(reverse("infusions:session", args=[self.clinic.patient_id, self.visit.pk]))


@pytest.fixture
def tablet(
    page: Page, personas: Personas, clock: Any, sign_in: Callable[[Staff], Client]
) -> Tablet:
    clinic = booked(personas)
    visit = clinic.running()
    clinic.wait(10)
    clinic.vitals(visit, sbp_mmhg=138, dbp_mmhg=84)
    clinic.wait(1)
    clock.move_to(clinic.now)
    cookie = sign_in(personas.sam).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": cookie,
                "domain": "127.0.0.1",
                "path": "/",
            }
        ]
    )
    page.set_viewport_size(TABLET)
    tablet = Tablet(page, clinic, visit)
    tablet.home()
    return tablet


class TestThreeTaps:
    def test_a_full_set_of_vitals_takes_two_taps_and_digits(self, tablet: Tablet) -> None:
        tablet.tap("#open-vitals")
        tablet.digits("128")
        expect(tablet.page.locator('.field--active [name="dbp_mmhg"]')).to_be_visible()
        tablet.digits("78")
        tablet.digits("72")
        tablet.digits("98")
        tablet.digits("16")
        tablet.tap("#entry .form-actions button")
        tablet.sees("Saved: Vitals: BP 128/78")
        assert tablet.taps <= 3
        newest = monitored.latest_vitals(tablet.visit.period_id)
        assert newest is not None
        values = newest.values
        assert (values.sbp_mmhg, values.dbp_mmhg, values.hr_bpm) == (128, 78, 72)
        assert (values.spo2_percent, values.rr_per_min) == (98, 16)

    def test_rate_side_effect_drug_and_note_take_at_most_three(self, tablet: Tablet) -> None:
        tablet.tap("#open-rate")
        tablet.digits("30")
        tablet.tap("#entry .form-actions button")
        tablet.sees("Saved: Rate: 30")
        assert tablet.taps <= 3
        tablet.home()
        tablet.tap("#open-effect")
        tablet.tap('label:has([name="code"][value="nausea"])')
        tablet.tap('label:has([name="severity"][value="1"])')
        tablet.sees("Saved: Side effect: Nausea")
        assert tablet.taps == 3
        tablet.home()
        tablet.tap("#open-drug")
        tablet.tap('label:has([value="ondansetron IV"])')
        tablet.tap("#entry .form-actions button")
        tablet.sees("Saved: Drug: ")
        assert tablet.taps == 3
        tablet.home()
        tablet.tap("#open-remark")
        tablet.tap("[data-phrase]")
        tablet.tap("#entry .form-actions button")
        tablet.sees("Saved: Note: ")
        assert tablet.taps == 3

    def test_same_as_last_is_one_press_for_one_value(self, tablet: Tablet) -> None:
        tablet.tap("#open-vitals")
        same = tablet.page.locator('.pad [data-key="same"]')
        expect(same).to_have_text("Same: 138")
        same.click()
        expect(tablet.page.locator('[name="sbp_mmhg"]')).to_have_value("138")
        expect(tablet.page.locator('[name="dbp_mmhg"]')).to_have_value("")
        expect(same).to_have_text("Same: 84")

    def test_same_as_last_knows_what_another_tablet_charted_meanwhile(self, tablet: Tablet) -> None:
        tablet.clinic.vitals(tablet.visit, sbp_mmhg=151, dbp_mmhg=89)
        tablet.page.evaluate("document.body.dispatchEvent(new CustomEvent('serein:change'))")
        expect(tablet.page.locator("#live")).to_contain_text("151/89")
        tablet.tap("#open-vitals")
        expect(tablet.page.locator('.pad [data-key="same"]')).to_have_text("Same: 151")

    def test_what_cannot_be_is_said_in_words_before_it_is_saved(self, tablet: Tablet) -> None:
        tablet.tap("#open-vitals")
        said = tablet.page.locator(".pad__said")
        for typed, words in (
            ("14", "Systolic pressure 14 is outside 30 to 300. Check the digits."),
            ("90", "beyond the limit SBP 100, raises a flag to look."),
            ("185", "beyond the limit 180/110, raises a flag to pause."),
        ):
            tablet.page.locator('[name="sbp_mmhg"]').fill(typed)
            expect(said).to_contain_text(words)

    def test_no_system_keyboard_comes_up(self, tablet: Tablet) -> None:
        tablet.tap("#open-vitals")
        modes = tablet.page.locator("[data-keypad]").evaluate_all(
            "all => all.map((each) => each.inputMode)"
        )
        assert set(modes) == {"none"}


class TestStop:
    def test_a_short_press_stops_nothing_a_long_one_stops(self, tablet: Tablet) -> None:
        box = box_of(tablet.page.locator("#stop"))
        tablet.page.mouse.move(box["x"] + 20, box["y"] + 20)
        tablet.page.mouse.down()
        tablet.page.wait_for_timeout(200)
        tablet.page.mouse.up()
        tablet.sees("Press Stop again to stop the infusion, or hold it for one second.")
        assert queries.session(tablet.visit.site_id, tablet.visit.pk).state == "running"
        tablet.home()
        tablet.page.mouse.move(box["x"] + 20, box["y"] + 20)
        tablet.page.mouse.down()
        tablet.page.wait_for_timeout(1300)
        tablet.page.mouse.up()
        tablet.sees("Recovering")
        assert queries.session(tablet.visit.site_id, tablet.visit.pk).state == "recovering"

    def test_enter_held_stops(self, tablet: Tablet) -> None:
        tablet.page.locator("#stop").focus()
        tablet.page.keyboard.down("Enter")
        tablet.page.wait_for_timeout(1300)
        tablet.page.keyboard.up("Enter")
        tablet.sees("Recovering")

    def test_without_scripts_a_second_page_asks(self, tablet: Tablet) -> None:
        browser = tablet.page.context.browser
        assert browser is not None
        plain = browser.new_context(
            base_url=tablet.page.url.split("/patients")[0],
            java_script_enabled=False,
            storage_state=tablet.page.context.storage_state(),
        )
        page = plain.new_page()
        page.goto(tablet.page.url)
        page.locator("#stop").click()
        page.get_by_role("button", name="Stop the infusion", exact=True).click()
        expect(page.get_by_text("Infusion stopped.")).to_be_visible()
        plain.close()


def test_the_keypad_is_worked_by_keyboard_alone(tablet: Tablet) -> None:
    """Digits typed on a real keyboard, and the pad's own keys by Tab and Enter."""
    keyboard = tablet.page.keyboard
    tablet.page.locator("#open-vitals").focus()
    keyboard.press("Enter")
    expect(tablet.page.locator("#entry-title")).to_be_focused()
    tablet.page.locator('.pad [data-key="1"]').focus()
    keyboard.press("Enter")
    tablet.page.locator('.pad [data-key="2"]').focus()
    keyboard.press("Space")
    expect(tablet.page.locator('[name="sbp_mmhg"]')).to_have_value("12")
    tablet.page.locator('[name="hr_bpm"]').focus()
    keyboard.type("72")
    expect(tablet.page.locator(".pad__said")).to_have_text("Heart rate 72: within the limits.")


def test_vitals_pause_resume_and_stop_by_keyboard_alone(tablet: Tablet) -> None:
    keys = Keyboard(tablet.page)
    keys.follow("Vitals")
    keys.type(sbp_mmhg="130", dbp_mmhg="80", hr_bpm="70", spo2_percent="98", rr_per_min="15")
    keys.choose(moaas="5")
    keys.follow("Save vitals")
    tablet.sees("Saved: Vitals: BP 130/80")
    keys.follow("Pause")
    keys.follow("Pause")
    tablet.sees("Saved: Pause")
    expect(tablet.page.locator("#open-resume")).to_be_visible()
    keys.follow("Resume")
    expect(tablet.page.locator("#entry-title")).to_have_text("Resume the infusion")
    keys.follow("Resume")
    tablet.sees("Saved: Resume")
    expect(tablet.page.locator("a#open-rate")).to_be_visible()
    keys.follow("Stop")
    tablet.page.keyboard.press("Enter")
    tablet.sees("Recovering")


def test_escape_closes_an_untouched_entry_and_gives_the_focus_back(tablet: Tablet) -> None:
    tablet.tap("#open-remark")
    tablet.page.keyboard.press("Escape")
    expect(tablet.page.locator("#entry .form-actions")).to_have_count(0)
    expect(tablet.page.locator("#open-remark")).to_be_focused()


def test_the_mg_count_on_between_two_answers(tablet: Tablet) -> None:
    """60 mL/h of 1 mg/mL: 0.1 mg every six seconds."""
    given = tablet.page.locator("[data-pump-given]")
    before = float(given.inner_text().split("\u202f")[0])
    tablet.page.wait_for_timeout(7000)
    assert float(given.inner_text().split("\u202f")[0]) > before


@pytest.mark.parametrize("size", [TABLET, UPRIGHT, DESK], ids=["landscape", "portrait", "desk"])
def test_the_flowsheet_and_what_was_given_are_seen_whole_without_a_scroll(
    tablet: Tablet, size: Any
) -> None:
    tablet.page.set_viewport_size(size)
    tablet.page.wait_for_function("document.documentElement.style.getPropertyValue('--flow-room')")
    seen = tablet.page.evaluate(FIRST_SIGHT)
    assert seen["sheet"] <= seen["pump"][0] < seen["pump"][1] <= seen["bar"]
    assert seen["high"] >= 352


@pytest.mark.parametrize("entry", ["", "vitals", "rate", "effect", "drug", "remark", "emergency"])
@pytest.mark.parametrize("size", [TABLET, UPRIGHT], ids=["landscape", "portrait"])
def test_every_target_is_48_px(tablet: Tablet, size: Any, entry: str) -> None:
    tablet.page.set_viewport_size(size)
    tablet.home()
    if entry:
        tablet.tap(f"#open-{entry}")
    assert tablet.page.evaluate(TOO_SMALL, LEAST_PX) == []


def test_dim_and_light_are_clean_for_axe_with_an_entry_open(tablet: Tablet, eyes: Eyes) -> None:
    for theme in ("dim", "light"):
        tablet.page.evaluate(
            "(theme) => { document.documentElement.dataset.theme = theme; }", theme
        )
        for entry in ("vitals", "drug"):
            tablet.tap(f"#open-{entry}")
            eyes.check(f"chair-{theme}-{entry}")
    assert tablet.page.evaluate("document.documentElement.dataset.theme") == "light"


def test_it_fits_at_every_width_with_an_entry_open(tablet: Tablet, eyes: Eyes) -> None:
    for entry in ("vitals", "effect", "emergency"):
        tablet.home()
        tablet.tap(f"#open-{entry}")
        picture = "" if entry == "effect" else f"chair-{entry}"
        eyes.look(f"chair-{entry}", picture=picture, width="tablet", tall=1180)


def test_one_press_calls_an_emergency_and_each_step_is_charted_with_its_minute(
    tablet: Tablet,
) -> None:
    expect(tablet.page.locator("#offline[data-kept]")).to_be_attached(timeout=15_000)
    tablet.tap("#open-emergency")
    card = tablet.page.locator("#entry")
    expect(card).to_contain_text("of 40\u202fmg since 09:25, running at 60\u202fmL/h")
    expect(card).to_contain_text("BP 138/84")
    tablet.tap("text=Emergency called now")
    tablet.sees("Saved: Emergency called")
    expect(tablet.page.locator(".flag--act").first).to_contain_text("Emergency called")
    tablet.tap("text=Oxygen on.")
    tablet.sees("Saved: Note: Oxygen on.")
    tablet.tap("text=911 called.")
    tablet.sees("Saved: Note: 911 called.")
    said = [remark.text for remark in queries.remarks_of(tablet.visit.pk)]
    assert said == ["Oxygen on.", "911 called."]
    card.get_by_role("link", name="Close").click()
    expect(tablet.page.locator("#open-emergency")).to_be_focused()


def test_a_changed_comfort_card_is_on_the_tablet_without_a_reload(tablet: Tablet) -> None:
    expect(tablet.page.locator(".chair-who__comfort")).to_contain_text("Nothing recorded")
    expect(tablet.page.locator("body")).to_have_attribute("data-line-lost", "false", timeout=8000)
    tablet.clinic.do(
        change_details, tablet.clinic.people.sam, patient_id=tablet.clinic.patient_id,
        details={"comfort_note": "Lights low. No hand on the shoulder."},
    )  # fmt: skip
    card = tablet.page.locator(".chair-who__comfort")
    expect(card).to_contain_text("No hand on the shoulder.", timeout=5000)


def test_the_page_with_its_scripts_stays_under_150_kb(tablet: Tablet) -> None:
    """Weighed in a window that has kept nothing yet."""
    browser = tablet.page.context.browser
    assert browser is not None
    context = browser.new_context(storage_state=tablet.page.context.storage_state())
    window = context.new_page()
    bodies: dict[str, int] = {}

    def weigh(answer: Any) -> None:
        kind = answer.request.resource_type
        if answer.status == 200 and kind in {"document", "script", "stylesheet"}:
            bodies[answer.url] = len(gzip.compress(answer.body(), 6))

    window.on("response", weigh)
    window.goto(tablet.page.url)
    window.wait_for_timeout(500)
    context.close()
    assert len(bodies) > 10
    assert sum(bodies.values()) < MOST_BYTES, sorted(bodies.items(), key=lambda pair: -pair[1])[:8]
    print(f"session screen: {sum(bodies.values())} bytes in {len(bodies)} files")
