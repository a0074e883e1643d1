"""What was asked, and what was decided. Both are written once; the newest stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from serein.core.models import AppendOnly
from serein.eligibility.rules import AnswerValue, Outcome

if TYPE_CHECKING:
    from uuid import UUID


class ScreeningRound(AppendOnly):
    """One time that somebody asked: holds the answers that were new, changed or confirmed."""

    if TYPE_CHECKING:
        patient_id: UUID

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    content_version = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("patient", "number"), name="eligibility_round_number_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="eligibility_round_from_1"),
        )


class ScreeningAnswer(AppendOnly):
    """One answer of one round. ``is_confirmed`` marks an older answer that was asked again."""

    if TYPE_CHECKING:
        round_id: UUID

    round = models.ForeignKey(ScreeningRound, on_delete=models.PROTECT, related_name="answers")
    question_code = models.CharField(max_length=60)
    value = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    is_confirmed = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("round", "question_code"), name="eligibility_answer_once_a_round"
            ),
            models.CheckConstraint(
                condition=Q(value__in=[value.value for value in AnswerValue]),
                name="eligibility_answer_known_value",
            ),
            models.CheckConstraint(
                condition=~Q(value=AnswerValue.NOT_APPLICABLE.value) | ~Q(note=""),
                name="eligibility_not_applicable_has_reason",
            ),
        )


class Determination(AppendOnly):
    """What the prescriber decided, beside what the rules said at that moment.

    ``findings`` is the whole panel as code, verdict and weight; ``overridden`` lists the codes that
    stood in the way of a decision to go ahead.
    """

    if TYPE_CHECKING:
        patient_id: UUID

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=30)
    reason = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    patient_reason = models.TextField(blank=True)
    recheck_date = models.DateField(null=True)
    override_reason = models.TextField(blank=True)
    advised = models.CharField(max_length=30, blank=True)
    findings = models.JSONField(default=list)
    overridden = models.JSONField(default=list)
    is_override = models.BooleanField(default=False)
    rule_set_version = models.CharField(max_length=80)
    determined_at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    by_role = models.CharField(max_length=30)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("patient", "number"), name="eligibility_determination_number_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[outcome.value for outcome in Outcome]),
                name="eligibility_outcome_known",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.ELIGIBLE_WITH_CONDITIONS.value) | ~Q(conditions=""),
                name="eligibility_conditions_are_listed",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.HOLD.value)
                | (Q(recheck_date__isnull=False) & ~Q(reason="")),
                name="eligibility_hold_has_reason_and_date",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.NOT_ELIGIBLE.value)
                | (~Q(reason="") & ~Q(patient_reason="")),
                name="eligibility_refusal_has_both_reasons",
            ),
            models.CheckConstraint(
                condition=Q(is_override=False) | ~Q(override_reason=""),
                name="eligibility_override_has_reason",
            ),
        )
