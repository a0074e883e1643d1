"""No path leads from an active high flag to quiet without a person or the condition ending.

Random walks: sets are charted in any order, corrected and taken back, flags are answered. After each
step the flags of the readings and the flags that wait for an answer are compared with those before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from serein.monitoring.rules import Kept, Rank, Reading, Values
from tests.unit.monitoring.test_reconciling import Shelf, raised, reading

if TYPE_CHECKING:
    from uuid import UUID

PRESSURES, SATURATIONS = [70, 95, 120, 165, 185, 205], [85, 91, 93, 98]


@dataclass
class Walk:
    """A chair: what is charted, the flags kept for it, and which of them a person answered."""

    charted: list[Reading] = field(default_factory=list)
    shelf: Shelf = field(default_factory=Shelf)
    answered: set[UUID] = field(default_factory=set)

    def waiting(self) -> dict[UUID, Kept]:
        """The flags that nobody answered yet; those withdrawn by a correction are among them."""
        return {key: kept for key, kept in self.shelf.kept.items() if not kept.is_acknowledged}

    def take(self, name: str, minute: int, sbp: int, spo2: int) -> None:
        """One step. ``minute`` also chooses which set or flag is meant."""
        getattr(self, name)(minute, sbp, spo2)
        self.shelf.settle(self.charted)

    def chart(self, minute: int, sbp: int, spo2: int) -> None:
        if all(each.root != f"m{minute}" for each in self.charted):
            self.charted.append(reading(minute, sbp, spo2))

    def correct(self, minute: int, sbp: int, spo2: int) -> None:
        if self.charted:
            place = minute % len(self.charted)
            values = Values(sbp_mmhg=sbp, dbp_mmhg=70, spo2_percent=spo2)
            self.charted[place] = replace(self.charted[place], values=values)

    def take_back(self, minute: int, _sbp: int, _spo2: int) -> None:
        if self.charted:
            del self.charted[minute % len(self.charted)]

    def answer(self, minute: int, _sbp: int, _spo2: int) -> None:
        waiting = sorted(self.waiting().values(), key=lambda kept: (kept.raised_at, kept.code))
        if waiting:
            one = waiting[minute % len(waiting)]
            self.shelf.kept[one.flag_id] = replace(one, is_acknowledged=True)
            self.answered.add(one.flag_id)


STEPS: Any = st.lists(
    st.tuples(
        st.sampled_from(["chart", "chart", "chart", "correct", "take_back", "answer"]),
        st.integers(1, 60),
        st.sampled_from(PRESSURES),
        st.sampled_from(SATURATIONS),
    ),
    max_size=14,
)


@settings(max_examples=100)
@given(STEPS)
def test_only_a_person_makes_a_flag_stop_waiting(steps: list[tuple[str, int, int, int]]) -> None:
    walk = Walk()
    for step in steps:
        before = set(walk.waiting())
        walk.take(*step)
        gone = before - set(walk.waiting())
        assert gone <= walk.answered
        assert not gone or step[0] == "answer"


@settings(max_examples=100)
@given(STEPS)
def test_a_high_flag_ends_only_when_a_later_set_is_in_range(
    steps: list[tuple[str, int, int, int]],
) -> None:
    walk = Walk()
    for step in steps:
        walk.take(*step)
        by_root = {each.root: each for each in walk.charted}
        for flag in raised(walk.charted):
            if flag.rank is not Rank.ACT_NOW or flag.ended_at is None:
                continue
            assert flag.ended_because == "in_range"
            assert flag.ended_at > flag.latest_at
            (ends,) = [each for each in by_root.values() if each.occurred_at == flag.ended_at]
            assert ends.root not in flag.roots


@settings(max_examples=100)
@given(STEPS)
def test_every_high_flag_of_the_readings_stands_and_what_was_answered_is_not_what_is_worse(
    steps: list[tuple[str, int, int, int]],
) -> None:
    walk = Walk()
    for step in steps:
        before = {key: kept.code for key, kept in walk.shelf.kept.items()}
        walk.take(*step)
        high = [flag for flag in raised(walk.charted) if flag.rank is Rank.ACT_NOW]
        for flag in high:
            kept = [
                one
                for one in walk.shelf.kept.values()
                if one.code == flag.code and one.cause in flag.roots and not one.is_withdrawn
            ]
            assert kept
            assert all(one.flag_id in walk.answered for one in kept if one.is_acknowledged)
        assert all(walk.shelf.kept[key].code == code for key, code in before.items())
