"""One person's way through the clinic, from the request to the last score.

A way is a generator: it yields the moment at which it wants to go on, and acts when it is woken.
So sixty ways run side by side in the order in which things happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from serein.assessments import actions as assessments
from serein.consents import actions as consents
from serein.core.actors import Actor
from serein.core.clinic_time import local_day
from serein.core.errors import Refused
from serein.demo import archetypes
from serein.demo.fate import Fate
from serein.demo.visit import Coming, find_eligible, visit
from serein.eligibility import actions as eligibility
from serein.eligibility.rules import QUESTIONS
from serein.intake import actions as intake
from serein.patients import actions as patients
from serein.plans import actions as plans
from serein.plans import queries as plan_queries
from serein.safety import actions as safety
from serein.safety import queries as safety_queries
from serein.scheduling import actions as scheduling
from serein.scheduling import queries as schedule

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from datetime import datetime
    from random import Random
    from uuid import UUID

    from serein.demo.archetypes import Mind
    from serein.demo.clinic import Clinic
    from serein.demo.people import Person

    Ends = TypeVar("Ends")
    Steps = Generator[datetime, None, Ends]

SNOMED = "http://snomed.info/sct"


@dataclass(slots=True)
class Way:
    """One person on the way: who they are, what is hidden in them, what is known so far."""

    clinic: Clinic
    person: Person
    mind: Mind
    fate: Fate
    chance: Random
    patient_id: UUID | None = None
    first_given_at: datetime | None = None
    last_given_at: datetime | None = None
    given: int = 0
    tasks_seen: set[UUID] = field(default_factory=set)

    @property
    def known(self) -> UUID:
        """The patient's id, once there is one."""
        if self.patient_id is None:
            raise Refused("Register the patient first.")
        return self.patient_id

    def walk(self, asked_at: datetime) -> Iterator[datetime]:
        """Go the whole way; yields the moment of each next step."""
        yield asked_at
        request_id = self._ask(asked_at)
        accepted = yield from self._front_desk(request_id, asked_at)
        if accepted is None:
            return
        assessed_at = yield from self._assess(accepted)
        if self.fate.ends_at == "assessed":
            return
        if not (yield from self._decide(assessed_at)):
            return
        planned_at = yield from self._consent_and_plan(assessed_at + timedelta(days=1))
        if planned_at is None:
            return
        yield from self._series(planned_at)

    def _ask(self, at: datetime) -> UUID:
        person, public = self.person, Actor.public(self.clinic.site_id)
        if self.fate.in_danger:
            typed = {"name": f"{person.given_name} {person.family_name}", "phone": person.phone}
            facts = {"name": typed["name"], "contact_kind": "phone", "contact_value": person.phone}
            key = self.clinic.key()
            return intake.call_for_help(
                key=self.clinic.key(), by=public, at=at, client_key=key, typed=typed, facts=facts
            ).pk
        kind = self.chance.choice(("phone", "email"))
        return intake.request_consult(
            key=self.clinic.key(),
            by=public,
            at=at,
            name=f"{person.given_name} {person.family_name}",
            contact_kind=kind,
            contact_value=person.phone if kind == "phone" else person.email,
            may_leave_message=self.chance.random() < 0.8,
            what_brings=person.brings,
            birth_date=person.birth_date,
        ).pk

    def _front_desk(self, request_id: UUID, asked_at: datetime) -> Steps[datetime | None]:
        if self.fate.ends_at == "asked":
            return None
        clinic, desk = self.clinic, self.clinic.staff["morgan"]
        at = clinic.office_hour(asked_at, self.chance)
        yield at
        reached = self.fate.ends_at != "unreached"
        intake.log_contact(
            key=clinic.key(), by=desk, at=at, request_id=request_id,
            outcome="spoke" if reached else "left_message",
        )  # fmt: skip
        if not reached:
            return None
        if self.fate.ends_at == "not_now":
            intake.set_not_now(
                key=clinic.key(), by=desk, at=at, request_id=request_id,
                reason="Wants to wait until after a move",
                ask_again_on=local_day(at, clinic.zone) + timedelta(days=60),
            )  # fmt: skip
            return None
        at += timedelta(minutes=15)
        yield at
        accepted = intake.accept_request(
            key=clinic.key(), by=desk, at=at, request_id=request_id,
            birth_date=self.person.birth_date, sex=self.person.sex,
            given_name=self.person.given_name, family_name=self.person.family_name,
            is_someone_else=True,
        )  # fmt: skip
        self.patient_id = accepted.patient_id
        patients.record_escort(
            key=clinic.key(), by=desk, at=at, patient_id=self.known,
            name=self.person.escort_name, phone=self.person.phone,
            relation=self.person.escort_relation,
        )  # fmt: skip
        return at

    def _assess(self, after: datetime) -> Steps[datetime]:
        clinic, nurse, person = self.clinic, self.clinic.staff["noor"], self.person
        at = clinic.office_hour(after + timedelta(days=1), self.chance)
        yield at
        whose: dict[str, Any] = {"by": nurse, "at": at, "patient_id": self.known}
        patients.record_weight(
            key=clinic.key(), weight_kg=person.weight_kg, method="measured", measured_at=at, **whose
        )
        patients.record_height(
            key=clinic.key(), height_cm=person.height_cm, method="measured", measured_at=at, **whose
        )
        patients.record_blood_pressure(
            key=clinic.key(), sbp_mmhg=person.sbp_mmhg, dbp_mmhg=person.dbp_mmhg, measured_at=at,
            **whose,
        )  # fmt: skip
        if person.allergy:
            substance, reaction = person.allergy
            patients.record_allergy(
                key=clinic.key(), substance=substance, reaction=reaction, **whose
            )
        else:
            patients.record_no_known_allergies(key=clinic.key(), **whose)
        for code, display in person.conditions:
            patients.record_condition(
                key=clinic.key(), system=SNOMED, code=code, display=display, **whose
            )
        for name, ingredient, dose in person.medicines:
            patients.record_medication(
                key=clinic.key(), name=name, ingredient=ingredient, dose_text=dose, **whose
            )
        self._answer("pc-ptsd-5", archetypes.pc_ptsd5(self.chance), at)
        self._answer("pcl5-month", archetypes.pcl5(self.mind, 0, 0, self.chance), at)
        self._answer("phq9", archetypes.phq9(self.mind, 0, 0, self.chance), at)
        self._answer("gad7", archetypes.gad7(self.mind, 0, 0, self.chance), at)
        yield from self._close_tasks(at)
        return at

    def _answer(self, code: str, answers: dict[int, int], at: datetime) -> None:
        by = Actor.patient(self.known, self.clinic.site_id)
        assessments.record_response(
            key=self.clinic.key(), by=by, at=at, patient_id=self.known, instrument_code=code,
            answers=answers, occurred_at=at, respondent="patient",
        )  # fmt: skip

    def _close_tasks(self, at: datetime) -> Iterator[datetime]:
        """The named clinician calls about every dark answer, save those of the last hours."""
        for task in safety_queries.open_tasks_of(self.known):
            if task.task_id in self.tasks_seen:
                continue
            self.tasks_seen.add(task.task_id)
            called_at = at + timedelta(minutes=40)
            yield called_at
            who: dict[str, Any] = {
                "by": self.clinic.staff["theo"],
                "at": called_at,
                "task_id": task.task_id,
            }
            safety.acknowledge_task(key=self.clinic.key(), **who)
            safety.close_task(
                key=self.clinic.key(), reached="person",
                finding_text="Passive thoughts, no plan, no intent. Safety plan looked at together.",
                next_step="Ask again at the next visit. Partner knows the plan.", **who,
            )  # fmt: skip

    def _decide(self, after: datetime) -> Steps[bool]:
        clinic, priya = self.clinic, self.clinic.staff["priya"]
        at = after + timedelta(minutes=75)
        yield at
        answers: dict[str, str] = {question.code: question.safe for question in QUESTIONS}
        if self.fate.ends_at == "not_eligible":
            answers["mania"] = "yes"
        eligibility.answer_screening(
            key=clinic.key(), by=priya, at=at, patient_id=self.known, answers=answers
        )
        if self.fate.ends_at == "screened":
            return False
        whose: dict[str, Any] = {
            "by": priya,
            "at": at + timedelta(minutes=5),
            "patient_id": self.known,
        }
        yield at + timedelta(minutes=5)
        if self.fate.ends_at == "not_eligible":
            eligibility.determine(
                key=clinic.key(), outcome="not_eligible",
                reason="Mood has been elevated for two weeks; psychiatrist informed.",
                patient_reason="This treatment could make the way you feel now worse.", **whose,
            )  # fmt: skip
            return False
        if self.fate.ends_at == "hold":
            eligibility.determine(
                key=clinic.key(), outcome="hold", reason="Blood pressure to be settled first.",
                recheck_date=local_day(at, clinic.zone) + timedelta(days=28), **whose,
            )  # fmt: skip
            return False
        find_eligible(clinic, self.known, at + timedelta(minutes=5))
        return True

    def _consent_and_plan(self, after: datetime) -> Steps[datetime | None]:
        clinic, priya = self.clinic, self.clinic.staff["priya"]
        at = clinic.office_hour(after, self.chance)
        if self.fate.fixed_starts:
            at = min(at, self.fate.fixed_starts[0][0] - timedelta(days=2))
        yield at
        if self.fate.ends_at == "undecided":
            return None
        consents.sign_consent(
            key=clinic.key(), by=clinic.staff["sam"], at=at, patient_id=self.known,
            document_id=clinic.document_id,
            signer_name=f"{self.person.given_name} {self.person.family_name}", method="in_person",
            explained_by=clinic.staff_ids["sam"],
        )  # fmt: skip
        if self.fate.ends_at == "consented":
            return None
        at += timedelta(minutes=30)
        yield at
        infusions = len(self.fate.fixed_starts[0]) if self.fate.fixed_starts else None
        plan = plans.draft_plan(
            key=clinic.key(), by=priya, at=at, patient_id=self.known,
            protocol_code=self.fate.protocol, mg_per_kg=Decimal("0.5"), minutes=40,
            bag_mg_per_ml=Decimal(1), infusions=infusions,
        )  # fmt: skip
        if self.fate.ends_at == "drafted":
            return None
        at += timedelta(minutes=10)
        yield at
        reason = "Number of infusions and days fitted to this person's work shifts."
        plans.sign_plan(
            key=clinic.key(), by=priya, at=at, plan_id=plan.pk,
            reason_for_soft=reason if self.fate.fixed_starts else "",
        )  # fmt: skip
        if self.fate.ends_at == "planned":
            return None
        at += timedelta(minutes=25)
        yield at
        self._book(plan.pk, at)
        return at

    def _book(self, plan_id: UUID, at: datetime) -> None:
        choices = self.fate.fixed_starts or (self._propose(plan_id, at),)
        for left, starts in zip(range(len(choices) - 1, -1, -1), choices, strict=True):
            try:
                plans.book_series(
                    key=self.clinic.key(), by=self.clinic.staff["morgan"], at=at,
                    plan_id=plan_id, starts=starts,
                )  # fmt: skip
            except Refused:
                if not left:
                    raise
            else:
                return

    def _propose(self, plan_id: UUID, at: datetime) -> Sequence[datetime]:
        plan = plan_queries.plan_fact(plan_id)
        tomorrow = local_day(at, self.clinic.zone) + timedelta(days=1)
        wish = time(self.chance.choice((8, 9, 10, 11, 13)), self.chance.choice((0, 15, 30)))
        proposal = plan_queries.propose_visits(
            self.clinic.site_id, plan, first=tomorrow, not_before=at, preferred_time=wish
        )
        return self.chance.choice(proposal.offers).starts

    def _series(self, planned_at: datetime) -> Iterator[datetime]:
        plan = plan_queries.plan_in_force(self.known)
        if plan is None:
            return
        body = archetypes.body(self.person.sbp_mmhg, self.person.dbp_mmhg, self.chance)
        coming = schedule.appointments_of_series(plan.plan_id)
        for appointment in coming:
            yield from self._score_before(appointment.number, len(coming), appointment.starts_at)
            if not self.fate.stays and self.chance.random() > self.mind.stays_share:
                yield from self._drop_out(plan.plan_id, appointment.starts_at)
                return
            coming_visit = Coming(
                self.known, appointment.appointment_id, appointment.starts_at, appointment.number
            )
            was_given = yield from visit(self.clinic, self.person, body, coming_visit, self.chance)
            if was_given:
                self.given += 1
                self.last_given_at = appointment.starts_at
        yield from self._follow(plan.plan_id)

    def _score_before(self, number: int, of: int, starts_at: datetime) -> Iterator[datetime]:
        at = starts_at - timedelta(minutes=12)
        yield at
        since = 0.0 if self.last_given_at is None else (at - self.last_given_at).days
        if self._answers():
            self._answer("phq9", archetypes.phq9(self.mind, self.given, since, self.chance), at)
            self._answer("gad7", archetypes.gad7(self.mind, self.given, since, self.chance), at)
        if number in {1, 4, of} and (number == 1 or self._answers()):
            self._answer(
                "pcl5-week", archetypes.pcl5(self.mind, self.given, since, self.chance), at
            )
        for task in safety_queries.open_tasks_of(self.known):
            if task.task_id not in self.tasks_seen and at < self.clinic.now - timedelta(hours=2):
                self.tasks_seen.add(task.task_id)
                who: dict[str, Any] = {
                    "by": self.clinic.staff["theo"],
                    "at": at,
                    "task_id": task.task_id,
                }
                safety.acknowledge_task(key=self.clinic.key(), **who)
                safety.close_task(
                    key=self.clinic.key(), reached="person",
                    finding_text="Spoken with before the infusion: thoughts without plan or intent.",
                    next_step="Infusion may go on; asked again before leaving.", **who,
                )  # fmt: skip

    def _answers(self) -> bool:
        return self.chance.random() < self.mind.answers_share

    def _drop_out(self, plan_id: UUID, missed_at: datetime) -> Iterator[datetime]:
        desk, priya = self.clinic.staff["morgan"], self.clinic.staff["priya"]
        at = missed_at + timedelta(minutes=40)
        yield at
        for appointment in schedule.appointments_of_series(plan_id):
            if appointment.starts_at == missed_at:
                scheduling.mark_no_show(
                    key=self.clinic.key(), by=desk, at=at,
                    appointment_id=appointment.appointment_id,
                )  # fmt: skip
        at = self.clinic.office_hour(at, self.chance)
        yield at
        plans.stop_plan(
            key=self.clinic.key(), by=priya, at=at, plan_id=plan_id,
            reason=self.chance.choice((
                "Did not come, reached by telephone: does not want to go on.",
                "Too far to travel twice a week.",
                "No benefit felt; alternatives talked over.",
                "Cost.",
            )),
        )  # fmt: skip

    def _follow(self, plan_id: UUID) -> Iterator[datetime]:
        last = self.last_given_at
        if last is None:
            return
        at = self.clinic.office_hour(last, self.chance)
        yield at
        plans.complete_plan(
            key=self.clinic.key(), by=self.clinic.staff["priya"], at=at, plan_id=plan_id
        )
        for week in range(1, 9):
            at = last + timedelta(days=7 * week, hours=self.chance.randrange(-10, 30))
            yield at
            days = (at - last).total_seconds() / 86400
            if self._answers():
                answers = archetypes.pcl5(self.mind, self.given, days, self.chance)
                self._answer("pcl5-week", answers, at)
            if week in {1, 4, 8} and self._answers():
                self._answer("phq9", archetypes.phq9(self.mind, self.given, days, self.chance), at)
            if week == 3 and self._answers():
                answers = archetypes.pcl5(self.mind, self.given, days, self.chance)
                self._answer("pcl5-month", answers, at)
            yield from self._close_tasks(at)
