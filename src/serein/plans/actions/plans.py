"""Drafting, signing, changing and ending a plan, and booking its visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.audit.actions import action, derived_key, move, record
from serein.core.errors import NotFound, Refused, SomeoneActedFirst
from serein.plans import queries
from serein.plans.actions import order
from serein.plans.models import TreatmentPlan
from serein.plans.rules import judge, terms_from
from serein.plans.states import PLAN, PlanMove, PlanState
from serein.scheduling import actions as scheduling
from serein.scheduling.queries import standing_of_series
from serein.scheduling.rules import Visit

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.plans.queries import PlanFact


@action
def draft_plan(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    protocol_code: str,
    mg_per_kg: Decimal,
    minutes: int,
    weight_basis: str = "actual",
    ceiling_mg: Decimal = Decimal(100),
    vial_mg_per_ml: Decimal = Decimal(50),
    bag_mg_per_ml: Decimal | None = None,
    preparation: str = "strength",
    bag_ml: Decimal | None = None,
    infusions: int | None = None,
    min_gap_hours: int | None = None,
    max_gap_days: int | None = None,
) -> TreatmentPlan:
    """Draft a plan from a protocol on the newest weight. What the schedule leaves out is the protocol's.

    :raises Refused: a finding stops the order; every such finding is named
    :raises NotFound: not a patient of this site
    """
    protocol = order.protocol_named(protocol_code)
    body = queries.body_of(by.site_id, patient_id, at)
    terms = terms_from(
        protocol,
        mg_per_kg=mg_per_kg,
        minutes=minutes,
        weight_basis=weight_basis,
        ceiling_mg=ceiling_mg,
        vial_mg_per_ml=vial_mg_per_ml,
        preparation=preparation,
        bag_mg_per_ml=bag_mg_per_ml,
        bag_ml=bag_ml,
        infusions=infusions,
        min_gap_hours=min_gap_hours,
        max_gap_days=max_gap_days,
    )
    judged = judge(terms, body, protocol, at)
    order.refuse_if_stopped(judged)
    plan = TreatmentPlan.objects.create(
        patient_id=patient_id, protocol_code=protocol.code, drafted_at=at
    )
    order.write_version(plan, judged, body, by=by, at=at, reason="")
    record(
        by=by,
        at=at,
        verb="draft_plan",
        subject=plan,
        patient_id=patient_id,
        details={"protocol": protocol.code, "findings": len(judged.findings)},
    )
    return plan


@action
def sign_plan(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    plan_id: UUID,
    reason_for_soft: str = "",
    seen_version: int | None = None,
) -> TreatmentPlan:
    """Sign a draft, which puts it in force. ``seen_version`` is the number the signer read.

    :raises Refused: not eligible, another plan is in force, the weight is out of date or has
        changed, a finding stops the order, or a reason is missing
    :raises SomeoneActedFirst: there is a newer version than the one read
    :raises NotFound: not a plan of this site
    """
    row, plan = _load(plan_id, by, seen_version)
    order.refuse_unless_signer(by)
    order.refuse_unless_eligible(plan)
    if queries.plan_in_force(plan.patient_id) is not None:
        raise Refused("Complete or stop the plan in force first: a patient has one at a time.")
    judged = queries.judge_stored(by.site_id, plan, at)
    order.refuse_if_stopped(judged)
    order.refuse_without_reason(judged.findings, reason_for_soft)
    version = row.versions.get(number=plan.version_number)
    order.sign_version(version, by=by, at=at, reason_for_soft=reason_for_soft)
    _step(row, PlanMove.SIGN, by, at)
    return row


@action
def change_plan(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    plan_id: UUID,
    reason: str,
    reason_for_soft: str = "",
    seen_version: int | None = None,
    mg_per_kg: Decimal | None = None,
    minutes: int | None = None,
    weight_basis: str | None = None,
    ceiling_mg: Decimal | None = None,
    vial_mg_per_ml: Decimal | None = None,
    bag_mg_per_ml: Decimal | None = None,
    preparation: str | None = None,
    bag_ml: Decimal | None = None,
    infusions: int | None = None,
    min_gap_hours: int | None = None,
    max_gap_days: int | None = None,
) -> TreatmentPlan:
    """Write a new version on today's weight; what is left out stays. In force it is signed at once.

    Visits already booked get the new length, or the change is refused.

    :raises Refused: no reason is given, a finding stops the order, or booked visits do not fit
    :raises SomeoneActedFirst: there is a newer version than the one read
    :raises NotFound: not a plan of this site
    """
    row, plan = _load(plan_id, by, seen_version)
    if plan.state not in (PlanState.DRAFT, PlanState.SIGNED):
        raise Refused("Draft a new plan: this one has ended.")
    if not reason.strip():
        raise Refused("Enter why the plan changes.", field="reason")
    protocol = order.protocol_named(plan.protocol_code)
    how = preparation or plan.preparation
    terms = terms_from(
        protocol,
        mg_per_kg=mg_per_kg or plan.mg_per_kg,
        minutes=minutes or plan.minutes,
        weight_basis=weight_basis or plan.weight_basis,
        ceiling_mg=ceiling_mg or plan.ceiling_mg,
        vial_mg_per_ml=vial_mg_per_ml or plan.vial_mg_per_ml,
        preparation=how,
        bag_mg_per_ml=bag_mg_per_ml or (plan.bag_mg_per_ml if plan.bag_ml is None else None),
        bag_ml=bag_ml or plan.bag_ml,
        infusions=infusions or plan.infusions,
        min_gap_hours=min_gap_hours or plan.min_gap_hours,
        max_gap_days=max_gap_days or plan.max_gap_days,
    )
    _check_infusions(plan, terms.infusions)
    body = queries.body_of(by.site_id, plan.patient_id, at)
    is_signed = plan.state is PlanState.SIGNED
    judged = judge(terms, body, protocol, at, queries.changed_from(plan))
    order.refuse_if_stopped(judged)
    if is_signed:
        order.refuse_unless_signer(by)
        order.refuse_without_reason(judged.findings, reason_for_soft)
        _fit_visits(key, plan, terms.minutes, terms.min_gap_hours, terms.max_gap_days, by, at)
    version = order.write_version(row, judged, body, by=by, at=at, reason=reason)
    if is_signed:
        order.sign_version(version, by=by, at=at, reason_for_soft=reason_for_soft)
    record(
        by=by,
        at=at,
        verb="change_plan",
        subject=row,
        patient_id=plan.patient_id,
        details={"version": version.number, "is_signed": is_signed},
    )
    return row


@action
def stop_plan(*, key: UUID, by: Actor, at: datetime, plan_id: UUID, reason: str) -> TreatmentPlan:
    """End a plan before its time; the visits still booked are cancelled with it.

    :raises Refused: no reason is given
    :raises MoveNotAllowed: the plan has ended already
    :raises NotFound: not a plan of this site
    """
    row, plan = _load(plan_id, by)
    if not reason.strip():
        raise Refused("Enter why the plan stops.", field="reason")
    PLAN.after(plan.state, PlanMove.STOP)
    if any(visit.state == "booked" for visit in standing_of_series(plan_id)):
        scheduling.cancel_series(
            key=derived_key(key, "visits"), by=by, at=at, series_id=plan_id, reason=reason
        )
    _step(row, PlanMove.STOP, by, at, reason)
    return row


@action
def complete_plan(*, key: UUID, by: Actor, at: datetime, plan_id: UUID) -> TreatmentPlan:
    """Say that the course of a plan is given.

    :raises Refused: visits are still booked
    :raises MoveNotAllowed: the plan is not in force
    :raises NotFound: not a plan of this site
    """
    row, plan = _load(plan_id, by)
    PLAN.after(plan.state, PlanMove.COMPLETE)
    waiting = [visit for visit in standing_of_series(plan_id) if visit.state != "done"]
    if waiting:
        raise Refused(
            f"Give or cancel the visits still open first: {len(waiting)} of {plan.infusions}."
        )
    _step(row, PlanMove.COMPLETE, by, at)
    return row


@action
def book_series(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    plan_id: UUID,
    starts: Sequence[datetime],
    chair_ids: Sequence[UUID | None] = (),
    reason: str = "",
) -> TreatmentPlan:
    """Book the visits that a plan in force still needs, all or none.

    Without chairs, one that is free is found for each visit. Visits still booked are given up for
    the new ones, which needs a reason.

    :raises Refused: the plan is not in force, the number is wrong, or a time is not to be had
    :raises NotFound: not a plan of this site
    """
    row, plan = _load(plan_id, by)
    if not plan.is_in_force:
        raise Refused("Sign the plan first: visits are booked under a plan in force.")
    needed = queries.visits_not_begun(plan)
    if len(starts) != needed:
        raise Refused(f"Choose {needed} visits: the plan has that many infusions to come.")
    chairs = list(chair_ids) or [None] * len(starts)
    first = scheduling.book_series(
        key=derived_key(key, "visits"),
        by=by,
        at=at,
        patient_id=plan.patient_id,
        series_id=plan_id,
        visits=[Visit(start, chair) for start, chair in zip(starts, chairs, strict=True)],
        infusion_minutes=plan.minutes,
        min_gap_hours=plan.min_gap_hours,
        max_gap_days=plan.max_gap_days,
        replacing_because=reason,
    )
    record(
        by=by,
        at=at,
        verb="book_series",
        subject=row,
        patient_id=plan.patient_id,
        details={"visits": len(starts), "from_number": first.number},
    )
    return row


def _load(
    plan_id: UUID, by: Actor, seen_version: int | None = None
) -> tuple[TreatmentPlan, PlanFact]:
    """Hold the plan's row until the transaction ends, so that versions are written one by one."""
    mine = TreatmentPlan.objects.filter(pk=plan_id, patient__site_id=by.site_id)
    row = mine.select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound
    plan = queries.plan_fact(plan_id)
    if seen_version is not None and seen_version != plan.version_number:
        raise SomeoneActedFirst
    return row, plan


