"""What other parts of the clinic are told about a visit: plain facts, no tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from serein.infusions.rules.delivered import PumpEvent
    from serein.infusions.states import SessionState


@dataclass(frozen=True, slots=True)
class SessionFact:
    """One visit. ``delivered_mg`` is the integral of the pump's log at the moment asked about."""

    session_id: UUID
    patient_id: UUID
    appointment_id: UUID
    plan_id: UUID
    plan_version_id: UUID
    period_id: UUID
    chair_name: str
    number: int
    infusions: int
    state: SessionState
    ordered_mg: Decimal
    weight_kg: Decimal
    minutes: int
    checked_in_at: datetime
    started_at: datetime | None
    stopped_at: datetime | None
    delivered_mg: Decimal
    mg_per_kg_delivered: Decimal
    is_signed: bool


@dataclass(frozen=True, slots=True)
class EventFact:
    """One row of the pump's log; a superseded row stays readable with its correction."""

    event_id: UUID
    place: int
    event: PumpEvent
    recorded_at: datetime
    by_name: str
    reason: str
    is_correction: bool
    is_superseded: bool


@dataclass(frozen=True, slots=True)
class RemarkFact:
    text: str
    occurred_at: datetime
    by_name: str


@dataclass(frozen=True, slots=True)
class NoteFact:
    note_id: UUID
    text: str
    signed_at: datetime
    signed_by_name: str
    signed_by_role: str
    addenda: tuple[AddendumFact, ...]


@dataclass(frozen=True, slots=True)
class AddendumFact:
    text: str
    at: datetime
    by_name: str
