"""Orders to a chair: given, read back, carried out and charted, declined, or taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.audit.actions import action, derived_key, record
from serein.core.clinic_time import clock
from serein.core.errors import Refused
from serein.infusions.actions.claimed import checked_moment, claimed, need_state
from serein.infusions.actions.pump import append, pause, stop
from serein.infusions.models import ChairOrder, OrderEnd, ReadBack
from serein.infusions.queries.orders_given import given_order, orders_of
from serein.infusions.rules.delivered import EventKind
from serein.infusions.rules.orders import (
    AT_THE_PUMP,
    OrderEnding,
    OrderKind,
    OrderState,
    Said,
    agrees,
    check_possible,
    check_said,
)
from serein.infusions.rules.titration import check_rate
from serein.infusions.states import SessionState
from serein.monitoring import queries as monitored

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.infusions.models import InfusionSession
    from serein.infusions.queries.orders_given import GivenOrder

OVER = "Reload the page: this order is over."


@action
def order_change(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    kind: str,
    rate_ml_per_h: Decimal | None = None,
    note: str = "",
) -> ChairOrder:
    """Order something at a chair. An open order for the pump is replaced by a new one.

    :raises Refused: it makes no sense for the visit as it stands, or the rate cannot be
    """
    visit = claimed(by, session_id)
    said = Said(OrderKind(kind), rate_ml_per_h)
    check_possible(said.kind, SessionState(visit.state))
    check_said(said)
    if said.rate_ml_per_h is not None:
        _check_rate(visit, said.rate_ml_per_h, note)
    for standing in orders_of(session_id):
        if standing.is_open and {standing.said.kind, said.kind} <= AT_THE_PUMP:
            _end(standing, OrderEnding.REPLACED, by=by, at=at)
    made = ChairOrder.objects.create(
        session=visit,
        kind=said.kind.value,
        rate_ml_per_h=said.rate_ml_per_h,
        note=note.strip(),
        at=at,
        by_id=by.id,
        by_name=by.name,
    )
    record(by=by, at=at, verb="order_change", subject=made, patient_id=visit.patient_id)
    return made


def _check_rate(visit: InfusionSession, rate_ml_per_h: Decimal, note: str) -> None:
    check_rate(
        rate_ml_per_h,
        ordered_ml_per_h=visit.rate_ml_per_h,
        is_prescriber=True,
        reason=note.strip(),
    )


@action
def read_back(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    order_id: UUID,
    kind: str,
    rate_ml_per_h: Decimal | None = None,
) -> ReadBack:
    """Keep what was read back. Only words that agree make the order stand; others are kept too.

    :raises Refused: whoever ordered reads back, or the order waits for no reading back
    """
    visit = claimed(by, session_id)
    order = given_order(session_id, order_id)
    if order.by_id == by.id:
        raise Refused("Ask another person to read it back: you gave this order.")
    if order.state is not OrderState.TO_READ_BACK:
        raise Refused("Reload the page: this order does not wait to be read back.")
    said = Said(OrderKind(kind), rate_ml_per_h)
    check_said(said)
    made = ReadBack.objects.create(
        order_id=order_id,
        kind=said.kind.value,
        rate_ml_per_h=said.rate_ml_per_h,
        is_match=agrees(order.said, said),
        ordered_by_id=order.by_id,
        at=at,
        by_id=by.id,
        by_name=by.name,
    )
    record(
        by=by,
        at=at,
        verb="read_back",
        subject=made,
        patient_id=visit.patient_id,
        details={"is_match": made.is_match},
    )
    return made


@action
def carry_out_order(
    *, key: UUID, by: Actor, at: datetime, session_id: UUID, order_id: UUID
) -> OrderEnd:
    """Chart at the chair that an order was carried out just now.

    A rate goes into the pump's log with whose order it was; a set of vitals has to be charted
    already.

    :raises Refused: not read back yet, or it cannot be carried out as the visit stands
    """
    visit = claimed(by, session_id)
    order = given_order(session_id, order_id)
    if order.state is not OrderState.STANDING:
        raise Refused(
            "Read the order back first." if order.is_open else OVER,
        )
    why = f"Ordered by {order.by_name}, {clock(order.given_at, zone_of(visit.site_id))}"
    inner = derived_key(key, "at the pump")
    match order.said.kind:
        case OrderKind.RATE:
            _set_rate(visit, order, by=by, at=at, reason=why)
        case OrderKind.PAUSE:
            pause(key=inner, by=by, at=at, session_id=visit.pk, occurred_at=at, reason=why)
        case OrderKind.STOP:
            stop(key=inner, by=by, at=at, session_id=visit.pk, occurred_at=at, reason=why)
        case OrderKind.VITALS:
            _check_set(visit, order)
    made = _end(order, OrderEnding.DONE, by=by, at=at)
    record(by=by, at=at, verb="carry_out_order", subject=made, patient_id=visit.patient_id)
    return made


def _set_rate(
    visit: InfusionSession, order: GivenOrder, *, by: Actor, at: datetime, reason: str
) -> None:
    need_state(visit, SessionState.RUNNING, mend="Resume first: the infusion is not running.")
    rate = order.said.rate_ml_per_h
    if rate is None:
        raise Refused(OVER)
    _check_rate(visit, rate, reason)
    moment = checked_moment(visit, at, at)
    event = append(
        visit, EventKind.RATE, by=by, at=at, occurred_at=moment, rate_ml_per_h=rate, reason=reason
    )
    record(by=by, at=at, verb="change_rate", subject=event, patient_id=visit.patient_id)


def _check_set(visit: InfusionSession, order: GivenOrder) -> None:
    last = monitored.latest_vitals(visit.period_id)
    if last is None or last.recorded_at < order.given_at:
        raise Refused("Chart a set of vitals first: none was charted since the order.")


@action
def decline_order(
    *, key: UUID, by: Actor, at: datetime, session_id: UUID, order_id: UUID, reason: str
) -> OrderEnd:
    """Say at the chair that an order is not carried out, and why.

    :raises Refused: no reason, or the order is over
    """
    if not reason.strip():
        raise Refused("Enter the reason: the prescriber reads it.", field="reason")
    return _ended(by, at, session_id, order_id, OrderEnding.DECLINED, reason.strip())


@action
def withdraw_order(
    *, key: UUID, by: Actor, at: datetime, session_id: UUID, order_id: UUID
) -> OrderEnd:
    """Take an order back that was not carried out yet.

    :raises Refused: the order is over
    """
    return _ended(by, at, session_id, order_id, OrderEnding.WITHDRAWN, "")


def _ended(
    by: Actor, at: datetime, session_id: UUID, order_id: UUID, how: OrderEnding, reason: str
) -> OrderEnd:
    visit = claimed(by, session_id)
    order = given_order(session_id, order_id)
    if not order.is_open:
        raise Refused(OVER)
    made = _end(order, how, by=by, at=at, reason=reason)
    record(by=by, at=at, verb=f"order_{how.value}", subject=made, patient_id=visit.patient_id)
    return made


def _end(
    order: GivenOrder, how: OrderEnding, *, by: Actor, at: datetime, reason: str = ""
) -> OrderEnd:
    return OrderEnd.objects.create(
        order_id=order.order_id,
        how=how.value,
        reason=reason,
        at=at,
        by_id=by.id,
        by_name=by.name,
    )
