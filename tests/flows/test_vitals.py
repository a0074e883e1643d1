"""Charting, flags and corrections, through the actions and the pages that people use."""

from __future__ import annotations

import random
import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serein.audit.models import AuditEntry
from serein.core.errors import NotFound, Refused, SomeoneActedFirst
from serein.core.models import CannotChange
from serein.monitoring import actions, queries
from serein.monitoring.models import FlagAnswer, MonitoringPeriod, VitalSet
from serein.patients import actions as patients
from tests.conftest import MONDAY_9, Personas, actor, new_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.test import Client

    from serein.monitoring.queries import FlagFact

pytestmark = pytest.mark.django_db

GOOD = {"sbp_mmhg": 120, "dbp_mmhg": 76, "hr_bpm": 70, "spo2_percent": 98}
HIGH = {**GOOD, "sbp_mmhg": 182, "dbp_mmhg": 104}


def after(minutes: float) -> datetime:
    return MONDAY_9 + timedelta(minutes=minutes)


def register(personas: Personas) -> UUID:
    return patients.register_patient(
        key=new_key(), by=actor(personas.morgan), at=MONDAY_9, given_name="Jordan",
        family_name="Reyes", birth_date=date(1987, 5, 4), sex="female",
    ).pk  # fmt: skip


@pytest.fixture
def patient_id(personas: Personas) -> UUID:
    return register(personas)


@pytest.fixture
def period(personas: Personas, patient_id: UUID) -> MonitoringPeriod:
    return actions.open_period(
        key=new_key(), by=actor(personas.sam), at=MONDAY_9, patient_id=patient_id
    )


def start(personas: Personas, period: MonitoringPeriod, minute: float = 10) -> None:
    actions.mark_started(
        key=new_key(), by=actor(personas.sam), at=after(minute), period_id=period.pk,
        started_at=after(minute),
    )  # fmt: skip


def chart(personas: Personas, period: MonitoringPeriod, minute: float, **values: Any) -> VitalSet:
    entered = values.pop("entered", minute)
    return actions.record_vitals(
        key=values.pop("key", None) or new_key(),
        by=actor(personas.sam),
        at=after(entered),
        period_id=period.pk,
        occurred_at=after(minute),
        **(values or GOOD),
    )


def flags(period: MonitoringPeriod) -> list[FlagFact]:
    return [flag for flag in queries.flags_of(period.pk) if flag.condition != "time"]


def codes(period: MonitoringPeriod) -> list[str]:
    return [flag.code for flag in flags(period) if flag.withdrawn_at is None]


def one_flag(period: MonitoringPeriod, code: str) -> FlagFact:
    return next(flag for flag in flags(period) if flag.code == code)


def answer(personas: Personas, flag: FlagFact, minute: float, code: str = "repeated") -> None:
    actions.acknowledge_flag(
        key=new_key(), by=actor(personas.noor), at=after(minute), flag_id=flag.flag_id,
        action_code=code,
    )  # fmt: skip


# ── charting ──────────────────────────────────────────────────────────────────────────────────────


def test_charting_raises_a_flag_in_the_same_step(
    personas: Personas, period: MonitoringPeriod
) -> None:
    chart(personas, period, 5)
    start(personas, period)
    chart(personas, period, 15, **HIGH)
    (flag,) = flags(period)
    assert (flag.code, flag.rank, flag.value_text, flag.limit_text) == (
        "bp_high.notify_confirm_hold", "look", "182/104\u202fmmHg", "180/110",
    )  # fmt: skip
    assert queries.standing_flags(personas.sam.site_id) == (flag,)
    assert queries.standing_flags(personas.robin.site_id) == ()


def test_a_retry_with_the_same_key_charts_once(
    personas: Personas, period: MonitoringPeriod
) -> None:
    key = new_key()
    first = chart(personas, period, 5, key=key, **GOOD)
    assert chart(personas, period, 5, key=key, entered=6, **GOOD) == first
    assert len(queries.vitals_of(period.pk)) == 1


