"""Two tablets at a chair and a phone with all chairs: changes arrive, and silence is seen."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from serein.accounts.models import Staff
from serein.infusions.actions.notes_to_nurse import message_nurse
from serein.infusions.actions.orders import order_change
from tests.browser.conftest import box_of
from tests.chairs import Chairs, open_chairs
from tests.conftest import new_key
from tests.universe import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from serein.infusions.queries import SessionFact
    from tests.browser.conftest import Eyes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE: Any = {"width": 390, "height": 844}
TABLET: Any = {"width": 1180, "height": 820}
SOON_MS = 2000
"""A change is on every open screen so soon."""

STAND_STILL = "const began = Date.now(); while (Date.now() - began < 7000);"

WATCH_THE_LINE = """() => {
  window.lines = [];
  new MutationObserver(() => window.lines.push({
    lost: document.body.dataset.lineLost,
    since: document.querySelector("[data-lost-since]")?.textContent,
    at: Date.now(),
  })).observe(document.body, { attributes: true, attributeFilter: ["data-line-lost"] });
}"""


@pytest.fixture
def chairs(transactional_db: None, clock: Any) -> Chairs:
    """A clinic in which two infusions run."""
    clock.move_to(NOW)
    with transaction.atomic():
        return open_chairs(NOW, running=2)


def cookie_of(chairs: Chairs, name: str) -> Any:
    client = Client()
    who = Staff.objects.get(pk=chairs.clinic.staff_ids[name])
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "domain": "127.0.0.1",
        "path": "/",
    }


@contextmanager
def window(
    chromium: Browser, server: str, chairs: Chairs, name: str, size: Any
) -> Iterator[tuple[BrowserContext, Page]]:
    """A device of its own on which somebody has signed in."""
    context = chromium.new_context(base_url=server, viewport=size)
    context.add_cookies([cookie_of(chairs, name)])
    try:
        yield context, context.new_page()
    finally:
        context.close()


def address_of(session: SessionFact) -> str:
    return reverse("infusions:session", args=[session.patient_id, session.session_id])


def tile_of(page: Page, session: SessionFact) -> Any:
    return page.locator(f"#tile-{session.session_id}")


def is_connected(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-line-lost", "false", timeout=8000)
    page.wait_for_function("document.querySelectorAll('[data-line]').length > 0")


def test_two_tablets_and_a_phone_see_a_set_within_two_seconds(
    chromium: Browser, server: str, chairs: Chairs
) -> None:
    session = chairs.sessions()[0]
    with (
        window(chromium, server, chairs, "sam", TABLET) as (_, one),
        window(chromium, server, chairs, "noor", TABLET) as (_, two),
        window(chromium, server, chairs, "priya", PHONE) as (_, phone),
    ):
        for tablet in (one, two):
            tablet.goto(address_of(session))
            is_connected(tablet)
        phone.goto("/chairs/")
        is_connected(phone)
        phone.wait_for_timeout(1500)
        chairs.chart(session, NOW, sbp_mmhg=188, dbp_mmhg=112)
        charted = time.monotonic()
        expect(tile_of(phone, session)).to_contain_text("188/112", timeout=SOON_MS)
        for tablet in (one, two):
            left = max(50, SOON_MS - (time.monotonic() - charted) * 1000)
            expect(tablet.locator("#live")).to_contain_text("188/112", timeout=left)
        first = phone.locator(".tile").first
        expect(first).to_have_id(f"tile-{session.session_id}")
        expect(first).to_have_class(re.compile("tile--(act|look)"))


def test_an_order_and_a_message_are_on_the_tablet_within_two_seconds(
    chromium: Browser, server: str, chairs: Chairs
) -> None:
    session = chairs.sessions()[0]
    with window(chromium, server, chairs, "sam", TABLET) as (_, tablet):
        tablet.goto(address_of(session))
        is_connected(tablet)
        tablet.wait_for_timeout(1200)
        who: dict[str, Any] = {
            "by": chairs.clinic.staff["priya"],
            "at": NOW,
            "session_id": session.session_id,
        }
        order_change(key=new_key(), kind="vitals", **who)
        message_nurse(key=new_key(), text="Lights low, please.", **who)
        notes = tablet.locator("#chair-notes")
        expect(notes).to_contain_text("Take a set of vitals now", timeout=SOON_MS)
        expect(notes).to_contain_text("Lights low, please.", timeout=SOON_MS)
        notes.get_by_role("button", name="Mark as read").click()
        expect(tablet.locator("#chair-notes .flag--note")).to_have_count(0)
        tablet.get_by_role("link", name="Read back").click()
        expect(tablet.locator("main")).not_to_contain_text("extra")
        tablet.get_by_label("Take a set of vitals now").check()
        tablet.get_by_role("button", name="Read back").click()
        expect(tablet.locator("#chair-notes")).to_contain_text("Order stands")


def test_who_has_a_session_open_is_named_on_its_tile(
    chromium: Browser, server: str, chairs: Chairs
) -> None:
    with (
        window(chromium, server, chairs, "dana", PHONE) as (_, dana),
        window(chromium, server, chairs, "priya", PHONE) as (_, priya),
    ):
        dana.goto("/chairs/")
        is_connected(dana)
        priya.goto("/chairs/")
        expect(priya.locator("#chairs-now")).to_contain_text("Dana Whitfield", timeout=12_000)


def test_a_tablet_that_is_unplugged_stripes_its_tile_within_a_minute(
    chromium: Browser, server: str, chairs: Chairs
) -> None:
    session = chairs.sessions()[0]
    with (
        window(chromium, server, chairs, "sam", TABLET) as (unplugged, tablet),
        window(chromium, server, chairs, "priya", PHONE) as (_, phone),
    ):
        tablet.goto(address_of(session))
        is_connected(tablet)
        phone.goto("/chairs/")
        is_connected(phone)
        tile = tile_of(phone, session)
        expect(tile).to_contain_text("On this session’s page: ", timeout=12_000)
        expect(tile).not_to_have_class(re.compile("tile--stale"))
        unplugged.set_offline(True)
        expect(tile).to_contain_text("No screen is open at this chair", timeout=60_000)
        expect(tile).to_have_class(re.compile("tile--stale"))


def test_without_a_line_the_tiles_are_striped_and_say_since_when(
    chromium: Browser, server: str, chairs: Chairs
) -> None:
    with window(chromium, server, chairs, "priya", PHONE) as (context, phone):
        context.route("**/live/changes/**", lambda route: route.abort())
        phone.goto("/chairs/")
        tile = phone.locator(".tile").first
        expect(tile.locator(".tile__lost")).to_be_hidden()
        expect(phone.locator("body")).to_have_attribute("data-line-lost", "true", timeout=7500)
        expect(tile.locator(".tile__lost")).to_be_visible()
        expect(tile.locator("[data-lost-since]")).to_contain_text("since ")
        expect(tile).to_have_css("background-image", re.compile("repeating-linear-gradient"))
        expect(phone.locator("[data-line]").first).to_contain_text("No connection since")
        context.unroute("**/live/changes/**")
        is_connected(phone)
        expect(tile.locator(".tile__lost")).to_be_hidden()


def test_a_frozen_tab_that_wakes_says_so_at_once_and_catches_up(
    chromium: Browser, server: str, chairs: Chairs
) -> None:
    session = chairs.sessions()[0]
    with window(chromium, server, chairs, "priya", PHONE) as (_, phone):
        phone.goto("/chairs/")
        is_connected(phone)
        phone.wait_for_timeout(800)
        phone.evaluate(WATCH_THE_LINE)
        # Nothing of the page runs for so long, as in a tab that the browser has put to sleep.
        phone.evaluate(f"setTimeout(() => {{{STAND_STILL} window.wokeAt = Date.now(); }}, 50)")
        time.sleep(0.5)
        chairs.chart(session, NOW, sbp_mmhg=166, dbp_mmhg=97)
        phone.wait_for_function("window.wokeAt", timeout=20_000)
        is_connected(phone)
        expect(tile_of(phone, session)).to_contain_text("166/97", timeout=SOON_MS)
        lines = phone.evaluate("window.lines")
        assert [line["lost"] for line in lines] == ["true", "false"]
        assert lines[0]["since"].startswith("since ")
        assert lines[0]["at"] - phone.evaluate("window.wokeAt") < 1500


def test_a_page_that_nobody_sees_holds_no_stream_and_catches_up(
    chromium: Browser, server: str, chairs: Chairs
) -> None:
    session = chairs.sessions()[0]
    hide = """(hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    with window(chromium, server, chairs, "priya", PHONE) as (_, phone):
        asked: list[str] = []
        phone.on("request", lambda request: asked.append(request.url))
        phone.goto("/chairs/")
        is_connected(phone)
        phone.wait_for_timeout(800)
        phone.evaluate(hide, True)
        chairs.chart(session, NOW, sbp_mmhg=151, dbp_mmhg=91)
        phone.evaluate(hide, False)
        expect(tile_of(phone, session)).to_contain_text("151/91", timeout=SOON_MS)
        streams = [url for url in asked if "/live/changes/" in url]
        assert len(streams) == 2
        assert "after=" in streams[1]


@pytest.mark.parametrize("theme", ["light", "dim"])
def test_the_page_of_all_chairs_in_light_and_dim(
    theme: str, page: Page, eyes: Eyes, chairs: Chairs
) -> None:
    chairs.chart(chairs.sessions()[1], NOW, spo2_percent=86)
    page.context.add_cookies([cookie_of(chairs, "priya")])
    page.context.add_cookies(
        [{"name": "theme", "value": theme, "domain": "127.0.0.1", "path": "/"}]
    )
    page.goto("/chairs/")
    is_connected(page)
    eyes.look(f"chairs-{theme}", picture="chairs" if theme == "light" else "", width="phone")
    page.set_viewport_size(PHONE)
    for target in page.locator(".tile__actions .button").all():
        box = box_of(target)
        assert box["height"] >= 48
        assert box["width"] >= 48
