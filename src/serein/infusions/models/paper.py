"""What was written on paper while the server was away, and who entered it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from serein.core.models import AppendOnly
from serein.infusions.rules.paper import PaperKind

if TYPE_CHECKING:
    from uuid import UUID


class PaperEntry(AppendOnly):
    """The mark "from paper" of one charted thing: its paper time, its writer, who entered it.

    ``made_id`` names the row that was charted from it; ``second`` is who read it against the paper.
    """

    if TYPE_CHECKING:
        session_id: UUID

    session = models.ForeignKey(
        "infusions.InfusionSession", on_delete=models.PROTECT, related_name="paper_entries"
    )
    kind = models.CharField(max_length=10)
    made_id = models.UUIDField(unique=True)
    occurred_at = models.DateTimeField()
    written_by = models.CharField(max_length=120)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    second_id = models.CharField(max_length=36, blank=True)
    second_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (models.Index(fields=["session", "occurred_at"], name="paper_by_session"),)
        constraints = (
            models.CheckConstraint(
                name="paper_kind_is_known",
                condition=Q(kind__in=sorted(kind.value for kind in PaperKind)),
            ),
            models.CheckConstraint(name="paper_names_its_writer", condition=~Q(written_by="")),
            models.CheckConstraint(
                name="paper_second_is_another_person", condition=~Q(second_id=F("by_id"))
            ),
        )
