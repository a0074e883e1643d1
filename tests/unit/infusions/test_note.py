"""The note says what the facts say, and says what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from serein.core.quantities import shown
from serein.infusions.rules.delivered import EventKind, PumpEvent, delivered
from serein.infusions.rules.gate import GateItem, MayOverride, Override, Reading, Verdict, met
from serein.infusions.rules.note import (
    Departure,
    EffectLine,
    EventLine,
    FlagLine,
    NoteFacts,
    note,
)

TEN = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)


def after(minutes: int) -> datetime:
    return TEN + timedelta(minutes=minutes)


LOG = (
    PumpEvent(EventKind.START, TEN, Decimal(60)),
    PumpEvent(EventKind.PAUSE, after(20)),
    PumpEvent(EventKind.RESUME, after(25), Decimal(30)),
    PumpEvent(EventKind.STOP, after(45)),
)
FACTS = NoteFacts(
    zone=ZoneInfo("America/New_York"),
    patient_name="Jordan Reyes",
    birth_date_text="4 May 1984",
    mrn="100023",
    number=2,
    infusions=6,
    ordered_mg=Decimal(40),
    mg_per_kg=Decimal("0.5"),
    weight_kg=Decimal(80),
    weight_basis="actual",
    minutes=40,
    rate_ml_per_h=Decimal(60),
    bag_mg_per_ml=Decimal(1),
    checked_in_at=after(-30),
    prepared_by="Sam Ortiz",
    checked_by="Noor Haddad",
    gate_overrides=(Override("weight", "x", "scale is being repaired", "Priya Raman", after(-5)),),
    delivered=delivered(LOG, bag_mg_per_ml=Decimal(1), ordered_mg=Decimal(40), at=after(120)),
    events=tuple(EventLine(event, "Sam Ortiz") for event in LOG),
    baseline=Reading(after(-10), 128, 78),
    readings=(
        Reading(after(-10), 128, 78, 70, 98, 16, 5),
        Reading(after(10), 164, 96, 92, 95, 14, 4),
        Reading(after(60), 130, 80, 74, None, 16, 5),
    ),
    flags=(FlagLine(after(10), "BP 164/96, limit 160/100", "Sam Ortiz", "repeated in 5 min"),),
    effects=(EffectLine(after(15), "nausea", "mild", "cold cloth", after(30)),),
    departure=Departure(
        at=after(110),
        by_name="Sam Ortiz",
        is_against_advice=False,
        items=(
            met("aldrete", "Recovery score", "10 of 10."),
            GateItem(
                "time",
                "Minimum time after the stop",
                Verdict.NOT_MET,
                "Wait: 65 min of 120 min have passed.",
                may_override=MayOverride.PRESCRIBER,
                override=Override("time", "120", "snow is coming", "Priya Raman", after(109)),
            ),
        ),
        escort_name="Alex Reyes",
        contact_at=after(26 * 60),
    ),
)


def test_totals_are_those_of_the_log() -> None:
    text = note(FACTS)
    assert f"Given: {shown(Decimal(30), 'mg')} ({shown(Decimal('0.375'), 'mg/kg')})" in text
    assert f"in {shown(40, 'min')} of running time with {shown(5, 'min')} paused" in text
    assert f"Not given: {shown(Decimal(10), 'mg')} of the order." in text
    assert f"Order: {shown(Decimal(40), 'mg')}" in text
    assert "actual weight" in text


def test_times_are_the_wall_clock_and_events_carry_their_author() -> None:
    lines = note(FACTS).splitlines()
    assert f"10:00 Infusion started at {shown(Decimal(60), 'mL/h')}, Sam Ortiz." in lines
    assert "10:20 Paused, Sam Ortiz." in lines
    assert f"10:25 Resumed at {shown(Decimal(30), 'mL/h')}, Sam Ortiz." in lines
    assert "10:45 Stopped, Sam Ortiz." in lines


def test_vitals_flags_effects_and_overrides_are_named() -> None:
    text = note(FACTS)
    assert (
        f"3 sets charted, baseline 128/{shown(78, 'mmHg')}, highest blood pressure "
        f"164/{shown(96, 'mmHg')} at 10:10" in text
    )
    assert "oxygen saturation 95 to 98%" in text
    assert "sedation score 4 to 5" in text
    assert "BP 164/96, limit 160/100; acknowledged by Sam Ortiz: repeated in 5 min." in text
    assert "10:15 nausea, mild, cold cloth; resolved 10:30." in text
    assert "overridden by Priya Raman: weight, because scale is being repaired." in text
    assert "overridden by Priya Raman, because snow is coming." in text
    assert "Went home with Alex Reyes." in text
    assert "not approved by the FDA for PTSD" in text


def test_what_was_not_charted_is_said() -> None:
    bare = replace(
        FACTS, events=(), readings=(), flags=(), effects=(), departure=None, checked_by=""
    )
    text = note(bare)
    for sentence in (
        "no ketamine was given",
        "Vital signs: none charted.",
        "Flags: none.",
        "Side effects: none charted.",
        "The patient has not left yet.",
        "checked by nobody",
    ):
        assert sentence in text


def test_an_unanswered_flag_and_a_lasting_effect_are_not_hidden() -> None:
    text = note(
        replace(
            FACTS,
            flags=(FlagLine(after(10), "SpO2 91%, limit 92%", "", ""),),
            effects=(EffectLine(after(15), "dizziness", "moderate", "", None),),
        )
    )
    assert "SpO2 91%, limit 92%; not acknowledged." in text
    assert "dizziness, moderate; not resolved." in text


def test_more_than_ordered_is_said() -> None:
    more = delivered(LOG, bag_mg_per_ml=Decimal(2), ordered_mg=Decimal(40), at=after(120))
    text = note(replace(FACTS, delivered=more))
    assert f"More than ordered: {shown(Decimal(20), 'mg')} above the order." in text


def test_leaving_against_advice_is_said_in_its_own_words() -> None:
    left = Departure(after(70), "Sam Ortiz", True, (), "", None, "has to fetch the children")
    text = note(replace(FACTS, departure=left))
    assert "Left against advice at 11:10, without an escort." in text
    assert "Reason given: has to fetch the children." in text
