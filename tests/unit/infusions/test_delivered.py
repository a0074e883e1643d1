"""Delivered mg: five visits calculated by hand, the laws that hold for every visit, and bad logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.infusions.rules.delivered import (
    EventKind,
    EventOutOfOrder,
    PumpEvent,
    Segment,
    check_order,
    delivered,
    exact_mg,
    segments,
)

TEN = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
Script = tuple[tuple[float, str, str | None], ...]


def log(*lines: tuple[float, str, str | None]) -> tuple[PumpEvent, ...]:
    """Events from (minutes after ten, kind, mL/h)."""
    return tuple(
        PumpEvent(
            EventKind(kind), TEN + timedelta(minutes=minutes), Decimal(rate) if rate else None
        )
        for minutes, kind, rate in lines
    )


CASES = [
    # 60 mL/h x 1 mg/mL for 40 min: 60 x 40/60 = 40 mg, the whole order
    ("routine", "1.0", "40", (((0, "start", "60"), (40, "stop", None))), "40"),
    # 46.9 mL/h x 1 mg/mL, stopped at 25 min: 46.9 x 25/60 = 19.541666... mg of 31.25
    ("stopped early", "1.0", "31.25", (((0, "start", "46.9"), (25, "stop", None))), "19.541667"),
    # 45 mL/h x 2 mg/mL: 20 min = 30 mg; pause 7 min; 25 min = 37.5 mg; together 67.5 mg
    (
        "paused",
        "2.0",
        "67.5",
        ((0, "start", "45"), (20, "pause", None), (27, "resume", "45"), (52, "stop", None)),
        "67.5",
    ),
    # 60 for 10 min = 10 mg; 30 for 20 min = 10 mg; 45 for 12.5 min = 9.375 mg; together 29.375 mg
    (
        "slowed, then faster",
        "1.0",
        "40",
        ((0, "start", "60"), (10, "rate", "30"), (30, "rate", "45"), (42.5, "stop", None)),
        "29.375",
    ),
    # 21 mL/h x 1 mg/mL: 15 min = 5.25; pause; 10.5 for 30 min = 5.25; pause 5; 14 for 15 = 3.5
    (
        "two pauses, stopped while paused",
        "1.0",
        "14",
        (
            (0, "start", "21"),
            (15, "pause", None),
            (18, "resume", "10.5"),
            (48, "pause", None),
            (53, "resume", "14"),
            (68, "pause", None),
            (75, "stop", None),
        ),
        "14",
    ),
]


@pytest.mark.parametrize(("name", "bag", "ordered", "script", "expected"), CASES)
def test_by_hand(name: str, bag: str, ordered: str, script: Script, expected: str) -> None:
    found = delivered(
        log(*script),
        bag_mg_per_ml=Decimal(bag),
        ordered_mg=Decimal(ordered),
        at=TEN + timedelta(hours=3),
    )
    assert abs(found.mg - Decimal(expected)) < Decimal("0.1")
    assert found.mg == Decimal(expected)
    assert found.remaining_mg == max(Decimal(0), Decimal(ordered) - Decimal(expected))
    assert found.rate_ml_per_h == 0


def test_while_running_it_grows_and_says_when_it_will_be_done() -> None:
    events = log((0, "start", "60"))
    found = delivered(
        events,
        bag_mg_per_ml=Decimal(1),
        ordered_mg=Decimal(40),
        at=TEN + timedelta(minutes=12, seconds=30),
    )
    assert found.mg == Decimal("12.5")
    assert found.remaining_mg == Decimal("27.5")
    assert found.finish_at == TEN + timedelta(minutes=40)
    assert found.running_seconds == 750


def test_left_running_past_the_order_it_is_not_capped_but_said() -> None:
    found = delivered(
        log((0, "start", "60")),
        bag_mg_per_ml=Decimal(1),
        ordered_mg=Decimal(40),
        at=TEN + timedelta(minutes=45),
    )
    assert found.mg == Decimal(45)
    assert found.remaining_mg == 0
    assert found.is_above_order


def test_a_moment_in_the_past_sees_only_what_had_happened() -> None:
    events = log((0, "start", "60"), (10, "pause", None), (20, "resume", "60"), (50, "stop", None))
    found = delivered(
        events,
        bag_mg_per_ml=Decimal(1),
        ordered_mg=Decimal(40),
        at=TEN + timedelta(minutes=15),
    )
    assert (found.mg, found.paused_seconds, found.rate_ml_per_h) == (10, 300, 0)


def test_before_the_start_nothing_is_given() -> None:
    for events in ((), log((5, "start", "60"))):
        found = delivered(events, bag_mg_per_ml=Decimal(1), ordered_mg=Decimal(40), at=TEN)
        assert (found.mg, found.remaining_mg, found.finish_at) == (0, 40, None)


BAD_LOGS = [
    (((0, "pause", None),), 0),
    (((0, "start", "60"), (5, "start", "60")), 1),
    (((0, "start", "60"), (5, "resume", "60")), 1),
    (((0, "start", "60"), (5, "stop", None), (6, "rate", "30")), 2),
    (((0, "start", "60"), (5, "pause", None), (4, "resume", "60")), 2),
    (((0, "start", None),), 0),
    (((0, "start", "0"),), 0),
    (((0, "start", "60"), (5, "pause", "60")), 1),
]


@pytest.mark.parametrize(("script", "position"), BAD_LOGS)
def test_an_impossible_log_names_the_event(script: Script, position: int) -> None:
    with pytest.raises(EventOutOfOrder) as caught:
        check_order(log(*script))
    assert caught.value.position == position
    assert f"event {position + 1}" in caught.value.message


rates = st.decimals(min_value="0.1", max_value="200", places=1)
gaps = st.integers(min_value=0, max_value=5_000_000_000)


@st.composite
def legal_logs(draw: st.DrawFn) -> tuple[PumpEvent, ...]:
    moment, running = TEN, True
    events = [PumpEvent(EventKind.START, moment, draw(rates))]
    for _ in range(draw(st.integers(min_value=0, max_value=12))):
        moment += timedelta(microseconds=draw(gaps))
        if not running:
            events.append(PumpEvent(EventKind.RESUME, moment, draw(rates)))
            running = True
        elif draw(st.booleans()):
            events.append(PumpEvent(EventKind.RATE, moment, draw(rates)))
        else:
            events.append(PumpEvent(EventKind.PAUSE, moment))
            running = False
    if draw(st.booleans()):
        events.append(PumpEvent(EventKind.STOP, moment + timedelta(microseconds=draw(gaps))))
    return tuple(events)


def independent_sum(events: tuple[PumpEvent, ...], bag: Decimal, at: datetime) -> Fraction:
    """Walk the log with a running rate, a different way from the rule."""
    total, rate, since = Fraction(0), Fraction(0), events[0].occurred_at
    for event in (*events, PumpEvent(EventKind.STOP, at)):
        step = event.occurred_at - since
        seconds = Fraction(step.days * 86_400 + step.seconds) + Fraction(step.microseconds, 10**6)
        total += rate * Fraction(bag) * seconds / 3600
        rate, since = Fraction(event.rate_ml_per_h or 0), event.occurred_at
    return total


@given(events=legal_logs(), bag=st.decimals("0.1", "10", places=2), more=gaps)
def test_delivered_is_conserved(events: tuple[PumpEvent, ...], bag: Decimal, more: int) -> None:
    at = events[-1].occurred_at + timedelta(microseconds=more)
    found = exact_mg(segments(events, at=at), bag_mg_per_ml=bag)
    assert found == independent_sum(events, bag, at)
    shown = delivered(events, bag_mg_per_ml=bag, ordered_mg=Decimal(40), at=at)
    assert abs(Fraction(shown.mg) - found) <= Fraction(1, 10**6)


@given(events=legal_logs(), share=st.integers(0, 100), which=st.integers(0, 30))
def test_splitting_a_stretch_changes_nothing(
    events: tuple[PumpEvent, ...], share: int, which: int
) -> None:
    at = events[-1].occurred_at + timedelta(minutes=7)
    stretches = list(segments(events, at=at))
    whole = exact_mg(stretches, bag_mg_per_ml=Decimal(1))
    chosen = stretches.pop(which % len(stretches))
    middle = chosen.starts_at + (chosen.ends_at - chosen.starts_at) * share // 100
    halves = [
        Segment(chosen.starts_at, middle, chosen.rate_ml_per_h),
        Segment(middle, chosen.ends_at, chosen.rate_ml_per_h),
    ]
    assert exact_mg(stretches + halves, bag_mg_per_ml=Decimal(1)) == whole


@given(events=legal_logs(), minutes=st.lists(st.integers(0, 300), min_size=2, max_size=6))
def test_it_never_falls(events: tuple[PumpEvent, ...], minutes: list[int]) -> None:
    found = [
        exact_mg(segments(events, at=TEN + timedelta(minutes=minute)), bag_mg_per_ml=Decimal("0.5"))
        for minute in sorted(minutes)
    ]
    assert found == sorted(found)
