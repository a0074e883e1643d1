"""What speaks against a measurement, given what is already on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.patients.queries.record import height_at, weight_at
from serein.patients.rules import height_findings, weight_findings

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from serein.core.findings import Finding


def weight_concerns(
    patient_id: UUID, *, weight_kg: Decimal, measured_at: datetime, at: datetime
) -> tuple[Finding, ...]:
    """Compare a weight with the one before it and with the height."""
    last, height = weight_at(patient_id, measured_at), height_at(patient_id, at)
    return weight_findings(
        weight_kg=weight_kg,
        last_kg=last.value if last else None,
        height_cm=height.value if height else None,
    )


def height_concerns(
    patient_id: UUID, *, height_cm: Decimal, measured_at: datetime, at: datetime
) -> tuple[Finding, ...]:
    """Compare a height with the one before it and with the weight."""
    last, weight = height_at(patient_id, measured_at), weight_at(patient_id, at)
    return height_findings(
        height_cm=height_cm,
        last_cm=last.value if last else None,
        weight_kg=weight.value if weight else None,
    )
