"""The marks of one panel: what was measured, where it stands, and what is out of range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.monitoring import rules
from serein.monitoring.presenters.scales import (
    LEFT,
    RIGHT,
    WIDTH,
    TimeScale,
    ValueScale,
    place,
    value_scale,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

LABEL_ROOM = 44.0


@dataclass(frozen=True, slots=True)
class Pressure:
    """A bar from diastolic to systolic."""

    x: float
    top: float
    bottom: float
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class Point:
    """One value."""

    x: float
    y: float
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class Label:
    """A value in figures beside its mark."""

    x: float
    y: float
    text: str
    tone: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Shade:
    """A band beyond a limit."""

    y: float
    height: float
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit drawn as a line, with its words."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A figure on the value axis."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One signal over time."""

    code: str
    name: str
    unit: str
    top: float
    height: float
    ticks: tuple[Tick, ...]
    shades: tuple[Shade, ...]
    limits: tuple[LimitLine, ...]
    pressures: tuple[Pressure, ...]
    points: tuple[Point, ...]
    lines: tuple[str, ...]
    labels: tuple[Label, ...]
    hollow_pressures: tuple[Pressure, ...] = ()
    hollow_points: tuple[Point, ...] = ()

    @property
    def name_y(self) -> float:
        """The line of its name."""
        return place(self.top + 12)

    @property
    def unit_y(self) -> float:
        """The line of its unit."""
        return place(self.top + 27)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a panel is drawn."""

    code: str
    signal: rules.Signal
    name: str
    unit: str
    field: str
    low: int
    high: int
    step: int
    height: float
    shaded_by: tuple[str, ...]
    is_joined: bool


PANELS = (
    Plan("bp", rules.Signal.BP, "BP", "mmHg", "sbp_mmhg", 60, 200, 20, 150.0, ("bp_high",), False),
    Plan("hr", rules.Signal.HR, "HR", "bpm", "hr_bpm", 40, 140, 20, 84.0,
         ("hr_low", "hr_high"), False),
    Plan("spo2", rules.Signal.SPO2, "SpO₂", "%", "spo2_percent", 88, 100, 4, 66.0,
         ("spo2_low",), True),
    Plan("rr", rules.Signal.RR, "RR", "/min", "rr_per_min", 6, 30, 6, 66.0, ("rr_low",), False),
)  # fmt: skip

TONES = {rules.Rung.NOTIFY: "look", rules.Rung.HOLD: "act", rules.Rung.STOP: "act"}


def panel(
    plan: Plan,
    readings: Sequence[rules.Reading],
    *,
    scale: TimeScale,
    top: float,
    zone: ZoneInfo,
    baseline: rules.Baseline | None,
    gap_after: timedelta,
    hollow: Sequence[rules.Reading] = (),
) -> Panel:
    """Draw one signal; ``hollow`` is proposed by a device and not charted."""
    measured = [r for r in readings if plan.signal in r.values.measured()]
    offered = [r for r in hollow if plan.signal in r.values.measured()]
    drawn = [*measured, *offered]
    values = [int(r.values.of(plan.field) or 0) for r in drawn]
    if plan.signal is rules.Signal.BP:
        values += [r.values.dbp_mmhg or 0 for r in drawn]
    upright = value_scale(
        low=plan.low, high=plan.high, step=plan.step, values=values, top=top, height=plan.height
    )
    tones = [_tone(plan.signal, r, baseline) for r in measured]
    titles = [
        f"{clock(r.occurred_at, zone)}  {plan.name} {rules.value_text(plan.signal, r)}"
        for r in measured
    ]
    xs = [scale.x(r.occurred_at) for r in measured]
    is_bp = plan.signal is rules.Signal.BP
    faint = _hollow(plan, offered, scale, upright, zone)
    ys = [upright.y(float(r.values.of(plan.field) or 0)) for r in measured]
    return Panel(
        code=plan.code,
        name=plan.name,
        unit=plan.unit,
        top=top,
        height=plan.height,
        ticks=_ticks(upright, plan.step),
        shades=_shades(plan, upright),
        limits=_limit_lines(upright, baseline) if is_bp else (),
        pressures=tuple(
            Pressure(x, y, upright.y(float(r.values.dbp_mmhg or 0)), tone, title)
            for x, y, r, tone, title in zip(xs, ys, measured, tones, titles, strict=True)
        )
        if is_bp
        else (),
        points=()
        if is_bp
        else tuple(
            Point(x, y, tone, title)
            for x, y, tone, title in zip(xs, ys, tones, titles, strict=True)
        ),
        lines=_lines(readings, plan, scale, upright, gap_after) if plan.is_joined else (),
        labels=_labels(plan, measured, tones, xs, ys, top),
        hollow_pressures=faint if is_bp else (),
        hollow_points=()
        if is_bp
        else tuple(Point(mark.x, mark.top, mark.tone, mark.title) for mark in faint),
    )


def _hollow(
    plan: Plan,
    offered: Sequence[rules.Reading],
    scale: TimeScale,
    upright: ValueScale,
    zone: ZoneInfo,
) -> tuple[Pressure, ...]:
    """Marks of what a device proposes, where they would stand if somebody accepted them."""
    return tuple(
        Pressure(
            scale.x(r.occurred_at),
            upright.y(float(r.values.of(plan.field) or 0)),
            upright.y(float(r.values.dbp_mmhg or 0)),
            "plain",
            f"{clock(r.occurred_at, zone)}  {plan.name} {rules.value_text(plan.signal, r)}, "
            "proposed, not charted",
        )
        for r in offered
    )


def _tone(signal: rules.Signal, reading: rules.Reading, baseline: rules.Baseline | None) -> str:
    """How this value alone stands: ok, look, act. Confirmation is the flag's matter."""
    worst = rules.Rung.NONE
    base = None if reading.phase is rules.Phase.PRE else baseline
    for condition in rules.ladder().conditions:
        if condition.signal is signal and reading.phase in condition.phases:
            met = [one.rung for one in condition.limits if one.met(reading.values.of, base)]
            worst = max([worst, *met])
    return TONES.get(worst, "ok")


