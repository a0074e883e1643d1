"""The day board in finished words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.core.clinic_time import clock, local_day, moment
from serein.infusions.states import DRUG_IN_USE, SessionState
from serein.scheduling.states import STANDING, AppointmentState
from serein.workspace.presenters.readiness import Chip, chips_for
from serein.workspace.presenters.visits import StateWords, flags_of, state_of
from serein.workspace.rules import Cell, Lane, Stay, lay_out

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.scheduling.rules import DayExplanation
    from serein.workspace.queries import DayFacts, VisitFacts

MINUTES_PER_HOUR = 60
STEPS_PER_HOUR = 12


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, for its block on the grid and its line in the list."""

    key: str
    time: str
    in_chair: str
    name: str
    mrn: str
    chair: str
    number: str
    state: StateWords
    look: str
    flags: StateWords | None
    chips: tuple[Chip, ...]
    url: str
    action_url: str
    action_label: str
    stop_url: str


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One cell of the grid: a visit, or free time."""

    steps: int
    is_open: bool
    is_on_the_hour: bool
    visit: Visit | None


@dataclass(frozen=True, slots=True)
class Row:
    """One lane of a chair; the chair's name heads its first lane."""

    chair: str
    lanes: int
    cells: tuple[BoardCell, ...]


@dataclass(frozen=True, slots=True)
class NowLine:
    """Where the line of the present moment stands, and the span it moves over."""

    place: int
    width: int
    start_at: str
    end_at: str


@dataclass(frozen=True, slots=True)
class BoardPage:
    """The whole page."""

    title: str
    hours: str
    is_today: bool
    day: str
    before_url: str
    after_url: str
    today_url: str
    live_url: str
    heads: tuple[str, ...]
    steps_per_hour: int
    rows: tuple[Row, ...]
    now: NowLine | None
    visits: tuple[Visit, ...]
    not_coming: tuple[Visit, ...]
    summary: str


def day_asked(text: str, today: date) -> date:
    """Return the day in the address, today where it names none."""
    try:
        asked = today.fromisoformat(text)
    except ValueError:
        return today
    return asked if abs(asked - today) < timedelta(days=3660) else today


def board_page(*, facts: DayFacts, role: str, at: datetime, zone: ZoneInfo) -> BoardPage:
    """Put a day into words and cells."""
    standing = [one for one in facts.visits if one.appointment.state in STANDING]
    visits = {one.appointment.appointment_id: _visit(one, role, at, zone) for one in facts.visits}
    gone = [one for one in facts.visits if one.appointment.state not in STANDING]
    today = local_day(at, zone)
    rows, heads, now = _grid(facts, standing, visits, at, zone)
    return BoardPage(
        title=f"{facts.day:%A %-d %B}",
        hours=_hours(facts.hours),
        is_today=facts.day == today,
        day=facts.day.isoformat(),
        before_url=_url(facts.day - timedelta(days=1)),
        after_url=_url(facts.day + timedelta(days=1)),
        today_url=reverse("workspace:board"),
        live_url=_url(facts.day, "workspace:board_live"),
        heads=heads,
        steps_per_hour=STEPS_PER_HOUR,
        rows=rows,
        now=now,
        visits=tuple(visits[one.appointment.appointment_id] for one in standing),
        not_coming=tuple(visits[one.appointment.appointment_id] for one in gone),
        summary=_summary(standing),
    )


def visits_of(facts: DayFacts, *, role: str, at: datetime, zone: ZoneInfo) -> tuple[Visit, ...]:
    """List the visits of a day that stand, by time."""
    return tuple(
        _visit(one, role, at, zone) for one in facts.visits if one.appointment.state in STANDING
    )


def _url(day: date, name: str = "workspace:board") -> str:
    return f"{reverse(name)}?day={day.isoformat()}"


def _hours(hours: DayExplanation) -> str:
    if not hours.blocks:
        return hours.because
    spans = " and ".join(f"{clock(block.start)} to {clock(block.end)}" for block in hours.blocks)
    return f"Open {spans}."


def _summary(standing: list[VisitFacts]) -> str:
    if not standing:
        return "No visits."
    done = sum(1 for one in standing if one.appointment.state == AppointmentState.DONE)
    visits = "1 visit" if len(standing) == 1 else f"{len(standing)} visits"
    return f"{visits}, {done} done." if done else f"{visits}."


