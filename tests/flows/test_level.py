"""The model of levels at the clinic: on the plan, under the flowsheet, "what if", and exposure."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pharmacokinetics import course, disposition, exposure, library, pump_log
from serein.accounts import actions as accounts
from serein.accounts.rules import Switch
from serein.infusions import actions
from serein.infusions.queries.level import exposure_windows, exposures_of
from serein.patients import actions as patients
from serein.plans.presenters.level import level_text
from tests.conftest import Personas
from tests.flows.infusion_steps import DAY_1, Clinic, booked

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from serein.accounts.models import Staff
    from serein.infusions.models import InfusionSession

NOTICE = "Model of published volunteers, not a measurement."
TITLE = "Ketamine level by the model"
NONSENSE = (
    ("", ""), ("dance", "x"), ("stop", "-3"), ("stop", "nan"), ("faster", "1e9"), ("slower", "inf"),
)  # fmt: skip


@pytest.fixture
def clinic(personas: Personas) -> Clinic:
    return booked(personas)


@pytest.fixture
def see(clinic: Clinic, clock: Any, sign_in: Callable[[Staff], Client]) -> Callable[..., str]:
    """Open a page as somebody, at the clinic's moment, and expect an answer."""

    def seen(who: Staff, name: str, *ids: Any, expect: int = 200, **asked: Any) -> str:
        clock.move_to(clinic.now)
        address = reverse(name, args=[clinic.patient_id, *ids])
        answer = sign_in(who).get(address, asked)
        assert answer.status_code == expect, answer.status_code
        return unescape(answer.content.decode())

    return seen


def turn_on(clinic: Clinic, *switches: Switch) -> None:
    for switch in switches:
        clinic.do(
            accounts.turn_switch, clinic.people.dana, switch=switch, is_on=True,
            is_acknowledged=True,
        )  # fmt: skip


def an_infusion(clinic: Clinic) -> InfusionSession:
    """Ten minutes at 60 mL/h, ten at 30, a pause of five, twenty at 60: 35 mg of 1 mg/mL."""
    visit = clinic.running()
    clinic.wait(10)
    clinic.do(actions.change_rate, clinic.people.sam, session_id=visit.pk,
              occurred_at=clinic.now, rate_ml_per_h=Decimal(30))  # fmt: skip
    clinic.wait(10)
    clinic.do(actions.pause, clinic.people.sam, session_id=visit.pk,
              occurred_at=clinic.now, reason="Patient asks for a moment")  # fmt: skip
    clinic.wait(5)
    clinic.do(actions.resume, clinic.people.sam, session_id=visit.pk,
              occurred_at=clinic.now, rate_ml_per_h=Decimal(60))  # fmt: skip
    clinic.wait(20)
    return clinic.stop(visit)


def go_home(clinic: Clinic, visit: InfusionSession) -> None:
    for _ in range(8):
        clinic.wait(15)
        clinic.vitals(visit)
    clinic.wait(1)
    clinic.do(actions.discharge, clinic.people.sam, session_id=visit.pk, recovery=clinic.recovery())


SAME_LOG = "0:1; 10:0.5; 20:0; 25:1; 45:0"


def engine_level(log: str, weight_kg: float, minute: float) -> str:
    response = disposition.disposition(library.model("OTTO2021"), weight_kg=weight_kg)
    found = course.levels(response, pump_log.read(log), [minute]).of("ketamine")
    return level_text(float(found.levels_ng_per_ml[0]))


def row_of(page: str, minute: str) -> list[str]:
    """The cells of the table of levels beside one minute."""
    row = re.search(rf'data-label="Minute"><span>{minute}[ <].*?</tr>', page)
    assert row is not None
    return re.findall(r'<td class="num" data-label=.*?>(.*?)</td>', row.group(0))


class TestThePlan:
    def test_shows_the_curve_of_its_order(self, clinic: Clinic, see: Callable[..., str]) -> None:
        page = see(clinic.people.priya, "plans:plan", clinic.plan_id)
        assert NOTICE in page
        assert "Ketamine in venous plasma (ng/mL)" in page
        assert row_of(page, "40")[0] == engine_level("0:1; 40:0", 80.0, 40.0)
        assert "Zarate 2006" in page
        assert "Ketamine is not FDA-approved for PTSD." in page

    def test_and_so_does_the_builder(self, clinic: Clinic, see: Callable[..., str]) -> None:
        page = see(clinic.people.priya, "plans:change", clinic.plan_id)
        assert row_of(page, "40")[0] == engine_level("0:1; 40:0", 80.0, 40.0)

    def test_shows_none_to_a_therapist(self, clinic: Clinic, see: Callable[..., str]) -> None:
        for who in (clinic.people.theo, clinic.people.lee):
            assert TITLE not in see(who, "plans:plan", clinic.plan_id)
        for who in (clinic.people.sam, clinic.people.dana):
            assert TITLE in see(who, "plans:plan", clinic.plan_id)

    def test_warns_of_a_medicine_that_may_change_levels(
        self, clinic: Clinic, see: Callable[..., str]
    ) -> None:
        assert "Takes diazepam" not in see(clinic.people.priya, "plans:plan", clinic.plan_id)
        clinic.do(patients.record_medication, clinic.people.sam, patient_id=clinic.patient_id,
                  name="Valium 5 mg", dose_text="at night")  # fmt: skip
        page = see(clinic.people.priya, "plans:plan", clinic.plan_id)
        assert "Takes diazepam. It lengthened the half-life of ketamine." in page


