"""The request without JavaScript on a small phone, and every page in light, dark and dim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from serein.accounts.models import Staff
from serein.config.context import NAV, PATIENT_NAV
from serein.intake import queries as intake
from serein.website import presenters
from tests.universe import NOW, Universe, make_universe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Eyes
    from tests.conftest import Personas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALL = {"width": 320, "height": 640}


@pytest.fixture
def plain_page(chromium: Browser, server: str, personas: Personas) -> Iterator[Page]:
    """A small phone on which no script runs."""
    context = chromium.new_context(base_url=server, viewport=SMALL, java_script_enabled=False)
    yield context.new_page()
    context.close()


class TestWithoutJavaScript:
    """Somebody in danger, on an old phone."""

    def test_help_comes_first_and_nothing_typed_is_lost(
        self, plain_page: Page, personas: Personas, clock: Any
    ) -> None:
        page = plain_page
        page.goto("/ask/")
        self.then_it_fits(page)
        page.locator("[name=name]").fill("Kim O'Hara")
        page.locator("[name=what_brings]").fill("I do not want to go on.")
        page.get_by_role("button", name="I am in danger now").click()

        expect(page.get_by_role("link", name="Call 911").first).to_be_visible()
        expect(page.get_by_role("link", name="Call 988").first).to_be_visible()
        first = page.locator("main :is(h1, h2)").first
        expect(first).to_contain_text("danger")
        expect(page.locator("[name=name]")).to_have_value("Kim O'Hara")
        expect(page.locator("[name=what_brings]")).to_have_value("I do not want to go on.")
        self.then_it_fits(page)
        (line,) = intake.queue(personas.morgan.site_id, today=NOW.date())
        assert "Kim O'Hara" in repr(line)

        page.locator("[name=contact]").fill("kim@example.org")
        page.locator(".form-actions").get_by_role("button", name="Send").click()
        page.wait_for_url("**/ask/received/")
        self.then_it_fits(page)

    def test_a_request_is_mended_and_sent(self, plain_page: Page, clock: Any) -> None:
        page = plain_page
        page.goto("/")
        self.then_it_fits(page)
        page.get_by_role("link", name="Request a consultation").first.click()
        page.locator("[name=name]").fill(" ")
        page.locator("[name=contact]").fill("12")
        page.locator("[name=what_brings]").fill("Nightmares.")
        page.locator(".form-actions").get_by_role("button", name="Send").click()
        expect(page.get_by_text("Enter your name.").first).to_be_visible()
        self.then_it_fits(page)
        page.locator("[name=name]").fill("Kim O'Hara")
        page.locator("[name=contact]").fill("kim@example.org")
        page.locator('[name=escort][value="yes"]').check()
        page.locator(".form-actions").get_by_role("button", name="Send").click()
        page.wait_for_url("**/ask/received/")

    @staticmethod
    def then_it_fits(page: Page) -> None:
        page.wait_for_load_state()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= SMALL["width"], f"{page.url} is {wide} px wide"


@pytest.fixture
def universe(transactional_db: None, clock: Any) -> Universe:
    """A clinic in which an infusion is running."""
    made = make_universe()
    clock.move_to(made.now)
    return made


def comes(page: Page, who: Staff) -> None:
    """Somebody who signed in elsewhere comes to this window."""
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
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


@pytest.mark.parametrize("theme", ["light", "dark", "dim"])
def test_every_page_in_every_light(theme: str, universe: Universe, page: Page, eyes: Eyes) -> None:
    page.context.add_cookies(
        [{"name": "theme", "value": theme, "domain": "127.0.0.1", "path": "/"}]
    )
    for name, address, who in _pages(universe):
        comes(page, Staff.objects.get(pk=universe.clinic.staff_ids[who]))
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{address} answered {answer.status}"
        _look(eyes, f"{theme}-{name}", is_first=theme == "light")


def _pages(universe: Universe) -> Iterator[tuple[str, str, str]]:
    for name, _, _ in NAV:
        who = {"accounts:staff": "alex", "accounts:audit": "uma"}.get(name, "dana")
        yield name.replace(":", "-"), reverse(name), who
    ids = {"patient_id": universe.jo.patient_id}
    for name, _, _ in PATIENT_NAV:
        yield f"jo-{name.replace(':', '-')}", reverse(name, kwargs=ids), "dana"
    yield "monitoring-limits", reverse("monitoring:limits"), "dana"
    yield "gallery", reverse("gallery"), "dana"


def _look(eyes: Eyes, name: str, *, is_first: bool) -> None:
    if is_first:
        eyes.look(name)
    else:
        eyes.check(name)


@pytest.mark.parametrize("theme", ["light", "dark", "dim"])
def test_the_doors_and_the_errors(
    theme: str,
    personas: Personas,
    clock: Any,
    page: Page,
    eyes: Eyes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page.context.add_cookies(
        [{"name": "theme", "value": theme, "domain": "127.0.0.1", "path": "/"}]
    )
    is_first = theme == "light"
    page.goto("/sign-in/")
    _look(eyes, f"{theme}-sign-in", is_first=is_first)
    for _ in range(5):
        page.locator("[name=login]").fill(f"{theme}@clinic.example")
        page.locator("[name=password]").fill("not the password")
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Locked for a while")).to_be_visible()
    _look(eyes, f"{theme}-locked-out", is_first=is_first)

    page.goto("/no/such/page/")
    _look(eyes, f"{theme}-404", is_first=is_first)
    comes(page, personas.sam)
    page.goto("/staff/")
    _look(eyes, f"{theme}-403", is_first=is_first)
    page.goto("/safety/")
    monkeypatch.setattr(presenters, "home_page", lambda: 1 / 0)
    page.goto("/")
    expect(page.get_by_role("heading", name="Something broke on our side")).to_be_visible()
    _look(eyes, f"{theme}-500", is_first=is_first)
