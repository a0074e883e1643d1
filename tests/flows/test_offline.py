"""Entries that come late, from a tablet with its own clock: kept once, and never dressed up."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from serein.infusions import actions, queries
from serein.infusions.models import EntryStamp
from serein.infusions.rules.arrival import Arrival, Envelope, arrival_words
from serein.monitoring import queries as monitoring
from tests.conftest import Personas, actor, new_key
from tests.flows.infusion_steps import booked
from tests.flows.offline_steps import Chairside, Tablet

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from serein.accounts.models import Staff

CALM = {
    "when": "0", "sbp_mmhg": "128", "dbp_mmhg": "78", "hr_bpm": "72", "spo2_percent": "98",
    "rr_per_min": "16", "moaas": "5",
}  # fmt: skip


@pytest.fixture
def chair(personas: Personas, clock: Any, sign_in: Callable[[Staff], Client]) -> Chairside:
    return Chairside(booked(personas), clock, sign_in)


@pytest.fixture
def tablet(chair: Chairside) -> Tablet:
    return Tablet(chair, chair.clinic.people.sam)


def arrival_of(chair: Chairside, made_id: uuid.UUID) -> Arrival:
    found = [
        stamp.arrival for stamp in queries.stamps_of(chair.visit.pk) if stamp.made_id == made_id
    ]
    assert len(found) == 1
    return found[0]


class TestWhatArrivesLate:
    def test_vitals_keep_the_minute_in_which_they_were_entered(
        self, chair: Chairside, tablet: Tablet
    ) -> None:
        chair.clinic.wait(5)
        made_at, entry = chair.clinic.now, tablet.writes(**CALM)
        chair.clinic.wait(18)
        answer = tablet.sends("vitals", entry)
        assert (answer.status_code, answer.json()["words"]) == (200, ["Vitals saved."])
        charted = monitoring.latest_vitals(chair.visit.period_id)
        assert charted is not None
        assert charted.occurred_at == made_at
        arrival = arrival_of(chair, charted.vitals_id)
        assert arrival.received_at - arrival.made_at == timedelta(minutes=18)

    def test_one_and_five_minutes_ago_count_from_the_entry(
        self, chair: Chairside, tablet: Tablet
    ) -> None:
        chair.clinic.wait(10)
        made_at, entry = chair.clinic.now, tablet.writes(when="5", rate_ml_per_h="50")
        chair.clinic.wait(20)
        assert tablet.sends("rate", entry).status_code == 200
        assert queries.log_of(chair.visit.pk)[-1].occurred_at == made_at - timedelta(minutes=5)

    def test_what_was_done_at_the_pump_arrives_in_its_order_and_gives_the_same_mg(
        self, chair: Chairside, tablet: Tablet
    ) -> None:
        start = chair.clinic.now
        kept = []
        for minutes, page, typed in (
            (5, "rate", {"when": "0", "rate_ml_per_h": "40"}),
            (5, "pause", {"when": "0"}),
            (5, "resume", {"when": "0", "rate_ml_per_h": "60"}),
            (5, "stop", {"when": "0"}),
        ):
            chair.clinic.wait(minutes)
            kept.append((page, tablet.writes(**typed)))
        chair.clinic.wait(25)
        for page, entry in kept:
            assert tablet.sends(page, entry).status_code == 200
        assert [kind for kind, _ in chair.log()] == ["start", "rate", "pause", "resume", "stop"]
        at = [event.occurred_at - start for event in queries.log_of(chair.visit.pk)]
        assert at == [timedelta(minutes=minutes) for minutes in (0, 5, 10, 15, 20)]
        # 5 min at 60, 5 min at 40, 5 min at 60 mL/h of 1 mg/mL: 5 + 3.333 + 5 mg.
        given = queries.delivered_mg(chair.visit.pk, chair.clinic.now)
        assert abs(float(given) - 13.3333) < 0.1

    def test_a_second_sending_is_answered_with_the_first_and_changes_nothing(
        self, chair: Chairside, tablet: Tablet
    ) -> None:
        entry = tablet.writes(when="0", text="Asked for a blanket.")
        answers = [tablet.sends("remark", entry) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert len(queries.remarks_of(chair.visit.pk)) == 1
        assert EntryStamp.objects.filter(kind="note").count() == 1

    def test_a_stamp_is_written_with_the_entry_or_not_at_all(
        self, chair: Chairside, tablet: Tablet
    ) -> None:
        before = EntryStamp.objects.count()
        answer = tablet.sends("rate", tablet.writes(when="0", rate_ml_per_h="500"))
        assert answer.status_code == 422
        assert answer.json()["words"] == [
            "New rate: Enter a rate below 120\u202fmL/h, twice the ordered rate."
        ]
        assert EntryStamp.objects.count() == before

    def test_a_page_without_scripts_is_stamped_with_its_arrival_alone(
        self, chair: Chairside
    ) -> None:
        chair.clock.move_to(chair.clinic.now)
        browser = chair.sign_in(chair.clinic.people.sam)
        typed = {"key_field": str(uuid.uuid4()), "when": "0", "text": "Sleepy."}
        assert browser.post(chair.address("remark"), typed).status_code == 302
        stamp = EntryStamp.objects.get(kind="note")
        assert (stamp.entered_at, stamp.offset_ms, stamp.received_at) == (
            None,
            None,
            chair.clinic.now,
        )


class TestClocks:
    def test_a_clock_eleven_minutes_fast_is_said_and_does_not_move_the_entry(
        self, chair: Chairside
    ) -> None:
        fast = Tablet(chair, chair.clinic.people.sam, fast_by=timedelta(minutes=11))
        chair.clinic.wait(5)
        made_at, entry = chair.clinic.now, fast.writes(**CALM)
        assert fast.sends("vitals", entry).status_code == 200
        charted = monitoring.latest_vitals(chair.visit.period_id)
        assert charted is not None
        assert charted.occurred_at == made_at
        arrival = arrival_of(chair, charted.vitals_id)
        assert arrival_words(arrival, made_at.tzinfo) == "clock 11\u202fmin fast"  # type: ignore[arg-type]

    def test_a_moment_far_ahead_is_not_believed(self, chair: Chairside, tablet: Tablet) -> None:
        entry = tablet.writes(when="0", text="Warm.")
        entry["pressed_at"] = (chair.clinic.now + timedelta(minutes=11)).isoformat()
        assert tablet.sends("remark", entry).status_code == 200
        assert queries.remarks_of(chair.visit.pk)[0].occurred_at == chair.clinic.now

    def test_an_envelope_that_cannot_be_read_never_holds_up_the_entry(
        self, chair: Chairside, tablet: Tablet
    ) -> None:
        unreadable = [
            {"pressed_at": "soon"},
            {"pressed_at": "9999-12-31T23:59:59+00:00"},
            {"pressed_at": "2026-03-10T14:00:00"},
            {"device_at": "0001-01-01T00:00:00+00:00"},
            {"offset_ms": "9" * 40},
            {"offset_ms": "1e9"},
            {"device": "tablet 4"},
            {"sequence": "-1"},
        ]
        for wrong in unreadable:
            answer = tablet.sends("remark", {**tablet.writes(when="0", text="Warm."), **wrong})
            assert answer.status_code == 200, wrong
        assert len(queries.remarks_of(chair.visit.pk)) == len(unreadable)

    def test_log_and_record_say_what_came_late_and_by_which_clock(self, chair: Chairside) -> None:
        fast = Tablet(chair, chair.clinic.people.sam, fast_by=timedelta(minutes=11))
        entry = fast.writes(when="0", rate_ml_per_h="50")
        chair.clinic.wait(18)
        assert fast.sends("rate", entry).status_code == 200
        browser = chair.sign_in(chair.clinic.people.sam)
        for name in ("session", "record"):
            page = browser.get(chair.address(name)).content.decode()
            part = page.split('id="arrivals-title"')[1]
            assert "Sam Ortiz: entered 09:25, arrived 09:43, clock 11\u202fmin fast" in part


class TestSeveralHands:
    def test_two_tablets_chart_the_same_minute_and_both_are_kept(self, chair: Chairside) -> None:
        people = chair.clinic.people
        first, second = Tablet(chair, people.sam), Tablet(chair, people.noor)
        chair.clinic.wait(5)
        one, two = first.writes(**CALM), second.writes(**{**CALM, "sbp_mmhg": "131"})
        chair.clinic.wait(7)
        assert second.sends("vitals", two).status_code == 200
        assert first.sends("vitals", one).status_code == 200
        sets = [fact for fact in monitoring.vitals_of(chair.visit.period_id) if fact.values.hr_bpm]
        same_minute = [fact.values.sbp_mmhg for fact in sets if fact.by_name != ""][-2:]
        assert sorted(same_minute, key=str) == [128, 131]
        assert EntryStamp.objects.filter(kind="vitals").count() == 2

    def test_an_entry_waits_for_the_person_who_made_it(
        self, chair: Chairside, tablet: Tablet
    ) -> None:
        entry = tablet.writes(when="0", text="Calm.")
        answer = tablet.sends("remark", entry, signed_in=chair.clinic.people.noor)
        assert answer.status_code == 409
        assert queries.remarks_of(chair.visit.pk) == ()
        assert tablet.sends("remark", entry).status_code == 200
        assert queries.remarks_of(chair.visit.pk)[0].by_name == "Sam Ortiz"

    def test_a_pump_entry_overtaken_by_another_tablet_is_refused_in_words(
        self, chair: Chairside, tablet: Tablet
    ) -> None:
        chair.clinic.wait(5)
        entry = tablet.writes(when="0", rate_ml_per_h="50")
        chair.clinic.wait(5)
        chair.clinic.do(
            actions.pause, chair.clinic.people.noor, session_id=chair.visit.pk,
            occurred_at=chair.clinic.now,
        )  # fmt: skip
        answer = tablet.sends("rate", entry)
        assert answer.status_code == 422
        assert answer.json()["words"] == ["Resume first: the infusion is not running."]

    def test_a_stop_is_taken_whatever_came_in_between(
        self, chair: Chairside, tablet: Tablet
    ) -> None:
        chair.clinic.wait(5)
        entry = tablet.writes(when="0")
        chair.clinic.wait(5)
        chair.clinic.stop(chair.visit, who=chair.clinic.people.noor)
        assert tablet.sends("stop", entry).status_code == 200
        assert [kind for kind, _ in chair.log()] == ["start", "stop"]


class TestWhatTheBrowserAsks:
    def test_contact_says_the_time_and_who_is_signed_in_and_reads_nothing(
        self, chair: Chairside
    ) -> None:
        chair.clock.move_to(chair.clinic.now)
        sam = chair.clinic.people.sam
        said = chair.sign_in(sam).get(chair.address("contact")).json()
        assert said == {
            "now": chair.clinic.now.isoformat(),
            "person": str(sam.pk),
            "name": "Sam Ortiz",
            "state": "running",
        }

    def test_the_key_is_the_same_for_one_tablet_and_another_for_every_other(
        self, chair: Chairside
    ) -> None:
        people = chair.clinic.people
        tablets = [str(uuid.uuid4()), str(uuid.uuid4())]
        address = reverse("infusions:unlock")

        def key(who: Staff, device: str) -> str:
            answer = chair.sign_in(who).post(address, {"device": device})
            assert answer.status_code == 200
            return str(answer.json()["key"])

        mine = key(people.sam, tablets[0])
        assert key(people.noor, tablets[0]) == mine
        assert key(people.sam, tablets[1]) != mine
        assert key(people.robin, tablets[0]) != mine
        assert chair.sign_in(people.sam).post(address, {"device": "x"}).status_code == 422
        assert chair.sign_in(people.ash).post(address, {"device": tablets[0]}).status_code == 403

    def test_the_shell_and_the_worker_hold_nothing_of_a_patient(
        self, chair: Chairside, client: Client
    ) -> None:
        for name in ("offline_shell", "offline_worker"):
            answer = client.get(reverse(f"infusions:{name}"))
            body = answer.content.decode()
            assert answer.status_code == 200
            assert "Jordan" not in body
            assert "Reyes" not in body
        assert answer["Content-Type"].startswith("text/javascript")

    def test_the_page_carries_what_the_tablet_may_keep_and_no_more(self, chair: Chairside) -> None:
        chair.clock.move_to(chair.clinic.now)
        page = chair.sign_in(chair.clinic.people.sam).get(chair.address("session")).content.decode()
        kept = page.split('id="offline"')[1].split(">")[0]
        assert 'data-initials="J. R."' in kept
        assert 'data-born="1984"' in kept
        assert "Jordan" not in kept
        assert "MRN" not in kept


def test_an_envelope_belongs_to_a_visit_of_the_site(chair: Chairside, personas: Personas) -> None:
    from serein.core.errors import NotFound

    with pytest.raises(NotFound):
        actions.stamp_entry(
            key=new_key(),
            by=actor(personas.robin),
            at=chair.clinic.now,
            session_id=chair.visit.pk,
            kind="note",
            made_id=uuid.uuid4(),
            envelope=Envelope(),
        )
