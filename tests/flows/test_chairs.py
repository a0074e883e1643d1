"""All live chairs on one page, and what a prescriber sends to a chair from there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from serein.audit import actions as audit
from serein.audit.queries import LookingFact
from serein.core.errors import Refused
from serein.core.quantities import shown
from serein.infusions import actions as infusions
from serein.infusions import queries
from serein.infusions.actions import notes_to_nurse, orders
from serein.infusions.queries.orders_given import notes_to_nurse_of, orders_of
from serein.infusions.rules.orders import OrderKind, OrderState
from serein.infusions.states import SessionState
from serein.monitoring.rules import Rank
from serein.safety import actions as safety
from serein.workspace.presenters.chairs import chairs_page
from serein.workspace.queries.chairs import live_chairs
from serein.workspace.rules.chairs import Concern, Trend, trend
from tests.chairs import open_chairs
from tests.conftest import actor, new_key
from tests.flows.infusion_steps import Clinic, booked
from tests.universe import NOW

if TYPE_CHECKING:
    from django.test import Client

    from serein.infusions.models import InfusionSession
    from serein.workspace.presenters.chairs import ChairsPage

pytestmark = pytest.mark.django_db

QUESTIONS = 14
"""Asked of the database for all live chairs, however many."""


@pytest.fixture
def clinic(personas: Any) -> Clinic:
    return booked(personas)


@pytest.fixture
def visit(clinic: Clinic) -> InfusionSession:
    """A first infusion, ten minutes in."""
    made = clinic.running()
    clinic.wait(10)
    return made


def page_of(clinic: Clinic, who: Any = None) -> ChairsPage:
    from serein.accounts.queries import zone_of

    by = actor(who or clinic.people.priya)
    facts = live_chairs(site_id=by.site_id, at=clinic.now)
    return chairs_page(facts=facts, at=clinic.now, zone=zone_of(by.site_id), by=by)


def order(clinic: Clinic, visit: InfusionSession, kind: OrderKind, **facts: Any) -> Any:
    return clinic.do(
        orders.order_change, clinic.people.priya, session_id=visit.pk, kind=kind.value, **facts
    )


def read_back(
    clinic: Clinic, visit: InfusionSession, given: Any, who: Any = None, **said: Any
) -> Any:
    return clinic.do(
        orders.read_back,
        who or clinic.people.sam,
        session_id=visit.pk,
        order_id=given.pk,
        **said,
    )


def test_a_tile_says_how_far_how_much_and_how_the_patient_is(
    clinic: Clinic, visit: InfusionSession
) -> None:
    clinic.vitals(visit, sbp_mmhg=146, dbp_mmhg=88, hr_bpm=81)
    clinic.wait(3)
    (tile,) = page_of(clinic).tiles
    assert tile.minutes == "13\u202fmin"
    given = visit.rate_ml_per_h * visit.bag_mg_per_ml * 13 / 60
    assert tile.given == shown(given, "mg", 1)
    pressure = tile.values[0]
    assert (pressure.text, pressure.sign_words) == ("146/88", "rising")
    assert "3\u202fmin ago" in tile.taken
    assert tile.charted_by == clinic.people.sam.name


def test_a_value_that_the_last_set_left_out_says_from_when_it_is(
    clinic: Clinic, visit: InfusionSession
) -> None:
    charted = clinic.now
    clinic.vitals(visit)
    clinic.wait(5)
    clinic.vitals(visit, spo2_percent=None)
    (tile,) = page_of(clinic).tiles
    saturation = next(value for value in tile.values if value.label == "SpO₂")
    assert saturation.text == "98"
    assert saturation.at == charted.astimezone(_zone()).strftime("%H:%M")


def test_a_chair_with_a_grave_flag_stands_first_and_names_it(
    clinic: Clinic, visit: InfusionSession
) -> None:
    clinic.vitals(visit, spo2_percent=86)
    page = page_of(clinic)
    assert page.tiles[0].tone == "act"
    assert page.tiles[0].flag is not None
    assert "86" in page.tiles[0].flag.text
    assert page.summary == "1 chair, 1 infusing, 1 flagged."


def test_more_than_ordered_comes_before_everything(clinic: Clinic, visit: InfusionSession) -> None:
    clinic.wait(33)
    clinic.vitals(visit)
    (tile,) = page_of(clinic).tiles
    assert tile.tone == "act"
    assert tile.flag is not None
    assert f"given by the log, {shown(visit.ordered_mg, 'mg', 1)} ordered" in tile.flag.text


def test_silence_is_striped_and_says_since_when(clinic: Clinic, visit: InfusionSession) -> None:
    clinic.vitals(visit)
    last = clinic.now.astimezone(_zone()).strftime("%H:%M")
    clinic.wait(21)
    (tile,) = page_of(clinic).tiles
    assert tile.stale == f"No reading since {last}"
    assert tile.tone == "look"


def test_a_side_effect_is_on_the_tile_while_it_lasts(
    clinic: Clinic, visit: InfusionSession
) -> None:
    effect = clinic.do(
        infusions.record_side_effect,
        clinic.people.sam,
        session_id=visit.pk,
        code="nausea",
        severity=2,
        onset_at=clinic.now,
    )
    assert page_of(clinic).tiles[0].effects == ("Nausea 2 of 3",)
    clinic.wait(5)
    clinic.do(
        safety.ask_again,
        clinic.people.sam,
        patient_id=visit.patient_id,
        effect_id=effect.pk,
        severity=0,
    )
    assert page_of(clinic).tiles[0].effects == ()


def test_whoever_looks_is_named_for_half_a_minute(clinic: Clinic, visit: InfusionSession) -> None:
    sam, priya = clinic.people.sam, clinic.people.priya
    audit.note_looking(
        [
            LookingFact(new_key(), sam.site_id, sam.pk, sam.name, f"session-{visit.pk}"),
            LookingFact(new_key(), priya.site_id, priya.pk, priya.name, "chairs"),
        ],
        at=clinic.now,
    )
    page = page_of(clinic)
    assert page.looking == priya.name
    assert page.tiles[0].here == sam.name
    clinic.wait(1)
    page = page_of(clinic)
    assert (page.looking, page.tiles[0].here) == ("", "")


def test_a_chair_whose_screen_has_gone_is_striped_and_says_so(
    clinic: Clinic, visit: InfusionSession
) -> None:
    sam, priya = clinic.people.sam, clinic.people.priya
    at_the_chair = LookingFact(new_key(), sam.site_id, sam.pk, sam.name, f"session-{visit.pk}")
    phone = LookingFact(new_key(), priya.site_id, priya.pk, priya.name, "chairs")
    audit.note_looking([at_the_chair, phone], at=clinic.now)
    assert page_of(clinic).tiles[0].stale == ""
    clinic.wait(1)
    audit.note_looking([phone], at=clinic.now)
    assert page_of(clinic).tiles[0].stale == "No screen is open at this chair"


@pytest.mark.parametrize("running", [1, 4])
def test_one_chair_or_four_ask_the_same_questions(running: int) -> None:
    chairs = open_chairs(NOW, running=running)
    with CaptureQueriesContext(connection) as seen:
        found = live_chairs(site_id=chairs.clinic.site_id, at=chairs.now)
    assert len(found.chairs) == running
    assert len(seen) == QUESTIONS


@pytest.mark.parametrize("who", ["morgan", "theo", "ash", "alex", "uma"])
def test_the_page_is_for_those_who_treat(who: str, personas: Any, sign_in: Any) -> None:
    assert sign_in(getattr(personas, who)).get(reverse("workspace:chairs")).status_code == 403


def test_the_live_part_is_the_tiles_alone(personas: Any, sign_in: Any) -> None:
    answer = sign_in(personas.priya).get(reverse("workspace:chairs_live"))
    text = answer.content.decode()
    assert text.lstrip().startswith('<div class="stack" id="chairs-now"')
    assert "<html" not in text


def test_an_order_stands_only_when_the_nurse_reads_back_the_same(
    clinic: Clinic, visit: InfusionSession
) -> None:
    given = order(clinic, visit, OrderKind.RATE, rate_ml_per_h=Decimal(20))
    assert orders_of(visit.pk)[0].state is OrderState.TO_READ_BACK
    with pytest.raises(Refused, match="Read the order back first"):
        clinic.do(orders.carry_out_order, clinic.people.sam, session_id=visit.pk, order_id=given.pk)
    wrong = read_back(clinic, visit, given, kind="rate", rate_ml_per_h=Decimal(200))
    assert not wrong.is_match
    assert orders_of(visit.pk)[0].state is OrderState.TO_READ_BACK
    right = read_back(clinic, visit, given, kind="rate", rate_ml_per_h=Decimal("20.0"))
    assert right.is_match
    assert orders_of(visit.pk)[0].state is OrderState.STANDING


def test_a_carried_out_rate_goes_into_the_pumps_log_with_whose_order_it_was(
    clinic: Clinic, visit: InfusionSession
) -> None:
    given = order(clinic, visit, OrderKind.RATE, rate_ml_per_h=Decimal(20))
    read_back(clinic, visit, given, kind="rate", rate_ml_per_h=Decimal(20))
    clinic.do(orders.carry_out_order, clinic.people.sam, session_id=visit.pk, order_id=given.pk)
    last = queries.events_of(visit.pk)[-1]
    assert last.event.rate_ml_per_h == Decimal(20)
    assert "Ordered by Priya Raman" in last.reason
    assert last.by_name == clinic.people.sam.name
    assert orders_of(visit.pk)[0].state is OrderState.DONE


def test_the_prescriber_may_order_above_the_plan_with_a_reason_and_below_twice_of_it(
    clinic: Clinic, visit: InfusionSession
) -> None:
    above = visit.rate_ml_per_h + 5
    with pytest.raises(Refused, match="reason"):
        order(clinic, visit, OrderKind.RATE, rate_ml_per_h=above)
    with pytest.raises(Refused, match="twice"):
        order(clinic, visit, OrderKind.RATE, rate_ml_per_h=visit.rate_ml_per_h * 2, note="Finish")
    given = order(clinic, visit, OrderKind.RATE, rate_ml_per_h=above, note="Late start")
    read_back(clinic, visit, given, kind="rate", rate_ml_per_h=above)
    clinic.do(orders.carry_out_order, clinic.people.sam, session_id=visit.pk, order_id=given.pk)
    assert queries.events_of(visit.pk)[-1].event.rate_ml_per_h == above


def test_read_back_wrongly_twice_the_order_has_to_be_given_anew(
    clinic: Clinic, visit: InfusionSession
) -> None:
    given = order(clinic, visit, OrderKind.PAUSE)
    for _ in range(2):
        read_back(clinic, visit, given, kind="stop")
    assert orders_of(visit.pk)[0].state is OrderState.MISHEARD
    with pytest.raises(Refused, match="Reload"):
        read_back(clinic, visit, given, kind="pause")


def test_nobody_reads_back_their_own_order(clinic: Clinic, visit: InfusionSession) -> None:
    given = clinic.do(orders.order_change, clinic.people.dana, session_id=visit.pk, kind="pause")
    with pytest.raises(Refused, match="another person"):
        read_back(clinic, visit, given, who=clinic.people.dana, kind="pause")


@pytest.mark.parametrize(
    ("kind", "state"),
    [(OrderKind.PAUSE, SessionState.PAUSED), (OrderKind.STOP, SessionState.RECOVERING)],
)
def test_a_pause_and_a_stop_are_charted_when_they_are_carried_out(
    clinic: Clinic, visit: InfusionSession, kind: OrderKind, state: SessionState
) -> None:
    given = order(clinic, visit, kind)
    read_back(clinic, visit, given, kind=kind.value)
    clinic.do(orders.carry_out_order, clinic.people.sam, session_id=visit.pk, order_id=given.pk)
    assert queries.session(visit.site_id, visit.pk).state == state.value


def test_extra_vitals_are_done_when_a_set_was_charted_since(
    clinic: Clinic, visit: InfusionSession
) -> None:
    given = order(clinic, visit, OrderKind.VITALS)
    read_back(clinic, visit, given, kind="vitals")
    done = {"session_id": visit.pk, "order_id": given.pk}
    with pytest.raises(Refused, match="Chart a set"):
        clinic.do(orders.carry_out_order, clinic.people.sam, **done)
    clinic.wait(1)
    clinic.vitals(visit)
    clinic.do(orders.carry_out_order, clinic.people.sam, **done)
    assert orders_of(visit.pk)[0].state is OrderState.DONE


def test_a_new_order_for_the_pump_replaces_the_one_still_open(
    clinic: Clinic, visit: InfusionSession
) -> None:
    order(clinic, visit, OrderKind.RATE, rate_ml_per_h=Decimal(20))
    clinic.wait(1)
    order(clinic, visit, OrderKind.VITALS)
    clinic.wait(1)
    order(clinic, visit, OrderKind.STOP)
    assert [one.state for one in orders_of(visit.pk)] == [
        OrderState.REPLACED,
        OrderState.TO_READ_BACK,
        OrderState.TO_READ_BACK,
    ]


def test_an_order_is_declined_with_a_reason_or_taken_back(
    clinic: Clinic, visit: InfusionSession
) -> None:
    first = order(clinic, visit, OrderKind.VITALS)
    clinic.wait(1)
    second = order(clinic, visit, OrderKind.PAUSE)
    who = {"session_id": visit.pk}
    with pytest.raises(Refused, match="reason"):
        clinic.do(orders.decline_order, clinic.people.sam, order_id=first.pk, reason=" ", **who)
    clinic.do(orders.decline_order, clinic.people.sam, order_id=first.pk, reason="Asleep", **who)
    clinic.do(orders.withdraw_order, clinic.people.priya, order_id=second.pk, **who)
    assert [one.state for one in orders_of(visit.pk)] == [
        OrderState.DECLINED,
        OrderState.WITHDRAWN,
    ]
    with pytest.raises(Refused, match="over"):
        clinic.do(orders.withdraw_order, clinic.people.priya, order_id=second.pk, **who)


@pytest.mark.parametrize("kind", [OrderKind.RATE, OrderKind.PAUSE, OrderKind.STOP])
def test_nothing_is_ordered_at_the_pump_before_the_start(clinic: Clinic, kind: OrderKind) -> None:
    visit = clinic.check_in()
    rate = {"rate_ml_per_h": Decimal(20)} if kind is OrderKind.RATE else {}
    with pytest.raises(Refused, match="Choose another order"):
        order(clinic, visit, kind, **rate)


def test_a_message_waits_until_the_first_marks_it_as_read(
    clinic: Clinic, visit: InfusionSession
) -> None:
    note = clinic.do(
        notes_to_nurse.message_nurse,
        clinic.people.priya,
        session_id=visit.pk,
        text="Lights low, please.",
    )
    assert "not read yet" in page_of(clinic).tiles[0].waiting[0].text
    clinic.wait(2)
    for who in (clinic.people.sam, clinic.people.noor):
        clinic.do(notes_to_nurse.mark_note_read, who, session_id=visit.pk, note_id=note.pk)
    (read,) = notes_to_nurse_of(visit.pk)
    assert read.read_by_name == clinic.people.sam.name
    assert page_of(clinic).tiles[0].waiting == ()


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_message_is_not_sent(clinic: Clinic, visit: InfusionSession, text: str) -> None:
    with pytest.raises(Refused, match="Write the message"):
        clinic.do(notes_to_nurse.message_nurse, clinic.people.priya, session_id=visit.pk, text=text)


def test_the_page_on_which_an_order_is_read_back_does_not_show_it(
    clinic: Clinic, visit: InfusionSession, sign_in: Any, clock: Any
) -> None:
    clock.move_to(clinic.now)
    priya, sam = sign_in(clinic.people.priya), sign_in(clinic.people.sam)
    ids = [visit.patient_id, visit.pk]
    sent = priya.post(
        reverse("infusions:order_change", args=ids) + "?from=chairs",
        {"key_field": new_key(), "kind": "rate", "rate_ml_per_h": "17.5", "note": "Drowsy"},
    )
    assert sent.headers["Location"] == reverse("workspace:chairs")
    given = orders_of(visit.pk)[0]
    address = reverse("infusions:read_back", args=[*ids, given.order_id])
    page = sam.get(address).content.decode()
    assert "Priya Raman" in page
    assert "17.5" not in page
    assert "Drowsy" not in page
    wrong = sam.post(address, {"key_field": new_key(), "kind": "rate", "rate_ml_per_h": "7.5"})
    assert wrong.status_code == 422
    assert "17.5" not in wrong.content.decode()
    right = sam.post(address, {"key_field": new_key(), "kind": "rate", "rate_ml_per_h": "17.5"})
    assert right.status_code == 302
    done = sam.post(
        reverse("infusions:carry_out_order", args=[*ids, given.order_id]), {"key_field": new_key()}
    )
    assert done.status_code == 302
    assert orders_of(visit.pk)[0].state is OrderState.DONE


def test_the_nurse_sees_order_and_message_on_the_session_page(
    clinic: Clinic, visit: InfusionSession, sign_in: Any, clock: Any
) -> None:
    clock.move_to(clinic.now)
    order(clinic, visit, OrderKind.RATE, rate_ml_per_h=Decimal("17.5"))
    clinic.do(
        notes_to_nurse.message_nurse, clinic.people.priya, session_id=visit.pk, text="Lights low."
    )
    text = _session_page(sign_in(clinic.people.sam), visit)
    assert "Set the rate to 17.5\u202fmL/h" in text
    assert "Lights low." in text
    assert "Mark as read" in text
    assert "Read back" in text


def _session_page(client: Client, visit: InfusionSession) -> str:
    address = reverse("infusions:session", args=[visit.patient_id, visit.pk])
    return client.get(address).content.decode()


def _zone() -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo("America/New_York")


def concern(**changed: Any) -> Concern:
    calm: dict[str, Any] = {
        "rank": None,
        "is_stale": False,
        "is_overdue": False,
        "waits_for_answer": False,
        "state": SessionState.RUNNING,
        "chair_name": "Chair 1",
    }
    return Concern(**{**calm, **changed})


def test_chairs_are_sorted_by_what_could_harm_first() -> None:
    wanted = [
        concern(rank=Rank.ACT_NOW, chair_name="Chair 9"),
        concern(rank=Rank.LOOK, is_stale=True),
        concern(rank=Rank.LOOK, is_overdue=True),
        concern(rank=Rank.NOTE),
        concern(is_overdue=True),
        concern(waits_for_answer=True),
        concern(),
        concern(chair_name="Chair 2"),
        concern(state=SessionState.PAUSED),
        concern(state=SessionState.CHECKED_IN),
    ]
    mixed = wanted[::-1]
    assert sorted(mixed, key=lambda one: one.order) == wanted


@pytest.mark.parametrize(
    ("before", "now", "going"),
    [
        (120, 130, Trend.UP),
        (120, 129, Trend.STEADY),
        (130, 120, Trend.DOWN),
        (None, 120, None),
        (120, None, None),
    ],
)
def test_a_pressure_is_steady_within_ten(
    before: int | None, now: int | None, going: Trend | None
) -> None:
    assert trend(before, now) is going
