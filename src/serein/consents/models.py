from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from serein.consents.rules import Method
from serein.consents.states import ConsentState
from serein.core.models import AppendOnly, Record, Transition

if TYPE_CHECKING:
    from uuid import UUID


class ConsentDocument(AppendOnly):
    """One published version. The newest is in force; ``keeps_valid`` lists older ones that count."""

    if TYPE_CHECKING:
        site_id: UUID

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    text = models.TextField()
    issued_date = models.DateField()
    valid_days = models.PositiveSmallIntegerField()
    keeps_valid = models.JSONField(default=list)
    published_at = models.DateTimeField()
    published_by_id = models.CharField(max_length=36)
    published_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "version"], name="consents_document_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_days__gte=1, valid_days__lte=730),
                name="consents_document_valid_days",
            ),
            models.CheckConstraint(
                condition=~models.Q(version="") & ~models.Q(title="") & ~models.Q(text=""),
                name="consents_document_has_words",
            ),
        ]


class Consent(Record):
    """One signature under one version of the document."""

    if TYPE_CHECKING:
        patient_id: UUID
        document_id: UUID
        explained_by_id: UUID

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(ConsentDocument, on_delete=models.PROTECT, related_name="consents")
    signer_name = models.CharField(max_length=200)
    method = models.CharField(max_length=20)
    explained_by = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="+")
    was_read_aloud = models.BooleanField(default=False)
    may_tell_escort = models.BooleanField(null=True)
    questions = models.TextField(blank=True)
    signed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by_name = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=20, default=ConsentState.SIGNED.value)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "signed_at"], name="consents_consent_patient")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(method__in=[method.value for method in Method]),
                name="consents_consent_method_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in ConsentState]),
                name="consents_consent_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(signer_name=""), name="consents_consent_has_name"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("signed_at")),
                name="consents_consent_ends_after_signing",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at__lte=models.F("recorded_at")),
                name="consents_consent_not_signed_ahead",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ConsentState.WITHDRAWN.value, withdrawn_at__isnull=False)
                | models.Q(state=ConsentState.SIGNED.value, withdrawn_at__isnull=True),
                name="consents_consent_withdrawn_has_time",
            ),
        ]


class ConsentTransition(Transition):
    subject = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="transitions")
