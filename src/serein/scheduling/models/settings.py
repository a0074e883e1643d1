"""What a site has decided about its book."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from serein.core.models import AppendOnly, Record
from serein.scheduling.rules import CoverMode


class BookSettings(AppendOnly):
    """The decisions of a site about its book, all of them, from a moment on; the newest row holds."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    nurse_cover = models.CharField(max_length=10)
    is_staff_planned = models.BooleanField()
    hold_minutes = models.PositiveSmallIntegerField()
    offer_minutes = models.PositiveSmallIntegerField()
    notice_hours = models.PositiveSmallIntegerField()
    late_minutes = models.PositiveSmallIntegerField()
    reminder_days = models.JSONField()
    reminder_time = models.TimeField()
    is_turnover_past_closing = models.BooleanField()
    by_id = models.CharField(max_length=36)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="book_settings_number_once"),
            models.CheckConstraint(
                condition=Q(nurse_cover__in=[cover.value for cover in CoverMode]),
                name="book_settings_cover_known",
            ),
            models.CheckConstraint(
                condition=Q(hold_minutes__range=(1, 120)), name="book_settings_hold"
            ),
            models.CheckConstraint(
                condition=Q(offer_minutes__range=(5, 1440)), name="book_settings_offer"
            ),
        ]


class StartTemplate(AppendOnly):
    """The starts that a site offers on a weekday, from a moment on; the newest row of it holds.

    ``starts`` are lists of a visit type's code, a minute of the day by the clinic's clock, and how
    many begin then; with none the weekday is not guided. How they were found is kept with them.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    weekday = models.PositiveSmallIntegerField()
    starts = models.JSONField()
    worked_out_for = models.DateField(null=True)
    bound = models.PositiveIntegerField(default=0)
    method = models.CharField(max_length=120, blank=True)
    by_id = models.CharField(max_length=36)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="start_template_number_once"),
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6)), name="start_template_weekday_known"
            ),
        ]


class SiteBook(Record):
    """Marks each change to what holds for every day of a site: rules, things, people, settings.

    The stamp is never the same twice, so that what was read in a transaction which was then rolled
    back can never be taken for what is stored.
    """

    site = models.OneToOneField("accounts.Site", on_delete=models.PROTECT, related_name="+")
    stamp = models.UUIDField()
