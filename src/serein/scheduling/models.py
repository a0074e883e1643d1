from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from serein.core.models import Record, Transition
from serein.scheduling.states import STANDING, AppointmentState


class WeeklyRule(Record):
    """Open on one weekday, each week or every n-th counted from an anchor date.

    A change ends a rule (``valid_until_date``, exclusive) and adds another; the past stays.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    start_time = models.TimeField()
    end_time = models.TimeField()
    interval_weeks = models.PositiveSmallIntegerField(default=1)
    anchor_date = models.DateField(null=True)
    valid_from_date = models.DateField()
    valid_until_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekly_rule_weekday"),
            models.CheckConstraint(
                condition=Q(start_time__lt=F("end_time")), name="weekly_rule_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(interval_weeks=1)
                | Q(interval_weeks__range=(2, 4), anchor_date__isnull=False),
                name="weekly_rule_interval_has_anchor",
            ),
            models.CheckConstraint(
                condition=Q(valid_until_date__isnull=True)
                | Q(valid_until_date__gte=F("valid_from_date")),
                name="weekly_rule_validity",
            ),
        ]
        indexes = [models.Index(fields=["site", "weekday"], name="weekly_rule_site")]


class Closure(Record):
    """A date on which the clinic stays closed whatever the rule says."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    reason = models.CharField(max_length=120)
    is_lifted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "date"], condition=Q(is_lifted=False), name="closure_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="closure_has_reason"),
        ]


class SpecialOpening(Record):
    """A stretch of opening time on one date, instead of the rule and of any closure."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    start_time = models.TimeField()
    end_time = models.TimeField()
    is_lifted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "date", "start_time"],
                condition=Q(is_lifted=False),
                name="special_opening_once",
            ),
            models.CheckConstraint(
                condition=Q(start_time__lt=F("end_time")), name="special_opening_ends_after_start"
            ),
        ]


class Chair(Record):
    """A monitored infusion chair. One patient at a time."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    is_in_use = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"], condition=Q(is_in_use=True), name="chair_name_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="chair_has_name"),
        ]


class ClinicDay(Record):
    """The row that is locked while a day's book is written; its version says that it changed."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    local_date = models.DateField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "local_date"], name="clinic_day_once")
        ]


class Appointment(Record):
    """One booked visit of a series.

    The instant and the wall clock are both kept: if a law moves the clocks, the wall clock wins.
    The gaps are those of the plan it was booked under, so that a move needs to know nothing else.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    chair = models.ForeignKey(Chair, on_delete=models.PROTECT, related_name="+")
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

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in AppointmentState]),
                name="appointment_state_known",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="appointment_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="appointment_number_from_one"),
            models.UniqueConstraint(
                fields=["series_id", "number"],
                condition=Q(state__in=[state.value for state in STANDING]),
                name="appointment_number_once",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "local_date"], name="appointment_site_day"),
            models.Index(fields=["patient", "starts_at"], name="appointment_patient"),
            models.Index(fields=["series_id", "number"], name="appointment_series"),
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
