"""The plan's order as a visit takes it over."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.core.errors import Refused
from serein.core.quantities import round_to
from serein.infusions.models import InfusionSession
from serein.infusions.rules.readiness import Prepared
from serein.plans import queries as plans
from serein.plans.rules import DOSE_STEP_MG

if TYPE_CHECKING:
    from uuid import UUID

VOLUME_STEP_ML = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class OrderFact:
    """What is ordered for one infusion, rounded where the pump and the syringe round."""

    plan_id: UUID
    plan_version_id: UUID
    infusions: int
    mg_per_kg: Decimal
    weight_kg: Decimal
    weight_basis: str
    actual_weight_kg: Decimal
    ordered_mg: Decimal
    ceiling_mg: Decimal
    vial_mg_per_ml: Decimal
    drug_ml: Decimal
    bag_mg_per_ml: Decimal
    rate_ml_per_h: Decimal
    minutes: int


def order_in_force(patient_id: UUID) -> OrderFact:
    """Return the order of the plan in force.

    :raises Refused: there is no signed plan
    """
    plan = plans.plan_in_force(patient_id)
    if plan is None or plan.signed_at is None:
        raise Refused("Ask the prescriber for a signed plan: none is in force.")
    dose, prepared = plan.dose, plan.dose.prepared
    return OrderFact(
        plan_id=plan.plan_id,
        plan_version_id=plan.version_id,
        infusions=plan.infusions,
        mg_per_kg=plan.mg_per_kg,
        weight_kg=plan.weight_kg,
        weight_basis=plan.weight_basis.value,
        actual_weight_kg=plan.actual_weight_kg,
        ordered_mg=dose.dose_mg,
        ceiling_mg=plan.ceiling_mg,
        vial_mg_per_ml=plan.vial_mg_per_ml,
        drug_ml=prepared.drug_ml,
        bag_mg_per_ml=dose.bag_mg_per_ml,
        rate_ml_per_h=prepared.rate_ml_per_h,
        minutes=plan.minutes,
    )


def prepared_for(visit: InfusionSession) -> Prepared:
    """Return what is to be prepared, rounded as it is read on the vial, the syringe and the pump."""
    return Prepared(
        vial_mg_per_ml=visit.vial_mg_per_ml,
        dose_mg=round_to(visit.ordered_mg, DOSE_STEP_MG),
        drug_ml=visit.drug_ml,
        rate_ml_per_h=visit.rate_ml_per_h,
    )


def volume_limit_ml(visit: InfusionSession) -> Decimal:
    """Return the volume that holds the ordered dose: what the pump's limit is set to."""
    return round_to(visit.ordered_mg / visit.bag_mg_per_ml, VOLUME_STEP_ML)


def given_before(visit: InfusionSession) -> InfusionSession | None:
    """Return the last visit before this one in which an infusion was started, or None."""
    rows = InfusionSession.objects.filter(
        patient_id=visit.patient_id,
        started_at__isnull=False,
        checked_in_at__lt=visit.checked_in_at,
    )
    return rows.order_by("-checked_in_at").first()
