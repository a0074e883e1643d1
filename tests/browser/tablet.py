"""A tablet at the chair: a browser with a folder and a clock of its own, and a server to lose."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import time_machine
import uvicorn
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Error, expect

from tests.conftest import PASSWORD
from tests.flows.infusion_steps import Clinic

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from playwright.sync_api import Browser, BrowserContext, Page

    from serein.accounts.models import Staff

SHIFTED = """(() => {
  const Real = Date;
  const shift = () => {
    try { return Number(localStorage.getItem("test-shift") ?? SHIFT); } catch { return SHIFT; }
  };
  class Shifted extends Real {
    constructor(...given) { given.length ? super(...given) : super(Shifted.now()); }
    static now() { return Real.now() + shift(); }
  }
  globalThis.Date = Shifted;
  const origin = performance.timeOrigin;
  Object.defineProperty(performance, "timeOrigin", { get: () => origin + shift() });
})();"""

KEPT = """async () => {
  for (let tries = 0; !self.chairStore && tries < 100; tries += 1) {
    await new Promise((done) => setTimeout(done, 50));
  }
  const rows = await self.chairStore.all("entries");
  const snapshots = await self.chairStore.all("snapshots");
  return { entries: rows.length, states: rows.map((row) => row.state), snapshots: snapshots.length };
}"""


VITALS = {
    "sbp_mmhg": "128", "dbp_mmhg": "78", "hr_bpm": "72", "spo2_percent": "98", "rr_per_min": "16",
}  # fmt: skip

LEAST_PX = 47.5
"""48 px, less half a pixel of rounding."""

TOO_SMALL = """(least) => [...document.querySelectorAll(
  "main button, main summary, main input:not([type=hidden]), main select, main textarea, .chair-bar a, .chair-bar button, .chair-top a, .chair-top button, main a.button"
)].filter((each) => {
  const target = each.closest("label.choice") ?? each;
  const box = target.getBoundingClientRect();
  return each.checkVisibility() && box.width > 0 && Math.min(box.width, box.height) < least;
}).map((each) => `${each.tagName} ${each.name ?? ""} ${each.textContent.trim().slice(0, 30)}`)"""


class Server:
    """A server on one port that can be taken away and come back."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.running: uvicorn.Server | None = None

    def start(self) -> None:
        served = importlib.reload(importlib.import_module("serein.config.server"))
        config = uvicorn.Config(
            served.application, host="127.0.0.1", port=self.port, log_level="critical",
            lifespan="off",
        )  # fmt: skip
        self.running = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.running.run, daemon=True)
        self.thread.start()
        while not self.running.started:
            time.sleep(0.02)

    def stop(self) -> None:
        if self.running is not None:
            self.running.should_exit = self.running.force_exit = True
            self.thread.join(timeout=5)
            self.running = None


@dataclass(slots=True)
class Chair:
    """A running infusion; the clinic's clock; who may come to a tablet."""

    clinic: Clinic
    clock: Any
    sign_in: Callable[[Staff], Client]
    server: Server
    visit: Any

    def address(self, name: str = "session") -> str:
        return reverse(f"infusions:{name}", args=[self.clinic.patient_id, self.visit.pk])

    def wait(self, minutes: float) -> None:
        self.clinic.wait(minutes)
        self.clock.move_to(self.clinic.now)

    def cookie(self, who: Staff) -> dict[str, str]:
        value = self.sign_in(who).cookies[settings.SESSION_COOKIE_NAME].value
        return {
            "name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.server.address,
        }  # fmt: skip


