"""What no longer fits: proposals change as little as they can, and people accept them one by one."""

from __future__ import annotations

import re
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from serein.scheduling import actions, queries
from serein.scheduling.models import Appointment
from serein.scheduling.rules import CoverMode, Visit
from serein.scheduling.views import worklists
from tests.conftest import Personas
from tests.flows.scheduling_desk import TUESDAY, Desk, moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    SignIn = Callable[..., Client]

pytestmark = pytest.mark.django_db
URL = "/worklists/affected/"


@pytest.fixture
def desk(personas: Personas, clock: object) -> Desk:
    return Desk.opened(personas, chairs=2)


def out_of_use(desk: Desk, chair_id: UUID, day: date = TUESDAY) -> None:
    desk.do(
        actions.add_outage, desk.people.dana, unit_id=chair_id, first_date=day, last_date=day,
        reason="the lift is repaired",
    )  # fmt: skip


def affected(desk: Desk) -> set[UUID]:
    return {one.visit.appointment_id for one in queries.affected(desk.site_id, desk.now)}


def least(desk: Desk, row: Appointment) -> dict[int, tuple[object, object]]:
    visit = queries.visit(desk.site_id, row.pk)
    return dict(queries.least_change(desk.site_id, visit, desk.now, given=set()))


def seen(client: Client, url: str) -> str:
    return re.sub(r"\s+", " ", client.get(url).content.decode())


class TestTheLeastChange:
    def test_is_another_chair_at_the_same_time(self, desk: Desk) -> None:
        made = desk.book(moment(TUESDAY, 10), patient_id=desk.patient())
        out_of_use(desk, made.chair_id)
        assert least(desk, made) == {1: (made.starts_at, made.starts_at)}
        kept = desk.do(actions.move_appointment, appointment_id=made.pk, starts_at=made.starts_at)
        assert kept.pk == made.pk
        assert kept.chair_id != made.chair_id
        assert affected(desk) == set()
        assert desk.is_sound(TUESDAY)

    def test_is_else_the_nearest_time_for_a_talk_and_a_guest_too(self, desk: Desk) -> None:
        talk = desk.book(moment(TUESDAY, 10), "consult")
        desk.do(actions.add_closure, desk.people.dana, day=TUESDAY, reason="snow")
        ((now, then),) = least(desk, talk).values()
        assert (now, then) == (moment(TUESDAY, 10), moment(TUESDAY + timedelta(days=1), 10))

    def test_is_else_a_series_moved_together(self, desk: Desk) -> None:
        series = desk.series(desk.patient(), visits=3)
        for offset in range(1, 6):
            day = date(2026, 3, 12) + timedelta(days=offset - 1)
            if queries.is_open(desk.site_id, day):
                desk.do(actions.add_closure, desk.people.dana, day=day, reason="works")
        second = Appointment.objects.get(series_id=series, number=2)
        change = least(desk, second)
        assert set(change) >= {2}
        assert all(now != then for now, then in change.values())


class TestAClosedDay:
    def test_proposes_for_every_series_hit_and_the_fewest_changes_stand_first(
        self, desk: Desk, sign_in: SignIn
    ) -> None:
        first, second = (
            desk.series(desk.patient(name), hour) for name, hour in (("Ada", 9), ("Bo", 12))
        )
        hit = TUESDAY + timedelta(days=7)
        desk.do(actions.add_closure, desk.people.dana, day=hit, reason="Snow")
        shown = seen(sign_in(desk.people.morgan), URL)
        moves = re.findall(r'name="moves" value="([^"]+)"', shown)
        assert len(moves) == 2
        assert [len(one.split(",")) for one in moves] == sorted(
            len(one.split(",")) for one in moves
        )
        numbers = {
            fact.appointment_id
            for series in (first, second)
            for fact in queries.standing_of_series(series)
            if fact.number == 3
        }
        assert affected(desk) == numbers
        assert "Keep the day" not in shown

    def test_moves_accepted_one_by_one_leave_nothing_behind(
        self, desk: Desk, sign_in: SignIn
    ) -> None:
        for name, hour in (("Ada", 9), ("Bo", 12)):
            desk.series(desk.patient(name), hour)
        hit = TUESDAY + timedelta(days=7)
        desk.do(actions.add_closure, desk.people.dana, day=hit, reason="Snow")
        morgan = sign_in(desk.people.morgan)
        for _ in range(2):
            shown = seen(morgan, URL)
            (accept, moves) = re.findall(
                r'action="(/board/visits/[^"]+/accept/)".*?name="moves" value="([^"]+)"', shown
            )[0]
            answer = morgan.post(accept, {"moves": moves})
            assert answer.status_code == 302, answer.content.decode()
        assert affected(desk) == set()
        assert desk.is_sound(hit)


