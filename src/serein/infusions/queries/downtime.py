"""What has to stand on paper for the day's chairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.infusions.queries.sessions import sessions_of_appointments
from serein.infusions.states import IN_THE_CHAIR
from serein.monitoring import queries as monitored
from serein.patients import queries as patients
from serein.plans import queries as plans
from serein.scheduling import queries as scheduling

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from serein.infusions.queries.facts import SessionFact
    from serein.monitoring.queries import VitalFact
    from serein.plans.queries import PlanFact
    from serein.scheduling.queries import AppointmentFact


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """One visit of the day. ``banner`` is what stands above every page of the patient, in words."""

    appointment: AppointmentFact
    banner: dict[str, str]
    plan: PlanFact | None
    session: SessionFact | None
    vitals: tuple[VitalFact, ...]


def sheets_on(site_id: UUID, day: date, at: datetime) -> tuple[SheetFacts, ...]:
    """Gather the visits of a day that stand and are not over, by time."""
    booked = [one for one in scheduling.appointments_on(site_id, day) if one.is_standing]
    sessions = sessions_of_appointments([one.appointment_id for one in booked], at=at)
    begun = {key: one for key, one in sessions.items() if one.state in IN_THE_CHAIR}
    waiting = [
        one for one in booked if one.appointment_id in begun or one.appointment_id not in sessions
    ]
    in_force = plans.plans_in_force([one.patient_id for one in waiting])
    vitals = monitored.vitals_of_periods([one.period_id for one in begun.values()])
    return tuple(
        SheetFacts(
            appointment=one,
            banner=patients.banner(patient_id=one.patient_id, at=at, with_clinical=True),
            plan=in_force.get(one.patient_id),
            session=(session := begun.get(one.appointment_id)),
            vitals=vitals[session.period_id] if session is not None else (),
        )
        for one in waiting
    )
