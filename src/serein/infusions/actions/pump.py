"""What is done at the pump. A stop is never refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.permissions import Role
from serein.audit.actions import action, derived_key, move, record
from serein.core.errors import NotFound, Refused
from serein.infusions import queries
from serein.infusions.actions.claimed import (
    checked_moment,
    claimed,
    last_moment,
    need_state,
)
from serein.infusions.actions.visit import check_gate
from serein.infusions.models import InfusionSession, SessionEvent
from serein.infusions.rules.delivered import EventKind
from serein.infusions.rules.titration import check_rate, check_start_rate, settled_stop
from serein.infusions.states import DRUG_IN_USE, TABLE, Move, SessionState
from serein.monitoring import actions as monitoring

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from serein.core.actors import Actor

MAY_EXCEED_ORDER = frozenset({Role.PRESCRIBER.value, Role.MEDICAL_DIRECTOR.value})
NOT_SAID = "not stated"


def append(
    visit: InfusionSession,
    kind: EventKind,
    *,
    by: Actor,
    at: datetime,
    occurred_at: datetime,
    rate_ml_per_h: Decimal | None = None,
    reason: str = "",
) -> SessionEvent:
    """Write the next row of the pump's log; the visit must be claimed."""
    return SessionEvent.objects.create(
        session=visit,
        place=SessionEvent.objects.filter(session=visit, supersedes__isnull=True).count() + 1,
        kind=kind.value,
        occurred_at=occurred_at,
        recorded_at=at,
        rate_ml_per_h=rate_ml_per_h,
        reason=reason.strip(),
        by_id=by.id,
        by_name=by.name,
    )


@action
def start_infusion(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    occurred_at: datetime,
    rate_ml_per_h: Decimal,
) -> InfusionSession:
    """Start the infusion, if the gate stands open at this very moment.

    :raises Refused: a condition is not met any more, the rate is above the ordered and checked
        one, or the time cannot be
    """
    visit = claimed(by, session_id)
    need_state(visit, SessionState.READY, mend="Clear the visit first: it is not ready to start.")
    check_gate(visit, at)
    check_start_rate(rate_ml_per_h, ordered_ml_per_h=visit.rate_ml_per_h)
    occurred_at = checked_moment(visit, occurred_at, at)
    append(
        visit, EventKind.START, by=by, at=at, occurred_at=occurred_at, rate_ml_per_h=rate_ml_per_h
    )
    move(
        subject=visit,
        table=TABLE,
        move=Move.START,
        by=by,
        at=at,
        patient_id=visit.patient_id,
        also={"started_at": occurred_at},
    )
    monitoring.mark_started(
        key=derived_key(key, "monitoring"),
        by=by,
        at=at,
        period_id=visit.period_id,
        started_at=occurred_at,
    )
    return visit


@action
def change_rate(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    occurred_at: datetime,
    rate_ml_per_h: Decimal,
    reason: str = "",
) -> SessionEvent:
    """Chart a new rate of the running pump.

    :raises Refused: not running, a rate that this person may not set, or a time that cannot be
    """
    visit = claimed(by, session_id)
    need_state(visit, SessionState.RUNNING, mend="Resume first: the infusion is not running.")
    _check_rate(visit, by, rate_ml_per_h, reason)
    occurred_at = checked_moment(visit, occurred_at, at)
    event = append(
        visit,
        EventKind.RATE,
        by=by,
        at=at,
        occurred_at=occurred_at,
        rate_ml_per_h=rate_ml_per_h,
        reason=reason,
    )
    record(by=by, at=at, verb="change_rate", subject=event, patient_id=visit.patient_id)
    return event


def _check_rate(visit: InfusionSession, by: Actor, rate_ml_per_h: Decimal, reason: str) -> None:
    check_rate(
        rate_ml_per_h,
        ordered_ml_per_h=visit.rate_ml_per_h,
        is_prescriber=by.role in MAY_EXCEED_ORDER,
        reason=reason.strip(),
    )


