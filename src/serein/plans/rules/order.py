"""One order judged as a whole: terms and a body in, dosing weight, dose and findings out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from serein.core.errors import Refused
from serein.core.findings import Finding
from serein.core.quantities import round_to
from serein.plans.rules.dose import Dose, DoseInputs, Preparation, dose_for
from serein.plans.rules.limits import Before, Order, findings_for_order
from serein.plans.rules.protocols import Protocol
from serein.plans.rules.weight import Body, DosingWeight, WeightBasis, dosing_weight

WEIGHT_STEP_KG = Decimal("0.001")
"""A computed weight is kept to the gram, so that the dose shown is the dose stored."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a prescriber decides. ``bag_mg_per_ml`` for an ordered strength, else ``bag_ml``."""

    mg_per_kg: Decimal
    minutes: int
    weight_basis: WeightBasis
    ceiling_mg: Decimal
    vial_mg_per_ml: Decimal
    preparation: Preparation
    bag_mg_per_ml: Decimal | None
    bag_ml: Decimal | None
    infusions: int
    min_gap_hours: int
    max_gap_days: int


def terms_from(
    protocol: Protocol,
    *,
    mg_per_kg: Decimal,
    minutes: int,
    weight_basis: str,
    ceiling_mg: Decimal,
    vial_mg_per_ml: Decimal,
    preparation: str,
    bag_mg_per_ml: Decimal | None,
    bag_ml: Decimal | None,
    infusions: int | None,
    min_gap_hours: int | None,
    max_gap_days: int | None,
) -> Terms:
    """Gather an order; what is left out of the schedule comes from the protocol.

    :raises Refused: the bag is not described
    """
    how = Preparation(preparation)
    is_strength = how is Preparation.STRENGTH
    if is_strength and bag_mg_per_ml is None:
        raise Refused("Enter the strength of the bag in mg/mL.", field="bag_mg_per_ml")
    if not is_strength and bag_ml is None:
        raise Refused("Enter the volume of the bag in mL.", field="bag_ml")
    return Terms(
        mg_per_kg=mg_per_kg,
        minutes=minutes,
        weight_basis=WeightBasis(weight_basis),
        ceiling_mg=ceiling_mg,
        vial_mg_per_ml=vial_mg_per_ml,
        preparation=how,
        bag_mg_per_ml=bag_mg_per_ml if is_strength else None,
        bag_ml=None if is_strength else bag_ml,
        infusions=infusions or protocol.infusions,
        min_gap_hours=min_gap_hours or protocol.min_gap_hours,
        max_gap_days=max_gap_days or protocol.max_gap_days,
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer. Without a dosing weight there is no dose."""

    terms: Terms
    weight: DosingWeight
    dose: Dose | None
    findings: tuple[Finding, ...]


def judge(
    terms: Terms, body: Body, protocol: Protocol, at: datetime, before: Before | None = None
) -> Judged:
    """Work out an order and list everything that speaks against it, gravest first."""
    weight = dosing_weight(body, terms.weight_basis, at)
    dose = _dose(terms, weight.weight_kg)
    order = Order(
        dose=dose,
        weight=weight,
        ceiling_mg=terms.ceiling_mg,
        infusions=terms.infusions,
        min_gap_hours=terms.min_gap_hours,
        max_gap_days=terms.max_gap_days,
        protocol=protocol,
        before=before,
    )
    return Judged(terms, weight, dose, findings_for_order(order))


def _dose(terms: Terms, weight_kg: Decimal | None) -> Dose | None:
    if weight_kg is None:
        return None
    return dose_for(
        DoseInputs(
            mg_per_kg=terms.mg_per_kg,
            minutes=terms.minutes,
            weight_kg=round_to(weight_kg, WEIGHT_STEP_KG),
            vial_mg_per_ml=terms.vial_mg_per_ml,
            bag_mg_per_ml=terms.bag_mg_per_ml,
            bag_ml=terms.bag_ml,
            preparation=terms.preparation,
        )
    )
