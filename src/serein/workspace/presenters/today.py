"""The first page of a member of staff, in finished words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.core.clinic_time import clock
from serein.core.quantities import shown
from serein.infusions.states import DRUG_IN_USE
from serein.safety.rules import LEVEL_WORDS, Level
from serein.workspace.presenters.board import visits_of
from serein.workspace.presenters.visits import (
    OF_SESSION,
    StateWords,
    Visit,
    age_words,
    day_words,
    flags_of,
)

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from serein.infusions.queries import SessionFact
    from serein.intake.queries import QueueLine
    from serein.safety.queries import TaskFact
    from serein.workspace.queries import WaitingFacts

TITLES = frozenset({"Dr", "Prof"})
LINES = 6
"""How many lines of each list this page shows; the list's own page shows all."""


@dataclass(frozen=True, slots=True)
class Stat:
    """One count, with what makes it pressing."""

    count: int
    label: str
    url: str
    tone: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: who, what, since when."""

    title: str
    detail: str
    url: str
    badge: StateWords | None = None


@dataclass(frozen=True, slots=True)
class Chair:
    """Somebody who is in the chair now."""

    name: str
    chair: str
    url: str
    state: StateWords
    flags: StateWords | None
    started_at: str
    delivered: str


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The whole page."""

    title: str
    lead: str
    stats: tuple[Stat, ...]
    chairs: tuple[Chair, ...]
    shows_chairs: bool
    tasks: tuple[Line, ...]
    requests: tuple[Line, ...]
    notes: tuple[Line, ...]
    visits: tuple[Visit, ...]
    shows_visits: bool
    is_quiet: bool
    drifting_url: str


def today_page(
    *, facts: WaitingFacts, name: str, role: str, at: datetime, zone: ZoneInfo
) -> TodayPage:
    """Put what waits for somebody into words, the most pressing first."""
    chairs = tuple(_chair(one, facts) for one in facts.in_chair or ())
    visits = visits_of(facts.day, role=role, at=at, zone=zone) if facts.day else ()
    stats = _stats(facts, at, zone)
    return TodayPage(
        title=f"{_greeting(at, zone)}, {_called(name)}",
        lead=f"{at.astimezone(zone):%A %-d %B}. {_hours(facts)}".strip(),
        stats=stats,
        chairs=chairs,
        shows_chairs=facts.in_chair is not None,
        tasks=tuple(_task(one, role, at, zone) for one in (facts.tasks or ())[:LINES]),
        requests=tuple(_request(one, at) for one in (facts.requests or ())[:LINES]),
        notes=tuple(_note(one, facts, zone) for one in (facts.unsigned or ())[:LINES]),
        visits=visits,
        shows_visits=facts.day is not None,
        is_quiet=not any(stat.count for stat in stats) and not visits and not chairs,
        drifting_url=reverse("workspace:drifting") if may(role, Act.BOOK) else "",
    )


def _called(name: str) -> str:
    """Return how somebody is greeted: the given name, or title and family name."""
    words = name.split()
    return f"{words[0]} {words[-1]}" if words[0].rstrip(".") in TITLES else words[0]


def _greeting(at: datetime, zone: ZoneInfo) -> str:
    hour = at.astimezone(zone).hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 17 else "Good evening"


def _hours(facts: WaitingFacts) -> str:
    if facts.day is None:
        return ""
    return "" if facts.day.hours.is_open else facts.day.hours.because


def _stats(facts: WaitingFacts, at: datetime, zone: ZoneInfo) -> tuple[Stat, ...]:
    stats: list[Stat] = []
    if facts.tasks is not None:
        stats.append(_task_stat(facts.tasks, at, zone))
    if facts.requests is not None:
        stats.append(_request_stat(facts.requests))
    if facts.unsigned is not None:
        stats.append(Stat(len(facts.unsigned), "notes to sign", "#notes" if facts.unsigned else ""))
    if facts.overdue is not None:
        stats.append(Stat(facts.overdue, "assessments overdue", reverse("outcomes:overdue")))
    if facts.links:
        stats.append(Stat(len(facts.links), "new links asked for", reverse("assessments:links")))
    return tuple(stats)


def _task_stat(tasks: tuple[TaskFact, ...], at: datetime, zone: ZoneInfo) -> Stat:
    label = "safety task" if len(tasks) == 1 else "safety tasks"
    url = reverse("safety:tasks")
    if not tasks:
        return Stat(0, label, url)
    first = tasks[0]
    tone, hint = _due(first, at, zone)
    return Stat(len(tasks), label, url, tone, hint)


def _due(task: TaskFact, at: datetime, zone: ZoneInfo) -> tuple[str, str]:
    if task.due_at < at:
        return "act", f"Due {age_words(task.due_at, at)}"
    is_today = task.due_at.astimezone(zone).date() == at.astimezone(zone).date()
    when = clock(task.due_at, zone) if is_today else day_words(task.due_at, zone)
    return "look", f"Due {when}"


def _request_stat(queue: tuple[QueueLine, ...]) -> Stat:
    danger = sum(1 for line in queue if line.request.danger_at is not None)
    label = "request to answer" if len(queue) == 1 else "requests to answer"
    hint = f"{danger} in danger" if danger else ""
    return Stat(len(queue), label, reverse("intake:queue"), "act" if danger else "", hint)


def _chair(fact: SessionFact, facts: WaitingFacts) -> Chair:
    is_begun = fact.started_at is not None
    return Chair(
        name=facts.names.get(fact.patient_id, ""),
        chair=fact.chair_name,
        url=reverse("infusions:session", args=[fact.patient_id, fact.session_id]),
        state=OF_SESSION[fact.state],
        flags=flags_of(facts.flags.get(fact.patient_id, ())),
        started_at=fact.started_at.isoformat()
        if fact.started_at and fact.state in DRUG_IN_USE
        else "",
        delivered=f"{shown(fact.delivered_mg, 'mg', places=1)} of {shown(fact.ordered_mg, 'mg', places=1)}"
        if is_begun
        else "",
    )


def _task(task: TaskFact, role: str, at: datetime, zone: ZoneInfo) -> Line:
    is_theirs = may(role, Act.WORK_SAFETY)
    tone, due = _due(task, at, zone)
    who = task.patient_name or "A request to be seen"
    what = task.because if is_theirs else f"For {task.assigned_to_name or 'the clinicians'}."
    return Line(
        title=who,
        detail=what,
        url=reverse("safety:tasks"),
        badge=StateWords(
            "act" if task.level is Level.S3 else tone, f"{LEVEL_WORDS[task.level]}. {due}"
        ),
    )


def _request(line: QueueLine, at: datetime) -> Line:
    fact = line.request
    badge = StateWords("act", "In danger") if fact.danger_at is not None else None
    if badge is None and line.is_due:
        badge = StateWords("wait", "Ask again today")
    tries = "" if not line.attempts else f", {line.attempts} tried"
    return Line(
        title=fact.name,
        detail=f"Asked {age_words(fact.submitted_at, at)}{tries}",
        url=reverse("intake:request", args=[fact.request_id]),
        badge=badge,
    )


def _note(fact: SessionFact, facts: WaitingFacts, zone: ZoneInfo) -> Line:
    return Line(
        title=facts.names.get(fact.patient_id, ""),
        detail=f"Infusion {fact.number}, {day_words(fact.checked_in_at, zone)}",
        url=reverse("infusions:session", args=[fact.patient_id, fact.session_id]),
    )
