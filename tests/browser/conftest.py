"""A real server, the system's Chromium, and the checks that every page gets."""

from __future__ import annotations

import importlib
import os
import shutil
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Browser, Locator, Page, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "test-results"
IMAGES = ROOT / "docs" / "images"
WIDTHS = {"phone": 390, "tablet": 820, "desktop": 1440}
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep the tests' SQLite in a file, so that the server's threads share it."""
    default = connections["default"]
    if default.vendor == "sqlite":
        path = tmp_path_factory.mktemp("clinic") / "clinic.sqlite3"
        default.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    path = (
        os.environ.get("SEREIN_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("google-chrome")
    )
    if path is None:
        pytest.fail("Install Chromium, or set SEREIN_CHROMIUM to its path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                # No other host is found, without a hand on each request: that can keep a window from closing.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def server(transactional_db: None, settings: Any) -> Iterator[str]:
    """Serve the clinic of this test, pages and live streams, on one port."""
    # Nothing has to be collected before a test, and a file that changes is served as it is.
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    served = importlib.reload(importlib.import_module("serein.config.server"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(
        served.application, host="127.0.0.1", port=port, log_level="critical", lifespan="off"
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = running.force_exit = True
    thread.join(timeout=5)


@pytest.fixture
def page(chromium: Browser, server: str) -> Iterator[Page]:
    """A fresh browser window that may reach this server and nothing else."""
    context = chromium.new_context(base_url=server, viewport={"width": 1440, "height": 1000})
    strangers: list[str] = []
    context.on(
        "request",
        lambda request: (
            None if request.url.startswith((server, "data:")) else strangers.append(request.url)
        ),
    )
    window = context.new_page()
    faults: list[str] = []
    window.on("pageerror", lambda error: faults.append(str(error)))
    window.on(
        "console",
        lambda message: (
            faults.append(message.text)
            if message.type == "error" and "Content Security Policy" in message.text
            else None
        ),
    )
    window.on("requestfailed", lambda request: faults.extend(_unloaded(request)))
    yield window
    context.close()
    assert strangers == [], "a page asked another host"
    assert faults == [], (
        "something did not load, a script failed, or the security policy refused it"
    )


def _unloaded(request: Any) -> list[str]:
    """Name a style, script or font that did not arrive; a page that was left early is no fault."""
    needed = request.resource_type in {"stylesheet", "script", "font"}
    return (
        [f"{request.url}: {request.failure}"] if needed and "ABORTED" not in request.failure else []
    )


_TOO_WIDE = """() => [...document.body.querySelectorAll("*")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => `${each.tagName}.${each.className}#${each.id}`).slice(-6)"""


def box_of(thing: Locator) -> Any:
    """Where something stands. A part may be drawn anew in that moment: then it is looked for again."""
    for _ in range(100):
        box = thing.bounding_box()
        if box is not None:
            return box
        thing.page.wait_for_timeout(50)
    raise AssertionError(f"{thing} stands nowhere")


@dataclass(slots=True)
class Eyes:
    """Looks at pages: accessibility, width, pictures."""

    page: Page

    def look(
        self, name: str, *, picture: str = "", width: str = "desktop", tall: int = 1000
    ) -> None:
        """Check a page at phone, tablet and desktop width, and keep pictures of it.

        ``picture`` names the picture for the documentation; it is replaced when
        ``SEREIN_PICTURES`` is set, from a screen ``tall`` pixels high.
        """
        folder = RESULTS / "pages"
        folder.mkdir(parents=True, exist_ok=True)
        before = self.page.viewport_size
        self.page.wait_for_load_state()
        for label, pixels in WIDTHS.items():
            self.page.set_viewport_size({"width": pixels, "height": 1000})
            self._photograph(folder / f"{name}-{label}.png", full_page=True)
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= pixels, f"{name}, {label}: {wide} px; {self.page.evaluate(_TOO_WIDE)}"
            if picture and label == width and os.environ.get("SEREIN_PICTURES"):
                IMAGES.mkdir(exist_ok=True)
                self.page.set_viewport_size({"width": pixels, "height": tall})
                self._photograph(IMAGES / f"{picture}.png")
        if before:
            self.page.set_viewport_size(before)
        self.check(name)

    def _photograph(self, path: Path, *, full_page: bool = False) -> None:
        # Hiding the caret would need a style element, which the security policy refuses.
        self.page.screenshot(path=path, full_page=full_page, caret="initial")

    def check(self, name: str) -> None:
        """Find nothing serious with axe."""
        self.page.wait_for_load_state()
        found = Axe().run(self.page)
        serious = [
            f"{fault['id']}: {fault['help']} at {[node['target'] for node in fault['nodes']][:3]}"
            for fault in found.response["violations"]
            if fault["impact"] in SERIOUS
        ]
        assert serious == [], f"{name}: {serious}"


@pytest.fixture
def eyes(page: Page) -> Eyes:
    """Looks at the page of this test."""
    return Eyes(page)
