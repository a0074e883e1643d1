"""From a signed plan to a booked series: all or none, never twice, moved inside its gaps."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from serein.core.errors import MoveNotAllowed, NotFound, Refused
from serein.eligibility import actions as eligibility
from serein.patients import actions as patients
from serein.plans import actions as plans
from serein.plans import queries as plan_queries
from serein.scheduling import actions, queries
from serein.scheduling.models import Appointment, ChairTick, ClinicDay, PatientTick
from serein.scheduling.rules import Visit, instant
from tests.conftest import MONDAY_9, Personas, actor, new_key

if TYPE_CHECKING:
    from serein.accounts.models import Site

ZONE = ZoneInfo("America/New_York")
OPENED = date(2026, 1, 5)
FRIDAY = date(2026, 3, 13)
ALL_CHAIR_TICKS = 39 + 5 * 27
"""Six visits of forty minutes: the first is watched for two hours."""


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A wall-clock time of the clinic."""
    return instant(day, time(hour, minute), ZONE)


def open_clinic(personas: Personas, chairs: int = 2) -> tuple[UUID, ...]:
    """Set the usual hours and chairs; returns the chairs."""
    by = actor(personas.dana)
    actions.set_usual_hours(
        key=new_key(), by=by, at=MONDAY_9, friday_anchor_date=FRIDAY, from_date=OPENED
    )
    return tuple(
        actions.add_chair(key=new_key(), by=by, at=MONDAY_9, name=f"Chair {number + 1}").pk
        for number in range(chairs)
    )


def enrol(
    personas: Personas,
    given_name: str = "Jordan",
    *,
    weight_kg: str = "80",
    is_eligible: bool = True,
) -> UUID:
    """Register, weigh and find eligible; returns the patient."""
    patient_id = patients.register_patient(
        key=new_key(),
        by=actor(personas.morgan),
        at=MONDAY_9,
        given_name=given_name,
        family_name="Reyes",
        birth_date=date(1987, 5, 4),
        sex="female",
    ).pk
    by = actor(personas.sam)
    patients.record_weight(
        key=new_key(),
        by=by,
        at=MONDAY_9,
        patient_id=patient_id,
        weight_kg=Decimal(weight_kg),
        method="measured",
        measured_at=MONDAY_9,
    )
    patients.record_height(
        key=new_key(),
        by=by,
        at=MONDAY_9,
        patient_id=patient_id,
        height_cm=Decimal(170),
        method="measured",
        measured_at=MONDAY_9,
    )
    if is_eligible:
        eligibility.determine(
            key=new_key(),
            by=actor(personas.dana),
            at=MONDAY_9,
            patient_id=patient_id,
            outcome="eligible",
            reason="Chronic PTSD, two courses of first-line treatment without enough help.",
            override_reason="Reviewed in person; the open answers do not change the decision.",
        )
    return patient_id


def signed_plan(
    personas: Personas, patient_id: UUID, protocol: str = "C", minutes: int = 40
) -> UUID:
    """Draft and sign the protocol's usual plan; returns it."""
    by = actor(personas.priya)
    plan = plans.draft_plan(
        key=new_key(),
        by=by,
        at=MONDAY_9,
        patient_id=patient_id,
        protocol_code=protocol,
        mg_per_kg=Decimal("0.5"),
        minutes=minutes,
        bag_mg_per_ml=Decimal(1),
    )
    plans.sign_plan(key=new_key(), by=by, at=MONDAY_9, plan_id=plan.pk)
    return plan.pk


TWICE_A_WEEK = tuple(
    date(2026, 3, 10) + timedelta(weeks=week, days=day) for week in range(3) for day in (0, 2)
)


def tuesdays_and_thursdays(hour: int = 10, minute: int = 0) -> list[datetime]:
    """Six visits in three weeks."""
    return [moment(day, hour, minute) for day in TWICE_A_WEEK]


def book(personas: Personas, plan_id: UUID, starts: list[datetime], **more: Any) -> None:
    """Book visits under a plan, as the front desk does."""
    plans.book_series(
        key=more.pop("key", None) or new_key(),
        by=actor(personas.morgan),
        at=more.pop("at", MONDAY_9),
        plan_id=plan_id,
        starts=starts,
        **more,
    )


@pytest.fixture
def chairs(personas: Personas) -> tuple[UUID, ...]:
    return open_clinic(personas)


