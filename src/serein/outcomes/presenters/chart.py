"""The outcomes chart: stacked panels over one axis of days from the first infusion.

Horizontal places are percentages of the width and vertical ones are pixels, so that letters and marks
keep their size from a telephone to a wall screen. Series differ in shape and dash, not only in tone.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.core.quantities import shown
from serein.outcomes import rules
from serein.outcomes.presenters.pieces import (
    Scale,
    days_between,
    level,
    lines_of,
    marks_of,
    missing_of,
    signed,
    y_of,
)
from serein.outcomes.presenters.shapes import Band, Chart, Level, Panel, Place, Stem, Tick

if TYPE_CHECKING:
    from datetime import datetime

    from serein.outcomes.queries import CourseFact, InfusionFact

HEADING = 30
NOTE = 18
GAP = 18
AXIS = 44
HEIGHTS = {"infusions": 64, "pcl5": 176, "cluster": 60, "phq9": 92, "gad7": 92}
STEPS_DAYS = (1, 2, 7, 14, 28, 56, 84, 182, 364, 728)
MOST_TICKS = 7
SHORTEST_DAYS = Decimal(14)


def origin_of(course: CourseFact) -> tuple[datetime | None, str]:
    """Return day 0 and what it is: the first infusion given, else booked, else the first score."""
    if course.times.first_infusion_at is not None:
        return course.times.first_infusion_at, "Days from the first infusion"
    booked = [item.at for item in course.infusions if item.state is rules.InfusionState.PLANNED]
    if booked:
        return min(booked), "Days from the first booked infusion"
    scored = [item.occurred_at for item in course.readings]
    return (min(scored), "Days from the first score") if scored else (None, "")


def on_chart(course: CourseFact, form: str) -> tuple[rules.Reading, ...]:
    """Return the scores of a form that are drawn: the baseline and everything after it."""
    start = course.baseline(form)
    return tuple(
        item
        for item in rules.series(course.readings, form)
        if start is None or item.occurred_at >= start.occurred_at
    )


def chart_of(
    course: CourseFact, *, primary: str, headline: str, with_clusters: bool
) -> Chart | None:
    """Lay out the chart; None when there is neither a score nor an infusion."""
    origin, label = origin_of(course)
    if origin is None:
        return None
    scale = _scale(course, origin)
    panels: list[Panel] = []
    top = 0
    for code in _codes(with_clusters):
        panel = _panel(code, course, scale, primary, top)
        panels.append(panel)
        top = panel.place.top + panel.height + GAP
    return Chart(
        title="Outcomes over the course",
        description=_description(course, headline),
        height=top + AXIS,
        axis_y=top,
        axis_label=label,
        days=_day_ticks(scale),
        panels=tuple(panels),
        guides=tuple(
            scale.x(item.at) for item in course.infusions if item.state is rules.InfusionState.GIVEN
        ),
        has_hollow=any(mark.is_hollow for panel in panels for mark in panel.marks),
        has_missing=any(panel.missing for panel in panels),
    )


def _codes(with_clusters: bool) -> tuple[str, ...]:
    clusters = tuple(f"cluster-{letter}" for letter in rules.CLUSTERS) if with_clusters else ()
    return ("infusions", "pcl5", *clusters, "phq9", "gad7")


def _panel(code: str, course: CourseFact, scale: Scale, primary: str, top: int) -> Panel:
    if code == "infusions":
        return _infusion_panel(course.infusions, scale, top)
    if code == "pcl5":
        return _pcl5_panel(course, scale, primary, top)
    if code.startswith("cluster-"):
        return _cluster_panel(code.removeprefix("cluster-"), course, scale, primary, top)
    return _form_panel(code, course, scale, top)


def _place(top: int, note: str = "") -> Place:
    """Leave room above a panel for its name, and for a note if it has one."""
    room = HEADING + (NOTE if note else 0)
    return Place(top + room, top + HEADING - 14, top + HEADING + NOTE - 15)


def _scale(course: CourseFact, origin: datetime) -> Scale:
    moments = [
        item.at for item in course.infusions if item.state is not rules.InfusionState.CANCELLED
    ]
    for form in rules.FORM_NAMES:
        moments += [item.occurred_at for item in on_chart(course, form)]
    days = [days_between(origin, moment) for moment in moments] or [Decimal(0)]
    low, high = min([*days, Decimal(0)]), max([*days, Decimal(0)])
    high = max(high, low + SHORTEST_DAYS)
    room = (high - low) / 40
    return Scale(origin, low - room, high + room)


def _day_ticks(scale: Scale) -> tuple[Tick, ...]:
    span = scale.high - scale.low
    step = next((item for item in STEPS_DAYS if span / item <= MOST_TICKS), STEPS_DAYS[-1])
    first = int((scale.low / step).to_integral_value(rounding="ROUND_CEILING"))
    last = int((scale.high / step).to_integral_value(rounding="ROUND_FLOOR"))
    return tuple(
        Tick(scale.x_of_day(Decimal(place * step)), signed(place * step))
        for place in range(first, last + 1)
    )


def _infusion_panel(infusions: Sequence[InfusionFact], scale: Scale, top: int) -> Panel:
    height = HEIGHTS["infusions"]
    doses = [item.mg_per_kg for item in infusions if item.mg_per_kg is not None]
    highest = max([*doses, Decimal("0.5")]) * Decimal("1.3")
    stems: list[Stem] = []
    label_before = ""
    for item in infusions:
        if item.state is rules.InfusionState.CANCELLED:
            continue
        stem = _stem(item, scale, highest, height, label_before)
        label_before = stem.label or label_before
        stems.append(stem)
    return Panel(
        code="infusions",
        name="Infusions, mg/kg delivered",
        place=_place(top),
        height=height,
        ticks=(Tick(f"{height}", "0"), Tick(y_of(Decimal("0.5"), highest, height), "0.5")),
        stems=tuple(stems),
        empty="" if stems else "No infusion is booked.",
    )


def _stem(
    item: InfusionFact, scale: Scale, highest: Decimal, height: int, label_before: str
) -> Stem:
    if item.state is rules.InfusionState.PLANNED or item.mg_per_kg is None:
        return Stem(
            scale.x(item.at), str(height - 12), str(height), "planned", "",
            f"Infusion {item.number}: booked",
        )  # fmt: skip
    label = shown(item.mg_per_kg, places=2)
    return Stem(
        x=scale.x(item.at),
        top=y_of(item.mg_per_kg, highest, height),
        bottom=str(height),
        kind="given",
        label="" if label == label_before else label,
        words=f"Infusion {item.number}: {shown(item.mg_per_kg, 'mg/kg', 2)}",
    )


def _pcl5_panel(course: CourseFact, scale: Scale, primary: str, top: int) -> Panel:
    height, highest = HEIGHTS["pcl5"], Decimal(80)
    week = on_chart(course, rules.PCL5_WEEK)
    month = on_chart(course, rules.PCL5_MONTH)
    lines = lines_of(week, course.due, scale, highest, height, "week")
    start = course.baseline(primary)
    note, levels = _pcl5_levels(start, highest, height)
    return Panel(
        code="pcl5",
        name="PCL-5 total, 0–80",
        place=_place(top, note),
        height=height,
        note=note,
        ticks=tuple(
            Tick(y_of(Decimal(at), highest, height), str(at)) for at in (0, 20, 40, 60, 80)
        ),
        marks=marks_of(week, scale, highest, height) + marks_of(month, scale, highest, height),
        lines=lines,
        levels=levels,
        band=_band(start, highest, height),
        missing=missing_of(course.due, rules.PCL5_WEEK, scale, height),
        empty="" if week or month else "No PCL-5 yet.",
    )


def _pcl5_levels(
    start: rules.Reading | None, highest: Decimal, height: int
) -> tuple[str, tuple[Level, ...]]:
    """Return the lines of response and remission, and what they mean."""
    if start is None or start.total is None or start.total == 0:
        return "", ()
    response = start.total * Decimal("0.7")
    note = f"dashes: 30% below baseline, {shown(response, places=1)}; dots: 28 or lower"
    return note, (
        level(response, highest, height, "response"),
        level(rules.REMISSION_PCL5, highest, height, "remission"),
    )


def _band(start: rules.Reading | None, highest: Decimal, height: int) -> Band | None:
    if start is None or start.total is None or not start.is_exact:
        return None
    top = min(start.total + rules.RELIABLE_POINTS, highest)
    bottom = max(start.total - rules.RELIABLE_POINTS, Decimal(0))
    y = Decimal(y_of(top, highest, height))
    return Band(f"{y}", f"{Decimal(y_of(bottom, highest, height)) - y}")


def _cluster_panel(letter: str, course: CourseFact, scale: Scale, primary: str, top: int) -> Panel:
    name, most = rules.CLUSTERS[letter]
    height, highest = HEIGHTS["cluster"], Decimal(most)
    readings = tuple(
        rules.Reading(item.instrument_code, item.occurred_at, _cluster(item, letter))
        for item in on_chart(course, primary)
    )
    return Panel(
        code=f"cluster-{letter}",
        name=f"Cluster {name}, 0–{most}",
        place=_place(top),
        height=height,
        ticks=(Tick(f"{height}", "0"), Tick("0.0", str(most))),
        marks=marks_of(readings, scale, highest, height, name=f"Cluster {letter.upper()}"),
        lines=lines_of(readings, course.due, scale, highest, height, "week")
        if primary == rules.PCL5_WEEK
        else (),
        empty="" if any(item.total is not None for item in readings) else "No score.",
    )


def _cluster(reading: rules.Reading, letter: str) -> Decimal | None:
    value = {code.lower(): found for code, found in reading.clusters.items()}.get(letter)
    return None if value is None else Decimal(value)


def _form_panel(form: str, course: CourseFact, scale: Scale, top: int) -> Panel:
    height, highest = HEIGHTS[form], Decimal(rules.HIGHEST[form])
    readings = on_chart(course, form)
    note, levels = _phq9_levels(course, highest, height) if form == rules.PHQ9 else ("", ())
    return Panel(
        code=form,
        name=f"{rules.FORM_NAMES[form]}, 0–{rules.HIGHEST[form]}",
        place=_place(top, note),
        height=height,
        note=note,
        ticks=tuple(
            Tick(y_of(Decimal(at), highest, height), str(at)) for at in (0, 10, 20) if at <= highest
        ),
        marks=marks_of(readings, scale, highest, height),
        lines=lines_of(readings, course.due, scale, highest, height, form),
        levels=levels,
        missing=missing_of(course.due, form, scale, height),
        empty="" if readings else f"No {rules.FORM_NAMES[form]} yet.",
    )


def _phq9_levels(
    course: CourseFact, highest: Decimal, height: int
) -> tuple[str, tuple[Level, ...]]:
    """Return the lines of response and remission, and what they mean."""
    start = course.baseline(rules.PHQ9)
    if start is None or start.total is None or start.total < rules.REMISSION_PHQ9_BELOW:
        return "", ()
    half = start.total / 2
    note = f"dashes: 50% below baseline, {shown(half, places=1)}; dots: below 5"
    return note, (
        level(half, highest, height, "response"),
        level(rules.REMISSION_PHQ9_BELOW, highest, height, "remission"),
    )


def _description(course: CourseFact, headline: str) -> str:
    given = [item for item in course.infusions if item.state is rules.InfusionState.GIVEN]
    count = "1 infusion was given" if len(given) == 1 else f"{len(given)} infusions were given"
    return f"{headline} {count}. The table below holds the same numbers."
