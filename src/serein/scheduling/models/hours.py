"""When a site is open."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from serein.core.models import AppendOnly, Record


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


class HolidayChoice(AppendOnly):
    """Whether a site keeps a public holiday, by the name it has in the list; the newest row holds."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    is_observed = models.BooleanField()
    at = models.DateTimeField()
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="holiday_choice_number_once"),
            models.CheckConstraint(condition=~Q(name=""), name="holiday_choice_has_name"),
        ]
