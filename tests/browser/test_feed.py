"""The pages of the device feed in Chromium: proposed and accepted, on and off, silent, tray, devices."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from bedside.physiology import Script
from serein.accounts.rules import SWITCHES, Switch
from serein.monitoring import queries as monitored
from serein.monitoring.presenters.feed import LINE, OUTSIDE
from tests.browser.conftest import box_of
from tests.flows.feed_steps import OTHER, Bedside, at_the_chair, offered, turn_feed
from tests.flows.infusion_steps import Clinic, booked

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from playwright.sync_api import Page

    from serein.accounts.models import Staff
    from tests.browser.conftest import Eyes
    from tests.conftest import Personas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET: Any = {"width": 1180, "height": 820}
LEAST_PX = 47.5  # 48 px, less half a pixel of rounding
SOON_MS = 2000


@pytest.fixture
def clinic(transactional_db: None, personas: Personas) -> Clinic:
    return booked(personas)


@pytest.fixture
def come(
    page: Page, clock: Any, sign_in: Callable[[Staff], Client]
) -> Callable[[Clinic, Staff], Page]:
    """Sit down at the page as somebody, at the clinic's moment."""

    def came(clinic: Clinic, who: Staff) -> Page:
        clock.move_to(clinic.now)
        key = sign_in(who).cookies[settings.SESSION_COOKIE_NAME].value
        address = {"domain": "127.0.0.1", "path": "/"}
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": key, **address}]  # type: ignore[list-item]
        )
        page.set_viewport_size(TABLET)
        page.clock.set_fixed_time(clinic.now)
        return page

    return came


def session_url(bed: Bedside) -> str:
    return reverse("infusions:session", args=[bed.clinic.patient_id, bed.visit.pk])


def charted(bed: Bedside) -> int:
    return len(monitored.vitals_of(bed.visit.period_id))


def is_live(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-line-lost", "false", timeout=8000)


def test_a_proposed_set_is_hollow_comes_by_itself_and_is_accepted_in_one_tap(
    clinic: Clinic, come: Callable[[Clinic, Staff], Page], eyes: Eyes
) -> None:
    bed = at_the_chair(clinic, is_running=True)
    before = charted(bed)
    page = come(clinic, clinic.people.sam)
    page.goto(session_url(bed))
    is_live(page)
    card = page.locator("#feed")
    expect(card).to_contain_text(LINE)
    expect(page.locator(".flow__hollow")).to_have_count(0)
    bed.send(bed.now())
    expect(card.get_by_role("button", name="Accept")).to_be_visible(timeout=SOON_MS)
    expect(page.locator(".flow__hollow").first).to_be_visible(timeout=SOON_MS)
    assert charted(bed) == before
    assert monitored.flags_of(bed.visit.period_id) == ()
    eyes.look("feed-session", picture="feed", width="tablet", tall=1180)
    button = card.get_by_role("button", name="Accept")
    box = box_of(button)
    assert min(box["width"], box["height"]) >= LEAST_PX
    button.click()
    expect(page.locator(".flow__hollow")).to_have_count(0)
    expect(page.locator("body")).to_contain_text("Vitals accepted from the device")
    expect(page.locator("#feed")).to_contain_text(LINE)
    assert charted(bed) == before + 1
    newest = monitored.vitals_of(bed.visit.period_id)[-1]
    assert (newest.by_name, newest.note) == ("Sam Ortiz", "From Monitor 1")


def test_what_is_outside_a_limit_is_named_and_confirmed_before_it_is_charted(
    clinic: Clinic, come: Callable[[Clinic, Staff], Page], eyes: Eyes
) -> None:
    bed = at_the_chair(clinic, Script.DESATURATION, is_running=True)
    clinic.now = bed.monitor.started_at + timedelta(minutes=14)
    bed.send(bed.now())
    page = come(clinic, clinic.people.sam)
    page.goto(session_url(bed))
    is_live(page)
    card = page.locator("#feed")
    expect(card).to_contain_text(OUTSIDE)
    expect(page.locator(".flag").filter(has_text="SpO₂")).to_have_count(0)
    eyes.look("feed-outside-limits")
    offer = card.locator(".offer").filter(has_text="SpO₂").first
    offer.get_by_role("button", name="Accept").click()
    expect(page.locator("body")).to_contain_text("Vitals accepted from the device")
    expect(page.locator(".flag").filter(has_text="SpO₂").first).to_be_visible()
    assert "spo2_low" in [flag.condition for flag in monitored.flags_of(bed.visit.period_id)]


def test_the_director_turns_the_feed_on_by_acknowledging_and_off_again(
    clinic: Clinic, come: Callable[[Clinic, Staff], Page], eyes: Eyes
) -> None:
    bed = at_the_chair(clinic, is_running=True)
    turn_feed(clinic, is_on=False)
    page = come(clinic, clinic.people.dana)
    page.goto(session_url(bed))
    expect(page.get_by_text(LINE)).to_have_count(0)
    page.goto("/switches/device-feed/")
    expect(page.locator("main")).to_contain_text(SWITCHES[Switch.DEVICE_FEED].acknowledgement)
    eyes.look("feed-switch")
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator("input[name=is_acknowledged]:invalid")).to_have_count(1)
    page.locator("input[name=is_acknowledged]").check()
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator("main")).to_contain_text("Turned on by Dana Whitfield on")
    page.goto(session_url(bed))
    expect(page.locator("#feed")).to_contain_text(LINE)
    bed.send(bed.now())
    page.goto("/switches/device-feed/")
    page.get_by_role("button", name="Turn off").click()
    page.goto(session_url(bed))
    expect(page.get_by_text(LINE)).to_have_count(0)
    expect(page.locator(".flow__hollow")).to_have_count(0)


