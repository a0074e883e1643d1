"""What the book answers when asked: what is free, what comes first, why not, and what if."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from serein.core.errors import Refused
from serein.scheduling import actions, queries
from serein.scheduling.models import ChairTick, ClinicDay
from serein.scheduling.queries import kept
from serein.scheduling.rules import BlockerKind, CoverMode, SeriesRules
from tests.conftest import Personas
from tests.flows.scheduling_desk import TUESDAY, ZONE, Desk, moment


@pytest.fixture
def desk(personas: Personas) -> Desk:
    return Desk.opened(personas)


@pytest.mark.django_db
class TestFinding:
    def test_next_available_reads_on_until_a_day_has_it(self, desk: Desk) -> None:
        for day in (TUESDAY, TUESDAY + timedelta(days=1)):
            desk.do(actions.add_closure, desk.people.dana, day=day, reason="training")
        first = queries.next_available(
            desk.site_id, queries.Wanted("infusion"), after=moment(TUESDAY, 8), at=desk.now
        )
        assert first is not None
        assert first.at == moment(TUESDAY + timedelta(days=2), 8)

    def test_nothing_is_available_where_nothing_opens(self, personas: Personas) -> None:
        desk = Desk(personas)
        wanted = queries.Wanted("consult")
        found = queries.next_available(desk.site_id, wanted, after=desk.now, at=desk.now)
        assert found is None

    def test_says_what_is_in_the_way_and_the_nearest_fix(self, desk: Desk) -> None:
        jordan = desk.patient()
        desk.book(moment(TUESDAY, 10), patient_id=jordan)
        wanted = queries.Wanted("infusion", patient_id=jordan)
        blockers = queries.why_not(desk.site_id, wanted, starts_at=moment(TUESDAY, 11), at=desk.now)
        assert {one.kind for one in blockers} == {BlockerKind.RESOURCE, BlockerKind.PERSON}
        assert all(one.because for one in blockers)
        free = queries.why_not(desk.site_id, wanted, starts_at=moment(TUESDAY, 13), at=desk.now)
        assert free == ()
        saturday = moment(date(2026, 3, 14), 10)
        (rule,) = queries.why_not(desk.site_id, wanted, starts_at=saturday, at=desk.now)
        assert rule.kind is BlockerKind.RULE

    def test_every_offered_start_can_be_booked_and_no_other(self, desk: Desk) -> None:
        desk.plan_staff(TUESDAY, nurses=2, cover=CoverMode.FLOAT)
        desk.book(moment(TUESDAY, 11))
        offered = set(desk.starts(TUESDAY))
        for hour in range(8, 16):
            for minute in (0, 15, 30, 45):
                at = moment(TUESDAY, hour, minute)
                if f"{hour:02}:{minute:02}" in offered:
                    made = desk.book(at)
                    desk.do(actions.cancel_appointment, appointment_id=made.pk, reason="A try")
                else:
                    with pytest.raises(Refused):
                        desk.book(at)
        assert offered
        assert desk.is_sound(TUESDAY)

    def test_a_series_keeps_to_its_pins_and_is_counted(self, desk: Desk) -> None:
        rules = SeriesRules(visits=4, infusion_minutes=40, min_gap_hours=44, max_gap_days=7)
        pinned = moment(date(2026, 3, 16), 11)
        proposal = queries.propose_series(
            desk.site_id, rules, first=TUESDAY, not_before=desk.now, pins={2: pinned}
        )
        assert proposal.fits_as_planned
        assert 1 <= len(proposal.offers) <= 3
        assert {offer.starts[1] for offer in proposal.offers} == {pinned}
        count = queries.count_series(
            desk.site_id, rules, queries.Asked(TUESDAY, desk.now, pins={2: pinned})
        )
        assert 1 < count.patterns < count.combinations

    def test_the_next_maintenance_visit_is_due_after_the_last_one_given(self, desk: Desk) -> None:
        jordan = desk.patient()
        made = desk.book(moment(TUESDAY, 10), "maintenance", patient_id=jordan)
        due = queries.maintenance_due(jordan, every_days=28, window_days=4)
        assert due is None
        desk.do(actions.mark_arrived, appointment_id=made.pk)
        desk.do(actions.mark_done, appointment_id=made.pk)
        due = queries.maintenance_due(jordan, every_days=28, window_days=4)
        assert due is not None
        assert due.due == date(2026, 4, 7)
        assert queries.maintenance_days(desk.site_id, due)[0] == date(2026, 4, 7)


@pytest.mark.django_db
class TestLookingAhead:
    def test_counts_each_day_by_kind(self, desk: Desk) -> None:
        desk.book(moment(TUESDAY, 10))
        desk.book(moment(TUESDAY, 13), "consult")
        counts = queries.counts_by_day(desk.site_id, TUESDAY, TUESDAY + timedelta(days=1))
        assert counts[TUESDAY] == {"infusion": 1, "consult": 1}
        assert counts[TUESDAY + timedelta(days=1)] == {}

    def test_what_if_there_were_a_chair_a_friday_or_a_nurse_more(self, desk: Desk) -> None:
        desk.plan_staff(TUESDAY, nurses=2)
        week = {"first": TUESDAY, "last": TUESDAY + timedelta(days=10), "at": desk.now}
        now = queries.what_if(desk.site_id, **week)
        chair = queries.what_if(desk.site_id, **week, change=queries.Change(chairs=1))
        alone = queries.what_if(desk.site_id, **week, change=queries.Change(nurses=-2))
        friday = queries.what_if(
            desk.site_id, **week, change=queries.Change(opens=(date(2026, 3, 20),))
        )
        assert chair.more > now.more > alone.more == 0
        assert (now.wait_days, alone.wait_days) == (1, None)
        assert friday.open_days == now.open_days + 1

    def test_capacity_is_told_for_each_half_hour(self, desk: Desk) -> None:
        desk.plan_staff(TUESDAY, nurses=1)
        desk.book(moment(TUESDAY, 8))
        halves = queries.capacity_on(desk.site_id, TUESDAY, desk.now)
        assert len(halves) == 17
        assert (halves[0].chairs.used, halves[0].nurses.used, halves[0].nurses.of) == (1, 12, 12)
        assert (halves[2].nurses.used, halves[-1].chairs.used) == (6, 0)

    def test_an_independent_look_finds_what_is_wrong(self, desk: Desk) -> None:
        made = desk.book(moment(TUESDAY, 10))
        assert queries.verify_day(desk.site_id, TUESDAY, desk.now) == ()
        ChairTick.objects.filter(appointment=made).first().delete()  # type: ignore[union-attr]
        (violation,) = queries.verify_day(desk.site_id, TUESDAY, desk.now)
        assert violation.appointment_ids == (made.pk,)

    def test_an_independent_look_finds_a_page_that_lies(self, desk: Desk) -> None:
        actions.keep_pages(desk.site_id, desk.now)
        day = ClinicDay.objects.get(site_id=desk.site_id, local_date=TUESDAY)
        made = desk.book(moment(TUESDAY, 10))
        now = ClinicDay.objects.get(pk=day.pk)
        lie = day.page.replace(f'"version":{day.version}', f'"version":{now.version}')
        ClinicDay.objects.filter(pk=day.pk).update(page=lie)
        (violation,) = queries.verify_day(desk.site_id, TUESDAY, desk.now)
        assert violation.appointment_ids == (made.pk,)
        assert "page" in violation.what

    def test_old_ticks_are_pruned_and_the_visits_stay(self, desk: Desk) -> None:
        made = desk.book(moment(TUESDAY, 10))
        with pytest.raises(Refused, match="still guarded"):
            desk.do(actions.prune_ticks, before=TUESDAY)
        desk.now += timedelta(days=3)
        desk.do(actions.prune_ticks, before=TUESDAY + timedelta(days=1))
        assert ChairTick.objects.count() == 0
        assert queries.visit(desk.site_id, made.pk).starts_at == moment(TUESDAY, 10)


def elsewhere(work: Callable[[], Any]) -> None:
    """Do something as another process would: in a thread with a connection of its own."""

    def alone() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=alone)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
class TestTheMasksThatAreKept:
    @pytest.fixture
    def desk(self, personas: Personas) -> Desk:
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            connection.inc_thread_sharing()
        return Desk.opened(personas)

    def test_are_used_while_nothing_changed(self, desk: Desk) -> None:
        first = desk.starts(TUESDAY)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert desk.starts(TUESDAY) == first
        assert len(asked) <= 4
        assert not any("scheduling_weeklyrule" in one["sql"] for one in asked)

    def test_never_hide_a_booking_by_another_process(self, desk: Desk) -> None:
        assert "10:00" in desk.starts(TUESDAY)
        elsewhere(lambda: desk.book(moment(TUESDAY, 10)))
        assert "10:00" not in desk.starts(TUESDAY)

    def test_never_outlive_a_hold_a_chair_or_the_hours(self, desk: Desk) -> None:
        assert "10:00" in desk.starts(TUESDAY)
        elsewhere(
            lambda: desk.do(
                actions.hold, type_code="infusion", starts_at=moment(TUESDAY, 10),
                holder=str(uuid4()),
            )
        )  # fmt: skip
        assert "10:00" not in desk.starts(TUESDAY)
        desk.now += timedelta(minutes=10)
        assert "10:00" in desk.starts(TUESDAY)
        desk.book(moment(TUESDAY, 10))
        assert "10:00" not in desk.starts(TUESDAY)
        elsewhere(lambda: desk.do(actions.add_chair, desk.people.dana, name="Second"))
        assert "10:00" in desk.starts(TUESDAY)
        elsewhere(
            lambda: desk.do(actions.add_closure, desk.people.dana, day=TUESDAY, reason="training")
        )
        assert desk.starts(TUESDAY) == []

    def test_a_new_process_reads_the_page_of_a_day_and_not_its_visits(self, desk: Desk) -> None:
        desk.book(moment(TUESDAY, 10))
        actions.keep_pages(desk.site_id, desk.now)
        kept.forget()
        with CaptureQueriesContext(connection) as asked:
            assert "10:00" not in desk.starts(TUESDAY)
        assert any("page" in one["sql"] for one in asked)
        assert not any("scheduling_shift" in one["sql"] for one in asked)
        assert not any('FROM "scheduling_appointment"' in one["sql"] for one in asked)

    def test_a_change_to_the_whole_site_leaves_pages_behind_until_they_are_renewed(
        self, desk: Desk
    ) -> None:
        desk.book(moment(TUESDAY, 10))
        desk.do(actions.add_chair, desk.people.dana, name="Second")
        kept.forget()
        assert "10:00" in desk.starts(TUESDAY)
        clinic, ahead = queries.clinic_of(desk.site_id), [TUESDAY, TUESDAY + timedelta(days=1)]
        assert queries.stale_days(clinic, ahead, desk.now) == tuple(ahead)
        assert actions.keep_pages(desk.site_id, desk.now) > 50
        assert queries.stale_days(clinic, ahead, desk.now) == ()
        assert actions.keep_pages(desk.site_id, desk.now) == 0
        kept.forget()
        assert "10:00" in desk.starts(TUESDAY)
        assert desk.is_sound(TUESDAY)

    def test_an_old_page_hides_no_booking_and_no_freed_time(self, desk: Desk) -> None:
        actions.keep_pages(desk.site_id, desk.now)
        made = desk.book(moment(TUESDAY, 10))
        kept.forget()
        assert "10:00" not in desk.starts(TUESDAY)
        actions.keep_pages(desk.site_id, desk.now)
        desk.do(actions.cancel_appointment, appointment_id=made.pk, reason="A try")
        kept.forget()
        assert "10:00" in desk.starts(TUESDAY)

    def test_a_page_ends_with_the_hold_that_it_counts(self, desk: Desk) -> None:
        desk.do(actions.hold, type_code="infusion", starts_at=moment(TUESDAY, 10), holder="one")
        actions.keep_pages(desk.site_id, desk.now)
        kept.forget()
        assert "10:00" not in desk.starts(TUESDAY)
        desk.now += timedelta(minutes=10)
        assert "10:00" in desk.starts(TUESDAY)
        assert actions.keep_pages(desk.site_id, desk.now) == 1

    def test_show_times_of_the_clinic_on_the_days_the_clocks_change(self, desk: Desk) -> None:
        for sunday in (date(2026, 3, 8), date(2026, 11, 1)):
            monday = sunday + timedelta(days=1)
            found = queries.find_starts(
                desk.site_id, queries.Wanted("infusion"), first=monday, last=monday,
                at=moment(sunday, 12), limit=1,
            )  # fmt: skip
            assert found[0].at.astimezone(ZONE).strftime("%H:%M") == "08:00"