def _ticks(upright: ValueScale, step: int) -> tuple[Tick, ...]:
    span = upright.high - upright.low
    wide = step if span / step <= 8 else step * 2
    figures = range(upright.low, upright.high + 1, wide)
    return tuple(Tick(upright.y(figure), str(figure)) for figure in figures)


def _shades(plan: Plan, upright: ValueScale) -> tuple[Shade, ...]:
    found = []
    for condition in rules.ladder().conditions:
        if condition.code not in plan.shaded_by:
            continue
        figures = [
            (limit, next(test for test in limit.tests if test.of == plan.field))
            for limit in condition.limits
            if limit.rung is not rules.Rung.STOP
        ]
        is_high = figures[0][1].is_upward
        edges = [float(test.figure) for _, test in figures]
        edges.append(float(upright.high if is_high else upright.low))
        for n, (limit, _) in enumerate(figures):
            low, high = sorted((edges[n], edges[n + 1]))
            if (is_high and low >= upright.high) or (not is_high and high <= upright.low):
                continue
            top, bottom = upright.y(high), upright.y(low)
            found.append(Shade(top, place(bottom - top), TONES[limit.rung], f"Limit {limit.text}"))
    return tuple(found)


def _limit_lines(upright: ValueScale, baseline: rules.Baseline | None) -> tuple[LimitLine, ...]:
    lines = [LimitLine(upright.y(100), "SBP 100")]
    if baseline is not None:
        risen = baseline.sbp_mmhg * 1.3
        if 110 <= risen < 158:
            lines.append(LimitLine(upright.y(risen), f"30% above {baseline.sbp_mmhg}"))
    return tuple(lines)


def _lines(
    readings: Sequence[rules.Reading],
    plan: Plan,
    scale: TimeScale,
    upright: ValueScale,
    gap_after: timedelta,
) -> tuple[str, ...]:
    """Join neighbours; a lost signal or a long silence breaks the line."""
    runs: list[list[str]] = []
    before: datetime | None = None
    for reading in readings:
        value = reading.values.of(plan.field)
        if value is None:
            before = None if plan.signal in reading.no_signal else before
            continue
        spot = f"{scale.x(reading.occurred_at)},{upright.y(float(value))}"
        if before is None or reading.occurred_at - before > gap_after:
            runs.append([spot])
        else:
            runs[-1].append(spot)
        before = reading.occurred_at
    return tuple(" ".join(run) for run in runs if len(run) > 1)


def _label_y(plan: Plan, y: float, top: float) -> float:
    """Above its mark; below it where the panel ends, except on a bar that hangs from its mark."""
    if y - 7 >= top + 11:
        return y - 7
    return top + 11 if plan.signal is rules.Signal.BP else y + 18


def _labels(
    plan: Plan,
    measured: Sequence[rules.Reading],
    tones: Sequence[str],
    xs: Sequence[float],
    ys: Sequence[float],
    top: float,
) -> tuple[Label, ...]:
    """Figures beside the last value and beside those out of range, as many as have room."""
    if not measured:
        return ()
    newest_first = list(reversed(range(len(measured))))
    wanted = newest_first[:1]
    wanted += [n for n in newest_first if tones[n] == "act"]
    wanted += [n for n in newest_first if tones[n] == "look"]
    placed: list[int] = []
    for n in wanted:
        if all(abs(xs[n] - xs[other]) >= LABEL_ROOM for other in placed):
            placed.append(n)
    return tuple(
        Label(
            x=min(max(xs[n], LEFT + 20), WIDTH - RIGHT - 18),
            y=place(_label_y(plan, ys[n], top)),
            text=_figure(plan, measured[n]),
            tone=tones[n],
        )
        for n in sorted(placed)
    )


def _figure(plan: Plan, reading: rules.Reading) -> str:
    if plan.signal is rules.Signal.BP:
        return f"{reading.values.sbp_mmhg}/{reading.values.dbp_mmhg}"
    return str(reading.values.of(plan.field))


SHEET_LEFT, SHEET_RIGHT = LEFT, WIDTH - RIGHT
