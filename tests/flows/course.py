"""The visits of a course after the first, calm ones, taken by the actions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from serein.infusions import actions as infusions
from serein.patients import actions as patients
from serein.scheduling import queries as schedule
from tests.flows.infusion_steps import Clinic

if TYPE_CHECKING:
    from tests.flows.stillwater import Stillwater


def give_an_infusion(clinic: Stillwater, number: int) -> None:
    """Weigh, check in, infuse as ordered, watch, discharge and sign, from now on."""
    people, plan_id = clinic.people, UUID(clinic.plan)
    visits = tuple(one.appointment_id for one in schedule.appointments_of_series(plan_id))
    day = Clinic(people, clinic.now(), UUID(clinic.patient), plan_id, visits)
    day.do(
        patients.record_weight, people.sam, patient_id=day.patient_id, weight_kg=Decimal(80),
        method="measured", measured_at=day.now,
    )  # fmt: skip
    day.wait(10)
    visit = day.check_in(number)
    day.wait(20)
    day.prepare(visit)
    day.wait(5)
    day.start(visit)
    day.wait(40)
    day.recovered(visit)
    day.do(infusions.discharge, people.sam, session_id=visit.pk, recovery=day.recovery())
    day.do(infusions.sign_note, people.sam, session_id=visit.pk)
