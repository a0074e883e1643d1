"""Chart a set of vitals, correct one, take one back. Each evaluates the flags in its own transaction."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from uuid_utils.compat import uuid7

from serein.audit.actions import action, record
from serein.core.errors import NotFound, Refused, SomeoneActedFirst
from serein.monitoring import queries, rules
from serein.monitoring.actions.settling import claimed_period, settle
from serein.monitoring.models import MonitoringPeriod, VitalSet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from serein.core.actors import Actor


@action
def record_vitals(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    period_id: UUID,
    occurred_at: datetime,
    phase: str | None = None,
    sbp_mmhg: int | None = None,
    dbp_mmhg: int | None = None,
    hr_bpm: int | None = None,
    spo2_percent: int | None = None,
    rr_per_min: int | None = None,
    moaas: int | None = None,
    nausea: int | None = None,
    distress: int | None = None,
    temperature_c: Decimal | None = None,
    signs: Iterable[str] = (),
    source: str = rules.Source.MANUAL,
    note: str = "",
    is_confirmed: bool = False,
) -> VitalSet:
    """Chart one set. A monitor's 0 (HR, SpO₂, RR, BP) is kept as "no signal", never as a number.

    ``phase`` is worked out from the time when it is not given. Unlikely values are refused once;
    ``is_confirmed`` says that a person looked again.

    :raises Refused: impossible, unlikely and not confirmed, or a time outside the visit
    :raises NotFound: no such period at this site
    """
    period = claimed_period(period_id, by)
    timeline = queries.timeline_of(period)
    made = _charted(
        key=key,
        by=by,
        at=at,
        period=period,
        timeline=timeline,
        occurred_at=occurred_at,
        phase=phase,
        values=rules.Values(
            sbp_mmhg=sbp_mmhg,
            dbp_mmhg=dbp_mmhg,
            hr_bpm=hr_bpm,
            spo2_percent=spo2_percent,
            rr_per_min=rr_per_min,
            moaas=moaas,
            nausea=nausea,
            distress=distress,
            temperature_c=temperature_c,
        ),
        signs=signs,
        source=source,
        note=note,
        is_confirmed=is_confirmed,
    )
    return _settled(made, period, timeline, "record_vitals", by, at)


@action
def correct_vitals(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    vitals_id: UUID,
    reason: str,
    occurred_at: datetime,
    sbp_mmhg: int | None = None,
    dbp_mmhg: int | None = None,
    hr_bpm: int | None = None,
    spo2_percent: int | None = None,
    rr_per_min: int | None = None,
    moaas: int | None = None,
    nausea: int | None = None,
    distress: int | None = None,
    temperature_c: Decimal | None = None,
    signs: Iterable[str] = (),
    note: str = "",
    is_confirmed: bool = False,
) -> VitalSet:
    """Put a whole new set in the place of one that was wrong; the old one stays, struck through.

    :raises Refused: no reason, impossible values, or a time outside the visit
    :raises SomeoneActedFirst: it was corrected already
    :raises NotFound: no such set at this site
    """
    before, period = _to_replace(vitals_id, reason, by)
    timeline = queries.timeline_of(period)
    made = _charted(
        key=key,
        by=by,
        at=at,
        period=period,
        timeline=timeline,
        occurred_at=occurred_at,
        phase=before.phase if occurred_at == period.started_at else None,
        values=rules.Values(
            sbp_mmhg=sbp_mmhg,
            dbp_mmhg=dbp_mmhg,
            hr_bpm=hr_bpm,
            spo2_percent=spo2_percent,
            rr_per_min=rr_per_min,
            moaas=moaas,
            nausea=nausea,
            distress=distress,
            temperature_c=temperature_c,
        ),
        signs=signs,
        source=before.source,
        note=note,
        is_confirmed=is_confirmed,
        supersedes=before,
        reason=reason.strip(),
    )
    return _settled(made, period, timeline, "correct_vitals", by, at)


@action
def withdraw_vitals(
    *, key: UUID, by: Actor, at: datetime, vitals_id: UUID, reason: str
) -> VitalSet:
    """Say that a set should not be there at all: another patient's, or never measured.

    :raises Refused: no reason
    :raises SomeoneActedFirst: it was corrected already
    :raises NotFound: no such set at this site
    """
    before, period = _to_replace(vitals_id, reason, by)
    made = VitalSet.objects.create(
        period=period,
        client_key=key,
        root_id=before.root_id,
        supersedes=before,
        reason=reason.strip(),
        is_withdrawn=True,
        occurred_at=before.occurred_at,
        recorded_at=at,
        by_id=by.id,
        by_name=by.name,
        source=before.source,
        phase=before.phase,
    )
    return _settled(made, period, queries.timeline_of(period), "withdraw_vitals", by, at)


def _to_replace(vitals_id: UUID, reason: str, by: Actor) -> tuple[VitalSet, MonitoringPeriod]:
    before = VitalSet.objects.filter(pk=vitals_id).first()
    if before is None:
        raise NotFound
    period = claimed_period(before.period_id, by)
    if not reason.strip():
        raise Refused("Write why the set is corrected.", field="reason")
    if before.is_withdrawn or VitalSet.objects.filter(supersedes=before).exists():
        raise SomeoneActedFirst
    return before, period


def _charted(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    period: MonitoringPeriod,
    timeline: rules.Timeline,
    occurred_at: datetime,
    phase: str | None,
    values: rules.Values,
    signs: Iterable[str],
    source: str,
    note: str,
    is_confirmed: bool,
    supersedes: VitalSet | None = None,
    reason: str = "",
) -> VitalSet:
    seen = _known_signs(signs)
    cleaned = rules.without_zeros(values)
    rules.check_time(occurred_at=occurred_at, at=at, timeline=timeline)
    rules.check_values(cleaned, has_signs=bool(seen))
    rules.check_confirmed(cleaned.values, is_confirmed=is_confirmed)
    new_id = uuid7()
    return VitalSet.objects.create(
        id=new_id,
        period=period,
        client_key=key,
        root_id=supersedes.root_id if supersedes else new_id,
        supersedes=supersedes,
        reason=reason,
        occurred_at=occurred_at,
        recorded_at=at,
        by_id=by.id,
        by_name=by.name,
        source=rules.Source(source).value,
        phase=_phase(timeline, occurred_at, phase).value,
        note=note.strip(),
        was_confirmed=is_confirmed and bool(rules.doubts(cleaned.values)),
        moaas_version=rules.ladder().moaas_version if values.moaas is not None else "",
        signs=" ".join(seen),
        no_signal=" ".join(sorted(cleaned.no_signal)),
        **asdict(cleaned.values),
    )


def _known_signs(signs: Iterable[str]) -> list[str]:
    listed = sorted(set(signs))
    if any(rules.ladder().sign(code) is None for code in listed):
        raise Refused("Choose signs from the list.", field="signs")
    return listed


def _phase(timeline: rules.Timeline, occurred_at: datetime, said: str | None) -> rules.Phase:
    wanted = rules.Phase(said) if said else None
    found = rules.phase_at(timeline, occurred_at, wanted)
    if wanted is not None and (wanted is rules.Phase.PRE) != (found is rules.Phase.PRE):
        words = "before" if wanted is rules.Phase.PRE else "after"
        raise Refused(f"Choose a time {words} the start of the infusion.", field="occurred_time")
    return found


def _settled(
    made: VitalSet,
    period: MonitoringPeriod,
    timeline: rules.Timeline,
    verb: str,
    by: Actor,
    at: datetime,
) -> VitalSet:
    raised = settle(period, timeline, by=by, at=at)
    record(
        by=by,
        at=at,
        verb=verb,
        subject=made,
        patient_id=period.patient_id,
        details={"phase": made.phase, "source": made.source, "flags_raised": raised},
    )
    return made
