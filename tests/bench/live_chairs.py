"""Copies one running infusion into more chairs, row by row, for measuring only."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from serein.demo.clinic import Clinic

COPIED = (
    "patients.Patient",
    "scheduling.Chair",
    "scheduling.Appointment",
    "monitoring.MonitoringPeriod",
    "infusions.InfusionSession",
    "infusions.SessionEvent",
)


def fill(clinic: Clinic, chairs: int) -> None:
    """Let one running infusion stand in so many chairs."""
    session = apps.get_model("infusions.InfusionSession").objects.get(site_id=clinic.site_id)
    kept = {
        "patients.Patient": [session.patient],
        "scheduling.Chair": [session.chair],
        "scheduling.Appointment": [session.appointment],
        "monitoring.MonitoringPeriod": [session.period],
        "infusions.InfusionSession": [session],
        "infusions.SessionEvent": list(session.events.all()),
    }
    for number in range(1, chairs):
        ids = {row.pk: uuid.uuid4() for rows in kept.values() for row in rows}
        for name in COPIED:
            apps.get_model(name).objects.bulk_create(
                [_copy(row, ids, number) for row in kept[name]]
            )


def _copy(row: Any, ids: dict[Any, uuid.UUID], number: int) -> Any:
    values = {}
    for each in row._meta.concrete_fields:
        value = getattr(row, each.attname)
        values[each.attname] = ids.get(value, value) if isinstance(value, uuid.UUID) else value
    label = row._meta.label
    if label == "patients.Patient":
        values["mrn"] = f"B-{number:04}"
    elif label == "scheduling.Chair":
        values["name"] = f"Bench chair {number}"
    elif label == "scheduling.Appointment":
        values |= {"series_id": uuid.uuid4(), "visit_id": uuid.uuid4()}
    elif label == "infusions.InfusionSession":
        values["chair_name"] = f"Bench chair {number}"
    return type(row)(**values)
