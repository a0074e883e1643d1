from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from serein.core.findings import Weight
from serein.safety import rules
from serein.safety.rules import Closing, Level, Reached

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("value", "level"),
    [(None, None), (0, None), (1, Level.S1), (2, Level.S2), (3, Level.S3)],
)
def test_item_9_is_ranked(value: int | None, level: Level | None) -> None:
    assert rules.level_for_item_9(value) is level


@pytest.mark.parametrize("value", [-1, 4, 9])
def test_item_9_refuses_other_numbers(value: int) -> None:
    with pytest.raises(ValueError, match="0, 1, 2 or 3"):
        rules.level_for_item_9(value)


@pytest.mark.parametrize(("level", "minutes"), [("s3", 5), ("s2", 60)])
def test_urgent_levels_count_minutes(level: str, minutes: int) -> None:
    at = datetime(2026, 3, 14, 23, 58, tzinfo=UTC)
    assert rules.due_at(level, at, CHICAGO) == at + timedelta(minutes=minutes)


def wall(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        # Wednesday evening, Friday noon, Saturday night and Sunday, all in Chicago time.
        (wall(1, 14, 20), wall(1, 15, 10)),
        (wall(1, 16, 12), wall(1, 19, 10)),
        (wall(1, 17, 23, 59), wall(1, 19, 10)),
        (wall(1, 18, 0, 1), wall(1, 19, 10)),
        # The clocks go forward on Sunday 8 March 2026: still 10:00 on the wall.
        (wall(3, 6, 15), wall(3, 9, 10)),
    ],
)
def test_s1_is_due_on_the_next_working_morning(opened: datetime, due: datetime) -> None:
    assert rules.due_at("s1", opened.astimezone(UTC), CHICAGO) == due


def test_s1_uses_the_clinics_day_not_utc() -> None:
    # 02:00 UTC on Tuesday is still Monday evening in Chicago.
    at = datetime(2026, 1, 13, 2, 0, tzinfo=UTC)
    assert rules.due_at("s1", at, CHICAGO).astimezone(CHICAGO).day == 13


def test_deadlines_refuse_a_naive_time_and_an_unknown_level() -> None:
    with pytest.raises(ValueError, match="zone"):
        rules.due_at("s3", datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))
    with pytest.raises(ValueError, match="s9"):
        rules.due_at("s9", datetime(2026, 1, 1, tzinfo=UTC))


def test_only_an_open_task_becomes_overdue() -> None:
    due = datetime(2026, 1, 1, 12, tzinfo=UTC)
    late = due + timedelta(seconds=1)
    assert rules.is_overdue(state="open", due=due, at=late)
    assert not rules.is_overdue(state="open", due=due, at=due)
    assert not rules.is_overdue(state="acknowledged", due=due, at=late)


def closing(**changes: object) -> Closing:
    whole: dict[str, object] = {
        "level": Level.S3,
        "role": "prescriber",
        "may_close": True,
        "reached": Reached.PERSON,
        "finding_text": "Spoke for 20 minutes, safe tonight.",
        "next_step": "Call tomorrow at 9.",
    }
    return Closing(**{**whole, **changes})  # type: ignore[arg-type]


def test_a_whole_closing_has_no_findings() -> None:
    assert rules.closing_findings(closing()) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"may_close": False}, "not-licensed"),
        ({"reached": ""}, "reached-missing"),
        ({"reached": "yes"}, "reached-missing"),
        ({"finding_text": "  "}, "finding-missing"),
        ({"next_step": "\n"}, "next-step-missing"),
        ({"reached": Reached.NOBODY, "role": "therapist"}, "nobody-reached"),
    ],
)
def test_an_unfinished_closing_stops(changes: dict[str, object], code: str) -> None:
    found = rules.closing_findings(closing(**changes))
    assert [finding.code for finding in found] == [code]
    assert found[0].weight is Weight.STOPS


@pytest.mark.parametrize("role", ["prescriber", "medical_director"])
def test_a_prescriber_may_decide_when_nobody_was_reached(role: str) -> None:
    assert rules.closing_findings(closing(reached=Reached.NOBODY, role=role)) == ()


def test_a_morning_task_may_close_unreached() -> None:
    found = rules.closing_findings(
        closing(reached=Reached.NOBODY, role="therapist", level=Level.S1)
    )
    assert found == ()


@pytest.mark.parametrize(("severity", "minutes"), [(3, 5), (2, 10), (1, 15)])
def test_a_side_effect_is_asked_about_again(severity: int, minutes: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert rules.ask_again_at(severity=severity, asked_at=at) == at + timedelta(minutes=minutes)


def test_a_side_effect_that_is_gone_is_not_asked_about() -> None:
    assert rules.ask_again_at(severity=0, asked_at=datetime(2026, 1, 1, tzinfo=UTC)) is None
    with pytest.raises(ValueError, match="0, 1, 2 or 3"):
        rules.ask_again_at(severity=4, asked_at=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("code", "severity", "minutes_ahead", "expected"),
    [
        ("nausea", 2, -5, []),
        ("nausea", 0, 0, []),
        ("hiccup", 2, 0, ["unknown-effect"]),
        ("nausea", 4, 0, ["severity-range"]),
        ("nausea", -1, 0, ["severity-range"]),
        ("nausea", 1, 1, ["onset-ahead"]),
        ("seizure", 3, 0, ["emergency-effect"]),
        ("chest_pain", 1, 0, ["emergency-effect"]),
        ("chest_pain", 0, 0, []),
    ],
)
def test_side_effects_are_checked(
    code: str, severity: int, minutes_ahead: int, expected: list[str]
) -> None:
    at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    found = rules.side_effect_findings(
        code=code, severity=severity, onset_at=at + timedelta(minutes=minutes_ahead), at=at
    )
    assert [finding.code for finding in found] == expected


def test_every_side_effect_has_plain_words() -> None:
    assert len(rules.SIDE_EFFECTS) == 15
    assert all(kind.words and kind.code == code for code, kind in rules.SIDE_EFFECTS.items())
