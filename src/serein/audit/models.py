from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """Who did or saw what, and when. Without foreign keys, so that history never blocks anything.

    The database refuses to change or delete a row. ``details`` holds codes and counts, never
    names, free text or clinical values.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    site_id = models.UUIDField()
    actor_id = models.CharField(max_length=36)
    actor_name = models.CharField(max_length=200)
    actor_role = models.CharField(max_length=30)
    verb = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=36)
    patient_id = models.UUIDField(null=True)
    is_read = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, default="done")
    details = models.TextField()
    request_id = models.CharField(max_length=36, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["patient_id", "seq"], name="audit_patient_seq"),
            models.Index(fields=["site_id", "is_read", "seq"], name="audit_site_changes"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(seq__gt=0), name="audit_seq_positive"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["done", "denied"]), name="audit_outcome_known"
            ),
        ]


class DoneOnce(models.Model):
    """A client key and what its action made, so that a retry gets the first answer."""

    key = models.UUIDField(primary_key=True)
    verb = models.CharField(max_length=120)
    model_label = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=36, blank=True)
    at = models.DateTimeField()


class Looking(models.Model):
    """Somebody has a live page open. The row comes and goes with the page and proves nothing."""

    stream_id = models.UUIDField(primary_key=True)
    site_id = models.UUIDField()
    staff_id = models.UUIDField()
    name = models.CharField(max_length=200)
    place = models.CharField(max_length=60)
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["site_id", "seen_at"], name="looking_by_site")]
