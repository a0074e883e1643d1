from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.errors import NotFound
from serein.core.reading import asked_once
from serein.safety import rules
from serein.safety.models import SafetyTask, SideEffect
from serein.safety.rules import Level
from serein.safety.states import EffectState, TaskState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class AttemptFact:
    """One try to reach the person."""

    outcome: str
    note: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskFact:
    """A safety task as others need to know it."""

    task_id: UUID
    patient_id: UUID | None
    patient_name: str
    request_id: UUID | None
    level: Level
    code: str
    because: str
    opened_at: datetime
    due_at: datetime
    assigned_to_name: str
    state: TaskState
    acknowledged_at: datetime | None
    acknowledged_by_name: str
    closed_at: datetime | None
    closed_by_name: str
    reached: str
    finding_text: str
    next_step: str


@dataclass(frozen=True, slots=True)
class SideEffectFact:
    """A side effect with how strong it was when last asked about."""

    effect_id: UUID
    patient_id: UUID
    session_id: UUID | None
    code: str
    words: str
    severity: int
    severity_now: int
    worst: int
    onset_at: datetime
    recorded_at: datetime
    recorded_by_name: str
    action_taken: str
    resolved_at: datetime | None
    ask_again_at: datetime | None
    state: EffectState


def open_tasks(site_id: UUID) -> tuple[TaskFact, ...]:
    """List the tasks of a site that are not closed: the earliest deadline first."""
    return _facts(SafetyTask.objects.filter(site_id=site_id))


def open_tasks_of(patient_id: UUID) -> tuple[TaskFact, ...]:
    """List a patient's tasks that are not closed."""
    return _facts(SafetyTask.objects.filter(patient_id=patient_id))


def open_tasks_of_request(request_id: UUID) -> tuple[TaskFact, ...]:
    """List the tasks that a request to be seen raised and that are not closed."""
    return _facts(SafetyTask.objects.filter(request_id=request_id))


def tasks_of_request(request_id: UUID) -> tuple[UUID, ...]:
    """List every task that a request to be seen raised, closed ones too."""
    rows = SafetyTask.objects.filter(request_id=request_id)
    return tuple(rows.order_by("opened_at", "pk").values_list("pk", flat=True))


def closed_tasks(site_id: UUID, *, limit: int = 20) -> tuple[TaskFact, ...]:
    """List the tasks of a site that were closed last."""
    rows = SafetyTask.objects.filter(site_id=site_id, state=TaskState.CLOSED.value)
    newest = rows.select_related("patient", "assigned_to").order_by("-closed_at", "pk")
    return tuple(_fact(row) for row in newest[:limit])


def task_row(site_id: UUID, task_id: UUID) -> SafetyTask:
    """Return one task of a site.

    :raises NotFound: there is none at this site
    """
    rows = SafetyTask.objects.select_related("patient", "assigned_to")
    found = rows.filter(site_id=site_id, pk=task_id).first()
    if found is None:
        raise NotFound
    return found


def task(site_id: UUID, task_id: UUID) -> TaskFact:
    """Return what is known of one task of a site.

    :raises NotFound: there is none at this site
    """
    return _fact(task_row(site_id, task_id))


def attempts_of(task_id: UUID) -> tuple[AttemptFact, ...]:
    """List the tries to reach the person, newest first."""
    row = SafetyTask.objects.get(pk=task_id)
    return tuple(
        AttemptFact(attempt.outcome, attempt.note, attempt.by_name, attempt.at)
        for attempt in row.attempts.order_by("-at", "pk")
    )


@asked_once
def side_effects_of_session(session_id: UUID) -> tuple[SideEffectFact, ...]:
    """List the side effects of a session, in the order in which they began."""
    return _effects(SideEffect.objects.filter(session_id=session_id))


def side_effects_of_sessions(
    session_ids: Iterable[UUID],
) -> dict[UUID, tuple[SideEffectFact, ...]]:
    """List the side effects of several sessions at once, in the order in which they began."""
    found: dict[UUID, list[SideEffectFact]] = {}
    for fact in _effects(SideEffect.objects.filter(session_id__in=list(session_ids))):
        if fact.session_id is not None:
            found.setdefault(fact.session_id, []).append(fact)
    return {session_id: tuple(facts) for session_id, facts in found.items()}


def side_effects_of(patient_id: UUID) -> tuple[SideEffectFact, ...]:
    """List the side effects of a patient, in the order in which they began."""
    return _effects(SideEffect.objects.filter(patient_id=patient_id))


def side_effect_row(patient_id: UUID | None, effect_id: UUID) -> SideEffect:
    """Return one side effect, of this patient if one is given.

    :raises NotFound: this patient has none with this id
    """
    rows = SideEffect.objects.filter(pk=effect_id)
    found = (rows if patient_id is None else rows.filter(patient_id=patient_id)).first()
    if found is None:
        raise NotFound
    return found


def side_effect(patient_id: UUID, effect_id: UUID) -> SideEffectFact:
    """Return what is known of one side effect of a patient.

    :raises NotFound: this patient has none with this id
    """
    return _effect(side_effect_row(patient_id, effect_id))


def _facts(rows: QuerySet[SafetyTask]) -> tuple[TaskFact, ...]:
    standing = rows.exclude(state=TaskState.CLOSED.value).select_related("patient", "assigned_to")
    return tuple(_fact(row) for row in standing.order_by("due_at", "pk"))


def _fact(row: SafetyTask) -> TaskFact:
    return TaskFact(
        task_id=row.pk,
        patient_id=row.patient_id,
        patient_name=row.patient.full_name if row.patient is not None else row.person_name,
        request_id=row.request_id,
        level=Level(row.level),
        code=row.code,
        because=row.because,
        opened_at=row.opened_at,
        due_at=row.due_at,
        assigned_to_name=row.assigned_to.name if row.assigned_to is not None else "",
        state=TaskState(row.state),
        acknowledged_at=row.acknowledged_at,
        acknowledged_by_name=row.acknowledged_by_name,
        closed_at=row.closed_at,
        closed_by_name=row.closed_by_name,
        reached=row.reached,
        finding_text=row.finding_text,
        next_step=row.next_step,
    )


def _effects(rows: QuerySet[SideEffect]) -> tuple[SideEffectFact, ...]:
    ordered = rows.prefetch_related("askings").order_by("onset_at", "recorded_at", "pk")
    return tuple(_effect(row) for row in ordered)


def _effect(row: SideEffect) -> SideEffectFact:
    askings = sorted(row.askings.all(), key=lambda asking: asking.asked_at)
    last = askings[-1] if askings else None
    severity_now = last.severity if last is not None else row.severity
    asked_at = last.asked_at if last is not None else row.recorded_at
    is_present = row.state == EffectState.PRESENT.value
    return SideEffectFact(
        effect_id=row.pk,
        patient_id=row.patient_id,
        session_id=row.session_id,
        code=row.code,
        words=rules.SIDE_EFFECTS[row.code].words,
        severity=row.severity,
        severity_now=severity_now,
        worst=max([row.severity, *(asking.severity for asking in askings)]),
        onset_at=row.onset_at,
        recorded_at=row.recorded_at,
        recorded_by_name=row.recorded_by_name,
        action_taken=row.action_taken,
        resolved_at=row.resolved_at,
        ask_again_at=rules.ask_again_at(severity=severity_now, asked_at=asked_at)
        if is_present
        else None,
        state=EffectState(row.state),
    )
