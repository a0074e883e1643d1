from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q

from serein.core.errors import NotFound
from serein.monitoring.models import Flag
from serein.monitoring.queries.facts import FlagFact
from serein.monitoring.rules import RERAISE_AFTER, Rank

if TYPE_CHECKING:
    from uuid import UUID


def _fact(row: Flag) -> FlagFact:
    return FlagFact(
        flag_id=row.pk,
        period_id=row.period_id,
        patient_id=row.period.patient_id,
        cause_id=row.cause_id,
        code=row.code,
        condition=row.condition,
        rank=Rank(row.rank),
        word=row.word,
        do=row.do,
        value_text=row.value_text,
        limit_text=row.limit_text,
        limit_source=row.limit_source,
        raised_at=row.raised_at,
        shown_at=row.shown_at,
        count=row.count,
        latest_at=row.latest_at,
        latest_text=row.latest_text,
        ended_at=row.ended_at,
        ended_because=row.ended_because,
        withdrawn_at=row.withdrawn_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by_name=row.acknowledged_by_name,
        answer=row.answer,
        note=row.note,
    )


def flags_of(period_id: UUID) -> tuple[FlagFact, ...]:
    """List every flag of a period in the order they were raised, ended and withdrawn ones included."""
    rows = Flag.objects.select_related("period").filter(period_id=period_id)
    return tuple(_fact(row) for row in rows.order_by("raised_at", "code", "shown_at", "pk"))


def flag(flag_id: UUID, *, patient_id: UUID) -> FlagFact:
    """Return one flag of a patient.

    :raises NotFound: not of this patient
    """
    rows = Flag.objects.select_related("period").filter(period__patient_id=patient_id)
    found = rows.filter(pk=flag_id).first()
    if found is None:
        raise NotFound
    return _fact(found)


def standing_flags(site_id: UUID) -> tuple[FlagFact, ...]:
    """List the flags of a site that wait for a person, gravest first, oldest first within a rank."""
    asks_again = Q(
        ended_at__isnull=True,
        withdrawn_at__isnull=True,
        latest_at__gte=F("acknowledged_at") + RERAISE_AFTER,
    )
    rows = Flag.objects.select_related("period").filter(
        Q(acknowledged_at__isnull=True) | asks_again,
        period__patient__site_id=site_id,
        period__closed_at__isnull=True,
    )
    order = list(Rank)
    facts = [_fact(row) for row in rows.order_by("raised_at", "pk")]
    return tuple(sorted(facts, key=lambda fact: (order.index(fact.rank), fact.raised_at)))
