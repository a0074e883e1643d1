"""What keeps a chair and a patient from being promised twice, the same on both databases.

Every writer of a day first locks that day's row, in order of date; then checks; then stores one row
for each five minutes of the chair and of the patient, in order. The unique constraints on those rows
refuse what the check might miss. Days are locked before anything is audited, because the audit chain
is a lock too and locks are always taken in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F

from serein.core.errors import Refused
from serein.scheduling.models import Appointment, ChairTick, ClinicDay, PatientTick
from serein.scheduling.rules import shape_for, ticks_between

if TYPE_CHECKING:
    from uuid import UUID


def lock_days(site_id: UUID, days: Iterable[date]) -> None:
    """Hold the rows of these days until the transaction ends, and count the change."""
    wanted = sorted(set(days))
    ClinicDay.objects.bulk_create(
        [ClinicDay(site_id=site_id, local_date=day) for day in wanted], ignore_conflicts=True
    )
    for day in wanted:
        ClinicDay.objects.filter(site_id=site_id, local_date=day).update(version=F("version") + 1)


def occupy(
    appointments: Sequence[Appointment],
    *,
    taking_over: Sequence[UUID] = (),
    if_taken: Callable[[], Refused],
) -> None:
    """Store every tick of these appointments.

    Ticks that ``taking_over`` still hold pass to the new owner; the rest of theirs is then released.
    The new time is stored before the old is given up, in one transaction.

    :raises Refused: what ``if_taken`` makes, when somebody else holds one of the ticks
    """
    chair_ticks = {
        (row.chair_id, tick): row
        for row in appointments
        for tick in ticks_between(
            *shape_for(row.infusion_minutes, row.recovery_minutes).chair_span(row.starts_at)
        )
    }
    patient_ticks = {
        (row.patient_id, tick): row
        for row in appointments
        for tick in ticks_between(row.starts_at, row.ends_at)
    }
    old_chair = list(ChairTick.objects.filter(appointment_id__in=list(taking_over)))
    old_patient = list(PatientTick.objects.filter(appointment_id__in=list(taking_over)))
    kept_chair = [row for row in old_chair if (row.chair_id, row.tick) in chair_ticks]
    kept_patient = [row for row in old_patient if (row.patient_id, row.tick) in patient_ticks]
    for chair in kept_chair:
        chair.appointment = chair_ticks.pop((chair.chair_id, chair.tick))
    for patient in kept_patient:
        patient.appointment = patient_ticks.pop((patient.patient_id, patient.tick))
    try:
        with transaction.atomic():
            ChairTick.objects.bulk_create(
                ChairTick(chair_id=chair_id, tick=tick, appointment=chair_ticks[chair_id, tick])
                for chair_id, tick in sorted(chair_ticks)
            )
            PatientTick.objects.bulk_create(
                PatientTick(patient_id=who, tick=tick, appointment=patient_ticks[who, tick])
                for who, tick in sorted(patient_ticks)
            )
    except IntegrityError:
        raise if_taken() from None
    left_chair = {row.pk for row in old_chair} - {row.pk for row in kept_chair}
    left_patient = {row.pk for row in old_patient} - {row.pk for row in kept_patient}
    ChairTick.objects.filter(pk__in=left_chair).delete()
    PatientTick.objects.filter(pk__in=left_patient).delete()
    ChairTick.objects.bulk_update(kept_chair, ["appointment"])
    PatientTick.objects.bulk_update(kept_patient, ["appointment"])


def release(appointment_ids: Sequence[UUID]) -> None:
    """Give up every tick of these appointments."""
    ChairTick.objects.filter(appointment_id__in=list(appointment_ids)).delete()
    PatientTick.objects.filter(appointment_id__in=list(appointment_ids)).delete()
