"""Orders given to a chair from elsewhere: given, read back, ended. Each is written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from serein.core.models import AppendOnly
from serein.infusions.rules.orders import OrderEnding, OrderKind

if TYPE_CHECKING:
    from uuid import UUID


_HAS_RATE = Q(kind=OrderKind.RATE.value, rate_ml_per_h__isnull=False, rate_ml_per_h__gt=0)
_HAS_NONE = ~Q(kind=OrderKind.RATE.value) & Q(rate_ml_per_h__isnull=True)


class ChairOrder(AppendOnly):
    """What a prescriber orders for a visit. It stands when a nurse has read it back rightly."""

    if TYPE_CHECKING:
        session_id: UUID

    session = models.ForeignKey(
        "infusions.InfusionSession", on_delete=models.PROTECT, related_name="orders"
    )
    kind = models.CharField(max_length=10)
    rate_ml_per_h = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        indexes = (models.Index(fields=["session", "at"], name="order_by_session"),)
        constraints = (
            models.CheckConstraint(
                name="order_kind_is_known",
                condition=Q(kind__in=sorted(kind.value for kind in OrderKind)),
            ),
            models.CheckConstraint(
                name="order_has_a_rate_where_it_needs_one", condition=_HAS_RATE | _HAS_NONE
            ),
        )


class ReadBack(AppendOnly):
    """What a nurse read back without seeing the order; ``is_match`` says whether it agreed."""

    if TYPE_CHECKING:
        order_id: UUID

    order = models.ForeignKey(ChairOrder, on_delete=models.PROTECT, related_name="read_backs")
    kind = models.CharField(max_length=10)
    rate_ml_per_h = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    is_match = models.BooleanField()
    ordered_by_id = models.CharField(max_length=36)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="read_back_kind_is_known",
                condition=Q(kind__in=sorted(kind.value for kind in OrderKind)),
            ),
            models.CheckConstraint(
                name="read_back_by_another_person", condition=~Q(by_id=F("ordered_by_id"))
            ),
            models.UniqueConstraint(
                name="read_back_agrees_once", fields=["order"], condition=Q(is_match=True)
            ),
        )


class OrderEnd(AppendOnly):
    """How an order ended: carried out, declined at the chair, taken back, or replaced."""

    if TYPE_CHECKING:
        order_id: UUID

    order = models.OneToOneField(ChairOrder, on_delete=models.PROTECT, related_name="end")
    how = models.CharField(max_length=10)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="order_end_is_known",
                condition=Q(how__in=sorted(how.value for how in OrderEnding)),
            ),
            models.CheckConstraint(
                name="order_declined_with_a_reason",
                condition=~Q(how=OrderEnding.DECLINED.value) | ~Q(reason=""),
            ),
        )
