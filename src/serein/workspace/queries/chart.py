"""One patient's course at a glance. What the role may not see is None and is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may
from serein.assessments import queries as assessments
from serein.consents import queries as consents
from serein.eligibility import queries as eligibility
from serein.eligibility.rules import Outcome
from serein.infusions import queries as infusions
from serein.plans import queries as plans
from serein.safety import queries as safety

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from serein.assessments.queries import ScoreFact
    from serein.consents.queries import ConsentFact
    from serein.infusions.queries import SessionFact
    from serein.plans.queries import PlanFact
    from serein.safety.queries import TaskFact
    from serein.scheduling.queries import AppointmentFact

SESSIONS_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """The decision that stands."""

    outcome: Outcome
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """What the overview of a patient says."""

    patient_id: UUID
    role: str
    decision: DecisionFact | None
    consent: ConsentFact | None
    plan: PlanFact | None
    visits: tuple[AppointmentFact, ...]
    scores: Mapping[str, ScoreFact]
    tasks: tuple[TaskFact, ...]
    sessions: tuple[SessionFact, ...]
    session_count: int
    offset: int

    def may(self, act: Act) -> bool:
        """Say whether the reader's role may see or do something."""
        return may(self.role, act)


def chart_facts(*, patient_id: UUID, role: str, at: datetime, offset: int) -> ChartFacts:
    """Gather the overview as a role may see it; the sessions by page, newest first."""
    plan = _plan(patient_id)
    sees_sessions = may(role, Act.SEE_SESSION)
    return ChartFacts(
        patient_id=patient_id,
        role=role,
        decision=_decision(patient_id) if may(role, Act.SEE_DECISION) else None,
        consent=consents.valid_consent(patient_id, at) if may(role, Act.SEE_CONSENT) else None,
        plan=plan if may(role, Act.SEE_PLAN) else None,
        visits=plans.visits_of(plan.plan_id) if plan and may(role, Act.SEE_SCHEDULE) else (),
        scores=assessments.latest_scores(patient_id) if may(role, Act.SEE_ASSESSMENTS) else {},
        tasks=safety.open_tasks_of(patient_id) if may(role, Act.SAFETY_NOTICE) else (),
        sessions=infusions.sessions_of(patient_id, at=at, offset=offset, limit=SESSIONS_PER_PAGE)
        if sees_sessions
        else (),
        session_count=infusions.session_count(patient_id) if sees_sessions else 0,
        offset=offset,
    )


def _plan(patient_id: UUID) -> PlanFact | None:
    """Return the plan that matters now: the one in force, else the newest that was not dropped."""
    found = plans.plans_of(patient_id)
    in_force = [plan for plan in found if plan.is_in_force]
    return next(iter(in_force or reversed(found)), None)


def _decision(patient_id: UUID) -> DecisionFact | None:
    standing = eligibility.standing(patient_id)
    if standing is None:
        return None
    return DecisionFact(Outcome(standing.outcome), standing.by_name, standing.determined_at)