@pytest.fixture
def plan_id(personas: Personas, chairs: tuple[UUID, ...]) -> UUID:
    return signed_plan(personas, enrol(personas))


@pytest.mark.django_db
class TestBooking:
    def test_stores_the_instant_and_the_wall_clock_of_every_visit(
        self, personas: Personas, plan_id: UUID, site: Site
    ) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        visits = queries.appointments_of_series(plan_id)
        assert [visit.number for visit in visits] == [1, 2, 3, 4, 5, 6]
        assert [visit.starts_at for visit in visits] == tuesdays_and_thursdays()
        rows = Appointment.objects.order_by("number")
        assert {(row.local_time, row.tzid) for row in rows} == {(time(10), "America/New_York")}
        lengths = [(row.ends_at - row.starts_at).total_seconds() / 60 for row in rows]
        assert lengths == [200, 140, 140, 140, 140, 140]
        assert ChairTick.objects.count() == ALL_CHAIR_TICKS
        assert PatientTick.objects.count() == 40 + 5 * 28
        assert len(queries.appointments_on(site.pk, date(2026, 3, 12))) == 1

    def test_a_taken_time_books_nothing_at_all_and_offers_what_is_free(
        self, personas: Personas, plan_id: UUID
    ) -> None:
        for name in ("Ada", "Bo"):
            other = signed_plan(personas, enrol(personas, name))
            book(personas, other, tuesdays_and_thursdays(8))
        before = Appointment.objects.count()
        with pytest.raises(Refused) as refused:
            book(personas, plan_id, tuesdays_and_thursdays())
        assert refused.value.message == (
            "Choose another time: infusion 1, Tuesday 10 March at 10:00, is taken. "
            "Free that day: 11:15, 11:30 and 11:45."
        )
        assert Appointment.objects.count() == before
        assert queries.appointments_of_series(plan_id) == ()

    def test_one_bad_day_in_the_middle_books_nothing(
        self, personas: Personas, plan_id: UUID
    ) -> None:
        actions.add_closure(
            key=new_key(), by=actor(personas.dana), at=MONDAY_9, day=TWICE_A_WEEK[3], reason="Audit"
        )
        with pytest.raises(Refused, match=r"Thursday 19 March is not open\. Closed: Audit"):
            book(personas, plan_id, tuesdays_and_thursdays())
        assert ChairTick.objects.count() == 0

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({0: moment(date(2026, 3, 9), 8)}, "has passed"),
            ({5: moment(date(2026, 3, 26), 14, 15)}, "does not fit into the hours 08:00–16:30"),
            ({0: moment(date(2026, 3, 10), 10) + timedelta(minutes=2)}, "full five minutes"),
            ({1: moment(date(2026, 3, 11), 10)}, "at least 44 hours"),
            ({5: moment(date(2026, 4, 2), 10)}, "at most 7 days"),
            ({1: moment(date(2026, 3, 10), 10)}, "in order of time"),
            ({5: moment(date(2026, 3, 28), 10)}, "Saturday 28 March is not open"),
        ],
    )
    def test_refuses_what_breaks_a_rule(
        self, personas: Personas, plan_id: UUID, change: dict[int, datetime], message: str
    ) -> None:
        starts = tuesdays_and_thursdays()
        for place, start in change.items():
            starts[place] = start
        with pytest.raises(Refused, match=message):
            book(personas, plan_id, starts)
        assert Appointment.objects.count() == 0

    def test_a_retry_with_the_same_key_books_once(self, personas: Personas, plan_id: UUID) -> None:
        key = new_key()
        book(personas, plan_id, tuesdays_and_thursdays(), key=key)
        book(personas, plan_id, tuesdays_and_thursdays(), key=key)
        assert Appointment.objects.count() == 6

    def test_the_same_patient_cannot_be_in_two_chairs(
        self, personas: Personas, plan_id: UUID, chairs: tuple[UUID, ...]
    ) -> None:
        book(personas, plan_id, tuesdays_and_thursdays(), chair_ids=[chairs[0]] * 6)
        plan = plan_queries.plan_fact(plan_id)
        with pytest.raises(Refused, match="is taken"):
            actions.book_series(
                key=new_key(),
                by=actor(personas.morgan),
                at=MONDAY_9,
                patient_id=plan.patient_id,
                series_id=uuid4(),
                visits=[Visit(moment(TWICE_A_WEEK[0], 11), chairs[1])],
            )

    def test_another_site_sees_nothing(self, personas: Personas, plan_id: UUID) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        visit = queries.appointments_of_series(plan_id)[0]
        with pytest.raises(NotFound):
            queries.appointment(visit.appointment_id, personas.robin.site_id)
        with pytest.raises(NotFound):
            actions.cancel_appointment(
                key=new_key(),
                by=actor(personas.robin),
                at=MONDAY_9,
                appointment_id=visit.appointment_id,
                reason="Not mine",
            )

    def test_what_is_left_is_booked_anew_after_a_missed_visit(
        self, personas: Personas, plan_id: UUID
    ) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        by = actor(personas.sam)
        first, second, *_ = queries.appointments_of_series(plan_id)
        actions.mark_arrived(
            key=new_key(), by=by, at=first.starts_at, appointment_id=first.appointment_id
        )
        actions.mark_done(
            key=new_key(), by=by, at=first.ends_at, appointment_id=first.appointment_id
        )
        missed_at = second.starts_at + timedelta(minutes=30)
        actions.mark_no_show(
            key=new_key(), by=by, at=missed_at, appointment_id=second.appointment_id
        )
        later = [at + timedelta(days=5) for at in tuesdays_and_thursdays()[1:]]
        with pytest.raises(Refused, match="Enter why the visits already booked are given up"):
            book(personas, plan_id, later, at=missed_at)
        monday_wednesday = [
            moment(date(2026, 3, 16) + timedelta(weeks=week, days=day), 10)
            for week in range(3)
            for day in (0, 2)
        ][:5]
        book(personas, plan_id, monday_wednesday, at=missed_at, reason="Missed the second visit")
        standing = queries.standing_of_series(plan_id)
        assert [visit.number for visit in standing] == [1, 2, 3, 4, 5, 6]
        assert [visit.starts_at for visit in standing[1:]] == monday_wednesday


