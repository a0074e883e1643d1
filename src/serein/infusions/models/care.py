"""What is given, scored and checked at the chair besides the infusion itself."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from serein.core.models import AppendOnly
from serein.infusions.models.sessions import InfusionSession


def _amount(places: int) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(max_digits=12, decimal_places=places)


class RescueGiven(AppendOnly):
    """A drug given at the chair under a standing order; a correction supersedes, both are kept."""

    session = models.ForeignKey(InfusionSession, on_delete=models.PROTECT, related_name="rescues")
    order_code = models.CharField(max_length=40)
    order_version = models.CharField(max_length=20)
    drug = models.CharField(max_length=80)
    dose = models.DecimalField(max_digits=8, decimal_places=3)
    unit = models.CharField(max_length=10)
    route = models.CharField(max_length=20)
    reason = models.CharField(max_length=300)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(name="rescue_dose_is_positive", condition=Q(dose__gt=0)),
            models.CheckConstraint(name="rescue_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="rescue_withdrawn_supersedes",
                condition=Q(is_withdrawn=False) | Q(supersedes__isnull=False),
            ),
        )


class ScaleScore(AppendOnly):
    """One score of a scale asked at its time: modified Aldrete, dissociation."""

    session = models.ForeignKey(InfusionSession, on_delete=models.PROTECT, related_name="scores")
    scale = models.CharField(max_length=20)
    version = models.CharField(max_length=120)
    items = models.JSONField()
    total = models.PositiveSmallIntegerField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.CheckConstraint(name="scale_names_its_version", condition=~Q(version="")),
        )


class DrugStatement(AppendOnly):
    """What one person read on vial, syringe and pump, typed without seeing another's entries."""

    session = models.ForeignKey(
        InfusionSession, on_delete=models.PROTECT, related_name="statements"
    )
    drug = models.CharField(max_length=40)
    vial_mg_per_ml = _amount(3)
    dose_mg = _amount(6)
    drug_ml = _amount(2)
    rate_ml_per_h = _amount(1)
    volume_ml = _amount(1)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
