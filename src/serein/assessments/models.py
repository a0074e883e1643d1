"""Filled questionnaires, every answer ever given, the scores, and personal links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from serein.assessments.rules import INSTRUMENTS, Provisional, Respondent, SafeNow
from serein.assessments.states import InvitationState, ResponseState
from serein.core.models import AppendOnly, Record, Transition

if TYPE_CHECKING:
    from enum import StrEnum
    from uuid import UUID

    from django.db.models.fields.related_descriptors import RelatedManager

HIGHEST_VALUE = max(form.permitted[-1] for form in INSTRUMENTS.values())
MOST_ITEMS = max(len(form.items) for form in INSTRUMENTS.values())


def _one_of(field: str, kind: type[StrEnum], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": [choice.value for choice in kind]}), name=name
    )


class Invitation(Record):
    """A personal link to one questionnaire. Its secret is not kept, only a hash of it.

    Changes only in its state: used, asked for again, replaced or withdrawn.
    """

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    instrument_code = models.CharField(max_length=30)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default=InvitationState.OPEN.value)
    asked_again_at = models.DateTimeField(null=True)

    token: str = ""
    """The secret itself, on the object that the action of inviting returns, and nowhere else."""

    if TYPE_CHECKING:
        patient_id: UUID
        response: Response
        transitions: RelatedManager[InvitationTransition]

    class Meta:
        indexes = (
            models.Index(fields=("patient", "invited_at"), name="link_by_patient"),
            models.Index(fields=("state", "asked_again_at"), name="link_by_state"),
        )
        constraints = (
            _one_of("state", InvitationState, "link_state_known"),
            models.CheckConstraint(
                condition=Q(instrument_code__in=list(INSTRUMENTS)), name="link_instrument_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")), name="link_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(state=InvitationState.ASKED_AGAIN.value)
                | Q(asked_again_at__isnull=False),
                name="link_asked_again_has_moment",
            ),
        )


class InvitationTransition(Transition):
    """One step of a personal link."""

    subject = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="transitions")


class Response(Record):
    """One copy of a questionnaire about one patient, from its first answer on.

    Changes only in its state: sent (with the moment), or marked as wrong.
    """

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    invitation = models.OneToOneField(
        Invitation, null=True, on_delete=models.PROTECT, related_name="response"
    )
    instrument_code = models.CharField(max_length=30)
    instrument_version = models.CharField(max_length=30)
    respondent = models.CharField(max_length=10)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default=ResponseState.OPEN.value)

    if TYPE_CHECKING:
        patient_id: UUID
        invitation_id: UUID | None
        transitions: RelatedManager[ResponseTransition]
        answers: RelatedManager[Answer]
        safety_answers: RelatedManager[SafetyAnswer]
        score: Score

    class Meta:
        indexes = (
            models.Index(
                fields=("patient", "instrument_code", "occurred_at"), name="response_by_patient"
            ),
        )
        constraints = (
            _one_of("state", ResponseState, "response_state_known"),
            _one_of("respondent", Respondent, "response_respondent_known"),
            models.CheckConstraint(
                condition=Q(instrument_code__in=list(INSTRUMENTS)),
                name="response_instrument_known",
            ),
            models.CheckConstraint(
                condition=Q(invitation__isnull=True) | Q(respondent=Respondent.PATIENT.value),
                name="response_by_link_is_the_patients",
            ),
        )


class ResponseTransition(Transition):
    """One step of a questionnaire."""

    subject = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="transitions")


class Answer(AppendOnly):
    """One answer, or one leaving blank. The last of an item counts; the earlier ones stay."""

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="answers")
    sequence = models.PositiveSmallIntegerField()
    item_number = models.PositiveSmallIntegerField()
    value = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("response", "sequence"), name="answer_sequence_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__lte=HIGHEST_VALUE),
                name="answer_value_range",
            ),
            models.CheckConstraint(
                condition=Q(item_number__lte=MOST_ITEMS), name="answer_item_range"
            ),
        )


class SafetyAnswer(AppendOnly):
    """What the patient said to "Are you safe right now?"."""

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="safety_answers")
    answer = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = (_one_of("answer", SafeNow, "safety_answer_known"),)


class Score(AppendOnly):
    """The result of a sent questionnaire, by the rules of its version."""

    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="score")
    total = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    is_prorated = models.BooleanField(default=False)
    clusters = models.JSONField(default=dict)
    provisional = models.CharField(max_length=15, blank=True)
    missing = models.JSONField(default=list)
    is_inconsistent = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(total__gte=0), name="score_total_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(is_prorated=False) | Q(total__isnull=False),
                name="score_prorated_has_total",
            ),
            models.CheckConstraint(
                condition=Q(provisional__in=["", *(each.value for each in Provisional)]),
                name="score_provisional_known",
            ),
        )
