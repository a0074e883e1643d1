from __future__ import annotations

from typing import TYPE_CHECKING

from serein.monitoring import rules
from serein.monitoring.models import Flag, MonitoringPeriod
from serein.monitoring.queries.periods import period_fact
from serein.monitoring.queries.vitals import readings_from, vitals_of_periods

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.monitoring.queries.facts import PeriodFact


def periods_with_news(at: datetime) -> tuple[PeriodFact, ...]:
    """List the running periods, of every site, in which the clock has to say what is not kept yet."""
    rows = (
        MonitoringPeriod.objects.select_related("patient")
        .prefetch_related("pauses")
        .filter(closed_at__isnull=True, opened_at__lte=at)
        .order_by("opened_at", "pk")
    )
    facts = [period_fact(row) for row in rows]
    vitals = vitals_of_periods([fact.period_id for fact in facts])
    kept: dict[UUID, set[str]] = {}
    for period_id, code in Flag.objects.filter(
        period__in=[fact.period_id for fact in facts], condition="time", ended_at__isnull=True
    ).values_list("period_id", "code"):
        kept.setdefault(period_id, set()).add(code)
    plan, ladder = rules.schedule(), rules.ladder()
    found = []
    for fact in facts:
        readings = readings_from(vitals[fact.period_id], fact.timeline)
        due = rules.due_sets(
            timeline=fact.timeline, readings=readings, at=at, plan=plan, ladder=ladder
        )
        quiet = rules.silence(timeline=fact.timeline, readings=readings, at=at, plan=plan)
        spoken = {flag.code for flag in rules.time_flags(due=due, silence=quiet, at=at)}
        if spoken - kept.get(fact.period_id, set()):
            found.append(fact)
    return tuple(found)
