"""The start gate, condition by condition, as a table a clinician can check."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from serein.infusions.rules.gate import MayOverride, Override, Reading, Verdict, open_items
from serein.infusions.rules.pre_vitals import pre_vitals
from serein.infusions.rules.readiness import (
    Answer,
    Check,
    Order,
    Prepared,
    Readiness,
    Weighing,
    gate,
    needs_pregnancy_test,
)

NOW = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
ORDERED = Prepared(Decimal(50), Decimal(40), Decimal("0.8"), Decimal(60))


def answer(value: str, *, by: str = "sam", note: str = "", minutes_ago: int = 10) -> Answer:
    return Answer(value, note, by, by.title(), NOW - timedelta(minutes=minutes_ago))


def set_of(
    sbp: int | None = 128,
    dbp: int | None = 78,
    *,
    minutes_ago: int = 5,
    hr: int | None = 72,
    spo2: int | None = 98,
    rr: int | None = 16,
    moaas: int | None = 5,
) -> Reading:
    return Reading(NOW - timedelta(minutes=minutes_ago), sbp, dbp, hr, spo2, rr, moaas)


READY = Readiness(
    at=NOW,
    age_years=41,
    recorded_sex="female",
    answers={
        "identity": answer("name_birth_date id_card"),
        "fasting": answer("yes"),
        "pregnancy": answer("negative"),
        "prepared": answer("yes"),
    },
    weighing=Weighing(Decimal(80), "measured", NOW - timedelta(minutes=20), 0),
    has_consent=True,
    escort_name="Alex Reyes",
    readings=(set_of(),),
    order=Order(ORDERED, Decimal(80), Decimal(80), "v1", "v1", 1, 6),
    check=Check(ORDERED, "sam", "noor", "Noor", NOW - timedelta(minutes=2)),
    open_safety_tasks=0,
    eligibility_outcome="eligible",
    eligibility_stops=(),
)


def item(facts: Readiness, code: str) -> Any:
    return next(found for found in gate(facts) if found.code == code)


def test_everything_in_place_opens_the_gate() -> None:
    assert open_items(gate(READY)) == ()


def without(code: str) -> dict[str, Answer]:
    return {key: value for key, value in READY.answers.items() if key != code}


NOT_READY = [
    ("identity", {"answers": without("identity")}, Verdict.UNKNOWN, MayOverride.NOBODY),
    (
        "identity",
        {"answers": {**READY.answers, "identity": answer("id_card")}},
        Verdict.NOT_MET,
        MayOverride.NOBODY,
    ),
    (
        "identity",
        {"answers": {**READY.answers, "identity": answer("id_card id_card")}},
        Verdict.NOT_MET,
        MayOverride.NOBODY,
    ),
    ("weight", {"weighing": None}, Verdict.UNKNOWN, MayOverride.NOBODY),
    (
        "weight",
        {"weighing": Weighing(Decimal(80), "measured", NOW - timedelta(days=15), 15)},
        Verdict.NOT_MET,
        MayOverride.PRESCRIBER,
    ),
    (
        "weight",
        {"weighing": Weighing(Decimal("84.1"), "measured", NOW, 0)},
        Verdict.NOT_MET,
        MayOverride.PRESCRIBER,
    ),
    (
        "weight",
        {"weighing": Weighing(Decimal(80), "stated", NOW, 0)},
        Verdict.NOT_MET,
        MayOverride.PRESCRIBER,
    ),
    ("consent", {"has_consent": False}, Verdict.NOT_MET, MayOverride.NOBODY),
    ("escort", {"escort_name": ""}, Verdict.NOT_MET, MayOverride.NOBODY),
    ("order", {"order": replace(READY.order, version_in_force=None)}, Verdict.NOT_MET, "nobody"),
    ("order", {"order": replace(READY.order, version_in_force="v2")}, Verdict.NOT_MET, "nobody"),
    ("order", {"order": replace(READY.order, number=7)}, Verdict.NOT_MET, MayOverride.NOBODY),
    (
        "ceiling",
        {"order": replace(READY.order, ceiling_mg=Decimal("39.9"))},
        Verdict.NOT_MET,
        MayOverride.NOBODY,
    ),
    ("fasting", {"answers": without("fasting")}, Verdict.UNKNOWN, MayOverride.PRESCRIBER),
    (
        "fasting",
        {"answers": {**READY.answers, "fasting": answer("no")}},
        Verdict.NOT_MET,
        MayOverride.PRESCRIBER,
    ),
    ("pregnancy", {"answers": without("pregnancy")}, Verdict.UNKNOWN, MayOverride.NOBODY),
    (
        "pregnancy",
        {"answers": {**READY.answers, "pregnancy": answer("positive")}},
        Verdict.NOT_MET,
        MayOverride.NOBODY,
    ),
    (
        "pregnancy",
        {"answers": {**READY.answers, "pregnancy": answer("not_applicable")}},
        Verdict.UNKNOWN,
        MayOverride.NOBODY,
    ),
    (
        "pregnancy",
        {"answers": {**READY.answers, "pregnancy": answer("negative", minutes_ago=1500)}},
        Verdict.UNKNOWN,
        MayOverride.NOBODY,
    ),
    ("second_check", {"check": None}, Verdict.UNKNOWN, MayOverride.NOBODY),
    (
        "second_check",
        {"check": replace(READY.check, checked_by_id="sam")},  # type: ignore[type-var]
        Verdict.NOT_MET,
        MayOverride.NOBODY,
    ),
    (
        "second_check",
        {
            "check": replace(
                READY.check,  # type: ignore[type-var]
                stated=replace(ORDERED, vial_mg_per_ml=Decimal(10)),
            )
        },
        Verdict.NOT_MET,
        MayOverride.NOBODY,
    ),
    (
        "second_check",
        {"answers": {**READY.answers, "prepared": answer("yes", minutes_ago=1)}},
        Verdict.UNKNOWN,
        MayOverride.NOBODY,
    ),
    ("safety", {"open_safety_tasks": 1}, Verdict.NOT_MET, MayOverride.NOBODY),
    ("eligibility", {"eligibility_outcome": None}, Verdict.UNKNOWN, MayOverride.NOBODY),
    ("eligibility", {"eligibility_outcome": "hold"}, Verdict.NOT_MET, MayOverride.NOBODY),
    (
        "eligibility",
        {"eligibility_stops": ("Uncontrolled hypertension.",)},
        Verdict.NOT_MET,
        MayOverride.PRESCRIBER,
    ),
    ("vitals", {"readings": ()}, Verdict.UNKNOWN, MayOverride.NOBODY),
]


@pytest.mark.parametrize(("code", "changed", "verdict", "may"), NOT_READY)
def test_one_thing_missing_closes_the_gate(
    code: str, changed: dict[str, Any], verdict: Verdict, may: MayOverride
) -> None:
    facts = replace(READY, **changed)
    found = item(facts, code)
    assert (found.verdict, found.may_override) == (verdict, may)
    assert [other.code for other in open_items(gate(facts))] == [code]
    assert found.because.endswith(".")


def test_weight_limits_are_inclusive() -> None:
    at_limit = Weighing(Decimal(84), "measured", NOW - timedelta(days=14), 14)
    assert item(replace(READY, weighing=at_limit), "weight").verdict is Verdict.MET


@pytest.mark.parametrize(
    ("sex", "age", "needed"),
    [
        ("female", 12, True),
        ("female", 55, True),
        ("unknown", 30, True),
        ("female", 11, False),
        ("female", 56, False),
        ("male", 30, False),
    ],
)
def test_who_needs_a_pregnancy_test(sex: str, age: int, needed: bool) -> None:
    assert needs_pregnancy_test(recorded_sex=sex, age_years=age) is needed


LADDER = [
    ((set_of(139, 89),), Verdict.MET, "nobody"),
    ((set_of(140, 80),), Verdict.NOT_MET, "nobody"),
    ((set_of(130, 90),), Verdict.NOT_MET, "nobody"),
    ((set_of(152, 94, minutes_ago=12), set_of(146, 88)), Verdict.MET, "nobody"),
    ((set_of(164, 102, minutes_ago=12), set_of(160, 98)), Verdict.NOT_MET, "prescriber"),
    ((set_of(158, 104, minutes_ago=12), set_of(150, 96)), Verdict.NOT_MET, "prescriber"),
    ((set_of(180, 100),), Verdict.NOT_MET, "nobody"),
    ((set_of(150, 110),), Verdict.NOT_MET, "nobody"),
    # a reading that forbids treatment is not averaged away by a calm one after it
    ((set_of(184, 112, minutes_ago=12), set_of(130, 80)), Verdict.NOT_MET, "prescriber"),
    ((set_of(132, 80, minutes_ago=31),), Verdict.UNKNOWN, "nobody"),
    ((set_of(132, 80, minutes_ago=30),), Verdict.MET, "nobody"),
    ((set_of(132, 80, minutes_ago=-1),), Verdict.UNKNOWN, "nobody"),
    ((set_of(None, None),), Verdict.UNKNOWN, "nobody"),
    ((set_of(spo2=None),), Verdict.UNKNOWN, "nobody"),
    ((set_of(spo2=93),), Verdict.NOT_MET, "prescriber"),
    ((set_of(spo2=89),), Verdict.NOT_MET, "nobody"),
    ((set_of(hr=111),), Verdict.NOT_MET, "prescriber"),
    ((set_of(hr=39),), Verdict.NOT_MET, "nobody"),
    ((set_of(rr=11),), Verdict.NOT_MET, "prescriber"),
    ((set_of(99, 60),), Verdict.NOT_MET, "prescriber"),
    ((set_of(79, 50),), Verdict.NOT_MET, "nobody"),
    ((set_of(moaas=4),), Verdict.NOT_MET, "prescriber"),
]


@pytest.mark.parametrize(("readings", "verdict", "may"), LADDER)
def test_vital_signs_before_the_dose(
    readings: tuple[Reading, ...], verdict: Verdict, may: str
) -> None:
    found = pre_vitals(readings, at=NOW)
    assert (found.verdict, found.may_override) == (verdict, may)


def test_an_override_belongs_to_the_fact_it_was_given_for() -> None:
    high = (set_of(164, 102, minutes_ago=12), set_of(160, 98))
    facts = replace(READY, readings=high)
    basis = item(facts, "vitals").basis
    override = Override("vitals", basis, "known white coat", "Priya", NOW)
    assert open_items(gate(replace(facts, overrides=(override,)))) == ()
    higher = replace(facts, readings=(*high, set_of(170, 104, minutes_ago=1)))
    closed = open_items(gate(replace(higher, overrides=(override,))))
    assert [found.code for found in closed] == ["vitals"]


def test_nobody_overrides_consent() -> None:
    override = Override("consent", "", "in a hurry", "Priya", NOW)
    facts = replace(READY, has_consent=False, overrides=(override,))
    assert [found.code for found in open_items(gate(facts))] == ["consent"]
