"""What follows from a visit that fell out, and who waits for an earlier one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from serein.core.models import Record, Transition
from serein.scheduling.models.book import Appointment
from serein.scheduling.states import OfferState, RebookState, VisitKind, WaitState


class RebookTask(Record):
    """Somebody has to find a new time for a visit that fell out, or to call about it, by a date."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="rebook_tasks"
    )
    owner = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField()
    because = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default=RebookState.OPEN.value)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in RebookState]),
                name="rebook_task_state_known",
            ),
            models.CheckConstraint(
                condition=Q(because__in=["no_show", "cancelled", "affected", "call_me"]),
                name="rebook_task_because_known",
            ),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(state=RebookState.OPEN.value),
                name="rebook_task_once",
            ),
        ]
        indexes = [models.Index(fields=["site", "state", "due_date"], name="rebook_task_due")]


class RebookTransition(Transition):
    """One step of a task to rebook."""

    subject = models.ForeignKey(RebookTask, on_delete=models.PROTECT, related_name="transitions")


class WaitlistEntry(Record):
    """A patient who would come earlier, or at all: when they could, and how much notice they need.

    With ``visit_id`` the wish is to move that visit; without, to get a first time.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    visit_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=20)
    type_code = models.SlugField(max_length=40)
    first_date = models.DateField()
    last_date = models.DateField()
    weekdays = models.JSONField(default=list)
    from_time = models.TimeField(null=True)
    until_time = models.TimeField(null=True)
    notice_hours = models.PositiveSmallIntegerField()
    priority = models.PositiveSmallIntegerField(default=0)
    joined_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=WaitState.WAITING.value)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in WaitState]),
                name="waitlist_state_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in VisitKind]),
                name="waitlist_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(first_date__lte=F("last_date")), name="waitlist_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(from_time__isnull=True)
                | Q(until_time__isnull=True)
                | Q(from_time__lt=F("until_time")),
                name="waitlist_times_in_order",
            ),
            models.CheckConstraint(condition=Q(priority__lte=3), name="waitlist_priority"),
            models.UniqueConstraint(
                fields=["patient", "kind"],
                condition=Q(state=WaitState.WAITING.value),
                name="waitlist_once",
            ),
        ]
        indexes = [models.Index(fields=["site", "state"], name="waitlist_site")]


class WaitlistTransition(Transition):
    """One step of a place on the waiting list."""

    subject = models.ForeignKey(WaitlistEntry, on_delete=models.PROTECT, related_name="transitions")


class Offer(Record):
    """A freed time offered to one person on the waiting list.

    The link that answers it is the message's and works once. All offers of one gap share
    ``batch_id``; the first to be accepted through the guard of the book wins.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(WaitlistEntry, on_delete=models.PROTECT, related_name="offers")
    batch_id = models.UUIDField()
    rank = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=OfferState.OPEN.value)
    made = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OfferState]),
                name="offer_state_known",
            ),
            models.CheckConstraint(
                condition=Q(offered_at__lt=F("expires_at")), name="offer_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.ACCEPTED.value, made__isnull=False)
                | (~Q(state=OfferState.ACCEPTED.value) & Q(made__isnull=True)),
                name="offer_accepted_made_a_visit",
            ),
            models.UniqueConstraint(
                fields=["batch_id"],
                condition=Q(state=OfferState.ACCEPTED.value),
                name="offer_accepted_once",
            ),
        ]
        indexes = [models.Index(fields=["site", "state", "expires_at"], name="offer_open")]


class OfferTransition(Transition):
    """One step of an offer."""

    subject = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="transitions")
