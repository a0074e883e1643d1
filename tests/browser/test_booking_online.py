"""First visits booked online and messages answered: two at once, by keyboard, on a small phone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from playwright.sync_api import ViewportSize, expect

from serein.messaging import actions as messaging
from serein.messaging.rules import Channel
from serein.scheduling import actions
from tests.browser.keyboard import Keyboard
from tests.flows.public_steps import bookable, consultations
from tests.flows.scheduling_desk import TUESDAY, Desk, moment
from tests.flows.test_answer_links import (
    GAP,
    NEXT_TUESDAY,
    THREE_DAYS_BEFORE,
    VISIT,
    goes_to,
    link_to,
    reachable,
    stop_link,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from django.test import Client
    from playwright.sync_api import Browser, Page

    from serein.accounts.models import Staff
    from tests.browser.conftest import Eyes
    from tests.conftest import Personas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALL: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1440, "height": 1000}
SETTLE_MS = 300
"""Longer than a button takes to change its colour."""
TEN = "Tuesday 10 March, 10:00"
WEEK = (TUESDAY, TUESDAY + timedelta(days=14))
_PRESS = """words => {
  const buttons = [...document.querySelectorAll("main form button")];
  const meant = buttons.find((each) => each.textContent.trim() === words);
  setTimeout(() => meant.click(), 0);
}"""


@pytest.fixture
def desk(server: str, personas: Personas, clock: Any) -> Desk:
    return bookable(personas)


@pytest.fixture
def other(chromium: Browser, server: str) -> Iterator[Page]:
    """The browser of somebody else."""
    context = chromium.new_context(base_url=server, viewport={"width": 390, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(chromium: Browser, server: str) -> Iterator[Page]:
    """A small phone on which no script runs and no cookie is kept."""
    context = chromium.new_context(base_url=server, viewport=SMALL, java_script_enabled=False)
    yield context.new_page()
    context.close()


def at_once(words: str, *windows: Page) -> None:
    """Press the button with these words in every window at the same moment."""
    for window in windows:
        window.evaluate(_PRESS, words)
    for window in windows:
        window.wait_for_timeout(1500)
        window.wait_for_load_state()


def who_has_it(*windows: Page) -> tuple[Page, Page]:
    """The one who got the time, and the other."""
    first, second = windows
    if first.get_by_role("heading", name="The nearest times that are free").count():
        first, second = second, first
    return first, second


def fits(page: Page, width: int = 320) -> None:
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{page.url} is {wide} px wide"


def fill(page: Page, name: str, contact: str) -> None:
    page.locator("[name=name]").fill(name)
    page.locator("[name=contact]").fill(contact)


def a_guest(desk: Desk) -> UUID:
    """Somebody who booked a talk and is not registered yet."""
    guest_id = uuid4()
    desk.do(
        messaging.reach_guest, guest_id=guest_id, name="Kim O'Hara", channel=Channel.EMAIL,
        address="kim@example.org", may_use=True,
    )  # fmt: skip
    desk.book(moment(NEXT_TUESDAY, 14), "consult", guest_id=guest_id)
    return guest_id


class TestTwoAtOnce:
    def test_of_two_who_take_an_offered_time_at_once_one_has_it(
        self, page: Page, other: Page, desk: Desk, clock: Any
    ) -> None:
        for name in ("Ada", "Bo"):
            desk.do(
                actions.join_waitlist, patient_id=reachable(desk, name), type_code="infusion",
                first_date=GAP.date(), last_date=date(2026, 3, 31),
            )  # fmt: skip
        desk.do(actions.offer_gap, starts_at=GAP)
        goes_to(desk, clock, desk.now)
        for window, name in ((page, "Ada"), (other, "Bo")):
            window.goto(link_to(name))
            window.get_by_text("Yes, I want this time").click()
        at_once("Send", page, other)
        told = {window.locator("h1").inner_text() for window in (page, other)}
        assert told == {"It is yours", "That time is taken"}
        assert desk.is_sound(GAP.date())

    def test_of_two_who_choose_a_time_at_once_one_has_it(
        self, page: Page, other: Page, desk: Desk
    ) -> None:
        page.goto("/book/")
        other.goto("/book/")
        at_once("Tuesday 10 March, 10:00", page, other)
        winner, loser = who_has_it(page, other)
        expect(winner.get_by_role("heading", name="Tuesday 10 March at 10:00")).to_be_visible()
        near = loser.locator("section[aria-labelledby=near] button")
        expect(near).to_have_text(
            [f"Tuesday 10 March at {at}" for at in ("08:30", "09:00", "11:00")]
        )
        near.first.click()
        for window, who in ((winner, "Kim"), (loser, "Jo")):
            fill(window, who, f"{who.lower()}@example.org")
            window.get_by_role("button", name="Book", exact=True).click()
            expect(window.get_by_role("heading", name="Your visit is booked")).to_be_visible()
        assert [fact.starts_at for fact in consultations(desk, *WEEK)] == [
            moment(TUESDAY, 8, 30),
            moment(TUESDAY, 10),
        ]

    def test_of_two_who_submit_with_everything_typed_nobody_loses_a_word(
        self, page: Page, other: Page, plain: Page, desk: Desk, clock: Any
    ) -> None:
        for window, who, at in ((page, "Kim", "10:00"), (other, "Jo", "11:00")):
            window.goto("/book/")
            window.get_by_role("button", name=f"Tuesday 10 March, {at}").click()
            fill(window, who, f"{who.lower()}@example.org")
        clock.shift(timedelta(minutes=11))
        for at in ("10:00", "11:00"):
            plain.goto("/book/")
            plain.get_by_role("button", name=f"Tuesday 10 March, {at}").click()
            fill(plain, "Ada", f"ada{at[:2]}@example.org")
            plain.get_by_role("button", name="Book", exact=True).click()
        for window in (page, other):
            window.get_by_role("button", name="Book", exact=True).click()
            expect(window.get_by_text("is no longer free").first).to_be_visible()

        at_once("Tuesday 10 March at 09:00", page, other)
        winner, loser = who_has_it(page, other)
        for window, who in ((page, "Kim"), (other, "Jo")):
            expect(window.locator("[name=name]")).to_have_value(who)
            expect(window.locator("[name=contact]")).to_have_value(f"{who.lower()}@example.org")
        expect(winner.get_by_role("heading", name="Tuesday 10 March at 09:00")).to_be_visible()
        expect(loser.get_by_text("09:00 is no longer free").first).to_be_visible()
        near = loser.locator("form .cluster button[name=time].button--large")
        assert near.count() == 3
        near.last.click()
        for window in (winner, loser):
            window.get_by_role("button", name="Book", exact=True).click()
            expect(window.get_by_role("heading", name="Your visit is booked")).to_be_visible()
        assert len(consultations(desk, *WEEK)) == 4
        assert desk.is_sound(TUESDAY)

    def test_of_two_who_book_one_time_at_once_one_has_it_and_the_other_three_near_it(
        self, page: Page, other: Page, desk: Desk, clock: Any
    ) -> None:
        for window, who in ((page, "Kim"), (other, "Jo")):
            window.goto("/book/")
            window.get_by_role("button", name=TEN).click()
            expect(window.get_by_role("heading", name="Tuesday 10 March at 10:00")).to_be_visible()
            fill(window, who, f"{who.lower()}@example.org")
            clock.shift(timedelta(minutes=11))
        at_once("Book", page, other)
        winner, loser = who_has_it(page, other)
        expect(winner.get_by_role("heading", name="Your visit is booked")).to_be_visible()
        expect(loser.get_by_text("10:00 is no longer free").first).to_be_visible()
        near = loser.locator("form .cluster button[name=time].button--large")
        expect(near).to_have_text(
            [f"Tuesday 10 March at {at}" for at in ("08:30", "09:00", "11:00")]
        )
        who = "Jo" if loser is other else "Kim"
        expect(loser.locator("[name=name]")).to_have_value(who)
        expect(loser.locator("[name=contact]")).to_have_value(f"{who.lower()}@example.org")
        near.nth(1).click()
        loser.get_by_role("button", name="Book", exact=True).click()
        expect(loser.get_by_role("heading", name="Your visit is booked")).to_be_visible()
        assert [fact.starts_at for fact in consultations(desk, *WEEK)] == [
            moment(TUESDAY, 9),
            moment(TUESDAY, 10),
        ]
        assert desk.is_sound(TUESDAY)


class TestByKeyboard:
    def test_a_first_visit_is_booked_at_320_pixels_with_the_keyboard_alone(
        self, page: Page, desk: Desk
    ) -> None:
        page.set_viewport_size(SMALL)
        keys = Keyboard(page)
        page.goto("/")
        fits(page)
        keys.follow("Choose a time")
        fits(page)
        keys.follow(TEN)
        expect(page.get_by_role("heading", name="Tuesday 10 March at 10:00")).to_be_visible()
        fits(page)
        keys.type(name="Kim O'Hara", contact="12")
        keys.follow("Book")
        expect(page.get_by_role("alert")).to_be_focused()
        fits(page)
        keys.type(contact="(212) 555-0123")
        keys.choose(may_leave_message="no")
        keys.follow("Book")
        expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()
        fits(page)
        assert len(consultations(desk, *WEEK)) == 1

    def test_enter_in_a_field_books_and_never_changes_the_time(
        self, page: Page, desk: Desk
    ) -> None:
        page.goto("/book/")
        page.get_by_role("button", name=TEN).click()
        fill(page, "Kim", "kim@example.org")
        page.locator("[name=contact]").press("Enter")
        expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()

    def test_a_visit_is_answered_with_the_keyboard_alone(
        self, page: Page, desk: Desk, clock: Any
    ) -> None:
        desk.book(VISIT, patient_id=reachable(desk, "Jordan"))
        goes_to(desk, clock, THREE_DAYS_BEFORE)
        page.set_viewport_size(SMALL)
        page.goto(link_to("Jordan"))
        fits(page)
        keys = Keyboard(page)
        keys.choose(answer="yes")
        keys.type(driver_name="Ada Reyes")
        keys.follow("Send")
        expect(page.get_by_role("heading", name="Thank you. We expect you.")).to_be_visible()


class TestTheTimer:
    def test_it_is_said_politely_once_a_minute(self, page: Page, desk: Desk) -> None:
        page.goto("/book/")
        page.get_by_role("button", name=TEN).click()
        line = page.locator("[data-kept-until]")
        expect(line).to_have_text("Kept for you for 10 more minutes.")
        expect(line).to_have_attribute("aria-live", "polite")
        changes = page.evaluate(
            """() => new Promise((done) => {
              let seen = 0;
              new MutationObserver(() => { seen += 1; })
                .observe(document.querySelector("[data-kept-until]"), { childList: true });
              setTimeout(() => done(seen), 2500);
            })"""
        )
        assert changes <= 1

    def test_its_end_says_that_the_time_may_still_be_had(
        self, page: Page, desk: Desk, clock: Any
    ) -> None:
        page.goto("/book/")
        page.get_by_role("button", name=TEN).click()
        page.evaluate(
            """() => {
              const line = document.querySelector("[data-kept-until]");
              line.dataset.keptUntil = new Date(Date.now() - 86400000 * 3650).toISOString();
            }"""
        )
        expect(page.locator("[data-kept-until]")).to_contain_text("it is yours if nobody took it")


class TestAPhoneElsewhere:
    def test_times_are_the_clinics_and_its_zone_is_named(
        self, chromium: Browser, server: str, desk: Desk
    ) -> None:
        context = chromium.new_context(base_url=server, timezone_id="Asia/Tokyo", viewport=SMALL)
        page = context.new_page()
        page.goto("/book/")
        named = page.get_by_text("All times are New York time. There it is 09:00 now.")
        expect(named).to_be_visible()
        page.get_by_role("button", name=TEN).click()
        expect(page.get_by_role("heading", name="Tuesday 10 March at 10:00")).to_be_visible()
        expect(named).to_be_visible()
        expect(page.get_by_text("Kept for you for 10 more minutes.")).to_be_visible()
        fill(page, "Kim", "kim@example.org")
        page.get_by_role("button", name="Book", exact=True).click()
        expect(page.get_by_role("heading", name="Tuesday 10 March at 10:00")).to_be_visible()
        expect(named).to_be_visible()
        (fact,) = consultations(desk, *WEEK)
        assert fact.starts_at == moment(TUESDAY, 10)
        context.close()


class TestWithoutJavaScript:
    def test_a_small_phone_without_scripts_books_and_hears_until_when(
        self, plain: Page, desk: Desk
    ) -> None:
        plain.goto("/")
        plain.get_by_role("link", name="Choose a time").click()
        fits(plain)
        plain.get_by_role("button", name=TEN).click()
        expect(plain.get_by_text("We keep this time for you until 09:10.")).to_be_visible()
        fits(plain)
        plain.get_by_role("button", name="Keep it 10 minutes more").click()
        fill(plain, "Kim O'Hara", "kim@example.org")
        plain.get_by_role("button", name="Book", exact=True).click()
        expect(plain.get_by_role("heading", name="Your visit is booked")).to_be_visible()
        fits(plain)
        with plain.expect_download() as file:
            plain.get_by_role("link", name="Add to your calendar").click()
        assert file.value.suggested_filename == "visit.ics"
        assert len(consultations(desk, *WEEK)) == 1


@pytest.mark.parametrize("theme", ["light", "dark", "dim"])
class TestEveryPageInEveryLight:
    @pytest.fixture
    def look(self, theme: str, page: Page, eyes: Eyes) -> Callable[[str, str], None]:
        """Look at a page once its heading is there and nothing moves any more."""
        page.context.add_cookies(
            [{"name": "theme", "value": theme, "domain": "127.0.0.1", "path": "/"}]
        )

        def looked(name: str, heading: str) -> None:
            expect(page.get_by_role("heading", name=heading).first).to_be_visible()
            page.mouse.move(0, 0)
            page.wait_for_timeout(SETTLE_MS)
            if theme == "light":
                eyes.look(f"public-{name}")
                page.set_viewport_size(SMALL)
                fits(page)
                page.set_viewport_size(WIDE)
            else:
                eyes.check(f"{theme}-public-{name}")

        return looked

    def test_of_a_first_visit(
        self, page: Page, desk: Desk, other: Page, clock: Any, look: Callable[[str, str], None]
    ) -> None:
        for name, address, heading in (
            ("home", "/", "What a visit is like"),
            ("hours", "/opening-hours/", "Opening hours"),
            ("times", "/book/", "Choose a time for a first visit"),
        ):
            page.goto(address)
            look(name, heading)
        page.get_by_role("button", name=TEN).click()
        look("held", "Tuesday 10 March at 10:00")
        other.goto("/book/")
        page.goto("/book/")
        other.get_by_role("button", name="Tuesday 10 March, 11:00").click()
        expect(other.get_by_role("heading", name="Tuesday 10 March at 11:00")).to_be_visible()
        page.get_by_role("button", name="Tuesday 10 March, 11:00").click()
        look("taken", "The nearest times that are free")
        page.get_by_role("button", name="Tuesday 10 March, 12:00").click()
        expect(page.get_by_role("heading", name="Tuesday 10 March at 12:00")).to_be_visible()
        fill(page, "Kim", "12")
        page.get_by_role("button", name="Book", exact=True).click()
        look("mend", "Not saved yet")
        clock.shift(timedelta(minutes=11))
        page.reload()
        look("expired", "The nearest times that are free")
        fill(page, "Kim", "kim@example.org")
        page.get_by_role("button", name="Book", exact=True).click()
        look("booked", "Your visit is booked")
        (made,) = consultations(desk, *WEEK)
        desk.do(actions.cancel_appointment, appointment_id=made.appointment_id, reason="Snow")
        page.reload()
        look("cancelled", "This visit is cancelled")
        page.goto("/book/nothing/")
        look("wrong-link", "This link does not work")

    def test_of_a_message(
        self, page: Page, desk: Desk, clock: Any, look: Callable[[str, str], None]
    ) -> None:
        jordan = reachable(desk, "Jordan")
        visit = desk.book(VISIT, patient_id=jordan)
        goes_to(desk, clock, THREE_DAYS_BEFORE)
        link = link_to("Jordan")
        page.goto(link)
        look("answer", "Tuesday 17 March at 10:00")
        page.get_by_text("Please call me").click()
        page.get_by_role("button", name="Send").click()
        look("answered", "We will call you")
        desk.do(
            actions.join_waitlist, patient_id=jordan, type_code="infusion",
            visit_id=visit.visit_id, first_date=GAP.date(), last_date=date(2026, 3, 31),
            notice_hours=0,
        )  # fmt: skip
        desk.do(actions.offer_gap, starts_at=moment(date(2026, 3, 16), 10))
        goes_to(desk, clock, desk.now)
        page.goto(link_to("Jordan"))
        look("offer", "Monday 16 March at 10:00")
        clock.shift(timedelta(hours=1))
        page.reload()
        look("offer-over", "This offer has run out")
        page.goto(stop_link("Jordan"))
        look("stop", "Messages from us")
        page.get_by_role("button", name="Stop e-mails").click()
        expect(page.get_by_text("Stopped")).to_be_visible()
        look("stopped", "Messages from us")
        page.goto("/a/nothing/")
        look("message-wrong-link", "This link does not work")
        desk.do(actions.cancel_appointment, appointment_id=visit.pk, reason="Snow")
        goes_to(desk, clock, desk.now)
        page.goto(link)
        look("answered-then-cancelled", "This visit was changed")

    def test_of_the_desk(
        self,
        page: Page,
        desk: Desk,
        clock: Any,
        look: Callable[[str, str], None],
        settings: Any,
        sign_in: Callable[[Staff], Client],
    ) -> None:
        jordan = reachable(desk, "Jordan")
        desk.book(VISIT, patient_id=jordan)
        desk.book(moment(date(2026, 3, 24), 10), patient_id=desk.patient("Silent"))
        guest_id = a_guest(desk)
        goes_to(desk, clock, THREE_DAYS_BEFORE)
        name = settings.SESSION_COOKIE_NAME
        session = sign_in(desk.people.morgan).cookies[name].value
        page.context.add_cookies(
            [{"name": name, "value": session, "domain": "127.0.0.1", "path": "/"}]
        )
        page.goto("/messages/")
        look("messages", "Messages")
        page.goto(f"/patients/{jordan}/messages/")
        page.get_by_role("button", name="Make an address").click()
        look("messages-feed", "Private calendar")
        page.goto(f"/messages/guests/{guest_id}/")
        look("messages-guest", "Kim O'Hara")
