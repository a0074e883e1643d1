"""All live chairs in finished words: a tile for each, the greatest concern first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.core.clinic_time import clock, span
from serein.core.quantities import shown
from serein.infusions.presenters.orders import STATES as ORDER_STATES
from serein.infusions.presenters.orders import said_words
from serein.infusions.rules.delivered import ABOVE_ORDER_FACTOR
from serein.infusions.states import IN_THE_CHAIR, SessionState
from serein.monitoring import rules as vitals
from serein.monitoring.presenters import due_panel
from serein.monitoring.presenters.flags import RANK_WORDS, TONES
from serein.safety.states import EffectState
from serein.workspace.presenters.visits import OF_SESSION
from serein.workspace.rules.chairs import Concern, Trend, trend

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.audit.queries import LookingFact
    from serein.core.actors import Actor
    from serein.monitoring.queries import VitalFact
    from serein.workspace.presenters.visits import StateWords
    from serein.workspace.queries.chairs import ChairFacts, LiveChairs

NO_SCREEN = "No screen is open at this chair"
"""The tablet was closed, sleeps, or lost its line: what is on the tile may be old."""

TREND_WORDS = {
    Trend.UP: ("↑", "rising"),
    Trend.DOWN: ("↓", "falling"),
    Trend.STEADY: ("→", "steady"),
}


@dataclass(frozen=True, slots=True)
class TopFlag:
    """The gravest flag of a chair, and how many more there are."""

    tone: str
    rank: str
    text: str
    more: str


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the last set; an empty text was not measured."""

    label: str
    text: str
    unit: str
    sign: str = ""
    sign_words: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """One chair. ``tone`` is that of its gravest flag, or none."""

    key: str
    tone: str
    chair: str
    name: str
    number: str
    state: StateWords
    minutes: str
    of_minutes: str
    given: str
    of_given: str
    flag: TopFlag | None
    values: tuple[Value, ...]
    taken_at: str
    taken: str
    stale: str
    due_tone: str
    due: str
    effects: tuple[str, ...]
    waiting: tuple[StateWordsOf, ...]
    charted_by: str
    in_charge: str
    here: str
    open_url: str
    message_url: str
    order_url: str
    emergency_url: str


@dataclass(frozen=True, slots=True)
class StateWordsOf:
    """Something sent to the chair that waits: an order or a message."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class ChairsPage:
    """The whole page."""

    tiles: tuple[Tile, ...]
    summary: str
    looking: str
    made_at: str
    live_url: str


def chairs_page(*, facts: LiveChairs, at: datetime, zone: ZoneInfo, by: Actor) -> ChairsPage:
    """Put every live chair into words, for one reader."""
    judged = [(_concern(one, at), one) for one in facts.chairs]
    judged.sort(key=lambda each: each[0].order)
    return ChairsPage(
        tiles=tuple(_tile(one, concern, at, zone, by) for concern, one in judged),
        summary=_summary([concern for concern, _ in judged]),
        looking=_names(facts.looking),
        made_at=at.isoformat(),
        live_url=reverse("workspace:chairs_live"),
    )


def _spoken(one: ChairFacts, at: datetime) -> tuple[vitals.TimeFlag, ...]:
    """What the clock says now and what is not kept as a flag yet."""
    kept = {flag.code for flag in one.flags}
    found = vitals.time_flags(due=one.due, silence=one.silence, at=at)
    return tuple(flag for flag in found if flag.code not in kept)


def _concern(one: ChairFacts, at: datetime) -> Concern:
    ranks = [flag.rank for flag in one.flags] + [flag.rank for flag in _spoken(one, at)]
    if _is_above_order(one):
        ranks.append(vitals.Rank.ACT_NOW)
    return Concern(
        rank=min(ranks, key=list(vitals.Rank).index, default=None),
        is_stale=one.is_unwatched or (one.silence is not None and one.silence.is_stale),
        is_overdue=vitals.first_owed(one.due) is not None,
        waits_for_answer=any(order.is_open for order in one.orders)
        or any(note.read_at is None for note in one.notes),
        state=one.session.state,
        chair_name=one.session.chair_name,
    )


def _summary(concerns: Sequence[Concern]) -> str:
    if not concerns:
        return "Nobody is in a chair."
    chairs = "1 chair" if len(concerns) == 1 else f"{len(concerns)} chairs"
    running = sum(1 for one in concerns if one.state is SessionState.RUNNING)
    flagged = sum(1 for one in concerns if one.rank is not None)
    return f"{chairs}, {running} infusing, {flagged or 'none'} flagged."


def _tile(one: ChairFacts, concern: Concern, at: datetime, zone: ZoneInfo, by: Actor) -> Tile:
    session, last = one.session, one.vitals[-1] if one.vitals else None
    due = due_panel(
        due=one.due, silence=one.silence, at=at, zone=zone, is_paused=one.timeline.is_paused
    )
    ids = [session.patient_id, session.session_id]
    is_here = session.state in IN_THE_CHAIR

    def url(name: str, act: Act) -> str:
        there = reverse(f"infusions:{name}", args=ids)
        return f"{there}?from=chairs" if is_here and may(by.role, act) else ""

    return Tile(
        key=str(session.session_id),
        tone=TONES[concern.rank] if concern.rank is not None else "",
        chair=session.chair_name,
        name=one.patient_name,
        number=f"{one.mrn} · infusion {session.number} of {session.infusions}",
        state=OF_SESSION[session.state],
        minutes=_minutes(one, at),
        of_minutes=f"of {shown(session.minutes, 'min')}",
        given=shown(session.delivered_mg, "mg", 1),
        of_given=f"of {shown(session.ordered_mg, 'mg', 1)}",
        flag=_flag(one, at),
        values=_values(one.vitals, zone),
        taken_at=last.occurred_at.isoformat() if last else "",
        taken=_ago(last, at, zone),
        stale=_stale(one, zone),
        due_tone=due.tone,
        due=", ".join(part for part in (due.headline, due.detail) if part),
        effects=tuple(
            f"{effect.words} {effect.severity_now} of 3"
            for effect in one.effects
            if effect.state is EffectState.PRESENT
        ),
        waiting=_waiting(one, zone),
        charted_by=last.by_name if last else "",
        in_charge=one.in_charge.name if one.in_charge else "",
        here=_names(one.here),
        open_url=reverse("infusions:session", args=ids),
        message_url=url("message_nurse", Act.MESSAGE_NURSE),
        order_url=url("order_change", Act.ORDER_AT_CHAIR),
        emergency_url=reverse("infusions:emergency", args=ids) if is_here else "",
    )


def _minutes(one: ChairFacts, at: datetime) -> str:
    started = one.session.started_at
    if started is None:
        return "Not started"
    until = one.session.stopped_at or at
    return shown(max(0, (until - started) // timedelta(minutes=1)), "min")


def _is_above_order(one: ChairFacts) -> bool:
    """Whether more went in by the pump's log than was ordered, beyond the pump's rounding."""
    limit_mg = Fraction(one.session.ordered_mg) * ABOVE_ORDER_FACTOR
    return Fraction(one.session.delivered_mg) > limit_mg


def _flag(one: ChairFacts, at: datetime) -> TopFlag | None:
    """The gravest of what stands; more than ordered comes before everything."""
    if _is_above_order(one):
        more = len(one.flags) + len(_spoken(one, at))
        given = shown(one.session.delivered_mg, "mg", 1)
        ordered = shown(one.session.ordered_mg, "mg", 1)
        return TopFlag(
            tone=TONES[vitals.Rank.ACT_NOW],
            rank=RANK_WORDS[vitals.Rank.ACT_NOW],
            text=f"{given} given by the log, {ordered} ordered",
            more=f"and {more} more" if more else "",
        )
    lines = [
        (
            flag.rank,
            _said(flag.word, flag.latest_text or flag.value_text),
            flag.limit_text,
            flag.raised_at,
        )
        for flag in one.flags
    ]
    lines += [
        (flag.rank, _said(flag.word, flag.value_text), flag.limit_text, flag.raised_at)
        for flag in _spoken(one, at)
    ]
    if not lines:
        return None
    order = list(vitals.Rank)
    rank, words, limit, raised_at = min(lines, key=lambda line: (order.index(line[0]), line[3]))
    return TopFlag(
        tone=TONES[rank],
        rank=RANK_WORDS[rank],
        text=f"{words}, limit {limit}, {span(at - raised_at)}",
        more=f"and {len(lines) - 1} more" if len(lines) > 1 else "",
    )


def _said(word: str, value: str) -> str:
    """A flag's word with its value, unless the word says it already."""
    return word if value.lower() in word.lower() else f"{word}, {value}"


