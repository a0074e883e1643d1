"""One visit at the chair, charted as a nurse would: each step at its own minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from serein.core.errors import Refused
from serein.core.quantities import round_to
from serein.eligibility import actions as eligibility
from serein.eligibility.rules import QUESTIONS
from serein.infusions import actions as infusions
from serein.infusions.rules.discharge import Recovery
from serein.monitoring import actions as monitoring
from serein.monitoring import queries as monitoring_queries
from serein.patients import actions as patients
from serein.plans import queries as plans

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from datetime import datetime
    from random import Random
    from uuid import UUID

    from serein.demo.archetypes import Body
    from serein.demo.clinic import Clinic
    from serein.demo.people import Person
    from serein.infusions.models import InfusionSession
    from serein.plans.queries import PlanFact

_EFFECTS = (
    ("dissociation", 1, "Stayed with the patient, spoke quietly"),
    ("dizziness", 1, "Reclined the chair"),
    ("nausea", 1, "Offered a cool cloth"),
    ("visual_change", 1, "Eye mask offered"),
    ("anxiety", 2, "Grounding with the nurse"),
    ("headache", 1, "Water, dimmed the light"),
)


@dataclass(frozen=True, slots=True)
class Coming:
    """One booked visit of one person."""

    patient_id: UUID
    appointment_id: UUID
    starts_at: datetime
    number: int


def visit(
    clinic: Clinic, person: Person, body: Body, coming: Coming, chance: Random
) -> Generator[datetime, None, bool]:
    """Live through one visit; yields the moment of each next step.

    Returns whether the infusion was given.
    """
    arrived_at = coming.starts_at + timedelta(minutes=chance.randrange(4))
    yield arrived_at
    session = infusions.check_in(
        key=clinic.key(), by=clinic.staff["morgan"], at=arrived_at,
        appointment_id=coming.appointment_id,
    )  # fmt: skip
    ready_at = arrived_at + timedelta(minutes=10 + chance.randrange(3))
    yield from _prepare(clinic, person, body, session, ready_at, chance)
    started_at = ready_at + timedelta(minutes=6 + chance.randrange(3))
    yield started_at
    plan = plans.plan_in_force(coming.patient_id)
    if plan is None:
        raise Refused("Sign a plan first.")
    if not _cleared(clinic, session, started_at):
        return False
    infusions.start_infusion(
        key=clinic.key(), by=clinic.staff["sam"], at=started_at, session_id=session.pk,
        occurred_at=started_at, rate_ml_per_h=round_to(plan.dose.rate_ml_per_h, Decimal('0.1')),
    )  # fmt: skip
    stopped_at = yield from _infuse(clinic, body, session, plan, started_at, chance)
    yield from _recover(clinic, person, body, session, (started_at, stopped_at), chance)
    return True


def _cleared(clinic: Clinic, session: InfusionSession, at: datetime) -> bool:
    """Clear the visit, or send the patient home when the gate stays shut."""
    who: dict[str, Any] = {"by": clinic.staff["sam"], "at": at, "session_id": session.pk}
    for attempt in (1, 2):
        try:
            infusions.clear_session(key=clinic.key(), **who)
        except Refused as refusal:
            if attempt == 1:
                _decide_again(clinic, session.patient_id, at)
                continue
            reason = " ".join(finding.because for finding in refusal.findings) or refusal.message
            infusions.cancel_session(key=clinic.key(), reason=f"Not today: {reason}"[:400], **who)
            return False
        return True
    return False


def _decide_again(clinic: Clinic, patient_id: UUID, at: datetime) -> None:
    """The prescriber comes to the chair, asks again, and the decision is made anew."""
    codes = [question.code for question in QUESTIONS]
    eligibility.answer_screening(
        key=clinic.key(), by=clinic.staff["priya"], at=at, patient_id=patient_id,
        answers={question.code: question.safe for question in QUESTIONS}, confirmed=codes,
    )  # fmt: skip
    find_eligible(clinic, patient_id, at)


def find_eligible(clinic: Clinic, patient_id: UUID, at: datetime) -> None:
    """The prescriber finds the person eligible; where a finding stands in the way, the director."""
    whose: dict[str, Any] = {"at": at, "patient_id": patient_id}
    reason = "Benefit and risk weighed with the patient."
    try:
        eligibility.determine(
            key=clinic.key(), by=clinic.staff["priya"], outcome="eligible", reason=reason, **whose
        )
    except Refused:
        eligibility.determine(
            key=clinic.key(), by=clinic.staff["dana"], outcome="eligible_with_conditions",
            reason=reason,
            conditions="Blood pressure before each infusion; medicines reviewed each visit.",
            override_reason="Discussed in the weekly case review; reasons in the letter.", **whose,
        )  # fmt: skip


def _chart(
    clinic: Clinic, body: Body, session: InfusionSession, minute: int, stop_min: float,
    at: datetime, chance: Random,
) -> None:  # fmt: skip
    values: dict[str, Any] = body.at(minute, stop_min, chance)
    asked = minute in {20, 40}
    monitoring.record_vitals(
        key=clinic.key(), by=clinic.staff["sam"], at=at, period_id=session.period_id,
        occurred_at=at, is_confirmed=True, **values,
        nausea=chance.choice((0, 0, 0, 1, 2)) if asked else None,
        distress=chance.choice((0, 1, 1, 2, 3, 4)) if asked else None,
    )  # fmt: skip
    for flag in monitoring_queries.flags_of(session.period_id):
        if flag.acknowledged_at is None and chance.random() < 0.9:
            monitoring.acknowledge_flag(
                key=clinic.key(), by=clinic.staff["sam"], at=at, flag_id=flag.flag_id,
                action_code="repeated",
            )  # fmt: skip


def _prepare(
    clinic: Clinic, person: Person, body: Body, session: InfusionSession, ready_at: datetime,
    chance: Random,
) -> Iterator[datetime]:  # fmt: skip
    yield ready_at
    nurse = clinic.staff["sam"]
    patients.record_weight(
        key=clinic.key(), by=nurse, at=ready_at, patient_id=session.patient_id,
        weight_kg=person.weight_kg + Decimal(chance.randrange(-6, 7)) / 10, method="measured",
        measured_at=ready_at, is_confirmed=True,
    )  # fmt: skip
    answers = {"identity": "name birth_date", "fasting": "yes", "prepared": "yes"}
    if person.sex != "male":
        answers["pregnancy"] = "negative"
    for code, value in answers.items():
        infusions.answer_checklist(
            key=clinic.key(), by=nurse, at=ready_at, session_id=session.pk, code=code, value=value
        )
    _chart(clinic, body, session, -10, 40, ready_at, chance)
    checked_at = ready_at + timedelta(minutes=4)
    yield checked_at
    plan = plans.plan_in_force(session.patient_id)
    if plan is None:
        raise Refused("Sign a plan first.")
    infusions.second_check(
        key=clinic.key(), by=clinic.staff["noor"], at=checked_at, session_id=session.pk,
        vial_mg_per_ml=plan.vial_mg_per_ml, dose_mg=round_to(plan.dose.dose_mg, Decimal('0.1')), drug_ml=round_to(plan.dose.drug_ml, Decimal('0.01')),
        rate_ml_per_h=round_to(plan.dose.rate_ml_per_h, Decimal('0.1')),
    )  # fmt: skip


def _infuse(
    clinic: Clinic, body: Body, session: InfusionSession, plan: PlanFact, started_at: datetime,
    chance: Random,
) -> Generator[datetime, None, datetime]:  # fmt: skip
    paused_min, nurse = 0, clinic.staff["sam"]
    pauses_at = chance.choice((12, 17, 23)) if chance.random() < 0.12 else None
    effect_at = chance.choice((14, 18, 26)) if chance.random() < 0.6 else None
    for minute in range(1, plan.minutes + 1):
        at = started_at + timedelta(minutes=minute + paused_min)
        if minute in {5, 10, 20, 30}:
            yield at
            _chart(clinic, body, session, minute, plan.minutes, at, chance)
        if minute == effect_at:
            yield at
            code, severity, action = chance.choice(_EFFECTS)
            infusions.record_side_effect(
                key=clinic.key(), by=nurse, at=at, session_id=session.pk, code=code,
                severity=severity, onset_at=at, action_taken=action,
            )  # fmt: skip
        if minute == pauses_at:
            yield at
            infusions.pause(
                key=clinic.key(), by=nurse, at=at, session_id=session.pk, occurred_at=at,
                reason="Patient asked for a moment",
            )  # fmt: skip
            paused_min = 4
            at += timedelta(minutes=paused_min)
            yield at
            infusions.resume(
                key=clinic.key(), by=nurse, at=at, session_id=session.pk, occurred_at=at,
                rate_ml_per_h=round_to(plan.dose.rate_ml_per_h, Decimal('0.1')),
            )  # fmt: skip
    stopped_at = started_at + timedelta(minutes=plan.minutes + paused_min)
    yield stopped_at
    _chart(clinic, body, session, plan.minutes, plan.minutes, stopped_at, chance)
    infusions.stop(
        key=clinic.key(), by=nurse, at=stopped_at, session_id=session.pk, occurred_at=stopped_at,
        reason="Ordered volume given",
    )  # fmt: skip
    return stopped_at


def _recover(
    clinic: Clinic, person: Person, body: Body, session: InfusionSession,
    span: tuple[datetime, datetime], chance: Random,
) -> Iterator[datetime]:  # fmt: skip
    started_at, stopped_at = span
    whole = (stopped_at - started_at).total_seconds() / 60
    watch = monitoring_queries.period(session.period_id).post_for_min
    for after in range(15, watch + 1, 15):
        at = stopped_at + timedelta(minutes=after)
        yield at
        _chart(clinic, body, session, round(whole) + after, whole, at, chance)
    leaves_at = stopped_at + timedelta(minutes=watch + 3)
    yield leaves_at
    infusions.discharge(
        key=clinic.key(), by=clinic.staff["sam"], at=leaves_at, session_id=session.pk,
        recovery=Recovery(
            aldrete=(2, 2, 2, 2, 2), back_to_usual=True, nausea=chance.choice((0, 0, 1)),
            fluids_tolerated=True, gait_steady=True, oriented=True, safety_reviewed=True,
            iv_out=True, escort_present=True, escort_name=person.escort_name,
            instructions_given=True, no_driving_acknowledged=True,
            contact_at=leaves_at + timedelta(hours=22),
        ),
    )  # fmt: skip
    signed_at = leaves_at + timedelta(minutes=20 + chance.randrange(60))
    if chance.random() < 0.97:
        yield signed_at
        infusions.sign_note(
            key=clinic.key(), by=clinic.staff["sam"], at=signed_at, session_id=session.pk
        )
