"""The page at the chair: one screen that changes with the phase of the visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.clinic_time import clock
from serein.core.quantities import shown
from serein.infusions import queries
from serein.infusions.presenters.gate import GateView, gate_view
from serein.infusions.presenters.watch import Watch, watch
from serein.infusions.presenters.words import (
    STATE_WORDS,
    day,
    event,
    exact_clock,
    mg,
    rate,
)
from serein.infusions.rules.delivered import Delivered
from serein.infusions.states import (
    BEFORE_START,
    DRUG_IN_USE,
    IN_THE_CHAIR,
    WENT_HOME,
    SessionState,
)

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.core.actors import Actor
    from serein.infusions.models import InfusionSession
    from serein.infusions.queries import EventFact

STALE_AFTER_SECONDS = 45
PHASES = {
    **dict.fromkeys(BEFORE_START, "before"),
    **dict.fromkeys(DRUG_IN_USE, "running"),
    SessionState.RECOVERING: "recovering",
    **dict.fromkeys(WENT_HOME, "over"),
    SessionState.CANCELLED: "over",
    SessionState.BOOKED: "before",
}


@dataclass(frozen=True, slots=True)
class Button:
    name: str
    label: str
    url: str
    accesskey: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with its label; ``detail`` says how it was worked out."""

    label: str
    value: str
    detail: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    at: str
    text: str
    by_name: str
    is_superseded: bool
    correct_url: str


