"""What is known of a course: its infusions, its scores, and which scores are due.

Nothing is stored here. Everything is put together from plans, appointments, sessions and
questionnaires at the moment it is asked for, so that what is due moves when the infusions move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from serein.assessments import queries as assessments
from serein.consents import queries as consents
from serein.core.errors import NotFound
from serein.infusions import queries as infusions
from serein.outcomes import rules
from serein.patients import queries as patients
from serein.plans import queries as plans
from serein.plans.states import PlanState
from serein.scheduling import queries as scheduling

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from serein.assessments.queries import ScoreFact
    from serein.infusions.queries import SessionFact
    from serein.plans.queries import PlanFact
    from serein.scheduling.queries import AppointmentFact

_ENDED = frozenset({PlanState.COMPLETED, PlanState.STOPPED})

LAPSES_AFTER = timedelta(days=1)
"""A booked visit that was not begun by then counts as not given. Clinic default, review."""


@dataclass(frozen=True, slots=True)
class InfusionFact:
    """One infusion of a course; doses are None until it was started."""

    number: int
    at: datetime
    state: rules.InfusionState
    delivered_mg: Decimal | None = None
    mg_per_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CourseFact:
    """One course: the infusions of one plan and the scores around them.

    ``plan_id`` is None and there are no infusions for a patient without a signed plan. ``number``
    counts the courses of the patient from 1.
    """

    patient_id: UUID
    plan_id: UUID | None
    number: int
    infusions: tuple[InfusionFact, ...]
    times: rules.Course
    readings: tuple[rules.Reading, ...]
    due: tuple[rules.DueMeasure, ...]
    is_followed: bool

    def baseline(self, form: str) -> rules.Reading | None:
        """Return the course baseline of a form."""
        return rules.baseline_of(
            self.readings, form=form, first_infusion_at=self.times.first_infusion_at
        )

    def after(self, form: str) -> tuple[rules.Reading, ...]:
        """List the scores of a form since the first infusion; none before it was given."""
        first = self.times.first_infusion_at
        if first is None:
            return ()
        return tuple(
            item for item in rules.series(self.readings, form) if item.occurred_at >= first
        )


@dataclass(frozen=True, slots=True)
class FollowFact:
    """A patient who is followed, for the list of the whole clinic."""

    patient_id: UUID
    full_name: str
    mrn: str
    course: CourseFact
    overdue: tuple[rules.DueMeasure, ...]


def courses(patient_id: UUID, at: datetime) -> tuple[CourseFact, ...]:
    """List the courses of a patient, oldest first; one without a plan if there is none yet.

    A plan that was stopped before its first infusion is no course.
    """
    return _courses(
        patient_id,
        plans.plans_of(patient_id),
        scheduling.appointments_of(patient_id),
        infusions.sessions_of(patient_id, at=at),
        assessments.scores_of(patient_id, with_answers=False),
        consents.withdrawn_at(patient_id),
        at,
    )


def course(patient_id: UUID, at: datetime, plan_id: UUID | None = None) -> CourseFact:
    """Return one course of a patient, the newest if no plan is named.

    :raises NotFound: the plan is not a signed plan of this patient
    """
    found = courses(patient_id, at)
    if plan_id is None:
        return found[-1]
    for item in found:
        if item.plan_id == plan_id:
            return item
    raise NotFound


def due_measures(patient_id: UUID, at: datetime) -> tuple[rules.DueMeasure, ...]:
    """List every expected score of the newest course with its state, in order of time.

    A patient who withdrew, or whose follow-up is past, has none.
    """
    newest = course(patient_id, at)
    return newest.due if newest.is_followed else ()


def due_before(
    visits: Iterable[AppointmentFact], at: datetime
) -> Mapping[UUID, tuple[rules.DueMeasure, ...]]:
    """List the scores expected before each of several visits, by visit, in constant queries.

    A visit that began, or is of no standing course, has none.
    """
    asked = tuple(visits)
    material = _Material.of_patients({visit.patient_id for visit in asked}, at)
    scores = assessments.scores_of_patients(material.plans, with_answers=False)
    newest = material.newest_courses(scores, at)
    found: dict[UUID, tuple[rules.DueMeasure, ...]] = {}
    for visit in asked:
        one = newest.get(visit.patient_id)
        if one is not None and one.plan_id == visit.series_id:
            found[visit.appointment_id] = tuple(
                item
                for item in one.due
                if item.closes_at == visit.starts_at and item.state is not rules.DueState.CANCELLED
            )
    return found


def followed(site_id: UUID, at: datetime) -> tuple[FollowFact, ...]:
    """List the patients of a site whose newest course has begun, by name, in constant queries."""
    return _followed(site_id, at, _Material.of_site(site_id, at))


def overdue_measures(site_id: UUID, at: datetime) -> tuple[FollowFact, ...]:
    """List the patients of a site for whom a score is overdue, the longest first.

    Scores are read only for those whose follow-up is not over.
    """
    material = _Material.of_site(site_id, at)
    live = [
        patient_id for patient_id, one in material.newest_courses({}, at).items() if one.is_followed
    ]
    late = [item for item in _followed(site_id, at, material.only(live)) if item.overdue]
    return tuple(sorted(late, key=lambda item: item.overdue[0].closes_at))


@dataclass(frozen=True, slots=True)
class _Material:
    """What the courses of a whole site are made of, but for the scores."""

    plans: Mapping[UUID, Sequence[PlanFact]]
    appointments: Mapping[UUID, Sequence[AppointmentFact]]
    sessions: Mapping[UUID, Sequence[SessionFact]]
    withdrawn: Mapping[UUID, datetime]

    @classmethod
    def of_site(cls, site_id: UUID, at: datetime) -> _Material:
        return cls._of(plans.plans_of_site(site_id), at)

    @classmethod
    def of_patients(cls, patient_ids: Iterable[UUID], at: datetime) -> _Material:
        return cls._of(plans.plans_of_patients(patient_ids), at)

    @classmethod
    def _of(cls, signed: Iterable[PlanFact], at: datetime) -> _Material:
        by_patient: dict[UUID, list[PlanFact]] = {}
        for plan in signed:
            by_patient.setdefault(plan.patient_id, []).append(plan)
        ids = tuple(by_patient)
        return cls(
            plans=by_patient,
            appointments=scheduling.appointments_of_patients(ids),
            sessions=infusions.sessions_of_patients(ids, at=at),
            withdrawn=consents.withdrawals(ids),
        )

    def only(self, patient_ids: Iterable[UUID]) -> _Material:
        """Return the material of some of the patients."""
        wanted = set(patient_ids)
        kept = {key: value for key, value in self.plans.items() if key in wanted}
        return _Material(kept, self.appointments, self.sessions, self.withdrawn)

    def newest_courses(
        self, scores: Mapping[UUID, Sequence[ScoreFact]], at: datetime
    ) -> Mapping[UUID, CourseFact]:
        """Put together the newest course of each patient."""
        return {
            patient_id: _courses(
                patient_id,
                mine,
                self.appointments.get(patient_id, ()),
                self.sessions.get(patient_id, ()),
                scores.get(patient_id, ()),
                self.withdrawn.get(patient_id),
                at,
            )[-1]
            for patient_id, mine in self.plans.items()
        }


def _followed(site_id: UUID, at: datetime, material: _Material) -> tuple[FollowFact, ...]:
    people = patients.patients_by_id(site_id, material.plans)
    scores = assessments.scores_of_patients(material.plans, with_answers=False)
    newest = material.newest_courses(scores, at)
    found = [
        FollowFact(
            patient_id=patient_id,
            full_name=people[patient_id].full_name,
            mrn=people[patient_id].mrn,
            course=one,
            overdue=_overdue(one, at),
        )
        for patient_id, one in newest.items()
        if patient_id in people and one.times.given
    ]
    return tuple(sorted(found, key=lambda item: (item.full_name.casefold(), item.mrn)))


def _overdue(one: CourseFact, at: datetime) -> tuple[rules.DueMeasure, ...]:
    chased = rules.to_chase(one.due, one.times, at=at)
    return tuple(item for item in chased if item.state is rules.DueState.OVERDUE)


def _courses(
    patient_id: UUID,
    all_plans: Iterable[PlanFact],
    appointments: Iterable[AppointmentFact],
    sessions: Iterable[SessionFact],
    scores: Iterable[ScoreFact],
    withdrawn_at: datetime | None,
    at: datetime,
) -> tuple[CourseFact, ...]:
    booked, visits = tuple(appointments), tuple(sessions)
    begun = {visit.plan_id for visit in visits if visit.started_at is not None}
    signed = [
        plan
        for plan in all_plans
        if plan.signed_at is not None and (plan.state != "stopped" or plan.plan_id in begun)
    ]
    readings = tuple(_reading(score) for score in scores if score.occurred_at <= at)
    if not signed:
        return (CourseFact(patient_id, None, 1, (), rules.Course((), 0), readings, (), False),)
    given = [_infusions(plan, booked, visits, at) for plan in signed]
    found = []
    for place, plan in enumerate(signed):
        times = _times(plan, given[place], withdrawn_at)
        mine = _within(readings, given, place)
        due = rules.due_measures(schedule=rules.schedule(), course=times, readings=mine, at=at)
        found.append(
            CourseFact(
                patient_id=patient_id,
                plan_id=plan.plan_id,
                number=place + 1,
                infusions=given[place],
                times=times,
                readings=mine,
                due=due,
                is_followed=rules.is_followed(due, times, at=at),
            )
        )
    return tuple(found)


def _infusions(
    plan: PlanFact,
    appointments: Iterable[AppointmentFact],
    sessions: Iterable[SessionFact],
    at: datetime,
) -> tuple[InfusionFact, ...]:
    """Merge what was given with what is booked: the true start wins over the booked one.

    A visit still booked a day after its time was not given, whether or not anybody has said so.
    """
    found: dict[int, InfusionFact] = {}
    over = plan.state in _ENDED
    for booked in appointments:
        if booked.series_id != plan.plan_id:
            continue
        lapsed = booked.starts_at < at - LAPSES_AFTER
        stands = booked.is_standing and not over and not lapsed
        state = rules.InfusionState.PLANNED if stands else rules.InfusionState.CANCELLED
        known = found.get(booked.number)
        if known is None or known.state is rules.InfusionState.CANCELLED:
            found[booked.number] = InfusionFact(booked.number, booked.starts_at, state)
    for visit in sessions:
        if visit.plan_id == plan.plan_id and visit.started_at is not None:
            found[visit.number] = InfusionFact(
                visit.number,
                visit.started_at,
                rules.InfusionState.GIVEN,
                visit.delivered_mg,
                visit.mg_per_kg_delivered,
            )
    return tuple(found[number] for number in sorted(found))


def _times(
    plan: PlanFact, mine: Sequence[InfusionFact], withdrawn_at: datetime | None
) -> rules.Course:
    given = sum(item.state is rules.InfusionState.GIVEN for item in mine)
    return rules.Course(
        infusions=tuple(rules.InfusionTime(item.number, item.at, item.state) for item in mine),
        planned=plan.infusions,
        is_over=plan.state in _ENDED or given >= plan.infusions,
        stopped_following_at=withdrawn_at,
    )


def _within(
    readings: Iterable[rules.Reading], given: Sequence[Sequence[InfusionFact]], place: int
) -> tuple[rules.Reading, ...]:
    """Return the scores of one course: after the course before it, until the next one begins."""
    after = _edge(given[:place], last=True)
    before = _edge(given[place + 1 :], last=False)
    return tuple(
        item
        for item in readings
        if (after is None or item.occurred_at > after)
        and (before is None or item.occurred_at < before)
    )


def _edge(given: Iterable[Sequence[InfusionFact]], *, last: bool) -> datetime | None:
    moments = [
        item.at
        for infusions_ in given
        for item in infusions_
        if item.state is rules.InfusionState.GIVEN
    ]
    if not moments:
        return None
    return max(moments) if last else min(moments)


def _reading(score: ScoreFact) -> rules.Reading:
    return rules.Reading(
        instrument_code=score.instrument_code,
        occurred_at=score.occurred_at,
        total=score.total,
        prorated=score.prorated,
        clusters=score.clusters,
        response_id=score.response_id,
    )