def _values(sets: Sequence[VitalFact], zone: ZoneInfo) -> tuple[Value, ...]:
    """The newest of each value; one that is older than the last set says from when it is."""
    if not sets:
        return ()
    pressures = [one for one in sets if one.values.sbp_mmhg is not None]
    newest = pressures[-1].values.sbp_mmhg if pressures else None
    before = pressures[-2].values.sbp_mmhg if len(pressures) > 1 else None
    going = trend(before, newest)
    sign, words = TREND_WORDS[going] if going is not None else ("", "")
    return (
        replace(_value(sets, "BP", "sbp_mmhg", "mmHg", zone), sign=sign, sign_words=words),
        _value(sets, "HR", "hr_bpm", "bpm", zone),
        _value(sets, "SpO₂", "spo2_percent", "%", zone),
        _value(sets, "RR", "rr_per_min", "/min", zone),
    )


def _value(sets: Sequence[VitalFact], label: str, name: str, unit: str, zone: ZoneInfo) -> Value:
    found = next((one for one in reversed(sets) if getattr(one.values, name) is not None), None)
    if found is None:
        return Value(label, "", unit)
    number = str(getattr(found.values, name))
    text = f"{number}/{found.values.dbp_mmhg}" if name == "sbp_mmhg" else number
    is_last = found.vitals_id == sets[-1].vitals_id
    return Value(label, text, unit, at="" if is_last else clock(found.occurred_at, zone))


def _ago(last: VitalFact | None, at: datetime, zone: ZoneInfo) -> str:
    if last is None:
        return "No set yet"
    ago = span(at - last.occurred_at)
    return f"{clock(last.occurred_at, zone)}, {ago if ago == 'now' else f'{ago} ago'}"


def _stale(one: ChairFacts, zone: ZoneInfo) -> str:
    silence = one.silence
    if silence is None or not silence.is_stale:
        return NO_SCREEN if one.is_unwatched else ""
    since = silence.last_at or one.session.started_at
    return f"No reading since {clock(since, zone)}" if since else "No reading"


def _waiting(one: ChairFacts, zone: ZoneInfo) -> tuple[StateWordsOf, ...]:
    orders = [
        StateWordsOf(
            ORDER_STATES[order.state][0],
            f"{said_words(order.said)}, {clock(order.given_at, zone)}: "
            f"{ORDER_STATES[order.state][1].lower()}",
        )
        for order in one.orders
        if order.is_open
    ]
    notes = [
        StateWordsOf("wait", f"Message {clock(note.sent_at, zone)} not read yet")
        for note in one.notes
        if note.read_at is None
    ]
    return (*orders, *notes)


def _names(looking: Iterable[LookingFact]) -> str:
    return ", ".join(dict.fromkeys(who.name for who in looking))