def test_a_refused_set_leaves_nothing_behind(personas: Personas, period: MonitoringPeriod) -> None:
    before = AuditEntry.objects.count()
    for wrong in (
        {"sbp_mmhg": 14, "dbp_mmhg": 90},
        {"hr_bpm": 210},
        {"spo2_percent": 101},
        {"signs": ["dragons"]},
    ):
        with pytest.raises(Refused):
            chart(personas, period, 5, **wrong)
    with pytest.raises(Refused, match="future"):
        chart(personas, period, 30, entered=5, **GOOD)
    with pytest.raises(Refused, match="after the patient was checked in"):
        chart(personas, period, -5, entered=5, **GOOD)
    assert queries.vitals_of(period.pk) == ()
    assert AuditEntry.objects.count() == before
    kept = chart(personas, period, 5, hr_bpm=210, is_confirmed=True)
    assert kept.was_confirmed


def test_said_before_the_dose_but_taken_after_the_start(
    personas: Personas, period: MonitoringPeriod
) -> None:
    start(personas, period)
    with pytest.raises(Refused, match="before the start"):
        chart(personas, period, 12, phase="pre", **GOOD)
    assert chart(personas, period, 10, phase="pre", **GOOD).phase == "pre"
    assert chart(personas, period, 11, **GOOD).phase == "during"


def test_late_charting_sorts_by_its_time_and_says_who_entered_it_when(
    personas: Personas, period: MonitoringPeriod, patient_id: UUID,
    sign_in: Callable[..., Client],
) -> None:  # fmt: skip
    chart(personas, period, 5)
    start(personas, period)
    chart(personas, period, 20)
    chart(personas, period, 12, entered=102, **{**GOOD, "hr_bpm": 91})
    listed = queries.vitals_of(period.pk)
    assert [fact.values.hr_bpm for fact in listed] == [70, 91, 70]
    page = sign_in(personas.sam).get(reverse("monitoring:period", args=[patient_id, period.pk]))
    assert "entered 10:42 by Sam Ortiz" in page.content.decode()


def test_a_late_entry_between_takes_a_confirmation_back(
    personas: Personas, period: MonitoringPeriod
) -> None:
    chart(personas, period, 5)
    start(personas, period)
    chart(personas, period, 20, **HIGH)
    chart(personas, period, 28, **HIGH)
    assert "bp_high.hold" in codes(period)
    chart(personas, period, 24, entered=30, **GOOD)
    assert codes(period) == ["bp_high.notify_confirm_hold", "bp_high.notify_confirm_hold"]
    hold = one_flag(period, "bp_high.hold")
    assert hold.withdrawn_at is not None
    assert hold.is_standing, "a person has to see that it was withdrawn"


def test_a_corrected_start_judges_the_visit_again(
    personas: Personas, period: MonitoringPeriod
) -> None:
    chart(personas, period, 5, **{**GOOD, "sbp_mmhg": 145})
    assert codes(period) == ["bp_high_pre.notify"]
    start(personas, period, 10)
    assert flags(period)[0].ended_because == "phase_over"
    actions.restate_course(
        key=new_key(), by=actor(personas.sam), at=after(20), period_id=period.pk,
        started_at=after(3), stopped_at=None,
    )  # fmt: skip
    assert codes(period) == ["baseline.missing"]
    with pytest.raises(Refused, match="follows the one before"):
        actions.restate_course(
            key=new_key(), by=actor(personas.sam), at=after(20), period_id=period.pk,
            started_at=after(9), stopped_at=after(8),
        )  # fmt: skip


# ── corrections ───────────────────────────────────────────────────────────────────────────────────


def correct(personas: Personas, wrong: VitalSet, minute: float, **values: Any) -> VitalSet:
    return actions.correct_vitals(
        key=new_key(), by=actor(personas.noor), at=after(minute), vitals_id=wrong.pk,
        reason=values.pop("reason", "digit slipped"), occurred_at=wrong.occurred_at, **values,
    )  # fmt: skip


