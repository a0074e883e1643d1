"""Plans and their versions, each with its dose worked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet

from serein.core.errors import NotFound
from serein.plans import rules
from serein.plans.models import PlanVersion, TreatmentPlan
from serein.plans.rules import Dose, DoseInputs, Preparation, Terms, WeightBasis
from serein.plans.states import PlanState

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class PlanFact:
    """One version of a plan as others need to know it, with its dose worked out."""

    plan_id: UUID
    patient_id: UUID
    version_id: UUID
    version_number: int
    protocol_code: str
    mg_per_kg: Decimal
    weight_kg: Decimal
    weight_basis: WeightBasis
    actual_weight_kg: Decimal
    weight_measured_at: datetime
    height_cm: Decimal | None
    minutes: int
    ceiling_mg: Decimal
    vial_mg_per_ml: Decimal
    preparation: Preparation
    bag_mg_per_ml: Decimal
    bag_ml: Decimal | None
    infusions: int
    min_gap_hours: int
    max_gap_days: int
    state: PlanState
    drafted_at: datetime
    written_at: datetime
    written_by_name: str
    reason: str
    seen: Mapping[str, Any]
    signed_at: datetime | None
    signed_by_name: str
    reason_for_soft: str
    dose: Dose

    @property
    def is_in_force(self) -> bool:
        """Whether infusions may be given under it."""
        return self.state is PlanState.SIGNED

    @property
    def terms(self) -> Terms:
        """The order as it was written."""
        return Terms(
            mg_per_kg=self.mg_per_kg,
            minutes=self.minutes,
            weight_basis=self.weight_basis,
            ceiling_mg=self.ceiling_mg,
            vial_mg_per_ml=self.vial_mg_per_ml,
            preparation=self.preparation,
            bag_mg_per_ml=self.bag_mg_per_ml if self.bag_ml is None else None,
            bag_ml=self.bag_ml,
            infusions=self.infusions,
            min_gap_hours=self.min_gap_hours,
            max_gap_days=self.max_gap_days,
        )


def plan_in_force(patient_id: UUID) -> PlanFact | None:
    """Return the signed plan of a patient, or None."""
    return plans_in_force([patient_id]).get(patient_id)


def plans_in_force(patient_ids: Iterable[UUID]) -> dict[UUID, PlanFact]:
    """Return the signed plans of several patients at once, by patient."""
    rows = PlanVersion.objects.filter(
        plan__patient_id__in=list(patient_ids), plan__state=PlanState.SIGNED
    )
    newest = {
        row.plan.patient_id: row
        for row in rows.select_related("plan", "signature").order_by("number")
    }
    return {patient_id: _fact(row) for patient_id, row in newest.items()}


def plan_fact(plan_id: UUID) -> PlanFact:
    """Return the latest version of a plan.

    :raises NotFound: no such plan
    """
    return _one(pk=plan_id)


def plan_of(patient_id: UUID, plan_id: UUID) -> PlanFact:
    """Return the latest version of one patient's plan.

    :raises NotFound: not a plan of this patient
    """
    return _one(pk=plan_id, patient_id=patient_id)


def plans_of(patient_id: UUID) -> tuple[PlanFact, ...]:
    """List the plans of a patient in their latest versions, oldest first."""
    return tuple(_fact(_latest(row)) for row in _plans(patient_id=patient_id))


def plans_of_site(site_id: UUID) -> tuple[PlanFact, ...]:
    """List every plan of a site that was ever signed, oldest first."""
    return _signed(patient__site_id=site_id)


def plans_of_patients(patient_ids: Iterable[UUID]) -> tuple[PlanFact, ...]:
    """List every plan of several patients that was ever signed, oldest first."""
    return _signed(patient_id__in=list(patient_ids))


def _signed(**which: object) -> tuple[PlanFact, ...]:
    facts = (_fact(_latest(row)) for row in _plans(**which).exclude(state=PlanState.DRAFT))
    return tuple(fact for fact in facts if fact.signed_at is not None)


def versions_of(plan_id: UUID) -> tuple[PlanFact, ...]:
    """List every version of a plan, newest first.

    :raises NotFound: no such plan
    """
    row = _plans(pk=plan_id).first()
    if row is None:
        raise NotFound
    return tuple(_fact(version) for version in reversed(_versions(row)))


def version_fact(version_id: UUID) -> PlanFact:
    """Return one version of a plan, the latest or an older one.

    :raises NotFound: no such version
    """
    found = PlanVersion.objects.filter(pk=version_id).select_related("plan", "signature").first()
    if found is None:
        raise NotFound
    return _fact(found)


def _plans(**wanted: Any) -> QuerySet[TreatmentPlan]:
    versions = PlanVersion.objects.select_related("plan", "signature").order_by("number")
    return (
        TreatmentPlan.objects.filter(**wanted)
        .prefetch_related(Prefetch("versions", versions))
        .order_by("drafted_at", "pk")
    )


def _one(**wanted: Any) -> PlanFact:
    row = _plans(**wanted).first()
    if row is None:
        raise NotFound
    return _fact(_latest(row))


def _versions(row: TreatmentPlan) -> list[PlanVersion]:
    return list(row.versions.all())


def _latest(row: TreatmentPlan) -> PlanVersion:
    return _versions(row)[-1]


def _fact(row: PlanVersion) -> PlanFact:
    signature = getattr(row, "signature", None)
    inputs = DoseInputs(
        mg_per_kg=row.mg_per_kg,
        minutes=row.minutes,
        weight_kg=row.weight_kg,
        vial_mg_per_ml=row.vial_mg_per_ml,
        bag_mg_per_ml=row.bag_strength_mg_per_ml,
        bag_ml=row.bag_ml,
        preparation=Preparation(row.preparation),
    )
    dose = rules.dose_for(inputs)
    return PlanFact(
        plan_id=row.plan.pk,
        patient_id=row.plan.patient_id,
        version_id=row.pk,
        version_number=row.number,
        protocol_code=row.plan.protocol_code,
        mg_per_kg=row.mg_per_kg,
        weight_kg=row.weight_kg,
        weight_basis=WeightBasis(row.weight_basis),
        actual_weight_kg=row.actual_weight_kg,
        weight_measured_at=row.weight_measured_at,
        height_cm=row.height_cm,
        minutes=row.minutes,
        ceiling_mg=row.ceiling_mg,
        vial_mg_per_ml=row.vial_mg_per_ml,
        preparation=inputs.preparation,
        bag_mg_per_ml=dose.bag_mg_per_ml,
        bag_ml=row.bag_ml,
        infusions=row.infusions,
        min_gap_hours=row.min_gap_hours,
        max_gap_days=row.max_gap_days,
        state=PlanState(row.plan.state),
        drafted_at=row.plan.drafted_at,
        written_at=row.written_at,
        written_by_name=row.written_by_name,
        reason=row.reason,
        seen=row.seen,
        signed_at=signature.signed_at if signature else None,
        signed_by_name=signature.signed_by_name if signature else "",
        reason_for_soft=signature.reason_for_soft if signature else "",
        dose=dose,
    )
