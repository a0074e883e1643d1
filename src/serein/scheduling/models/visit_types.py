"""What kinds of visit a site offers, in phases. A change is a new version; visits keep theirs."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from serein.core.models import AppendOnly, Record
from serein.scheduling.rules import Seat
from serein.scheduling.states import VisitKind


class VisitType(Record):
    """One kind of visit of a site. What it consists of is in its versions."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=40)
    kind = models.CharField(max_length=20)
    is_in_use = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="visit_type_code_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in VisitKind]),
                name="visit_type_kind_known",
            ),
        ]


class VisitTypeVersion(AppendOnly):
    """One version of a visit type: its name and whether the public may book it."""

    visit_type = models.ForeignKey(VisitType, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    is_public = models.BooleanField()
    may_straddle = models.BooleanField(default=False)
    by_id = models.CharField(max_length=36)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit_type", "number"], name="visit_type_version_number_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="visit_type_version_has_name"),
        ]


class Phase(AppendOnly):
    """One phase of a version, at a fixed offset: how long, where, and who and what it needs.

    ``nurse_load`` is the part of one nurse in twelfths (12 = one to one, 3 = one to four).
    ``prescriber_last_minutes`` are signed off by a prescriber at the end of the phase.
    """

    version = models.ForeignKey(VisitTypeVersion, on_delete=models.PROTECT, related_name="phases")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    minutes = models.PositiveSmallIntegerField()
    seat = models.CharField(max_length=20)
    nurse_load = models.PositiveSmallIntegerField()
    has_monitor = models.BooleanField()
    has_pump = models.BooleanField()
    prescriber_last_minutes = models.PositiveSmallIntegerField()
    is_prescriber_on_site = models.BooleanField()
    is_with_patient = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="phase_position_once"),
            models.UniqueConstraint(fields=["version", "name"], name="phase_name_once"),
            models.CheckConstraint(
                condition=Q(seat__in=[seat.value for seat in Seat]), name="phase_seat_known"
            ),
            models.CheckConstraint(condition=Q(minutes__lte=600), name="phase_minutes"),
            models.CheckConstraint(condition=Q(nurse_load__lte=12), name="phase_nurse_load"),
            models.CheckConstraint(
                condition=Q(prescriber_last_minutes__lte=F("minutes")),
                name="phase_sign_off_fits",
            ),
        ]