@pytest.mark.django_db
class TestTheDatabaseItself:
    def test_refuses_the_same_five_minutes_twice(self, personas: Personas, plan_id: UUID) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        for table in (ChairTick, PatientTick):
            row = table.objects.first()
            assert row is not None
            row.pk = None
            with pytest.raises(IntegrityError), transaction.atomic():
                row.save(force_insert=True)


@pytest.mark.django_db
class TestMoving:
    def test_keeps_both_gaps_and_the_history(self, personas: Personas, plan_id: UUID) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        third = queries.appointments_of_series(plan_id)[2]
        wednesday = moment(date(2026, 3, 18), 9)
        with pytest.raises(Refused, match="between this visit and the one after"):
            self._move(personas, third.appointment_id, wednesday)
        monday = moment(date(2026, 3, 16), 9)
        made = self._move(personas, third.appointment_id, monday)
        assert (made.number, made.moved_from_id) == (3, third.appointment_id)
        assert [visit.starts_at for visit in queries.appointments_of_series(plan_id)][2] == monday
        old = Appointment.objects.get(pk=third.appointment_id)
        assert old.state == "moved"
        assert old.transitions.get().by_name == "Morgan Bell"
        assert not ChairTick.objects.filter(appointment=old).exists()

    def test_a_quarter_of_an_hour_in_the_same_chair(
        self, personas: Personas, plan_id: UUID
    ) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        first = queries.appointments_of_series(plan_id)[0]
        made = self._move(personas, first.appointment_id, moment(TWICE_A_WEEK[0], 10, 15))
        assert made.chair_id == first.chair_id
        assert ChairTick.objects.count() == ALL_CHAIR_TICKS
        assert PatientTick.objects.filter(appointment=made).count() == 40

    def test_the_old_time_stands_when_the_new_one_is_taken(
        self, personas: Personas, plan_id: UUID
    ) -> None:
        book(personas, plan_id, tuesdays_and_thursdays(8))
        for name in ("Ada", "Bo"):
            other = signed_plan(personas, enrol(personas, name))
            book(personas, other, tuesdays_and_thursdays(12))
        first = queries.appointments_of_series(plan_id)[0]
        with pytest.raises(Refused, match="infusion 1, Tuesday 10 March at 12:00, is taken"):
            self._move(personas, first.appointment_id, moment(TWICE_A_WEEK[0], 12))
        assert queries.appointments_of_series(plan_id)[0] == first

    def test_options_are_exactly_what_a_move_accepts(
        self, personas: Personas, plan_id: UUID, site: Site
    ) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        third = queries.appointments_of_series(plan_id)[2]
        options = queries.move_options(site.pk, third.appointment_id, not_before=MONDAY_9)
        assert [day for day, _ in options] == [date(2026, 3, 16), date(2026, 3, 17)]
        assert options[0][1][0] == moment(date(2026, 3, 16), 8)
        assert options[1][1][-1] == moment(date(2026, 3, 17), 14)

    def test_a_visit_that_began_does_not_move(self, personas: Personas, plan_id: UUID) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        first = queries.appointments_of_series(plan_id)[0]
        actions.mark_arrived(
            key=new_key(), by=actor(personas.sam), at=MONDAY_9, appointment_id=first.appointment_id
        )
        with pytest.raises(MoveNotAllowed):
            self._move(personas, first.appointment_id, moment(TWICE_A_WEEK[0], 11))

    @staticmethod
    def _move(personas: Personas, appointment_id: UUID, starts_at: datetime) -> Appointment:
        return actions.move_appointment(
            key=new_key(),
            by=actor(personas.morgan),
            at=MONDAY_9,
            appointment_id=appointment_id,
            starts_at=starts_at,
            reason="Asked for another time",
        )


