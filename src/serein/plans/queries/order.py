"""What an order is judged on: the patient's body, the protocol, and what was in force before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from serein.assessments.queries import latest_scores
from serein.patients.queries import height_at, patient_for, weight_at
from serein.plans.queries.plans import PlanFact, versions_of
from serein.plans.rules import PROTOCOLS, Before, Body, Judged, Terms, change_finding, judge

if TYPE_CHECKING:
    from uuid import UUID


def body_of(site_id: UUID, patient_id: UUID, at: datetime) -> Body:
    """Gather what a dose is worked out on: the newest weight and height, and the recorded sex.

    :raises NotFound: not a patient of this site
    """
    patient = patient_for(site_id, patient_id)
    weight, height = weight_at(patient_id, at), height_at(patient_id, at)
    return Body(
        weight_kg=weight.value if weight else None,
        weight_at=weight.measured_at if weight else None,
        height_cm=height.value if height else None,
        sex=str(patient.sex),
        is_weight_measured=weight is None or weight.method == "measured",
    )


def scores_seen(patient_id: UUID) -> dict[str, str]:
    """Return the newest totals of the symptom scales, as they stood when a plan was written."""
    return {
        code: str(fact.total)
        for code, fact in sorted(latest_scores(patient_id).items())
        if fact.total is not None
    }


def work_out(
    site_id: UUID,
    patient_id: UUID,
    protocol_code: str,
    terms: Terms,
    at: datetime,
    plan: PlanFact | None = None,
) -> Judged:
    """Work out and judge an order on the newest weight; ``plan`` is what it would change.

    :raises NotFound: not a patient of this site
    """
    body = body_of(site_id, patient_id, at)
    return judge(terms, body, PROTOCOLS[protocol_code], at, changed_from(plan))


def judge_stored(site_id: UUID, plan: PlanFact, at: datetime) -> Judged:
    """Judge a stored version on the day it is signed: its weight in date, and still the weight."""
    now = body_of(site_id, plan.patient_id, at)
    body = Body(
        weight_kg=plan.actual_weight_kg,
        weight_at=plan.weight_measured_at,
        height_cm=plan.height_cm,
        sex=now.sex,
    )
    judged = judge(plan.terms, body, PROTOCOLS[plan.protocol_code], at, last_signed(plan))
    moved = change_finding(plan.actual_weight_kg, now.weight_kg) if now.weight_kg else None
    if moved is None:
        return judged
    return Judged(judged.terms, judged.weight, judged.dose, (moved, *judged.findings))


def changed_from(plan: PlanFact | None) -> Before | None:
    """Return what a change of this plan would change: the signed version, or the last one signed."""
    if plan is None:
        return None
    if plan.is_in_force:
        return Before(plan.mg_per_kg, plan.minutes)
    return last_signed(plan)


def last_signed(plan: PlanFact) -> Before | None:
    """Return the version that was signed before this one, if any."""
    for older in versions_of(plan.plan_id):
        if older.version_number < plan.version_number and older.signed_at is not None:
            return Before(older.mg_per_kg, older.minutes)
    return None
