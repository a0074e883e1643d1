"""What was to be said to a patient, what became of it, and which links and calendars were given out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from serein.core.models import AppendOnly, Record, Transition
from serein.messaging.rules import Answer, Channel, Kind, Method, Reader
from serein.messaging.states import MessageState

if TYPE_CHECKING:
    from enum import StrEnum


def _one_of(field: str, kind: type[StrEnum], name: str) -> models.CheckConstraint:
    values = [choice.value for choice in kind]
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


def _for_somebody(name: str) -> models.CheckConstraint:
    somebody = Q(patient__isnull=False) | Q(guest_id__isnull=False)
    return models.CheckConstraint(condition=somebody, name=name)


class GuestContact(AppendOnly):
    """How a guest may be written to, who booked a visit before they were registered.

    The newest row of a guest counts. ``may_use`` is None where it was not answered.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    guest_id = models.UUIDField()
    name = models.CharField(max_length=200)
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=254)
    may_use = models.BooleanField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["guest_id", "at"], name="guest_contact_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=[Channel.SMS.value, Channel.EMAIL.value]) & ~Q(address=""),
                name="guest_contact_has_a_way",
            )
        ]


class InviteRevision(AppendOnly):
    """One version of a visit's calendar event, as it was put into words for calendars."""

    patient = models.ForeignKey(
        "patients.Patient", null=True, on_delete=models.PROTECT, related_name="+"
    )
    guest_id = models.UUIDField(null=True)
    subject_id = models.UUIDField()
    revision = models.PositiveIntegerField()
    uid = models.CharField(max_length=36)
    sequence = models.PositiveIntegerField()
    method = models.CharField(max_length=10)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    stamped_at = models.DateTimeField()
    attendee = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "sequence"], name="invite_sequence_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="invite_ends_after_start"
            ),
            _one_of("method", Method, "invite_method_known"),
            _for_somebody("invite_is_for_somebody"),
        ]


class Message(Record):
    """One message to one patient about one revision of something. Its state changes as it travels.

    ``channel`` and ``address`` change when the patient's contacts or wishes do before it leaves. A
    message to a guest becomes one to the patient once the guest is registered.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "patients.Patient", null=True, on_delete=models.PROTECT, related_name="+"
    )
    guest_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=254, blank=True)
    subject_id = models.UUIDField()
    revision = models.PositiveIntegerField()
    arguments = models.JSONField()
    invite = models.ForeignKey(
        InviteRevision, null=True, on_delete=models.PROTECT, related_name="+"
    )
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    not_after = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    tries_before = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, default=MessageState.WAITING.value)
    state_at = models.DateTimeField()
    because = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state=MessageState.WAITING.value),
                name="message_waiting",
            ),
            models.Index(fields=["site", "state", "due_at"], name="message_by_state"),
            models.Index(fields=["patient", "due_at"], name="message_by_patient"),
            models.Index(
                fields=["guest_id"],
                condition=Q(guest_id__isnull=False),
                name="message_by_guest",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "revision", "kind", "channel"], name="message_once"
            ),
            _for_somebody("message_is_for_somebody"),
            _one_of("kind", Kind, "message_kind_known"),
            _one_of("channel", Channel, "message_channel_known"),
            _one_of("state", MessageState, "message_state_known"),
            models.CheckConstraint(
                condition=Q(channel=Channel.NONE.value, address="")
                | ~Q(channel=Channel.NONE.value) & ~Q(address=""),
                name="message_has_address",
            ),
            models.CheckConstraint(
                condition=Q(not_after__gte=F("due_at")), name="message_useful_when_due"
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENDING.value) | Q(claimed_at__isnull=False),
                name="message_claimed_when_sending",
            ),
        ]

    @property
    def reader(self) -> Reader:
        """Who is written to."""
        return Reader(self.patient_id, self.guest_id)


class MessageTransition(Transition):
    subject = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="transitions")


class DeliveryAttempt(AppendOnly):
    """One handing over of a message: what was said, without its links, and what came of it."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=254)
    outcome = models.CharField(max_length=20)
    because = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="attempt_number_once")
        ]


class Voiding(AppendOnly):
    """From here on nothing is said any more about the earlier revisions of a subject."""

    patient = models.ForeignKey(
        "patients.Patient", null=True, on_delete=models.PROTECT, related_name="+"
    )
    guest_id = models.UUIDField(null=True)
    subject_id = models.UUIDField()
    below_revision = models.PositiveIntegerField()
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["subject_id", "below_revision"], name="voiding_subject")]
        constraints = [_for_somebody("voiding_is_for_somebody")]


class MessageLink(AppendOnly):
    """A link that a message carried: only the hash of its secret is kept."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="links")
    purpose = models.CharField(max_length=10)
    token_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="message_link_secret_once"),
            models.UniqueConstraint(fields=["message", "purpose"], name="message_link_once"),
            models.CheckConstraint(
                condition=Q(purpose__in=["answer", "stop"]), name="message_link_purpose_known"
            ),
        ]


class LinkUse(AppendOnly):
    """The one answer that was given by a link."""

    link = models.OneToOneField(MessageLink, on_delete=models.PROTECT, related_name="use")
    answer = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [_one_of("answer", Answer, "link_answer_known")]


class ChannelChoice(AppendOnly):
    """Whether a patient or a guest wants messages on a channel; the newest choice counts."""

    patient = models.ForeignKey(
        "patients.Patient", null=True, on_delete=models.PROTECT, related_name="+"
    )
    guest_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=10)
    is_wanted = models.BooleanField()
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "channel", "at"], name="channel_choice_newest"),
            models.Index(fields=["guest_id", "channel", "at"], name="channel_choice_of_guest"),
        ]
        constraints = [
            _one_of("channel", Channel, "channel_choice_known"),
            _for_somebody("channel_choice_is_for_somebody"),
        ]


class CalendarFeed(AppendOnly):
    """A private calendar address of a patient: only the hash of its secret is kept."""

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    token: str = ""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="calendar_feed_secret_once")
        ]


class FeedEnd(AppendOnly):
    """The end of a private calendar address."""

    feed = models.OneToOneField(CalendarFeed, on_delete=models.PROTECT, related_name="end")
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