def test_a_correction_keeps_both_sets_and_withdraws_the_flag(
    personas: Personas, period: MonitoringPeriod
) -> None:
    chart(personas, period, 5)
    start(personas, period)
    wrong = chart(personas, period, 15, **{**GOOD, "sbp_mmhg": 190})
    right = correct(personas, wrong, 17, **GOOD)
    assert [(v.values.sbp_mmhg, v.is_current) for v in queries.vitals_of(period.pk)][1:] == [
        (190, False), (120, True)
    ]  # fmt: skip
    assert right.root_id == wrong.root_id
    assert codes(period) == []
    with pytest.raises(SomeoneActedFirst):
        correct(personas, wrong, 18, **GOOD)
    with pytest.raises(Refused, match="Write why"):
        correct(personas, right, 18, reason=" ", **GOOD)


def test_a_correction_that_stays_out_of_range_keeps_flag_and_answer(
    personas: Personas, period: MonitoringPeriod
) -> None:
    chart(personas, period, 5)
    start(personas, period)
    wrong = chart(personas, period, 15, **HIGH)
    answer(personas, flags(period)[0], 16)
    correct(personas, wrong, 17, **{**HIGH, "sbp_mmhg": 186})
    (flag,) = flags(period)
    assert (flag.value_text, flag.answer) == ("186/104\u202fmmHg", "repeated")


def test_a_set_from_before_a_start_that_was_restated_can_still_be_corrected(
    personas: Personas, period: MonitoringPeriod
) -> None:
    wrong = chart(personas, period, 8, **{**GOOD, "hr_bpm": 77})
    start(personas, period, 6)
    right = correct(personas, wrong, 12, **GOOD)
    assert (wrong.phase, right.phase) == ("pre", "during")


def test_a_set_of_another_patient_is_taken_back(
    personas: Personas, period: MonitoringPeriod
) -> None:
    wrong = chart(personas, period, 5, spo2_percent=85)
    actions.withdraw_vitals(
        key=new_key(), by=actor(personas.sam), at=after(6), vitals_id=wrong.pk,
        reason="wrong chart",
    )  # fmt: skip
    assert queries.readings_of(period.pk) == ()
    assert codes(period) == []


# ── answers ───────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_is_by_name_and_a_worse_value_asks_again(
    personas: Personas, period: MonitoringPeriod
) -> None:
    chart(personas, period, 5)
    start(personas, period)
    chart(personas, period, 15, **HIGH)
    answer(personas, flags(period)[0], 16, "prescriber_here")
    assert queries.standing_flags(personas.sam.site_id) == ()
    chart(personas, period, 18, **HIGH)
    (standing,) = queries.standing_flags(personas.sam.site_id)
    assert (standing.code, standing.rank) == ("bp_high.hold", "act_now")
    first = one_flag(period, "bp_high.notify_confirm_hold")
    assert (first.acknowledged_by_name, first.answer) == ("Noor Haddad", "prescriber_here")
    with pytest.raises(SomeoneActedFirst):
        answer(personas, first, 19)


def test_answering_the_worse_answers_the_milder_of_the_same_condition(
    personas: Personas, period: MonitoringPeriod
) -> None:
    chart(personas, period, 5)
    start(personas, period)
    chart(personas, period, 15, **{**HIGH, "spo2_percent": 93})
    chart(personas, period, 19, **HIGH)
    answer(personas, one_flag(period, "bp_high.hold"), 20, "paused")
    standing = queries.standing_flags(personas.sam.site_id)
    assert [flag.code for flag in standing] == ["spo2_low.notify"]


