"""What devices sent: the message as it came, its readings, and what people decided about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from serein.core.models import AppendOnly, Record
from serein.monitoring.models.vitals import MonitoringPeriod, VitalSet, one_of
from serein.monitoring.rules.feed import Decision, DeviceKind, MessageVerdict, TrayState, Why

if TYPE_CHECKING:
    from uuid import UUID

_OPEN = [TrayState.WAITING.value, TrayState.DISMISSED.value]


class Device(Record):
    """A monitor or pump and the chair at which it stands. ``identifier`` is what it sends."""

    if TYPE_CHECKING:
        chair_id: UUID | None
        site_id: UUID

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    identifier = models.CharField(max_length=120)
    name = models.CharField(max_length=60)
    chair = models.ForeignKey(
        "scheduling.Chair", on_delete=models.PROTECT, null=True, related_name="+"
    )
    timezone = models.CharField(max_length=60)
    calibration_due_date = models.DateField(null=True)
    is_in_use = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = (
            one_of("kind", DeviceKind, "device_kind_known_word"),
            models.UniqueConstraint(
                fields=("site", "identifier"),
                condition=Q(is_in_use=True),
                name="device_identifier_once",
            ),
            models.CheckConstraint(
                condition=~Q(identifier="") & ~Q(name="") & ~Q(timezone=""),
                name="device_is_named",
            ),
        )

    def __str__(self) -> str:
        return self.name


class TrayItem(Record):
    """Messages that belong to nobody yet, as one line for people: one sender, one reason.

    ``slot`` names what makes two messages the same trouble. A dismissed item goes on counting and
    does not come back; an assigned one leaves its slot free.
    """

    if TYPE_CHECKING:
        site_id: UUID
        device_id: UUID | None
        period_id: UUID | None

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    slot = models.CharField(max_length=64)
    why = models.CharField(max_length=20)
    detail = models.CharField(max_length=300, blank=True)
    sender = models.CharField(max_length=200, blank=True)
    claimed = models.CharField(max_length=300, blank=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, related_name="+")
    first_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    messages_count = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, default=TrayState.WAITING.value)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.CharField(max_length=36, blank=True)
    decided_by_name = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    period = models.ForeignKey(
        MonitoringPeriod, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            one_of("why", Why, "tray_why_known_word"),
            one_of("state", TrayState, "tray_state_known_word"),
            models.UniqueConstraint(
                fields=("site", "slot"), condition=Q(state__in=_OPEN), name="tray_slot_once"
            ),
            models.CheckConstraint(
                condition=Q(state=TrayState.WAITING.value, decided_at__isnull=True, reason="")
                | (
                    ~Q(state=TrayState.WAITING.value)
                    & Q(decided_at__isnull=False)
                    & ~Q(reason="")
                    & ~Q(decided_by_id="")
                ),
                name="tray_decision_has_who_when_why",
            ),
            models.CheckConstraint(
                condition=Q(state=TrayState.ASSIGNED.value, period__isnull=False)
                | (~Q(state=TrayState.ASSIGNED.value) & Q(period__isnull=True)),
                name="tray_assigned_to_a_visit",
            ),
        )
        indexes = (models.Index(fields=("site", "state", "latest_at"), name="tray_by_state"),)

    def __str__(self) -> str:
        return f"{self.why} from {self.sender}"


class RawMessage(AppendOnly):
    """A message as it came, kept whole, before anything was answered."""

    if TYPE_CHECKING:
        device_id: UUID | None
        tray_item_id: UUID | None

    site = models.ForeignKey(
        "accounts.Site", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    peer = models.CharField(max_length=80)
    application = models.CharField(max_length=200, blank=True)
    facility = models.CharField(max_length=200, blank=True)
    control_id = models.CharField(max_length=200, blank=True)
    is_conflict = models.BooleanField(default=False)
    kind = models.CharField(max_length=20, blank=True)
    verdict = models.CharField(max_length=12)
    reason = models.CharField(max_length=300, blank=True)
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    offset_s = models.FloatField(null=True)
    set_aside_count = models.PositiveIntegerField(default=0)
    tray_item = models.ForeignKey(
        TrayItem, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )

    class Meta:
        constraints = (
            one_of("verdict", MessageVerdict, "message_verdict_known_word"),
            models.UniqueConstraint(
                fields=("site", "application", "facility", "control_id"),
                condition=Q(is_conflict=False) & ~Q(control_id=""),
                name="message_once_per_sender_and_id",
            ),
        )
        indexes = (
            models.Index(fields=("site", "control_id"), name="message_by_id"),
            models.Index(fields=("device", "received_at"), name="message_by_device"),
            models.Index(
                fields=("tray_item", "received_at"),
                condition=Q(tray_item__isnull=False),
                name="message_in_tray",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind or 'Message'} of {self.received_at:%Y-%m-%d %H:%M:%S}"


class DeviceReading(AppendOnly):
    """One value as a device sent it. Not a chart entry; ``period`` is null while nobody knows whose.

    Its id is made of what it says, so that the same value sent again is the same row.
    ``device_at`` is the device's own clock, ``corrected_at`` ours. A null ``value`` was not
    measured, and ``no_signal`` says why.
    """

    if TYPE_CHECKING:
        device_id: UUID
        message_id: UUID
        period_id: UUID | None

    message = models.ForeignKey(RawMessage, on_delete=models.PROTECT, related_name="readings")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.ForeignKey(
        MonitoringPeriod, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    place = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    unit = models.CharField(max_length=30, blank=True)
    no_signal = models.CharField(max_length=200, blank=True)
    marks = models.CharField(max_length=300, blank=True)
    is_episodic = models.BooleanField(default=False)
    device_at = models.DateTimeField()
    corrected_at = models.DateTimeField()
    offset_s = models.FloatField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(no_signal=""), name="reading_or_why_not"
            ),
            models.CheckConstraint(
                condition=Q(corrected_at__lte=F("device_at")), name="reading_corrected_backwards"
            ),
        )
        indexes = (models.Index(fields=("period", "corrected_at"), name="reading_by_period"),)

    def __str__(self) -> str:
        return f"{self.code} of {self.corrected_at:%Y-%m-%d %H:%M:%S}"


class ReadingDecision(AppendOnly):
    """What became of a reading: taken into a set of vitals, turned down, or corrected by its device."""

    reading = models.OneToOneField(DeviceReading, on_delete=models.PROTECT, related_name="decision")
    decision = models.CharField(max_length=12)
    vitals = models.ForeignKey(VitalSet, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            one_of("decision", Decision, "decision_known_word"),
            models.CheckConstraint(
                condition=Q(decision=Decision.ACCEPTED.value, vitals__isnull=False)
                | (~Q(decision=Decision.ACCEPTED.value) & Q(vitals__isnull=True) & ~Q(reason="")),
                name="decision_accepted_names_its_set",
            ),
        )

    def __str__(self) -> str:
        return f"{self.decision} by {self.by_name}"
