"""What was imported, so that the same resource is never taken twice."""

from __future__ import annotations

from django.db import models

from serein.core.models import AppendOnly


class ImportRun(AppendOnly):
    """One file that was imported. The report holds counts and reasons, no names."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    report = models.JSONField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()


class ImportedResource(AppendOnly):
    """One resource of another system and the row that it became."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    source_key = models.CharField(max_length=800)
    digest = models.CharField(max_length=64)
    row_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("site", "source_key"), name="imported_resource_once_per_site"
            ),
            models.CheckConstraint(
                condition=~models.Q(source_key=""), name="imported_resource_has_a_key"
            ),
        )
