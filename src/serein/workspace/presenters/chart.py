"""The overview of one patient in finished words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act
from serein.assessments.rules import instrument
from serein.core.clinic_time import clock
from serein.core.quantities import shown
from serein.eligibility.rules import GOES_ON, OUTCOME_WORDS, Outcome
from serein.plans.rules import PROTOCOLS
from serein.plans.states import PlanState
from serein.safety.rules import LEVEL_WORDS
from serein.workspace.presenters.next_step import NextStep, next_step
from serein.workspace.presenters.series import Step, series, series_words
from serein.workspace.presenters.visits import OF_SESSION, StateWords, age_words, day_words
from serein.workspace.queries import SESSIONS_PER_PAGE
from serein.workspace.rules import Decision, Known, Stage, Standing, standing_of

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from serein.assessments.queries import ScoreFact
    from serein.infusions.queries import SessionFact
    from serein.plans.queries import PlanFact
    from serein.safety.queries import TaskFact
    from serein.workspace.queries import ChartFacts

STAGE_WORDS = {
    Stage.ASSESS: "Assess",
    Stage.DECIDE: "Decide",
    Stage.CONSENT: "Consent",
    Stage.PLAN: "Plan",
    Stage.BOOK: "Book",
    Stage.INFUSE: "Infuse",
    Stage.FOLLOW: "Follow up",
}

PLAN_WORDS = {
    PlanState.DRAFT: StateWords("wait", "Draft, not signed"),
    PlanState.SIGNED: StateWords("done", "Signed"),
    PlanState.COMPLETED: StateWords("done", "Completed"),
    PlanState.STOPPED: StateWords("plain", "Stopped"),
}

OUTCOME_TONES = {
    Outcome.ELIGIBLE: "done",
    Outcome.ELIGIBLE_WITH_CONDITIONS: "look",
    Outcome.HOLD: "wait",
    Outcome.NOT_ELIGIBLE: "act",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that stands, with its badge and its page."""

    label: str
    badge: StateWords
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """The newest result of one questionnaire."""

    name: str
    total: str
    of: str
    when: str
    url: str


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One visit in the list."""

    number: str
    day: str
    state: StateWords
    delivered: str
    per_kg: str
    note: StateWords | None
    url: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One open safety task."""

    title: str
    detail: str
    tone: str


@dataclass(frozen=True, slots=True)
class ChartPage:
    """The whole page."""

    pathway: tuple[Step, ...]
    next_step: NextStep | None
    series_title: str
    series: tuple[Step, ...]
    series_summary: str
    shows_series: bool
    standing: tuple[Fact, ...]
    scores: tuple[ScoreLine, ...]
    shows_scores: bool
    tasks: tuple[TaskLine, ...]
    sessions: tuple[SessionLine, ...]
    shows_sessions: bool
    pages: str
    newer_url: str
    older_url: str


def chart_page(*, facts: ChartFacts, at: datetime, zone: ZoneInfo) -> ChartPage:
    """Put the overview into words, as far as the reader's role may see it."""
    standing = _pathway(facts)
    newer, older, pages = _pages(facts)
    return ChartPage(
        pathway=_stages(standing) if standing else (),
        next_step=next_step(facts, standing.now, zone) if standing else None,
        series_title=PROTOCOLS[facts.plan.protocol_code].name if facts.plan else "Visits",
        series=series(facts, at, zone),
        series_summary=series_words(facts, at, zone),
        shows_series=facts.may(Act.SEE_SCHEDULE),
        standing=_standing(facts, at, zone),
        scores=tuple(_score(fact, facts, zone) for _, fact in sorted(facts.scores.items())),
        shows_scores=facts.may(Act.SEE_ASSESSMENTS),
        tasks=tuple(_task(task, facts, at, zone) for task in facts.tasks),
        sessions=tuple(_session(fact, zone) for fact in facts.sessions),
        shows_sessions=facts.may(Act.SEE_SESSION),
        pages=pages,
        newer_url=newer,
        older_url=older,
    )


def _pathway(facts: ChartFacts) -> Standing | None:
    """Return where the patient stands, for roles that may see decision and plan."""
    if not (facts.may(Act.SEE_DECISION) and facts.may(Act.SEE_PLAN)):
        return None
    plan = facts.plan
    states = [visit.state for visit in facts.visits]
    return standing_of(
        Known(
            scored=frozenset(facts.scores),
            decision=_decision(facts),
            has_consent=facts.consent is not None or not facts.may(Act.SEE_CONSENT),
            has_signed_plan=plan is not None and plan.state is PlanState.SIGNED,
            infusions=plan.infusions if plan else 0,
            booked=states.count("booked") + states.count("arrived"),
            done=states.count("done"),
            is_finished=plan is not None
            and (
                plan.state is PlanState.COMPLETED
                or (plan.state is PlanState.STOPPED and "done" in states)
            ),
        )
    )


