"""Bring the kept flags into line with what is charted. Every write of this app ends here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from serein.audit.actions import record
from serein.core.errors import NotFound
from serein.monitoring import queries, rules
from serein.monitoring.models import Flag, MonitoringPeriod

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from serein.core.actors import Actor
    from serein.monitoring.rules import Raised, Reading, TimeFlag, Timeline

TIME = "time"
"""The condition of the flags that the clock raises; all others come from readings."""


def claimed_period(period_id: UUID, by: Actor) -> MonitoringPeriod:
    """Load a period of the actor's own site and hold it until the transaction ends.

    :raises NotFound: there is none at this site
    """
    found = (
        MonitoringPeriod.objects.select_for_update(of=("self",))
        .filter(pk=period_id, patient__site_id=by.site_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def settle(period: MonitoringPeriod, timeline: Timeline, *, by: Actor, at: datetime) -> int:
    """Raise, update, end and withdraw flags; returns how many were raised.

    The period must be claimed, and ``timeline`` read after that.
    """
    readings = queries.readings_from(queries.vitals_of(period.pk), timeline)
    raised = rules.raised_flags(readings=readings, timeline=timeline, ladder=rules.ladder())
    kept = list(Flag.objects.filter(period=period))
    by_time = [row for row in kept if row.condition == TIME]
    by_reading = [row for row in kept if row.condition != TIME]
    new = _settle_readings(period, by_reading, raised, by, at)
    due = rules.due_sets(
        timeline=timeline,
        readings=readings,
        at=at,
        plan=rules.schedule(),
        ladder=rules.ladder(),
    )
    silence = rules.silence(timeline=timeline, readings=readings, at=at, plan=rules.schedule())
    spoken = rules.time_flags(due=due, silence=silence, at=at)
    standing = [row for row in by_time if row.ended_at is None]
    return new + _settle_time(period, standing, spoken, readings, by, at)


def _settle_readings(
    period: MonitoringPeriod,
    kept: Sequence[Flag],
    raised: Sequence[Raised],
    by: Actor,
    at: datetime,
) -> int:
    rows = {row.pk: row for row in kept}
    changes = rules.reconcile(kept=[_kept(row) for row in kept], raised=raised)
    for flag in changes.new:
        row = Flag.objects.create(period=period, shown_at=at, **_columns(flag))
        _note(row, "flag_raised", period, by, at)
    for flag_id, flag in changes.same:
        _bring_up_to_date(rows[flag_id], flag, period, by, at)
    for flag_id in changes.withdrawn:
        row = rows[flag_id]
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        _note(row, "flag_withdrawn", period, by, at)
    return len(changes.new)


def _kept(row: Flag) -> rules.Kept:
    return rules.Kept(
        flag_id=row.pk,
        code=row.code,
        cause=str(row.cause_id) if row.cause_id else row.cause_code,
        raised_at=row.raised_at,
        is_withdrawn=row.withdrawn_at is not None,
        is_acknowledged=row.acknowledged_at is not None,
    )


def _columns(flag: Raised) -> Mapping[str, Any]:
    is_set = flag.cause != rules.BASELINE_MISSING
    return {
        "cause_id": UUID(flag.cause) if is_set else None,
        "cause_code": "" if is_set else flag.cause,
        "code": flag.code,
        "condition": flag.condition,
        "rank": flag.rank.value,
        "word": flag.word,
        "do": flag.do,
        "value_text": flag.value_text,
        "limit_text": flag.limit_text,
        "limit_source": flag.source,
        "raised_at": flag.raised_at,
        "count": flag.count,
        "latest_at": flag.latest_at,
        "latest_text": flag.latest_text,
        "ended_at": flag.ended_at,
        "ended_because": flag.ended_because,
    }


def _bring_up_to_date(
    row: Flag, flag: Raised, period: MonitoringPeriod, by: Actor, at: datetime
) -> None:
    columns = {**_columns(flag), "withdrawn_at": None}
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    if not changed:
        return
    ends_now = row.ended_at is None and flag.ended_at is not None
    for name in changed:
        setattr(row, name, columns[name])
    row.save(update_fields=changed)
    if ends_now:
        _note(row, "flag_ended", period, by, at)


def _settle_time(
    period: MonitoringPeriod,
    standing: Sequence[Flag],
    spoken: Sequence[TimeFlag],
    readings: Sequence[Reading],
    by: Actor,
    at: datetime,
) -> int:
    new = 0
    for flag in spoken:
        row = next((r for r in standing if r.code == flag.code), None)
        if row is None:
            row = Flag.objects.create(period=period, shown_at=at, **_time_columns(flag, at))
            _note(row, "flag_raised", period, by, at)
            new += 1
        else:
            row.word, row.value_text, row.latest_at = flag.word, flag.value_text, at
            row.save(update_fields=["word", "value_text", "latest_at"])
    codes = {flag.code for flag in spoken}
    for row in standing:
        # Silence is a late set that grew old: the late one goes on standing under it.
        if row.code in codes or (row.code == rules.OVERDUE and rules.STALE in codes):
            continue
        row.ended_at = max((r.occurred_at for r in readings if r.occurred_at <= at), default=at)
        row.ended_at = max(row.ended_at, row.raised_at)
        row.ended_because = "charted" if period.closed_at is None else "closed"
        row.save(update_fields=["ended_at", "ended_because"])
        _note(row, "flag_ended", period, by, at)
    return new


def _time_columns(flag: TimeFlag, at: datetime) -> Mapping[str, Any]:
    return {
        "cause_code": flag.cause,
        "code": flag.code,
        "condition": TIME,
        "rank": flag.rank.value,
        "word": flag.word,
        "do": flag.do,
        "value_text": flag.value_text,
        "limit_text": flag.limit_text,
        "limit_source": flag.source,
        "raised_at": flag.raised_at,
        "latest_at": at,
        "latest_text": flag.value_text,
    }


def _note(row: Flag, verb: str, period: MonitoringPeriod, by: Actor, at: datetime) -> None:
    record(
        by=by,
        at=at,
        verb=verb,
        subject=row,
        patient_id=period.patient_id,
        details={"code": row.code, "rank": row.rank},
    )
