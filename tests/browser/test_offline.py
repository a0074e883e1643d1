"""The session page without the network: entries are kept, go on after a restart, arrive once."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.urls import reverse
from playwright.sync_api import expect

from serein.accounts import queries as accounts
from serein.infusions import queries
from serein.infusions.models import EntryStamp
from serein.infusions.presenters.facts import session_facts
from serein.infusions.rules.delivered import (
    CARRIES_RATE,
    FOLLOWS,
    EventKind,
    PumpEvent,
    delivered,
    pauses,
)
from serein.monitoring import queries as monitoring
from serein.monitoring.rules import Baseline, Pause, Timeline, Values, ladder, schedule
from serein.monitoring.rules.due import due_times
from tests.browser.tablet import Chair, Server, Tablet
from tests.conftest import MONDAY_9, PASSWORD, Personas
from tests.flows.infusion_steps import booked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from django.test import Client
    from playwright.sync_api import Browser

    from serein.accounts.models import Staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def server(transactional_db: None, settings: Any) -> Iterator[Server]:
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    serving = Server()
    serving.start()
    yield serving
    serving.stop()


@pytest.fixture
def chair(
    server: Server, personas: Personas, clock: Any, sign_in: Callable[[Staff], Client]
) -> Chair:
    clinic = booked(personas)
    visit = clinic.running()
    clock.move_to(clinic.now)
    return Chair(clinic, clock, sign_in, server, visit)


@pytest.fixture
def tablets(chromium: Browser, chair: Chair, tmp_path: Path) -> Iterator[Callable[..., Tablet]]:
    made: list[Tablet] = []

    def tablet(**facts: Any) -> Tablet:
        one = Tablet(chromium, chair, tmp_path / f"tablet{len(made)}", **facts)
        one.start()
        made.append(one)
        return one

    yield tablet
    for one in made:
        one.close()
    assert [fault for one in made for fault in one.faults] == []


VITALS = {
    "sbp_mmhg": "128", "dbp_mmhg": "78", "hr_bpm": "72", "spo2_percent": "98", "rr_per_min": "16",
}  # fmt: skip


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
        for words in ("BP 128/78", "50\u2009mL/h", "Pause"):
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
        expect(tablet.page.locator("#live")).to_contain_text("clock 11\u2009min fast")


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
        assert "50\u2009mL/h" in said[0]
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
        expect(course).to_contain_text("12.0\u2009mg")
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


LIMITS_IN_THE_BROWSER = """async ([limits, cases]) => {
  const { met } = await import("/static/infusions/offline/limits.js");
  return cases.map(([values, phase, baseline]) =>
    met(values, phase, limits, baseline).map((limit) => [limit.code, limit.rung]).sort());
}"""
COURSES_IN_THE_BROWSER = """async ([facts, cases]) => {
  const { given, dueTimes, timeline, withLocal } = await import("/static/infusions/offline/course.js");
  return cases.map(([pump, at]) => {
    const log = withLocal(pump, []);
    const total = given(log, facts.order, Date.parse(at));
    const due = dueTimes(timeline(facts, log), facts.schedule, Date.parse(at));
    return [total.mg, total.leftMg, due.map((one) => [one.code, one.dueMs])];
  });
}"""


class TestTheTabletReckonsAsTheServerDoes:
    def test_limits_and_course(self, chair: Chair, chromium: Browser) -> None:
        page = chromium.new_page(base_url=chair.server.address)
        page.goto(reverse("infusions:offline_shell"))
        zone = accounts.zone_of(chair.visit.site_id)
        facts = session_facts(chair.visit, at=chair.clinic.now, zone=zone)

        chance = Random(11)
        cases = [reading(chance) for _ in range(400)]
        shown = page.evaluate(LIMITS_IN_THE_BROWSER, [facts["limits"], cases])
        assert shown == [by_the_rules(*case) for case in cases]
        assert sum(map(bool, shown)) > 100

        courses = [course(chance, chair.clinic.now) for _ in range(60)]
        typed = [[as_facts(log), at.isoformat()] for log, at in courses]
        watched_min = facts["timeline"]["post_for_min"]
        bag, ordered = chair.visit.bag_mg_per_ml, chair.visit.ordered_mg
        found = page.evaluate(COURSES_IN_THE_BROWSER, [facts, typed])
        for (log, at), (mg, left, due) in zip(courses, found, strict=True):
            total = delivered(log, bag_mg_per_ml=bag, ordered_mg=ordered, at=at)
            assert abs(mg - float(total.mg)) < 1e-5
            assert abs(left - float(total.remaining_mg)) < 1e-5
            expected = due_times(timeline=as_timeline(log, watched_min), at=at, plan=schedule())
            assert due == [[one.code, round(one.due_at.timestamp() * 1000)] for one in expected]
        page.close()


def reading(chance: Random) -> list[Any]:
    """Some values, a phase, and perhaps a baseline."""
    values = {
        "sbp_mmhg": chance.choice([None, *range(70, 220, 5)]),
        "dbp_mmhg": chance.choice([None, *range(40, 130, 5)]),
        "hr_bpm": chance.randint(35, 160),
        "spo2_percent": chance.randint(85, 100),
        "rr_per_min": chance.randint(6, 20),
        "moaas": chance.choice([None, *range(6)]),
        "nausea": chance.randint(0, 10),
        "distress": chance.randint(0, 10),
    }
    baseline = chance.choice([None, {"sbp_mmhg": chance.randint(100, 150), "dbp_mmhg": 80}])
    return [values, chance.choice(["pre", "during", "post"]), baseline]


def by_the_rules(
    values: dict[str, Any], phase: str, baseline: dict[str, int] | None
) -> list[list[str]]:
    """The highest rung of each condition that a single reading meets."""
    of = Values(**values).of
    base = Baseline(**baseline, measured_at=MONDAY_9) if baseline and phase != "pre" else None
    met = []
    for condition in ladder().conditions:
        if phase in condition.phases:
            rungs = [limit.rung for limit in condition.limits if limit.met(of, base)]
            met += [[condition.code, max(rungs).name.lower()]] if rungs else []
    return sorted(met)


def course(chance: Random, start: datetime) -> tuple[list[PumpEvent], datetime]:
    """A log that can have happened, and a moment at which it is looked at."""
    at, log, kind = start, [], EventKind.START
    while True:
        rate = Decimal(chance.randint(200, 900)) / 10 if kind in CARRIES_RATE else None
        log.append(PumpEvent(kind, at, rate))
        at += timedelta(seconds=chance.randint(30, 900))
        after = sorted(FOLLOWS[kind])
        if not after or chance.random() < 0.15:
            return log, at + timedelta(minutes=chance.randint(0, 50))
        kind = chance.choice(after)


def as_facts(log: list[PumpEvent]) -> list[dict[str, Any]]:
    return [
        {
            "kind": event.kind.value,
            "at": event.occurred_at.isoformat(),
            "rate_ml_per_h": str(event.rate_ml_per_h) if event.rate_ml_per_h else None,
        }
        for event in log
    ]


def as_timeline(log: list[PumpEvent], post_for_min: int) -> Timeline:
    stops = [event.occurred_at for event in log if event.kind is EventKind.STOP]
    return Timeline(
        opened_at=log[0].occurred_at,
        started_at=log[0].occurred_at,
        stopped_at=stops[0] if stops else None,
        pauses=tuple(Pause(*pause) for pause in pauses(log)),
        post_for_min=post_for_min,
    )
