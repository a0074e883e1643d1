"""The modelled level beside an order, for those who may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may
from serein.plans.presenters.level import order_level
from serein.plans.queries.level import level_person

if TYPE_CHECKING:
    from decimal import Decimal
    from uuid import UUID

    from serein.accounts.requests import ClinicRequest
    from serein.plans.presenters.level import LevelView
    from serein.plans.rules import Dose


def level_beside(
    request: ClinicRequest, patient_id: UUID, dose: Dose | None, weight_kg: Decimal | None
) -> LevelView | None:
    """Work out the curve of one order; None without a dose, or for a role that sees no levels."""
    if dose is None or weight_kg is None or not may(request.actor.role, Act.SEE_LEVEL):
        return None
    person = level_person(request.site_id, patient_id, request.at)
    return order_level(dose, weight_kg=weight_kg, person=person)
