from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import LessThanOrEqual

from serein.core.models import AppendOnly, Record, Transition
from serein.plans.rules import MAX_DOSE_MG, MAX_MG_PER_KG, Preparation, WeightBasis
from serein.plans.states import PlanState


class TreatmentPlan(Record):
    """What this patient is to be given. What was ordered is in its versions."""

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    protocol_code = models.CharField(max_length=10)
    drafted_at = models.DateTimeField()
    state = models.CharField(max_length=20, default=PlanState.DRAFT.value)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in PlanState]),
                name="plan_state_known",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(state=PlanState.SIGNED.value),
                name="plan_in_force_once",
            ),
        ]
        indexes = [models.Index(fields=["patient", "drafted_at"], name="plan_patient")]


class TreatmentPlanTransition(Transition):
    """One step of a plan."""

    subject = models.ForeignKey(TreatmentPlan, on_delete=models.PROTECT, related_name="transitions")


class PlanVersion(AppendOnly):
    """One wording of the order: who wrote it, why, and what they had before them.

    ``weight_kg`` is the dosing weight on the given basis, ``actual_weight_kg`` what the scales said.
    """

    plan = models.ForeignKey(TreatmentPlan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    mg_per_kg = models.DecimalField(max_digits=5, decimal_places=3)
    minutes = models.PositiveSmallIntegerField()
    weight_basis = models.CharField(max_length=20)
    weight_kg = models.DecimalField(max_digits=7, decimal_places=3)
    actual_weight_kg = models.DecimalField(max_digits=6, decimal_places=2)
    weight_measured_at = models.DateTimeField()
    height_cm = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    ceiling_mg = models.DecimalField(max_digits=5, decimal_places=1)
    vial_mg_per_ml = models.DecimalField(max_digits=5, decimal_places=1)
    preparation = models.CharField(max_length=20)
    bag_strength_mg_per_ml = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    bag_ml = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    infusions = models.PositiveSmallIntegerField()
    min_gap_hours = models.PositiveSmallIntegerField()
    max_gap_days = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True)
    seen = models.JSONField(default=dict)
    written_at = models.DateTimeField()
    written_by_id = models.CharField(max_length=36)
    written_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="plan_version_from_one"),
            models.CheckConstraint(
                condition=Q(mg_per_kg__gt=0, mg_per_kg__lte=MAX_MG_PER_KG),
                name="plan_version_mg_per_kg",
            ),
            models.CheckConstraint(
                condition=Q(ceiling_mg__gt=0, ceiling_mg__lte=MAX_DOSE_MG),
                name="plan_version_ceiling",
            ),
            models.CheckConstraint(
                # SQLite multiplies as floating point, hence the thousandth of a milligram.
                condition=LessThanOrEqual(
                    F("mg_per_kg") * F("weight_kg"), F("ceiling_mg") + Value(Decimal("0.001"))
                ),
                name="plan_version_dose_within_ceiling",
            ),
            models.CheckConstraint(
                condition=Q(weight_basis__in=[basis.value for basis in WeightBasis]),
                name="plan_version_basis_known",
            ),
            models.CheckConstraint(
                condition=Q(weight_kg__gt=0, actual_weight_kg__gt=0), name="plan_version_weight"
            ),
            models.CheckConstraint(
                condition=Q(
                    preparation=Preparation.STRENGTH.value,
                    bag_strength_mg_per_ml__gt=0,
                    bag_ml__isnull=True,
                )
                | Q(
                    preparation__in=[Preparation.WITHDRAWN.value, Preparation.ADDED.value],
                    bag_strength_mg_per_ml__isnull=True,
                    bag_ml__gt=0,
                ),
                name="plan_version_bag_described",
            ),
            models.CheckConstraint(
                condition=Q(infusions__range=(1, 12)), name="plan_version_infusions"
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="plan_version_change_has_reason"
            ),
        ]


class PlanSignature(AppendOnly):
    """A prescriber's signature under one version, with the reason for what is out of the usual."""

    version = models.OneToOneField(PlanVersion, on_delete=models.PROTECT, related_name="signature")
    signed_at = models.DateTimeField()
    signed_by_id = models.CharField(max_length=36)
    signed_by_name = models.CharField(max_length=200)
    reason_for_soft = models.TextField(blank=True)
