"""The board, the calendar, the worklists and the rules of the book, through the pages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.urls import reverse

from serein.scheduling import actions, queries
from serein.scheduling.rules import Kind, tick_of
from tests.flows.scheduling_desk import FRIDAY, TUESDAY, Desk, moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from serein.accounts.models import Staff
    from tests.conftest import Personas

    SignIn = Callable[[Staff], Client]

pytestmark = pytest.mark.django_db

WEEKDAY = {
    "cycle": "1", "start_time": "08:00", "end_time": "16:30", "anchor_date": "",
    "from_date": "2026-03-10",
}  # fmt: skip


@pytest.fixture
def desk(personas: Personas, clock: object) -> Desk:
    return Desk.opened(personas, chairs=2)


def text(client: Client, url: str, **sent: Any) -> str:
    """Open a page and return what it says, its spaces evened out."""
    answer = client.get(url, sent)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def pressed(client: Client, url: str, **sent: Any) -> str:
    """Send a form, follow where it leads, and return what is said there."""
    answer = client.post(url, sent, follow=True)
    return " ".join(answer.content.decode().split())


def only_visit(desk: Desk, series_id: UUID, number: int = 1) -> UUID:
    standing = queries.standing_of_series(series_id)
    return next(fact.appointment_id for fact in standing if fact.number == number)


# The board


def test_the_board_draws_phases_seats_and_capacity(desk: Desk, sign_in: SignIn) -> None:
    desk.series(desk.patient())
    board = text(sign_in(desk.people.sam), "/board/", day=TUESDAY)
    assert "Check-in 09:00, IV start 09:15, Infusion 09:30" in board
    assert "Chair 1" in board
    assert "Chair 2" in board
    assert re.search(r"09:00: </span><span class=\"num\">1 of 2", board)
    assert "Nurses needed" in board


def test_a_talk_without_a_room_and_a_held_time_stand_on_the_board(
    desk: Desk, sign_in: SignIn
) -> None:
    desk.book(moment(TUESDAY, 11), "consult", patient_id=desk.patient())
    desk.do(actions.hold, type_code="consult", starts_at=moment(TUESDAY, 13), holder="somebody")
    board = text(sign_in(desk.people.sam), "/board/", day=TUESDAY)
    assert "No room yet" in board
    assert "Consultation" in board
    assert "Somebody is choosing" in board
    assert "Held until 09:10" in board


def test_a_visit_moves_from_the_board_to_a_time_that_is_free(desk: Desk, sign_in: SignIn) -> None:
    series = desk.series(desk.patient())
    morgan, url = sign_in(desk.people.morgan), ""
    url = reverse("scheduling:move_on_board", args=[only_visit(desk, series)])
    then = tick_of(moment(TUESDAY, 10))
    asked = text(morgan, url, to=then, chair=str(desk.chairs[1]))
    assert "Tuesday 10 March at 10:00, Chair 2 is free" in asked
    said = pressed(morgan, url, starts_at=then, chair_id=str(desk.chairs[1]))
    assert "Moved to Tuesday 10 March at 10:00." in said
    (first, *_) = queries.standing_of_series(series)
    assert first.chair_name == "Chair 2"


def test_why_a_time_will_not_do_is_said_with_the_nearest_that_will(
    desk: Desk, sign_in: SignIn
) -> None:
    series = desk.series(desk.patient())
    url = reverse("scheduling:move_on_board", args=[only_visit(desk, series)])
    morgan = sign_in(desk.people.morgan)
    late = text(morgan, url, day="2026-03-10", at_time="15:30")
    assert "Tuesday 10 March at 15:30 will not do" in late
    assert "would end at" in late
    assert re.search(r"\?to=[0-9]+\">Nearest on this day", late)
    close = text(morgan, url, day="2026-03-11", at_time="14:00")
    assert "At least 44 hours and at most 7 days" in close
    assert "will not do" in close


def test_only_those_who_may_are_offered_to_book_against_a_rule(desk: Desk, sign_in: SignIn) -> None:
    series = desk.series(desk.patient())
    url = reverse("scheduling:move_on_board", args=[only_visit(desk, series)])
    late = {"day": "2026-03-10", "at_time": "15:30"}
    assert "Against the rule, with a reason" not in text(sign_in(desk.people.morgan), url, **late)
    sam = sign_in(desk.people.sam)
    assert "Against the rule, with a reason" in text(sam, url, **late)
    then = tick_of(moment(TUESDAY, 15, 30))
    pressed(sam, url, starts_at=then, override_reason="The bus comes at three.")
    board = text(sam, "/board/", day=TUESDAY)
    assert "Against the rule: The bus comes at three. (" in board


def test_the_visit_of_another_site_cannot_be_moved(desk: Desk, sign_in: SignIn) -> None:
    made = desk.book(moment(TUESDAY, 11), "consult", patient_id=desk.patient())
    url = reverse("scheduling:move_on_board", args=[made.pk])
    assert sign_in(desk.people.robin).get(url).status_code == 404


def test_one_visit_is_booked_from_the_patients_page(desk: Desk, sign_in: SignIn) -> None:
    patient = desk.patient()
    url = reverse("scheduling:book_one", args=[patient])
    morgan = sign_in(desk.people.morgan)
    assert "Free times: Maintenance infusion" in text(morgan, url, type="maintenance")
    then = tick_of(moment(TUESDAY, 10))
    said = pressed(morgan, url, type_code="maintenance", starts_at=then)
    assert "Booked for Tuesday 10 March at 10:00." in said
    taken = morgan.post(url, {"type_code": "consult", "starts_at": then})
    assert taken.status_code == 422
    assert queries.counts_by_day(desk.site_id, TUESDAY, TUESDAY)[TUESDAY].total() == 1


def test_a_late_patient_is_answered_on_the_page_of_the_visit(
    desk: Desk, sign_in: SignIn, clock: Any
) -> None:
    series = desk.series(desk.patient())
    url = reverse("scheduling:move_on_board", args=[only_visit(desk, series)])
    assert "Comes late" not in text(sign_in(desk.people.morgan), url)
    clock.move_to(moment(TUESDAY, 8, 30))
    calls = text(sign_in(desk.people.morgan), url, arrives="09:40")
    assert "40 minutes late: the whole visit still fits today." in calls
    assert "Move to Tuesday 10 March at 09:40" in calls
    clock.move_to(moment(TUESDAY, 14, 0))
    gone = text(sign_in(desk.people.morgan), url)
    assert "the whole visit no longer fits today" in gone
    assert "No other time of the next two weeks keeps the gaps." in gone


def test_a_move_says_what_stays_and_offers_the_others_where_it_cannot_move_alone(
    desk: Desk, sign_in: SignIn
) -> None:
    patient = desk.patient()
    series = desk.series(patient, visits=3)
    url = reverse("scheduling:move", args=[patient, only_visit(desk, series, 2)])
    morgan = sign_in(desk.people.morgan)
    alone = text(morgan, url)
    assert "Staying where they are: infusion 1 on Tuesday 10 March at 09:00" in alone
    assert "Move it together with others" not in alone
    for day in (12, 13):
        desk.do(actions.add_closure, desk.people.dana, day=date(2026, 3, day), reason="works")
    shown = text(morgan, url)
    assert "Move it together with others" in shown
    accept = reverse("scheduling:accept_proposal", args=[only_visit(desk, series, 2)])
    moves = re.findall(r'name="moves" value="([^"]+)"', shown)[0]
    assert len(moves.split(",")) > 1
    before = [fact.starts_at for fact in queries.standing_of_series(series)]
    assert "Moved." in pressed(morgan, accept, moves=moves, back="visits")
    after = [fact.starts_at for fact in queries.standing_of_series(series)]
    assert sum(a != b for a, b in zip(before, after, strict=True)) == len(moves.split(","))


def test_the_next_maintenance_visit_is_offered_around_the_day_it_is_due(
    desk: Desk, sign_in: SignIn, clock: Any
) -> None:
    patient = desk.patient()
    made = desk.book(moment(TUESDAY, 10), "maintenance", patient_id=patient)
    desk.do(actions.mark_arrived, appointment_id=made.pk)
    desk.do(actions.mark_done, appointment_id=made.pk)
    url = reverse("scheduling:book_one", args=[patient])
    clock.move_to(moment(date(2026, 3, 12), 9))
    shown = text(sign_in(desk.people.morgan), url, type="maintenance")
    assert "The next one is due on Tuesday 7 April, from Tuesday 31 March" in shown
    assert "Wednesday 1 April" in shown
    assert "Thursday 26 March" not in shown


# Week and month


def test_week_and_month_say_what_is_open_and_who_comes(desk: Desk, sign_in: SignIn) -> None:
    desk.series(desk.patient())
    morgan = sign_in(desk.people.morgan)
    week = text(morgan, "/board/week/", day=TUESDAY)
    assert "5 open days, 2 infusions, 0 consultations." in week
    assert "13%" in week
    month = text(morgan, "/board/month/", day=TUESDAY)
    assert "March 2026" in month
    assert "Fridays are not open in this week of the cycle" in month
    assert "/board/?day=2026-03-10" in month


# Worklists


def test_a_missed_visit_waits_for_a_new_time_until_it_is_put_back(
    desk: Desk, sign_in: SignIn
) -> None:
    patient = desk.patient()
    series = desk.series(patient)
    missed = only_visit(desk, series)
    desk.do(actions.cancel_appointment, appointment_id=missed, reason="Ill")
    morgan = sign_in(desk.people.morgan)
    assert "Jordan Reyes" in text(morgan, reverse("scheduling:rebook"))
    undo = reverse("scheduling:undo", args=[patient, missed])
    assert morgan.post(undo, {"reason": ""}).status_code == 422
    assert "Taken back." in pressed(morgan, undo, reason="She called again")
    assert "Nobody waits for a new time." in text(morgan, reverse("scheduling:rebook"))


def test_a_task_to_rebook_changes_hands_and_is_dropped_with_a_reason(
    desk: Desk, sign_in: SignIn
) -> None:
    series = desk.series(desk.patient())
    desk.do(
        actions.cancel_appointment, appointment_id=only_visit(desk, series), reason="Travelling"
    )
    (task,) = queries.rebook_tasks(desk.site_id, TUESDAY)
    morgan = sign_in(desk.people.morgan)
    who = reverse("scheduling:assign_rebook", args=[task.task_id])
    sent = {"owner_id": str(desk.people.sam.pk), "due_date": "2026-03-20"}
    assert "Friday 20 March" in pressed(morgan, who, **sent)
    drop = reverse("scheduling:drop_rebook", args=[task.task_id])
    assert morgan.post(drop, {"reason": ""}).status_code == 422
    assert "Dropped." in pressed(morgan, drop, reason="Wants to wait until May")


def test_a_closure_lists_whom_it_hits_and_a_proposal_is_accepted(
    desk: Desk, sign_in: SignIn
) -> None:
    series = desk.series(desk.patient())
    desk.do(actions.add_closure, desk.people.dana, day=TUESDAY + timedelta(days=7), reason="Snow")
    morgan, url = sign_in(desk.people.morgan), reverse("scheduling:affected")
    shown = text(morgan, url)
    assert "Snow" in shown
    assert "Infusion 3: Tuesday 17 March at 09:00 to" in shown
    (moves,) = re.findall(r'name="moves" value="([^"]+)"', shown)
    accept = reverse("scheduling:accept_proposal", args=[only_visit(desk, series, 3)])
    assert "Moved." in pressed(morgan, accept, moves=moves)
    assert "Every visit of the next 60 days fits" in text(morgan, url)
    assert morgan.post(accept, {"moves": "3:abc"}).status_code == 422


def test_unconfirmed_visits_are_called_and_confirmed(desk: Desk, sign_in: SignIn) -> None:
    series = desk.series(desk.patient())
    morgan, url = sign_in(desk.people.morgan), reverse("scheduling:unconfirmed")
    shown = text(morgan, url)
    assert "Tuesday 10 March at 09:00" in shown
    assert "17 March" not in shown
    confirm = reverse("scheduling:confirm", args=[only_visit(desk, series)])
    assert "Confirmed." in pressed(morgan, confirm)
    assert "Confirmed" in text(morgan, "/board/", day=TUESDAY)
    assert "Tuesday 10 March at 09:00" not in text(morgan, url)


def test_a_freed_time_is_offered_and_taken(desk: Desk, sign_in: SignIn) -> None:
    gone = desk.book(moment(FRIDAY, 10), "infusion", patient_id=desk.patient("Ada"))
    desk.do(actions.cancel_appointment, appointment_id=gone.pk, reason="Ill")
    waits = desk.patient("Bo")
    morgan = sign_in(desk.people.morgan)
    join = {
        "type_code": "maintenance", "first_date": "2026-03-09", "last_date": "2026-03-31",
        "priority": "1",
    }  # fmt: skip
    joined = pressed(morgan, reverse("scheduling:join_waiting", args=[waits]), **join)
    assert "Bo Reyes" in joined
    assert "Friday 13 March at 10:00" in joined
    then = tick_of(moment(FRIDAY, 10))
    assert "Offered." in pressed(morgan, reverse("scheduling:offer_gap"), starts_at=then)
    (offer,) = queries.offers_of(desk.site_id)
    accept = reverse("scheduling:accept_offer", args=[offer.offer_id])
    assert "Booked." in pressed(morgan, accept)
    assert queries.waiting_list(desk.site_id) == ()


# The rules of the book


def test_new_hours_are_shown_in_words_with_whom_they_hit_before_they_are_saved(
    desk: Desk, sign_in: SignIn
) -> None:
    desk.series(desk.patient())
    dana, url = sign_in(desk.people.dana), reverse("scheduling:weekday", args=[1])
    sent = WEEKDAY | {"cycle": "2", "anchor_date": "2026-03-10"}
    answer = dana.post(url, sent | {"preview": "1"})
    shown = " ".join(answer.content.decode().split())
    assert "Not saved yet: the next 12 weeks would be" in shown
    assert "Jordan Reyes, Tuesday 17 March at 09:00" in shown
    assert "Jordan Reyes, Tuesday 10 March" not in shown
    assert "INTERVAL=2;BYDAY=TU" in shown
    assert queries.is_open(desk.site_id, date(2026, 3, 17))
    dana.post(url, sent)
    assert not queries.is_open(desk.site_id, date(2026, 3, 17))


def test_a_closure_and_an_opening_are_previewed(desk: Desk, sign_in: SignIn) -> None:
    desk.series(desk.patient())
    dana = sign_in(desk.people.dana)
    close = {"day": "2026-03-10", "reason": "Snow", "preview": "1"}
    assert "1 booked visit would no longer fit. It stays" in pressed(
        dana, reverse("scheduling:close"), **close
    )
    opening = {"day": "2026-03-14", "start_time": "09:00", "end_time": "12:00", "preview": "1"}
    shown = pressed(dana, reverse("scheduling:open_specially"), **opening)
    assert "Saturday 14 March: opened specially 09:00–12:00" in shown
    assert "No booked visit is affected." in shown


def test_holidays_are_chosen_from_a_list(desk: Desk, sign_in: SignIn) -> None:
    dana, url = sign_in(desk.people.dana), reverse("scheduling:holidays")
    names = re.findall(r'name="names" value="([^"]+)"', dana.get(url).content.decode())
    assert "Memorial Day" in names
    shown = pressed(dana, url, names=["Memorial Day"], preview="1")
    assert "Monday 25 May" in shown
    assert queries.is_open(desk.site_id, date(2026, 5, 25))
    assert "Holidays saved." in pressed(dana, url, names=["Memorial Day"])
    assert not queries.is_open(desk.site_id, date(2026, 5, 25))


def test_a_visit_type_gets_a_new_version_and_a_ratio_changes_what_is_offered(
    desk: Desk, sign_in: SignIn
) -> None:
    dana, url = sign_in(desk.people.dana), reverse("scheduling:edit_type", args=["infusion"])
    fields = re.findall(r'name="(phase_\d+_name)" value="(\w+)"', dana.get(url).content.decode())
    assert ("phase_2_name", "infusion") in fields
    phases = queries.clinic_of(desk.site_id).type_named("infusion").visit.phases
    sent: dict[str, object] = {"name": "Infusion"}
    for place in range(len(phases) + 2):
        phase = phases[place] if place < len(phases) else None
        own = f"phase_{place}_"
        sent |= {own + "seat": phase.seat.value if phase else "none"}
        sent |= {own + "nurse_load": phase.nurse_load if phase else 0}
        if phase is None:
            continue
        sent |= {own + "name": phase.name, own + "minutes": phase.minutes}
        sent |= {own + "prescriber_last_minutes": phase.prescriber_last_minutes}
        for name in ("monitor", "pump", "with_patient", "prescriber_on_site"):
            if getattr(phase, name):
                sent[own + name] = "on"
    wrong = dana.post(url, sent | {"phase_2_minutes": "4000"})
    assert wrong.status_code == 422
    assert "Saved as a new version." in pressed(
        dana, url, **(sent | {"phase_3_minutes": "90", "phase_2_nurse_load": "4"})
    )
    now = queries.clinic_of(desk.site_id).type_named("infusion")
    assert (now.version, now.minutes_of("recovery"), now.visit.phases[2].nurse_load) == (1, 90, 4)


def test_settings_of_the_book_are_saved_or_refused_in_words(desk: Desk, sign_in: SignIn) -> None:
    dana, url = sign_in(desk.people.dana), reverse("scheduling:book_settings")
    sent = {
        "nurse_cover": "pool", "hold_minutes": "12", "offer_minutes": "30", "notice_hours": "18",
        "late_minutes": "15", "reminder_days": ["3", "1"], "reminder_time": "10:00",
    }  # fmt: skip
    assert dana.post(url, sent | {"hold_minutes": "500"}).status_code == 422
    assert "Settings saved." in pressed(dana, url, **sent)
    now = queries.settings_of(desk.site_id)
    assert (now.nurse_cover, now.hold_minutes, now.reminder_days) == ("pool", 12, (3, 1))


def test_things_are_added_calibrated_and_taken_out(desk: Desk, sign_in: SignIn) -> None:
    dana = sign_in(desk.people.dana)
    pressed(dana, reverse("scheduling:add_thing"), kind="pump", name="Pump 1")
    (pump,) = [part for part in queries.clinic_of(desk.site_id).parts if part.kind is Kind.PUMP]
    calibrate = reverse("scheduling:calibrate", args=[pump.unit_id])
    assert "not offered" in pressed(dana, calibrate, due_date="2026-03-01")
    out = reverse("scheduling:add_outage", args=[desk.chairs[0]])
    sent = {"first_date": "2026-03-10", "last_date": "2026-03-11", "reason": "Upholstery"}
    shown = pressed(dana, out, **sent)
    assert "Tuesday 10 March to Wednesday 11 March: Upholstery" in shown
    (lift,) = re.findall(r"/hours/outages/[0-9a-f-]+/", shown)
    assert "Nothing." in pressed(dana, lift)
    assert "Out of use." in pressed(dana, reverse("scheduling:retire_thing", args=[pump.unit_id]))


def test_shifts_for_some_weeks_and_leave_over_them(desk: Desk, sign_in: SignIn) -> None:
    dana = sign_in(desk.people.dana)
    shift = {
        "staff_id": str(desk.people.sam.pk), "role": "nurse", "first_date": "2026-03-09",
        "last_date": "2026-03-20", "weekdays": ["1", "3"], "start_time": "07:30",
        "end_time": "17:00", "break_from": "12:00", "break_to": "12:30",
    }  # fmt: skip
    assert "Shifts saved." in pressed(dana, reverse("scheduling:add_shift"), **shift)
    shown = text(dana, reverse("scheduling:people"), day="2026-03-17")
    assert shown.count("07:30–17:00, break 12:00–12:30") == 2
    again = dana.post(reverse("scheduling:add_shift"), shift | {"weekdays": ["0", "1"]})
    assert again.status_code == 422
    assert text(dana, reverse("scheduling:people"), day="2026-03-10").count("07:30–17:00") == 2
    leave = {"staff_id": str(desk.people.sam.pk), "first_date": "2026-03-10",
             "last_date": "2026-03-12", "reason": "Course"}  # fmt: skip
    assert "Tuesday 10 March to Thursday 12 March: Course" in pressed(
        dana, reverse("scheduling:add_leave"), **leave
    )


def test_what_if_puts_a_chair_more_beside_the_clinic_as_it_is(desk: Desk, sign_in: SignIn) -> None:
    dana, url = sign_in(desk.people.dana), reverse("scheduling:outlook")
    shown = text(dana, url)
    assert "One chair more" in shown
    assert "Every Friday open" in shown
    assert re.search(r"One chair more</th>.{0,220}visits more", shown)
    assert "nurses limit nothing in these figures" in shown
    best = text(dana, url, chairs="-1", solve="1")
    assert re.search(r"Your own</th>.{0,220}visits fewer", best)
    assert "usual infusions fit on an empty open day" in best
    assert "Found by:" in best