def test_silence_is_named_and_old_values_are_not_offered_as_new(
    clinic: Clinic, come: Callable[[Clinic, Staff], Page], eyes: Eyes
) -> None:
    bed = at_the_chair(clinic, is_running=True)
    bed.send(bed.now())
    clinic.wait(3)
    page = come(clinic, clinic.people.sam)
    page.goto(session_url(bed))
    card = page.locator("#feed")
    expect(card.locator(".feed__silence")).to_contain_text("Silent")
    clinic.wait(14)
    page = come(clinic, clinic.people.sam)
    page.goto(session_url(bed))
    expect(card.get_by_role("button", name="Accept")).to_have_count(0)
    expect(card).to_contain_text(LINE)
    eyes.look("feed-silent")
    page.goto("/chairs/")
    tile = page.locator(".tile").first
    expect(tile).to_contain_text("No reading since")
    expect(tile).to_have_class("tile tile--look tile--stale")
    striped = re.compile("repeating-linear")
    expect(tile.locator(".tile__vitals")).to_have_css("background-image", striped)
    eyes.look("feed-stale-tile", width="phone")


def test_what_belongs_to_nobody_is_assigned_in_the_tray(
    clinic: Clinic, come: Callable[[Clinic, Staff], Page], eyes: Eyes
) -> None:
    bed = at_the_chair(clinic)
    bed.monitor = replace(bed.monitor, person=OTHER)
    bed.send(bed.now())
    page = come(clinic, clinic.people.sam)
    page.goto(reverse("monitoring:tray"))
    expect(page.locator("main")).to_contain_text("999999-9")
    eyes.look("feed-tray")
    page.get_by_role("link", name="Open").first.click()
    eyes.look("feed-tray-item")
    page.get_by_label("How you know").fill("Looked at the monitor and the wristband")
    page.locator("input[name=period_id]").first.check()
    page.get_by_role("button", name="Assign").click()
    expect(page.locator("main")).to_contain_text("Nothing waits")
    assert len(offered(bed).proposed) == 1
    assert charted(bed) == 0


def test_devices_are_listed_with_their_chairs_and_added(
    clinic: Clinic, come: Callable[[Clinic, Staff], Page], eyes: Eyes
) -> None:
    bed = at_the_chair(clinic)
    bed.send(bed.now())
    page = come(clinic, clinic.people.alex)
    page.goto(reverse("monitoring:devices"))
    row = page.get_by_role("row").filter(has_text="Monitor 1")
    expect(row).to_contain_text(bed.monitor.identifier)
    eyes.look("feed-devices")
    page.get_by_role("link", name="Add a device").click()
    page.get_by_role("button", name="Save device").click()
    expect(page.locator("main")).to_contain_text("Enter")
    eyes.look("feed-device-form")
    page.get_by_label("Pump").check()
    page.get_by_label("Name").fill("Pump 1")
    page.get_by_label("Identifier").fill("0012210000000001")
    page.get_by_role("button", name="Save device").click()
    expect(page.get_by_role("row").filter(has_text="Pump 1")).to_contain_text("0012210000000001")
