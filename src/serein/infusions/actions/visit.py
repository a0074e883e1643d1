"""The frame of a visit: the patient comes, the gate opens, or the visit does not take place."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db.models import Q

from serein.audit.actions import action, derived_key, move, record
from serein.core.errors import Refused
from serein.infusions import queries
from serein.infusions.actions.claimed import claimed, need_state
from serein.infusions.models import InfusionSession
from serein.infusions.rules.gate import as_findings
from serein.infusions.rules.titration import on_the_minute
from serein.infusions.states import BEFORE_START, IN_THE_CHAIR, TABLE, Move, SessionState
from serein.monitoring import actions as monitoring
from serein.scheduling import actions as scheduling
from serein.scheduling import queries as appointments

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


@action
def check_in(*, key: UUID, by: Actor, at: datetime, appointment_id: UUID) -> InfusionSession:
    """Open the visit of a booked appointment: mark it arrived, open its monitoring period.

    The order of the plan in force is copied, so that what was ordered for this visit stays.

    :raises Refused: no signed plan, the chair or the patient is in another open visit, or the
        appointment cannot be marked as arrived
    :raises NotFound: not an appointment of this site
    """
    booked = appointments.appointment(appointment_id, by.site_id)
    order = queries.order_in_force(booked.patient_id)
    _check_free(booked.patient_id, booked.chair_id)
    scheduling.mark_arrived(
        key=derived_key(key, "arrived"), by=by, at=at, appointment_id=appointment_id
    )
    visit = InfusionSession(
        site_id=by.site_id,
        patient_id=booked.patient_id,
        appointment_id=appointment_id,
        chair_id=booked.chair_id,
        chair_name=booked.chair_name,
        number=booked.number,
        checked_in_at=on_the_minute(at),
        **asdict(order),
    )
    visit.period_id = monitoring.open_period(
        key=derived_key(key, "period"),
        by=by,
        at=at,
        patient_id=booked.patient_id,
        chair_id=booked.chair_id,
        post_for_min=int(queries.watch_for(visit, at).total_seconds() // 60),
    ).pk
    visit.save(force_insert=True)
    _move(visit, Move.CHECK_IN, by=by, at=at)
    return visit


def _check_free(patient_id: UUID, chair_id: UUID) -> None:
    in_chair = InfusionSession.objects.filter(state__in=[state.value for state in IN_THE_CHAIR])
    met = in_chair.filter(Q(patient_id=patient_id) | Q(chair_id=chair_id))
    whose = set(met.values_list("patient_id", flat=True))
    if patient_id in whose:
        raise Refused("Finish the patient's open visit first: one is open already.")
    if whose:
        raise Refused("Choose another chair: a visit is still open in this one.")


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


@action
def renew_order(*, key: UUID, by: Actor, at: datetime, session_id: UUID) -> InfusionSession:
    """Take over the newest signed order before the start. The second check must follow again.

    :raises Refused: the infusion was started, or no plan is in force
    """
    visit = claimed(by, session_id)
    need_state(visit, *BEFORE_START, mend="Ask the prescriber: the infusion has started already.")
    for name, value in asdict(queries.order_in_force(visit.patient_id)).items():
        setattr(visit, name, value)
    visit.save()
    record(by=by, at=at, verb="renew_order", subject=visit, patient_id=visit.patient_id)
    return visit


@action
def clear_session(*, key: UUID, by: Actor, at: datetime, session_id: UUID) -> InfusionSession:
    """Open the start gate, judged from the facts of this moment.

    :raises Refused: with one finding for each condition that is not met
    """
    visit = claimed(by, session_id)
    check_gate(visit, at)
    _move(visit, Move.CLEAR, by=by, at=at)
    return visit


def check_gate(visit: InfusionSession, at: datetime) -> None:
    """See that every condition of the start is met now.

    :raises Refused: with one finding for each condition that is not
    """
    findings = as_findings(queries.start_gate(visit, at))
    if findings:
        count = "one condition is" if len(findings) == 1 else f"{len(findings)} conditions are"
        raise Refused(f"Complete the start conditions: {count} not met.", findings)


@action
def cancel_session(
    *, key: UUID, by: Actor, at: datetime, session_id: UUID, reason: str
) -> InfusionSession:
    """End a visit in which nothing was infused. The appointment is cancelled with it.

    :raises Refused: no reason was given, or the infusion has started
    """
    if not reason.strip():
        raise Refused("Enter the reason why the visit does not take place.", field="reason")
    visit = claimed(by, session_id)
    need_state(
        visit,
        *BEFORE_START,
        SessionState.BOOKED,
        mend="Stop the infusion and discharge the patient: it has started already.",
    )
    _move(visit, Move.CANCEL, by=by, at=at, reason=reason)
    monitoring.close_period(key=derived_key(key, "period"), by=by, at=at, period_id=visit.period_id)
    scheduling.cancel_appointment(
        key=derived_key(key, "appointment"),
        by=by,
        at=at,
        appointment_id=visit.appointment_id,
        reason=reason,
    )
    return visit
