"""Kept flags and raised flags come together, whatever the order in which sets are entered."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from serein.monitoring.rules import (
    Kept,
    Phase,
    Raised,
    Reading,
    Signal,
    Timeline,
    Values,
    ladder,
    raised_flags,
    reconcile,
)

START = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
LINE = Timeline(opened_at=START - timedelta(minutes=40), started_at=START)


def reading(
    minute: int, sbp: int | None = None, spo2: int | None = None, **more: object
) -> Reading:
    values = Values(sbp_mmhg=sbp, dbp_mmhg=70 if sbp else None, spo2_percent=spo2)
    return Reading(
        f"m{minute}",
        START + timedelta(minutes=minute),
        Phase.PRE if minute < 0 else Phase.DURING,
        values,
        no_signal=frozenset({Signal.SPO2}) if more.get("lost") else frozenset(),
    )


def raised(readings: list[Reading]) -> tuple[Raised, ...]:
    return raised_flags(readings=readings, timeline=LINE, ladder=ladder())


@dataclass
class Shelf:
    """A stand-in for the table of flags."""

    kept: dict[uuid.UUID, Kept] = field(default_factory=dict)
    latest: dict[uuid.UUID, Raised] = field(default_factory=dict)

    def settle(self, readings: list[Reading]) -> None:
        changes = reconcile(kept=list(self.kept.values()), raised=raised(readings))
        for flag in changes.new:
            self._put(uuid.uuid4(), flag, is_acknowledged=False)
        for flag_id, flag in changes.same:
            self._put(flag_id, flag, is_acknowledged=self.kept[flag_id].is_acknowledged)
        for flag_id in changes.withdrawn:
            old = self.kept[flag_id]
            self.kept[flag_id] = Kept(
                flag_id, old.code, old.cause, old.raised_at, True, old.is_acknowledged
            )

    def _put(self, flag_id: uuid.UUID, flag: Raised, *, is_acknowledged: bool) -> None:
        self.kept[flag_id] = Kept(
            flag_id, flag.code, flag.cause, flag.raised_at, False, is_acknowledged
        )
        self.latest[flag_id] = flag

    def standing(self) -> list[Raised]:
        found = [self.latest[k.flag_id] for k in self.kept.values() if not k.is_withdrawn]
        return sorted(found, key=lambda f: (f.raised_at, f.code))

    def acknowledge_all(self) -> None:
        for flag_id, old in self.kept.items():
            self.kept[flag_id] = Kept(
                flag_id, old.code, old.cause, old.raised_at, old.is_withdrawn, True
            )


sets = st.lists(
    st.builds(
        reading,
        st.integers(-30, 60),
        st.none() | st.sampled_from([70, 85, 95, 120, 150, 165, 185, 205]),
        st.none() | st.sampled_from([85, 91, 93, 98]),
        lost=st.booleans(),
    ),
    max_size=9,
    unique_by=lambda r: r.root,
)


@settings(max_examples=250)
@given(sets, st.integers(0, 10_000))
def test_the_order_of_entry_does_not_matter(readings: list[Reading], seed: int) -> None:
    shuffled = readings[:]
    random.Random(seed).shuffle(shuffled)
    shelf = Shelf()
    for n in range(len(shuffled)):
        shelf.settle(shuffled[: n + 1])
    shelf.settle(shuffled)
    assert shelf.standing() == list(raised(readings))


@settings(max_examples=100)
@given(sets)
def test_settling_twice_changes_nothing(readings: list[Reading]) -> None:
    shelf = Shelf()
    shelf.settle(readings)
    before = dict(shelf.kept)
    shelf.settle(readings)
    assert shelf.kept == before


@settings(max_examples=100)
@given(sets)
def test_every_reading_out_of_range_stands_on_a_flag(readings: list[Reading]) -> None:
    flags = raised(readings)
    for each in readings:
        if each.values.spo2_percent is not None and each.values.spo2_percent < 94:
            assert any(flag.condition == "spo2_low" and each.root in flag.roots for flag in flags)


def test_an_earlier_late_entry_keeps_the_flag_and_its_answer() -> None:
    shelf = Shelf()
    shelf.settle([reading(-5, 120), reading(10, 165)])
    shelf.acknowledge_all()
    (flag_id,) = shelf.kept
    shelf.settle([reading(-5, 120), reading(10, 165), reading(5, 166)])
    assert list(shelf.kept) == [flag_id]
    assert shelf.kept[flag_id].is_acknowledged
    assert (shelf.latest[flag_id].cause, shelf.latest[flag_id].count) == ("m5", 2)


def test_a_worse_value_raises_anew_though_the_first_was_answered() -> None:
    shelf = Shelf()
    shelf.settle([reading(-5, 120), reading(10, 165)])
    shelf.acknowledge_all()
    shelf.settle([reading(-5, 120), reading(10, 165), reading(13, 185)])
    unanswered = [k.code for k in shelf.kept.values() if not k.is_acknowledged]
    assert unanswered == ["bp_high.notify_confirm_hold"]


def test_a_corrected_slip_withdraws_its_flag() -> None:
    shelf = Shelf()
    shelf.settle([reading(-5, 120), reading(10, 205)])
    shelf.settle([reading(-5, 120), reading(10, 105)])
    (kept,) = shelf.kept.values()
    assert kept.is_withdrawn
    assert shelf.standing() == []


def test_what_was_withdrawn_and_answered_comes_back_as_new() -> None:
    high = [reading(-5, 120), reading(10, 205)]
    shelf = Shelf()
    shelf.settle(high)
    shelf.settle(high[:1])
    shelf.acknowledge_all()
    shelf.settle(high)
    assert sorted(k.is_acknowledged for k in shelf.kept.values()) == [False, True]
