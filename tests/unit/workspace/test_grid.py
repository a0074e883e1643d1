from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from serein.workspace.rules.grid import HOUR, Stay, lay_out

OPEN = ((8 * HOUR, 16 * HOUR + 30),)


def test_a_day_covers_its_opening_hours_in_full_hours() -> None:
    grid = lay_out(chairs=[[]], open_spans=OPEN)

    assert (grid.start, grid.end) == (8 * HOUR, 17 * HOUR)
    assert grid.hours == (8, 9, 10, 11, 12, 13, 14, 15, 16)


def test_free_time_is_divided_at_each_hour_and_where_the_clinic_closes() -> None:
    (lane,) = lay_out(chairs=[[]], open_spans=OPEN).lanes[0]

    assert [(cell.start // HOUR, cell.steps, cell.is_open) for cell in lane.cells[-3:]] == [
        (15, 12, True),
        (16, 6, True),
        (16, 6, False),
    ]


def test_a_visit_before_opening_widens_the_day() -> None:
    grid = lay_out(chairs=[[Stay("early", 7 * HOUR + 30, 9 * HOUR)]], open_spans=OPEN)

    assert grid.start == 7 * HOUR
    assert [cell.key for cell in grid.lanes[0][0].cells][:2] == ["", "early"]


def test_two_visits_at_once_in_one_chair_take_two_lanes() -> None:
    lanes = lay_out(chairs=[[Stay("a", 540, 640), Stay("b", 600, 700)]], open_spans=OPEN).lanes[0]

    assert [[cell.key for cell in lane.cells if cell.key] for lane in lanes] == [["a"], ["b"]]


def test_a_closed_day_without_visits_shows_a_usual_day_as_closed() -> None:
    grid = lay_out(chairs=[[]], open_spans=())

    assert grid.hours[0] == 8
    assert not any(cell.is_open for cell in grid.lanes[0][0].cells)


stays = st.lists(
    st.tuples(st.integers(0, 1380), st.integers(1, 240)).map(
        lambda pair: (pair[0], min(1440, pair[0] + pair[1]))
    ),
    max_size=8,
)


@given(stays)
def test_every_lane_fills_the_day_without_gap_or_overlap(spans: list[tuple[int, int]]) -> None:
    chair = [Stay(str(place), start, end) for place, (start, end) in enumerate(spans)]

    grid = lay_out(chairs=[chair], open_spans=OPEN)

    found = []
    for lane in grid.lanes[0]:
        assert sum(cell.steps for cell in lane.cells) * 5 == grid.end - grid.start
        assert all(
            left.end == right.start for left, right in zip(lane.cells, lane.cells[1:], strict=False)
        )
        found += [cell.key for cell in lane.cells if cell.key]
    assert sorted(found) == sorted(stay.key for stay in chair)
