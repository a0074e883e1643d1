"""How a patient goes home: through the discharge gate, or against advice."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from serein.accounts.permissions import Act, may
from serein.audit.actions import action, derived_key, move
from serein.core.errors import Refused
from serein.infusions import queries
from serein.infusions.actions.claimed import claimed, need_state
from serein.infusions.models import Discharge, InfusionSession
from serein.infusions.rules.discharge import ALDRETE_VERSION, Recovery, gate
from serein.infusions.rules.gate import (
    GateItem,
    MayOverride,
    Override,
    as_findings,
    open_items,
    with_overrides,
)
from serein.infusions.states import TABLE, Move, SessionState
from serein.monitoring import actions as monitoring
from serein.scheduling import actions as scheduling

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from serein.core.actors import Actor

STILL_RUNNING = "Stop the infusion first: nobody leaves with the pump in use."


@action
def discharge(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    recovery: Recovery,
    override_reason: str = "",
    left_at: datetime | None = None,
) -> InfusionSession:
    """Send the patient home, if every condition of the discharge gate is met.

    A prescriber's ``override_reason`` covers each open condition that may be overridden. The gate is
    judged for ``left_at``, when a tablet without the server kept this for a while; None means now.

    :raises Refused: with one finding for each condition that is not met
    """
    visit = claimed(by, session_id)
    need_state(visit, SessionState.RECOVERING, mend=STILL_RUNNING)
    left = _left_at(visit, left_at, at)
    items = gate(queries.discharge_facts(visit, recovery, left))
    if override_reason.strip():
        items = _overridden(items, by=by, at=at, reason=override_reason.strip())
    findings = as_findings(items)
    if findings:
        count = "one condition is" if len(findings) == 1 else f"{len(findings)} conditions are"
        raise Refused(f"Wait, or complete the discharge: {count} not met.", findings)
    _leave(
        visit,
        Move.DISCHARGE,
        key=key,
        by=by,
        at=at,
        row=Discharge.objects.create(
            is_against_advice=False,
            answers=_plain(asdict(recovery)),
            conditions=[_condition(item) for item in items],
            aldrete_version=ALDRETE_VERSION,
            escort_name=recovery.escort_name,
            contact_at=recovery.contact_at,
            reason=override_reason.strip(),
            at=left,
            by_id=by.id,
            by_name=by.name,
        ),
    )
    return visit


def _left_at(visit: InfusionSession, left_at: datetime | None, at: datetime) -> datetime:
    """Return when the patient left: not after the entry's arrival, and not before the stop."""
    moment = min(left_at or at, at)
    return max(moment, visit.stopped_at) if visit.stopped_at else moment


def _overridden(
    items: Sequence[GateItem], *, by: Actor, at: datetime, reason: str
) -> tuple[GateItem, ...]:
    if not may(by.role, Act.OVERRIDE_GATE):
        raise Refused(
            "Ask the prescriber: only a prescriber may override a condition.",
            field="override_reason",
        )
    return with_overrides(
        items,
        [
            Override(item.code, item.basis, reason, by.name, at)
            for item in open_items(items)
            if item.may_override is MayOverride.PRESCRIBER
        ],
    )


def _condition(item: GateItem) -> dict[str, str]:
    return {
        "code": item.code,
        "name": item.name,
        "verdict": item.verdict.value,
        "because": item.because,
        "source": item.source,
        "overridden_by": item.override.by_name if item.override else "",
        "override_reason": item.override.reason if item.override else "",
    }


def _plain(answers: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in answers.items()
    }


@action
def leave_against_advice(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    reason: str,
    risks_explained: bool,
    iv_out: bool,
    escort_name: str = "",
    contact_at: datetime | None = None,
    left_at: datetime | None = None,
) -> InfusionSession:
    """Record that the patient goes home although the team advised staying. Never gated.

    ``left_at`` is when, if a tablet without the server kept this for a while; None means now.

    :raises Refused: no reason was written, or the pump is still in use
    """
    if not reason.strip():
        raise Refused("Enter what the patient said.", field="reason")
    visit = claimed(by, session_id)
    need_state(visit, SessionState.RECOVERING, mend=STILL_RUNNING)
    _leave(
        visit,
        Move.LEAVE,
        key=key,
        by=by,
        at=at,
        row=Discharge.objects.create(
            is_against_advice=True,
            answers={"risks_explained": risks_explained, "iv_out": iv_out},
            conditions=[],
            escort_name=escort_name.strip(),
            contact_at=contact_at,
            reason=reason.strip(),
            at=_left_at(visit, left_at, at),
            by_id=by.id,
            by_name=by.name,
        ),
    )
    return visit


def _leave(
    visit: InfusionSession, step: Move, *, key: UUID, by: Actor, at: datetime, row: Discharge
) -> None:
    move(
        subject=visit,
        table=TABLE,
        move=step,
        by=by,
        at=at,
        reason=row.reason,
        patient_id=visit.patient_id,
        also={"discharge_id": row.pk},
    )
    monitoring.close_period(
        key=derived_key(key, "period"),
        by=by,
        at=at,
        period_id=visit.period_id,
        closed_at=row.at,
    )
    scheduling.mark_done(
        key=derived_key(key, "appointment"),
        by=by,
        at=at,
        appointment_id=visit.appointment_id,
    )
