"""Steps of an infusion visit, as people take them, for the tests of visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from serein.consents import actions as consents
from serein.eligibility import actions as eligibility
from serein.eligibility.rules import QUESTIONS
from serein.infusions import actions, queries
from serein.infusions.rules.discharge import Recovery
from serein.monitoring import actions as monitoring
from serein.patients import actions as patients
from serein.plans import actions as plans
from serein.scheduling import actions as scheduling
from serein.scheduling import queries as schedule
from tests.conftest import MONDAY_9, Personas, actor, new_key

if TYPE_CHECKING:
    from serein.accounts.models import Staff
    from serein.infusions.models import InfusionSession

DAY_1 = MONDAY_9 + timedelta(days=1)
"""Tuesday 10 March 2026, 9:00: the first infusion."""


@dataclass(slots=True)
class Clinic:
    """One clinic with a patient whose series is booked; ``now`` is its clock."""

    people: Personas
    now: datetime
    patient_id: UUID
    plan_id: UUID
    appointments: tuple[UUID, ...]

    def do(self, act: Any, who: Staff, **facts: Any) -> Any:
        """Let somebody do something now."""
        return act(key=new_key(), by=actor(who), at=self.now, **facts)

    def wait(self, minutes: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(minutes=minutes)
        return self.now

    def check_in(self, number: int = 1) -> InfusionSession:
        visit: InfusionSession = self.do(
            actions.check_in, self.people.morgan, appointment_id=self.appointments[number - 1]
        )
        return visit

    def answer(self, visit: InfusionSession, who: Staff, **answers: str) -> None:
        for code, value in answers.items():
            self.do(actions.answer_checklist, who, session_id=visit.pk, code=code, value=value)

    def vitals(self, visit: InfusionSession, **values: Any) -> Any:
        usual = {
            "sbp_mmhg": 128, "dbp_mmhg": 78, "hr_bpm": 72, "spo2_percent": 98, "rr_per_min": 16,
            "moaas": 5,
        }  # fmt: skip
        return self.do(
            monitoring.record_vitals,
            self.people.sam,
            period_id=visit.period_id,
            occurred_at=self.now,
            is_confirmed=True,
            **{**usual, **values},
        )

    def second_check(self, visit: InfusionSession, who: Staff | None = None, **wrong: Any) -> Any:
        prepared = queries.prepared_for(visit)
        stated = {
            "vial_mg_per_ml": prepared.vial_mg_per_ml,
            "dose_mg": prepared.dose_mg,
            "drug_ml": prepared.drug_ml,
            "rate_ml_per_h": prepared.rate_ml_per_h,
        }
        return self.do(
            actions.second_check,
            who or self.people.noor,
            session_id=visit.pk,
            **{**stated, **wrong},
        )

    def prepare(self, visit: InfusionSession) -> None:
        """Answer everything that the start asks for."""
        self.answer(
            visit,
            self.people.sam,
            identity="name birth_date",
            fasting="yes",
            pregnancy="negative",
            prepared="yes",
        )
        self.vitals(visit)
        self.second_check(visit)

    def start(self, visit: InfusionSession, rate: str | None = None) -> InfusionSession:
        self.do(actions.clear_session, self.people.sam, session_id=visit.pk)
        started: InfusionSession = self.do(
            actions.start_infusion,
            self.people.sam,
            session_id=visit.pk,
            occurred_at=self.now,
            rate_ml_per_h=Decimal(rate) if rate else visit.rate_ml_per_h,
        )
        return started

    def stop(self, visit: InfusionSession, who: Staff | None = None) -> InfusionSession:
        stopped: InfusionSession = self.do(
            actions.stop,
            who or self.people.sam,
            session_id=visit.pk,
            occurred_at=self.now,
            reason="Ordered volume given",
        )
        return stopped

    def recovery(self, **changed: Any) -> Recovery:
        """Everything well."""
        well: dict[str, Any] = {
            "aldrete": (2, 2, 2, 2, 2),
            "back_to_usual": True,
            "nausea": 0,
            "fluids_tolerated": True,
            "gait_steady": True,
            "oriented": True,
            "safety_reviewed": True,
            "iv_out": True,
            "escort_present": True,
            "escort_name": "Alex Reyes",
            "instructions_given": True,
            "no_driving_acknowledged": True,
            "contact_at": self.now + timedelta(hours=22),
        }
        return Recovery(**{**well, **changed})

    def running(self) -> InfusionSession:
        """A first visit in which the infusion has just started."""
        visit = self.check_in()
        self.wait(20)
        self.prepare(visit)
        self.wait(5)
        return self.start(visit)

    def recovered(self, visit: InfusionSession) -> InfusionSession:
        """Stop now, watch for two hours, chart as due."""
        stopped = self.stop(visit)
        for _ in range(8):
            self.wait(15)
            self.vitals(visit)
        self.wait(1)
        return stopped


def booked(people: Personas) -> Clinic:
    """Take one patient from registration to a booked series of six."""
    clinic = Clinic(people, MONDAY_9, UUID(int=0), UUID(int=0), ())
    scheduling_by = people.dana
    clinic.do(
        scheduling.set_usual_hours,
        scheduling_by,
        friday_anchor_date=date(2026, 3, 13),
        from_date=date(2026, 1, 5),
    )
    for number in (1, 2):
        clinic.do(scheduling.add_chair, scheduling_by, name=f"Chair {number}")
    clinic.patient_id = _enrolled(clinic)
    _plan(clinic)
    clinic.now = DAY_1
    return clinic


def _enrolled(clinic: Clinic) -> UUID:
    people = clinic.people
    patient_id: UUID = clinic.do(
        patients.register_patient,
        people.morgan,
        given_name="Jordan",
        family_name="Reyes",
        birth_date=date(1984, 5, 4),
        sex="female",
    ).pk
    whose = {"patient_id": patient_id}
    clinic.do(
        patients.record_escort, people.morgan, name="Alex Reyes", phone="540 555 0100",
        relation="brother", **whose,
    )  # fmt: skip
    clinic.do(
        patients.record_weight, people.sam, weight_kg=Decimal(80), method="measured",
        measured_at=clinic.now, **whose,
    )  # fmt: skip
    clinic.do(
        patients.record_blood_pressure, people.sam, sbp_mmhg=126, dbp_mmhg=78,
        measured_at=clinic.now, **whose,
    )  # fmt: skip
    clinic.do(
        eligibility.answer_screening, people.priya,
        answers={question.code: question.safe for question in QUESTIONS}, **whose,
    )  # fmt: skip
    clinic.do(
        eligibility.determine, people.dana, outcome="eligible_with_conditions",
        reason="Benefit and risk weighed with the patient.", conditions="None beyond the usual.",
        override_reason="Every point was looked at in the case review.", **whose,
    )  # fmt: skip
    document = clinic.do(
        consents.publish_document, people.dana, version="1.0",
        title="Consent to treatment with ketamine",
        text="Ketamine is not approved by the FDA for PTSD. " * 20,
        issued_date=MONDAY_9.date(),
    )  # fmt: skip
    clinic.do(
        consents.sign_consent, people.sam, document_id=document.pk, signer_name="Jordan Reyes",
        method="in_person", explained_by=people.sam.pk, **whose,
    )  # fmt: skip
    return patient_id


def _plan(clinic: Clinic) -> None:
    priya = clinic.people.priya
    plan = clinic.do(
        plans.draft_plan, priya, patient_id=clinic.patient_id, protocol_code="C",
        mg_per_kg=Decimal("0.5"), minutes=40, bag_mg_per_ml=Decimal(1),
    )  # fmt: skip
    clinic.do(plans.sign_plan, priya, plan_id=plan.pk)
    clinic.plan_id = plan.pk
    days = (0, 2, 7, 9, 14, 16)
    clinic.do(
        plans.book_series, clinic.people.morgan, plan_id=plan.pk,
        starts=[DAY_1 + timedelta(days=day) for day in days],
    )  # fmt: skip
    clinic.appointments = tuple(
        fact.appointment_id for fact in schedule.appointments_of_series(plan.pk)
    )
