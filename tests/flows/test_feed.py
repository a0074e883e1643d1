"""What devices send is stored, filed where everything agrees, proposed, and accepted by a person."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bedside.physiology import Script
from bedside.simulator import Place, Program, Pump, Step, Turn
from serein.audit import queries as audit
from serein.core.errors import Refused, SomeoneActedFirst
from serein.monitoring import actions, queries
from serein.monitoring.presenters.feed import LINE, OUTSIDE
from serein.monitoring.queries import devices as tray
from serein.monitoring.queries import feed
from serein.monitoring.rules import Source
from serein.monitoring.rules.feed import Why
from serein.monitoring.rules.incoming import take_in
from serein.scheduling import queries as schedule
from tests.flows import feed_steps
from tests.flows.feed_steps import (
    OTHER,
    Bedside,
    accept,
    at_the_chair,
    counted,
    offered,
    turn_feed,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.infusion_steps import Clinic


clinic, bed, see = feed_steps.clinic, feed_steps.bed, feed_steps.see


def test_while_the_feed_is_off_messages_are_kept_and_filed_to_nobody(clinic: Clinic) -> None:
    bed = at_the_chair(clinic)
    turn_feed(clinic, is_on=False)
    stored = bed.send(bed.now())
    assert (stored.verdict, stored.reason) == ("quarantined", "The feed is off")
    assert bytes(stored.data) == bed.now()
    assert counted(bed)["received"] == 0
    assert why(bed) == [Why.FEED_OFF]


def test_readings_are_filed_where_everything_agrees_and_chart_nothing(bed: Bedside) -> None:
    stored = bed.send(bed.now())
    assert (stored.verdict, stored.tray_item) == ("accepted", None)
    assert offered(bed).newest["spo2_percent"].value == 99
    assert queries.vitals_of(bed.visit.period_id) == ()
    assert queries.flags_of(bed.visit.period_id) == ()
    assert why(bed) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"person": OTHER}, Why.OTHER_PATIENT),
        ({"place": Place(chair="Chair 2")}, Why.OTHER_CHAIR),
        ({"identifier": "00A0C9FFFE00FFFF"}, Why.UNKNOWN_DEVICE),
    ],
)
def test_what_disagrees_waits_in_the_tray(
    bed: Bedside, changed: dict[str, Any], expected: Why
) -> None:
    bed.monitor = replace(bed.monitor, **changed)
    bed.send(bed.now())
    assert why(bed) == [expected]
    assert offered(bed).newest == {}
    assert offered(bed).proposed == ()


def test_a_device_without_a_chair_and_an_empty_chair_go_to_the_tray(clinic: Clinic) -> None:
    bed = at_the_chair(clinic)
    clinic.do(actions.change_device, clinic.people.alex, device_id=bed.device.pk, name="Monitor 1")
    bed.send(bed.now())
    assert why(bed) == [Why.NO_CHAIR]


def test_nobody_in_the_chair(clinic: Clinic) -> None:
    bed = at_the_chair(clinic)
    chairs = {row.chair_id for row in tray.devices_of(bed.device.site_id)}
    empty = next(
        chair.chair_id
        for chair in schedule.chairs_of(bed.device.site_id)
        if chair.chair_id not in chairs
    )
    clinic.do(
        actions.change_device,
        clinic.people.alex,
        device_id=bed.device.pk,
        name="Monitor 1",
        chair_id=empty,
    )
    bed.monitor = replace(bed.monitor, place=Place(chair="Chair 2"))
    bed.send(bed.now())
    assert why(bed) == [Why.NOBODY_IN_CHAIR]


def test_the_cuff_of_the_patient_before_is_not_filed_to_this_one(bed: Bedside) -> None:
    early = bed.clinic.now - timedelta(minutes=21)
    message = replace(bed.monitor, started_at=early).message(60 * 21)
    stale = message.replace(b"20260310130000+0000", b"20260310123900+0000", 3)
    bed.send(stale)
    assert "sbp_mmhg" not in offered(bed).newest
    assert "spo2_percent" in offered(bed).newest
    assert why(bed) == [Why.OUTSIDE_TIME]


def test_one_tap_charts_the_set_nearest_the_due_time_under_the_nurses_name(
    bed: Bedside, see: Callable[..., Any]
) -> None:
    clinic = bed.clinic
    clinic.wait(3)
    for _ in range(4):
        clinic.wait(1)
        bed.send(bed.now())
    ids = [clinic.patient_id, bed.visit.period_id]
    page = see(clinic, clinic.people.sam, reverse("monitoring:feed", args=ids))
    html = unescape(page.content.decode())
    assert LINE in html
    offer = page.context["feed"].sets[0]
    sent = {"key_field": offer.key, "reading_ids": offer.reading_ids}
    for _ in range(2):
        done = see(clinic, clinic.people.sam, reverse("monitoring:accept", args=ids), sent)
        assert done.status_code == 302
    (charted,) = queries.vitals_of(bed.visit.period_id)
    assert (charted.source, charted.by_name) == (Source.DEVICE, "Sam Ortiz")
    assert charted.note == "From Monitor 1"
    assert charted.values.sbp_mmhg is not None
    assert charted.values.spo2_percent is not None
    assert counted(bed)["accepted"] == len(offer.reading_ids.split())


def test_two_nurses_accept_one_set_once(bed: Bedside) -> None:
    bed.send(bed.now())
    ids = offered(bed).proposed[0].reading_ids
    accept(bed, ids)
    with pytest.raises(SomeoneActedFirst):
        accept(bed, ids)
    assert len(queries.vitals_of(bed.visit.period_id)) == 1


def test_values_that_grew_old_are_no_longer_offered_nor_accepted(bed: Bedside) -> None:
    bed.send(bed.now())
    ids = offered(bed).proposed[0].reading_ids
    bed.clinic.wait(16)
    assert offered(bed).proposed == ()
    with pytest.raises(Refused, match="Measure again: these values are too old"):
        accept(bed, ids)


def test_the_feed_off_again_takes_everything_from_offer(bed: Bedside) -> None:
    bed.send(bed.now())
    ids = offered(bed).proposed[0].reading_ids
    turn_feed(bed.clinic, is_on=False)
    with pytest.raises(Refused, match="the feed is off"):
        accept(bed, ids)


def test_a_lost_probe_offers_no_value(clinic: Clinic) -> None:
    bed = at_the_chair(clinic, Script.PROBE_OFF)
    clinic.now = bed.monitor.started_at + timedelta(minutes=9)
    bed.send(bed.now())
    fact = offered(bed)
    assert fact.newest["spo2_percent"].value is None
    assert all("spo2_percent" not in dict(one.fields) for one in fact.proposed)


def test_a_raw_value_outside_a_limit_is_shown_and_raises_no_flag_until_accepted(
    clinic: Clinic, see: Callable[..., Any]
) -> None:
    bed = at_the_chair(clinic, Script.DESATURATION)
    clinic.now = bed.monitor.started_at + timedelta(minutes=14)
    bed.send(bed.now())
    ids = [clinic.patient_id, bed.visit.period_id]
    page = see(clinic, clinic.people.sam, reverse("monitoring:feed", args=ids))
    assert f"SpO₂: {OUTSIDE}" in unescape(page.content.decode())
    assert queries.flags_of(bed.visit.period_id) == ()
    (one,) = [each for each in offered(bed).proposed if each.values.spo2_percent is not None]
    accept(bed, one.reading_ids, is_confirmed=True)
    assert [flag.condition for flag in queries.flags_of(bed.visit.period_id)] == [
        "rr_low",
        "spo2_low",
    ]


def test_unlikely_values_are_asked_about_once(bed: Bedside) -> None:
    bed.send(bed.now().replace(b"|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.1.1.1|99|",
                               b"|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.1.1.1|61|"))  # fmt: skip
    one = offered(bed).proposed[0]
    assert one.asks
    with pytest.raises(Refused, match="The values are right"):
        accept(bed, one.reading_ids)
    assert accept(bed, one.reading_ids, is_confirmed=True).spo2_percent == 61


def test_a_clock_ahead_is_measured_corrected_and_named(clinic: Clinic) -> None:
    bed = at_the_chair(clinic, Script.CLOCK_AHEAD)
    bed.send(bed.now())
    fact = offered(bed)
    assert "11\u202fmin 0\u202fs ahead, corrected" in fact.clock
    assert fact.newest["spo2_percent"].at == clinic.now
    assert accept(bed, fact.proposed[0].reading_ids).occurred_at <= clinic.now


def test_a_set_that_is_turned_down_stays_stored_with_its_reason(bed: Bedside) -> None:
    bed.send(bed.now())
    ids = offered(bed).proposed[0].reading_ids
    whose = {"period_id": bed.visit.period_id, "reading_ids": ids}
    with pytest.raises(Refused, match="Say why"):
        bed.clinic.do(actions.reject_proposed, bed.clinic.people.sam, reason=" ", **whose)
    bed.clinic.do(actions.reject_proposed, bed.clinic.people.sam, reason="Loose probe", **whose)
    assert offered(bed).proposed == ()
    assert counted(bed)["rejected"] == len(ids)
    assert queries.vitals_of(bed.visit.period_id) == ()


def test_the_same_message_is_stored_once_and_another_under_its_id_is_kept_apart(
    bed: Bedside,
) -> None:
    message = bed.now()
    first = bed.send(message)
    again = bed.send(message, message)
    assert again.pk == first.pk
    forged = message.replace(b"|99|", b"|98|", 1)
    kept = bed.send(forged)
    assert (kept.verdict, kept.is_conflict) == ("quarantined", True)
    taken = [take_in(m, received_at=bed.clinic.now, peer="", zone=UTC) for m in (message, forged)]
    assert feed.conflicts(bed.device.site_id, taken) == {kept.sha256}
    assert bed.send(forged).pk == kept.pk
    assert why(bed) == [Why.SAME_ID]
    assert offered(bed).newest["spo2_percent"].value == 99


def test_an_old_cuff_in_each_message_is_one_reading(bed: Bedside) -> None:
    for _ in range(3):
        bed.clinic.now += timedelta(seconds=20)
        bed.send(bed.now())
    rows = feed.readings_for(bed.visit.period_id)
    assert rows.filter(code="sbp_mmhg").count() == 1
    assert rows.filter(code="spo2_percent").count() == 3


def test_a_value_that_its_device_corrected_is_superseded(bed: Bedside) -> None:
    bed.send(bed.now())
    (cuff,) = feed.readings_for(bed.visit.period_id).filter(code="sbp_mmhg")
    bed.clinic.now += timedelta(seconds=10)
    said = f"1.3.1.1|{int(cuff.value or 0)}|".encode()
    bed.send(bed.now().replace(said, b"1.3.1.1|133|"))
    assert counted(bed)["superseded"] == 1
    assert offered(bed).newest["sbp_mmhg"].value == 133


def test_a_pump_is_heard_and_charts_nothing(bed: Bedside) -> None:
    clinic = bed.clinic
    clinic.do(
        actions.add_device, clinic.people.alex, kind="pump", name="Pump 1",
        identifier="00A0C9FFFE0000F1", chair_id=bed.device.chair_id,
    )  # fmt: skip
    program = Program(steps=(Step(0, Turn.START, Decimal(50)),))
    pump = Pump(3, bed.monitor.started_at, bed.monitor.person, program)
    pump = replace(pump, identifier="00A0C9FFFE0000F1", place=bed.monitor.place)
    bed.send(*[data for second, data in pump.messages() if second <= 60])
    assert offered(bed).newest["flow_ml_per_h"].value == 50
    assert offered(bed).proposed == ()


def test_an_open_page_learns_of_a_batch_by_one_change(bed: Bedside) -> None:
    site_id = bed.device.site_id
    before = audit.last_change(site_id)
    messages = [bed.monitor.message(second) for second in range(40, 60)]
    bed.send(*messages)
    assert audit.last_change(site_id) == before + 1


def test_the_session_page_shows_the_card_only_while_the_feed_is_on(
    bed: Bedside, see: Callable[..., Any]
) -> None:
    clinic = bed.clinic
    url = reverse("infusions:session", args=[clinic.patient_id, bed.visit.pk])
    bed.send(bed.now())
    shown = unescape(see(clinic, clinic.people.sam, url).content.decode())
    assert LINE in shown
    assert 'class="flow__hollow' in shown
    turn_feed(clinic, is_on=False)
    assert LINE not in unescape(see(clinic, clinic.people.sam, url).content.decode())


@dataclass(slots=True)
class Hands:
    """Messages come, come again and disagree; people accept and turn down, in any order."""

    bed: Bedside

    def second(self, ago: int) -> int:
        return self.bed.second - ago

    def comes(self, ago: int) -> None:
        self.bed.send(self.bed.monitor.message(self.second(ago)))

    def comes_changed(self, ago: int) -> None:
        values = self.bed.monitor.message(self.second(ago))
        self.bed.send(values.replace(b"1.1.1.1|9", b"1.1.1.1|8", 1))

    def comes_corrected(self, ago: int) -> None:
        """The last cuff, corrected in a later message."""
        monitor, second = replace(self.bed.monitor, number=8), self.second(ago)
        (cuff,) = re.findall(rb"1\.3\.1\.1\|(\d+)\|", monitor.message(second))
        said = b"1.3.1.1|%d|" % (int(cuff) + second % 3)
        self.bed.send(monitor.message(second).replace(b"1.3.1.1|%b|" % cuff, said))

    def comes_for_another(self, ago: int) -> None:
        other = replace(self.bed.monitor, number=9, person=OTHER)
        self.bed.send(other.message(self.second(ago)))

    def accepts(self, _: int) -> None:
        for one in offered(self.bed).proposed[:1]:
            accept(self.bed, one.reading_ids, is_confirmed=True)

    def turns_down(self, _: int) -> None:
        for one in offered(self.bed).proposed[:1]:
            self.bed.clinic.do(
                actions.reject_proposed, self.bed.clinic.people.sam, reason="Movement",
                period_id=self.bed.visit.period_id, reading_ids=one.reading_ids,
            )  # fmt: skip


STEPS = ("comes", "comes_changed", "comes_corrected", "comes_for_another", "accepts", "turns_down")


def test_accepted_rejected_superseded_and_pending_add_up_to_received(clinic: Clinic) -> None:
    bed = at_the_chair(clinic)
    hands = Hands(bed)

    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 240)), max_size=14))
    @example([("comes", 60), ("turns_down", 0), ("comes", 20), ("comes_corrected", 10)])
    @example([("comes", 60), ("accepts", 0), ("comes", 60), ("comes_for_another", 10)])
    def any_order(steps: list[tuple[str, int]]) -> None:
        clinic.wait(10)
        for name, ago in steps:
            getattr(hands, name)(ago)
            found = counted(bed)
            received = found.pop("received")
            assert sum(found.values()) == received

    any_order()
    assert min(counted(bed).values()) > 0
    charted = queries.vitals_of(bed.visit.period_id)
    assert len(charted) > 0
    assert all(fact.source == Source.DEVICE for fact in charted)
