"""The card “Proposed by the monitor”: sets on offer, what came last, and how old it is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.core.clinic_time import clock, span
from serein.core.quantities import shown
from serein.monitoring import rules
from serein.monitoring.queries import due_sets, readings_with_baseline
from serein.monitoring.queries.feed import feed_of, is_feed_on
from serein.monitoring.rules.feed import REJECTED_BECAUSE
from serein.monitoring.rules.incoming import DOUBTED
from serein.monitoring.rules.proposing import DBP, SBP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from serein.core.actors import Actor
    from serein.monitoring.queries import PeriodFact
    from serein.monitoring.queries.feed import FeedFact
    from serein.monitoring.rules import Baseline, DueSet
    from serein.monitoring.rules.proposing import Pending, Proposed

LINE = "This is no patient monitor. Its alarms stay with the monitor at the chair."
OUTSIDE = "outside limits, check the patient and the monitor"
SILENT_AFTER = timedelta(minutes=2)
"""Without a reading for so long the card says so (clinic default, review)."""

FIELDS = (
    ("hr_bpm", "HR", "bpm", rules.Signal.HR),
    ("spo2_percent", "SpO₂", "%", rules.Signal.SPO2),
    ("rr_per_min", "RR", "/min", rules.Signal.RR),
    ("temperature_c", "Temp", "°C", rules.Signal.TEMPERATURE),
)
NEWEST = (
    ("hr_per_min", "HR", "bpm"),
    ("pulse_oximeter_per_min", "Pulse, oximeter", "bpm"),
    ("spo2_percent", "SpO₂", "%"),
    ("rr_per_min", "RR", "/min"),
    ("temp_c", "Temp", "°C"),
    ("flow_ml_per_h", "Pump rate", "mL/h"),
    ("delivered_ml", "Pump delivered", "mL"),
)


@dataclass(frozen=True, slots=True)
class ValueView:
    """One value in words; ``note`` says why a person should look twice."""

    label: str
    text: str
    unit: str
    note: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class SetView:
    """One set on offer, and what accepting it sends."""

    uid: str
    title: str
    at: str
    at_iso: str
    age: str
    device: str
    values: tuple[ValueView, ...]
    asks: tuple[str, ...]
    key: str
    reading_ids: str


@dataclass(frozen=True, slots=True)
class FeedCard:
    """Everything the card shows, at one moment, for one reader."""

    line: str
    url: str
    accept_url: str
    reject_url: str
    back: str
    sets: tuple[SetView, ...]
    newest: tuple[ValueView, ...]
    silence: str
    latest_iso: str
    clock: str
    may_accept: bool
    reasons: tuple[str, ...]


def feed_card(
    watched: PeriodFact, *, at: datetime, by: Actor, zone: ZoneInfo, back: str
) -> FeedCard | None:
    """Say what devices propose for a visit; None while the feed is off."""
    if not is_feed_on(watched.site_id):
        return None
    period_id, ids = watched.period_id, [watched.patient_id, watched.period_id]
    due = next_due(due_sets(period_id, at))
    fact = feed_of(period_id, timeline=watched.timeline, due=due, at=at)
    baseline = readings_with_baseline(period_id)[1] if fact.proposed else None
    return FeedCard(
        line=LINE,
        url=f"{reverse('monitoring:feed', args=ids)}?back={back}",
        accept_url=reverse("monitoring:accept", args=ids),
        reject_url=reverse("monitoring:reject", args=ids),
        back=back,
        sets=tuple(
            _set(one, watched, baseline, by=by, at=at, zone=zone, number=number)
            for number, one in enumerate(fact.proposed, start=1)
        ),
        newest=_newest(fact.newest, zone),
        silence=_silence(fact, at),
        latest_iso=fact.latest_at.isoformat() if fact.latest_at else "",
        clock=fact.clock,
        may_accept=may(by.role, Act.CHART_SESSION),
        reasons=REJECTED_BECAUSE,
    )


def hollow_sets(
    watched: PeriodFact, *, due: Sequence[DueSet], at: datetime
) -> tuple[rules.Reading, ...]:
    """What the flowsheet draws hollow: the sets on offer, while the feed is on."""
    if watched.timeline.closed_at is not None or not is_feed_on(watched.site_id):
        return ()
    fact = feed_of(watched.period_id, timeline=watched.timeline, due=next_due(due), at=at)
    return tuple(_reading(one, watched.timeline) for one in fact.proposed)


def _reading(one: Proposed, timeline: rules.Timeline) -> rules.Reading:
    return rules.Reading(
        root="", occurred_at=one.at, phase=rules.phase_at(timeline, one.at), values=one.values
    )


def next_due(due: Sequence[DueSet]) -> DueSet | None:
    """The set that is waited for: the earliest that is still open."""
    return min((one for one in due if one.is_open), key=lambda one: one.due_at, default=None)


def _set(
    one: Proposed,
    watched: PeriodFact,
    baseline: Baseline | None,
    *,
    by: Actor,
    at: datetime,
    zone: ZoneInfo,
    number: int,
) -> SetView:
    outside = _outside(one, watched.timeline, baseline)
    ids = " ".join(sorted(str(reading_id) for reading_id in one.reading_ids))
    values = [*_pressure(one, outside)]
    readings = dict(one.fields)
    for name, label, unit, signal in FIELDS:
        value = one.values.of(name)
        if value is not None:
            note, tone = _note(readings[name], signal in outside)
            values.append(ValueView(label, shown(value), unit, note, tone))
    return SetView(
        uid=f"offer-{number}",
        title=_title(one, zone),
        at=f"{one.at.astimezone(zone):%H:%M:%S}",
        at_iso=one.at.isoformat(),
        age=_age(at - one.at),
        device=", ".join(sorted({reading.device_name for _, reading in one.fields})),
        values=tuple(values),
        asks=one.asks,
        key=str(uuid.uuid5(watched.period_id, f"{by.id}/{ids}")),
        reading_ids=ids,
    )


def _title(one: Proposed, zone: ZoneInfo) -> str:
    if one.due_at is not None:
        return f"For the set due {clock(one.due_at, zone)}"
    return "With the last cuff" if one.values.sbp_mmhg is not None else "Newest"


def _age(between: timedelta) -> str:
    ago = span(between)
    return ago if ago == "now" else f"{ago} ago"


def _pressure(one: Proposed, outside: frozenset[rules.Signal]) -> list[ValueView]:
    readings = dict(one.fields)
    if SBP not in readings or DBP not in readings:
        return []
    note, tone = _note(readings[SBP], rules.Signal.BP in outside)
    text = f"{one.values.sbp_mmhg}/{one.values.dbp_mmhg}"
    return [ValueView("BP", text, "mmHg", note, tone)]


def _note(reading: Pending, is_outside: bool) -> tuple[str, str]:
    notes = sorted(reading.marks)
    if is_outside:
        notes.insert(0, OUTSIDE)
    doubted = bool(reading.marks & DOUBTED)
    return "; ".join(notes), "look" if is_outside or doubted else "plain"


def _outside(
    one: Proposed, timeline: rules.Timeline, baseline: Baseline | None
) -> frozenset[rules.Signal]:
    """The signals whose value alone reaches a limit. No flag of the chart comes from this."""
    reading = _reading(one, timeline)
    return frozenset(
        condition.signal
        for condition in rules.ladder().conditions
        if rules.is_out_of_range(condition, reading, baseline)
    )


def _newest(newest: Mapping[str, Pending], zone: ZoneInfo) -> tuple[ValueView, ...]:
    views = []
    for code, label, unit in NEWEST:
        reading = newest.get(code)
        if reading is None:
            continue
        notes = [f"{reading.at.astimezone(zone):%H:%M:%S}", *sorted(reading.marks)]
        if reading.value is None:
            views.append(ValueView(label, "no signal", "", ", ".join(notes), "stale"))
        else:
            tone = "look" if reading.marks else "plain"
            views.append(ValueView(label, shown(reading.value), unit, ", ".join(notes), tone))
    return tuple(views)


def _silence(fact: FeedFact, at: datetime) -> str:
    if fact.latest_at is None:
        return "No reading has come from a device yet."
    if at - fact.latest_at > SILENT_AFTER:
        return f"No reading for {span(at - fact.latest_at)}."
    return ""
