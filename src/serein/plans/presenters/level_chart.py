"""The curve of modelled levels as a drawing: lengths only, in units of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pharmacokinetics.chart import ticks
from serein.plans.rules.level import Interval, Prediction

WIDTH, HEIGHT = 620.0, 330.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 14.0, 34.0, 48.0
X_TICKS, Y_TICKS = 9, 5


@dataclass(frozen=True, slots=True)
class Tick:
    """A value on an axis, and its place."""

    place: float
    text: str


@dataclass(frozen=True, slots=True)
class MarkPoint:
    """A published level: one number, or a range where ``y`` is None."""

    x: float
    y: float | None
    low_y: float | None
    high_y: float | None
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A curve as points of a polyline; what rests on an assumption is drawn apart."""

    known: str
    assumed: str


@dataclass(frozen=True, slots=True)
class LevelChart:
    """Everything the template draws. ``foot`` is the line of 0 ng/mL."""

    uid: str
    width: float
    height: float
    left: float
    right: float
    top: float
    foot: float
    title: str
    summary: str
    y_name: str
    x_name: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    measured: str
    measured_edges: tuple[str, str]
    patients: str
    curve: Line
    other: str
    changes: tuple[float, ...]
    marks: tuple[MarkPoint, ...]
    now_x: float | None

    @property
    def middle_x(self) -> float:
        """The middle of the axis of minutes."""
        return _round((self.left + self.right) / 2)


@dataclass(frozen=True, slots=True)
class Observation:
    """A published level to be drawn beside the curve, ng/mL at a minute."""

    minute: float
    label: str
    level: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is to be drawn; ``other`` is a second curve, ``known_until_min`` None for all of it."""

    uid: str
    title: str
    summary: str
    y_name: str
    prediction: Prediction
    changes_min: Sequence[float] = ()
    observations: Sequence[Observation] = ()
    other: Prediction | None = None
    known_until_min: float | None = None
    now_min: float | None = None


def level_chart(drawn: Drawn) -> LevelChart:
    """Place everything on one pair of axes; both begin at zero."""
    shown = drawn.prediction
    scale = _Scale.of(drawn)
    times = shown.times_min
    return LevelChart(
        uid=drawn.uid,
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        foot=HEIGHT - BOTTOM,
        title=drawn.title,
        summary=drawn.summary,
        y_name=drawn.y_name,
        x_name="Minutes after the start",
        x_ticks=tuple(
            Tick(scale.x(value), f"{value:g}")
            for value in ticks(scale.end_min, X_TICKS)
            if value <= scale.end_min
        ),
        y_ticks=tuple(Tick(scale.y(value), f"{value:g}") for value in scale.levels),
        measured=scale.area(times, shown.measured),
        measured_edges=(
            scale.line(times, shown.measured.low),
            scale.line(times, shown.measured.high),
        ),
        patients=scale.area(times, shown.patients),
        curve=_curve(scale, shown, drawn.known_until_min),
        other=scale.line(drawn.other.times_min, drawn.other.typical) if drawn.other else "",
        changes=tuple(scale.x(minute) for minute in drawn.changes_min),
        marks=tuple(_mark(scale, each) for each in drawn.observations),
        now_x=_now(scale, drawn.now_min),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    end_min: float
    levels: tuple[float, ...]

    @classmethod
    def of(cls, drawn: Drawn) -> _Scale:
        tops = [max(drawn.prediction.measured.high)]
        tops += [each.level or each.high or 0.0 for each in drawn.observations]
        end = drawn.prediction.times_min[-1]
        if drawn.other:
            tops.append(max(drawn.other.typical))
            end = max(end, drawn.other.times_min[-1])
        return cls(end, ticks(max(tops), Y_TICKS))

    def x(self, minute: float) -> float:
        return _round(LEFT + (WIDTH - LEFT - RIGHT) * minute / self.end_min)

    def y(self, level: float) -> float:
        foot = HEIGHT - BOTTOM
        return _round(foot - (foot - TOP) * level / self.levels[-1])

    def line(self, times: Sequence[float], levels: Sequence[float]) -> str:
        pairs = zip(times, levels, strict=True)
        return " ".join(f"{self.x(minute)},{self.y(level)}" for minute, level in pairs)

    def area(self, times: Sequence[float], limits: Interval) -> str:
        """The outline of a band: along the upper limit and back along the lower one."""
        return f"{self.line(times, limits.high)} {self.line(times[::-1], limits.low[::-1])}"


def _curve(scale: _Scale, shown: Prediction, known_until_min: float | None) -> Line:
    if known_until_min is None:
        return Line(scale.line(shown.times_min, shown.typical), "")
    pairs = list(zip(shown.times_min, shown.typical, strict=True))
    if known_until_min > 0.0:
        pairs.append((known_until_min, _between(pairs, known_until_min)))
        pairs.sort()
    known = [pair for pair in pairs if pair[0] <= known_until_min]
    later = [pair for pair in pairs if pair[0] >= known_until_min]
    return Line(_points(scale, known if len(known) > 1 else []), _points(scale, later))


def _between(pairs: Sequence[tuple[float, float]], minute: float) -> float:
    """The height of the drawn line at a minute between two of its points."""
    for (a, low), (b, high) in pairwise(pairs):
        if a <= minute <= b:
            return low + (high - low) * (minute - a) / (b - a)
    return pairs[-1][1]


def _points(scale: _Scale, pairs: Sequence[tuple[float, float]]) -> str:
    return scale.line([pair[0] for pair in pairs], [pair[1] for pair in pairs])


def _mark(scale: _Scale, each: Observation) -> MarkPoint:
    return MarkPoint(
        x=scale.x(each.minute),
        y=None if each.level is None else scale.y(each.level),
        low_y=None if each.low is None else scale.y(each.low),
        high_y=None if each.high is None else scale.y(each.high),
        label=each.label,
    )


def _now(scale: _Scale, now_min: float | None) -> float | None:
    if now_min is None or not 0.0 <= now_min <= scale.end_min:
        return None
    return scale.x(now_min)


def _round(value: float) -> float:
    return round(value, 1)
