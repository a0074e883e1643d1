"""What each due set asks for, and the patient's own signal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from serein.monitoring.rules import (
    LadderFault,
    Phase,
    Rank,
    Reading,
    Timeline,
    Values,
    due_sets,
    ladder,
    raised_flags,
    read_ladder,
    schedule,
)
from serein.monitoring.rules.asked import asked, asks_of
from serein.monitoring.rules.ladder import CONTENT

START = datetime(2026, 3, 10, 13, 25, tzinfo=UTC)
TIMELINE = Timeline(opened_at=START - timedelta(minutes=25), started_at=START)


def asks_at(minute: int) -> tuple[str, ...]:
    due = due_sets(
        timeline=TIMELINE, readings=(), at=START + timedelta(minutes=40), plan=schedule(),
        ladder=ladder(),
    )  # fmt: skip
    return asks_of(next(one for one in due if one.code == f"during-{minute}"))


def test_sedation_is_asked_every_time_nausea_and_distress_at_20_and_40() -> None:
    assert asks_at(5) == ("moaas",)
    assert asks_at(20) == ("moaas", "nausea", "distress")
    assert asks_at(30) == ("moaas",)
    assert asks_at(40) == ("moaas", "nausea", "distress")


def test_the_list_names_its_source() -> None:
    assert asked().source == "clinic default, review"
    assert ladder().set_by


def signal(minute: int, *signs: str) -> Reading:
    at = START + timedelta(minutes=minute)
    return Reading(str(minute), at, Phase.DURING, Values(), frozenset(signs))


def test_a_patient_who_asks_raises_a_flag_to_look_that_says_what_to_do() -> None:
    flags = raised_flags(readings=[signal(7, "patient_asks")], timeline=TIMELINE, ladder=ladder())
    (asked_for,) = [flag for flag in flags if flag.condition == "sign_patient_asks"]
    assert asked_for.rank is Rank.LOOK
    assert asked_for.word == "Patient asks for help"
    assert asked_for.do == "Go to the patient now and ask."
    assert asked_for.ended_at is None


def test_a_second_press_is_counted_on_the_same_flag() -> None:
    flags = raised_flags(
        readings=[signal(7, "patient_asks"), signal(8, "patient_asks")],
        timeline=TIMELINE,
        ladder=ladder(),
    )
    assert [flag.count for flag in flags if flag.condition == "sign_patient_asks"] == [2]


def test_a_sign_that_only_asks_to_look_must_say_what_to_do() -> None:
    text = (CONTENT / "ladder.toml").read_text(encoding="utf-8")
    silent = text.replace('do = "Go to the patient now and ask."\n', "")
    with pytest.raises(LadderFault):
        read_ladder(silent)
