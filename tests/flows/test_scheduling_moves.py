"""Moving, missing, cancelling and taking back: nothing is lost on the way, and somebody follows up."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from serein.core.actors import Actor
from serein.core.errors import MoveNotAllowed, Refused
from serein.messaging import queries as messages
from serein.messaging.rules import Kind as MessageKind
from serein.scheduling import actions, queries
from serein.scheduling.models import Appointment, ChairTick, RebookTask
from serein.scheduling.states import AppointmentState
from tests.conftest import Personas
from tests.flows.scheduling_desk import TUESDAY, ZONE, Desk, moment

THURSDAY = TUESDAY + timedelta(days=2)


@pytest.fixture
def desk(personas: Personas) -> Desk:
    return Desk.opened(personas)


@pytest.fixture
def series(desk: Desk) -> UUID:
    return desk.series(desk.patient())


def numbers(series_id: UUID) -> dict[int, str]:
    return {
        fact.number: fact.starts_at.astimezone(ZONE).strftime("%d %H:%M")
        for fact in queries.standing_of_series(series_id)
    }


def visit(series_id: UUID, number: int) -> UUID:
    return next(
        fact.appointment_id
        for fact in queries.appointments_of_series(series_id)
        if fact.number == number
    )


@pytest.mark.django_db
class TestMoving:
    def test_keeps_the_visit_for_life_and_counts_its_revisions(
        self, desk: Desk, series: UUID
    ) -> None:
        old = Appointment.objects.get(pk=visit(series, 2))
        made = desk.do(
            actions.move_appointment, appointment_id=old.pk, starts_at=moment(THURSDAY, 11)
        )
        assert (made.visit_id, made.revision, made.moved_from_id) == (old.visit_id, 1, old.pk)
        standing = queries.visit_standing(desk.site_id, old.visit_id)
        assert standing is not None
        assert standing.appointment_id == made.pk
        assert [desk.is_sound(day) for day in (TUESDAY, THURSDAY)] == [True, True]

    def test_to_another_chair_at_its_own_time_tells_the_patient_nothing(
        self, personas: Personas
    ) -> None:
        desk = Desk.opened(personas, chairs=2)
        row = Appointment.objects.get(pk=visit(desk.series(desk.patient()), 2))
        desk.do(actions.confirm, appointment_id=row.pk)
        told = messages.messages_about(row.visit_id, 0, MessageKind.MOVED)
        other = next(chair for chair in desk.chairs if chair != row.chair_id)
        kept = desk.do(
            actions.move_appointment, appointment_id=row.pk, starts_at=row.starts_at, chair_id=other
        )
        assert (kept.pk, kept.chair_id, kept.revision) == (row.pk, other, row.revision)
        assert kept.state == AppointmentState.CONFIRMED
        assert set(
            ChairTick.objects.filter(appointment=kept).values_list("chair_id", flat=True)
        ) == {other}
        assert messages.messages_about(row.visit_id, 1, MessageKind.MOVED) == ()
        assert told == ()
        assert desk.is_sound(THURSDAY)

    def test_to_a_taken_time_leaves_the_old_one_as_it_was(self, desk: Desk, series: UUID) -> None:
        desk.book(moment(THURSDAY, 13))
        before = set(ChairTick.objects.values_list("tick", "appointment_id"))
        with pytest.raises(Refused, match="is taken"):
            desk.do(
                actions.move_appointment, appointment_id=visit(series, 2),
                starts_at=moment(THURSDAY, 12),
            )  # fmt: skip
        assert numbers(series)[2] == "12 09:00"
        assert set(ChairTick.objects.values_list("tick", "appointment_id")) == before

    def test_against_a_gap_needs_a_reason_and_a_role(self, desk: Desk, series: UUID) -> None:
        close = {"appointment_id": visit(series, 2), "starts_at": moment(date(2026, 3, 11), 9)}
        with pytest.raises(Refused, match="at least 44 hours"):
            desk.do(actions.move_appointment, **close)
        made = desk.do(
            actions.move_appointment, desk.people.priya, **close, override_reason="Travels"
        )
        assert made.override_reason == "Travels"

    def test_together_with_others_is_all_or_none(self, desk: Desk, series: UUID) -> None:
        blocked = moment(date(2026, 3, 25), 9)
        desk.book(blocked)
        wednesdays = {
            2: moment(date(2026, 3, 16), 9),
            3: moment(date(2026, 3, 18), 9),
            4: blocked,
        }
        with pytest.raises(Refused, match=r"infusion 4.*is taken"):
            desk.do(actions.cascade_move, series_id=series, starts=wednesdays, reason="Away")
        assert numbers(series) == {1: "10 09:00", 2: "12 09:00", 3: "17 09:00", 4: "19 09:00"}
        with pytest.raises(Refused, match="at least 44 hours"):
            desk.do(
                actions.cascade_move, series_id=series, starts={2: wednesdays[2]}, reason="Away"
            )
        wednesdays[4] = moment(date(2026, 3, 23), 9)
        desk.do(actions.cascade_move, series_id=series, starts=wednesdays, reason="Away")
        assert numbers(series) == {1: "10 09:00", 2: "16 09:00", 3: "18 09:00", 4: "23 09:00"}

    def test_offers_to_move_the_rest_when_one_alone_cannot(self, desk: Desk, series: UUID) -> None:
        offers = queries.cascade_options(desk.site_id, visit(series, 2), not_before=desk.now)
        assert 1 <= len(offers) <= 3
        starts = dict(enumerate(offers[0].starts, start=1))
        now = {fact.number: fact.starts_at for fact in queries.standing_of_series(series)}
        changed = {number: at for number, at in starts.items() if at != now[number]}
        assert 2 in changed
        desk.do(actions.cascade_move, series_id=series, starts=changed, reason="Away")
        assert [fact.starts_at for fact in queries.standing_of_series(series)] == list(
            starts.values()
        )

    def test_of_a_held_time_is_not_possible(self, desk: Desk) -> None:
        held = desk.do(
            actions.hold, type_code="infusion", starts_at=moment(TUESDAY, 9), holder="one"
        )
        with pytest.raises(MoveNotAllowed):
            desk.do(actions.move_appointment, appointment_id=held.pk, starts_at=moment(TUESDAY, 13))


@pytest.mark.django_db
class TestFallingOut:
    def test_makes_a_task_with_an_owner_and_a_date(self, desk: Desk, series: UUID) -> None:
        desk.do(actions.cancel_appointment, appointment_id=visit(series, 2), reason="Ill")
        desk.now = moment(TUESDAY, 9, 20)
        desk.do(actions.mark_no_show, desk.people.sam, appointment_id=visit(series, 1))
        tasks = queries.rebook_tasks(desk.site_id, TUESDAY)
        assert [(task.because, task.owner_name, task.due_date) for task in tasks] == [
            ("cancelled", "Morgan Bell", TUESDAY),
            ("no_show", "Sam Ortiz", date(2026, 3, 11)),
        ]
        assert [task.is_overdue for task in queries.rebook_tasks(desk.site_id, THURSDAY)] == [
            True,
            True,
        ]

    def test_a_task_is_given_on_finished_or_dropped(self, desk: Desk, series: UUID) -> None:
        desk.do(actions.cancel_appointment, appointment_id=visit(series, 2), reason="Ill")
        (task,) = queries.rebook_tasks(desk.site_id, TUESDAY)
        desk.do(
            actions.assign_rebook, task_id=task.task_id, owner_id=desk.people.noor.pk,
            due_date=THURSDAY,
        )  # fmt: skip
        (task,) = queries.rebook_tasks(desk.site_id, TUESDAY)
        assert (task.owner_name, task.due_date) == ("Noor Haddad", THURSDAY)
        with pytest.raises(Refused, match="Enter why"):
            desk.do(actions.drop_rebook, task_id=task.task_id, reason="")
        desk.do(actions.finish_rebook, task_id=task.task_id)
        assert queries.rebook_tasks(desk.site_id, TUESDAY) == ()

    def test_taking_it_back_restores_the_visit_and_drops_the_task(
        self, desk: Desk, series: UUID
    ) -> None:
        second = visit(series, 2)
        before = set(ChairTick.objects.values_list("chair_id", "tick"))
        desk.do(actions.cancel_appointment, appointment_id=second, reason="Wrong patient")
        desk.do(actions.undo_step, appointment_id=second, reason="Wrong patient")
        row = Appointment.objects.get(pk=second)
        assert row.state == AppointmentState.BOOKED
        steps = row.transitions.order_by("at", "from_state").values_list("move", flat=True)
        assert sorted(steps) == ["cancel", "undo"]
        assert set(ChairTick.objects.values_list("chair_id", "tick")) == before
        assert RebookTask.objects.get().state == "dropped"
        assert desk.is_sound(THURSDAY)

    def test_taking_it_back_needs_the_time_to_be_free(self, desk: Desk, series: UUID) -> None:
        second = visit(series, 2)
        desk.do(actions.cancel_appointment, appointment_id=second, reason="Ill")
        desk.book(moment(THURSDAY, 10))
        with pytest.raises(Refused, match="is taken"):
            desk.do(actions.undo_step, appointment_id=second, reason="Is well again")
        assert Appointment.objects.get(pk=second).state == AppointmentState.CANCELLED
        assert len(queries.rebook_tasks(desk.site_id, TUESDAY)) == 1

    def test_a_missed_visit_comes_back_on_the_same_day(self, desk: Desk, series: UUID) -> None:
        first = visit(series, 1)
        desk.now = moment(TUESDAY, 9, 30)
        desk.do(actions.mark_no_show, appointment_id=first)
        desk.now = moment(TUESDAY, 9, 40)
        desk.do(actions.undo_step, appointment_id=first, reason="Was in the waiting room")
        desk.do(actions.mark_arrived, appointment_id=first)
        assert desk.is_sound(TUESDAY)

    def test_what_is_told_follows_the_visit(self, desk: Desk, series: UUID) -> None:
        row = Appointment.objects.get(pk=visit(series, 2))
        made = desk.do(
            actions.move_appointment, appointment_id=row.pk, starts_at=moment(THURSDAY, 11)
        )
        moved = messages.messages_about(row.visit_id, 1, MessageKind.MOVED)
        assert len(moved) == 1
        desk.do(actions.cancel_appointment, appointment_id=made.pk, reason="Ill")
        assert len(messages.messages_about(row.visit_id, 2, MessageKind.CANCELLED)) == 1


@pytest.mark.django_db
class TestTheDay:
    def test_goes_from_confirmed_through_the_phases_to_done(self, desk: Desk, series: UUID) -> None:
        first = visit(series, 1)
        desk.do(actions.confirm, appointment_id=first)
        fact = queries.appointment(first, desk.site_id)
        assert (fact.state, fact.status) == ("booked", "confirmed")
        desk.do(actions.mark_arrived, appointment_id=first)
        with pytest.raises(Refused, match="Choose a phase of this visit"):
            desk.do(actions.begin_phase, appointment_id=first, phase="surgery")
        for phase in ("iv_start", "infusion", "recovery"):
            desk.do(actions.begin_phase, appointment_id=first, phase=phase)
        now = queries.visit(desk.site_id, first)
        assert (now.state, now.phase) == (AppointmentState.IN_PHASE, "recovery")
        desk.do(actions.mark_done, appointment_id=first)
        assert queries.appointment(first, desk.site_id).state == "done"

    def test_unconfirmed_visits_are_called_in_order_and_turn_red(
        self, desk: Desk, series: UUID
    ) -> None:
        assert [(one.visit.number, one.is_red) for one in queries.unconfirmed(desk.site_id, desk.now)] == [
            (1, True),
            (2, False),
        ]  # fmt: skip
        desk.do(actions.confirm, appointment_id=visit(series, 1))
        assert [one.visit.number for one in queries.unconfirmed(desk.site_id, desk.now)] == [2]

    def test_a_late_patient_still_fits_or_hears_when_else(self, desk: Desk, series: UUID) -> None:
        first = visit(series, 1)
        late = queries.late_options(desk.site_id, first, arrives_at=moment(TUESDAY, 9, 25))
        assert (late.fits, late.starts_at) == (True, moment(TUESDAY, 9, 25))
        desk.book(moment(TUESDAY, 13))
        gone = queries.late_options(desk.site_id, first, arrives_at=moment(TUESDAY, 11))
        assert not gone.fits
        assert gone.later == ()

    def test_reminders_are_queued_once_and_follow_a_move(self, desk: Desk, series: UUID) -> None:
        row = Appointment.objects.get(pk=visit(series, 4))
        by = Actor.system(desk.site_id)
        due = moment(date(2026, 3, 12), 10, 1)
        assert actions.queue_reminders(desk.site_id, by, due) >= 1
        assert actions.queue_reminders(desk.site_id, by, due) == 0
        assert len(messages.messages_about(row.visit_id, 0, MessageKind.PREPARE)) == 1
        desk.now = due
        desk.do(
            actions.move_appointment, appointment_id=row.pk,
            starts_at=moment(date(2026, 3, 23), 9),
        )  # fmt: skip
        confirm = moment(date(2026, 3, 20), 10, 1)
        actions.queue_reminders(desk.site_id, by, confirm)
        assert len(messages.messages_about(row.visit_id, 1, MessageKind.CONFIRM)) == 1
        assert len(messages.messages_about(row.visit_id, 0, MessageKind.CONFIRM)) == 0
