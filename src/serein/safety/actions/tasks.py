"""What clinicians do with a safety signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts import queries as accounts
from serein.accounts.permissions import Act, may
from serein.audit.actions import action, move, record
from serein.core.errors import Refused
from serein.core.findings import stops
from serein.patients import queries as patients
from serein.safety import queries, rules
from serein.safety.models import SafetyTask, TaskAttempt
from serein.safety.rules import AttemptOutcome, Closing, Level
from serein.safety.states import TASK, TaskMove, TaskState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


@action
def open_task(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    level: str,
    code: str,
    because: str,
    patient_id: UUID | None = None,
    request_id: UUID | None = None,
    assigned_to: UUID | None = None,
    person_name: str = "",
) -> SafetyTask:
    """Open a task for the clinic's safety clinician, or for the one who is named.

    ``person_name`` is what somebody who is no patient yet calls themselves.

    :raises ValueError: the level is not s1, s2 or s3
    :raises NotFound: the patient or the clinician is not of this site
    """
    if patient_id is not None:
        patients.patient_for(by.site_id, patient_id)
    if assigned_to is None:
        clinician = accounts.safety_clinician(by.site_id)
    else:
        clinician = accounts.staff_named(by.site_id, assigned_to)
    task = SafetyTask.objects.create(
        site_id=by.site_id,
        patient_id=patient_id,
        request_id=request_id,
        person_name=person_name,
        level=Level(level).value,
        code=code,
        because=because,
        opened_at=at,
        due_at=rules.due_at(level, at, accounts.zone_of(by.site_id)),
        assigned_to_id=clinician.staff_id if clinician is not None else None,
    )
    record(
        by=by,
        at=at,
        verb="open_task",
        subject=task,
        patient_id=patient_id,
        details={"level": task.level, "code": code, "has_clinician": clinician is not None},
    )
    return task


@action
def name_patient(
    *, key: UUID, by: Actor, at: datetime, task_id: UUID, patient_id: UUID
) -> SafetyTask:
    """Say whom a task is about, once the person has become a patient.

    :raises Refused: the task is about another patient already
    """
    task = queries.task_row(by.site_id, task_id)
    patient = patients.patient_for(by.site_id, patient_id)
    if task.patient_id not in (None, patient.pk):
        raise Refused("Open the other record: this task is about another patient.")
    SafetyTask.objects.filter(pk=task.pk).update(patient_id=patient.pk)
    record(by=by, at=at, verb="name_patient", subject=task, patient_id=patient.pk)
    return queries.task_row(by.site_id, task_id)


@action
def acknowledge_task(*, key: UUID, by: Actor, at: datetime, task_id: UUID) -> SafetyTask:
    """Take a task on by name. It stays open until it is closed.

    :raises Refused: not a clinician's role
    :raises SomeoneActedFirst: another clinician was faster
    """
    task = queries.task_row(by.site_id, task_id)
    if not may(by.role, Act.WORK_SAFETY):
        raise Refused("Ask a clinician to take this on.")
    move(
        subject=task,
        table=TASK,
        move=TaskMove.ACKNOWLEDGE,
        by=by,
        at=at,
        patient_id=task.patient_id,
        also={"acknowledged_at": at, "acknowledged_by_name": by.name},
    )
    return task


@action
def log_attempt(
    *, key: UUID, by: Actor, at: datetime, task_id: UUID, outcome: str, note: str = ""
) -> TaskAttempt:
    """Keep one try to reach the person.

    :raises Refused: the task is closed, or the outcome is not on the list
    """
    task = queries.task_row(by.site_id, task_id)
    if task.state == TaskState.CLOSED.value:
        raise Refused("Open a new task: this one is closed.")
    if outcome not in set(AttemptOutcome):
        raise Refused("Choose what came of it.", field="outcome")
    attempt = TaskAttempt.objects.create(
        task=task, outcome=outcome, note=note, by_id=by.id, by_name=by.name, at=at
    )
    record(
        by=by,
        at=at,
        verb="log_attempt",
        subject=task,
        patient_id=task.patient_id,
        details={"outcome": outcome},
    )
    return attempt


@action
def close_task(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    task_id: UUID,
    reached: str,
    finding_text: str,
    next_step: str,
) -> SafetyTask:
    """Close a task with whom was reached, what was found and the next step.

    :raises Refused: a part is missing, or the role may not close it
    """
    task = queries.task_row(by.site_id, task_id)
    found = rules.closing_findings(
        Closing(
            level=Level(task.level),
            role=by.role,
            may_close=may(by.role, Act.CLOSE_SAFETY),
            reached=reached,
            finding_text=finding_text,
            next_step=next_step,
        )
    )
    if stops(found):
        raise Refused(found[0].because, found[1:])
    move(
        subject=task,
        table=TASK,
        move=TaskMove.CLOSE,
        by=by,
        at=at,
        patient_id=task.patient_id,
        also={
            "closed_at": at,
            "closed_by_name": by.name,
            "reached": str(reached),
            "finding_text": finding_text.strip(),
            "next_step": next_step.strip(),
        },
    )
    return task
