"""A wrong time or rate in the pump's log: a new row supersedes the old one, and both are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.audit.actions import action, derived_key, record
from serein.core.errors import Refused
from serein.infusions import queries
from serein.infusions.actions.claimed import claimed
from serein.infusions.actions.pump import event_for
from serein.infusions.models import InfusionSession, SessionEvent
from serein.infusions.rules.delivered import CARRIES_RATE, EventKind, PumpEvent, check_order, pauses
from serein.infusions.rules.titration import check_rate, check_time
from serein.infusions.states import WENT_HOME, SessionState
from serein.monitoring import actions as monitoring

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from serein.core.actors import Actor


@action
def correct_event(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    event_id: UUID,
    occurred_at: datetime,
    rate_ml_per_h: Decimal | None = None,
    reason: str,
) -> SessionEvent:
    """Correct the time or the rate of one row of the log.

    The start and the stop keep their place in the clinic's clock once the patient has gone home;
    then an addendum to the note is the way.

    :raises Refused: no reason, the log would not hold together, or the patient has gone home
    :raises NotFound: not a row of this visit
    """
    if not reason.strip():
        raise Refused("Enter the reason for the correction.", field="reason")
    visit = claimed(by, session_id)
    if SessionState(visit.state) in WENT_HOME:
        raise Refused("Add an addendum to the note: the patient has gone home already.")
    old = event_for(visit, event_id)
    kind = EventKind(old.kind)
    rate = (rate_ml_per_h or old.rate_ml_per_h) if kind in CARRIES_RATE else None
    if rate is not None:
        check_rate(rate, ordered_ml_per_h=visit.rate_ml_per_h, is_prescriber=True, reason=reason)
    _check_log(visit, old, PumpEvent(kind, occurred_at, rate), at)
    new = SessionEvent.objects.create(
        session=visit,
        place=old.place,
        kind=old.kind,
        occurred_at=occurred_at,
        recorded_at=at,
        rate_ml_per_h=rate,
        reason=reason.strip(),
        by_id=by.id,
        by_name=by.name,
        supersedes=old,
    )
    _restate(visit, key=key, by=by, at=at)
    record(
        by=by,
        at=at,
        verb="correct_event",
        subject=new,
        patient_id=visit.patient_id,
        details={"kind": old.kind, "supersedes": str(old.pk)},
    )
    return new


def _check_log(visit: InfusionSession, old: SessionEvent, new: PumpEvent, at: datetime) -> None:
    check_time(
        new.occurred_at,
        at=at,
        not_before=visit.checked_in_at,
        after_what="the check-in",
        zone=zone_of(visit.site_id),
    )
    check_order(
        [
            new if fact.event_id == old.pk else fact.event
            for fact in queries.events_of(visit.pk)
            if not fact.is_superseded
        ]
    )


def _restate(visit: InfusionSession, *, key: UUID, by: Actor, at: datetime) -> None:
    """Let start, stop and pauses follow the corrected log, here and in the monitoring period."""
    log = queries.log_of(visit.pk)
    visit.started_at = log[0].occurred_at
    if log[-1].kind is EventKind.STOP:
        visit.stopped_at = log[-1].occurred_at
    visit.save(update_fields=["started_at", "stopped_at"])
    monitoring.restate_course(
        key=derived_key(key, "monitoring"),
        by=by,
        at=at,
        period_id=visit.period_id,
        started_at=visit.started_at,
        stopped_at=visit.stopped_at,
        pauses=pauses(log),
    )
