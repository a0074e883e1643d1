"""One day of the clinic: hours, chairs, visits, and what each visit still waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may
from serein.consents import queries as consents
from serein.infusions import queries as infusions
from serein.monitoring import queries as monitoring
from serein.outcomes import queries as outcomes
from serein.patients import queries as patients
from serein.plans import queries as plans
from serein.scheduling import queries as scheduling

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from serein.consents.queries import ConsentFact
    from serein.infusions.queries import SessionFact
    from serein.monitoring.rules import Rank
    from serein.outcomes.rules import DueMeasure
    from serein.patients.queries import BodyFact
    from serein.plans.queries import PlanFact
    from serein.scheduling.queries import AppointmentFact, ChairFact
    from serein.scheduling.rules import DayExplanation


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """One visit. What this role may not see is None and is not shown."""

    appointment: AppointmentFact
    patient_name: str
    mrn: str
    session: SessionFact | None
    has_consent: bool | None
    has_escort: bool | None
    weight: BodyFact | None
    may_see_weight: bool
    plan: PlanFact | None
    may_see_plan: bool
    forms: tuple[DueMeasure, ...]
    may_see_forms: bool
    flags: tuple[Rank, ...]


@dataclass(frozen=True, slots=True)
class DayFacts:
    """One day of one site."""

    day: date
    hours: DayExplanation
    chairs: tuple[ChairFact, ...]
    visits: tuple[VisitFacts, ...]


def day_facts(*, site_id: UUID, role: str, day: date, at: datetime) -> DayFacts:
    """Gather a day as a role may see it."""
    appointments = scheduling.appointments_on(site_id, day)
    used = {fact.chair_id for fact in appointments}
    chairs = scheduling.chairs_of(site_id, with_retired=True)
    return DayFacts(
        day=day,
        hours=scheduling.explain_day(site_id, day),
        chairs=tuple(chair for chair in chairs if chair.is_in_use or chair.chair_id in used),
        visits=_visits(site_id, role, appointments, at),
    )


def _visits(
    site_id: UUID, role: str, appointments: tuple[AppointmentFact, ...], at: datetime
) -> tuple[VisitFacts, ...]:
    ids = {fact.patient_id for fact in appointments}
    people = patients.patients_by_id(site_id, ids)
    sessions = infusions.sessions_of_appointments(
        [fact.appointment_id for fact in appointments], at=at
    )
    escorts = patients.escorts_named(ids)
    consented: Mapping[UUID, ConsentFact] | None = None
    if may(role, Act.SEE_CONSENT):
        consented = consents.valid_consents(ids, at)
    sees_weight, sees_plan = may(role, Act.SEE_CHART), may(role, Act.SEE_PLAN)
    weights = patients.weights_at(ids, at) if sees_weight else {}
    in_force = plans.plans_in_force(ids) if sees_plan else {}
    sees_forms = may(role, Act.INVITE) or may(role, Act.SEE_ASSESSMENTS)
    forms = outcomes.due_before(appointments, at) if sees_forms else {}
    flags = flags_by_patient(site_id) if may(role, Act.SEE_SESSION) else {}
    return tuple(
        VisitFacts(
            appointment=fact,
            patient_name=people[fact.patient_id].full_name,
            mrn=people[fact.patient_id].mrn,
            session=sessions.get(fact.appointment_id),
            has_consent=None if consented is None else fact.patient_id in consented,
            has_escort=fact.patient_id in escorts,
            weight=weights.get(fact.patient_id),
            may_see_weight=sees_weight,
            plan=in_force.get(fact.patient_id),
            may_see_plan=sees_plan,
            forms=forms.get(fact.appointment_id, ()),
            may_see_forms=sees_forms,
            flags=flags.get(fact.patient_id, ()) if fact.appointment_id in sessions else (),
        )
        for fact in appointments
    )


def flags_by_patient(site_id: UUID) -> dict[UUID, tuple[Rank, ...]]:
    """Return the ranks of the flags that wait for a person, gravest first, by patient."""
    found: dict[UUID, tuple[Rank, ...]] = {}
    for flag in monitoring.standing_flags(site_id):
        found[flag.patient_id] = (*found.get(flag.patient_id, ()), flag.rank)
    return found