def test_a_flag_that_ends_stays_until_it_is_answered(
    personas: Personas, period: MonitoringPeriod
) -> None:
    chart(personas, period, 5, **{**GOOD, "spo2_percent": 90})
    chart(personas, period, 7)
    (flag,) = queries.standing_flags(personas.sam.site_id)
    assert (flag.ended_because, flag.is_in_force) == ("in_range", False)
    with pytest.raises(Refused, match="Write why"):
        answer(personas, flag, 8, "no_action")
    with pytest.raises(Refused, match="Choose what was done"):
        answer(personas, flag, 8, "prayed")
    answer(personas, flag, 8, "oxygen")
    assert queries.standing_flags(personas.sam.site_id) == ()


def test_still_out_of_range_a_quarter_of_an_hour_later_asks_again(
    personas: Personas, period: MonitoringPeriod
) -> None:
    low = {**GOOD, "spo2_percent": 93}
    chart(personas, period, 5, **low)
    answer(personas, flags(period)[0], 6)
    chart(personas, period, 20.9, **low)
    assert queries.standing_flags(personas.sam.site_id) == ()
    chart(personas, period, 21, **low)
    (flag,) = queries.standing_flags(personas.sam.site_id)
    assert flag.count == 3
    answer(personas, flag, 22)
    assert queries.standing_flags(personas.sam.site_id) == ()


def test_every_answer_is_kept(personas: Personas, period: MonitoringPeriod) -> None:
    low = {**GOOD, "spo2_percent": 93}
    chart(personas, period, 5, **low)
    answer(personas, flags(period)[0], 6)
    chart(personas, period, 25, **low)
    answer(personas, flags(period)[0], 26, "oxygen")
    kept = FlagAnswer.objects.order_by("at").values_list("answer", "by_name")
    assert list(kept) == [("repeated", "Noor Haddad"), ("oxygen", "Noor Haddad")]


def test_a_missed_set_raises_a_flag_that_ends_when_one_is_charted(
    personas: Personas, period: MonitoringPeriod
) -> None:
    def tell(minute: float) -> list[tuple[str, bool]]:
        actions.raise_time_flags(
            key=new_key(), by=actor(personas.sam), at=after(minute), period_id=period.pk
        )
        return [
            (flag.code, flag.is_in_force)
            for flag in queries.flags_of(period.pk)
            if flag.condition == "time"
        ]

    chart(personas, period, 5)
    start(personas, period)
    assert tell(18) == []
    assert tell(18.5) == [("time.overdue", True)]
    assert tell(19) == [("time.overdue", True)]
    assert tell(31) == [("time.overdue", True), ("time.stale", True)]
    chart(personas, period, 32)
    assert tell(32) == [("time.overdue", False), ("time.stale", False)]


def test_the_command_raises_what_is_overdue_once(
    clock: Any, personas: Personas, period: MonitoringPeriod, capsys: pytest.CaptureFixture[str]
) -> None:
    chart(personas, period, 5)
    start(personas, period)
    clock.shift(timedelta(minutes=19))
    for _ in range(2):
        call_command("raise_overdue")
    assert [flag.code for flag in queries.flags_of(period.pk)] == ["time.overdue"]
    assert capsys.readouterr().out.splitlines() == [
        "1 visit has a set of vitals that is newly overdue.",
        "0 visits have a set of vitals that is newly overdue.",
    ]


# ── the period ────────────────────────────────────────────────────────────────────────────────────