class TestTheOverlay:
    def test_is_off_until_the_director_turns_it_on(
        self, clinic: Clinic, see: Callable[..., str]
    ) -> None:
        visit = clinic.running()
        clinic.wait(10)
        assert TITLE not in see(clinic.people.sam, "infusions:session", visit.pk)
        assert TITLE not in see(clinic.people.sam, "infusions:live", visit.pk)
        turn_on(clinic, Switch.LEVEL_OVERLAY)
        for who in (clinic.people.sam, clinic.people.priya, clinic.people.dana):
            assert NOTICE in see(who, "infusions:session", visit.pk)
            assert NOTICE in see(who, "infusions:live", visit.pk)

    def test_stays_hidden_from_other_roles(self, clinic: Clinic, see: Callable[..., str]) -> None:
        turn_on(clinic, Switch.LEVEL_OVERLAY)
        visit = clinic.running()
        for who in (clinic.people.theo, clinic.people.lee):
            assert TITLE not in see(who, "infusions:session", visit.pk)

    def test_is_the_engines_curve_for_what_the_log_says(
        self, clinic: Clinic, see: Callable[..., str]
    ) -> None:
        turn_on(clinic, Switch.LEVEL_OVERLAY)
        visit = an_infusion(clinic)
        page = see(clinic.people.sam, "infusions:session", visit.pk)
        for minute in (22, 45, 60, 105, 165):
            assert row_of(page, str(minute))[0] == engine_level(SAME_LOG, 80.0, minute)
        assert "assume" not in page.split(TITLE, 1)[1].split("</section>", 1)[0]

    def test_says_what_it_assumes_of_the_future(
        self, clinic: Clinic, see: Callable[..., str]
    ) -> None:
        turn_on(clinic, Switch.LEVEL_OVERLAY)
        visit = clinic.running()
        clinic.wait(20)
        page = see(clinic.people.sam, "infusions:session", visit.pk)
        assert "assumes that the rate stays until the ordered dose is given" in page
        assert "level__curve--assumed" in page
        assert f"Minute 20: {engine_level('0:1; 40:0', 80.0, 20.0)}\u202fng/mL" in page

    def test_its_band_stands_still_from_tick_to_tick(
        self, clinic: Clinic, see: Callable[..., str]
    ) -> None:
        turn_on(clinic, Switch.LEVEL_OVERLAY)
        visit = clinic.running()
        bands = set()
        for _ in range(4):
            clinic.wait(0.5)
            page = see(clinic.people.sam, "infusions:live", visit.pk)
            bands.update(re.findall(r'level__(?:patients|measured)" points="(.*?)"', page))
        assert len(bands) == 2

    def test_is_not_printed_in_the_record(self, clinic: Clinic, see: Callable[..., str]) -> None:
        turn_on(clinic, Switch.LEVEL_OVERLAY)
        visit = an_infusion(clinic)
        assert TITLE not in see(clinic.people.sam, "infusions:record", visit.pk)


