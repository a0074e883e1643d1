"""The session page without the network: entries are kept, go on after a restart, arrive once."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import expect

from serein.infusions import queries
from serein.infusions.models import EntryStamp
from serein.monitoring import queries as monitoring
from tests.browser.tablet import VITALS, Chair, Tablet
from tests.conftest import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["tests.browser.tablet_fixtures"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


SECRET = "JBSWY3DPEHPK3PXP"


def minutes_of(chair: Chair) -> list[tuple[str, int]]:
    """The pump's log: what, and how many minutes after the start."""
    log = queries.log_of(chair.visit.pk)
    return [
        (event.kind.value, round((event.occurred_at - log[0].occurred_at) / timedelta(minutes=1)))
        for event in log
    ]


class TestTwentyMinutesWithoutTheServer:
    def test_all_arrives_once_and_in_order_after_a_kill_and_a_lapsed_sign_in(
        self, chair: Chair, tablets: Callable[..., Tablet]
    ) -> None:
        sam = chair.clinic.people.sam
        TOTP.activate(sam, SECRET)
        tablet = tablets(fast_by=timedelta(minutes=11))
        tablet.comes(sam)
        chair.server.stop()

        tablet.waits(5)
        tablet.charts("vitals", **VITALS)
        tablet.unsent("1 unsent")
        tablet.waits(3)
        tablet.charts("rate", rate_ml_per_h="50")
        tablet.waits(2)
        tablet.charts("pause")
        tablet.unsent("3 unsent")

        tablet.kill()
        chair.wait(2)
        tablet.start()
        tablet.page.goto(chair.address())
        expect(tablet.page.locator("#shell-who")).to_contain_text("J. R. born 1984")
        tablet.unsent("3 unsent")
        for words in ("BP 128/78", "50\u202fmL/h", "Pause"):
            expect(tablet.page.locator("#offline-entries")).to_contain_text(words)
        assert "Jordan" not in tablet.page.content()

        tablet.waits(3)
        tablet.charts("resume", rate_ml_per_h="60")
        tablet.waits(5)
        tablet.stops()
        tablet.unsent("5 unsent")

        chair.server.start()
        tablet.page.get_by_role("button", name="Sign in to send").click(timeout=15_000)
        dialog = tablet.page.locator("#offline-sign-in")
        dialog.get_by_label("E-mail address").fill("sam@clinic.example")
        dialog.get_by_label("Password").fill("not this one")
        dialog.get_by_role("button", name="Sign in").click()
        expect(dialog.get_by_role("alert")).to_be_visible()
        dialog.get_by_label("Password").fill(PASSWORD)
        dialog.get_by_role("button", name="Sign in").click()
        code = dialog.get_by_label("Code of your authenticator app")
        code.fill("000000")
        dialog.get_by_role("button", name="Sign in").click()
        expect(dialog.get_by_role("alert")).to_contain_text("Enter the code again")
        code.fill(format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time()))))
        dialog.get_by_role("button", name="Sign in").click()
        expect(tablet.page.locator("#live")).to_be_visible(timeout=15_000)
        tablet.unsent("0 unsent")

        assert minutes_of(chair) == [
            ("start", 0), ("rate", 8), ("pause", 10), ("resume", 15), ("stop", 20),
        ]  # fmt: skip
        # 8 min at 60, 2 min at 50, 5 min at 60 mL/h of 1 mg/mL; the test takes some seconds itself.
        given = float(queries.delivered_mg(chair.visit.pk, chair.clinic.now))
        assert abs(given - (8 + 2 * 50 / 60 + 5)) < 0.5
        stamps = list(EntryStamp.objects.order_by("received_at", "sequence"))
        assert [stamp.kind for stamp in stamps] == ["vitals", "rate", "pause", "resume", "stop"]
        assert [stamp.sequence for stamp in stamps] == sorted(s.sequence or 0 for s in stamps)
        assert {round((stamp.offset_ms or 0) / 60_000) for stamp in stamps} == {-11}
        assert tablet.kept()["entries"] == 0
        expect(tablet.page.locator("#live")).to_contain_text("clock 11\u202fmin fast")


