from __future__ import annotations

from typing import TYPE_CHECKING

from serein.core.errors import NotFound
from serein.core.reading import asked_once
from serein.monitoring.models import MonitoringPeriod
from serein.monitoring.queries.facts import PeriodFact
from serein.monitoring.rules import Pause, Timeline

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def timeline_of(period: MonitoringPeriod) -> Timeline:
    """The moments of a period and its pauses, as the rules see them."""
    pauses = sorted((p.from_at, p.to_at) for p in period.pauses.all())
    return Timeline(
        opened_at=period.opened_at,
        started_at=period.started_at,
        stopped_at=period.stopped_at,
        closed_at=period.closed_at,
        pauses=tuple(Pause(from_at, to_at) for from_at, to_at in pauses),
        post_for_min=period.post_for_min,
    )


def period_fact(period: MonitoringPeriod) -> PeriodFact:
    """Turn a row into a fact."""
    return PeriodFact(
        period_id=period.pk,
        patient_id=period.patient_id,
        site_id=period.patient.site_id,
        timeline=timeline_of(period),
        post_for_min=period.post_for_min,
    )


@asked_once
def period(
    period_id: UUID, *, patient_id: UUID | None = None, site_id: UUID | None = None
) -> PeriodFact:
    """Return a period, of this patient or this site where one is named.

    :raises NotFound: there is none, or it belongs to someone else
    """
    rows = MonitoringPeriod.objects.select_related("patient").prefetch_related("pauses")
    if patient_id is not None:
        rows = rows.filter(patient_id=patient_id)
    if site_id is not None:
        rows = rows.filter(patient__site_id=site_id)
    found = rows.filter(pk=period_id).first()
    if found is None:
        raise NotFound
    return period_fact(found)


def opened_at(period_id: UUID, *, patient_id: UUID) -> datetime:
    """Return when a period of this patient began.

    :raises NotFound: there is none, or it belongs to someone else
    """
    rows = MonitoringPeriod.objects.filter(pk=period_id, patient_id=patient_id)
    found: datetime | None = rows.values_list("opened_at", flat=True).first()
    if found is None:
        raise NotFound
    return found


def open_period_of(patient_id: UUID) -> PeriodFact | None:
    """Return the period in which the patient is watched now."""
    found = (
        MonitoringPeriod.objects.select_related("patient")
        .prefetch_related("pauses")
        .filter(patient_id=patient_id, closed_at__isnull=True)
        .first()
    )
    return period_fact(found) if found is not None else None


def periods_running(site_id: UUID) -> tuple[PeriodFact, ...]:
    """List the periods of a site in which somebody is being watched, oldest first."""
    rows = (
        MonitoringPeriod.objects.select_related("patient")
        .prefetch_related("pauses")
        .filter(patient__site_id=site_id, closed_at__isnull=True)
        .order_by("opened_at", "pk")
    )
    return tuple(period_fact(row) for row in rows)
