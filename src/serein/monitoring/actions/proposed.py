"""Take a proposed set into the chart, or turn it down. A device never charts anything by itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from serein.audit.actions import action, derived_key, record
from serein.core.errors import Refused, SomeoneActedFirst
from serein.monitoring import rules
from serein.monitoring.actions.settling import claimed_period
from serein.monitoring.actions.vitals import record_vitals
from serein.monitoring.models import MonitoringPeriod, ReadingDecision, VitalSet
from serein.monitoring.queries import feed
from serein.monitoring.rules.feed import Decision
from serein.monitoring.rules.proposing import (
    DBP,
    SBP,
    STRUCK_AFTER,
    TOGETHER,
    Pending,
    Proposed,
    fields_for,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


@action
def accept_proposed(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    period_id: UUID,
    reading_ids: Sequence[UUID],
    is_confirmed: bool = False,
) -> VitalSet:
    """Chart readings of a device as one set, signed by the person who accepts them.

    :raises Refused: the feed is off, the values are too old or were not measured together, or are
        unlikely and not confirmed
    :raises SomeoneActedFirst: somebody decided about one of them already
    :raises NotFound: no such period at this site
    """
    claimed_period(period_id, by)
    chosen = _chosen(period_id, reading_ids, by)
    fields = fields_for(chosen)
    occurred_at = _measured_at(chosen, at)
    offered = Proposed(occurred_at, None, fields)
    if offered.asks and not is_confirmed:
        raise Refused(
            f"{' '.join(offered.asks)} If it is right, tick “The values are right” and "
            "accept again.",
            field="is_confirmed",
        )
    made = record_vitals(
        key=derived_key(key, "vitals"),
        by=by,
        at=at,
        period_id=period_id,
        occurred_at=occurred_at,
        source=rules.Source.DEVICE,
        note=f"From {', '.join(sorted({r.device_name for r in chosen}))}",
        is_confirmed=is_confirmed,
        **asdict(offered.values),
    )
    _decide(chosen, Decision.ACCEPTED, by, at, vitals=made)
    record(
        by=by,
        at=at,
        verb="accept_proposed",
        subject=made,
        patient_id=made.period.patient_id,
        details={"readings": len(chosen)},
    )
    return made


@action
def reject_proposed(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    period_id: UUID,
    reading_ids: Sequence[UUID],
    reason: str,
) -> MonitoringPeriod:
    """Turn a proposed set down, with the reason: movement, a loose probe, another patient's.

    :raises Refused: no reason, or no such readings
    :raises SomeoneActedFirst: somebody decided about one of them already
    :raises NotFound: no such period at this site
    """
    period = claimed_period(period_id, by)
    if not reason.strip():
        raise Refused("Say why the values are not used.", field="reason")
    chosen = _chosen(period_id, reading_ids, by)
    _decide(chosen, Decision.REJECTED, by, at, reason=reason.strip()[:300])
    record(
        by=by,
        at=at,
        verb="reject_proposed",
        subject=period,
        patient_id=period.patient_id,
        details={"readings": len(chosen), "has_reason": True},
    )
    return period


def _chosen(period_id: UUID, reading_ids: Sequence[UUID], by: Actor) -> tuple[Pending, ...]:
    """The readings that were on offer; the period is held, so nobody decides in between."""
    if not feed.is_feed_on(by.site_id):
        raise Refused("Reload the page: the feed is off.")
    wanted = set(reading_ids)
    if not wanted:
        raise Refused("Reload the page: no values were chosen.")
    found = feed.pending_named(period_id, wanted)
    if len(found) != len(wanted):
        raise SomeoneActedFirst
    return found


def _measured_at(chosen: Sequence[Pending], at: datetime) -> datetime:
    """The moment of the set: its cuff's, else its newest probe's."""
    moments = [reading.at for reading in chosen]
    if any(not reading.is_usable for reading in chosen) or len(fields_for(chosen)) != len(chosen):
        raise Refused("Reload the page: these values are not a set.")
    if at - min(moments) > STRUCK_AFTER:
        raise Refused("Measure again: these values are too old to be charted.")
    cuffs = {reading.at for reading in chosen if reading.code in {SBP, DBP}}
    if len(cuffs) > 1 or max(moments) - min(moments) > 2 * TOGETHER:
        raise Refused("Reload the page: these values were not measured together.")
    # A clock a little ahead of ours is no reason to refuse the set.
    return min(next(iter(cuffs), max(moments)), at)


def _decide(
    chosen: Sequence[Pending],
    decision: Decision,
    by: Actor,
    at: datetime,
    *,
    vitals: VitalSet | None = None,
    reason: str = "",
) -> None:
    ReadingDecision.objects.bulk_create(
        ReadingDecision(
            reading_id=reading.reading_id,
            decision=decision.value,
            vitals=vitals,
            reason=reason,
            at=at,
            by_id=by.id,
            by_name=by.name,
        )
        for reading in chosen
    )