def _step(row: TreatmentPlan, step: PlanMove, by: Actor, at: datetime, reason: str = "") -> None:
    move(subject=row, table=PLAN, move=step, by=by, at=at, reason=reason, patient_id=row.patient_id)


def _check_infusions(plan: PlanFact, infusions: int) -> None:
    standing = len(standing_of_series(plan.plan_id))
    if infusions < standing:
        raise Refused(
            f"Enter at least {standing} infusions, or cancel visits first: so many are booked or "
            f"given.",
            field="infusions",
        )


def _fit_visits(
    key: UUID,
    plan: PlanFact,
    minutes: int,
    min_gap_hours: int,
    max_gap_days: int,
    by: Actor,
    at: datetime,
) -> None:
    """Give the visits still booked the new length and gaps, before anything is audited."""
    same = (plan.minutes, plan.min_gap_hours, plan.max_gap_days)
    if same == (minutes, min_gap_hours, max_gap_days):
        return
    if any(visit.state == "booked" for visit in standing_of_series(plan.plan_id)):
        scheduling.fit_series(
            key=derived_key(key, "visits"),
            by=by,
            at=at,
            series_id=plan.plan_id,
            infusion_minutes=minutes,
            min_gap_hours=min_gap_hours,
            max_gap_days=max_gap_days,
        )
