"""The tray of what belongs to nobody, the devices, and who may do what with both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from bedside.physiology import Script
from bedside.play import part
from serein.core.errors import NotFound, Refused, SomeoneActedFirst
from serein.monitoring import actions
from serein.monitoring.management.commands.simulate_devices import cast
from serein.monitoring.queries import devices as tray
from serein.monitoring.queries import feed
from serein.monitoring.rules import Source
from serein.monitoring.rules.feed import Why
from tests.conftest import actor, new_key
from tests.flows import feed_steps
from tests.flows.feed_steps import (
    EUI,
    OTHER,
    Bedside,
    accept,
    file,
    offered,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Personas


clinic, bed, see = feed_steps.clinic, feed_steps.bed, feed_steps.see


def test_trouble_of_one_kind_is_one_line_and_stays_dismissed(bed: Bedside) -> None:
    clinic, site_id = bed.clinic, bed.device.site_id
    bed.monitor = replace(bed.monitor, person=OTHER)
    for _ in range(3):
        clinic.now += timedelta(seconds=5)
        bed.send(bed.now())
    (item,) = tray.tray_of(site_id)
    assert (item.messages_count, item.claimed[:8]) == (3, "999999-9")
    whose = {"item_id": item.item_id}
    with pytest.raises(Refused, match="Write why"):
        clinic.do(actions.dismiss_item, clinic.people.sam, reason="", **whose)
    clinic.do(actions.dismiss_item, clinic.people.sam, reason="Admitted anew", **whose)
    clinic.now += timedelta(seconds=5)
    bed.send(bed.now())
    assert tray.tray_of(site_id) == ()
    assert tray.tray_item(site_id, item.item_id).messages_count == 4
    bed.monitor = replace(bed.monitor, person=replace(OTHER, identifier="888888-8"))
    bed.send(bed.now().replace(b"|000001-7-", b"|000002-7-"))
    assert why(bed) == [Why.OTHER_PATIENT]
    with pytest.raises(SomeoneActedFirst):
        clinic.do(actions.dismiss_item, clinic.people.sam, reason="Again", **whose)


def test_a_person_assigns_readings_and_only_those_that_had_come(
    bed: Bedside, see: Callable[..., Any]
) -> None:
    clinic, site_id = bed.clinic, bed.device.site_id
    bed.monitor = replace(bed.monitor, person=replace(OTHER, identifier="TEMP-1", birth_date=""))
    bed.send(bed.now())
    (item,) = tray.tray_of(site_id)
    url = reverse("monitoring:tray_item", args=[item.item_id])
    page = unescape(see(clinic, clinic.people.sam, url).content.decode())
    assert "Jordan Reyes" in page
    assert "TEMP-1" in page
    sent = {
        "key_field": str(new_key()),
        "period_id": str(bed.visit.period_id),
        "reason": "Looked at the monitor and the wristband",
    }
    assert see(clinic, clinic.people.sam, url, sent).status_code == 302
    assert len(offered(bed).proposed) == 1
    clinic.now += timedelta(seconds=5)
    bed.send(bed.now())
    assert why(bed) == [Why.OTHER_PATIENT]
    assert feed.readings_for(bed.visit.period_id).filter(code="spo2_percent").count() == 1
    assert accept(bed, offered(bed).proposed[0].reading_ids).source == Source.DEVICE


def test_nothing_measured_outside_a_visit_can_be_assigned_to_it(bed: Bedside) -> None:
    clinic = bed.clinic
    early = replace(bed.monitor, person=OTHER, started_at=clinic.now - timedelta(hours=2))
    file(clinic, [early.message(60)], clinic.now)
    (item,) = tray.tray_of(bed.device.site_id)
    with pytest.raises(Refused, match="measured outside this one"):
        clinic.do(
            actions.assign_item,
            clinic.people.sam,
            item_id=item.item_id,
            period_id=bed.visit.period_id,
            reason="Hers",
        )


def test_devices_are_added_moved_and_retired_on_their_page(
    bed: Bedside, see: Callable[..., Any]
) -> None:
    clinic, alex = bed.clinic, bed.clinic.people.alex
    add = reverse("monitoring:add_device")
    sent = {
        "key_field": str(new_key()), "kind": "monitor", "name": "Monitor 2",
        "identifier": EUI.lower(), "timezone": "America/New_York", "chair_id": "",
    }  # fmt: skip
    taken = see(clinic, alex, add, sent)
    assert taken.status_code == 422
    assert "Choose another identifier" in taken.content.decode()
    assert see(clinic, alex, add, {**sent, "identifier": "AB12"}).status_code == 302
    facts = {fact.name: fact for fact in tray.devices_of(bed.device.site_id)}
    assert facts["Monitor 2"].identifier == "AB12"
    retire = reverse("monitoring:retire_device", args=[facts["Monitor 1"].device_id])
    assert see(clinic, alex, retire, {"key_field": str(new_key())}).status_code == 302
    bed.send(bed.now())
    assert why(bed) == [Why.UNKNOWN_DEVICE]


def test_who_may_do_what(bed: Bedside, see: Callable[..., Any]) -> None:
    clinic, people = bed.clinic, bed.clinic.people
    bed.send(bed.now())
    ids = [clinic.patient_id, bed.visit.period_id]
    offer = {"key_field": str(new_key()), "reading_ids": "x"}
    accept_url, tray_url = reverse("monitoring:accept", args=ids), reverse("monitoring:tray")
    for who in (people.morgan, people.uma, people.alex):
        assert see(clinic, who, accept_url, offer).status_code == 403
    for who in (people.priya, people.morgan, people.uma, people.alex):
        assert see(clinic, who, tray_url).status_code == 403
    assert see(clinic, people.sam, reverse("monitoring:devices")).status_code == 403
    assert see(clinic, people.alex, reverse("monitoring:devices")).status_code == 200
    for who in (people.sam, people.priya):
        assert see(clinic, who, accept_url, offer).status_code == 422
    with pytest.raises(NotFound):
        actions.accept_proposed(
            key=new_key(), by=actor(people.robin), at=clinic.now,
            period_id=bed.visit.period_id, reading_ids=offered(bed).proposed[0].reading_ids,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"host": "192.0.2.7"}, "Give a certificate and key for TLS"),
        ({"key": Path("missing.pem")}, "Give --certificate too"),
        ({"certificate": Path("missing.pem")}, "Give a certificate and key that can be read"),
        ({"site": new_key()}, "Name a clinic of this installation"),
    ],
)
def test_it_listens_beyond_this_machine_with_a_certificate_only(
    personas: Personas, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("listen", port=0, **options)


def test_played_devices_stand_at_the_chairs_in_which_somebody_sits_and_are_filed(
    bed: Bedside,
) -> None:
    clinic, site_id = bed.clinic, bed.device.site_id
    (chair,) = cast(site_id, at=clinic.now)
    assert cast(site_id, at=clinic.now) == [chair]
    assert chair.monitor == EUI
    facts = {fact.identifier: fact for fact in tray.devices_of(site_id)}
    assert (facts[chair.pump].kind, facts[chair.pump].chair_name) == ("pump", chair.place.chair)
    played = part(chair, Script.CALM, at=clinic.now)
    for leaves_at, data in played.messages(every_s=10, last_s=30):
        assert file(clinic, [data], leaves_at).verdict == "accepted"
    assert why(bed) == []
    clinic.now += timedelta(seconds=30)
    assert offered(bed).newest["flow_ml_per_h"].value == 60
    assert len(offered(bed).proposed) == 1


def test_devices_are_played_in_the_demo_clinic_only(personas: Personas) -> None:
    with pytest.raises(CommandError, match="Choose the demo clinic"):
        call_command("simulate_devices")