def _visit(facts: VisitFacts, role: str, at: datetime, zone: ZoneInfo) -> Visit:
    booked, session = facts.appointment, facts.session
    of = session.infusions if session else facts.plan.infusions if facts.plan else None
    action_url, action_label = _action(facts, role, at, zone)
    return Visit(
        key=str(booked.appointment_id),
        time=clock(booked.starts_at, zone),
        in_chair=" to ".join(clock(edge, zone) for edge in _chair_span(facts)),
        name=facts.patient_name,
        mrn=facts.mrn,
        chair=booked.chair_name,
        number=f"Infusion {booked.number} of {of}" if of else f"Infusion {booked.number}",
        state=state_of(booked, session, at),
        look=session.state.value if session else booked.state,
        flags=flags_of(facts.flags),
        chips=chips_for(facts, role, at),
        url=reverse("workspace:chart", args=[booked.patient_id]),
        action_url=action_url,
        action_label=action_label,
        stop_url=_stop_url(facts, role),
    )


def _stop_url(facts: VisitFacts, role: str) -> str:
    """Return the page that stops a running infusion, for roles without the page at the chair."""
    session = facts.session
    if session is None or session.state not in DRUG_IN_USE or may(role, Act.SEE_SESSION):
        return ""
    if not may(role, Act.STOP_INFUSION):
        return ""
    return reverse("infusions:stop", args=[facts.appointment.patient_id, session.session_id])


def _action(facts: VisitFacts, role: str, at: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """Return the one thing to do next with a visit, where this role may do it."""
    booked, session = facts.appointment, facts.session
    if session is not None and session.state is not SessionState.CANCELLED:
        if not may(role, Act.SEE_SESSION):
            return "", ""
        url = reverse("infusions:session", args=[booked.patient_id, session.session_id])
        return url, "Open session"
    is_today = local_day(booked.starts_at, zone) == local_day(at, zone)
    is_expected = booked.state in {AppointmentState.BOOKED, AppointmentState.ARRIVED}
    if not (is_today and is_expected and may(role, Act.CHECK_IN)):
        return "", ""
    ids = [booked.patient_id, booked.appointment_id]
    return reverse("infusions:check_in", args=ids), "Check in"


def _grid(
    facts: DayFacts,
    standing: list[VisitFacts],
    visits: Mapping[UUID, Visit],
    at: datetime,
    zone: ZoneInfo,
) -> tuple[tuple[Row, ...], tuple[str, ...], NowLine | None]:
    by_key = {str(key): visit for key, visit in visits.items()}
    chairs = [
        [_stay(one, zone) for one in standing if one.appointment.chair_id == chair.chair_id]
        for chair in facts.chairs
    ]
    spans = [(_minutes(block.start), _minutes(block.end)) for block in facts.hours.blocks]
    grid = lay_out(chairs=chairs, open_spans=spans)
    rows = tuple(
        Row(chair.name if place == 0 else "", len(lanes), _cells(lane, by_key))
        for chair, lanes in zip(facts.chairs, grid.lanes, strict=True)
        for place, lane in enumerate(lanes)
    )
    heads = tuple(f"{hour:02}:00" for hour in grid.hours)
    return rows, heads, _now(facts.day, grid.start, grid.end, at, zone)


def _cells(lane: Lane, by_key: Mapping[str, Visit]) -> tuple[BoardCell, ...]:
    return tuple(_cell(cell, by_key) for cell in lane.cells)


def _cell(cell: Cell, by_key: Mapping[str, Visit]) -> BoardCell:
    return BoardCell(
        cell.steps, cell.is_open, cell.start % MINUTES_PER_HOUR == 0, by_key.get(cell.key)
    )


def _stay(facts: VisitFacts, zone: ZoneInfo) -> Stay:
    start, end = (edge.astimezone(zone) for edge in _chair_span(facts))
    last = _minutes(end.time()) if end.date() == start.date() else 24 * MINUTES_PER_HOUR
    return Stay(str(facts.appointment.appointment_id), _minutes(start.time()), last)


def _chair_span(facts: VisitFacts) -> tuple[datetime, datetime]:
    """Return when the patient is in the chair: after check-in, until they leave."""
    booked = facts.appointment
    in_chair_at, _ = booked.shape.chair_span(booked.starts_at)
    return in_chair_at, booked.ends_at


def _minutes(wall: time) -> int:
    return wall.hour * MINUTES_PER_HOUR + wall.minute


def _now(day: date, start: int, end: int, at: datetime, zone: ZoneInfo) -> NowLine | None:
    local = at.astimezone(zone)
    place = _minutes(local.time()) - start
    if local.date() != day or not 0 <= place <= end - start:
        return None
    first = moment(day, time(start // MINUTES_PER_HOUR), zone)
    return NowLine(
        place,
        end - start,
        first.isoformat(),
        (first + timedelta(minutes=end - start)).isoformat(),
    )
