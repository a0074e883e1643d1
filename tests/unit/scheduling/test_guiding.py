"""Guided offers: a template chooses among legal starts and never adds one."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from serein.scheduling.rules import Guide, GuideStart, guided, tick_of, wall_minute

ZONE = ZoneInfo("America/New_York")
EIGHT = tick_of(datetime(2026, 3, 10, 8, tzinfo=ZONE))
DAY = range(EIGHT, EIGHT + 102)
minutes = st.integers(0, 101).map(lambda step: 480 + 5 * step)


def _offer(counts: dict[int, int], begun: tuple[int, ...] = ()) -> list[int]:
    found = guided(DAY, counts, begun, zone=ZONE, grid_minutes=15)
    return [wall_minute(tick, ZONE) for tick in found]


def test_only_the_starts_of_the_template_are_offered() -> None:
    assert _offer({485: 1, 600: 2}) == [485, 600]


def test_a_start_is_offered_until_as_many_have_begun_then() -> None:
    at_ten = EIGHT + 24
    assert _offer({485: 1, 600: 2}, (at_ten,)) == [485, 600]
    assert _offer({485: 1, 600: 2}, (at_ten, at_ten)) == [485]


def test_where_the_template_is_used_up_every_quarter_hour_is_offered() -> None:
    assert _offer({480: 1}, (EIGHT,))[:3] == [480, 495, 510]


def test_a_type_without_a_template_keeps_its_grid() -> None:
    guide = Guide((GuideStart("infusion", 485, 1),))
    assert guide.of("consult") == {}
    assert _offer(dict(guide.of("consult"))) == list(range(480, 990, 15))


@given(
    legal=st.sets(st.sampled_from(DAY)),
    counts=st.dictionaries(minutes, st.integers(1, 4)),
    begun=st.lists(st.sampled_from(DAY), max_size=12),
)
def test_what_is_offered_is_legal_and_never_more_than_the_template(
    legal: set[int], counts: dict[int, int], begun: list[int]
) -> None:
    found = guided(sorted(legal), counts, begun, zone=ZONE, grid_minutes=15)
    assert set(found) <= legal
    taken = dict.fromkeys(counts, 0) | {wall_minute(tick, ZONE): 0 for tick in begun}
    for tick in begun:
        taken[wall_minute(tick, ZONE)] += 1
    left = {
        tick
        for tick in legal
        if counts.get(wall_minute(tick, ZONE), 0) > taken.get(wall_minute(tick, ZONE), 0)
    }
    quarters = {tick for tick in legal if wall_minute(tick, ZONE) % 15 == 0}
    assert set(found) == (left or quarters)