class TestAnHourWithoutTheServer:
    def test_timers_limits_and_the_way_home_go_on_and_all_arrives_once(
        self, chair: Chair, tablets: Callable[..., Tablet]
    ) -> None:
        tablet = tablets()
        tablet.comes(chair.clinic.people.sam)
        chair.server.stop()
        course = tablet.page.locator("#offline-course")

        tablet.waits(5)
        tablet.charts("vitals", **VITALS, moaas="5")
        tablet.waits(5)
        tablet.charts("vitals", **{**VITALS, "sbp_mmhg": "186"}, moaas="5")
        flags = tablet.page.locator("#offline-flags").get_by_role("alert")
        expect(flags).to_contain_text("BP high, limit 180/110")
        tablet.waits(4)
        tablet.charts("vitals", **VITALS, moaas="5")
        expect(course).to_contain_text("20\u202fmin")
        tablet.waits(8)

        tablet.kill()
        chair.wait(1)
        tablet.start()
        tablet.page.goto(chair.address())
        tablet.unsent("3 unsent")
        course = tablet.page.locator("#offline-course")
        expect(course).to_contain_text("20\u202fmin")
        expect(course).to_contain_text("due now")
        tablet.charts("vitals", **VITALS, moaas="5")
        tablet.waits(7)
        tablet.charts("vitals", **VITALS, moaas="5")
        tablet.waits(10)
        tablet.stops()
        expect(course).to_contain_text("40.0\u202fmg")
        home = tablet.page.locator("#offline-list")
        expect(home).to_contain_text("Minimum time after the stop: 0\u202fmin of 120\u202fmin")
        for minutes in (0, 15.3, 12):
            tablet.waits(minutes)
            tablet.charts("vitals", **VITALS, moaas="5")
        expect(home).to_contain_text("27\u202fmin of 120\u202fmin (first infusion)")
        expect(home).to_contain_text("Blood pressure settled: 128/78 and 128/78")
        expect(course).to_contain_text("1\u202fh 7\u202fmin")
        tablet.unsent("9 unsent")

        chair.server.start()
        tablet.signs_in_again()
        tablet.unsent("0 unsent")
        assert [(kind, minute) for kind, minute in minutes_of(chair)] == [
            ("start", 0),
            ("stop", 40),
        ]
        taken = [
            round((fact.occurred_at - queries.log_of(chair.visit.pk)[0].occurred_at).seconds / 60)
            for fact in monitoring.vitals_of(chair.visit.period_id)[1:]
        ]
        assert taken == [5, 10, 14, 23, 30, 40, 55, 67]
        stamps = EntryStamp.objects.order_by("received_at", "sequence")
        assert [stamp.kind for stamp in stamps] == [*["vitals"] * 5, "stop", *["vitals"] * 3]
        assert tablet.kept()["entries"] == 0


class TestAClockThatIsSetRight:
    def test_it_is_noticed_while_the_page_stands_open(
        self, chair: Chair, tablets: Callable[..., Tablet]
    ) -> None:
        tablet = tablets(fast_by=timedelta(minutes=11))
        tablet.comes(chair.clinic.people.sam)
        skew = tablet.page.locator("#skew")
        expect(skew).to_contain_text("11\u202fmin ahead")
        tablet.fast_by = timedelta()
        tablet.waits(5)
        tablet.page.evaluate("document.body.dispatchEvent(new CustomEvent('serein:change'))")
        expect(skew).to_be_hidden(timeout=15_000)
        tablet.charts("vitals", **VITALS)
        tablet.unsent("0 unsent")
        charted = monitoring.vitals_of(chair.visit.period_id)[-1].occurred_at
        assert abs(charted - chair.clinic.now) < timedelta(minutes=1)


