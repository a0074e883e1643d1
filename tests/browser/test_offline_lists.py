"""Without the server: both checklists go on, and the screen that stands in is as good as the page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from serein.infusions import queries
from serein.infusions.models import Discharge, EntryStamp
from tests.browser.conftest import Eyes
from tests.browser.keyboard import Keyboard
from tests.browser.tablet import LEAST_PX, TOO_SMALL, VITALS, Chair, Tablet

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["tests.browser.tablet_fixtures"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES: Any = (
    {"width": 390, "height": 844},
    {"width": 820, "height": 1180},
    {"width": 1180, "height": 820},
)


class TestTheChecklistsGoOn:
    @pytest.mark.parametrize("chair", ["waiting"], indirect=True)
    def test_questions_before_the_start_are_answered_and_what_needs_the_server_is_said(
        self, chair: Chair, tablets: Callable[..., Tablet]
    ) -> None:
        tablet = tablets()
        tablet.comes(chair.clinic.people.sam)
        chair.server.stop()
        tablet.waits(2)
        tablet.page.reload()
        rows = tablet.page.locator("#offline-list")
        expect(rows).to_contain_text("Before the start")
        expect(rows).to_contain_text("Starting needs the server")
        expect(rows.get_by_role("listitem").filter(has_text="Second person")).to_contain_text(
            "needs the server"
        )
        rows.get_by_role("button", name="Check identity").click()
        form = tablet.page.locator("#entry form")
        for value in ("name", "birth_date"):
            form.locator(f"[name=ways][value={value}]").check(force=True)
        form.get_by_role("button", name="Save").click()
        asked = rows.get_by_role("listitem").filter(has_text="Identity")
        expect(asked).to_contain_text("answered here, not sent yet")
        tablet.unsent("1 unsent")
        tablet.waits(9)
        chair.server.start()
        expect(tablet.page.locator("#live")).to_be_visible(timeout=20_000)
        tablet.unsent("0 unsent")
        answer = queries.latest_answers(chair.visit.pk)["identity"]
        assert answer.value == "name birth_date"
        assert chair.clinic.now - answer.at >= timedelta(minutes=8)

    @pytest.mark.parametrize("chair", ["recovering"], indirect=True)
    def test_the_way_home_is_judged_on_the_tablet_and_again_by_the_server(
        self, chair: Chair, tablets: Callable[..., Tablet]
    ) -> None:
        tablet = tablets()
        tablet.comes(chair.clinic.people.sam)
        chair.server.stop()
        tablet.waits(5.5)
        tablet.page.reload()
        rows = tablet.page.locator("#offline-list")
        expect(rows).to_contain_text("105\u202fmin of 120\u202fmin (first infusion)")
        tablet.page.locator("#open-discharge").click()
        form = tablet.page.locator("#entry form")
        goes_home(form)
        form.get_by_role("button", name="Discharge").click()
        open_yet = form.get_by_role("alert")
        expect(open_yet).to_contain_text("Not kept, 1 still open: Minimum time after the stop")
        tablet.unsent("0 unsent")
        tablet.waits(16)
        form.get_by_role("button", name="Discharge").click()
        tablet.unsent("1 unsent")
        left_at = chair.clinic.now
        tablet.waits(20)
        chair.server.start()
        tablet.signs_in_again()
        expect(tablet.page.locator("#note-title")).to_be_visible(timeout=10_000)
        assert queries.session(chair.visit.site_id, chair.visit.pk).state == "discharged"
        kept = Discharge.objects.get()
        assert abs(kept.at - left_at) < timedelta(minutes=1)
        assert kept.escort_name == "Alex Reyes"
        stamp = EntryStamp.objects.get(kind="discharge")
        assert stamp.made_id == kept.pk
        tablet.holds(lambda left: left == {"entries": 0, "states": [], "snapshots": 0})


def goes_home(form: Any) -> None:
    """Answer everything on the discharge form well."""
    for group in form.get_by_role("group").all():
        for radio in group.locator("input[value='2'], input[value='yes']").all():
            radio.check(force=True)
    form.locator("[name=nausea]").fill("0")
    form.locator("[name=escort_name]").fill("Alex Reyes")


class TestTheScreenWithoutTheServer:
    def test_it_is_worked_by_keyboard_alone(
        self, chair: Chair, tablets: Callable[..., Tablet]
    ) -> None:
        tablet = self._without_a_server(chair, tablets)
        keys = Keyboard(tablet.page)
        keys.follow("Vitals")
        keys.type(sbp_mmhg="128", dbp_mmhg="78", hr_bpm="72", spo2_percent="98", rr_per_min="16")
        keys.follow("Save vitals")
        tablet.unsent("1 unsent")
        keys.follow("Pause")
        keys.follow("Pause")
        tablet.unsent("2 unsent")
        keys.follow("Resume")
        keys.type(rate_ml_per_h="60")
        keys.follow("Resume")
        tablet.unsent("3 unsent")
        keys.follow("Emergency")
        expect(tablet.page.locator("#entry")).to_contain_text("of 40\u202fmg since")
        keys.follow("Emergency called now")
        tablet.unsent("4 unsent")
        keys.follow("911 called.")
        tablet.unsent("5 unsent")
        keys.follow("Close")
        keys.follow("Stop")
        tablet.page.keyboard.press("Enter")
        tablet.unsent("6 unsent")
        chair.server.start()
        expect(tablet.page.locator("#live")).to_contain_text("Emergency called", timeout=20_000)
        tablet.unsent("0 unsent")
        kinds = [stamp.kind for stamp in EntryStamp.objects.order_by("sequence")]
        assert kinds == ["vitals", "pause", "resume", "emergency", "note", "stop"]

    def test_an_entry_that_was_on_its_way_when_the_server_went_away_is_open(
        self, chair: Chair, tablets: Callable[..., Tablet]
    ) -> None:
        tablet = self._without_a_server(chair, tablets)
        tablet.page.goto(chair.address("vitals"))
        form = tablet.page.locator("#entry form[data-chart=vitals]")
        for name, value in VITALS.items():
            form.locator(f"[name={name}]").fill(value)
        form.get_by_role("button", name="Save vitals").click()
        tablet.unsent("1 unsent")
        tablet.holds(lambda left: left["entries"] == 1)

    @pytest.mark.parametrize("theme", ["dim", "light"])
    def test_it_is_clean_for_axe_with_targets_for_gloves(
        self, chair: Chair, tablets: Callable[..., Tablet], theme: str
    ) -> None:
        tablet = self._without_a_server(chair, tablets)
        tablet.charts("vitals", **{**VITALS, "sbp_mmhg": "186"})
        page = tablet.page
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        expect(page.locator("#offline-course")).to_contain_text("186/78, under 1\u202fmin ago")
        picture = "chair-offline" if theme == "dim" else ""
        Eyes(page).look(f"offline-{theme}", picture=picture, width="tablet", tall=1180)
        for kind in ("", "vitals", "note", "emergency", "discharge"):
            if kind == "discharge":
                page.keyboard.press("Escape")
                tablet.stops()
            if kind:
                page.locator(f"[data-sheet={kind}], [data-sheet-away={kind}]").first.click()
            Eyes(page).check(f"offline-{theme}-{kind or 'home'}")
            for size in SIZES:
                page.set_viewport_size(size)
                assert page.evaluate(TOO_SMALL, LEAST_PX) == []
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= size["width"], (kind, size)

    @staticmethod
    def _without_a_server(chair: Chair, tablets: Callable[..., Tablet]) -> Tablet:
        """The page that the tablet shows when it is opened while the server is away."""
        tablet = tablets()
        tablet.comes(chair.clinic.people.sam)
        chair.server.stop()
        tablet.waits(5)
        tablet.page.reload()
        expect(tablet.page.locator("#shell-who")).to_contain_text("J. R. born 1984")
        return tablet