@dataclass(frozen=True, slots=True)
class Live:
    """Everything that changes by itself; made anew for each answer."""

    patient_id: UUID
    computed_at: str
    computed_clock: str
    stale_after: int
    started_at: str
    elapsed: str
    tiles: tuple[Tile, ...]
    warning: str
    gate: GateView | None
    can_clear: bool
    cancel_url: str
    start_url: str
    watch: str
    chart: Watch
    may_ask_again: bool
    with_table: bool
    log: tuple[LogLine, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChairsidePage:
    patient_id: UUID
    session_id: UUID
    title: str
    chair: str
    date: str
    state_code: str
    state: str
    tone: str
    phase: str
    order: str
    url: str
    live_url: str
    record_url: str
    buttons: tuple[Button, ...]
    stop: Button | None
    live: Live
    is_polled: bool


def chairside(
    visit: InfusionSession, *, at: datetime, by: Actor, with_table: bool = False
) -> ChairsidePage:
    """Say everything about a visit at one moment, for one reader."""
    zone = zone_of(visit.site_id)
    state = SessionState(visit.state)
    word, tone = STATE_WORDS[state]
    ids = [visit.patient_id, visit.pk]
    return ChairsidePage(
        patient_id=visit.patient_id,
        session_id=visit.pk,
        state_code=state.value,
        title=f"Infusion {visit.number} of {visit.infusions}",
        chair=visit.chair_name,
        date=day(visit.checked_in_at, zone),
        state=word,
        tone=tone,
        phase=PHASES[state],
        order=order_line(visit),
        url=reverse("infusions:session", args=ids),
        live_url=reverse("infusions:live", args=ids) + ("?table=1" if with_table else ""),
        record_url=reverse("infusions:record", args=ids),
        buttons=_buttons(visit, state, by),
        stop=_stop(visit, state, by),
        live=live(visit, at=at, by=by, zone=zone, with_table=with_table),
        is_polled=state in IN_THE_CHAIR,
    )


def order_line(visit: InfusionSession) -> str:
    """Say the order of a visit in one line."""
    return (
        f"{mg(visit.ordered_mg)} ({shown(visit.mg_per_kg, 'mg/kg')} × "
        f"{shown(visit.weight_kg, 'kg', 1)} {visit.weight_basis}), {visit.minutes}\u2009min at "
        f"{rate(visit.rate_ml_per_h)}; bag {shown(visit.bag_mg_per_ml, 'mg/mL', 3)}"
    )


def live(
    visit: InfusionSession, *, at: datetime, by: Actor, zone: ZoneInfo, with_table: bool
) -> Live:
    """Say everything that changes by itself, as it stands at one moment."""
    state = SessionState(visit.state)
    total = queries.delivered_at(visit, at)
    gate = gate_view(visit, queries.start_gate(visit, at), by) if state in BEFORE_START else None
    charts = may(by.role, Act.CHART_SESSION)
    ids = [visit.patient_id, visit.pk]
    may_start = charts and state is SessionState.READY and gate is not None and gate.is_open
    return Live(
        patient_id=visit.patient_id,
        elapsed=_elapsed(visit, at),
        computed_at=at.isoformat(),
        computed_clock=exact_clock(at, zone),
        stale_after=STALE_AFTER_SECONDS,
        started_at=visit.started_at.isoformat() if visit.started_at else "",
        tiles=_tiles(visit, total, at, zone),
        warning=_warning(visit, total),
        gate=gate,
        can_clear=charts and state is SessionState.CHECKED_IN,
        cancel_url=reverse("infusions:cancel", args=ids) if charts else "",
        start_url=reverse("infusions:start", args=ids) if may_start else "",
        watch=_watch(visit, at, zone),
        chart=watch(
            visit,
            at=at,
            zone=zone,
            back=reverse("infusions:session", args=ids),
            by=by,
        ),
        may_ask_again=may(by.role, Act.WRITE_CHART),
        with_table=with_table,
        log=_log(visit, zone, may_correct=charts and state in IN_THE_CHAIR),
        remarks=tuple(
            f"{clock(remark.occurred_at, zone)} {remark.text} ({remark.by_name})"
            for remark in queries.remarks_of(visit.pk)
        ),
    )


def _tiles(
    visit: InfusionSession, total: Delivered, at: datetime, zone: ZoneInfo
) -> tuple[Tile, ...]:
    if visit.started_at is None:
        return ()
    given = Tile(
        "Given",
        mg(total.mg),
        f"of {mg(visit.ordered_mg)}; {shown(total.ml, 'mL', 1)} in "
        f"{total.running_seconds // 60}\u2009min running",
        "act" if total.is_above_order else "",
    )
    if visit.stopped_at is not None:
        left = Tile("Not given", mg(total.remaining_mg), "of the order")
        ended = Tile("Stopped", clock(visit.stopped_at, zone), _since(visit.stopped_at, at))
        return given, left, ended
    finish = f"done about {clock(total.finish_at, zone)}" if total.finish_at else "pump paused"
    left = Tile("Left", mg(total.remaining_mg), finish)
    running = Tile("Rate", rate(total.rate_ml_per_h) if total.rate_ml_per_h else "Paused")
    return given, left, running


def _elapsed(visit: InfusionSession, at: datetime) -> str:
    seconds = max(0, (at - visit.started_at) // timedelta(seconds=1)) if visit.started_at else 0
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _since(moment: datetime, at: datetime) -> str:
    minutes = (at - moment) // timedelta(minutes=1)
    if minutes < 120:
        return f"{minutes}\u2009min ago"
    return f"{minutes // 60}\u2009h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


def _warning(visit: InfusionSession, total: Delivered) -> str:
    if total.is_above_order:
        return (
            f"Stop or call the prescriber: {mg(total.mg)} given by the log, "
            f"{mg(visit.ordered_mg)} ordered."
        )
    return ""


def _watch(visit: InfusionSession, at: datetime, zone: ZoneInfo) -> str:
    if visit.stopped_at is None or SessionState(visit.state) is not SessionState.RECOVERING:
        return ""
    because = queries.long_watch(visit, at)
    until = visit.stopped_at + queries.watch_for(visit, at)
    why = f" ({', '.join(because)})" if because else ""
    if at >= until:
        return f"Minimum watch ended at {clock(until, zone)}{why}."
    minutes = -((at - until) // timedelta(minutes=1))
    return f"Watch until {clock(until, zone)}, {minutes}\u2009min more{why}."


def _log(visit: InfusionSession, zone: ZoneInfo, *, may_correct: bool) -> tuple[LogLine, ...]:
    return tuple(
        _log_line(visit, fact, zone, may_correct=may_correct)
        for fact in queries.events_of(visit.pk)
    )


def _log_line(
    visit: InfusionSession, fact: EventFact, zone: ZoneInfo, *, may_correct: bool
) -> LogLine:
    speed = f" {rate(fact.event.rate_ml_per_h)}" if fact.event.rate_ml_per_h else ""
    why = f": {fact.reason}" if fact.reason else ""
    word = "Corrected: " if fact.is_correction else ""
    can = may_correct and not fact.is_superseded
    return LogLine(
        at=exact_clock(fact.event.occurred_at, zone),
        text=f"{word}{event(fact.event.kind)}{speed}{why}",
        by_name=fact.by_name,
        is_superseded=fact.is_superseded,
        correct_url=reverse("infusions:correct", args=[visit.patient_id, visit.pk, fact.event_id])
        if can
        else "",
    )


def _buttons(visit: InfusionSession, state: SessionState, by: Actor) -> tuple[Button, ...]:
    ids = [visit.patient_id, visit.pk]

    def button(name: str, label: str, key: str, act: Act, tone: str = "") -> list[Button]:
        url = reverse(f"infusions:{name}", args=ids)
        return [Button(name, label, url, key, tone)] if may(by.role, act) else []

    found: list[Button] = []
    if state in IN_THE_CHAIR:
        found += button("vitals", "Vitals", "v", Act.CHART_SESSION)
    if state is SessionState.RUNNING:
        found += button("rate", "Rate", "r", Act.CHART_SESSION)
    if state is SessionState.PAUSED:
        found += button("resume", "Resume", "r", Act.CHART_SESSION)
    if state in IN_THE_CHAIR:
        found += button("effect", "Side effect", "e", Act.CHART_SESSION)
        found += button("remark", "Note", "n", Act.CHART_SESSION)
    if state is SessionState.RUNNING:
        found += button("pause", "Pause", "p", Act.CHART_SESSION)
    if state is SessionState.RECOVERING:
        found += button("discharge", "Discharge", "d", Act.DISCHARGE, "primary")
        found += button("leave", "Leaves against advice", "l", Act.DISCHARGE)
    return tuple(found)


def _stop(visit: InfusionSession, state: SessionState, by: Actor) -> Button | None:
    if state not in DRUG_IN_USE or not may(by.role, Act.STOP_INFUSION):
        return None
    url = reverse("infusions:stop", args=[visit.patient_id, visit.pk])
    return Button("stop", "Stop", url, "s", "stop")
