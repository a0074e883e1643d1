"""The chart draws what is there, keeps gaps open, and stays inside its frame."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from serein.outcomes.presenters import chart_of, headline
from serein.outcomes.presenters.shapes import Chart, Panel
from serein.outcomes.presenters.words import primary_form
from serein.outcomes.queries import CourseFact
from tests.unit.outcomes.courses import course, reading


def drawn(found: CourseFact, *, with_clusters: bool = False) -> Chart:
    chart = chart_of(
        found,
        primary=primary_form(found),
        headline=headline(found),
        with_clusters=with_clusters,
    )
    assert chart is not None
    return chart


def panel(chart: Chart, code: str) -> Panel:
    return {item.code: item for item in chart.panels}[code]


def share(place: str) -> Decimal:
    return Decimal(place.removesuffix("%"))


def test_without_scores_and_infusions_there_is_no_chart() -> None:
    found = course(given=0, planned=0)

    assert chart_of(found, primary="pcl5-week", headline="", with_clusters=False) is None


def test_each_infusion_is_a_stem_as_high_as_its_dose() -> None:
    stems = panel(drawn(course(given=3, planned=6)), "infusions").stems

    assert [stem.kind for stem in stems] == ["given"] * 3 + ["planned"] * 3
    assert stems[0].words == "Infusion 1: 0.5\u202fmg/kg"
    assert [stem.label for stem in stems] == ["0.5", "", "", "", "", ""]


def test_past_month_scores_are_marked_apart_and_never_joined() -> None:
    found = course(
        reading(-5, 55, "pcl5-month"),
        reading(-1, 52),
        reading(10, 40),
        reading(35, 30, "pcl5-month"),
    )
    shown = panel(drawn(found), "pcl5")

    assert sorted(mark.shape for mark in shown.marks) == ["circle", "circle", "diamond", "diamond"]
    assert len(shown.lines) == 1


def test_a_line_is_broken_and_marked_where_an_expected_score_is_missing() -> None:
    found = course(reading(-1, 52), reading(24, 40), reading(45, 38))
    shown = panel(drawn(found), "pcl5")

    assert len(shown.marks) == 3
    assert shown.lines == ()
    assert shown.missing


def test_a_prorated_score_is_hollow_and_an_unscored_one_is_not_drawn() -> None:
    found = course(reading(-1, 52), reading(10, "30.5", prorated=True), reading(17, None))
    marks = panel(drawn(found), "pcl5").marks

    assert [mark.is_hollow for mark in marks] == [False, True]
    assert drawn(found).has_hollow


def test_the_band_lies_15_points_around_a_complete_baseline() -> None:
    exact = panel(drawn(course(reading(-1, 50))), "pcl5")
    prorated = panel(drawn(course(reading(-1, "50.5", prorated=True))), "pcl5")

    assert exact.band is not None
    assert Decimal(exact.band.height) == Decimal(exact.height) * 30 / 80
    assert prorated.band is None


def test_clusters_have_panels_of_their_own_when_asked_for() -> None:
    found = course(reading(-1, 52, clusters={"b": 12, "c": 4, "d": 18, "e": 18}))

    assert "cluster-b" not in {item.code for item in drawn(found).panels}
    chart = drawn(found, with_clusters=True)
    assert [item.code for item in chart.panels if item.code.startswith("cluster")] == [
        "cluster-b", "cluster-c", "cluster-d", "cluster-e",
    ]  # fmt: skip
    assert len(panel(chart, "cluster-c").marks) == 1


def test_panels_stand_one_below_the_other() -> None:
    chart = drawn(course(reading(-1, 52)), with_clusters=True)
    bottoms = [item.place.top + item.height for item in chart.panels]

    assert all(
        item.place.top > bottom for item, bottom in zip(chart.panels[1:], bottoms, strict=False)
    )
    assert chart.height > bottoms[-1]


def test_the_description_holds_the_sentence() -> None:
    found = course(reading(-1, 52), reading(10, 34))

    assert headline(found) in drawn(found).description


scores = st.lists(
    st.tuples(
        st.floats(-200, 400),
        st.none() | st.integers(0, 20),
        st.sampled_from(["pcl5-week", "pcl5-month", "phq9", "gad7"]),
    ),
    max_size=25,
)


@settings(max_examples=60)
@given(scores, st.integers(0, 6))
def test_everything_stays_inside_the_frame(
    points: list[tuple[float, int | None, str]], given_count: int
) -> None:
    found = course(*(reading(*point) for point in points), given=given_count, at_day=401)
    chart = drawn(found, with_clusters=True)

    assert 2 <= len(chart.days) <= 9
    for item in chart.panels:
        places = [mark.x for mark in (*item.marks, *item.missing)]
        places += [stem.x for stem in item.stems]
        places += [place for line in item.lines for place in (line.x1, line.x2)]
        assert all(0 <= share(place) <= 100 for place in places)
        assert all(0 <= Decimal(mark.y) <= item.height for mark in item.marks)


@settings(max_examples=60)
@given(scores)
def test_as_many_marks_as_scores_since_the_baseline(
    points: list[tuple[float, int | None, str]],
) -> None:
    found = course(*(reading(*point) for point in points), at_day=401)
    marks = panel(drawn(found), "phq9").marks
    start = found.baseline("phq9")
    since = [
        item
        for item in found.readings
        if item.instrument_code == "phq9"
        and item.total is not None
        and (start is None or item.occurred_at >= start.occurred_at)
    ]

    assert len(marks) == len(since)