def test_one_open_period_per_patient_and_times_in_order(
    personas: Personas, period: MonitoringPeriod, patient_id: UUID
) -> None:
    sam = actor(personas.sam)
    common = {"by": sam, "period_id": period.pk}
    with pytest.raises(Refused, match="Finish the visit"):
        actions.open_period(key=new_key(), by=sam, at=after(1), patient_id=patient_id)
    with pytest.raises(Refused, match="not running"):
        actions.mark_stopped(key=new_key(), at=after(1), stopped_at=after(1), **common)
    with pytest.raises(Refused, match="after the patient was checked in"):
        actions.mark_started(key=new_key(), at=after(1), started_at=after(-1), **common)
    start(personas, period)
    with pytest.raises(Refused, match="already started"):
        start(personas, period)
    with pytest.raises(Refused, match="not paused"):
        actions.mark_resumed(key=new_key(), at=after(12), resumed_at=after(12), **common)
    actions.mark_paused(key=new_key(), at=after(12), paused_at=after(12), **common)
    with pytest.raises(Refused, match="paused already"):
        actions.mark_paused(key=new_key(), at=after(13), paused_at=after(13), **common)
    with pytest.raises(Refused, match="after the pause began"):
        actions.mark_resumed(key=new_key(), at=after(13), resumed_at=after(11), **common)
    with pytest.raises(Refused, match="Stop the infusion"):
        actions.close_period(key=new_key(), at=after(14), **common)
    actions.mark_stopped(key=new_key(), at=after(20), stopped_at=after(20), **common)
    assert queries.period(period.pk).timeline.pauses[0].to_at == after(20)
    actions.close_period(key=new_key(), at=after(90), **common)
    with pytest.raises(Refused, match="before the visit ended"):
        chart(personas, period, 95)
    assert chart(personas, period, 80, entered=200, **GOOD).pk, "late entry after discharge"
    with pytest.raises(Refused, match="already ended"):
        actions.close_period(key=new_key(), at=after(91), **common)
    assert queries.open_period_of(patient_id) is None


def test_the_baseline_is_the_last_pressure_before_the_start(
    personas: Personas, period: MonitoringPeriod
) -> None:
    chart(personas, period, 1, **{**GOOD, "sbp_mmhg": 135})
    chart(personas, period, 6, **{**GOOD, "sbp_mmhg": 118})
    chart(personas, period, 8, hr_bpm=64)
    start(personas, period)
    chart(personas, period, 15, **HIGH)
    baseline = queries.baseline_of(period.pk)
    assert baseline is not None
    assert (baseline.sbp_mmhg, baseline.measured_at) == (118, after(6))


# ── the database refuses the impossible ───────────────────────────────────────────────────────────


def row(period: MonitoringPeriod, **values: Any) -> VitalSet:
    return VitalSet(
        period=period, client_key=new_key(), root_id=new_key(), occurred_at=after(1),
        recorded_at=after(1), by_id="x", by_name="x", source="manual", phase="pre", **values,
    )  # fmt: skip


IMPOSSIBLE = [
    {"hr_bpm": 0},
    {"spo2_percent": 0},
    {"spo2_percent": 101},
    {"rr_per_min": 0},
    {"sbp_mmhg": 90, "dbp_mmhg": 140},
    {"sbp_mmhg": 120},
    {"moaas": 6, "moaas_version": "x"},
    {"moaas": 4},
    {"is_withdrawn": True},
]


