"""People, things and hours that change over booked visits: nothing vanishes, everything is listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import uuid4

import pytest

from serein.core.errors import Refused
from serein.scheduling import actions, queries
from serein.scheduling.models import Appointment
from serein.scheduling.rules import (
    CoverMode,
    Kind,
    Seat,
    SeriesRules,
    Visit,
    Wishes,
    consult_type,
    infusion_type,
)
from serein.scheduling.states import ShiftRole, VisitKind
from tests.conftest import Personas
from tests.flows.scheduling_desk import TUESDAY, Desk, moment


@pytest.fixture
def desk(personas: Personas) -> Desk:
    return Desk.opened(personas, chairs=4)


def reasons(desk: Desk) -> dict[str, tuple[str, ...]]:
    return {
        str(one.visit.appointment_id): one.reasons
        for one in queries.affected(desk.site_id, desk.now)
    }


@pytest.mark.django_db
class TestNurses:
    def test_limit_what_is_offered_at_every_phase(self, desk: Desk) -> None:
        """Two discharges at 10:10 take both nurses, though at 8:15 one would be free to begin."""
        desk.plan_staff(TUESDAY, nurses=2)
        desk.book(moment(TUESDAY, 8))
        assert "08:15" in desk.starts(TUESDAY)
        desk.book(moment(TUESDAY, 8))
        assert desk.starts(TUESDAY)[0] == "10:15"
        with pytest.raises(Refused, match="is taken"):
            desk.book(moment(TUESDAY, 8, 15))
        assert desk.is_sound(TUESDAY)

    def test_named_cover_keeps_one_nurse_for_a_visit(self, desk: Desk) -> None:
        desk.plan_staff(TUESDAY, nurses=2, cover=CoverMode.NAMED)
        first, second = desk.book(moment(TUESDAY, 8)), desk.book(moment(TUESDAY, 8))
        assert {first.nurse_id, second.nurse_id} == {desk.people.sam.pk, desk.people.noor.pk}
        with pytest.raises(Refused, match="is taken"):
            desk.book(moment(TUESDAY, 8))
        assert desk.is_sound(TUESDAY)

    def test_a_change_of_ratio_changes_what_is_offered(self, desk: Desk) -> None:
        def is_fourth_offered(day: date) -> bool:
            desk.plan_staff(day, nurses=2)
            for minute in (0, 15, 30):
                desk.book(moment(day, 8, minute))
            return "08:45" in desk.starts(day)

        assert not is_fourth_offered(TUESDAY)
        phases = [
            replace(one, nurse_load=4 if one.nurse_load == 6 else one.nurse_load)
            for one in infusion_type().phases
        ]
        desk.do(
            actions.set_visit_type, desk.people.dana, code="infusion", kind=VisitKind.INFUSION,
            name="Infusion", phases=phases,
        )  # fmt: skip
        assert is_fourth_offered(TUESDAY + timedelta(days=1))

    def test_leave_keeps_the_visits_and_lists_them(self, desk: Desk) -> None:
        desk.plan_staff(TUESDAY, nurses=1)
        made = desk.book(moment(TUESDAY, 10))
        leave = desk.do(
            actions.enter_leave, desk.people.dana, staff_id=desk.people.sam.pk,
            first_date=TUESDAY, last_date=TUESDAY + timedelta(days=3),
        )  # fmt: skip
        assert reasons(desk) == {
            str(made.pk): ("Fewer nurses on shift than the visits need then.",)
        }
        assert desk.starts(TUESDAY) == []
        assert not desk.is_sound(TUESDAY)
        desk.do(actions.withdraw_leave, desk.people.dana, leave_id=leave.pk)
        assert reasons(desk) == {}
        assert desk.is_sound(TUESDAY)

    def test_a_named_nurse_on_leave_is_named_on_the_list_though_others_are_enough(
        self, desk: Desk
    ) -> None:
        desk.plan_staff(TUESDAY, nurses=2, cover=CoverMode.NAMED)
        made = desk.book(moment(TUESDAY, 10))
        other = ({desk.people.sam.pk, desk.people.noor.pk} - {made.nurse_id}).pop()
        desk.do(
            actions.enter_leave, desk.people.dana, staff_id=made.nurse_id,
            first_date=TUESDAY, last_date=TUESDAY,
        )  # fmt: skip
        assert reasons(desk) == {
            str(made.pk): ("The nurse named for this visit is not here then.",)
        }
        kept = desk.do(actions.move_appointment, appointment_id=made.pk, starts_at=made.starts_at)
        assert (kept.pk, kept.nurse_id, kept.revision) == (made.pk, other, 0)
        assert reasons(desk) == {}
        assert desk.is_sound(TUESDAY)

    def test_no_named_nurse_is_ever_asked_for_more_than_she_can_do(self, desk: Desk) -> None:
        desk.plan_staff(TUESDAY, nurses=2, cover=CoverMode.NAMED)
        first = desk.book(moment(TUESDAY, 8))
        second = desk.book(moment(TUESDAY, 8))
        Appointment.objects.filter(pk=second.pk).update(nurse=first.nurse_id)
        (violation,) = queries.verify_day(desk.site_id, TUESDAY, desk.now)
        assert "more patients than she can keep" in violation.what
        assert set(violation.appointment_ids) == {first.pk, second.pk}

    def test_a_series_stays_with_one_nurse_where_that_is_wished(self, desk: Desk) -> None:
        """Sam is there at 10:00, but on the first day only; Noor a little earlier, on both."""
        days = [TUESDAY + timedelta(days=n) for n in (0, 2)]
        desk.do(
            actions.set_book_settings, desk.people.dana, is_staff_planned=True,
            nurse_cover=CoverMode.NAMED,
        )  # fmt: skip
        for who, day, hour in (
            (desk.people.sam, days[0], 10),
            (desk.people.noor, days[0], 9),
            (desk.people.noor, days[1], 9),
        ):
            desk.do(
                actions.set_shift, desk.people.dana, staff_id=who.pk, role=ShiftRole.NURSE,
                local_date=day, start_time=time(hour), end_time=time(hour + 4),
            )  # fmt: skip
        wish = Wishes(time_of_day=time(10), same_nurse=True)
        plan = SeriesRules(
            visits=2, infusion_minutes=40, min_gap_hours=44, max_gap_days=7,
            first_recovery_minutes=120,
        )  # fmt: skip
        (best, *_) = queries.propose_series(
            desk.site_id, replace(plan, wishes=wish), first=TUESDAY, not_before=desk.now
        ).offers
        assert set(best.nurse_ids) == {desk.people.noor.pk}
        patient = desk.patient()
        desk.do(
            actions.book_series, patient_id=patient, series_id=uuid4(),
            visits=[Visit(at) for at in best.starts],
        )  # fmt: skip
        booked = Appointment.objects.filter(patient_id=patient)
        assert {row.nurse_id for row in booked} == {desk.people.noor.pk}
        assert all(desk.is_sound(day) for day in days)

    def test_a_pool_of_nurses_names_nobody_and_the_wish_for_one_counts_for_nothing(
        self, desk: Desk
    ) -> None:
        for day in (TUESDAY, TUESDAY + timedelta(days=2)):
            desk.plan_staff(day, nurses=2)
        plan = SeriesRules(visits=2, infusion_minutes=40, min_gap_hours=44, max_gap_days=7)
        asked = replace(plan, wishes=Wishes(same_nurse=True))
        found = queries.propose_series(desk.site_id, asked, first=TUESDAY, not_before=desk.now)
        assert found.fits_as_planned
        assert {offer.nurse_ids for offer in found.offers} == {()}

    def test_breaks_are_not_worked_and_shifts_do_not_meet(self, desk: Desk) -> None:
        desk.plan_staff(TUESDAY, nurses=0)
        shift = {
            "staff_id": desk.people.sam.pk, "role": ShiftRole.NURSE, "local_date": TUESDAY,
            "start_time": time(8), "end_time": time(16, 30),
        }  # fmt: skip
        with pytest.raises(Refused, match="breaks inside the shift"):
            desk.do(actions.set_shift, **shift, breaks=[(time(7), time(9))])
        made = desk.do(actions.set_shift, **shift, breaks=[(time(12), time(12, 30))])
        free = desk.starts(TUESDAY)
        assert {"08:00", "13:00"} <= set(free)
        assert not {"10:00", "11:00", "12:00"} & set(free)
        with pytest.raises(Refused, match="on shift then already"):
            desk.do(actions.set_shift, **{**shift, "start_time": time(15)})
        desk.do(actions.withdraw_shift, shift_id=made.pk)
        assert desk.starts(TUESDAY) == []


@pytest.mark.django_db
class TestThings:
    def test_a_prescriber_signs_off_one_visit_at_a_time_and_must_be_in_the_house(
        self, desk: Desk
    ) -> None:
        desk.do(actions.add_prescriber, desk.people.dana, staff_id=desk.people.priya.pk)
        desk.book(moment(TUESDAY, 10))
        assert "10:00" not in desk.starts(TUESDAY)
        assert "10:15" in desk.starts(TUESDAY)
        desk.plan_staff(TUESDAY, nurses=2)
        assert desk.starts(TUESDAY) == []
        desk.shift(desk.people.priya, TUESDAY, ShiftRole.PRESCRIBER)
        assert "13:00" in desk.starts(TUESDAY)

    def test_a_pump_is_not_offered_once_its_calibration_is_due(self, desk: Desk) -> None:
        pump = desk.do(
            actions.add_resource, desk.people.dana, kind=Kind.PUMP, name="Pump 1",
            calibration_due_date=date(2026, 4, 1),
        )  # fmt: skip
        made = desk.book(moment(TUESDAY, 10))
        assert made.pump_id == pump.pk
        desk.do(actions.set_calibration, desk.people.dana, resource_id=pump.pk, due_date=TUESDAY)
        assert reasons(desk) == {str(made.pk): ("Pump 1 cannot be used: calibration is due.",)}
        assert desk.starts(TUESDAY) == []
        with pytest.raises(Refused, match="Move the visits that need Pump 1 first"):
            desk.do(actions.retire_resource, desk.people.dana, resource_id=pump.pk)

    def test_a_chair_out_of_use_lists_its_visits(self, desk: Desk) -> None:
        made = desk.book(moment(TUESDAY, 10))
        outage = desk.do(
            actions.add_outage, desk.people.dana, unit_id=made.chair_id, first_date=TUESDAY,
            last_date=TUESDAY, reason="the lift is repaired",
        )  # fmt: skip
        (why,) = reasons(desk)[str(made.pk)]
        assert why == "Chair 1 cannot be used: the lift is repaired."
        assert desk.book(moment(TUESDAY, 10)).chair_id != made.chair_id
        desk.do(actions.lift_outage, desk.people.dana, outage_id=outage.pk)
        assert reasons(desk) == {}

    def test_a_recovery_chair_frees_the_chair_early(self, personas: Personas) -> None:
        desk = Desk.opened(personas, chairs=1)
        visit = infusion_type(seat_in_recovery=Seat.CHAIR_OR_RECOVERY)
        desk.do(
            actions.set_visit_type, desk.people.dana, code="infusion", kind=VisitKind.INFUSION,
            name="Infusion", phases=visit.phases,
        )  # fmt: skip
        desk.do(actions.add_resource, desk.people.dana, kind=Kind.RECOVERY, name="Couch")
        first = desk.book(moment(TUESDAY, 8))
        assert first.recovery_chair_id is not None
        seats = {phase.name: phase.seat for phase in queries.visit(desk.site_id, first.pk).phases}
        assert seats["check_in"] is None
        assert (seats["infusion"], seats["recovery"]) == (Kind.CHAIR, Kind.RECOVERY)
        second = desk.book(moment(TUESDAY, 9, 10))
        assert second.chair_id == first.chair_id
        assert desk.is_sound(TUESDAY)
        busy = queries.capacity_on(desk.site_id, TUESDAY, desk.now)
        assert [(half.chairs.used, half.recovery.used) for half in busy[:4]] == [
            (1, 0), (1, 0), (1, 1), (1, 1),
        ]  # fmt: skip


@pytest.mark.django_db
class TestHours:
    def test_a_closure_keeps_the_visits_and_lists_them(self, desk: Desk) -> None:
        made = desk.book(moment(TUESDAY, 10))
        closure = desk.do(actions.add_closure, desk.people.dana, day=TUESDAY, reason="water damage")
        assert reasons(desk) == {str(made.pk): ("Closed: water damage.",)}
        assert queries.appointments_on(desk.site_id, TUESDAY) == ()
        assert queries.visit(desk.site_id, made.pk).is_standing
        assert desk.starts(TUESDAY) == []
        desk.do(actions.lift_closure, desk.people.dana, closure_id=closure.pk)
        assert reasons(desk) == {}

    def test_holidays_are_chosen_and_observed(self, desk: Desk) -> None:
        made = desk.book(moment(date(2026, 5, 25), 10))
        desk.do(
            actions.choose_holidays, desk.people.dana,
            names=["Memorial Day", "New Year's Day", "Independence Day"],
        )  # fmt: skip
        assert len(reasons(desk)) == 1
        assert str(made.pk) in reasons(desk)
        assert not queries.is_open(desk.site_id, date(2026, 5, 25))
        assert not queries.is_open(desk.site_id, date(2026, 7, 3))
        with pytest.raises(Refused, match="keeps already"):
            desk.do(
                actions.choose_holidays, desk.people.dana,
                names=["Memorial Day", "New Year's Day", "Independence Day"],
            )  # fmt: skip
        desk.do(actions.choose_holidays, desk.people.dana, names=["New Year's Day"])
        assert queries.is_open(desk.site_id, date(2026, 5, 25))

    def test_a_chair_with_visits_is_not_retired(self, desk: Desk) -> None:
        made = desk.book(moment(TUESDAY, 10))
        with pytest.raises(Refused, match="Move the visits booked in Chair 1 first"):
            desk.do(actions.retire_chair, desk.people.dana, chair_id=made.chair_id)


@pytest.mark.django_db
class TestVisitTypes:
    def test_a_new_version_leaves_booked_visits_as_they_were(self, desk: Desk) -> None:
        old = desk.book(moment(TUESDAY, 10), "consult")
        for minutes in (50, 30):
            desk.do(
                actions.set_visit_type, desk.people.dana, code="consult",
                kind=VisitKind.CONSULT, name="First talk",
                phases=consult_type(minutes).phases, is_public=True,
            )  # fmt: skip
        new = desk.book(moment(TUESDAY, 10), "consult")
        first, second = queries.visit(desk.site_id, old.pk), queries.visit(desk.site_id, new.pk)
        assert (first.type_name, (first.ends_at - first.starts_at).seconds // 60) == (
            "Consultation",
            45,
        )
        assert (second.type_name, (second.ends_at - second.starts_at).seconds // 60) == (
            "First talk",
            30,
        )
        assert desk.is_sound(TUESDAY)
        desk.do(actions.retire_visit_type, desk.people.dana, code="consult")
        assert "consult" not in {fact.code for fact in queries.visit_types(desk.site_id)}

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"name": " "}, "Enter a name"),
            ({"phases": []}, "Enter phases of 5 to 720 minutes"),
            ({"kind": VisitKind.INFUSION}, "Put an infusion in a chair"),
            ({"phases": [*consult_type(30).phases] * 2}, "a name of its own"),
            ({"phases": consult_type(33).phases}, "the minutes of consult in steps of 5"),
            (
                {"phases": [replace(consult_type(30).phases[0], prescriber_last_minutes=45)]},
                "at most 30 minutes of a prescriber",
            ),
        ],
    )
    def test_that_make_no_sense_are_refused(
        self, desk: Desk, changes: dict[str, object], message: str
    ) -> None:
        facts = {
            "code": "talk", "kind": VisitKind.CONSULT, "name": "Talk",
            "phases": consult_type(30).phases,
        }  # fmt: skip
        with pytest.raises(Refused, match=message):
            desk.do(actions.set_visit_type, desk.people.dana, **(facts | changes))
