"""The known traps of clinic scheduling that only a database can fall into; numbers as in the rules' list."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from serein.core.errors import Refused
from serein.scheduling import actions, queries
from serein.scheduling.models import Appointment, ChairTick
from serein.scheduling.rules import Visit
from tests.conftest import Personas, new_key
from tests.flows.scheduling_desk import TUESDAY, Desk, moment

pytestmark = pytest.mark.django_db
THURSDAY = TUESDAY + timedelta(days=2)


@pytest.fixture
def desk(personas: Personas) -> Desk:
    return Desk.opened(personas)


def held(desk: Desk, who: str) -> Appointment:
    made: Appointment = desk.do(
        actions.hold, type_code="infusion", starts_at=moment(TUESDAY, 10), holder=who
    )
    return made


def test_11_what_a_blind_check_lets_through_the_database_still_refuses(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.book(moment(TUESDAY, 10))
    seeing = queries.day_books

    def blind(*asked: Any, **more: Any) -> Any:
        return {day: replace(book, taken=()) for day, book in seeing(*asked, **more).items()}

    monkeypatch.setattr(queries, "day_books", blind)
    before = set(ChairTick.objects.values_list("tick", "appointment_id"))
    with pytest.raises(Refused, match="is taken"):
        desk.book(moment(TUESDAY, 10, 30))
    assert set(ChairTick.objects.values_list("tick", "appointment_id")) == before
    assert Appointment.objects.count() == 1


def test_12_a_held_time_is_seen_by_the_search_and_by_the_check(desk: Desk) -> None:
    held(desk, "one")
    assert "10:00" not in desk.starts(TUESDAY)
    with pytest.raises(Refused, match="is taken"):
        desk.book(moment(TUESDAY, 10))


def test_13_a_hold_ends_by_itself_and_a_booked_time_never_does(desk: Desk) -> None:
    kept, lost = held(desk, "one"), desk.now + timedelta(minutes=10)
    guest = uuid4()
    booked = desk.do(actions.book_held, appointment_id=kept.pk, holder="one", guest_id=guest)
    desk.now = lost + timedelta(hours=1)
    assert "10:00" not in desk.starts(TUESDAY)
    desk.do(actions.cancel_appointment, appointment_id=booked.pk, reason="A try")
    late = held(desk, "two")
    desk.now += timedelta(minutes=10)
    desk.book(moment(TUESDAY, 10))
    with pytest.raises(Refused, match="Choose another time"):
        desk.do(actions.book_held, appointment_id=late.pk, holder="two", guest_id=guest)
    assert desk.is_sound(TUESDAY)


def test_14_a_double_click_books_once(desk: Desk) -> None:
    key, guest = new_key(), uuid4()
    twice = [desk.book(moment(TUESDAY, 10), key=key, guest_id=guest) for _ in range(2)]
    assert twice[0].pk == twice[1].pk
    assert Appointment.objects.count() == 1


def test_17_the_new_time_is_stored_before_the_old_one_is_given_up(desk: Desk) -> None:
    made = desk.book(moment(TUESDAY, 10))
    with CaptureQueriesContext(connection) as asked:
        desk.do(actions.move_appointment, appointment_id=made.pk, starts_at=moment(TUESDAY, 13))
    sql = [one["sql"] for one in asked]
    stored = next(n for n, one in enumerate(sql) if 'INSERT INTO "scheduling_chairtick"' in one)
    given_up = next(n for n, one in enumerate(sql) if 'DELETE FROM "scheduling_chairtick"' in one)
    assert stored < given_up


def test_19_any_chair_means_one_that_is_free_when_it_is_stored(personas: Personas) -> None:
    desk = Desk.opened(personas, chairs=2)
    assert "10:00" in desk.starts(TUESDAY)
    first, second = (desk.book(moment(TUESDAY, 10)) for _ in range(2))
    assert {first.chair_id, second.chair_id} == set(desk.chairs)


def test_21_leave_over_a_booked_visit_keeps_and_lists_it_until_it_is_moved(desk: Desk) -> None:
    desk.plan_staff(TUESDAY)
    desk.plan_staff(THURSDAY)
    made = desk.book(moment(TUESDAY, 10), patient_id=desk.patient())
    desk.do(
        actions.enter_leave, desk.people.dana, staff_id=desk.people.sam.pk,
        first_date=TUESDAY, last_date=TUESDAY,
    )  # fmt: skip
    (hit,) = queries.affected(desk.site_id, desk.now)
    assert (hit.visit.appointment_id, hit.visit.is_standing) == (made.pk, True)
    ((_, then),) = queries.least_change(desk.site_id, hit.visit, desk.now, given=set()).values()
    assert then == moment(THURSDAY, 10)
    desk.do(actions.move_appointment, appointment_id=made.pk, starts_at=then)
    assert queries.affected(desk.site_id, desk.now) == ()


def test_22_days_are_locked_and_rows_stored_in_order(desk: Desk) -> None:
    patient = desk.patient()
    series = desk.series(patient)
    desk.now += timedelta(minutes=1)
    anew = [Visit(moment(day, 13)) for day in (date(2026, 3, 11), date(2026, 3, 16))]
    with CaptureQueriesContext(connection) as asked:
        desk.do(
            actions.book_series, patient_id=patient, series_id=series, visits=anew,
            replacing_because="Works in the mornings now",
        )  # fmt: skip
    sql = [one["sql"] for one in asked]
    counted = [one for one in sql if 'SET "version"' in one]
    days = [re.findall(r"'(\d{4}-\d\d-\d\d)'", one)[-1] for one in counted]
    assert len(set(days)) == 6
    assert days == sorted(days)
    rows = next(one for one in sql if 'INSERT INTO "scheduling_chairtick"' in one)
    ticks = [int(tick) for tick in re.findall(r"\b59\d{5}\b", rows)]
    assert len(ticks) > 50
    assert ticks == sorted(ticks)


def test_25_a_moved_visit_keeps_its_uid_and_counts_its_revisions(desk: Desk) -> None:
    made = desk.book(moment(TUESDAY, 10), patient_id=desk.patient())
    moved = desk.do(
        actions.move_appointment, appointment_id=made.pk, starts_at=moment(THURSDAY, 10)
    )
    gone = desk.do(actions.cancel_appointment, appointment_id=moved.pk, reason="Ill")
    assert {made.visit_id, moved.visit_id, gone.visit_id} == {made.visit_id}
    assert (made.revision, moved.revision, gone.revision) == (0, 1, 2)
