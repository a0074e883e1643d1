"""The request as every view of the clinic sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


class ClinicRequest(HttpRequest):
    """A request after the middleware: the one reading of the clock, who asks, and at which site."""

    at: datetime
    actor: Actor
    site_id: UUID
    patient: Any
