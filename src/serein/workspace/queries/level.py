"""What a patient's infusions have added up to, for roles that see modelled levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may
from serein.infusions.queries.level import ExposureWindow, exposure_windows, exposures_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def exposure_seen(patient_id: UUID, *, role: str, at: datetime) -> tuple[ExposureWindow, ...]:
    """Add up the infusions by window; empty before the first, and for roles that do not see it."""
    if not may(role, Act.SEE_LEVEL):
        return ()
    found = exposures_of(patient_id, at)
    return exposure_windows(found, at) if found else ()