@dataclass(slots=True)
class Tablet:
    """One tablet with a folder of its own, a clock of its own, and perhaps a browser that runs."""

    chromium: Browser
    chair: Chair
    folder: Path
    fast_by: timedelta = timedelta()
    context: BrowserContext | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        assert self.context is not None
        return self.context.pages[0]

    def shift_ms(self) -> int:
        real = time_machine.escape_hatch.time.time()
        return round(
            (self.chair.clinic.now.timestamp() - real) * 1000
            + self.fast_by / timedelta(milliseconds=1)
        )

    def start(self) -> None:
        """Start the browser, as after the tablet was switched on."""
        self.context = self.chromium.browser_type.launch_persistent_context(
            str(self.folder),
            executable_path=os.environ.get("SEREIN_CHROMIUM") or "/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            viewport={"width": 1180, "height": 900},
            base_url=self.chair.server.address,
        )
        self.context.add_init_script(SHIFTED.replace("SHIFT", str(self.shift_ms())))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self.faults.extend(_faults(message)))

    def kill(self) -> None:
        """End every process of this browser at once, as an empty battery does."""
        mark = str(self.folder).encode()
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, ProcessLookupError):
                if mark in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
        self.close()

    def close(self) -> None:
        if self.context is not None:
            with contextlib.suppress(Error):
                self.context.close()
        self.context = None

    def comes(self, who: Staff, *, is_ready: bool = True) -> None:
        """Somebody who signed in opens the page; the tablet is ready when it holds a snapshot."""
        assert self.context is not None
        self.context.add_cookies([self.chair.cookie(who)])  # type: ignore[list-item]
        self.page.goto(self.chair.address())
        if is_ready:
            self.is_ready()

    def loses_the_network(self) -> None:
        assert self.context is not None
        self.context.set_offline(True)

    def finds_the_network(self, *, wait: bool = True) -> None:
        assert self.context is not None
        self.context.set_offline(False)
        if wait:
            expect(self.page.locator("#offline-line")).not_to_contain_text("No connection")

    def is_signed_out(self) -> None:
        """The sign-in ran out meanwhile."""
        assert self.context is not None
        self.context.clear_cookies()

    def signs_in_again(self) -> None:
        """Sign in as Sam over the same screen."""
        self.page.get_by_role("button", name="Sign in to send").click(timeout=15_000)
        dialog = self.page.locator("#offline-sign-in")
        dialog.get_by_label("E-mail address").fill("sam@clinic.example")
        dialog.get_by_label("Password").fill(PASSWORD)
        dialog.get_by_role("button", name="Sign in").click()
        expect(self.page.locator("#live")).to_be_visible(timeout=15_000)

    def signs_out(self) -> None:
        """Sign out by the menu; afterwards stand on a page that says what is kept."""
        with self.page.expect_navigation():
            self.page.evaluate("document.querySelector(\"form[action*='sign-out']\").submit()")
        self.page.goto(reverse("infusions:offline_shell"))

    def on_disk(self) -> bytes:
        """Everything that scripts of the clinic have written to this tablet's disk."""
        folders = (self.folder / "Default" / name for name in ("IndexedDB", "Service Worker"))
        files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
        return b"".join(path.read_bytes() for path in files)

    def is_ready(self) -> None:
        expect(self.page.locator("#unsent")).to_have_text("0 unsent")
        expect(self.page.locator("#offline[data-kept]")).to_be_attached(timeout=15_000)
        self.holds(lambda kept: kept["snapshots"] == 1)

    def holds(self, wanted: Callable[[Any], bool]) -> None:
        """Wait until what is kept on the tablet is as wanted."""
        kept: Any = None
        for _ in range(60):
            kept = self.kept()
            if wanted(kept):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(kept)

    def waits(self, minutes: float) -> None:
        """Time passes for the clinic and for this tablet."""
        self.chair.wait(minutes)
        self.page.evaluate(f"localStorage.setItem('test-shift', '{self.shift_ms()}')")

    def kept(self) -> Any:
        return self.page.evaluate(KEPT)

    def unsent(self, words: str) -> None:
        expect(self.page.locator("#unsent")).to_have_text(words, timeout=10_000)

    def charts(self, kind: str, **typed: str) -> None:
        """Open a sheet, type, save."""
        page = self.page
        page.locator(f"[data-sheet={kind}]").first.click()
        form = page.locator(f"#entry form[data-chart={kind}]")
        for name, value in typed.items():
            target = form.locator(f"[name={name}]")
            if target.first.get_attribute("type") == "radio":
                form.locator(f"[name={name}][value='{value}']").check(force=True)
            else:
                target.fill(value)
        said = page.locator("#said")
        said.evaluate("(said) => { said.textContent = ''; }")
        form.locator("button[type=submit]").first.click()
        expect(said).to_contain_text(kind, ignore_case=True)

    def stops(self) -> None:
        """Press Stop twice."""
        for _ in range(2):
            self.page.locator("[data-hold]").click()
        expect(self.page.locator("#said")).to_contain_text("Stop")


def _faults(message: Any) -> list[str]:
    """Name an error of a script; that the server does not answer is no fault of the page."""
    is_absence = message.text.startswith(("Failed to load resource", "htmx:"))
    return [message.text] if message.type == "error" and not is_absence else []
