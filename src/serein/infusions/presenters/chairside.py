"""The page at the chair: one screen that changes with the phase of the visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.clinic_time import clock
from serein.core.quantities import shown
from serein.infusions import queries
from serein.infusions.presenters.arrivals import ArrivalLine, arrival_lines
from serein.infusions.presenters.asks import AskLine, ask_lines
from serein.infusions.presenters.countdown import Countdown, countdown
from serein.infusions.presenters.facts import STALE_AFTER_SECONDS, session_facts
from serein.infusions.presenters.gate import GateView, gate_view
from serein.infusions.presenters.log import LogLine, care_lines, pump_lines
from serein.infusions.presenters.orders import ChairNotes, chair_notes
from serein.infusions.presenters.pump_bar import PumpBar, pump_bar
from serein.infusions.presenters.watch import Watch, watch
from serein.infusions.presenters.words import (
    STATE_WORDS,
    day,
    exact_clock,
    mg,
    rate,
)
from serein.infusions.states import (
    BEFORE_START,
    DRUG_IN_USE,
    IN_THE_CHAIR,
    WENT_HOME,
    SessionState,
)
from serein.monitoring import queries as watched

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.core.actors import Actor
    from serein.infusions.models import InfusionSession
    from serein.infusions.rules.delivered import Delivered

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
class Live:
    """Everything that changes by itself; made anew for each answer."""

    patient_id: UUID
    computed_at: str
    computed_clock: str
    stale_after: int
    started_at: str
    stopped_at: str
    facts: dict[str, Any]
    notes: ChairNotes
    elapsed: str
    bar: PumpBar | None
    countdown: Countdown
    warning: str
    gate: GateView | None
    can_clear: bool
    cancel_url: str
    start_url: str
    watch: str
    chart: Watch
    may_ask_again: bool
    in_charge: str
    take_over_url: str
    with_table: bool
    log: tuple[LogLine, ...]
    care: tuple[LogLine, ...]
    asks: tuple[AskLine, ...]
    remarks: tuple[str, ...]
    arrivals: tuple[ArrivalLine, ...]


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
    further: tuple[Button, ...]
    help_url: str
    emergency_url: str
    paper_url: str
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
        further=_further(visit, state, by),
        help_url=reverse("infusions:ask_help", args=ids)
        if state in IN_THE_CHAIR and may(by.role, Act.CHART_SESSION)
        else "",
        emergency_url=reverse("infusions:emergency", args=ids) if state in IN_THE_CHAIR else "",
        paper_url=reverse("infusions:paper", args=ids) if may(by.role, Act.CHART_SESSION) else "",
        stop=_stop(visit, state, by),
        live=live(visit, at=at, by=by, zone=zone, with_table=with_table),
        is_polled=state in IN_THE_CHAIR,
    )


def order_line(visit: InfusionSession) -> str:
    """Say the order of a visit in one line."""
    return (
        f"{mg(visit.ordered_mg)} ({shown(visit.mg_per_kg, 'mg/kg')} × "
        f"{shown(visit.weight_kg, 'kg', 1)} {visit.weight_basis}), {visit.minutes}\u202fmin at "
        f"{rate(visit.rate_ml_per_h)}; bag {shown(visit.bag_mg_per_ml, 'mg/mL', 3)}"
    )


def live(
    visit: InfusionSession, *, at: datetime, by: Actor, zone: ZoneInfo, with_table: bool
) -> Live:
    """Say everything that changes by itself, as it stands at one moment."""
    state = SessionState(visit.state)
    total = queries.delivered_at(visit, at)
    conditions = queries.start_gate(visit, at) if state in BEFORE_START else ()
    gate = gate_view(visit, conditions, by) if state in BEFORE_START else None
    charts = may(by.role, Act.CHART_SESSION)
    ids = [visit.patient_id, visit.pk]
    may_start = charts and state is SessionState.READY and gate is not None and gate.is_open
    holder = queries.in_charge(visit.pk)
    may_take = charts and state in IN_THE_CHAIR and (holder is None or holder.by_id != by.id)
    return Live(
        patient_id=visit.patient_id,
        elapsed=_elapsed(visit, at),
        computed_at=at.isoformat(),
        computed_clock=exact_clock(at, zone),
        stale_after=STALE_AFTER_SECONDS,
        started_at=visit.started_at.isoformat() if visit.started_at else "",
        stopped_at=visit.stopped_at.isoformat() if visit.stopped_at else "",
        facts=session_facts(visit, at=at, zone=zone, gate=conditions),
        notes=chair_notes(visit, at=at, by=by),
        bar=pump_bar(visit, queries.log_of(visit.pk), total, at=at, zone=zone),
        countdown=countdown(
            watched.due_sets(visit.period_id, at),
            at=at,
            zone=zone,
            is_paused=state is SessionState.PAUSED,
        ),
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
        in_charge=f"{holder.name}, since {clock(holder.since_at, zone)}" if holder else "",
        take_over_url=reverse("infusions:take_over", args=ids) if may_take else "",
        with_table=with_table,
        log=pump_lines(visit, zone, may_correct=charts and state in IN_THE_CHAIR),
        care=care_lines(visit, zone, may_correct=charts and state in IN_THE_CHAIR),
        asks=ask_lines(visit, at, zone, may_chart=charts) if state in IN_THE_CHAIR else (),
        remarks=tuple(
            f"{clock(remark.occurred_at, zone)} {remark.text} ({remark.by_name})"
            for remark in queries.remarks_of(visit.pk)
        ),
        arrivals=arrival_lines(visit.pk, zone),
    )


def _elapsed(visit: InfusionSession, at: datetime) -> str:
    since = visit.stopped_at or visit.started_at
    seconds = max(0, (at - since) // timedelta(seconds=1)) if since else 0
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


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
    return f"Watch until {clock(until, zone)}, {minutes}\u202fmin more{why}."


FIVE = (
    ("vitals", "Vitals", "v"),
    ("rate", "Rate", "r"),
    ("effect", "Side effect", "e"),
    ("drug", "Drug", "g"),
    ("remark", "Note", "n"),
)


def _buttons(visit: InfusionSession, state: SessionState, by: Actor) -> tuple[Button, ...]:
    """The five, always in the same place; the second is Resume while the pump stands still."""
    if state not in IN_THE_CHAIR or not may(by.role, Act.CHART_SESSION):
        return ()
    ids = [visit.patient_id, visit.pk]
    found = []
    second = ("resume", "Resume", "r") if state is SessionState.PAUSED else FIVE[1]
    for name, label, key in (FIVE[0], second, *FIVE[2:]):
        is_off = name == "rate" and state is not SessionState.RUNNING
        url = "" if is_off else reverse(f"infusions:{name}", args=ids)
        found.append(Button(name, label, url, key))
    return tuple(found)


def _further(visit: InfusionSession, state: SessionState, by: Actor) -> tuple[Button, ...]:
    """What a phase adds: Pause while the drug runs, the two ways home after it."""
    offered: tuple[tuple[str, str, str, Act, str], ...] = ()
    if state is SessionState.RUNNING:
        offered = (("pause", "Pause", "p", Act.CHART_SESSION, ""),)
    if state is SessionState.RECOVERING:
        offered = (
            ("discharge", "Discharge", "d", Act.DISCHARGE, "primary"),
            ("leave", "Leaves against advice", "l", Act.DISCHARGE, ""),
        )
    ids = [visit.patient_id, visit.pk]
    return tuple(
        Button(name, label, reverse(f"infusions:{name}", args=ids), key, tone)
        for name, label, key, act, tone in offered
        if may(by.role, act)
    )


def _stop(visit: InfusionSession, state: SessionState, by: Actor) -> Button | None:
    if state not in DRUG_IN_USE or not may(by.role, Act.STOP_INFUSION):
        return None
    url = reverse("infusions:stop", args=[visit.patient_id, visit.pk])
    return Button("stop", "Stop", url, "s", "stop")
