"""What is given and scored at the chair besides the infusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.audit.actions import action, derived_key, record
from serein.core.errors import NotFound, Refused, SomeoneActedFirst
from serein.infusions import queries
from serein.infusions.actions.charting import in_the_chair
from serein.infusions.actions.claimed import claimed
from serein.infusions.models import RescueGiven, ScaleScore
from serein.infusions.rules.emergency import CALLED
from serein.infusions.rules.rescue import check_giving, standing_orders
from serein.infusions.rules.scales import check_score
from serein.monitoring import actions as monitoring

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.infusions.models import InfusionSession
    from serein.monitoring.models import VitalSet

PATIENT_ASKS = "patient_asks"


@action
def give_rescue(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    order: str,
    dose: Decimal,
    route: str,
    occurred_at: datetime,
    reason: str = "",
) -> RescueGiven:
    """Chart a drug that was given under a standing order; without a reason the order's own stands.

    :raises Refused: outside of the order, the patient has gone home, or a time that cannot be
    """
    visit = in_the_chair(by, session_id, occurred_at, at)
    orders = standing_orders()
    line = orders.order(order)
    check_giving(line, dose=dose, route=route, now=queries.rescue_moment(visit, occurred_at))
    given = RescueGiven.objects.create(
        session=visit,
        order_code=line.code,
        order_version=orders.version,
        drug=line.drug,
        dose=dose,
        unit=line.unit,
        route=route,
        reason=reason.strip() or line.indication,
        occurred_at=occurred_at,
        recorded_at=at,
        by_id=by.id,
        by_name=by.name,
    )
    record(
        by=by,
        at=at,
        verb="give_rescue",
        subject=given,
        patient_id=visit.patient_id,
        details={"order": line.code},
    )
    return given


@action
def take_back_rescue(
    *, key: UUID, by: Actor, at: datetime, session_id: UUID, rescue_id: UUID, reason: str
) -> RescueGiven:
    """Say that a charted drug was not given so; the entry stays, struck through.

    :raises Refused: no reason
    :raises SomeoneActedFirst: it was taken back already
    :raises NotFound: no such drug in this visit
    """
    visit = claimed(by, session_id)
    before = RescueGiven.objects.filter(session=visit, pk=rescue_id, supersedes=None).first()
    if before is None:
        raise NotFound
    if not reason.strip():
        raise Refused("Enter why it is taken back.", field="reason")
    if RescueGiven.objects.filter(supersedes=before).exists():
        raise SomeoneActedFirst
    made = RescueGiven.objects.create(
        session=visit,
        order_code=before.order_code,
        order_version=before.order_version,
        drug=before.drug,
        dose=before.dose,
        unit=before.unit,
        route=before.route,
        reason=reason.strip(),
        occurred_at=before.occurred_at,
        recorded_at=at,
        by_id=by.id,
        by_name=by.name,
        supersedes=before,
        is_withdrawn=True,
    )
    record(by=by, at=at, verb="take_back_rescue", subject=made, patient_id=visit.patient_id)
    return made


@action
def score_scale(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    scale: str,
    items: Sequence[int],
    occurred_at: datetime,
) -> ScaleScore:
    """Chart one score of a scale with the version that was asked.

    :raises Refused: not a score of the scale, the patient has gone home, or an impossible time
    """
    asked = check_score(scale, items)
    visit = in_the_chair(by, session_id, occurred_at, at)
    scored = ScaleScore.objects.create(
        session=visit,
        scale=asked.code,
        version=asked.version,
        items=list(items),
        total=sum(items),
        occurred_at=occurred_at,
        recorded_at=at,
        by_id=by.id,
        by_name=by.name,
    )
    record(
        by=by,
        at=at,
        verb="score_scale",
        subject=scored,
        patient_id=visit.patient_id,
        details={"scale": asked.code},
    )
    return scored


@action
def patient_asks(
    *, key: UUID, by: Actor, at: datetime, session_id: UUID, occurred_at: datetime
) -> VitalSet:
    """Chart that the patient pressed for help: it stands as a flag until a person answers it.

    :raises Refused: the patient has gone home, or a time that cannot be
    """
    visit = in_the_chair(by, session_id, occurred_at, at)
    return _charted_sign(derived_key(key, "signal"), by, at, visit, occurred_at, PATIENT_ASKS)


@action
def call_emergency(
    *, key: UUID, by: Actor, at: datetime, session_id: UUID, occurred_at: datetime
) -> VitalSet:
    """Chart that help was called: a flag to act on every screen until a person answers it.

    :raises Refused: the patient has gone home, or a time that cannot be
    """
    visit = in_the_chair(by, session_id, occurred_at, at)
    return _charted_sign(derived_key(key, "emergency"), by, at, visit, occurred_at, CALLED)


def _charted_sign(
    key: UUID, by: Actor, at: datetime, visit: InfusionSession, occurred_at: datetime, sign: str
) -> VitalSet:
    """A set of vitals that holds nothing but a sign; its flag stands until a person answers it."""
    return monitoring.record_vitals(
        key=key,
        by=by,
        at=at,
        period_id=visit.period_id,
        occurred_at=occurred_at,
        signs=(sign,),
    )