@pytest.mark.parametrize("values", IMPOSSIBLE, ids=str)
def test_the_table_refuses_what_cannot_be(period: MonitoringPeriod, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        row(period, **values).save()


def test_a_charted_set_cannot_be_changed(personas: Personas, period: MonitoringPeriod) -> None:
    kept = chart(personas, period, 5)
    kept.hr_bpm = 71
    with pytest.raises(CannotChange):
        kept.save()
    with pytest.raises(CannotChange):
        VitalSet.objects.filter(pk=kept.pk).update(hr_bpm=71)


sets = st.lists(
    st.tuples(
        st.integers(11, 70),
        st.sampled_from([85, 120, 165, 185, 205]),
        st.sampled_from([0, 88, 93, 98]),
    ),
    min_size=2,
    max_size=6,
    unique_by=lambda one: one[0],
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sets, st.integers(0, 10_000))
def test_the_order_of_entry_does_not_matter_in_the_table_either(
    personas: Personas, taken: list[tuple[int, int, int]], seed: int
) -> None:
    def final(order: list[tuple[int, int, int]]) -> list[tuple[Any, ...]]:
        watched = actions.open_period(
            key=new_key(), by=actor(personas.sam), at=MONDAY_9, patient_id=register(personas)
        )
        chart(personas, watched, 5)
        start(personas, watched)
        for minute, sbp, spo2 in order:
            chart(
                personas, watched, minute, entered=80, sbp_mmhg=sbp, dbp_mmhg=70,
                spo2_percent=spo2, is_confirmed=True,
            )  # fmt: skip
        kept = queries.vitals_of(watched.pk)
        assert len(kept) == len(order) + 1
        assert all(fact.values.spo2_percent != 0 for fact in kept)
        return [
            (f.code, f.raised_at, f.ended_at, f.count, f.latest_at, f.value_text)
            for f in flags(watched)
            if f.withdrawn_at is None
        ]

    shuffled = taken[:]
    random.Random(seed).shuffle(shuffled)
    assert final(sorted(taken)) == final(shuffled)


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────


def typed(**more: str) -> dict[str, str]:
    return {
        "when": "0", "sbp_mmhg": "124", "dbp_mmhg": "78", "hr_bpm": "72", "spo2_percent": "97",
        "rr_per_min": "14", "moaas": "5", "key_field": str(new_key()), **more,
    }  # fmt: skip


@pytest.fixture
def page(
    clock: Any, personas: Personas, period: MonitoringPeriod, patient_id: UUID,
    sign_in: Callable[..., Client],
) -> tuple[Client, str]:  # fmt: skip
    clock.shift(timedelta(minutes=20))
    return sign_in(personas.sam), reverse("monitoring:chart", args=[patient_id, period.pk])


def test_a_nurse_charts_a_set(
    page: tuple[Client, str], period: MonitoringPeriod, patient_id: UUID
) -> None:
    client, url = page
    assert client.get(url).status_code == 200
    answered = client.post(url, typed(when="5", signs="vomiting"))
    assert answered.status_code == 302
    assert answered["Location"] == reverse("monitoring:period", args=[patient_id, period.pk])
    (fact,) = queries.vitals_of(period.pk)
    assert fact.occurred_at == after(15)
    assert fact.values.moaas == 5
    assert codes(period) == ["sign_vomiting.hold"]
    shown = client.get(answered["Location"]).content.decode()
    assert "Vomiting: pause" in shown
    assert "124/78" in shown


def test_the_exact_time_is_the_clinics_wall_clock(
    page: tuple[Client, str], period: MonitoringPeriod
) -> None:
    client, url = page
    client.post(url, typed(when="exact", occurred_time="09:07"))
    (fact,) = queries.vitals_of(period.pk)
    assert fact.occurred_at == after(7)
    again = client.post(url, typed(when="exact"))
    assert again.status_code == 422
    assert "Enter the time, such as 14:05." in again.content.decode()


BAD = [
    ({"sbp_mmhg": "14", "dbp_mmhg": "90"}, "Check the blood pressure"),
    ({"sbp_mmhg": "90", "dbp_mmhg": "140"}, "Check the blood pressure"),
    ({"dbp_mmhg": ""}, "Enter the diastolic pressure"),
    ({"hr_bpm": "7,2"}, "Use a point"),
    ({"hr_bpm": "\uff17\uff12"}, "Enter a plain number in bpm"),
    ({"hr_bpm": "72.5"}, "Enter a whole number"),
    ({"hr_bpm": "1e2"}, "Enter"),
    ({"spo2_percent": "140"}, "Enter a number from 0 to 100"),
    ({"moaas": "9"}, "Select a valid choice"),
    ({"temperature_c": "98.6"}, "Enter a number from 20 to 50"),
    ({"signs": "dragons"}, "Select a valid choice"),
    ({"when": "exact", "occurred_time": "25:10"}, "Enter a time from 00:00 to 23:59"),
    ({"when": "exact", "occurred_time": "13:00"}, "not in the future"),
    ({"when": "exact", "occurred_time": "08:00"}, "after the patient was checked in"),
    ({"note": "x" * 10_000}, "Shorten note to 300 characters"),
]


@pytest.mark.parametrize(("entry", "message"), BAD, ids=lambda v: str(v)[:50])
def test_bad_entries_store_nothing_and_lose_nothing(
    page: tuple[Client, str], period: MonitoringPeriod, entry: dict[str, str], message: str
) -> None:
    client, url = page
    answered = client.post(url, typed(note=entry.get("note", "left arm"), **{
        name: value for name, value in entry.items() if name != "note"
    }))  # fmt: skip
    body = answered.content.decode()
    assert answered.status_code == 422
    assert message in body
    for name in ("sbp_mmhg", "hr_bpm", "spo2_percent"):
        assert f'value="{entry.get(name, typed()[name])}"' in body
    assert queries.vitals_of(period.pk) == ()


def test_an_unlikely_pressure_is_asked_about_once_and_then_kept(
    page: tuple[Client, str], period: MonitoringPeriod
) -> None:
    client, url = page
    asked = client.post(url, typed(sbp_mmhg="210", dbp_mmhg="80"))
    assert asked.status_code == 422
    assert "130 apart" in asked.content.decode()
    assert 'name="is_confirmed"' in asked.content.decode()
    kept = client.post(url, typed(sbp_mmhg="210", dbp_mmhg="80", is_confirmed="on"))
    assert kept.status_code == 302
    (fact,) = queries.vitals_of(period.pk)
    assert fact.was_confirmed


def test_script_tags_and_right_to_left_text_stay_text(
    page: tuple[Client, str], period: MonitoringPeriod, patient_id: UUID
) -> None:
    client, url = page
    client.post(url, typed(note="<script>alert(1)</script> O'Brien שלום"))
    home = reverse("monitoring:period", args=[patient_id, period.pk])
    body = client.get(home).content.decode()
    assert "<script>alert(1)" not in body
    assert "O&#x27;Brien שלום" in body


def test_a_nurse_corrects_a_set_on_the_page(
    page: tuple[Client, str], period: MonitoringPeriod, patient_id: UUID
) -> None:
    client, url = page
    client.post(url, typed(hr_bpm="0", spo2_percent="93"))
    (wrong,) = queries.vitals_of(period.pk)
    where = reverse("monitoring:correct", args=[patient_id, period.pk, wrong.vitals_id])
    form = client.get(where).content.decode()
    assert 'name="hr_bpm" value="0"' in form
    assert 'name="spo2_percent" value="93"' in form
    entry = typed(hr_bpm="0", spo2_percent="98", occurred_time="09:20")
    refused = client.post(where, entry)
    assert refused.status_code == 422
    assert "Enter why it is corrected." in refused.content.decode()
    assert client.post(where, {**entry, "reason": "misread"}).status_code == 302
    before, now = queries.vitals_of(period.pk)
    assert (before.is_current, now.is_current) == (False, True)
    assert now.occurred_at == before.occurred_at
    body = client.get(reverse("monitoring:period", args=[patient_id, period.pk])).content.decode()
    assert "<s>93%</s>" in body
    assert "corrected 09:20 by Sam Ortiz: misread" in body
    back = reverse("monitoring:take_back", args=[patient_id, period.pk, now.vitals_id])
    assert client.post(back, {"reason": ""}).status_code == 422
    assert client.post(back, {"reason": "another patient's"}).status_code == 302
    assert queries.readings_of(period.pk) == ()


def test_a_flag_is_answered_on_its_page_and_returns_to_where_it_came_from(
    page: tuple[Client, str], period: MonitoringPeriod, patient_id: UUID
) -> None:
    client, url = page
    client.post(url, typed(spo2_percent="91"))
    (flag,) = flags(period)
    where = reverse("monitoring:answer", args=[patient_id, flag.flag_id])
    shown = client.get(where + "?back=/today/")
    assert 'name="back" value="/today/"' in shown.content.decode()
    empty = client.post(where, {"note": "probe cold"})
    assert empty.status_code == 422
    assert "Choose what was done." in empty.content.decode()
    assert "probe cold" in empty.content.decode()
    done = client.post(where, {"action_code": "probe_checked", "back": "/today/"})
    assert done["Location"] == "/today/"
    assert flags(period)[0].acknowledged_by_name == "Sam Ortiz"
    assert "Checked probe or cuff" in client.get(where).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_the_page_to_return_to_is_always_ours(page: tuple[Client, str], elsewhere: str) -> None:
    client, url = page
    answered = client.post(url, typed(back=elsewhere))
    assert answered["Location"].startswith("/patients/")


def test_other_patients_and_other_sites_are_not_found(
    personas: Personas, period: MonitoringPeriod, patient_id: UUID, page: tuple[Client, str],
    sign_in: Callable[..., Client],
) -> None:  # fmt: skip
    client, url = page
    client.post(url, typed(spo2_percent="91"))
    other = register(personas)
    (fact,), (flag,) = queries.vitals_of(period.pk), flags(period)
    for name, args in (
        ("period", [other, period.pk]),
        ("chart", [other, period.pk]),
        ("correct", [other, period.pk, fact.vitals_id]),
        ("take_back", [other, period.pk, fact.vitals_id]),
        ("answer", [other, flag.flag_id]),
    ):
        assert client.get(reverse(f"monitoring:{name}", args=args)).status_code == 404
    robin = sign_in(personas.robin)
    assert robin.get(url).status_code == 404
    with pytest.raises(NotFound):
        actions.record_vitals(
            key=new_key(), by=actor(personas.robin), at=after(20), period_id=period.pk,
            occurred_at=after(20), hr_bpm=70,
        )  # fmt: skip
    with pytest.raises(NotFound):
        actions.acknowledge_flag(
            key=new_key(), by=actor(personas.robin), at=after(20), flag_id=flag.flag_id,
            action_code="repeated",
        )  # fmt: skip


def test_who_may_chart_and_who_may_only_look(
    personas: Personas, period: MonitoringPeriod, patient_id: UUID, sign_in: Callable[..., Client]
) -> None:
    home = reverse("monitoring:period", args=[patient_id, period.pk])
    url = reverse("monitoring:chart", args=[patient_id, period.pk])
    assert sign_in(personas.theo).get(home).status_code == 200
    assert sign_in(personas.theo).post(url, typed()).status_code == 403
    assert sign_in(personas.ash).get(home).status_code == 403
    assert queries.vitals_of(period.pk) == ()


def test_the_limits_in_force_are_on_a_page(
    personas: Personas, sign_in: Callable[..., Client]
) -> None:
    body = sign_in(personas.sam).get(reverse("monitoring:limits")).content.decode()
    assert "SBP 180 or more, or DBP 110 or more" in body
    assert "clinic default, review" in body
    assert f'class="back" href="{reverse("workspace:today")}"' in body


def test_the_limits_lead_back_to_the_visit_they_were_opened_from(
    personas: Personas, period: MonitoringPeriod, patient_id: UUID,
    sign_in: Callable[..., Client],
) -> None:  # fmt: skip
    client = sign_in(personas.sam)
    home = reverse("monitoring:period", args=[patient_id, period.pk])
    (link,) = re.findall(r'href="(/monitoring/limits/[^"]*)"', client.get(home).content.decode())
    assert f'class="back" href="{home}"' in client.get(link).content.decode()
    elsewhere = client.get(link.split("?")[0], {"back": "//elsewhere.example/"})
    assert "elsewhere.example" not in elsewhere.content.decode()


def test_pages_ask_the_same_number_of_questions_however_many_sets(
    personas: Personas, period: MonitoringPeriod, patient_id: UUID,
    sign_in: Callable[..., Client], django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    client = sign_in(personas.sam)
    home = reverse("monitoring:period", args=[patient_id, period.pk])
    for minute in range(1, 21):
        chart(personas, period, minute, **{**GOOD, "spo2_percent": 90 + minute % 6})
    with django_assert_max_num_queries(40):
        assert client.get(home).status_code == 200
