"""What the tablet works out by itself is what the server's rules say: held together over random cases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from serein.accounts import queries as accounts
from serein.infusions.presenters.checklists import checklists
from serein.infusions.presenters.facts import session_facts
from serein.infusions.rules import discharge
from serein.infusions.rules.delivered import (
    CARRIES_RATE,
    FOLLOWS,
    EventKind,
    PumpEvent,
    delivered,
    pauses,
)
from serein.infusions.rules.gate import Reading
from serein.monitoring.rules import Baseline, Pause, Timeline, Values, ladder, schedule
from serein.monitoring.rules.due import due_times
from tests.conftest import MONDAY_9, Personas
from tests.flows.infusion_steps import Clinic, booked

if TYPE_CHECKING:
    from datetime import datetime

    from playwright.sync_api import Page

    from serein.infusions.models import InfusionSession

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

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


HOME_IN_THE_BROWSER = """async (cases) => {
  const { judged } = await import("/static/infusions/offline/home.js");
  return cases.map(([home, known]) => judged(home, known).map((item) => [item.code, item.verdict]));
}"""


@pytest.fixture
def clinic(personas: Personas) -> Clinic:
    return booked(personas)


@pytest.fixture
def visit(clinic: Clinic) -> InfusionSession:
    """An infusion that has just started."""
    return clinic.running()


@pytest.fixture
def shell(page: Page) -> Page:
    """A page on which the tablet's modules can be asked."""
    page.goto(reverse("infusions:offline_shell"))
    return page


def test_limits_mg_and_due_times(shell: Page, clinic: Clinic, visit: InfusionSession) -> None:
    zone = accounts.zone_of(visit.site_id)
    facts = session_facts(visit, at=clinic.now, zone=zone)

    chance = Random(11)
    cases = [reading(chance) for _ in range(400)]
    shown = shell.evaluate(LIMITS_IN_THE_BROWSER, [facts["limits"], cases])
    assert shown == [by_the_rules(*case) for case in cases]
    assert sum(map(bool, shown)) > 100

    courses = [course(chance, clinic.now) for _ in range(60)]
    typed = [[as_facts(log), at.isoformat()] for log, at in courses]
    watched_min = facts["timeline"]["post_for_min"]
    bag, ordered = visit.bag_mg_per_ml, visit.ordered_mg
    found = shell.evaluate(COURSES_IN_THE_BROWSER, [facts, typed])
    for (log, at), (mg, left, due) in zip(courses, found, strict=True):
        total = delivered(log, bag_mg_per_ml=bag, ordered_mg=ordered, at=at)
        assert abs(mg - float(total.mg)) < 1e-5
        assert abs(left - float(total.remaining_mg)) < 1e-5
        expected = due_times(timeline=as_timeline(log, watched_min), at=at, plan=schedule())
        assert due == [[one.code, round(one.due_at.timestamp() * 1000)] for one in expected]


def test_the_way_home(shell: Page, clinic: Clinic, visit: InfusionSession) -> None:
    """Every condition of the discharge gate gets the verdict that the server gives it."""
    home = checklists(visit, (), clinic.now).home
    assert home is not None
    chance = Random(5)
    cases = [recovery(chance, clinic.now) for _ in range(300)]
    found = shell.evaluate(HOME_IN_THE_BROWSER, [as_home(home, facts) for facts in cases])
    for facts, shown in zip(cases, found, strict=True):
        assert shown == [[item.code, item.verdict.value] for item in discharge.gate(facts)]
    met = sum(verdict == "met" for shown in found for _, verdict in shown)
    assert 0.3 < met / (len(home["items"]) * len(cases)) < 0.8


def recovery(chance: Random, stopped_at: datetime) -> discharge.DischargeFacts:
    """A recovery in which anything may be answered, unanswered, well or not."""
    at = stopped_at + timedelta(minutes=chance.randint(0, 180))
    answer = [True, True, True, False, None]
    said = {
        name: chance.choice(answer)
        for name in discharge.Recovery.__slots__
        if name not in {"aldrete", "nausea", "escort_name", "contact_at"}
    }
    return discharge.DischargeFacts(
        at=at,
        stopped_at=stopped_at,
        long_watch_because=chance.choice([(), ("first infusion",)]),
        baseline=chance.choice([None, Reading(stopped_at, sbp_mmhg=130, dbp_mmhg=82)]),
        readings=[some_set(chance, stopped_at, at) for _ in range(chance.randint(0, 4))],
        recovery=discharge.Recovery(
            aldrete=tuple(chance.choice([2, 2, 2, 2, 2, 2, 1, 0, None]) for _ in range(5)),  # type: ignore[arg-type]
            nausea=chance.choice([None, 0, 2, 3, 4, 8]),
            escort_name=chance.choice(["", "Alex"]),
            contact_at=chance.choice([None, at + timedelta(hours=chance.randint(-3, 50))]),
            **said,
        ),
        open_urgent_tasks=chance.choice([0, 0, 0, 1]),
    )


def some_set(chance: Random, stopped_at: datetime, at: datetime) -> Reading:
    whole = int((at - stopped_at).total_seconds())
    return Reading(
        stopped_at + timedelta(seconds=chance.randint(-600, whole)),
        sbp_mmhg=chance.choice([None, 85, 104, 105, 130, 156, 157, 165]),
        dbp_mmhg=chance.choice([None, 65, 80, 99, 100]),
        moaas=chance.choice([None, 3, 4, 5, 5, 5]),
    )


def as_home(home: dict[str, Any], facts: discharge.DischargeFacts) -> list[Any]:
    """The same facts as the page has them."""
    said, base = facts.recovery, facts.baseline
    names = [item.code for item in discharge.ALDRETE]
    scores = {
        code: score for code, score in zip(names, said.aldrete, strict=True) if score is not None
    }
    told = {
        name: getattr(said, name)
        for name in said.__slots__
        if name not in {"aldrete", "contact_at"} and getattr(said, name) is not None
    }
    if said.contact_at is not None:
        told["contactMs"] = said.contact_at.timestamp() * 1000
    watch = discharge.watch_for(facts.long_watch_because)
    return [
        {
            **home,
            "watch_min": int(watch.total_seconds() // 60),
            "tasks": facts.open_urgent_tasks,
            "baseline": {"sbp_mmhg": base.sbp_mmhg, "dbp_mmhg": base.dbp_mmhg} if base else None,
        },
        {
            "stopMs": facts.stopped_at.timestamp() * 1000,
            "nowMs": facts.at.timestamp() * 1000,
            "readings": [
                {
                    "ms": one.occurred_at.timestamp() * 1000,
                    "sbp_mmhg": one.sbp_mmhg,
                    "dbp_mmhg": one.dbp_mmhg,
                    "moaas": one.moaas,
                }
                for one in facts.readings
            ],
            "said": {**told, "aldrete": scores},
        },
    ]


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
