"""Writing and signing one order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may
from serein.core.errors import Refused
from serein.core.findings import Finding, Weight
from serein.eligibility import queries as eligibility
from serein.plans import queries
from serein.plans.models import PlanSignature, PlanVersion, TreatmentPlan
from serein.plans.rules import (
    PROTOCOLS,
    Body,
    Judged,
    Protocol,
)

if TYPE_CHECKING:
    from serein.core.actors import Actor
    from serein.plans.queries import PlanFact

ELIGIBLE = ("eligible", "eligible_with_conditions")


def protocol_named(code: str) -> Protocol:
    """Return a protocol.

    :raises Refused: there is none of this code
    """
    if code not in PROTOCOLS:
        raise Refused("Choose a protocol from the list.", field="protocol_code")
    return PROTOCOLS[code]


def refuse_if_stopped(judged: Judged) -> None:
    """Let nothing through that a finding stops.

    :raises Refused: with every finding that stops, each in its own words
    """
    standing = [finding for finding in judged.findings if finding.weight is Weight.STOPS]
    if standing or judged.dose is None:
        first, *others = standing
        raise Refused(first.because, findings=others)


def refuse_without_reason(findings: tuple[Finding, ...], reason: str) -> None:
    """Ask for a reason where a finding needs review.

    :raises Refused: no reason is given, with the findings that ask for one
    """
    soft = [finding for finding in findings if finding.weight is Weight.NEEDS_REVIEW]
    if soft and not reason.strip():
        raise Refused(
            "Enter the reason for what is outside the usual.",
            findings=soft,
            field="reason_for_soft",
        )


def refuse_unless_signer(by: Actor) -> None:
    """Let only those sign who may.

    :raises Refused: the role may not sign plans
    """
    if not may(by.role, Act.SIGN_PLAN):
        raise Refused("Ask a prescriber to sign: your role may not sign plans.")


def refuse_unless_eligible(plan: PlanFact) -> None:
    """Let only an eligible patient's plan be signed.

    :raises Refused: nobody has determined eligibility, or the patient is not eligible
    """
    standing = eligibility.standing(plan.patient_id)
    if standing is None:
        raise Refused("Determine eligibility first: nobody has decided on it yet.")
    if str(standing.outcome) not in ELIGIBLE:
        words = str(standing.outcome).replace("_", " ")
        raise Refused(f"Determine eligibility again first: the standing decision is “{words}”.")


def write_version(
    plan: TreatmentPlan, judged: Judged, body: Body, *, by: Actor, at: datetime, reason: str
) -> PlanVersion:
    """Store one version with what was seen when it was written."""
    terms, dose = judged.terms, judged.dose
    if dose is None or body.weight_kg is None or body.weight_at is None:
        raise Refused("Weigh the patient first: without a weight there is no dose.")
    return PlanVersion.objects.create(
        plan=plan,
        number=plan.versions.count() + 1,
        mg_per_kg=terms.mg_per_kg,
        minutes=terms.minutes,
        weight_basis=terms.weight_basis,
        weight_kg=dose.inputs.weight_kg,
        actual_weight_kg=body.weight_kg,
        weight_measured_at=body.weight_at,
        height_cm=body.height_cm,
        ceiling_mg=terms.ceiling_mg,
        vial_mg_per_ml=terms.vial_mg_per_ml,
        preparation=terms.preparation,
        bag_strength_mg_per_ml=terms.bag_mg_per_ml,
        bag_ml=terms.bag_ml,
        infusions=terms.infusions,
        min_gap_hours=terms.min_gap_hours,
        max_gap_days=terms.max_gap_days,
        reason=reason,
        seen={
            "scores": queries.scores_seen(plan.patient_id),
            "findings": [finding.code for finding in judged.findings],
        },
        written_at=at,
        written_by_id=by.id,
        written_by_name=by.name,
    )


def sign_version(
    version: PlanVersion, *, by: Actor, at: datetime, reason_for_soft: str
) -> PlanSignature:
    """Put a prescriber's name under a version."""
    return PlanSignature.objects.create(
        version=version,
        signed_at=at,
        signed_by_id=by.id,
        signed_by_name=by.name,
        reason_for_soft=reason_for_soft,
    )