class TestABrokenDay:
    @pytest.fixture
    def broken(self, desk: Desk) -> list[Appointment]:
        """Three visits at ten, eleven and one with two nurses, of whom one falls ill."""
        desk.plan_staff(TUESDAY, nurses=2, cover=CoverMode.POOL)
        made = [
            desk.book(moment(TUESDAY, hour, minute), patient_id=desk.patient(name))
            for name, hour, minute in (("Ada", 10, 0), ("Bo", 10, 15), ("Cy", 13, 0))
        ]
        desk.do(
            actions.enter_leave, desk.people.dana, staff_id=desk.people.noor.pk,
            first_date=TUESDAY, last_date=TUESDAY,
        )  # fmt: skip
        return made

    def test_is_kept_with_the_fewest_moves_and_says_how_sure_that_is(
        self, desk: Desk, broken: list[Appointment]
    ) -> None:
        repair = queries.repair_of(desk.site_id, TUESDAY, desk.now, budget_s=60)
        assert repair.proposal.lost == ()
        assert len(repair.moves) == 1
        assert repair.proposal.is_proven
        assert repair.proposal.bound == repair.proposal.cost > 0
        assert repair.proposal.method.startswith("CP-SAT")

    def test_without_or_tools_a_plain_proposal_says_that_it_is_one(
        self, desk: Desk, broken: list[Appointment], monkeypatch: pytest.MonkeyPatch,
        sign_in: SignIn,
    ) -> None:  # fmt: skip
        monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
        shown = seen(sign_in(desk.people.morgan), f"{URL}day/?day={TUESDAY}")
        assert "OR-Tools is not installed" in shown
        assert "was not searched" in shown
        assert "Accept" in shown

    def test_is_repaired_on_the_page_move_by_move(
        self, desk: Desk, broken: list[Appointment], sign_in: SignIn,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(worklists, "REPAIR_SECONDS", 60)
        morgan = sign_in(desk.people.morgan)
        assert "Keep the day" in seen(morgan, URL)
        url = f"{URL}day/?day={TUESDAY}"
        shown = seen(morgan, url)
        assert "One visit moves on the day." in shown
        assert "No repair sends fewer visits to another day" in shown
        assert re.search(r"Found by: CP-SAT, a start for each, [0-9.]+ s\.", shown)
        before = Appointment.objects.count()
        ((accept, moves),) = re.findall(
            r'action="(/board/visits/[^"]+/accept/)".*?name="moves" value="([^"]+)"', shown
        )
        assert Appointment.objects.count() == before
        answer = morgan.post(accept, {"moves": moves, "day": str(TUESDAY)}, follow=True)
        assert "Moved." in answer.content.decode()
        assert "Every visit of this day fits where it is booked." in answer.content.decode()
        assert affected(desk) == set()
        assert desk.is_sound(TUESDAY)

    def test_never_moves_a_visit_out_of_the_gaps_of_its_series(self, desk: Desk) -> None:
        """Both visits of Thursday begin 44 hours after those of Tuesday: neither may go earlier."""
        thursday = TUESDAY + timedelta(days=2)
        for day in (TUESDAY, thursday):
            desk.plan_staff(day, nurses=2)
        for name in ("Ada", "Bo"):
            patient = desk.patient(name)
            desk.do(
                actions.book_series, patient_id=patient, series_id=patient,
                visits=[
                    Visit(moment(TUESDAY, 13)),
                    Visit(moment(thursday, 9)),
                ],
            )  # fmt: skip
        out_of_use(desk, desk.chairs[0], thursday)
        repair = queries.repair_of(desk.site_id, thursday, desk.now, budget_s=60)
        (move,) = repair.moves
        assert move.then is None or move.then > move.now

    def test_leaves_alone_what_was_booked_against_a_rule(self, desk: Desk) -> None:
        bent = desk.do(
            actions.book_visit, desk.people.priya, type_code="infusion",
            starts_at=moment(TUESDAY, 15, 30), patient_id=desk.patient(),
            override_reason="The bus comes at three",
        )  # fmt: skip
        repair = queries.repair_of(desk.site_id, TUESDAY, desk.now, budget_s=60)
        assert bent.pk not in repair.visits
        assert repair.moves == ()

    def test_asks_for_a_day(self, desk: Desk, sign_in: SignIn) -> None:
        assert sign_in(desk.people.morgan).get(f"{URL}day/").status_code == 404
