"""The day board in finished words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.core.clinic_time import clock, local_day
from serein.infusions.states import DRUG_IN_USE, SessionState
from serein.scheduling.states import OCCUPYING, STANDING, WAITING, AppointmentState, VisitKind
from serein.workspace.presenters.grid import BoardGrid, board_grid
from serein.workspace.presenters.phases import KEY, phase_words
from serein.workspace.presenters.readiness import Chip, chips_for
from serein.workspace.presenters.visits import (
    OF_BOOK,
    StateWords,
    Visit,
    flags_of,
    late_of,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from serein.scheduling.queries import VisitFact
    from serein.scheduling.rules import DayExplanation
    from serein.workspace.presenters.phases import Look
    from serein.workspace.queries import DayFacts, VisitFacts
    from serein.workspace.queries.board import BoardFacts


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
    week_url: str
    lists_url: str
    downtime_url: str
    live_url: str
    grid: BoardGrid
    key: Sequence[Look]
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


def board_page(*, facts: BoardFacts, role: str, at: datetime, zone: ZoneInfo) -> BoardPage:
    """Put a day into words and blocks."""
    known = {one.appointment.appointment_id: one for one in facts.day.visits}
    visits = {
        booked.appointment_id: _placed(
            booked, known.get(booked.appointment_id), facts, role, at, zone
        )
        for booked in facts.book
    }
    standing = [booked for booked in facts.book if booked.state in OCCUPYING]
    gone = [booked for booked in facts.book if booked.state not in OCCUPYING]
    day = facts.day.day
    return BoardPage(
        title=f"{day:%A %-d %B}",
        hours=_hours(facts.day.hours),
        is_today=day == local_day(at, zone),
        day=day.isoformat(),
        before_url=_url(day - timedelta(days=1)),
        after_url=_url(day + timedelta(days=1)),
        today_url=reverse("workspace:board"),
        week_url=f"{reverse('scheduling:week')}?day={day.isoformat()}",
        lists_url=reverse("scheduling:rebook") if may(role, Act.BOOK) else "",
        downtime_url=reverse("infusions:downtime") if may(role, Act.SEE_CHAIRS) else "",
        live_url=_url(day, "workspace:board_live"),
        grid=board_grid(facts, visits, at, zone),
        key=KEY,
        visits=tuple(visits[booked.appointment_id] for booked in standing),
        not_coming=tuple(visits[booked.appointment_id] for booked in gone),
        summary=_summary(standing),
    )


def visits_of(facts: DayFacts, *, role: str, at: datetime, zone: ZoneInfo) -> tuple[Visit, ...]:
    """List the infusion visits of a day that stand, by time."""
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


def _summary(standing: Sequence[VisitFact]) -> str:
    booked = [visit for visit in standing if visit.state in STANDING]
    if not booked:
        return "No visits."
    done = sum(1 for visit in booked if visit.state is AppointmentState.DONE)
    visits = "1 visit" if len(booked) == 1 else f"{len(booked)} visits"
    return f"{visits}, {done} done." if done else f"{visits}."


def _placed(
    booked: VisitFact,
    facts: VisitFacts | None,
    board: BoardFacts,
    role: str,
    at: datetime,
    zone: ZoneInfo,
) -> Visit:
    """Write a visit with what the book knows of it: its phases, an override, how it moves."""
    more = {
        "move_url": _move_url(booked, role, at),
        "override": _override(booked),
        "phases": phase_words(booked.phases, zone),
    }
    if facts is not None:
        shown = _visit(facts, role, at, zone, **more)
        return replace(shown, chips=(*_calls(booked, board), *shown.chips))
    who = booked.patient_id or booked.guest_id
    name = board.names.get(who, "") if who else ""
    is_held = booked.state is AppointmentState.HELD
    url = reverse("workspace:chart", args=[booked.patient_id]) if booked.patient_id else ""
    return Visit(
        key=str(booked.appointment_id),
        time=clock(booked.starts_at, zone),
        name=name or ("Somebody is choosing" if is_held else "New guest"),
        mrn="",
        seat=", ".join(unit.name for unit in booked.units if unit.name),
        number=booked.type_name,
        state=_state(booked, at, zone),
        look=booked.state.value,
        flags=None,
        chips=_calls(booked, board),
        url=url,
        action_url="",
        action_label="",
        stop_url="",
        **more,
    )


def _calls(booked: VisitFact, board: BoardFacts) -> tuple[Chip, ...]:
    asked = booked.visit_id in board.wants_a_call
    return (Chip("look", "Please call"),) if asked else ()


def _state(booked: VisitFact, at: datetime, zone: ZoneInfo) -> StateWords:
    if booked.held_until is not None:
        return StateWords("wait", f"Held until {clock(booked.held_until, zone)}")
    late = late_of(booked.starts_at, at) if booked.state in WAITING else None
    return late or OF_BOOK[booked.state]


def _move_url(booked: VisitFact, role: str, at: datetime) -> str:
    if booked.state not in WAITING or not may(role, Act.BOOK):
        return ""
    return reverse("scheduling:move_on_board", args=[booked.appointment_id])


def _override(booked: VisitFact) -> str:
    if not booked.override_reason:
        return ""
    return f"Against the rule: {booked.override_reason} ({booked.overridden_by})"


def _visit(facts: VisitFacts, role: str, at: datetime, zone: ZoneInfo, **more: str) -> Visit:
    booked, session = facts.appointment, facts.session
    of = session.infusions if session else facts.plan.infusions if facts.plan else None
    action_url, action_label = _action(facts, role, at, zone)
    return Visit(
        key=str(booked.appointment_id),
        time=clock(booked.starts_at, zone),
        name=facts.patient_name,
        mrn=facts.mrn,
        seat=booked.chair_name,
        number=_number(facts, of),
        state=state_of(booked, session, at),
        look=session.state.value if session else booked.state,
        flags=flags_of(facts.flags),
        chips=chips_for(facts, role, at),
        url=reverse("workspace:chart", args=[booked.patient_id]),
        action_url=action_url,
        action_label=action_label,
        stop_url=_stop_url(facts, role),
        **more,
    )


def _number(facts: VisitFacts, of: int | None) -> str:
    if facts.appointment.type_code == VisitKind.MAINTENANCE:
        return "Maintenance infusion"
    number = f"Infusion {facts.appointment.number}"
    return f"{number} of {of}" if of else number


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
