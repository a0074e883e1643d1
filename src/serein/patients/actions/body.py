"""Weights, heights and blood pressures outside sessions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from serein.audit.actions import action, record
from serein.core.errors import Refused
from serein.core.quantities import round_to
from serein.patients import queries
from serein.patients.actions.written import check_measured, written
from serein.patients.models import BloodPressure, Height, Weight
from serein.patients.rules import pressure_findings
from serein.patients.rules.confirming import confirm
from serein.patients.rules.entries import BodyMethod

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor

_TENTH = Decimal("0.1")


@action
def record_weight(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    weight_kg: Decimal,
    method: str,
    measured_at: datetime,
    as_entered: str = "",
    is_confirmed: bool = False,
    is_time_known: bool = True,
    source: str = "",
) -> Weight:
    """Keep a weight in kg, to 0.1 kg. ``as_entered`` is what was typed, such as "176 lb".

    :raises Refused: outside the band, or a time in the future
    :raises Unconfirmed: far from the last weight or unlikely for the height
    """
    patient = queries.patient_for(by.site_id, patient_id)
    check_measured(patient, measured_at=measured_at, at=at)
    weight_kg = round_to(weight_kg, _TENTH)
    findings = queries.weight_concerns(
        patient.pk, weight_kg=weight_kg, measured_at=measured_at, at=at
    )
    confirm(findings, field="weight", is_confirmed=is_confirmed)
    row = Weight(
        weight_kg=weight_kg,
        method=_method(method),
        measured_at=measured_at,
        is_time_known=is_time_known,
        as_entered=as_entered,
        **written(patient, by=by, at=at, source=source),
    )
    row.save()
    record(
        by=by, at=at, verb="record", subject=row, patient_id=patient.pk,
        details={"method": row.method, "confirmed": ",".join(one.code for one in findings)},
    )  # fmt: skip
    return row


@action
def record_height(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    height_cm: Decimal,
    method: str,
    measured_at: datetime,
    as_entered: str = "",
    is_confirmed: bool = False,
    is_time_known: bool = True,
    source: str = "",
) -> Height:
    """Keep a height in cm, to 0.1 cm.

    :raises Refused: outside the band, or a time in the future
    :raises Unconfirmed: far from the last height or unlikely for the weight
    """
    patient = queries.patient_for(by.site_id, patient_id)
    check_measured(patient, measured_at=measured_at, at=at)
    height_cm = round_to(height_cm, _TENTH)
    findings = queries.height_concerns(
        patient.pk, height_cm=height_cm, measured_at=measured_at, at=at
    )
    confirm(findings, field="height", is_confirmed=is_confirmed)
    row = Height(
        height_cm=height_cm,
        method=_method(method),
        measured_at=measured_at,
        is_time_known=is_time_known,
        as_entered=as_entered,
        **written(patient, by=by, at=at, source=source),
    )
    row.save()
    record(
        by=by, at=at, verb="record", subject=row, patient_id=patient.pk,
        details={"method": row.method, "confirmed": ",".join(one.code for one in findings)},
    )  # fmt: skip
    return row


@action
def record_blood_pressure(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    sbp_mmhg: int,
    dbp_mmhg: int,
    measured_at: datetime,
    source: str = "",
    is_confirmed: bool = False,
    is_time_known: bool = True,
) -> BloodPressure:
    """Keep a blood pressure taken outside a session, in mmHg.

    :raises Refused: impossible values (14/90, 90/140), or a time in the future
    :raises Unconfirmed: an unlikely pulse pressure
    """
    patient = queries.patient_for(by.site_id, patient_id)
    check_measured(patient, measured_at=measured_at, at=at)
    findings = pressure_findings(sbp_mmhg=sbp_mmhg, dbp_mmhg=dbp_mmhg)
    confirm(findings, field="sbp_mmhg", is_confirmed=is_confirmed)
    row = BloodPressure(
        sbp_mmhg=sbp_mmhg,
        dbp_mmhg=dbp_mmhg,
        measured_at=measured_at,
        is_time_known=is_time_known,
        **written(patient, by=by, at=at, source=source),
    )
    row.save()
    record(
        by=by, at=at, verb="record", subject=row, patient_id=patient.pk,
        details={"source": source, "confirmed": ",".join(one.code for one in findings)},
    )  # fmt: skip
    return row


def _method(method: str) -> BodyMethod:
    try:
        return BodyMethod(method)
    except ValueError:
        raise Refused("Choose how it was measured.", field="method") from None