@action
def pause(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    occurred_at: datetime,
    reason: str = "",
) -> InfusionSession:
    """Chart that the pump stands still.

    :raises Refused: not running, or a time that cannot be
    """
    visit = claimed(by, session_id)
    need_state(visit, SessionState.RUNNING, mend="Reload the page: the infusion is not running.")
    occurred_at = checked_moment(visit, occurred_at, at)
    append(visit, EventKind.PAUSE, by=by, at=at, occurred_at=occurred_at, reason=reason)
    _move(visit, Move.PAUSE, by=by, at=at, reason=reason)
    monitoring.mark_paused(
        key=derived_key(key, "monitoring"),
        by=by,
        at=at,
        period_id=visit.period_id,
        paused_at=occurred_at,
    )
    return visit


@action
def resume(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    occurred_at: datetime,
    rate_ml_per_h: Decimal,
    reason: str = "",
) -> InfusionSession:
    """Chart that the pump runs again, and at which rate.

    :raises Refused: not paused, a rate that this person may not set, or a time that cannot be
    """
    visit = claimed(by, session_id)
    need_state(visit, SessionState.PAUSED, mend="Reload the page: the infusion is not paused.")
    _check_rate(visit, by, rate_ml_per_h, reason)
    occurred_at = checked_moment(visit, occurred_at, at)
    append(
        visit,
        EventKind.RESUME,
        by=by,
        at=at,
        occurred_at=occurred_at,
        rate_ml_per_h=rate_ml_per_h,
        reason=reason,
    )
    _move(visit, Move.RESUME, by=by, at=at, reason=reason)
    monitoring.mark_resumed(
        key=derived_key(key, "monitoring"),
        by=by,
        at=at,
        period_id=visit.period_id,
        resumed_at=occurred_at,
    )
    return visit


@action
def stop(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    occurred_at: datetime,
    reason: str = "",
) -> InfusionSession:
    """Chart that the infusion has ended. Never refused while there is something to stop.

    A time that cannot be is brought to the nearest that can. Who presses after somebody else has
    stopped it changes nothing and is told so by the page.

    :raises Refused: the infusion was never started
    """
    visit = claimed(by, session_id)
    if visit.stopped_at is not None:
        record(by=by, at=at, verb="stop_again", subject=visit, patient_id=visit.patient_id)
        return visit
    need_state(visit, *DRUG_IN_USE, mend="Cancel the visit instead: nothing is running.")
    not_before, _ = last_moment(visit)
    stopped_at = settled_stop(occurred_at, at=at, not_before=not_before)
    why = reason.strip() or NOT_SAID
    append(visit, EventKind.STOP, by=by, at=at, occurred_at=stopped_at, reason=why)
    move(
        subject=visit,
        table=TABLE,
        move=Move.STOP,
        by=by,
        at=at,
        reason=why,
        patient_id=visit.patient_id,
        also={"stopped_at": stopped_at},
    )
    monitoring.mark_stopped(
        key=derived_key(key, "monitoring"),
        by=by,
        at=at,
        period_id=visit.period_id,
        stopped_at=stopped_at,
    )
    return visit


def _move(visit: InfusionSession, step: Move, *, by: Actor, at: datetime, reason: str = "") -> None:
    move(
        subject=visit,
        table=TABLE,
        move=step,
        by=by,
        at=at,
        reason=reason,
        patient_id=visit.patient_id,
    )


def event_for(visit: InfusionSession, event_id: UUID) -> SessionEvent:
    """Return a standing row of the log of this visit.

    :raises NotFound: not of this visit
    :raises Refused: corrected already
    """
    found: SessionEvent | None = SessionEvent.objects.filter(session=visit, pk=event_id).first()
    if found is None:
        raise NotFound
    if any(
        fact.event_id == event_id and fact.is_superseded for fact in queries.events_of(visit.pk)
    ):
        raise Refused("Reload the page: someone else corrected this entry first.")
    return found
