"""The book itself: days, visits, and every five minutes that they occupy."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import F, Q

from serein.core.models import Record, Transition
from serein.scheduling.models.resources import Chair, Resource
from serein.scheduling.models.visit_types import VisitTypeVersion
from serein.scheduling.rules import Kind
from serein.scheduling.states import STANDING, AppointmentState, VisitKind

COLUMN_OF: Mapping[Kind, str] = {
    Kind.CHAIR: "chair_id",
    Kind.RECOVERY: "recovery_chair_id",
    Kind.ROOM: "room_id",
    Kind.PRESCRIBER: "prescriber_id",
    Kind.PUMP: "pump_id",
    Kind.MONITOR: "monitor_id",
    Kind.NURSE: "nurse_id",
}
"""Where an appointment names the unit of each kind that it occupies."""


class ClinicDay(Record):
    """The row that is locked while a day's book is written; its version says that it changed.

    Its page says what is free on the day, for the search alone, and counts only under its seal.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    local_date = models.DateField()
    version = models.PositiveIntegerField(default=0)
    page = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "local_date"], name="clinic_day_once")
        ]


def _unit() -> models.ForeignKey[Any]:
    return models.ForeignKey(Resource, null=True, on_delete=models.PROTECT, related_name="+")


def _nurse() -> models.ForeignKey[Any]:
    return models.ForeignKey(
        "accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+"
    )


class Appointment(Record):
    """One visit on the book: of a series, single, a consultation, or a time that somebody holds.

    The instant and the wall clock are both kept: if a law moves the clocks, the wall clock wins.
    The gaps are those of the plan it was booked under, so that a move needs to know nothing else.
    A move makes a new row; ``visit_id`` stays the same for life and ``revision`` counts what was
    told to the patient. It is for a patient, or for a guest who is not registered yet. A visit booked
    against a rule names its reason; what it occupies is its alone all the same.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "patients.Patient", null=True, on_delete=models.PROTECT, related_name="+"
    )
    guest_id = models.UUIDField(null=True)
    visit_id = models.UUIDField(default=uuid.uuid4)
    revision = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=20, default=VisitKind.INFUSION.value)
    type_version = models.ForeignKey(
        VisitTypeVersion, null=True, on_delete=models.PROTECT, related_name="+"
    )
    type_code = models.SlugField(max_length=40, blank=True)
    chair = models.ForeignKey(Chair, null=True, on_delete=models.PROTECT, related_name="+")
    recovery_chair = _unit()
    room = _unit()
    prescriber = _unit()
    pump = _unit()
    monitor = _unit()
    nurse = _nurse()
    series_id = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    local_date = models.DateField()
    local_time = models.TimeField()
    tzid = models.CharField(max_length=60)
    infusion_minutes = models.PositiveSmallIntegerField()
    recovery_minutes = models.PositiveSmallIntegerField()
    min_gap_hours = models.PositiveSmallIntegerField()
    max_gap_days = models.PositiveSmallIntegerField()
    moved_from = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="moved_to"
    )
    state = models.CharField(max_length=20, default=AppointmentState.BOOKED.value)
    phase = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    held_by = models.CharField(max_length=80, blank=True)
    override_reason = models.TextField(blank=True)
    overridden_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in AppointmentState]),
                name="appointment_state_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in VisitKind]),
                name="appointment_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="appointment_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="appointment_number_from_one"),
            models.CheckConstraint(
                condition=Q(patient__isnull=False) | Q(guest_id__isnull=False),
                name="appointment_is_for_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=AppointmentState.HELD.value)
                | (Q(held_until__isnull=False) & ~Q(held_by="")),
                name="appointment_hold_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(override_reason="", overridden_by="")
                | (~Q(override_reason="") & ~Q(overridden_by="")),
                name="appointment_override_is_reasoned",
            ),
            models.CheckConstraint(
                condition=Q(chair__isnull=False) | Q(kind=VisitKind.CONSULT.value),
                name="appointment_infusion_has_chair",
            ),
            models.UniqueConstraint(
                fields=["series_id", "number"],
                condition=Q(state__in=[state.value for state in STANDING]),
                name="appointment_number_once",
            ),
            models.UniqueConstraint(
                fields=["visit_id"],
                condition=Q(state__in=[state.value for state in STANDING]),
                name="appointment_visit_once",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "local_date"], name="appointment_site_day"),
            models.Index(fields=["patient", "starts_at"], name="appointment_patient"),
            models.Index(fields=["series_id", "number"], name="appointment_series"),
            models.Index(fields=["visit_id"], name="appointment_visit"),
            models.Index(
                fields=["site", "local_date"],
                condition=Q(state=AppointmentState.HELD.value),
                name="appointment_held",
            ),
        ]


class AppointmentTransition(Transition):
    """One step of an appointment."""

    subject = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="transitions")


class ChairTick(models.Model):
    """Five minutes of one chair. The database itself refuses to give them away twice."""

    chair = models.ForeignKey(Chair, on_delete=models.PROTECT, related_name="+")
    tick = models.BigIntegerField()
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="chair_ticks"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chair", "tick"], name="chair_tick_once")]


class ResourceTick(models.Model):
    """Five minutes of one recovery chair, room, prescriber, pump or monitor; given away once."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    tick = models.BigIntegerField()
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="resource_ticks"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "tick"], name="resource_tick_once")
        ]


class PatientTick(models.Model):
    """Five minutes of one patient, who cannot be in two places."""

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    tick = models.BigIntegerField()
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="patient_ticks"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "tick"], name="patient_tick_once")
        ]