class TestTwoTablets:
    def test_both_keep_the_same_minute_and_what_was_overtaken_is_left_out_by_name(
        self, chair: Chair, tablets: Callable[..., Tablet]
    ) -> None:
        sams, noors = tablets(), tablets()
        sams.comes(chair.clinic.people.sam)
        noors.comes(chair.clinic.people.noor)
        sams.loses_the_network()
        sams.waits(5)
        noors.waits(0)
        sams.charts("vitals", **VITALS)
        sams.charts("rate", rate_ml_per_h="50")
        noors.charts("vitals", **{**VITALS, "sbp_mmhg": "131"})
        noors.charts("pause")
        sams.unsent("2 unsent")
        noors.unsent("0 unsent")

        sams.finds_the_network()
        sams.unsent("0 unsent, 1 not taken")
        refused = sams.page.locator(".offline__entry--refused")
        expect(refused).to_contain_text("Resume first: the infusion is not running.")
        sams.page.reload()
        sams.unsent("0 unsent, 1 not taken")
        refused.get_by_label("Reason to leave it out").fill("Noor paused first.")
        refused.get_by_role("button", name="Leave it out").click()
        sams.unsent("0 unsent")
        assert sams.kept()["entries"] == 0

        sets = [fact.values.sbp_mmhg for fact in monitoring.vitals_of(chair.visit.period_id)]
        assert sorted(value for value in sets if value)[-2:] == [128, 131]
        assert [kind for kind, _ in minutes_of(chair)] == ["start", "pause"]
        said = [remark.text for remark in queries.remarks_of(chair.visit.pk)]
        assert len(said) == 1
        assert "50\u202fmL/h" in said[0]
        assert "Noor paused first." in said[0]


class TestServerKilledWhileThePageStandsOpen:
    def test_a_frozen_page_goes_on_and_the_course_is_shown_meanwhile(
        self, chair: Chair, tablets: Callable[..., Tablet]
    ) -> None:
        tablet = tablets()
        tablet.comes(chair.clinic.people.sam)
        chair.server.stop()
        tablet.waits(12)
        tablet.charts("vitals", **{**VITALS, "sbp_mmhg": "186"})
        tablet.charts("pause")
        tablet.unsent("2 unsent")
        flags = tablet.page.locator("#offline-flags").get_by_role("alert")
        expect(flags).to_contain_text("BP high, limit 180/110")
        course = tablet.page.locator("#offline-course")
        expect(course).to_contain_text("Paused")
        expect(course).to_contain_text("12.0\u202fmg")
        expect(tablet.page.locator("#offline-line")).to_contain_text("No connection since")

        frozen = tablet.page.context.new_cdp_session(tablet.page)
        frozen.send("Page.setWebLifecycleState", {"state": "frozen"})
        chair.server.start()
        time.sleep(1)
        frozen.send("Page.setWebLifecycleState", {"state": "active"})
        tablet.unsent("0 unsent")
        assert minutes_of(chair) == [("start", 0), ("pause", 12)]
        expect(tablet.page.locator("#live")).to_contain_text("Pause")


class TestWhatStaysOnTheTablet:
    def test_sign_out_closes_what_is_unsent_and_leaves_nothing_else(
        self, chair: Chair, tablets: Callable[..., Tablet]
    ) -> None:
        tablet = tablets()
        tablet.comes(chair.clinic.people.sam)
        tablet.loses_the_network()
        tablet.charts("note", text="Canary of the blanket.")
        tablet.unsent("1 unsent")
        tablet.is_signed_out()
        tablet.finds_the_network(wait=False)
        tablet.signs_out()
        tablet.holds(lambda kept: kept == {"entries": 1, "states": ["waiting"], "snapshots": 0})
        assert tablet.page.evaluate("self.chairStore.get('single', 'key')") is None
        tablet.close()
        on_disk = tablet.on_disk()
        for word in (b"Jordan", b"Reyes", b"Canary", b"1984"):
            assert word not in on_disk

        tablet.start()
        tablet.comes(chair.clinic.people.sam, is_ready=False)
        tablet.unsent("0 unsent")
        assert [remark.text for remark in queries.remarks_of(chair.visit.pk)] == [
            "Canary of the blanket."
        ]
        tablet.is_ready()
        tablet.signs_out()
        tablet.holds(lambda kept: kept == {"entries": 0, "states": [], "snapshots": 0})
