"""How each charted entry reached us: when it was made on its tablet, and when it arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from serein.core.models import AppendOnly
from serein.infusions.models.sessions import InfusionSession

if TYPE_CHECKING:
    from uuid import UUID


class EntryStamp(AppendOnly):
    """The envelope of one charted entry, written in the transaction that charts it.

    ``entered_at`` is what the tablet's own clock showed when the entry was made and ``offset_ms``
    how far the server's clock was ahead of it as the tablet had measured (negative: the tablet is
    fast); both are empty for a page without scripts, ``offset_ms`` also before the first
    measurement. ``sequence`` counts the entries of one ``device_id``.
    """

    if TYPE_CHECKING:
        session_id: UUID

    session = models.ForeignKey(InfusionSession, on_delete=models.PROTECT, related_name="stamps")
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=20)
    made_id = models.UUIDField()
    entered_at = models.DateTimeField(null=True)
    offset_ms = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    device_id = models.UUIDField(null=True)
    sequence = models.PositiveBigIntegerField(null=True)
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        indexes = (models.Index(fields=["session", "made_id"], name="stamp_by_entry"),)
        constraints = (
            models.CheckConstraint(name="stamp_names_its_kind", condition=~Q(kind="")),
            models.CheckConstraint(
                name="stamp_offset_needs_a_time",
                condition=Q(offset_ms__isnull=True) | Q(entered_at__isnull=False),
            ),
        )
