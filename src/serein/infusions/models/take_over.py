"""Who is in charge at a chair, after somebody took over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from serein.core.models import AppendOnly

if TYPE_CHECKING:
    from uuid import UUID


class TakeOver(AppendOnly):
    """Somebody took a visit over from whoever was in charge; the newest counts, all are kept."""

    if TYPE_CHECKING:
        session_id: UUID

    session = models.ForeignKey(
        "infusions.InfusionSession", on_delete=models.PROTECT, related_name="take_overs"
    )
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    from_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (models.Index(fields=["session", "at"], name="take_over_by_session"),)
