"""The request as every view of the clinic sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from serein.core.requests import ActorRequest

if TYPE_CHECKING:
    from uuid import UUID


class ClinicRequest(ActorRequest):
    """A request after the middleware: the one reading of the clock, who asks, and at which site."""

    site_id: UUID
    patient: Any
