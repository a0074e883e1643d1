"""The discharge gate: each condition alone keeps the patient here; overrides have an author."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from serein.infusions.rules.discharge import DischargeFacts, Recovery, gate, long_watch_because
from serein.infusions.rules.gate import MayOverride, Override, Reading, open_items

STOP = datetime(2026, 3, 12, 11, 0, tzinfo=UTC)
NOW = STOP + timedelta(minutes=61)


def after(minutes: int, sbp: int, dbp: int, moaas: int | None = 5) -> Reading:
    return Reading(STOP + timedelta(minutes=minutes), sbp, dbp, 72, 98, 16, moaas)


WELL = Recovery(
    aldrete=(2, 2, 2, 2, 2),
    back_to_usual=True,
    nausea=1,
    fluids_tolerated=True,
    gait_steady=True,
    oriented=True,
    safety_reviewed=True,
    iv_out=True,
    escort_present=True,
    escort_name="Alex Reyes",
    instructions_given=True,
    no_driving_acknowledged=True,
    contact_at=NOW + timedelta(hours=24),
)
HOME = DischargeFacts(
    at=NOW,
    stopped_at=STOP,
    long_watch_because=(),
    baseline=Reading(STOP - timedelta(hours=1), 128, 78),
    readings=(after(15, 148, 88), after(30, 138, 84), after(45, 132, 80)),
    recovery=WELL,
    open_urgent_tasks=0,
)


def open_codes(facts: DischargeFacts) -> list[str]:
    return [item.code for item in open_items(gate(facts))]


def test_all_met_opens_the_door() -> None:
    assert open_codes(HOME) == []


SAID = [
    ("aldrete", {"aldrete": (2, 2, 2, 2, None)}),
    ("aldrete", {"aldrete": (1, 2, 1, 2, 2)}),
    ("aldrete", {"aldrete": (2, 2, 2, 2, 1)}),
    ("aldrete", {"aldrete": (2, 2, 2, 2, 0)}),
    ("aldrete", {"aldrete": (0, 2, 2, 2, 2)}),
    ("usual", {"back_to_usual": False}),
    ("usual", {"back_to_usual": None}),
    ("nausea", {"nausea": 4}),
    ("nausea", {"nausea": None}),
    ("fluids", {"fluids_tolerated": False}),
    ("gait", {"gait_steady": False}),
    ("oriented", {"oriented": False}),
    ("safety", {"safety_reviewed": None}),
    ("iv", {"iv_out": False}),
    ("escort", {"escort_present": False}),
    ("escort", {"escort_name": ""}),
    ("instructions", {"instructions_given": False}),
    ("driving", {"no_driving_acknowledged": False}),
    ("contact", {"contact_at": None}),
    ("contact", {"contact_at": NOW + timedelta(hours=37)}),
    ("contact", {"contact_at": NOW}),
]


@pytest.mark.parametrize(("code", "said"), SAID)
def test_one_answer_missing_keeps_the_door_closed(code: str, said: dict[str, Any]) -> None:
    assert open_codes(replace(HOME, recovery=replace(WELL, **said))) == [code]


MEASURED = [
    ("time", {"at": STOP + timedelta(minutes=59)}),
    ("time", {"long_watch_because": ("first infusion",)}),
    ("pressure", {"readings": (after(30, 128, 78),)}),
    ("pressure", {"readings": (after(30, 128, 78), after(45, 162, 84))}),
    ("pressure", {"readings": (after(30, 162, 84), after(45, 128, 78))}),
    ("pressure", {"readings": (after(30, 128, 78), after(45, 80, 50))}),
    ("awake", {"readings": (after(30, 128, 78, None), after(45, 128, 78, 4))}),
    ("awake", {"readings": (after(30, 128, 78, None), after(45, 128, 78, None))}),
    ("safety", {"open_urgent_tasks": 1}),
]


@pytest.mark.parametrize(("code", "changed"), MEASURED)
def test_one_measured_fact_keeps_the_door_closed(code: str, changed: dict[str, Any]) -> None:
    assert open_codes(replace(HOME, **changed)) == [code]


def test_sets_before_the_stop_do_not_count() -> None:
    facts = replace(HOME, readings=(after(-5, 120, 70), after(-1, 120, 70)))
    assert open_codes(facts) == ["pressure", "awake"]


def test_high_baseline_allows_its_own_band() -> None:
    facts = replace(
        HOME,
        baseline=Reading(STOP, 150, 95),
        readings=(after(30, 168, 100), after(45, 170, 102)),
    )
    assert open_codes(facts) == []


def test_long_watch_needs_120_minutes() -> None:
    because = long_watch_because(is_first_infusion=True, is_dose_increased=False, age_years=70)
    assert because == ("first infusion", "65 years or older")
    at = STOP + timedelta(minutes=120)
    facts = replace(HOME, long_watch_because=because, at=at)
    later = replace(WELL, contact_at=at + timedelta(hours=20))
    assert open_codes(replace(facts, recovery=later)) == []


def test_a_prescriber_overrides_with_a_reason() -> None:
    early = replace(HOME, at=STOP + timedelta(minutes=50))
    item = open_items(gate(early))[0]
    assert item.may_override is MayOverride.PRESCRIBER
    override = Override(item.code, item.basis, "escort must leave", "Priya", early.at)
    assert open_codes(replace(early, overrides=(override,))) == []


@pytest.mark.parametrize(("code", "said"), [("iv", {"iv_out": False}), ("safety", {})])
def test_some_things_nobody_overrides(code: str, said: dict[str, Any]) -> None:
    facts = replace(
        HOME, recovery=replace(WELL, **said), open_urgent_tasks=1 if code == "safety" else 0
    )
    item = open_items(gate(facts))[0]
    override = Override(item.code, item.basis, "in a hurry", "Priya", NOW)
    assert open_codes(replace(facts, overrides=(override,))) == [code]
