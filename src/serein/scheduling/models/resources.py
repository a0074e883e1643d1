"""What a visit needs besides the patient: chairs, people and things."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from serein.core.models import Record
from serein.scheduling.rules import Kind
from serein.scheduling.states import ShiftRole

OWN_ROW = (Kind.RECOVERY, Kind.ROOM, Kind.PRESCRIBER, Kind.PUMP, Kind.MONITOR)
"""Kinds whose units are rows of `Resource`. Chairs have a table of their own, nurses are a pool."""


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


class Resource(Record):
    """One more thing or person of which a visit needs one for a while, and nobody else then.

    Recovery chairs, rooms, pumps and monitors have a name; a prescriber is a member of staff. A pump
    or monitor whose calibration is due is not offered from that date on.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    staff = models.ForeignKey(
        "accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+"
    )
    calibration_due_date = models.DateField(null=True)
    is_in_use = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in OWN_ROW]),
                name="resource_kind_known",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="resource_has_name"),
            models.UniqueConstraint(
                fields=["site", "kind", "name"],
                condition=Q(is_in_use=True),
                name="resource_name_once",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.PRESCRIBER.value, staff__isnull=False)
                | (~Q(kind=Kind.PRESCRIBER.value) & Q(staff__isnull=True)),
                name="resource_prescriber_is_staff",
            ),
            models.CheckConstraint(
                condition=Q(calibration_due_date__isnull=True)
                | Q(kind__in=[Kind.PUMP.value, Kind.MONITOR.value]),
                name="resource_calibrated_kind",
            ),
        ]


class Shift(Record):
    """Somebody works at a site on a date from one wall-clock time to another, with breaks.

    A nurse's shift adds to the pool; a prescriber's shift is when they are on site. A shift that is
    taken back stays as a row.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    local_date = models.DateField()
    start_time = models.TimeField()
    end_time = models.TimeField()
    breaks = models.JSONField(default=list)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in ShiftRole]), name="shift_role_known"
            ),
            models.CheckConstraint(
                condition=Q(start_time__lt=F("end_time")), name="shift_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["staff", "local_date", "start_time"],
                condition=Q(is_withdrawn=False),
                name="shift_once",
            ),
        ]
        indexes = [models.Index(fields=["site", "local_date"], name="shift_site_day")]


class Leave(Record):
    """Somebody is away from one date to another, both included. Their shifts do not count then."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="+")
    first_date = models.DateField()
    last_date = models.DateField()
    reason = models.CharField(max_length=120, blank=True)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_date__lte=F("last_date")), name="leave_ends_after_start"
            )
        ]
        indexes = [models.Index(fields=["site", "last_date"], name="leave_site")]


class UnitOutage(Record):
    """A chair or another unit is out of use from one date to another, both included."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    chair = models.ForeignKey(Chair, null=True, on_delete=models.PROTECT, related_name="+")
    resource = models.ForeignKey(Resource, null=True, on_delete=models.PROTECT, related_name="+")
    first_date = models.DateField()
    last_date = models.DateField()
    reason = models.CharField(max_length=120)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_date__lte=F("last_date")), name="outage_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(chair__isnull=False, resource__isnull=True)
                | Q(chair__isnull=True, resource__isnull=False),
                name="outage_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="outage_has_reason"),
        ]
        indexes = [models.Index(fields=["site", "last_date"], name="outage_site")]
