"""Everything the two gates look at, gathered from the whole clinic at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.consents import queries as consents
from serein.core.clinic_time import local_day
from serein.eligibility import queries as eligibility
from serein.infusions.models import GateOverride, InfusionSession, SecondCheck
from serein.infusions.queries.orders import given_before, prepared_for
from serein.infusions.queries.sessions import latest_answers
from serein.infusions.rules import discharge, readiness
from serein.infusions.rules.gate import GateItem, Override, Reading
from serein.monitoring import queries as monitoring
from serein.patients import queries as patients
from serein.patients.rules import age_years
from serein.plans import queries as plans
from serein.safety import queries as safety

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from serein.monitoring import rules as monitoring_rules
    from serein.patients.models import Patient

STOPS_TODAY = frozenset({"s2", "s3"})


def readings_of(visit: InfusionSession) -> tuple[Reading, ...]:
    """List the charted sets that stand, by time."""
    return _readings(monitoring.readings_of(visit.period_id))


def charted(visit: InfusionSession) -> tuple[tuple[Reading, ...], Reading | None]:
    """Return the charted sets that stand, and this visit's blood pressure before the drug."""
    readings, baseline = monitoring.readings_with_baseline(visit.period_id)
    if baseline is None:
        return _readings(readings), None
    before = Reading(baseline.measured_at, sbp_mmhg=baseline.sbp_mmhg, dbp_mmhg=baseline.dbp_mmhg)
    return _readings(readings), before


def _readings(found: Iterable[monitoring_rules.Reading]) -> tuple[Reading, ...]:
    return tuple(
        Reading(
            occurred_at=one.occurred_at,
            sbp_mmhg=one.values.sbp_mmhg,
            dbp_mmhg=one.values.dbp_mmhg,
            hr_bpm=one.values.hr_bpm,
            spo2_percent=one.values.spo2_percent,
            rr_per_min=one.values.rr_per_min,
            moaas=one.values.moaas,
            nausea=one.values.nausea,
        )
        for one in found
    )


def _age(visit: InfusionSession, patient: Patient, at: datetime) -> int:
    return age_years(patient.birth_date, local_day(at, zone_of(visit.site_id)))


def overrides_of(visit: InfusionSession) -> tuple[Override, ...]:
    """List the overrides of the start gate, oldest first."""
    rows = GateOverride.objects.filter(session=visit).order_by("at", "pk")
    return tuple(
        Override(row.item_code, row.basis, row.reason, row.by_name, row.at) for row in rows
    )


def start_gate(visit: InfusionSession, at: datetime) -> tuple[GateItem, ...]:
    """Judge the start from the facts of this moment; nothing of it is ever stored."""
    return readiness.gate(readiness_facts(visit, at))


def readiness_facts(visit: InfusionSession, at: datetime) -> readiness.Readiness:
    """Gather what the start gate looks at."""
    patient = patients.patient_for(visit.site_id, visit.patient_id)
    answers = {
        code: readiness.Answer(row.value, row.note, row.by_id, row.by_name, row.at)
        for code, row in latest_answers(visit.pk).items()
    }
    standing = eligibility.standing(visit.patient_id)
    return readiness.Readiness(
        at=at,
        age_years=_age(visit, patient, at),
        recorded_sex=patient.sex,
        answers=answers,
        weighing=_weighing(visit, at),
        has_consent=consents.valid_consent(visit.patient_id, at) is not None,
        escort_name=_escort(visit, answers),
        readings=readings_of(visit),
        order=_order(visit),
        check=_check(visit),
        open_safety_tasks=_urgent_tasks(visit, STOPS_TODAY),
        eligibility_outcome=str(standing.outcome) if standing else None,
        eligibility_stops=eligibility.new_stops(visit.patient_id, at, standing) if standing else (),
        overrides=overrides_of(visit),
    )


def _escort(visit: InfusionSession, answers: dict[str, readiness.Answer]) -> str:
    said = answers.get("escort")
    if said:
        return said.note
    return escort_known(visit)


def escort_known(visit: InfusionSession) -> str:
    """Return the escort on the patient's record, or nothing."""
    known = patients.escorts_of(visit.patient_id)
    return known[0].name if known else ""


def _weighing(visit: InfusionSession, at: datetime) -> readiness.Weighing | None:
    weight = patients.weight_at(visit.patient_id, at)
    if weight is None:
        return None
    zone = zone_of(visit.site_id)
    days = (local_day(at, zone) - local_day(weight.measured_at, zone)).days
    return readiness.Weighing(weight.value, weight.method, weight.measured_at, days)


def _order(visit: InfusionSession) -> readiness.Order:
    plan = plans.plan_in_force(visit.patient_id)
    return readiness.Order(
        prepared=prepared_for(visit),
        weight_kg=visit.actual_weight_kg,
        ceiling_mg=visit.ceiling_mg,
        version=str(visit.plan_version_id),
        version_in_force=str(plan.version_id) if plan and plan.signed_at else None,
        number=visit.number,
        infusions=visit.infusions,
    )


def _check(visit: InfusionSession) -> readiness.Check | None:
    row = SecondCheck.objects.filter(session=visit).order_by("-at", "pk").first()
    if row is None:
        return None
    stated = readiness.Prepared(row.vial_mg_per_ml, row.dose_mg, row.drug_ml, row.rate_ml_per_h)
    return readiness.Check(
        stated, row.prepared_by_id, row.checked_by_id, row.checked_by_name, row.at
    )


def _urgent_tasks(visit: InfusionSession, levels: frozenset[str]) -> int:
    return sum(task.level in levels for task in safety.open_tasks_of(visit.patient_id))


def discharge_facts(
    visit: InfusionSession,
    recovery: discharge.Recovery,
    at: datetime,
    overrides: Sequence[Override] = (),
) -> discharge.DischargeFacts:
    """Gather what the discharge gate looks at, for a visit whose infusion has stopped."""
    readings, baseline = charted(visit)
    return discharge.DischargeFacts(
        at=at,
        stopped_at=visit.stopped_at or at,
        long_watch_because=long_watch(visit, at),
        baseline=baseline,
        readings=readings,
        recovery=recovery,
        open_urgent_tasks=_urgent_tasks(visit, STOPS_TODAY),
        overrides=overrides,
    )


def watch_for(visit: InfusionSession, at: datetime) -> timedelta:
    """Say how long this patient is watched after the stop at the least."""
    return discharge.watch_for(long_watch(visit, at))


def long_watch(visit: InfusionSession, at: datetime) -> tuple[str, ...]:
    """Say why this patient is watched for longer, or nothing."""
    patient = patients.patient_for(visit.site_id, visit.patient_id)
    before = given_before(visit)
    return discharge.long_watch_because(
        is_first_infusion=before is None,
        is_dose_increased=before is not None and visit.mg_per_kg > before.mg_per_kg,
        age_years=_age(visit, patient, at),
    )
