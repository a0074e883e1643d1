"""Messages to whoever is at a chair, and who has read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from serein.core.models import AppendOnly

if TYPE_CHECKING:
    from uuid import UUID


class NurseMessage(AppendOnly):
    """A message to the chair; it stays on the session page until somebody marks it as read."""

    if TYPE_CHECKING:
        session_id: UUID

    session = models.ForeignKey(
        "infusions.InfusionSession", on_delete=models.PROTECT, related_name="notes_to_nurse"
    )
    text = models.CharField(max_length=500)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        indexes = (models.Index(fields=["session", "at"], name="nurse_message_by_session"),)
        constraints = (
            models.CheckConstraint(name="nurse_message_says_something", condition=~Q(text="")),
        )


class MessageRead(AppendOnly):
    """Who marked a message as read; the first one counts."""

    if TYPE_CHECKING:
        message_id: UUID

    message = models.OneToOneField(NurseMessage, on_delete=models.PROTECT, related_name="read")
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
