from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from serein.core.models import AppendOnly, Record, Transition
from serein.intake.rules import ContactKind, Outcome
from serein.intake.states import RequestState

if TYPE_CHECKING:
    from uuid import UUID


class ConsultRequest(Record):
    """Somebody asks to be seen. The columns hold what was sent last; `Sending` keeps all of it."""

    if TYPE_CHECKING:
        site_id: UUID
        patient_id: UUID | None

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    client_key = models.UUIDField()
    state = models.CharField(max_length=20, default=RequestState.NEW.value)
    name = models.CharField(max_length=200, blank=True)
    contact_kind = models.CharField(max_length=10, blank=True)
    contact_value = models.CharField(max_length=254, blank=True)
    may_leave_message = models.BooleanField(null=True)
    what_brings = models.TextField(blank=True)
    answers = models.JSONField(default=dict)
    birth_date = models.DateField(null=True)
    is_complete = models.BooleanField()
    danger_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField()
    ask_again_date = models.DateField(null=True)
    patient = models.ForeignKey(
        "patients.Patient", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["site", "state", "submitted_at"], name="intake_request_queue"),
            models.Index(fields=["patient"], name="intake_request_patient"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "client_key"], name="intake_request_once_per_key"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in RequestState]),
                name="intake_request_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(contact_kind="", contact_value="")
                | models.Q(contact_kind__in=[kind.value for kind in ContactKind])
                & ~models.Q(contact_value=""),
                name="intake_request_contact_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(is_complete=False)
                | ~models.Q(name="") & ~models.Q(contact_kind=""),
                name="intake_request_complete_has_name",
            ),
            models.CheckConstraint(
                condition=models.Q(is_complete=True) | models.Q(danger_at__isnull=False),
                name="intake_request_unfinished_only_in_danger",
            ),
            models.CheckConstraint(
                condition=models.Q(state=RequestState.ACCEPTED.value, patient__isnull=False)
                | ~models.Q(state=RequestState.ACCEPTED.value) & models.Q(patient__isnull=True),
                name="intake_request_accepted_has_patient",
            ),
            models.CheckConstraint(
                condition=models.Q(state=RequestState.NOT_NOW.value, ask_again_date__isnull=False)
                | ~models.Q(state=RequestState.NOT_NOW.value)
                & models.Q(ask_again_date__isnull=True),
                name="intake_request_not_now_has_date",
            ),
        ]


class RequestTransition(Transition):
    subject = models.ForeignKey(
        ConsultRequest, on_delete=models.PROTECT, related_name="transitions"
    )


class Sending(AppendOnly):
    """Everything that was typed at one press of a button, exactly as typed."""

    request = models.ForeignKey(ConsultRequest, on_delete=models.PROTECT, related_name="sendings")
    typed = models.JSONField()
    is_danger = models.BooleanField()
    address_digest = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["address_digest", "sent_at"], name="intake_sending_address")
        ]


class ContactAttempt(AppendOnly):
    """One try of the front desk to reach the person."""

    request = models.ForeignKey(ConsultRequest, on_delete=models.PROTECT, related_name="attempts")
    outcome = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=[outcome.value for outcome in Outcome]),
                name="intake_attempt_outcome_known",
            )
        ]