class TestWhatIf:
    def test_is_unknown_where_the_overlay_is_off(
        self, clinic: Clinic, see: Callable[..., str]
    ) -> None:
        visit = clinic.check_in()
        see(clinic.people.priya, "infusions:what_if", visit.pk, expect=404)

    def test_is_answered_before_the_start(self, clinic: Clinic, see: Callable[..., str]) -> None:
        turn_on(clinic, Switch.LEVEL_OVERLAY)
        visit = clinic.check_in()
        assert 'id="what-if"' in see(clinic.people.priya, "infusions:session", visit.pk)
        page = see(clinic.people.priya, "infusions:what_if", visit.pk, change="stop", minute="20")
        assert "Stop at minute 20" in page
        assert "20\u202fmg" in page
        assert row_of(page, "40")[:2] == [
            engine_level("0:1; 40:0", 80.0, 40.0),
            engine_level("0:1; 20:0", 80.0, 40.0),
        ]

    def test_and_after_the_stop(self, clinic: Clinic, see: Callable[..., str]) -> None:
        turn_on(clinic, Switch.LEVEL_OVERLAY)
        visit = an_infusion(clinic)
        page = see(clinic.people.priya, "infusions:what_if", visit.pk, change="pause", minute="10")
        paused = "0:1; 10:0; 15:0.5; 25:0; 30:1; 50:0"
        assert row_of(page, "45")[1] == engine_level(paused, 80.0, 45.0)

    def test_is_refused_while_the_drug_runs_by_the_server_itself(
        self, clinic: Clinic, see: Callable[..., str]
    ) -> None:
        turn_on(clinic, Switch.LEVEL_OVERLAY)
        visit = clinic.running()
        assert 'id="what-if"' not in see(clinic.people.priya, "infusions:session", visit.pk)
        page = see(clinic.people.priya, "infusions:what_if", visit.pk, expect=409, change="stop")
        assert "Wait until the infusion is stopped" in page
        assert '<svg class="level__sheet"' not in page

    def test_unless_the_director_has_switched_that_on(
        self, clinic: Clinic, see: Callable[..., str]
    ) -> None:
        turn_on(clinic, Switch.LEVEL_OVERLAY, Switch.LEVEL_WHAT_IF_RUNNING)
        visit = clinic.running()
        clinic.wait(10)
        assert 'id="what-if"' in see(clinic.people.priya, "infusions:session", visit.pk)
        page = see(clinic.people.priya, "infusions:what_if", visit.pk, change="stop", minute="3")
        assert "Stop at minute 11" in page
        clinic.do(actions.pause, clinic.people.sam, session_id=visit.pk,
                  occurred_at=clinic.now, reason="Patient asks for a moment")  # fmt: skip
        see(clinic.people.priya, "infusions:what_if", visit.pk, expect=409)

    def test_is_for_prescribers_only(self, clinic: Clinic, see: Callable[..., str]) -> None:
        turn_on(clinic, Switch.LEVEL_OVERLAY)
        visit = clinic.check_in()
        assert 'id="what-if"' not in see(clinic.people.sam, "infusions:session", visit.pk)
        for who in (clinic.people.sam, clinic.people.theo, clinic.people.lee, clinic.people.morgan):
            see(who, "infusions:what_if", visit.pk, expect=403)
        see(clinic.people.dana, "infusions:what_if", visit.pk)

    def test_answers_nonsense_with_something_that_could_be(
        self, clinic: Clinic, see: Callable[..., str]
    ) -> None:
        turn_on(clinic, Switch.LEVEL_OVERLAY)
        visit = clinic.check_in()
        for change, minute in NONSENSE:
            page = see(
                clinic.people.priya, "infusions:what_if", visit.pk, change=change, minute=minute
            )
            assert NOTICE in page


class TestExposure:
    def test_adds_up_what_the_logs_say_by_window(
        self, clinic: Clinic, see: Callable[..., str]
    ) -> None:
        assert "Exposure to ketamine" not in see(clinic.people.priya, "workspace:chart")
        visit = an_infusion(clinic)
        first = visit.started_at
        assert first is not None
        go_home(clinic, visit)
        clinic.now = DAY_1 + timedelta(days=2)
        second = clinic.check_in(2)
        clinic.wait(20)
        clinic.prepare(second)
        clinic.wait(5)
        clinic.start(second)
        clinic.wait(40)
        clinic.stop(second)
        clinic.now = first + timedelta(days=31)
        windows = exposure_windows(exposures_of(clinic.patient_id, clinic.now), clinic.now)
        assert [(w.days, w.infusions, w.mg) for w in windows] == [
            (30, 1, Decimal(40)),
            (90, 2, Decimal(75)),
            (365, 2, Decimal(75)),
            (None, 2, Decimal(75)),
        ]
        response = disposition.disposition(library.model("OTTO2021"), weight_kg=80.0)
        one = exposure.areas(response, pump_log.read(SAME_LOG), [31 * 1440.0])[0, 0]
        assert windows[1].area_ng_h_per_ml - windows[0].area_ng_h_per_ml == pytest.approx(one / 60)
        page = see(clinic.people.priya, "workspace:chart")
        assert "75\u202fmg" in page
        assert "AUC: model of published volunteers, not a measurement." in page
        assert f"{round(windows[-1].area_ng_h_per_ml)}\u202fng·h/mL" in page

    def test_asks_the_database_twice_however_many_infusions(self, clinic: Clinic) -> None:
        counts = []
        for number in (1, 2):
            clinic.now = DAY_1 + timedelta(days=2 * (number - 1))
            visit = clinic.check_in(number)
            clinic.wait(20)
            clinic.prepare(visit)
            clinic.wait(5)
            clinic.start(visit)
            clinic.wait(40)
            clinic.stop(visit)
            go_home(clinic, visit)
            with CaptureQueriesContext(connection) as asked:
                assert len(exposures_of(clinic.patient_id, clinic.now)) == number
            counts.append(len(asked))
        assert counts == [2, 2]

    def test_is_seen_by_nurses_prescribers_and_the_director(
        self, clinic: Clinic, see: Callable[..., str]
    ) -> None:
        an_infusion(clinic)
        for who in (clinic.people.theo, clinic.people.morgan):
            assert "Exposure to ketamine" not in see(who, "workspace:chart")
        for who in (clinic.people.sam, clinic.people.priya, clinic.people.dana):
            assert "Exposure to ketamine" in see(who, "workspace:chart")
