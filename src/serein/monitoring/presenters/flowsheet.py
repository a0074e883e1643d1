"""The flowsheet: vitals above, the infusion below, numbered events, one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.core.quantities import shown
from serein.monitoring import rules
from serein.monitoring.presenters.marks import (
    LABEL_ROOM,
    PANELS,
    SHEET_LEFT,
    SHEET_RIGHT,
    Label,
    Panel,
    panel,
)
from serein.monitoring.presenters.scales import WIDTH, TimeScale, place, time_scale
from serein.monitoring.presenters.sheet import (
    Band,
    Bar,
    EventLine,
    EventMark,
    Flowsheet,
    GridLine,
    InfusionBar,
    Lane,
    NumberedEvent,
)
from serein.monitoring.presenters.times import minutes_from
from serein.monitoring.queries import readings_from

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.monitoring.queries import VitalFact

TOP, PANEL_GAP, LANE, BAR_MAX = 30.0, 20.0, 20.0, 30.0
QUIET_TAIL = timedelta(minutes=45)
"""How much empty time is drawn after the last entry; a visit left open must stay readable."""
RUNNING_TAIL = timedelta(hours=4)
"""The same while the pump runs: a sheet that ended before now would show the infusion as over."""
SCORES = (
    (rules.Signal.MOAAS, "moaas", "MOAA/S"),
    (rules.Signal.NAUSEA, "nausea", "Nausea"),
    (rules.Signal.DISTRESS, "distress", "Distress"),
)


def flowsheet(
    *,
    vitals: Sequence[VitalFact],
    bars: Sequence[InfusionBar],
    events: Sequence[NumberedEvent],
    started_at: datetime | None,
    at: datetime,
    zone: ZoneInfo,
    stopped_at: datetime | None = None,
    opened_at: datetime | None = None,
    closed_at: datetime | None = None,
    uid: str = "flowsheet",
    hollow: Sequence[rules.Reading] = (),
) -> Flowsheet:
    """Draw the sheet as it stands at ``at``. The caller hands the infusion over as plain facts.

    Only sets in force are drawn; corrected ones are in the table. ``hollow`` sets are proposed by a
    device and drawn unfilled. ``uid`` must differ between two sheets on one page.
    """
    anchor = started_at or opened_at or min((v.occurred_at for v in vitals), default=at)
    timeline = rules.Timeline(
        opened_at=opened_at or anchor,
        started_at=started_at,
        stopped_at=stopped_at,
        closed_at=closed_at,
    )
    readings = readings_from(vitals, timeline)
    until_at = closed_at or at
    charted = [r.occurred_at for r in (*readings, *hollow)] + [event.at for event in events]
    runs_on = any(bar.to_at is None for bar in bars)
    tail = RUNNING_TAIL if runs_on else QUIET_TAIL
    drawn_to_at = min(until_at, max([anchor, *charted]) + tail)
    scale = time_scale(start=anchor, moments=charted, to_at=drawn_to_at)
    panels, floor = _panels(readings, timeline, scale, zone, hollow)
    lanes, floor = _lanes(readings, scale, floor)
    drawn, labels, bar_floor = _bars(bars, scale, drawn_to_at, floor)
    marks, bottom = _events(events, scale, zone, bar_floor + 24)
    is_running = closed_at is None and scale.is_on_sheet(at)
    return Flowsheet(
        uid=uid,
        width=WIDTH,
        height=place(bottom + 42),
        left=SHEET_LEFT,
        right=SHEET_RIGHT,
        top=TOP,
        bottom=place(bottom),
        title="Flowsheet of vitals and infusion",
        summary=summary(readings, timeline)
        + (_tail_words(drawn_to_at, until_at, zone) if readings else ""),
        bands=_bands(timeline, readings, scale, until_at, drawn_to_at),
        grid=_grid(scale, zone),
        panels=panels,
        lanes=lanes,
        bar_floor=bar_floor,
        bars=drawn,
        mg_labels=labels,
        events=marks,
        key=tuple(_key_line(event, anchor, zone) for event in events),
        now_x=scale.x(at) if is_running else None,
        is_empty=not readings and not bars and not hollow,
        has_hollow=bool(hollow),
    )


def summary(readings: Sequence[rules.Reading], timeline: rules.Timeline) -> str:
    """What the sheet shows, in one sentence that is worked out from the same readings."""
    if not readings:
        return "No vitals charted yet."
    count = len(readings)
    parts = [f"{count} {'set' if count == 1 else 'sets'} of vitals"]
    pressures = [r for r in readings if r.values.sbp_mmhg is not None]
    if pressures:
        top = max(pressures, key=lambda r: (r.values.sbp_mmhg or 0, r.values.dbp_mmhg or 0))
        where = _minute_words(top.occurred_at, timeline)
        parts.append(f"highest BP {rules.value_text(rules.Signal.BP, top)} {where}")
    rates = [r.values.hr_bpm for r in readings if r.values.hr_bpm is not None]
    if rates:
        low, high = min(rates), max(rates)
        parts.append(f"HR {low}\u202fbpm" if low == high else f"HR {low} to {high}\u202fbpm")
    saturations = [r for r in readings if r.values.spo2_percent is not None]
    if saturations:
        least = min(saturations, key=lambda r: r.values.spo2_percent or 0)
        where = _minute_words(least.occurred_at, timeline)
        parts.append(f"lowest SpO₂ {least.values.spo2_percent}% {where}")
    return f"{'; '.join(parts)}."


def _tail_words(drawn_to_at: datetime, until_at: datetime, zone: ZoneInfo) -> str:
    if drawn_to_at == until_at:
        return ""
    return f" The sheet ends at {clock(drawn_to_at, zone)}; nothing was charted since."


def _minute_words(at: datetime, timeline: rules.Timeline) -> str:
    if timeline.started_at is None:
        return "before the start"
    minute = int(minutes_from(timeline.started_at, at) // 1)
    if minute < 0:
        return "before the start"
    return f"at minute {minute}"


def _panels(
    readings: Sequence[rules.Reading],
    timeline: rules.Timeline,
    scale: TimeScale,
    zone: ZoneInfo,
    hollow: Sequence[rules.Reading] = (),
) -> tuple[tuple[Panel, ...], float]:
    ladder, plan = rules.ladder(), rules.schedule()
    baseline = rules.baseline_for(readings, timeline, within_min=ladder.baseline_within_min)
    gap = timedelta(minutes=plan.post_every_min * plan.stale_after_intervals)
    top = TOP
    drawn = []
    for each in PANELS:
        drawn.append(
            panel(
                each,
                readings,
                scale=scale,
                top=top,
                zone=zone,
                baseline=baseline if timeline.started_at else None,
                gap_after=gap,
                hollow=hollow,
            )
        )
        top += each.height + PANEL_GAP
    return tuple(drawn), top


def _lanes(
    readings: Sequence[rules.Reading], scale: TimeScale, top: float
) -> tuple[tuple[Lane, ...], float]:
    lanes = []
    for signal, field, name in SCORES:
        labels: list[Label] = []
        for reading in readings:
            value = reading.values.of(field)
            if value is None:
                continue
            x = scale.x(reading.occurred_at)
            if labels and x - labels[-1].x < 14:
                labels.pop()
            worst = any(
                condition.signal is signal and condition.limits[0].met(reading.values.of, None)
                for condition in rules.ladder().conditions
            )
            labels.append(Label(x, place(top + 14), str(value), "look" if worst else "ok"))
        lanes.append(Lane(name, place(top + 14), tuple(labels)))
        top += LANE
    return tuple(lanes), place(top + 8)


def _bars(
    bars: Sequence[InfusionBar], scale: TimeScale, until_at: datetime, top: float
) -> tuple[tuple[Bar, ...], tuple[Label, ...], float]:
    floor = place(top + BAR_MAX + 16)
    most = max((bar.rate_ml_per_h for bar in bars), default=Decimal(0)) or Decimal(1)
    drawn: list[Bar] = []
    labels: list[Label] = []
    for bar in bars:
        x, end = scale.x(bar.from_at), scale.x(bar.to_at or until_at)
        is_pause = bar.rate_ml_per_h == 0
        height = place(4 if is_pause else max(6.0, BAR_MAX * float(bar.rate_ml_per_h / most)))
        rate = "pause" if is_pause else shown(bar.rate_ml_per_h, "mL/h", 1)
        mg = shown(bar.mg_at_end, "mg", 1)
        drawn.append(
            Bar(
                x=x,
                y=place(floor - height),
                width=place(max(1.0, end - x)),
                height=height,
                is_pause=is_pause,
                label=rate if end - x >= 8 * len(rate) else "",
                title=f"{rate}, {mg} given by the end" if not is_pause else f"pause at {mg}",
            )
        )
        if not is_pause:
            if labels and end - labels[-1].x < LABEL_ROOM + 10:
                labels.pop()
            labels.append(Label(end, place(floor + 15), mg, "ok"))
    return tuple(drawn), tuple(labels), floor


def _events(
    events: Sequence[NumberedEvent], scale: TimeScale, zone: ZoneInfo, top: float
) -> tuple[tuple[EventMark, ...], float]:
    marks: list[EventMark] = []
    ends = [-100.0, -100.0, -100.0]
    for event in sorted(events, key=lambda one: (one.at, one.number)):
        x = scale.x(event.at)
        row = next((n for n, end in enumerate(ends) if x - end >= 19), len(ends) - 1)
        ends[row] = x
        title = f"{event.number}  {clock(event.at, zone)}  {event.label}"
        marks.append(EventMark(x, place(top + 10 + row * 20), event.number, title))
    rows = max((round((mark.y - top - 10) / 20) for mark in marks), default=-1) + 1
    return tuple(marks), place(top + rows * 20 + 4)


def _bands(
    timeline: rules.Timeline,
    readings: Sequence[rules.Reading],
    scale: TimeScale,
    until_at: datetime,
    drawn_to_at: datetime,
) -> tuple[Band, ...]:
    edge = scale.x_of_minute
    if timeline.started_at is None:
        return (_band(SHEET_LEFT, SHEET_RIGHT, "Before the start", "pre"),)
    start = scale.x(timeline.started_at)
    stop = scale.x(timeline.stopped_at) if timeline.stopped_at else edge(scale.to_min)
    bands = [
        _band(SHEET_LEFT, start, "Before", "pre"),
        _band(start, stop, "Infusion", "during"),
    ]
    if timeline.stopped_at:
        bands.append(_band(stop, SHEET_RIGHT, "After", "post"))
    return tuple(bands) + _silences(timeline, readings, scale, until_at, drawn_to_at)


def _silences(
    timeline: rules.Timeline,
    readings: Sequence[rules.Reading],
    scale: TimeScale,
    until_at: datetime,
    drawn_to_at: datetime,
) -> tuple[Band, ...]:
    """Stretches without a set for longer than twice the interval, from when the last one grew old."""
    if timeline.started_at is None:
        return ()
    taken = [r.occurred_at for r in readings if r.values.measured()]
    moments = sorted([timeline.started_at, *(m for m in taken if m > timeline.started_at)])
    found = []
    for before, after in zip(moments, [*moments[1:], until_at], strict=True):
        limit = timedelta(minutes=rules.stale_after_min(timeline, after, rules.schedule()))
        if after - before > limit:
            minutes = int((after - before).total_seconds() // 60)
            words = f"No reading for {minutes}\u202fmin"
            end = scale.x(min(after, drawn_to_at))
            found.append(_band(scale.x(before + limit), end, words, "silence"))
    return tuple(found)


def _band(x: float, end: float, label: str, kind: str) -> Band:
    return Band(x, place(max(0.0, end - x)), label, kind)


def _grid(scale: TimeScale, zone: ZoneInfo) -> tuple[GridLine, ...]:
    span = scale.to_min - scale.from_min
    label_every = next((every for every in (10, 15, 30, 60) if span / every <= 16), 120)
    line_every = 5 if span <= 240 else 15
    lines = []
    for minute in range(scale.from_min, scale.to_min + 1):
        if minute % line_every:
            continue
        is_labelled = minute % label_every == 0
        moment = scale.start + timedelta(minutes=minute)
        lines.append(
            GridLine(
                x=scale.x_of_minute(minute),
                minute=_signed(minute) if is_labelled else "",
                clock=clock(moment, zone) if is_labelled else "",
            )
        )
    return tuple(lines)


def _signed(minute: int) -> str:
    return f"\u2212{-minute}" if minute < 0 else str(minute)


def _key_line(event: NumberedEvent, anchor: datetime, zone: ZoneInfo) -> EventLine:
    minute = int(minutes_from(anchor, event.at) // 1)
    return EventLine(
        event.number, clock(event.at, zone), f"{_signed(minute)}\u202fmin", event.label
    )
