"""Begin and end watching, and tell the clock when the infusion started, paused and stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from serein.audit.actions import action, record
from serein.core.errors import Refused
from serein.monitoring import queries, rules
from serein.monitoring.actions.settling import claimed_period, settle
from serein.monitoring.models import MonitoringPause, MonitoringPeriod
from serein.patients import queries as patients

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


def _on_the_minute(at: datetime) -> datetime:
    """People chart to the minute: a period opens with its minute, so that "now" lies inside it."""
    return at.replace(second=0, microsecond=0)


@action
def open_period(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    opened_at: datetime | None = None,
    post_for_min: int | None = None,
    chair_id: UUID | None = None,
) -> MonitoringPeriod:
    """Begin to watch a patient, in a chair where that is known: devices at it belong to the patient.

    ``post_for_min`` is how long sets stay due after the infusion (60; 120 after a first infusion or a
    dose increase, from 65 years, ASA III).

    :raises Refused: this patient is being watched already
    :raises NotFound: no such patient at this site
    """
    patient = patients.patient_for(by.site_id, patient_id)
    try:
        with transaction.atomic():
            period = MonitoringPeriod.objects.create(
                patient=patient,
                chair_id=chair_id,
                opened_at=_on_the_minute(opened_at or at),
                opened_by_id=by.id,
                opened_by_name=by.name,
                post_for_min=post_for_min or rules.schedule().post_for_min,
            )
    except IntegrityError as fault:
        raise Refused("Finish the visit that is open first: vitals are being charted.") from fault
    _audit(period, "open_period", by, at)
    return period


@action
def mark_started(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    period_id: UUID,
    started_at: datetime,
) -> MonitoringPeriod:
    """Anchor the due times to the actual start of the infusion.

    :raises Refused: already started, closed, or before the watching began
    """
    period = claimed_period(period_id, by)
    if period.started_at is not None or period.closed_at is not None:
        raise Refused("Reload the page: the infusion has already started.")
    if started_at < period.opened_at:
        raise Refused("Choose a start after the patient was checked in.", field="occurred_time")
    period.started_at = started_at
    return _saved(period, ["started_at"], "mark_started", by, at)


@action
def mark_paused(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    period_id: UUID,
    paused_at: datetime,
) -> MonitoringPeriod:
    """Stop the clock of the sets during the infusion.

    :raises Refused: not running, or paused already
    """
    period = claimed_period(period_id, by)
    _check_running(period, paused_at)
    if period.pauses.filter(to_at__isnull=True).exists():
        raise Refused("Reload the page: the infusion is paused already.")
    MonitoringPause.objects.create(period=period, from_at=paused_at)
    return _saved(period, [], "mark_paused", by, at)


@action
def mark_resumed(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    period_id: UUID,
    resumed_at: datetime,
) -> MonitoringPeriod:
    """Let the clock of the sets during the infusion run on.

    :raises Refused: not paused, or a time before the pause
    """
    period = claimed_period(period_id, by)
    pause = period.pauses.filter(to_at__isnull=True).first()
    if pause is None:
        raise Refused("Reload the page: the infusion is not paused.")
    _end_pause(pause, resumed_at)
    return _saved(period, [], "mark_resumed", by, at)


@action
def mark_stopped(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    period_id: UUID,
    stopped_at: datetime,
) -> MonitoringPeriod:
    """Begin the clock of the sets after the infusion.

    :raises Refused: not running, or a time before the start
    """
    period = claimed_period(period_id, by)
    _check_running(period, stopped_at)
    pause = period.pauses.filter(to_at__isnull=True).first()
    if pause is not None:
        _end_pause(pause, stopped_at)
    period.stopped_at = stopped_at
    return _saved(period, ["stopped_at"], "mark_stopped", by, at)


@action
def restate_course(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    period_id: UUID,
    started_at: datetime | None,
    stopped_at: datetime | None,
    pauses: Sequence[tuple[datetime, datetime | None]] = (),
) -> MonitoringPeriod:
    """Replace start, stop and pauses after the log of the infusion was corrected.

    Flags and due times are worked out again from the corrected times.

    :raises Refused: times that do not follow one another
    """
    period = claimed_period(period_id, by)
    moments = [period.opened_at, started_at]
    for from_at, to_at in sorted(pauses):
        moments += [from_at, to_at]
    moments += [stopped_at, period.closed_at]
    known = [moment for moment in moments if moment is not None]
    if known != sorted(known) or (stopped_at is not None and started_at is None):
        raise Refused("Correct the times so that each follows the one before.")
    period.pauses.all().delete()
    for from_at, to_at in pauses:
        MonitoringPause.objects.create(period=period, from_at=from_at, to_at=to_at)
    period.started_at, period.stopped_at = started_at, stopped_at
    return _saved(period, ["started_at", "stopped_at"], "restate_course", by, at)


@action
def close_period(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    period_id: UUID,
    closed_at: datetime | None = None,
) -> MonitoringPeriod:
    """End watching: the patient was discharged, or was not treated.

    :raises Refused: closed already, or before the infusion ended
    """
    period = claimed_period(period_id, by)
    if period.closed_at is not None:
        raise Refused("Reload the page: the visit has already ended.")
    if period.started_at is not None and period.stopped_at is None:
        raise Refused("Stop the infusion before the visit ends.")
    ends_at = closed_at or at
    if ends_at < (period.stopped_at or period.opened_at):
        raise Refused("Choose an end after the infusion stopped.", field="occurred_time")
    period.closed_at = ends_at
    return _saved(period, ["closed_at"], "close_period", by, at)


@action
def raise_time_flags(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    period_id: UUID,
) -> MonitoringPeriod:
    """Raise what the clock has to say about a period: a set overdue, no reading for too long."""
    period = claimed_period(period_id, by)
    return _saved(period, [], "raise_time_flags", by, at)


def _check_running(period: MonitoringPeriod, moment: datetime) -> None:
    if period.started_at is None or period.stopped_at is not None:
        raise Refused("Reload the page: the infusion is not running.")
    if moment < period.started_at:
        raise Refused("Choose a time after the start of the infusion.", field="occurred_time")


def _end_pause(pause: MonitoringPause, to_at: datetime) -> None:
    if to_at < pause.from_at:
        raise Refused("Choose a time after the pause began.", field="occurred_time")
    pause.to_at = to_at
    pause.save(update_fields=["to_at"])


def _saved(
    period: MonitoringPeriod, columns: list[str], verb: str, by: Actor, at: datetime
) -> MonitoringPeriod:
    if columns:
        period.save(update_fields=columns)
    _audit(period, verb, by, at)
    settle(period, queries.timeline_of(period), by=by, at=at)
    return period


def _audit(period: MonitoringPeriod, verb: str, by: Actor, at: datetime) -> None:
    record(by=by, at=at, verb=verb, subject=period, patient_id=period.patient_id)