def _decision(facts: ChartFacts) -> Decision:
    if facts.decision is None:
        return Decision.NONE
    if facts.decision.outcome in GOES_ON:
        return Decision.GOES_ON
    is_final = facts.decision.outcome is Outcome.NOT_ELIGIBLE
    return Decision.ENDS if is_final else Decision.WAITS


def _stages(standing: Standing) -> tuple[Step, ...]:
    steps = []
    for number, (stage, words) in enumerate(STAGE_WORDS.items(), start=1):
        if stage in standing.behind:
            steps.append(Step("done", words, number, "Done"))
        elif stage is standing.now:
            steps.append(Step("now", words, number, "Now"))
        else:
            steps.append(Step("open", words, number, ""))
    return tuple(steps)


def _standing(facts: ChartFacts, at: datetime, zone: ZoneInfo) -> tuple[Fact, ...]:
    found = []
    here = [facts.patient_id]
    if facts.may(Act.SEE_DECISION):
        found.append(_decision_fact(facts, zone, reverse("eligibility:consult", args=here)))
    if facts.may(Act.SEE_CONSENT):
        url = reverse("consents:list", args=here)
        if facts.consent is None:
            badge, detail = StateWords("look", "None in force"), ""
        else:
            badge = StateWords("done", "In force")
            detail = f"Until {day_words(facts.consent.expires_at, zone)}"
        found.append(Fact("Consent", badge, detail, url))
    if facts.may(Act.SEE_PLAN):
        found.append(_plan_fact(facts.plan, reverse("plans:list", args=here)))
    return tuple(found)


def _decision_fact(facts: ChartFacts, zone: ZoneInfo, url: str) -> Fact:
    decision = facts.decision
    if decision is None:
        return Fact("Eligibility", StateWords("wait", "Not decided"), "", url)
    badge = StateWords(OUTCOME_TONES[decision.outcome], OUTCOME_WORDS[decision.outcome])
    return Fact("Eligibility", badge, f"{decision.by_name}, {day_words(decision.at, zone)}", url)


def _plan_fact(plan: PlanFact | None, url: str) -> Fact:
    if plan is None:
        return Fact("Plan", StateWords("wait", "None"), "", url)
    dose = shown(plan.dose.dose_mg, "mg", places=1)
    per_kg = shown(plan.mg_per_kg, "mg/kg")
    detail = f"{dose} ({per_kg}) over {shown(plan.minutes, 'min')}, {plan.infusions} infusions"
    return Fact("Plan", PLAN_WORDS[plan.state], detail, url)


def _score(fact: ScoreFact, facts: ChartFacts, zone: ZoneInfo) -> ScoreLine:
    asked = instrument(fact.instrument_code)
    total = "No total" if fact.total is None else shown(fact.total, places=1)
    return ScoreLine(
        name=asked.short_title,
        total=f"{total}, prorated" if fact.prorated and fact.total is not None else total,
        of="" if fact.total is None else f"of {asked.highest_total}",
        when=day_words(fact.occurred_at, zone),
        url=reverse("assessments:list", args=[facts.patient_id]),
    )


def _task(task: TaskFact, facts: ChartFacts, at: datetime, zone: ZoneInfo) -> TaskLine:
    is_late = task.due_at < at
    due = age_words(task.due_at, at) if is_late else clock(task.due_at, zone)
    day = "" if is_late else f" on {day_words(task.due_at, zone)}"
    is_theirs = facts.may(Act.WORK_SAFETY)
    return TaskLine(
        title=f"{LEVEL_WORDS[task.level]}. Due {due}{day}",
        detail=task.because if is_theirs else f"For {task.assigned_to_name}.",
        tone="act" if is_late or task.level == "s3" else "look",
    )


def _session(fact: SessionFact, zone: ZoneInfo) -> SessionLine:
    is_begun = fact.started_at is not None
    note = None
    if fact.stopped_at is not None:
        note = StateWords("done", "Signed") if fact.is_signed else StateWords("wait", "To sign")
    return SessionLine(
        number=f"{fact.number} of {fact.infusions}",
        day=day_words(fact.checked_in_at, zone),
        state=OF_SESSION[fact.state],
        delivered=shown(fact.delivered_mg, "mg", places=1) if is_begun else "",
        per_kg=shown(fact.mg_per_kg_delivered, "mg/kg", places=2) if is_begun else "",
        note=note,
        url=reverse("infusions:session", args=[fact.patient_id, fact.session_id]),
    )


def _pages(facts: ChartFacts) -> tuple[str, str, str]:
    """Return the addresses of newer and older sessions, and which are shown."""
    if facts.session_count <= SESSIONS_PER_PAGE:
        return "", "", ""
    last = facts.offset + len(facts.sessions)
    newer = f"?from={max(0, facts.offset - SESSIONS_PER_PAGE)}#sessions" if facts.offset else ""
    older = f"?from={last}#sessions" if last < facts.session_count else ""
    return newer, older, f"Sessions {facts.offset + 1} to {last} of {facts.session_count}"
