"""What nurses do with a side effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.audit.actions import action, move, record
from serein.core.errors import Refused
from serein.core.findings import stops
from serein.patients import queries as patients
from serein.safety import queries, rules
from serein.safety.models import EffectAsking, SideEffect
from serein.safety.states import EFFECT, EffectMove, EffectState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


@action
def record_side_effect(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    session_id: UUID | None,
    code: str,
    severity: int,
    onset_at: datetime,
    action_taken: str = "",
) -> SideEffect:
    """Record what the patient felt, since when and how strong (0 to 3).

    Severity 0 keeps that it was asked about and not there.

    :raises Refused: an unknown effect or severity, or a start in the future
    """
    patient = patients.patient_for(by.site_id, patient_id)
    found = rules.side_effect_findings(code=code, severity=severity, onset_at=onset_at, at=at)
    if stops(found):
        raise Refused(found[0].because, found[1:])
    effect = SideEffect.objects.create(
        patient=patient,
        session_id=session_id,
        code=code,
        severity=severity,
        onset_at=onset_at,
        action_taken=action_taken,
        recorded_at=at,
        recorded_by_id=by.id,
        recorded_by_name=by.name,
    )
    record(
        by=by,
        at=at,
        verb="record_side_effect",
        subject=effect,
        patient_id=patient.pk,
        details={"in_session": session_id is not None},
    )
    if severity == 0:
        _resolve(effect, by=by, at=at, resolved_at=onset_at)
    return effect


@action
def ask_again(
    *, key: UUID, by: Actor, at: datetime, patient_id: UUID, effect_id: UUID, severity: int
) -> EffectAsking:
    """Record how strong a side effect is now; 0 resolves it.

    :raises Refused: it is over already, or the severity is not 0 to 3
    """
    effect = _effect_of(by, patient_id, effect_id)
    if effect.state != EffectState.PRESENT.value:
        raise Refused("Record it as new: this side effect is over already.")
    if severity not in rules.SEVERITY_WORDS:
        raise Refused("Choose how strong it is, from 0 to 3.", field="severity")
    asking = EffectAsking.objects.create(
        effect=effect, severity=severity, asked_at=at, by_id=by.id, by_name=by.name
    )
    record(by=by, at=at, verb="ask_again", subject=effect, patient_id=effect.patient_id)
    if severity == 0:
        _resolve(effect, by=by, at=at, resolved_at=at)
    return asking


@action
def resolve_side_effect(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    effect_id: UUID,
    resolved_at: datetime,
    patient_id: UUID | None = None,
) -> SideEffect:
    """Record when a side effect ended.

    :raises Refused: it ended before it began, or in the future
    """
    effect = _effect_of(by, patient_id, effect_id)
    if resolved_at < effect.onset_at:
        raise Refused("Enter an end after the start.", field="resolved_at")
    if resolved_at > at:
        raise Refused("Enter an end that is not in the future.", field="resolved_at")
    _resolve(effect, by=by, at=at, resolved_at=resolved_at)
    return effect


@action
def mark_side_effect_in_error(
    *, key: UUID, by: Actor, at: datetime, patient_id: UUID, effect_id: UUID, reason: str
) -> SideEffect:
    """Strike a side effect through; it stays readable and counts no more.

    :raises Refused: no reason was given
    """
    effect = _effect_of(by, patient_id, effect_id)
    if not reason.strip():
        raise Refused("Enter why this entry is wrong.", field="reason")
    move(
        subject=effect,
        table=EFFECT,
        move=EffectMove.MARK_IN_ERROR,
        by=by,
        at=at,
        reason=reason.strip(),
        patient_id=effect.patient_id,
    )
    return effect


def _effect_of(by: Actor, patient_id: UUID | None, effect_id: UUID) -> SideEffect:
    effect = queries.side_effect_row(patient_id, effect_id)
    patients.patient_for(by.site_id, effect.patient_id)
    return effect


def _resolve(effect: SideEffect, *, by: Actor, at: datetime, resolved_at: datetime) -> None:
    move(
        subject=effect,
        table=EFFECT,
        move=EffectMove.RESOLVE,
        by=by,
        at=at,
        patient_id=effect.patient_id,
        also={"resolved_at": resolved_at},
    )