@pytest.mark.django_db
class TestEndingAndLengthening:
    def test_cancelling_needs_a_reason_and_frees_the_chair(
        self, personas: Personas, plan_id: UUID
    ) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        first = queries.appointments_of_series(plan_id)[0]
        with pytest.raises(Refused, match="Enter why"):
            self._cancel(personas, first.appointment_id, " ")
        self._cancel(personas, first.appointment_id, "Has a cold")
        assert ChairTick.objects.count() == 5 * 27
        assert queries.appointments_of_series(plan_id)[0].state == "cancelled"

    def test_a_longer_infusion_lengthens_the_visits_or_says_which_must_move(
        self, personas: Personas, plan_id: UUID
    ) -> None:
        starts = tuesdays_and_thursdays()
        starts[3] = moment(TWICE_A_WEEK[3], 14, 10)
        book(personas, plan_id, starts)
        with pytest.raises(Refused, match="Move infusion 4 first"):
            self._sixty_minutes(personas, plan_id)
        fourth = queries.appointments_of_series(plan_id)[3]
        TestMoving._move(personas, fourth.appointment_id, moment(TWICE_A_WEEK[3], 13))
        self._sixty_minutes(personas, plan_id)
        visits = queries.appointments_of_series(plan_id)
        lengths = {visit.number: visit.ends_at - visit.starts_at for visit in visits}
        assert (lengths[1], lengths[2]) == (timedelta(minutes=220), timedelta(minutes=160))
        assert ChairTick.objects.count() == 43 + 5 * 31

    def test_stopping_the_plan_cancels_what_has_not_begun(
        self, personas: Personas, plan_id: UUID
    ) -> None:
        book(personas, plan_id, tuesdays_and_thursdays())
        plans.stop_plan(
            key=new_key(),
            by=actor(personas.priya),
            at=MONDAY_9,
            plan_id=plan_id,
            reason="Blood pressure",
        )
        assert queries.standing_of_series(plan_id) == ()
        assert ChairTick.objects.count() == PatientTick.objects.count() == 0

    def test_the_day_counts_its_changes(
        self, personas: Personas, plan_id: UUID, site: Site
    ) -> None:
        day = TWICE_A_WEEK[0]
        assert queries.book_version(site.pk, day) == 0
        book(personas, plan_id, tuesdays_and_thursdays())
        self._cancel(personas, queries.appointments_of_series(plan_id)[0].appointment_id, "Cold")
        assert queries.book_version(site.pk, day) == 2
        assert ClinicDay.objects.count() == 6

    @staticmethod
    def _cancel(personas: Personas, appointment_id: UUID, reason: str) -> None:
        actions.cancel_appointment(
            key=new_key(),
            by=actor(personas.morgan),
            at=MONDAY_9,
            appointment_id=appointment_id,
            reason=reason,
        )

    @staticmethod
    def _sixty_minutes(personas: Personas, plan_id: UUID) -> None:
        plans.change_plan(
            key=new_key(),
            by=actor(personas.priya),
            at=MONDAY_9,
            plan_id=plan_id,
            minutes=60,
            reason="Nausea at forty minutes",
        )
