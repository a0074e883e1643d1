from __future__ import annotations

from django.db import models

from serein.core.models import AppendOnly, Record, Transition
from serein.safety.rules import SEVERITY_WORDS, SIDE_EFFECTS, AttemptOutcome, Level, Reached
from serein.safety.states import EffectState, TaskState


class SafetyTask(Record):
    """A signal that a licensed clinician must answer by a deadline."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "patients.Patient", null=True, on_delete=models.PROTECT, related_name="+"
    )
    request_id = models.UUIDField(null=True)
    person_name = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=2)
    code = models.CharField(max_length=60)
    because = models.TextField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    assigned_to = models.ForeignKey(
        "accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=20, default=TaskState.OPEN.value)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by_name = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=200, blank=True)
    reached = models.CharField(max_length=30, blank=True)
    finding_text = models.TextField(blank=True)
    next_step = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["site", "state", "due_at"], name="safety_task_open"),
            models.Index(fields=["patient", "state"], name="safety_task_patient"),
            models.Index(fields=["request_id"], name="safety_task_request"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=[level.value for level in Level]),
                name="safety_task_level_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in TaskState]),
                name="safety_task_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__gte=models.F("opened_at")),
                name="safety_task_due_after_opening",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=TaskState.CLOSED.value,
                    closed_at__isnull=False,
                    reached__in=[reached.value for reached in Reached],
                )
                & ~models.Q(finding_text="")
                & ~models.Q(next_step="")
                & ~models.Q(closed_by_name="")
                | ~models.Q(state=TaskState.CLOSED.value)
                & models.Q(closed_at__isnull=True, closed_by_name=""),
                name="safety_task_closed_with_structure",
            ),
        ]


class TaskTransition(Transition):
    subject = models.ForeignKey(SafetyTask, on_delete=models.PROTECT, related_name="transitions")


class TaskAttempt(AppendOnly):
    """One try to reach the person, kept whatever came of it."""

    task = models.ForeignKey(SafetyTask, on_delete=models.PROTECT, related_name="attempts")
    outcome = models.CharField(max_length=30)
    note = models.TextField(blank=True)
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=[outcome.value for outcome in AttemptOutcome]),
                name="safety_attempt_outcome_known",
            )
        ]


class SideEffect(Record):
    """Something the patient felt: what, how strong, since when, and what was done about it."""

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    session_id = models.UUIDField(null=True)
    code = models.CharField(max_length=30)
    severity = models.PositiveSmallIntegerField()
    onset_at = models.DateTimeField()
    action_taken = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.CharField(max_length=36)
    recorded_by_name = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default=EffectState.PRESENT.value)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["session_id"], name="safety_effect_session"),
            models.Index(fields=["patient", "onset_at"], name="safety_effect_patient"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__in=list(SIDE_EFFECTS)), name="safety_effect_code_known"
            ),
            models.CheckConstraint(
                condition=models.Q(severity__in=list(SEVERITY_WORDS)),
                name="safety_effect_severity_range",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in EffectState]),
                name="safety_effect_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=EffectState.RESOLVED.value)
                | models.Q(resolved_at__gte=models.F("onset_at")),
                name="safety_effect_resolved_after_onset",
            ),
        ]


class EffectTransition(Transition):
    subject = models.ForeignKey(SideEffect, on_delete=models.PROTECT, related_name="transitions")


class EffectAsking(AppendOnly):
    """One time of asking about a side effect again."""

    effect = models.ForeignKey(SideEffect, on_delete=models.PROTECT, related_name="askings")
    severity = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(severity__in=list(SEVERITY_WORDS)),
                name="safety_asking_severity_range",
            )
        ]
